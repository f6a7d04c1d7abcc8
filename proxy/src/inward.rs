//! The headers of a request on its way in.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{Way, cookies};

/// Headers that concern one connection (RFC 9110, 7.6.1).
const OF_THE_CONNECTION: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Headers that say who asks: Berth's own affair, or said by Berth alone.
const OF_WHO_ASKS: [HeaderName; 7] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::FORWARDED,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("remote-user"),
    // A tool is not asked to wait: the body comes when it comes.
    header::EXPECT,
    HeaderName::from_static("x-original-url"),
];

/// Removes what concerns the connection alone, and all that it names.
pub fn unconnect(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&OF_THE_CONNECTION) {
        headers.remove(name);
    }
}

/// Makes the headers of a request those that the tool may see.
pub fn inward(headers: &mut HeaderMap, way: &Way) {
    unconnect(headers);
    for name in &OF_WHO_ASKS {
        headers.remove(name);
    }
    let said: Vec<_> = headers.keys().filter(|name| is_said_by_berth(name)).cloned().collect();
    for name in said {
        headers.remove(name);
    }
    cookies::hide(headers, way);
    let peer = way.peer.map(|peer: IpAddr| peer.to_string());
    let told = [
        ("x-forwarded-for", peer.as_deref()),
        ("x-forwarded-proto", Some(way.scheme)),
        ("x-forwarded-host", Some(way.authority.as_str())),
        (header::HOST.as_str(), Some(way.authority.as_str())),
    ];
    for (name, value) in told {
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn is_said_by_berth(name: &HeaderName) -> bool {
    name.as_str().starts_with("x-forwarded-") || name.as_str().starts_with("x-berth-")
}
