//! The tools of workspaces, each at an origin of its own: whoever is signed in and may open it reaches it there, and
//! nobody else. What a request may be and what a tool may answer is `proxy`'s; here is who, where, and what people
//! are told instead.

mod codes;
mod enter;
mod passes;
mod said;
mod ticket;

use std::{net::SocketAddr, ops::ControlFlow, sync::Arc};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use control::{Reach, Tool};
use domain::tool::Gateway;
use proxy::{BadHost, Proxy, Trouble, Way};
use tracing::debug;

use self::{codes::Codes, passes::Passes, ticket::Tickets};
use crate::{
    Doors,
    auth::{self, Tokens},
};

pub use enter::{ENTER, enter};

/// How the names of Berth's own cookies begin.
const OWN_COOKIES: &[&str] = &["berth", "__Host-berth"];
/// What Berth answers itself at the origin of a tool.
const OWN_PATH: &str = "/.berth/";

/// Everything that opening tools needs.
pub struct Desk {
    gateway: Gateway,
    main: Main,
    proxy: Proxy<Body>,
    /// Of programs, which bring their access token.
    tokens: Arc<Tokens>,
    tickets: Tickets,
    codes: Codes,
    passes: Passes,
}

/// Where Berth's own pages are.
#[derive(Clone, Debug)]
pub enum Main {
    Named {
        /// Names of Berth itself; empty where every name is that is no tool's.
        names: Vec<String>,
        /// The origin to send people to, such as `http://127.0.0.1:8080`.
        origin: String,
    },
    /// On the host of the tools, whatever a browser calls that, at this port.
    Beside(u16),
}

impl Desk {
    /// Tools are opened from now on; those who may no longer are cut off while it lives.
    pub async fn open(
        doors: &Doors,
        gateway: Gateway,
        main: Main,
    ) -> Result<Arc<Self>, control::Error> {
        let control = &doors.control;
        let tickets = Tickets::of(&control.secret("tools-key").await?)?;
        control.open_tools(gateway.clone()).await?;
        let desk = Arc::new(Self {
            gateway,
            main,
            proxy: Proxy::default(),
            tokens: doors.tokens.clone(),
            tickets,
            codes: Codes::default(),
            passes: Passes::default(),
        });
        passes::watch(Arc::downgrade(&desk), control.clone());
        Ok(desk)
    }

    fn is_main(&self, name: &str) -> bool {
        match &self.main {
            Main::Named { names, .. } => names.iter().any(|own| own == name),
            Main::Beside(_) => false,
        }
    }

    /// Berth's origin, for a browser that asked for a tool at the host `called`.
    fn main_origin(&self, called: &str) -> String {
        match &self.main {
            Main::Named { origin, .. } => origin.clone(),
            Main::Beside(port) => format!("{}://{called}:{port}", self.gateway.scheme),
        }
    }
}

/// Whose request it is.
enum Asked {
    /// Berth's own.
    Main,
    Tool(Tool),
    /// A name below the domain of tools that no workspace has.
    Nobody,
}

/// Answers a request that names a tool; one that does not is given back.
pub async fn answer(doors: &Doors, request: Request) -> ControlFlow<Response, Request> {
    let Some(desk) = doors.tools.as_deref() else { return ControlFlow::Continue(request) };
    let (name, port) = match proxy::authority(request.uri(), request.headers()) {
        Ok(named) => named,
        Err(BadHost::Missing) => return ControlFlow::Continue(request),
        Err(wrong) => {
            let told = (StatusCode::BAD_REQUEST, format!("{wrong}\n"));
            return ControlFlow::Break(told.into_response());
        }
    };
    let at = At { desk, called: &name };
    ControlFlow::Break(match asked(desk, doors, (&name, port)) {
        Asked::Main => return ControlFlow::Continue(request),
        Asked::Tool(tool) => opened(at, doors, tool, request).await,
        Asked::Nobody => said::nobody(at),
    })
}

fn asked(desk: &Desk, doors: &Doors, (name, port): (&str, Option<u16>)) -> Asked {
    let tool = |host: &str| doors.control.world().tool(host).map(Asked::Tool);
    match desk.gateway.host(name, port) {
        _ if desk.is_main(name) => Asked::Main,
        Some(host) => tool(&host).unwrap_or(Asked::Nobody),
        None if desk.gateway.takes_names() => tool(name).unwrap_or(Asked::Main),
        None => Asked::Main,
    }
}

/// Where a browser asked for a tool.
#[derive(Clone, Copy)]
struct At<'r> {
    desk: &'r Desk,
    /// The name of the host, as the browser has it.
    called: &'r str,
}

impl At<'_> {
    /// Berth's own origin.
    fn main(self) -> String {
        self.desk.main_origin(self.called)
    }
}

/// A request at the origin of a tool.
async fn opened(at: At<'_>, doors: &Doors, tool: Tool, request: Request) -> Response {
    let desk = at.desk;
    let authority = desk.gateway.authority(&tool.host, Some(at.called));
    let origin = format!("{}://{authority}", desk.gateway.scheme);
    if proxy::is_foreign(request.method(), request.headers(), &origin) {
        return said::plain(
            StatusCode::FORBIDDEN,
            "a page of another origin may not ask this tool",
        );
    }
    let (parts, body) = request.into_parts();
    if parts.uri.path().starts_with(OWN_PATH) {
        return enter::at_the_tool(at, doors, &tool, &parts).await;
    }
    let pass = match desk.passes.of(desk, &doors.control, &tool, &parts.headers).await {
        Ok(pass) => pass,
        Err(control::Error::SignedOut) if is_page(&parts) => {
            return enter::begin(at, &doors.control, &tool, &parts, None);
        }
        Err(control::Error::SignedOut) => {
            return said::plain(StatusCode::UNAUTHORIZED, "sign in first");
        }
        Err(refusal) => return said::refused(at, &parts, &refusal),
    };
    let world = doors.control.world();
    let Reach::At(listens) = world.reach(&tool) else {
        // What they may see of it may have changed since they came in.
        let why = world.actor_again(&pass.actor).map(|now| doors.control.why_not(&now, &tool));
        return said::not_now(at, &tool, &parts, &why.unwrap_or_default());
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let way = Way {
        tool: listens,
        scheme: desk.gateway.scheme,
        authority,
        peer,
        own_cookies: OWN_COOKIES,
        port: desk.gateway.port_of(&tool.host),
    };
    let asks_for_a_page = is_page(&parts);
    let request = Request::from_parts(parts, body);
    match desk.proxy.carry(request, &way, &pass.cut).await {
        Ok(answer) => match answer.away {
            None => answer.response.map(Body::new),
            Some(away) => said::away(&tool, &away, asks_for_a_page),
        },
        Err(trouble) => troubled(at, &tool, &trouble, asks_for_a_page),
    }
}

fn troubled(at: At, tool: &Tool, trouble: &Trouble, asks_for_a_page: bool) -> Response {
    debug!(host = tool.host, "{}", crate::chain(trouble));
    match trouble {
        Trouble::NoAnswer(_) if asks_for_a_page => said::waits(at, tool),
        Trouble::NoAnswer(_) => said::plain(StatusCode::BAD_GATEWAY, &trouble.to_string()),
        Trouble::Method(_) => said::plain(StatusCode::METHOD_NOT_ALLOWED, &trouble.to_string()),
        Trouble::Address(_) => said::plain(StatusCode::BAD_REQUEST, &trouble.to_string()),
        Trouble::Cut => said::plain(StatusCode::FORBIDDEN, &trouble.to_string()),
    }
}

/// Whether a person is looking, rather than a script of the tool.
fn is_page(parts: &Parts) -> bool {
    let shown = parts.headers.get("sec-fetch-dest");
    auth::is_page(parts) && shown.is_none_or(|shown| shown == "document")
}
