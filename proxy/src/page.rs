//! Paths that people are sent back to.

/// Longer ones are not kept.
const PATH_MAX: usize = 2_000;

/// A path and query of one's own origin, as a browser reads it; else the front page. Two slashes, or a backslash,
/// name another host.
pub fn own_path(text: &str) -> &str {
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let is_own = text.starts_with('/') && !text.starts_with("//") && text.len() <= PATH_MAX;
    if is_plain && is_own { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ones_own_paths_are_kept() {
        for kept in ["/", "/lab?reset#x", "/a//b"] {
            assert_eq!(own_path(kept), kept);
        }
        for away in ["", "lab", "//evil", "/\\evil", "http://evil", "/a\nb", "/\t/evil", "/ä"] {
            assert_eq!(own_path(away), "/", "{away:?}");
        }
    }
}
