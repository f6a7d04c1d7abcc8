//! The description of the interface. It is made of what stands at the handlers, kept in
//! `api/openapi.json` where a change of it is seen, and served from there.

use std::collections::BTreeSet;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    OpenApi,
    openapi::{
        Content, Ref, RefOr, ResponseBuilder, Responses,
        path::{Operation, Parameter, ParameterIn},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Berth",
        description = "GPU workspaces that always say why.\n\nA program asks `/api/v1/token` for a \
                       token and sends it as a bearer; a page of Berth is known by its session.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(api::ErrorBody))
)]
struct Description;

const BEARER: &str = "token";

/// What stands above the routes.
pub fn head() -> utoipa::openapi::OpenApi {
    let mut head = Description::openapi();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    head.components.get_or_insert_default().add_security_scheme(BEARER, bearer);
    head.security = Some(vec![SecurityRequirement::new::<_, _, String>(BEARER, [])]);
    head
}

/// The whole description.
pub fn description() -> utoipa::openapi::OpenApi {
    let (_, mut description) = super::described().split_for_parts();
    for (path, item) in &mut description.paths.paths {
        for (_, operation) in methods(item) {
            refusals(path, operation);
        }
    }
    description
}

/// Every method and path, in the order of the description.
pub fn operations() -> Vec<(&'static str, String)> {
    let mut description = description();
    let paths = description.paths.paths.iter_mut();
    let all = paths.flat_map(|(path, item)| methods(item).map(|(m, _)| (m, path.clone())));
    all.collect()
}

fn methods(
    item: &mut utoipa::openapi::PathItem,
) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Adds the refusals that follow from what an operation takes; all of them have the same body.
fn refusals(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let in_query = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(p) if p.parameter_in == ParameterIn::Query);
    let has_query = parameters.iter().any(in_query);
    let has_body = operation.request_body.is_some();
    let is_public = operation.security.is_some();
    let mut codes = BTreeSet::from([("500", "A failure of ours")]);
    if has_query || has_body {
        codes.insert(("400", "What is wrong is named by its field"));
    }
    if has_body {
        codes.insert(("413", "The body is too large"));
    }
    if !is_public {
        codes.insert(("401", "No token, or one that has ended"));
        codes.insert(("403", "The caller may not do that"));
        codes.insert(("503", "Database or cluster do not answer"));
    }
    if path.contains('{') {
        codes.insert(("404", "It is not there, or not for this caller"));
    }
    add(&mut operation.responses, codes);
}

fn add(responses: &mut Responses, codes: BTreeSet<(&str, &str)>) {
    for (code, about) in codes {
        let body = Content::new(Some(Ref::from_schema_name("ErrorBody")));
        let refusal =
            ResponseBuilder::new().description(about).content("application/json", body).build();
        responses.responses.entry(code.to_owned()).or_insert(RefOr::T(refusal));
    }
}

/// This description
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "Description", operation_id = "get_description",
    security(()),
    responses((status = 200, description = "OpenAPI, as JSON", body = Object))
)]
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], api::OPENAPI).into_response()
}
