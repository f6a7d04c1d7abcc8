//! Plain forms, for browsers without scripts: creating a workspace, stopping, running, deleting. The page
//! of a form reads the same names from its address, so a refusal loses nothing of what was typed.

use app::pages::{
    workloads::{
        Asked,
        data::{Act, do_act},
        rows::csv as csv_of,
    },
    workspaces::{
        data::facts::{from_template, wanted},
        origin::Origin,
    },
};
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use control::{Error, SignedIn};
use domain::{access::Actor, form::Draft};

use crate::{
    Doors,
    auth::{Caller, encode},
    rest::{Query, RestError},
};

/// A form is at most this large, in bytes.
const FORM_MAX: usize = 256 << 10;

/// `POST /workloads/new/workspace`.
pub async fn create(State(doors): State<Doors>, request: Request) -> Response {
    let Some((actor, pairs)) = form(request).await else {
        return RestError::from(Error::SignedOut).into_response();
    };
    let get = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, v)| v.as_str());
    let place = get("project")
        .and_then(|p| p.parse().ok())
        .zip(get("cluster").and_then(|c| c.parse().ok()));
    let Some((project, cluster)) = place else {
        return (StatusCode::BAD_REQUEST, "the form names no project and cluster\n")
            .into_response();
    };
    let draft = Draft::of(&pairs);
    let name = get("name").unwrap_or_default().trim().to_owned();
    let origin = Origin::of(get);
    let made =
        match wanted(&doors.control, &actor, (name.clone(), project, cluster), (&draft, origin)) {
            Ok(new) => doors.control.create_workspace(&actor, new).await,
            Err(error) => Err(error),
        };
    match made {
        Ok(made) => Redirect::to(&format!("/workloads?open={}", made.id)).into_response(),
        Err(error) => {
            let mut kept = vec![
                ("problem".to_owned(), words(&error)),
                ("project".to_owned(), project.to_string()),
                ("name".to_owned(), name),
            ];
            kept.extend(origin.pair().map(|(name, value)| (name.to_owned(), value)));
            kept.extend(draft.pairs());
            back("/workloads/new/workspace", &kept)
        }
    }
}

/// `POST /workloads/launch`: a template as it is.
pub async fn launch(State(doors): State<Doors>, request: Request) -> Response {
    let Some((actor, pairs)) = form(request).await else {
        return RestError::from(Error::SignedOut).into_response();
    };
    let get = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, v)| v.as_str());
    let text = |name: &str| get(name).unwrap_or_default().trim().to_owned();
    let ids = (text("project").parse(), text("cluster").parse(), text("template").parse());
    let (Ok(project), Ok(cluster), Ok(template)) = ids else {
        let problem = ("problem".to_owned(), "Choose a project and a template first.".to_owned());
        return back("/workloads/new", &[problem, ("name".to_owned(), text("name"))]);
    };
    let new = from_template(text("name"), project, cluster, template);
    match doors.control.create_workspace(&actor, new).await {
        Ok(made) => Redirect::to(&format!("/workloads?open={}", made.id)).into_response(),
        Err(error) => {
            let kept = ["project", "name", "template"].map(|name| (name.to_owned(), text(name)));
            let problem = [("problem".to_owned(), words(&error))];
            back("/workloads/new", &[&problem[..], &kept[..]].concat())
        }
    }
}

/// `POST /workloads/act`: the buttons of a workload's pane.
pub async fn act(State(doors): State<Doors>, request: Request) -> Response {
    let Some((actor, pairs)) = form(request).await else {
        return RestError::from(Error::SignedOut).into_response();
    };
    let get = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, v)| v.as_str());
    let wanted = get("act").and_then(Act::of).zip(get("id").and_then(|id| id.parse().ok()));
    let Some((wanted, id)) = wanted else {
        return (StatusCode::BAD_REQUEST, "the form names no workload and nothing to do with it\n")
            .into_response();
    };
    let mut query = vec![];
    match do_act(&doors.control, &actor, wanted, &[id]).await {
        Ok(()) if wanted == Act::Delete => {}
        Ok(()) => query.push(("open".to_owned(), id.to_string())),
        Err(error) => {
            query.push(("open".to_owned(), id.to_string()));
            query.push(("problem".to_owned(), words(&error)));
        }
    }
    back("/workloads", &query)
}

/// `GET /workloads.csv`: the table as a file, as its page's address asks for it.
pub async fn csv(State(doors): State<Doors>, Caller(actor): Caller, query: Query) -> Response {
    let text = csv_of(&doors.control, &actor, &Asked::of_pairs(query.pairs()));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"workloads.csv\""),
    ];
    (headers, text).into_response()
}

/// Who sent the form, and its fields; nothing when nobody is signed in.
async fn form(request: Request) -> Option<(Actor, Vec<(String, String)>)> {
    let (parts, body) = request.into_parts();
    let SignedIn { actor, .. } = parts.extensions.get::<SignedIn>().cloned()?;
    let bytes = axum::body::to_bytes(body, FORM_MAX).await.unwrap_or_default();
    Some((actor, serde_urlencoded::from_bytes(&bytes).unwrap_or_default()))
}

/// To the page again, which reads these from its address.
fn back(page: &str, query: &[(String, String)]) -> Response {
    let query: Vec<_> =
        query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    Redirect::to(&format!("{page}?{}", query.join("&"))).into_response()
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
