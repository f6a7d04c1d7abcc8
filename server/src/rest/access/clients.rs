//! `/api/v1/service-accounts`, and the same under the old name `/api/v1/apps`, where a secret is called otherwise.

use api::{
    access::clients::{
        ClientCreated, ClientCreation, ClientPatch, ClientRow, SecretView, ServiceAccountView,
    },
    list::{LIMIT_MAX, ListParams},
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{ClientId, access::Actor};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, List, Query, RestError},
};

/// The routes under one name: path and path of one, the parameter, tag, what one is called, the secret, and the
/// operations' ids.
macro_rules! under {
    (
        $name:ident, $path:literal, $one:literal, $id:literal, $tag:literal, $called:literal, $secret:ident,
        [$list:literal, $get:literal, $create:literal, $patch:literal, $delete:literal, $renew:literal, $renew_path:literal]
    ) => {
        pub mod $name {
            use super::*;

            #[utoipa::path(
                get, path = $path, tag = $tag, operation_id = $list, summary = $tag,
                description = "A bare list, of at most 500.",
                params(ListParams<ClientRow>),
                responses((status = 200, description = "A page of them", body = Vec<ServiceAccountView>))
            )]
            pub async fn list(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                query: Query,
                list: List<ClientRow>,
            ) -> Result<Json<Vec<ServiceAccountView>>, RestError> {
                listed(&doors, &actor, &query, list)
            }

            #[utoipa::path(
                get, path = $one, tag = $tag, operation_id = $get, summary = concat!("One ", $called),
                params(($id = ClientId, Path)),
                responses((status = 200, description = "It", body = ServiceAccountView))
            )]
            pub async fn get(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<Json<ServiceAccountView>, RestError> {
                let found = doors.control.service_account(&actor, &doors.control.world(), id)?;
                Ok(Json(ServiceAccountView::from(&found)))
            }

            #[utoipa::path(
                post, path = $path, tag = $tag, operation_id = $create, summary = concat!("Make a new ", $called),
                description = "The secret is said in the answer and never again.",
                request_body = ClientCreation,
                responses(
                    (status = 201, description = "It was made", body = ClientCreated),
                    (status = 409, description = "The name is taken", body = api::ErrorBody),
                )
            )]
            pub async fn create(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Body(body): Body<ClientCreation>,
            ) -> Result<(StatusCode, Json<ClientCreated>), RestError> {
                let (made, secret) =
                    doors.control.create_service_account(&actor, &body.name).await?;
                let made = ClientCreated::of(&made, SecretView::$secret(secret.0));
                Ok((StatusCode::CREATED, Json(made)))
            }

            #[utoipa::path(
                patch, path = $one, tag = $tag, operation_id = $patch,
                summary = concat!("Let this ", $called, " in, or no longer"),
                params(($id = ClientId, Path)), request_body = ClientPatch,
                responses((status = 200, description = "It was changed"))
            )]
            pub async fn patch(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
                Body(body): Body<ClientPatch>,
            ) -> Result<StatusCode, RestError> {
                doors.control.enable_service_account(&actor, id, body.enabled).await?;
                Ok(StatusCode::OK)
            }

            #[utoipa::path(
                delete, path = $one, tag = $tag, operation_id = $delete, summary = concat!("Delete this ", $called),
                params(($id = ClientId, Path)),
                responses((status = 204, description = "It is gone, with its access rules"))
            )]
            pub async fn delete(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<StatusCode, RestError> {
                doors.control.delete_service_account(&actor, id).await?;
                Ok(StatusCode::NO_CONTENT)
            }

            #[utoipa::path(
                post, path = $renew_path, tag = $tag, operation_id = $renew,
                summary = concat!("Another secret for this ", $called),
                description = "The old one ends at once.",
                params(($id = ClientId, Path)),
                responses((status = 200, description = "The secret", body = SecretView))
            )]
            pub async fn new_secret(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<Json<SecretView>, RestError> {
                let secret = doors.control.new_client_secret(&actor, id).await?;
                Ok(Json(SecretView::$secret(secret.0)))
            }
        }
    };
}

under!(
    service_accounts,
    "/api/v1/service-accounts",
    "/api/v1/service-accounts/{serviceAccountId}",
    "serviceAccountId",
    "Service accounts",
    "service account",
    ClientSecret,
    [
        "get_service_accounts",
        "get_service_account_by_id",
        "create_service_account",
        "update_service_account_by_id",
        "delete_service_account_by_id",
        "regenerate_service_account_secret",
        "/api/v1/service-accounts/{serviceAccountId}/secret"
    ]
);

under!(
    apps,
    "/api/v1/apps",
    "/api/v1/apps/{appId}",
    "appId",
    "Applications",
    "application",
    Secret,
    [
        "get_applications",
        "get_application_by_id",
        "create_application",
        "update_application_by_id",
        "delete_application_by_id",
        "regenerate_application_secret",
        "/api/v1/apps/{appId}/secret"
    ]
);

fn listed(
    doors: &Doors,
    actor: &Actor,
    query: &Query,
    List(mut list): List<ClientRow>,
) -> Result<Json<Vec<ServiceAccountView>>, RestError> {
    if query.get("limit").is_none() {
        list.paging.limit = LIMIT_MAX;
    }
    let all = doors.control.service_accounts(actor, &doors.control.world())?;
    let page = list.page(all.into_iter().map(ClientRow));
    Ok(Json(page.items.iter().map(|row| ServiceAccountView::from(&row.0)).collect()))
}
