//! The headers of an answer on its way out.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{Location, Way, cookies, inward::unconnect, location};

/// What would speak for more than the tool's own pages: for other ports, or for all hosts of a domain.
const TOO_FAR: [HeaderName; 3] = [
    HeaderName::from_static("alt-svc"),
    header::STRICT_TRANSPORT_SECURITY,
    header::PUBLIC_KEY_PINS,
];

/// Makes the headers of an answer those that a tool may say. What comes back is where it sends the browser away,
/// which is for the caller to say.
pub fn outward(headers: &mut HeaderMap, path: &str, way: &Way) -> Option<String> {
    unconnect(headers);
    for name in &TOO_FAR {
        headers.remove(name);
    }
    cookies::tame(headers, way);
    if way.port.is_some() {
        // What the last workspace with this port left in a browser's memory is not this one's: its ticket was another.
        headers.append(header::VARY, HeaderValue::from_static("cookie"));
    }
    // A redirect by another name, which nobody needs.
    headers.remove(header::REFRESH);
    let told = headers.remove(header::LOCATION)?;
    let told = String::from_utf8_lossy(told.as_bytes()).into_owned();
    match location(&told, path, way) {
        Some(Location::Inside(there)) => {
            headers.insert(header::LOCATION, HeaderValue::from_str(&there).ok()?);
            None
        }
        Some(Location::Away(there)) => Some(there),
        None => None,
    }
}
