//! The session cookie. Over https it is `__Host-berth`, which no other host can set; over plain
//! http, which is for loopback only, browsers refuse that prefix, and it is `berth`.

use axum::http::{HeaderMap, HeaderValue, header};
use control::SessionToken;

const SECURE: &str = "__Host-berth";
const LOOPBACK: &str = "berth";
/// Seconds that a browser keeps it; the server ends the session earlier when it is not used.
const MAX_AGE: u32 = 14 * 24 * 3600;

/// The token in a request's cookies.
pub fn session_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|line| line.split(';')).filter_map(|c| c.trim().split_once('='));
    let wanted = if is_https(headers) { SECURE } else { LOOPBACK };
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// The header that sets the cookie.
pub fn setting(token: &SessionToken, headers: &HeaderMap) -> Option<HeaderValue> {
    cookie(&token.0, MAX_AGE, headers)
}

/// The header that removes the cookie.
pub fn clearing(headers: &HeaderMap) -> Option<HeaderValue> {
    cookie("", 0, headers)
}

fn cookie(value: &str, max_age: u32, headers: &HeaderMap) -> Option<HeaderValue> {
    let (name, secure) = if is_https(headers) { (SECURE, "; Secure") } else { (LOOPBACK, "") };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Whether the browser came over https, as the proxy in front says.
fn is_https(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; berth=token; c=d"));
        assert_eq!(session_of(&headers).as_deref(), Some("token"));
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(session_of(&headers), None, "a cookie of http is none over https");
    }

    #[test]
    fn over_https_the_cookie_belongs_to_the_host_alone() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        let cookie = setting(&SessionToken("t".into()), &headers).unwrap();
        assert_eq!(
            cookie.to_str().unwrap(),
            "__Host-berth=t; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
