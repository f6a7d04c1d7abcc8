//! Whether a page of another origin is behind a request. Cookies of sibling hosts come along with what they ask of
//! each other, so that the cookie alone does not say that the person meant it.

use http::{HeaderMap, Method, header};

/// Whether a request comes from a page of another origin, and is more than following a link.
pub fn is_foreign(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_link = method == Method::GET && text("sec-fetch-mode") == Some("navigate");
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => false,
        // A frame of another origin would let it draw over the tool.
        Some(_) => !is_link || text("sec-fetch-dest") != Some("document"),
        None => {
            let is_read = matches!(*method, Method::GET | Method::HEAD);
            let of = headers.get(header::ORIGIN);
            let is_plain = is_read && !headers.contains_key(header::UPGRADE);
            !is_plain && of.is_some_and(|of| of != origin)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(method: Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_foreign(&method, &headers, "http://nb.localhost:8080")
    }

    #[test]
    fn links_may_come_from_anywhere_and_nothing_else_may() {
        let link = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(!foreign(Method::GET, &link));
        assert!(foreign(Method::POST, &link));
        let frame = [link[0], link[1], ("sec-fetch-dest", "iframe")];
        assert!(foreign(Method::GET, &frame));
        let call = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")];
        assert!(foreign(Method::GET, &call));
        assert!(!foreign(Method::POST, &[("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn where_a_browser_does_not_say_the_origin_does() {
        let evil = ("origin", "http://evil.localhost:8080");
        let own = ("origin", "http://nb.localhost:8080");
        let upgrade = ("upgrade", "websocket");
        assert!(foreign(Method::GET, &[evil, upgrade]));
        assert!(!foreign(Method::GET, &[own, upgrade]));
        assert!(foreign(Method::POST, &[evil]));
        assert!(!foreign(Method::POST, &[own]));
        assert!(!foreign(Method::POST, &[]), "a program, not a page");
    }
}
