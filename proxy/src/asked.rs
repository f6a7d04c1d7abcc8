//! Under which name a request came.

use http::{HeaderMap, Uri, header};

/// Characters of a host's name at most (RFC 1035).
const NAME_MAX: usize = 253;

/// A request that names no host, several, or one that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHost {
    #[error("the request names no host")]
    Missing,
    #[error("the request names more than one host")]
    Several,
    #[error("the name of the host has characters that no host has")]
    NoName,
}

/// Host and port of a request: of `Host`, which must be there once, and agree with the request's own address where
/// that has one (RFC 9112, 3.2). In lower case, without the dot at the end.
pub fn authority(uri: &Uri, headers: &HeaderMap) -> Result<(String, Option<u16>), BadHost> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (Some(_), Some(_)) => return Err(BadHost::Several),
        (Some(one), None) => Some(split(one.to_str().map_err(|_| BadHost::NoName)?)?),
        (None, _) => None,
    };
    let own = uri.authority().map(|authority| split(authority.as_str())).transpose()?;
    match (named, own) {
        (Some(named), Some(own)) if named != own => Err(BadHost::Several),
        (Some(named), _) => Ok(named),
        (None, Some(own)) => Ok(own),
        (None, None) => Err(BadHost::Missing),
    }
}

fn split(text: &str) -> Result<(String, Option<u16>), BadHost> {
    // The port of an IPv6 address stands after the bracket.
    let end = text.rfind(']').map_or(0, |end| end + 1);
    let (name, port) = match text[end..].find(':') {
        Some(colon) => {
            let (name, port) = text.split_at(end + colon);
            (name, Some(port[1..].parse().map_err(|_| BadHost::NoName)?))
        }
        None => (text, None),
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_name = |name: &str| {
        name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    let is_address = |name: &str| {
        let inside = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        inside.is_some_and(|inside| inside.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let right = !name.is_empty() && name.len() <= NAME_MAX && (is_name(&name) || is_address(&name));
    right.then_some((name, port)).ok_or(BadHost::NoName)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, hosts: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, host.parse().unwrap());
        }
        match authority(&uri.parse().unwrap(), &headers) {
            Ok((name, Some(port))) => format!("{name} at {port}"),
            Ok((name, None)) => name,
            Err(wrong) => wrong.to_string(),
        }
    }

    #[test]
    fn a_request_names_one_host() {
        let several = "the request names more than one host";
        let no_name = "the name of the host has characters that no host has";
        let cases: [(&str, &[&str], &str); 12] = [
            ("/", &["Vision-NB.localhost:8080"], "vision-nb.localhost at 8080"),
            ("/", &["nb.localhost."], "nb.localhost"),
            ("/", &["[::1]:8080"], "[::1] at 8080"),
            ("/", &[], "the request names no host"),
            ("/", &["a.localhost", "b.localhost"], several),
            ("http://a.localhost/", &["b.localhost"], several),
            ("http://a.localhost/", &["a.localhost"], "a.localhost"),
            ("http://a.localhost:1/", &[], "a.localhost at 1"),
            ("/", &["a.localhost:99999"], no_name),
            ("/", &["a.localhost@evil"], no_name),
            ("/", &["a.localhost/evil"], no_name),
            ("/", &["[::1"], no_name),
        ];
        for (uri, hosts, told) in cases {
            assert_eq!(asked(uri, hosts), told, "{uri} {hosts:?}");
        }
    }
}
