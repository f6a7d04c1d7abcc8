//! Answers that no resource makes: refusals of the router itself, and accepted actions.

use axum::{
    Json,
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refusals that axum makes itself get the body that all refusals have.
pub async fn json_errors(request: Request, next: Next) -> Response {
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
pub fn accepted(message: impl Into<String>) -> Response {
    let body = api::HttpResponse { code: 202, message: message.into() };
    (StatusCode::ACCEPTED, Json(body)).into_response()
}
