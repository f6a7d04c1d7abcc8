//! How a sign-in comes to the origin of a tool. The tool's origin gives the browser a state and sends it to Berth;
//! Berth, where the person is signed in, sends it back with a code; the code and the state together become a ticket,
//! in a cookie of that host alone. Neither origin ever sees a cookie of the other.

use std::borrow::Cow;

use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header, request::Parts, uri::Authority},
    response::{IntoResponse, Redirect, Response},
};
use control::{ControlPlane, Error, SessionToken, Tool};
use proxy::own_path;
use serde::Deserialize;

use super::{At, Desk, codes::Coming, said, ticket};
use crate::{
    Doors,
    auth::{encode, session_of},
};

/// Seconds that a browser keeps its state: as long as signing in may take.
const STATE_SECS: i64 = 600;
/// Where Berth's own origin answers.
pub const ENTER: &str = "/tools/enter";

/// The name of the cookie that opens a tool.
pub fn ticket_cookie(desk: &Desk, tool: &Tool) -> Cow<'static, str> {
    desk.cookie_name(["berth-tool", "__Host-berth-tool"], tool)
}

fn state_cookie(desk: &Desk, tool: &Tool) -> Cow<'static, str> {
    desk.cookie_name(["berth-state", "__Host-berth-state"], tool)
}

impl Desk {
    fn is_secure(&self) -> bool {
        self.gateway.scheme == "https"
    }

    /// The header that sets a cookie of this host alone.
    fn cookie(&self, name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let rest = format!("Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&format!("{name}={value}; {rest}")).ok()
    }

    /// A name that is this tool's alone, also where others have the same host; of two, the one for TLS.
    fn cookie_name(&self, [plain, secure]: [&'static str; 2], tool: &Tool) -> Cow<'static, str> {
        match self.gateway.port_of(&tool.host) {
            Some(port) => format!("{plain}-{port}").into(),
            None if self.is_secure() => secure.into(),
            None => plain.into(),
        }
    }
}

impl At<'_> {
    /// Berth's origin: the one that somebody says they come from, if it is Berth's; else the usual one.
    fn main_from(self, from: Option<&str>) -> String {
        let uri = from.and_then(|from| from.parse::<Authority>().ok());
        let is_own = |uri: &Authority| {
            self.desk.is_main(uri.host()) && uri.port_u16() == self.desk.gateway.port()
        };
        match uri.filter(is_own) {
            Some(own) => format!("{}://{own}", self.desk.gateway.scheme),
            None => self.main(),
        }
    }
}

#[derive(Default, Deserialize)]
struct Begin {
    from: Option<String>,
}

#[derive(Default, Deserialize)]
struct Back {
    #[serde(default)]
    code: String,
}

/// What Berth answers itself at the origin of a tool.
pub(super) async fn at_the_tool(at: At<'_>, doors: &Doors, tool: &Tool, parts: &Parts) -> Response {
    let desk = at.desk;
    match parts.uri.path() {
        "/.berth/begin" => {
            let Query(begin) = Query::<Begin>::try_from_uri(&parts.uri).unwrap_or_default();
            if desk.passes.of(desk, &doors.control, tool, &parts.headers).await.is_ok() {
                return Redirect::to("/").into_response();
            }
            self::begin(at, &doors.control, tool, parts, begin.from.as_deref())
        }
        "/.berth/enter" => back(desk, &doors.control, tool, parts),
        _ => said::plain(StatusCode::NOT_FOUND, "there is nothing at this address"),
    }
}

/// Sends the browser to Berth to sign in, and remembers where it was.
pub(super) fn begin(
    at: At,
    control: &ControlPlane,
    tool: &Tool,
    parts: &Parts,
    from: Option<&str>,
) -> Response {
    // Several pages of a tool may begin at once: they share the state of the browser.
    let cookie = state_cookie(at.desk, tool);
    let known = proxy::cookie(&parts.headers, &cookie).filter(|state| is_state(state));
    let state = known.map_or_else(|| control.random_text(), str::to_owned);
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with(super::OWN_PATH) { "/" } else { own_path(path) };
    let (main, host) = (at.main_from(from), encode(&tool.host));
    let there = format!("{main}{ENTER}?host={host}&state={state}&to={}", encode(path));
    redirect(&there, at.desk.cookie(&cookie, &state, STATE_SECS))
}

/// Whether a text looks like a state of ours.
fn is_state(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// What a browser brings from the origin of a tool.
#[derive(Deserialize)]
pub struct Enter {
    host: String,
    state: String,
    #[serde(default)]
    to: String,
}

/// At Berth's origin: the one who is signed in gets a code for the tool.
pub async fn enter(
    State(doors): State<Doors>,
    Query(Enter { host, state, to }): Query<Enter>,
    parts: Parts,
) -> Response {
    let signed_in = parts.extensions.get::<control::SignedIn>();
    let (Some(desk), Some(signed_in)) = (&doors.tools, signed_in) else {
        return said::plain(StatusCode::NOT_FOUND, "tools are not opened here");
    };
    let named = proxy::authority(&parts.uri, &parts.headers);
    let called = named.map(|(name, _)| name).unwrap_or_default();
    let (world, at) = (doors.control.world(), At { desk, called: &called });
    let Some(tool) = world.tool(&host) else { return said::nobody(at) };
    if let Err(refusal) = world.may_open(&signed_in.actor, &tool) {
        return said::refused(at, &parts, &Error::from(refusal));
    }
    let Some(token) = session_of(&parts.headers) else {
        return said::plain(StatusCode::UNAUTHORIZED, "sign in first");
    };
    let code = doors.control.random_text();
    let session = SessionToken(token).session();
    let asked = Coming { session, workload: tool.workload.id, port: tool.port, state, to };
    desk.codes.keep(code.clone(), asked, doors.control.now());
    redirect(&format!("{}.berth/enter?code={code}", desk.gateway.url(&host, Some(&called))), None)
}

/// Back at the tool: code and state become a ticket.
fn back(desk: &Desk, control: &ControlPlane, tool: &Tool, parts: &Parts) -> Response {
    let Query(Back { code }) = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let state =
        proxy::cookie(&parts.headers, &state_cookie(desk, tool)).filter(|state| is_state(state));
    let now = control.now();
    let coming = state.and_then(|state| desk.codes.take(&code, tool, state, now));
    let Some((session, to)) = coming else { return said::too_late(tool) };
    match desk.tickets.grant(session, tool, now) {
        Some(ticket) => {
            let cookie = desk.cookie(&ticket_cookie(desk, tool), &ticket, ticket::LIFETIME_SECS);
            redirect(own_path(&to), cookie)
        }
        None => said::plain(StatusCode::INTERNAL_SERVER_ERROR, "the ticket could not be signed"),
    }
}

fn redirect(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = Redirect::to(to).into_response();
    let headers = response.headers_mut();
    // Codes stay out of what the browser tells others, and out of its memory.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}
