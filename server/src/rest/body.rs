//! Taking a request apart: ids and bodies. What is wrong is named by its path.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use api::wording;

use super::{RestError, strict::Strict};
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
    serde_path_to_error::deserialize(Strict(value)).map_err(|wrong| {
        let (field, message) =
            wording::problem(&wrong.path().to_string(), &wrong.inner().to_string());
        RestError::field(&field, message)
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
    fn what_is_wrong_is_said_at_its_field() {
        let id = "00000000-0000-0000-0000-000000000000";
        let body = |field: &str| {
            let whole = format!(r#"{{"name": "a", "projectId": 1, "clusterId": "{id}"{field}}}"#);
            wrong(&whole)
        };
        let bodies = [
            wrong("{"),
            wrong("[]"),
            wrong("7"),
            wrong(r#"{"name": null}"#),
            wrong(r#"{"name": "a"}"#),
            wrong(r#"{"projectId": true}"#),
            wrong(r#"{"projectId": -1}"#),
            wrong(r#"{"projectId": "1", "clusterId": "x"}"#),
            body(r#", "spec": []"#),
            body(r#", "useGivenNameAsPrefix": "yes""#),
            body(r#", "spec": {"backoffLimit": "six"}"#),
            body(r#", "spec": {"compute": {"gpuDevicesRequest": 1.5}}"#),
            body(r#", "spec": {"compute": {"cpuCoreRequest": {}}}"#),
            body(r#", "spec": {"ports": {"container": 1}}"#),
            body(r#", "spec": {"ports": [{"container": 1}, 7]}"#),
            body(r#", "spec": {"storage": {"pvc": [{"readOnly": 1}]}}"#),
        ];
        insta::assert_snapshot!(bodies.join("\n"), @r#"
        body: must be JSON: EOF while parsing an object at line 1 column 1
        body: must be an object, not a list
        body: must be an object, not the number `7`
        name: must be a text, not null
        projectId: is required
        projectId: must be a decimal number as text
        projectId: must be a decimal number below 2147483648
        clusterId: must be a UUID
        spec: must be an object, not a list
        useGivenNameAsPrefix: must be true or false, not the text "yes"
        spec.backoffLimit: must be a whole number, not the text "six"
        spec.compute.gpuDevicesRequest: must be a whole number, not the number `1.5`
        spec.compute.cpuCoreRequest: must be a number, not an object
        spec.ports: must be a list, not an object
        spec.ports[1]: must be an object, not the number `7`
        spec.storage.pvc[0].readOnly: must be true or false, not the number `1`
        "#);
    }

    #[test]
    fn json_inside_a_text_is_unwrapped_once() {
        assert!(read::<Vec<i32>>(br#""[1, 2]""#).is_ok());
        assert!(read::<Vec<i32>>(br#""\"[1]\"""#).is_err());
    }
}
