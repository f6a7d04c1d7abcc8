//! The REST interface, one file a resource: handlers take apart, call a use case, put together.

pub mod assets;
mod body;
mod clusters;
mod departments;
mod error;
mod node_pools;
mod nodes;
mod openapi;
mod projects;
pub mod templates;
mod token;
pub mod workloads;
mod workspaces;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};

pub use body::{Body, Id, Query};
pub use error::RestError;

use crate::Doors;

/// A body is at most this large, in bytes.
const BODY_MAX: usize = 1 << 20;

/// A route: path, method, and who may use it. The permission test goes through this list, and the
/// router is made from the same functions.
pub const ROUTES: &[(&str, &str)] = &[
    ("POST", "/api/v1/token"),
    ("GET", "/api/v1/clusters"),
    ("GET", "/api/v1/clusters/{uuid}"),
    ("GET", "/api/v1/node-pools"),
    ("GET", "/api/v1/node-pools/{id}"),
    ("GET", "/api/v1/nodes"),
    ("GET", "/api/v1/nodes/count"),
    ("POST", "/api/v1/org-unit/departments"),
    ("GET", "/api/v1/org-unit/departments"),
    ("GET", "/api/v1/org-unit/departments/count"),
    ("GET", "/api/v1/org-unit/departments/{id}"),
    ("DELETE", "/api/v1/org-unit/departments/{id}"),
    ("POST", "/api/v1/org-unit/projects"),
    ("GET", "/api/v1/org-unit/projects"),
    ("GET", "/api/v1/org-unit/projects/count"),
    ("GET", "/api/v1/org-unit/projects/{id}"),
    ("PUT", "/api/v1/org-unit/projects/{id}"),
    ("DELETE", "/api/v1/org-unit/projects/{id}"),
    ("PUT", "/api/v1/org-unit/projects/{id}/resources"),
    ("PATCH", "/api/v1/org-unit/projects/{id}/resources"),
    ("GET", "/api/v1/workloads"),
    ("GET", "/api/v1/workloads/count"),
    ("GET", "/api/v1/workloads/pods"),
    ("POST", "/api/v1/workloads/batch"),
    ("GET", "/api/v1/workloads/{id}"),
    ("GET", "/api/v1/workloads/{id}/pods"),
    ("GET", "/api/v1/workloads/{id}/events"),
    ("GET", "/api/v1/workloads/{id}/history"),
    ("GET", "/api/v1/workloads/{id}/logs"),
    ("POST", "/api/v1/workloads/workspaces"),
    ("POST", "/api/v1/workloads/workspaces/verdict"),
    ("GET", "/api/v1/workloads/workspaces/{id}"),
    ("DELETE", "/api/v1/workloads/workspaces/{id}"),
    ("POST", "/api/v1/workloads/workspaces/{id}/suspend"),
    ("POST", "/api/v1/workloads/workspaces/{id}/resume"),
    ("GET", "/api/openapi.json"),
];

/// All routes of the interface.
pub fn router() -> Router<Doors> {
    Router::new()
        .route("/api/v1/token", post(token::grant))
        .route("/api/v1/clusters", get(clusters::list))
        .route("/api/v1/clusters/{uuid}", get(clusters::get))
        .route("/api/v1/node-pools", get(node_pools::list))
        .route("/api/v1/node-pools/{id}", get(node_pools::get))
        .route("/api/v1/nodes", get(nodes::list))
        .route("/api/v1/nodes/count", get(nodes::count))
        .route("/api/v1/org-unit/departments", get(departments::list).post(departments::create))
        .route("/api/v1/org-unit/departments/count", get(departments::count))
        .route(
            "/api/v1/org-unit/departments/{id}",
            get(departments::get).delete(departments::delete),
        )
        .route("/api/v1/org-unit/projects", get(projects::list).post(projects::create))
        .route("/api/v1/org-unit/projects/count", get(projects::count))
        .route(
            "/api/v1/org-unit/projects/{id}",
            get(projects::get).put(projects::update).delete(projects::delete),
        )
        .route(
            "/api/v1/org-unit/projects/{id}/resources",
            put(projects::put_resources).patch(projects::patch_resources),
        )
        .route("/api/v1/workloads", get(workloads::list))
        .route("/api/v1/workloads/count", get(workloads::count))
        .route("/api/v1/workloads/pods", get(workloads::all_pods))
        .route("/api/v1/workloads/batch", post(workloads::batch))
        .route("/api/v1/workloads/{id}", get(workloads::get))
        .route("/api/v1/workloads/{id}/pods", get(workloads::pods))
        .route("/api/v1/workloads/{id}/events", get(workloads::events))
        .route("/api/v1/workloads/{id}/history", get(workloads::history))
        .route("/api/v1/workloads/{id}/logs", get(workloads::logs))
        .route("/api/v1/workloads/workspaces", post(workspaces::create))
        .route("/api/v1/workloads/workspaces/verdict", post(workspaces::verdict))
        .route("/api/v1/workloads/workspaces/{id}", get(workspaces::get).delete(workspaces::delete))
        .route("/api/v1/workloads/workspaces/{id}/suspend", post(workspaces::suspend))
        .route("/api/v1/workloads/workspaces/{id}/resume", post(workspaces::resume))
        .route("/api/openapi.json", get(openapi::document))
        .merge(assets::router())
        .merge(templates::router())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn(json_errors))
}

/// Refusals that axum makes itself get the body that all refusals have.
async fn json_errors(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            let mut json = body_of(405, format!("{method} is not offered here"));
            if let Some(allow) = response.headers().get("allow") {
                json.headers_mut().insert("allow", allow.clone());
            }
            json
        }
        _ => response,
    }
}

/// The answer for a path that nobody serves.
pub fn missing(path: &str) -> Response {
    body_of(404, format!("there is nothing at {path}"))
}

fn body_of(code: u16, message: String) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(api::ErrorBody::new(code, message))).into_response()
}

/// An action that was accepted.
fn accepted(message: impl Into<String>) -> Response {
    let body = api::HttpResponse { code: 202, message: message.into() };
    (StatusCode::ACCEPTED, Json(body)).into_response()
}
