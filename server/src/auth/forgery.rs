//! Protection from requests that another site makes a browser send: what changes something must
//! come from a page of ours, as `Sec-Fetch-Site` or `Origin` says, and a form sent without scripts
//! carries the session's token besides.

use axum::http::{HeaderMap, Method};
use domain::access::Forbidden;

use control::Error;

/// Refuses a changing request that does not come from this very origin.
pub fn same_origin(method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    if method.is_safe() { Ok(()) } else { from_here(headers) }
}

/// Refuses whatever does not come from a page of this very origin.
pub fn from_here(headers: &HeaderMap) -> Result<(), Error> {
    if comes_from_here(headers) {
        return Ok(());
    }
    let (who, what) = ("a page of another site".to_owned(), "change anything here".to_owned());
    Err(Forbidden { who, what }.into())
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let host = text("host");
    let origin = text("origin").and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, origin)| Some(origin) == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_let_in(lines: &[(&'static str, &'static str)]) -> bool {
        let headers = lines.iter().map(|(name, value)| {
            (axum::http::HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
        });
        same_origin(&Method::POST, &headers.collect()).is_ok()
    }

    #[test]
    fn only_pages_of_ours_may_change_things() {
        assert!(is_let_in(&[("sec-fetch-site", "same-origin")]));
        assert!(is_let_in(&[("host", "a:1"), ("origin", "http://a:1")]));
        assert!(!is_let_in(&[("host", "a:1"), ("origin", "http://b")]));
        assert!(!is_let_in(&[("sec-fetch-site", "cross-site")]));
        assert!(!is_let_in(&[
            ("sec-fetch-site", "same-site"),
            ("host", "a"),
            ("origin", "http://a")
        ]));
        assert!(!is_let_in(&[]), "who says nothing is turned away");
    }
}
