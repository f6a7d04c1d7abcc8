//! Where a tool sends the browser: on within its origin, or away.

use url::Url;

use crate::Way;

/// Where a tool sends the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// On within its own origin: the whole address.
    Inside(String),
    /// To somebody else.
    Away(String),
}

/// Reads a `Location` as a browser does (WHATWG URL), for the request at `path`. What names the tool as Berth
/// reaches it means the tool as the browser does. `None` where it is no address.
pub fn location(text: &str, path: &str, way: &Way) -> Option<Location> {
    let base = Url::parse(&format!("{}{}", way.origin(), own_slash(path))).ok()?;
    let url = base.join(text).ok()?;
    let is_browsers = url.origin() == base.origin();
    let is_berths = url.scheme() == "http"
        && url.port_or_known_default() == Some(way.tool.port())
        && url.host_str().is_some_and(|host| is_tool(host, way));
    match is_browsers || is_berths {
        // From the origin on, so that a path which begins with two slashes stays a path.
        true => Some(Location::Inside(format!("{}{}", way.origin(), after_origin(&url)))),
        false => Some(Location::Away(url.into())),
    }
}

fn is_tool(host: &str, way: &Way) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']) == way.tool.ip().to_string()
}

fn own_slash(path: &str) -> &str {
    if path.starts_with('/') { path } else { "/" }
}

fn after_origin(url: &Url) -> &str {
    &url[url::Position::BeforePath..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way() -> Way {
        Way {
            tool: "127.0.0.1:36631".parse().unwrap(),
            scheme: "http",
            authority: "vision-nb.localhost:8080".into(),
            peer: None,
            own_cookies: &[],
            port: None,
        }
    }

    #[test]
    fn a_tool_sends_people_on_within_itself() {
        for (text, there) in [
            ("/lab", "/lab"),
            ("tree?x=1#top", "/a/tree?x=1#top"),
            ("http://vision-nb.localhost:8080/lab", "/lab"),
            ("http://127.0.0.1:36631/lab", "/lab"),
            ("http://localhost:36631/lab", "/lab"),
            ("//vision-nb.localhost:8080//evil.example/", "//evil.example/"),
            ("", "/a/b"),
        ] {
            let inside = Location::Inside(format!("http://vision-nb.localhost:8080{there}"));
            assert_eq!(location(text, "/a/b", &way()), Some(inside), "{text:?}");
        }
    }

    #[test]
    fn whatever_a_browser_reads_as_another_origin_is_away() {
        for text in [
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example/",
            "/\t/evil.example/",
            "https:evil.example",
            "https://vision-nb.localhost:8080/",
            "http://vision-nb.localhost:8081/",
            "http://vision-nb.localhost.evil.example:8080/",
            "http://vision-nb.localhost:8080@evil.example/",
            "javascript:alert(1)",
            "http://127.0.0.1:22/",
        ] {
            let told = location(text, "/", &way());
            assert!(matches!(told, Some(Location::Away(_))), "{text:?}: {told:?}");
        }
    }
}
