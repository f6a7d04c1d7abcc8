//! Taking a request apart: ids, query, body. What is wrong is named by its path.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::RestError;
use crate::Doors;

/// The id in a path. One that cannot be an id is the id of nothing.
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequestParts<Doors> for Id<T> {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, RestError> {
        let path = Path::<String>::from_request_parts(parts, doors).await;
        let text = path.map(|path| path.0).unwrap_or_default();
        let found = text.parse().map(Id);
        found.map_err(|_| RestError::new(404, format!("there is nothing with the id {text}")))
    }
}

/// The parameters after the question mark, in order.
pub struct Query(pub Vec<(String, String)>);

impl Query {
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(own, _)| *own == name).map(|(_, value)| value)
    }
}

impl FromRequestParts<Doors> for Query {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, RestError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::from_str(query);
        pairs.map(Query).map_err(|wrong| RestError::field("query", wrong.to_string()))
    }
}

/// A JSON body. A text that holds JSON is unwrapped once, as a client in use sends it.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Doors> for Body<T> {
    type Rejection = RestError;

    async fn from_request(request: Request, doors: &Doors) -> Result<Self, RestError> {
        let bytes = Bytes::from_request(request, doors).await.map_err(|wrong| {
            match wrong.into_response_status() {
                StatusCode::PAYLOAD_TOO_LARGE => RestError::new(
                    413,
                    format!("the body is larger than {} bytes", super::BODY_MAX),
                ),
                _ => RestError::new(400, "the body could not be read"),
            }
        })?;
        read(&bytes).map(Body)
    }
}

/// The status that axum would answer.
trait Status {
    fn into_response_status(self) -> StatusCode;
}

impl<T: axum::response::IntoResponse> Status for T {
    fn into_response_status(self) -> StatusCode {
        self.into_response().status()
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RestError> {
    let not_json =
        |wrong: serde_json::Error| RestError::field("body", format!("must be JSON: {wrong}"));
    let value: Value = serde_json::from_slice(bytes).map_err(not_json)?;
    let value = match value {
        Value::String(inner) => serde_json::from_str(&inner).map_err(not_json)?,
        value => value,
    };
    serde_path_to_error::deserialize(value).map_err(|wrong| {
        let path = wrong.path().to_string();
        let field = if path == "." { "body".to_owned() } else { path };
        RestError::field(&field, wrong.inner().to_string())
    })
}

#[cfg(test)]
mod tests {
    use api::workspaces::WorkspaceCreation;

    use super::*;

    fn wrong(json: &str) -> String {
        read::<WorkspaceCreation>(json.as_bytes()).map(|_| ()).unwrap_err().body.message
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        let id = "00000000-0000-0000-0000-000000000000";
        let body = |spec: &str| {
            format!(r#"{{"name": "a", "projectId": "1", "clusterId": "{id}", "spec": {spec}}}"#)
        };
        assert!(wrong(&body(r#"{"backoffLimit": "six"}"#)).starts_with("spec.backoffLimit: "));
        assert!(
            wrong(&body(r#"{"compute": {"gpuDevicesRequest": 1.5}}"#))
                .starts_with("spec.compute.gpuDevicesRequest: ")
        );
        assert!(wrong(&body("[]")).starts_with("spec"));
        assert!(wrong(r#"{"projectId": true}"#).starts_with("projectId: "));
        assert!(wrong("{").starts_with("body: must be JSON"));
        assert!(wrong("[]").starts_with("body: "));
    }

    #[test]
    fn json_inside_a_text_is_unwrapped_once() {
        assert!(read::<Vec<i32>>(br#""[1, 2]""#).is_ok());
        assert!(read::<Vec<i32>>(br#""\"[1]\"""#).is_err());
    }
}
