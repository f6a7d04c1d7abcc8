//! Terminals in the browser: a shell in the container of a workload, over a WebSocket. Frames of bytes are what is
//! typed and what is written; frames of text say something about it ([`words`]). A connection that breaks can be taken
//! up again ([`kept`]); whoever may no longer is cut off ([`line`]).

mod kept;
mod line;
mod scrollback;
mod words;

use axum::{
    extract::{
        FromRequestParts, Path, Query, Request, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::request::Parts,
    response::{IntoResponse, Response},
};
use cluster::TerminalSize;
use control::Error;
use domain::{WorkloadId, access::Actor};
use serde::Deserialize;

use self::kept::Session;
pub use self::kept::Shells;
use crate::{
    Doors,
    auth::{Holder, forgery},
    rest::{Id, RestError},
};

/// Where clusters have the terminals of their workloads.
pub const BY_NAME: &str = "/cluster-api/api/v1/{project}/workloads/{kind}/{framework}/{name}/exec";
/// Bytes of one frame at most: what is pasted at once.
const FRAME_MAX: usize = 1 << 20;

/// What an address asks for.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default = "usual_columns")]
    columns: u16,
    #[serde(default = "usual_rows")]
    rows: u16,
    /// A shell that there was before the connection broke.
    shell: Option<String>,
    /// Bytes of it that have arrived.
    #[serde(default)]
    seen: u64,
}

fn usual_columns() -> u16 {
    80
}

fn usual_rows() -> u16 {
    24
}

/// Somebody who wants a WebSocket. Browsers open those for pages of any origin, so a session counts only for ours.
pub struct Guest {
    actor: Actor,
    holder: Holder,
}

impl FromRequestParts<Doors> for Guest {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, RestError> {
        let holder = Holder::of(&parts.headers).ok_or(Error::SignedOut)?;
        if matches!(holder, Holder::Session(_)) {
            forgery::from_here(&parts.headers)?;
        }
        let actor = holder.actor(&doors.tokens, &doors.control).await?.ok_or(Error::SignedOut)?;
        Ok(Self { actor, holder })
    }
}

/// `GET /workloads/{id}/terminal`, for the page.
pub async fn of_page(
    State(doors): State<Doors>,
    guest: Guest,
    Id(id): Id<WorkloadId>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, RestError> {
    open(&doors, guest, id, asked, request).await
}

/// The same by the name of the workload, at the address that clusters have for it.
pub async fn by_name(
    State(doors): State<Doors>,
    guest: Guest,
    Path((project, _kind, _framework, name)): Path<(String, String, String, String)>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, RestError> {
    let found = doors.control.named_workload(&guest.actor, &project, &name)?;
    open(&doors, guest, found.id, asked, request).await
}

async fn open(
    doors: &Doors,
    Guest { actor, holder }: Guest,
    id: WorkloadId,
    asked: Asked,
    request: Request,
) -> Result<Response, RestError> {
    // Whoever may not, and where there is none, is told so before anything is opened.
    doors.control.terminal_of(&actor, id)?;
    let socket = match socket(request).await {
        Ok(socket) => socket,
        Err(refusal) => return Ok(refusal.into_response()),
    };
    let size = TerminalSize::of(asked.columns, asked.rows);
    let known = match &asked.shell {
        Some(shell) => doors.shells.take(shell, &actor, id).await,
        None => None,
    };
    let session = match known {
        Some(session) => session,
        None => {
            let terminal = doors.control.open_terminal(&actor, id, size).await?;
            Session::new(doors.control.random_text(), terminal, (&actor, id))
        }
    };
    let (doors, seen) = (doors.clone(), asked.seen);
    Ok(socket.on_upgrade(move |socket| async move {
        session.shell.resize(size).await;
        line::talk(doors, session, holder, seen, socket).await;
    }))
}

async fn socket(request: Request) -> Result<WebSocketUpgrade, WebSocketUpgradeRejection> {
    let (mut parts, _) = request.into_parts();
    let socket = WebSocketUpgrade::from_request_parts(&mut parts, &()).await?;
    Ok(socket.max_message_size(FRAME_MAX).max_frame_size(FRAME_MAX))
}
