//! Creating a workspace by a plain form, for browsers without scripts. The form's page reads the same
//! names from its address, so a refusal loses nothing of what was typed.

use app::pages::workspaces::{data::facts::new_workspace, draft::Draft};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use control::{Error, SignedIn};

use crate::{Doors, auth::encode, rest::RestError};

/// A form is at most this large, in bytes.
const FORM_MAX: usize = 256 << 10;

/// `POST /workloads/new/workspace`.
pub async fn create(State(doors): State<Doors>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(SignedIn { actor, .. }) = parts.extensions.get::<SignedIn>().cloned() else {
        return RestError::from(Error::SignedOut).into_response();
    };
    let bytes = axum::body::to_bytes(body, FORM_MAX).await.unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let get = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, v)| v.as_str());
    let place = get("project")
        .and_then(|p| p.parse().ok())
        .zip(get("cluster").and_then(|c| c.parse().ok()));
    let Some((project, cluster)) = place else {
        return (StatusCode::BAD_REQUEST, "the form names no project and cluster\n")
            .into_response();
    };
    let draft =
        Draft::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let name = get("name").unwrap_or_default().trim().to_owned();
    let new = new_workspace(name.clone(), project, cluster, draft.submission());
    match doors.control.create_workspace(&actor, new).await {
        Ok(made) => Redirect::to(&format!("/workloads?open={}", made.id)).into_response(),
        Err(error) => {
            let mut kept = vec![
                ("problem".to_owned(), words(&error)),
                ("project".to_owned(), project.to_string()),
                ("name".to_owned(), name),
            ];
            kept.extend(draft.pairs());
            let query: Vec<_> =
                kept.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
            Redirect::to(&format!("/workloads/new/workspace?{}", query.join("&"))).into_response()
        }
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Invalid(problems) => {
            let lines = problems.iter().map(|p| format!("{}: {}", p.field, p.message));
            lines.collect::<Vec<_>>().join(". ")
        }
        other => other.to_string(),
    }
}
