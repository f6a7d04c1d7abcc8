//! Cookies in both directions. Berth's own are seen by no tool, and set by none.

use http::{HeaderMap, HeaderValue, header};

use crate::Way;

/// The value of the cookie with this name.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    pairs(headers).find_map(|(own, value)| (own == name).then_some(value))
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// Takes Berth's own cookies out of a request, and those of other tools of the host.
pub fn hide(headers: &mut HeaderMap, way: &Way) {
    let own = way.port.map(jar).unwrap_or_default();
    // A line that is no text holds no cookie of ours, and nobody can say what else it holds.
    let seen: Vec<_> = pairs(headers).filter(|(name, _)| !is_own(name, way.own_cookies)).collect();
    let of_this = |(name, value): &(&str, &str)| {
        let name = name.strip_prefix(own.as_str()).filter(|_| way.port.is_some())?;
        Some((name.to_owned(), (*value).to_owned()))
    };
    let mut kept: Vec<(String, String)> = seen.iter().filter_map(of_this).collect();
    for (name, value) in seen {
        let is_anothers = way.port.is_some() && is_in_a_jar(name);
        // One that scripts made of the same name does not stand for the tool's own.
        if !is_anothers && kept.iter().all(|(own, _)| own != name) {
            kept.push((name.to_owned(), value.to_owned()));
        }
    }
    let line: Vec<_> = kept.iter().map(|(name, value)| format!("{name}={value}")).collect();
    headers.remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(&line.join("; "))
        && !kept.is_empty()
    {
        headers.insert(header::COOKIE, line);
    }
}

/// How the names of a tool's secret cookies begin in a browser, where tools share a host.
fn jar(port: u16) -> String {
    format!("at-{port}-")
}

fn is_in_a_jar(name: &str) -> bool {
    let port = name.strip_prefix("at-").and_then(|rest| rest.split_once('-'));
    port.is_some_and(|(port, _)| port.parse::<u16>().is_ok())
}

/// Leaves of the cookies that a tool sets those that are for its own host, under names of its own.
pub fn tame(headers: &mut HeaderMap, way: &Way) {
    if !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    let set = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let kept: Vec<_> = set.filter_map(|line| tamed(line, way)).collect();
    headers.remove(header::SET_COOKIE);
    for line in kept {
        if let Ok(line) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, line);
        }
    }
}

/// A cookie without its domain, so that the browser gives it back to this host alone. Where other tools have this host
/// too, one that scripts cannot read gets a name that is this tool's alone; what scripts can read, scripts of the
/// others read as well, under any name.
fn tamed(line: &str, way: &Way) -> Option<String> {
    let mut parts = line.split(';');
    let pair = parts.next()?;
    // A cookie without a name is sent as its value, which may look like one of ours.
    let (name, _) = pair.split_once('=').filter(|(name, _)| !name.trim().is_empty())?;
    if is_own(name.trim(), way.own_cookies) || way.port.is_some() && is_in_a_jar(name.trim()) {
        return None;
    }
    let is = |part: &str, wanted: &str| {
        let name = part.split('=').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case(wanted)
    };
    let rest: Vec<_> = parts.filter(|part| !is(part, "domain")).collect();
    let jar = way.port.filter(|_| rest.iter().any(|part| is(part, "httponly"))).map(jar);
    let pair = format!("{}{}", jar.unwrap_or_default(), pair.trim_start());
    Some([pair.as_str()].into_iter().chain(rest).collect::<Vec<_>>().join(";"))
}

fn is_own(name: &str, own: &[&str]) -> bool {
    own.iter().any(|own| name.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(port: Option<u16>) -> Way {
        Way {
            tool: ([127, 0, 0, 1], 1).into(),
            scheme: "http",
            authority: "gpu-server".to_owned(),
            peer: None,
            own_cookies: &["berth", "__Host-berth"],
            port,
        }
    }

    fn sent(cookies: &'static str, port: Option<u16>) -> String {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static(cookies));
        hide(&mut headers, &way(port));
        headers.get(header::COOKIE).map_or("", |line| line.to_str().unwrap()).to_owned()
    }

    fn set(line: &'static str, port: Option<u16>) -> String {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, HeaderValue::from_static(line));
        tame(&mut headers, &way(port));
        headers.get(header::SET_COOKIE).map_or("", |line| line.to_str().unwrap()).to_owned()
    }

    #[test]
    fn a_tool_sees_no_cookie_of_berth() {
        let mut headers = HeaderMap::new();
        let line = "_xsrf=2|a; berth-tool=secret; __Host-berth=s; BERTH=x; theme=dark";
        headers.append(header::COOKIE, HeaderValue::from_static(line));
        headers.append(header::COOKIE, HeaderValue::from_static("berth=s2"));
        assert_eq!(cookie(&headers, "berth-tool"), Some("secret"));
        hide(&mut headers, &way(None));
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
        tame(&mut headers, &way(None));
        let left: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(left, ["_xsrf=1; Path=/; HttpOnly", "a=b;SameSite=None"]);
    }

    #[test]
    fn tools_of_one_host_keep_their_secrets_apart() {
        let here = Some(18_000);
        assert_eq!(
            set("session=s; Path=/; HttpOnly", here),
            "at-18000-session=s; Path=/; HttpOnly"
        );
        assert_eq!(set("_xsrf=x; Path=/; Domain=gpu", here), "_xsrf=x; Path=/", "scripts read it");
        assert_eq!(set("at-18001-session=mine; HttpOnly", here), "", "another's");
        let jars = "at-18001-session=theirs; session=scripted; at-18000-session=s; _xsrf=x; berth-tool-18000=t";
        assert_eq!(sent(jars, here), "session=s; _xsrf=x");
        assert_eq!(sent("at-18001-session=theirs", here), "");
        assert_eq!(sent("at-18001-session=own", None), "at-18001-session=own", "a host of its own");
    }
}
