//! Cookies in both directions. Berth's own are seen by no tool, and set by none.

use http::{HeaderMap, HeaderValue, header};

/// The value of the cookie with this name.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    pairs(headers).find_map(|(own, value)| (own == name).then_some(value))
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// Takes Berth's own cookies out of a request.
pub fn hide(headers: &mut HeaderMap, own: &[&str]) {
    // A line that is no text holds no cookie of ours, and nobody can say what else it holds.
    let kept: Vec<_> = pairs(headers)
        .filter(|(name, _)| !is_own(name, own))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    headers.remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(&kept.join("; "))
        && !kept.is_empty()
    {
        headers.insert(header::COOKIE, line);
    }
}

/// Leaves of the cookies that a tool sets those that are for its own host, under names of its own.
pub fn tame(headers: &mut HeaderMap, own: &[&str]) {
    if !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    let set = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let kept: Vec<_> = set.filter_map(|line| tamed(line, own)).collect();
    headers.remove(header::SET_COOKIE);
    for line in kept {
        if let Ok(line) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, line);
        }
    }
}

/// A cookie without its domain, so that the browser gives it back to this host alone.
fn tamed(line: &str, own: &[&str]) -> Option<String> {
    let mut parts = line.split(';');
    let pair = parts.next()?;
    // A cookie without a name is sent as its value, which may look like one of ours.
    let (name, _) = pair.split_once('=').filter(|(name, _)| !name.trim().is_empty())?;
    if is_own(name.trim(), own) {
        return None;
    }
    let is_domain = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("domain")
    };
    let kept: Vec<_> = std::iter::once(pair).chain(parts.filter(|p| !is_domain(p))).collect();
    Some(kept.join(";"))
}

fn is_own(name: &str, own: &[&str]) -> bool {
    own.iter().any(|own| name.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["berth", "__Host-berth"];

    #[test]
    fn a_tool_sees_no_cookie_of_berth() {
        let mut headers = HeaderMap::new();
        let line = "_xsrf=2|a; berth-tool=secret; __Host-berth=s; BERTH=x; theme=dark";
        headers.append(header::COOKIE, HeaderValue::from_static(line));
        headers.append(header::COOKIE, HeaderValue::from_static("berth=s2"));
        assert_eq!(cookie(&headers, "berth-tool"), Some("secret"));
        hide(&mut headers, OWN);
        let left: Vec<_> = headers.get_all(header::COOKIE).iter().collect();
        assert_eq!(left, ["_xsrf=2|a; theme=dark"]);
    }

    #[test]
    fn a_tool_sets_cookies_for_itself_alone() {
        let mut headers = HeaderMap::new();
        for line in [
            "_xsrf=1; Path=/; Domain=localhost; HttpOnly",
            "berth=mine; Path=/",
            "__Host-berth-tool=mine; Secure; Path=/",
            "=berth=mine",
            "berth",
            "a=b; dOmAiN = .example.org ;SameSite=None",
        ] {
            headers.append(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        tame(&mut headers, OWN);
        let left: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(left, ["_xsrf=1; Path=/; HttpOnly", "a=b;SameSite=None"]);
    }
}
