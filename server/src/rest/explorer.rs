//! A page on which the interface can be tried: Swagger UI, with its files inside the program. Who is
//! signed in tries it as themselves.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa_swagger_ui::Config;

use crate::Doors;

/// Its scripts are files of ours; it sets styles from them, and has its icons in the text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The page and its files.
pub fn router() -> Router<Doors> {
    Router::new()
        .route("/api/docs", get(|| async { Redirect::permanent("/api/docs/") }))
        .route("/api/docs/", get(|| async { file("index.html") }))
        .route("/api/docs/{*path}", get(|Path(path): Path<String>| async move { file(&path) }))
}

fn file(path: &str) -> Response {
    let config = Config::from("/api/openapi.json")
        .validator_url("none")
        .display_operation_id(false)
        .persist_authorization(false)
        .filter(true);
    let found = utoipa_swagger_ui::serve(path, Arc::new(config)).ok().flatten();
    let Some(found) = found else {
        return super::missing(&format!("/api/docs/{path}"));
    };
    let mut response = Response::new(Body::from(found.bytes.into_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    match HeaderValue::from_str(&found.content_type) {
        Ok(kind) => drop(headers.insert(header::CONTENT_TYPE, kind)),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
    response
}
