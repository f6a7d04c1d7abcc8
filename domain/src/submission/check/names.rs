//! Names and values as Kubernetes takes them.

/// A Kubernetes qualified name: an optional DNS prefix, a slash, and a name of 1–63 characters.
pub fn is_qualified_name(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(p, n)| (Some(p), n));
    let dns = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let prefix_right = prefix.is_none_or(|p| {
        !p.is_empty() && p.len() <= 253 && p.bytes().all(dns) && !p.starts_with(['-', '.'])
    });
    prefix_right && !name.is_empty() && is_label_value(name)
}

/// A Kubernetes label value: at most 63 letters, digits, `-`, `_`, `.`, alphanumeric at both ends.
pub fn is_label_value(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
    text.len() <= 63
        && text.bytes().all(inner)
        && edge(text.bytes().next())
        && edge(text.bytes().last())
}

/// A name of Kubernetes objects: `^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`, at most 253 characters.
pub fn is_dns_name(text: &str) -> bool {
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=253).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An address that a browser can open.
pub fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    host.is_some_and(|host| !host.is_empty() && !url.contains(odd)) && url.len() <= URL_MAX
}

/// Bytes of a URL, at most.
const URL_MAX: usize = 2_048;
