//! The pages: rendered here, woken up in the browser. Their scripts, styles and icons are inside the
//! program in a release build.

use app::{identity::logo_version, pages::sign_in::PASSWORD, programs::PROGRAMS, shell};
use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{any, get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::settings::{Setting, picture};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes};
use leptos_router::{Method, SsrMode};
use rust_embed::RustEmbed;
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    limit::RequestBodyLimitLayer,
    trace::TraceLayer,
};

use crate::{Doors, Front, auth, follow, headers, health, live, plain, rest, terminal, tools};

/// What the browser loads; made by `cargo xtask web`.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Bytes that a page may send at once: the largest policy, as JSON writes it.
const BODY_MAX: usize = 4 << 20;

/// Everything that Berth answers to.
pub fn everything(doors: Doors) -> Front {
    Front::new(doors.clone(), own(doors))
}

/// What is no tool's.
fn own(doors: Doors) -> Router {
    let context = {
        let doors = doors.clone();
        move || provide_context(doors.control.clone())
    };
    // Streams must not wait for a full block, and the wasm lies there compressed already.
    let as_it_is =
        NotForContentType::new("text/event-stream").and(NotForContentType::new("application/wasm"));
    Router::new()
        .route("/sign-in", post(auth::forms::sign_in))
        .route("/welcome", post(auth::forms::welcome))
        .route("/sign-out", post(auth::forms::sign_out))
        .route(PASSWORD, post(auth::forms::change_password))
        .route("/workloads/new/workspace", post(plain::create))
        .route("/workloads/launch", post(plain::launch))
        .route("/workloads/act", post(plain::act))
        .route("/workloads.csv", get(plain::csv))
        .route("/live", get(live::stream))
        .route("/workloads/{id}/log", get(follow::events))
        .route(tools::ENTER, get(tools::enter))
        .route("/", get(|| async { Redirect::to("/workloads") }))
        .leptos_routes_with_context(&doors, pages(), context, shell)
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .layer(middleware::from_fn_with_state(doors.clone(), auth::guard))
        .route("/workloads/{id}/terminal", any(terminal::of_page))
        .route(terminal::BY_NAME, any(terminal::by_name))
        .route("/pkg/{*path}", get(package))
        .route("/terminal/{*path}", get(public))
        .route("/logo", get(logo))
        .route("/icons.svg", get(public))
        .route("/favicon.svg", get(public))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(rest::router())
        .route("/api/{*path}", any(missing))
        .fallback(missing)
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(as_it_is)))
        .layer(middleware::from_fn(headers::secure))
        .layer(TraceLayer::new_for_http())
        .with_state(doors)
}

/// The pages of every program, and the one that says that there is no such page.
fn pages() -> Vec<AxumRouteListing> {
    let paths = PROGRAMS.iter().flat_map(|(_, pages)| pages.iter().map(|(path, _)| *path));
    let page = |path: &str| AxumRouteListing::new(path.into(), SsrMode::Async, [Method::Get], []);
    paths.chain(["/{*path}"]).map(page).collect()
}

async fn missing(request: Request) -> Response {
    rest::missing(request.uri().path())
}

async fn package(Path(path): Path<String>, headers: HeaderMap, State(_): State<Doors>) -> Response {
    file(&format!("pkg/{path}"), &headers)
}

async fn public(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    file(&path, request.headers())
}

/// The account's own logo. Its address changes with it, and nothing in it may run.
async fn logo(RawQuery(asked): RawQuery, State(doors): State<Doors>) -> Response {
    let address = doors.control.world().settings.text(Setting::Logo);
    let found =
        picture(&address).and_then(|(media, data)| Some((media, STANDARD.decode(data).ok()?)));
    let Some((media, bytes)) = found else {
        return (StatusCode::NOT_FOUND, "there is no logo\n").into_response();
    };
    let is_this = asked.is_some_and(|asked| asked == logo_version(&address).to_string());
    let kept = if is_this { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, kept)], bytes).into_response()
}

/// A file of the site, compressed where it lies there compressed; unchanged ones are not sent twice.
fn file(path: &str, headers: &HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let brotli = accepts.is_some_and(|accepts| accepts.contains("br"));
    let compressed = brotli.then(|| Site::get(&format!("{path}.br"))).flatten();
    let is_compressed = compressed.is_some();
    let Some(found) = compressed.or_else(|| Site::get(path)) else {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    };
    let hash: String =
        found.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mut response = Response::new(Body::from(found.data));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if is_compressed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
