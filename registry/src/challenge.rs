//! What a registry asks for before it answers: a token from somewhere, or name and password.

/// The header `www-authenticate`, as far as registries use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    Basic,
    /// The realm, and what is to be said to it.
    Bearer {
        realm: String,
        service: Option<String>,
        scope: Option<String>,
    },
}

impl Challenge {
    pub fn read(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let fields = fields(rest);
        let field = |name: &str| {
            let found = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        Some(Self::Bearer {
            realm: field("realm")?,
            service: field("service"),
            scope: field("scope"),
        })
    }
}

/// `name="value"` pairs; a comma inside the quotes parts nothing.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([',', ' ']).to_owned();
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        fields.push((name, value.trim().to_owned()));
        rest = left;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let read = |header| format!("{:?}", Challenge::read(header));
        let lines = [
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            r#"bearer service=s , realm="r""#,
            "Basic realm=\"x\"",
            "basic",
            "Bearer",
            "Negotiate abc",
            "",
        ]
        .map(read);
        insta::assert_snapshot!(lines.join("\n"), @r#"
        Some(Bearer { realm: "https://auth.docker.io/token", service: Some("registry.docker.io"), scope: Some("repository:a/b:pull,push") })
        Some(Bearer { realm: "r", service: Some("s"), scope: None })
        Some(Basic)
        Some(Basic)
        None
        None
        None
        "#);
    }
}
