//! `/api/v1/access-keys`, and the same under the old name `/api/v1/user-applications`, where a secret is called
//! otherwise: one's own and nobody else's.

use api::access::clients::{AccessKeyView, AccessKeys, ClientCreated, ClientCreation, SecretView};
use axum::{Json, extract::State, http::StatusCode};
use domain::{ClientId, access::Actor};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, RestError},
};

/// One's own access keys
#[utoipa::path(
    get, path = "/api/v1/access-keys", tag = "Access keys", operation_id = "get_access_keys",
    responses((status = 200, description = "All of them", body = AccessKeys))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<AccessKeys>, RestError> {
    Ok(Json(AccessKeys { access_keys: own(&doors, &actor)? }))
}

/// One's own user applications
#[utoipa::path(
    get, path = "/api/v1/user-applications", tag = "User applications", operation_id = "get_user_applications",
    responses((status = 200, description = "All of them", body = Vec<AccessKeyView>))
)]
pub async fn list_apps(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<Vec<AccessKeyView>>, RestError> {
    Ok(Json(own(&doors, &actor)?))
}

/// What both names have alike: path and path of one, the parameter, tag, what one is called, the secret, and the
/// operations' ids.
macro_rules! under {
    (
        $name:ident, $path:literal, $one:literal, $id:literal, $tag:literal, $called:literal, $secret:ident,
        [$get:literal, $create:literal, $delete:literal, $renew:literal, $renew_path:literal]
    ) => {
        pub mod $name {
            use super::*;

            #[utoipa::path(
                get, path = $one, tag = $tag, operation_id = $get, summary = concat!("One of one's own ", $called, "s"),
                params(($id = ClientId, Path)),
                responses((status = 200, description = "It", body = AccessKeyView))
            )]
            pub async fn get(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<Json<AccessKeyView>, RestError> {
                let found = doors.control.access_key(&actor, &doors.control.world(), id)?;
                Ok(Json(AccessKeyView::from(&found)))
            }

            #[utoipa::path(
                post, path = $path, tag = $tag, operation_id = $create, summary = concat!("Make a new ", $called),
                description = "It acts as its user. The secret is said in the answer and never again.",
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
                let (made, secret) = doors.control.create_access_key(&actor, &body.name).await?;
                let made = ClientCreated::of(&made, SecretView::$secret(secret.0));
                Ok((StatusCode::CREATED, Json(made)))
            }

            #[utoipa::path(
                delete, path = $one, tag = $tag, operation_id = $delete,
                summary = concat!("Delete one of one's own ", $called, "s"),
                params(($id = ClientId, Path)),
                responses((status = 204, description = "It is gone"))
            )]
            pub async fn delete(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<StatusCode, RestError> {
                doors.control.delete_access_key(&actor, id).await?;
                Ok(StatusCode::NO_CONTENT)
            }

            #[utoipa::path(
                post, path = $renew_path, tag = $tag, operation_id = $renew,
                summary = concat!("Another secret for one of one's own ", $called, "s"),
                description = "The old one ends at once.",
                params(($id = ClientId, Path)),
                responses((status = 200, description = "The secret", body = SecretView))
            )]
            pub async fn new_secret(
                State(doors): State<Doors>,
                Caller(actor): Caller,
                Id(id): Id<ClientId>,
            ) -> Result<Json<SecretView>, RestError> {
                let secret = doors.control.new_key_secret(&actor, id).await?;
                Ok(Json(SecretView::$secret(secret.0)))
            }
        }
    };
}

under!(
    access_keys,
    "/api/v1/access-keys",
    "/api/v1/access-keys/{accessKeyId}",
    "accessKeyId",
    "Access keys",
    "access key",
    ClientSecret,
    [
        "get_access_key_by_id1",
        "create_access_key1",
        "delete_access_key_by_id",
        "regenerate_access_key_secret",
        "/api/v1/access-keys/{accessKeyId}/secret"
    ]
);

under!(
    apps,
    "/api/v1/user-applications",
    "/api/v1/user-applications/{appId}",
    "appId",
    "User applications",
    "user application",
    Secret,
    [
        "get_user_application_by_id",
        "create_user_application",
        "delete_user_application_by_id",
        "regenerate_user_application_secret",
        "/api/v1/user-applications/{appId}/secret"
    ]
);

fn own(doors: &Doors, actor: &Actor) -> Result<Vec<AccessKeyView>, RestError> {
    let own = doors.control.access_keys(actor, &doors.control.world())?;
    Ok(own.iter().map(AccessKeyView::from).collect())
}
