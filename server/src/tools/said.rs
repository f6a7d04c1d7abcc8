//! What people are told at the origin of a tool where the tool itself cannot speak. Small pages that load nothing;
//! scripts of tools get a line of text.

use axum::{
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use control::{Error, Tool};
use html_escape::encode_safe;

use super::{At, is_page};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto 0;\
    padding:0 1.5rem}h1{font-size:1.25rem}:root{color-scheme:light dark}a{color:LinkText}\
    p{overflow-wrap:anywhere}";
/// Nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// A line of text.
pub fn plain(status: StatusCode, text: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], format!("{text}\n")).into_response()
}

/// No workspace has this name.
pub fn nobody(at: At) -> Response {
    let about = "The workspace may have been deleted, or the address has a mistake in it.";
    let link = (format!("{}/workloads", at.main()), "Workloads".to_owned());
    page(StatusCode::NOT_FOUND, "No workspace has this address", about, Some(link))
}

/// Somebody may not open the tool.
pub fn refused(at: At, parts: &Parts, refusal: &Error) -> Response {
    let status = match refusal {
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    if !is_page(parts) {
        return plain(status, &refusal.to_string());
    }
    let link = (format!("{}/workloads", at.main()), "Workloads".to_owned());
    page(status, "You may not open this tool", &format!("{refusal}."), Some(link))
}

/// The workspace does not run: Berth's own page says why, and what can be done.
pub fn not_now(at: At, tool: &Tool, parts: &Parts, why: &str) -> Response {
    if is_page(parts) {
        return waits(at, tool);
    }
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, why);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// To the page that waits for the tool and opens it.
pub fn waits(at: At, tool: &Tool) -> Response {
    let there = format!("{}/tools/{}/{}?wait=1", at.main(), tool.workload.id, tool.port);
    Redirect::to(&there).into_response()
}

/// The tool sends people elsewhere.
pub fn away(tool: &Tool, to: &str, asks_for_a_page: bool) -> Response {
    if !asks_for_a_page {
        return plain(StatusCode::BAD_GATEWAY, &format!("the tool leads away, to {to}"));
    }
    let title = "This tool leads somewhere else";
    let about = format!("{} wants to send you to {to}", tool.workload.name);
    let is_web = to.starts_with("http://") || to.starts_with("https://");
    let link = is_web.then(|| (to.to_owned(), "Go there".to_owned()));
    page(StatusCode::OK, title, &about, link)
}

/// The code was too old, or for another browser.
pub fn too_late(tool: &Tool) -> Response {
    let about = format!("Open {} once more.", tool.workload.name);
    let link = Some(("/".to_owned(), "Open".to_owned()));
    page(StatusCode::BAD_REQUEST, "Opening took too long", &about, link)
}

fn page(status: StatusCode, title: &str, about: &str, link: Option<(String, String)>) -> Response {
    let (title, about) = (encode_safe(title), encode_safe(about));
    let link = link.map(|(to, word)| {
        let (to, word) = (encode_safe(&to), encode_safe(&word));
        format!("<p><a rel=\"noreferrer\" href=\"{to}\">{word}</a></p>")
    });
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style><main><h1>{title}</h1><p>{about}</p>{}</main></html>",
        link.unwrap_or_default()
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(text)).into_response()
}
