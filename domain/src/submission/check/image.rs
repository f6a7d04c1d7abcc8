//! Image references, as registries read them.

/// An image, and the registry that has it: `[host[:port]/]path[:tag][@digest]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// `None` is Docker's own registry.
    pub registry: Option<String>,
    pub path: String,
    pub tag: Option<String>,
    pub digest: Option<String>,
}

impl std::str::FromStr for ImageReference {
    type Err = String;

    fn from_str(image: &str) -> Result<Self, String> {
        if image.len() > 512 {
            return Err("At most 512 characters".into());
        }
        let (name, digest) = image.split_once('@').map_or((image, None), |(n, d)| (n, Some(d)));
        if digest.is_some_and(|d| !is_digest(d)) {
            return Err("After \"@\" comes a digest such as sha256:… with 64 hex digits".into());
        }
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let (path, tag) = match name[slash..].rfind(':') {
            Some(colon) => (&name[..slash + colon], Some(&name[slash + colon + 1..])),
            None => (name, None),
        };
        let tag_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        if tag.is_some_and(|t| t.is_empty() || t.len() > 128 || !t.bytes().all(tag_char)) {
            return Err("The tag after \":\" has letters, digits, \"_\", \".\" and \"-\"".into());
        }
        let host = path.split_once('/').filter(|(first, _)| is_host(first));
        let (registry, path) = host.map_or((None, path), |(host, path)| (Some(host), path));
        let owned = |text: &str| text.to_owned();
        match path.split('/').all(is_path_part) {
            true => Ok(Self {
                registry: registry.map(owned),
                path: owned(path),
                tag: tag.map(owned),
                digest: digest.map(owned),
            }),
            false => Err("This is not an image reference; one looks like registry/path:tag".into()),
        }
    }
}

/// Whether registries can read it.
pub fn image_reference(image: &str) -> Result<(), String> {
    image.parse::<ImageReference>().map(drop)
}

fn is_digest(digest: &str) -> bool {
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    digest.strip_prefix("sha256:").is_some_and(|d| d.len() == 64 && d.bytes().all(hex))
}

/// A registry's address has a dot, a port, or is `localhost`.
fn is_host(part: &str) -> bool {
    let (host, port) = part.split_once(':').map_or((part, None), |(h, p)| (h, Some(p)));
    let looks = part.contains(['.', ':']) || host == "localhost";
    let host_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    looks
        && !host.is_empty()
        && host.bytes().all(host_char)
        && port.is_none_or(|p| p.parse::<u16>().is_ok())
}

fn is_path_part(part: &str) -> bool {
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    let edge = |b: Option<u8>| b.is_some_and(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'));
    edge(part.bytes().next()) && edge(part.bytes().last()) && part.bytes().all(inner)
}
