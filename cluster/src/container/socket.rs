//! Where the engine listens: what somebody said, `DOCKER_HOST`, then the usual places, Podman of
//! this user before Podman of the machine before Docker.

use std::path::{Path, PathBuf};

/// What is wrong with an address that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSocket {
    #[error(
        "{0:?} is no socket of this machine; Berth drives the engine beside it, by an address like \
         unix:///run/podman/podman.sock"
    )]
    Elsewhere(String),
    #[error("no container engine answers at {}", list(.0))]
    Silent(Vec<PathBuf>),
}

/// The sockets to try, first one first. Where somebody named one, it is that one alone.
pub fn candidates(
    flag: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
    user: u32,
) -> Result<Vec<PathBuf>, NoSocket> {
    let named = flag.map(str::to_owned).or_else(|| variable("DOCKER_HOST"));
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        return Ok(vec![path(&named)?]);
    }
    let runtime = variable("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    let runtime = runtime.map_or_else(|| format!("/run/user/{user}").into(), PathBuf::from);
    let places = [
        runtime.join("podman/podman.sock"),
        "/run/podman/podman.sock".into(),
        runtime.join("docker.sock"),
        "/var/run/docker.sock".into(),
    ];
    Ok(places.into())
}

fn path(address: &str) -> Result<PathBuf, NoSocket> {
    let path = address.strip_prefix("unix://").unwrap_or(address);
    match Path::new(path).is_absolute() {
        true => Ok(path.into()),
        false => Err(NoSocket::Elsewhere(address.to_owned())),
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(flag: Option<&str>, variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
        };
        candidates(flag, variable, 1000).map_or_else(|wrong| wrong.to_string(), |all| list(&all))
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_usual_places() {
        let host = ("DOCKER_HOST", "unix:///tmp/other.sock");
        let lines = [
            tried(Some("/tmp/mine.sock"), &[host]),
            tried(None, &[host]),
            tried(None, &[("XDG_RUNTIME_DIR", "/tmp/me"), ("DOCKER_HOST", "")]),
            tried(None, &[]),
            tried(None, &[("DOCKER_HOST", "tcp://10.0.0.1:2375")]),
            NoSocket::Silent(vec!["/a".into(), "/b".into()]).to_string(),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        /tmp/mine.sock
        /tmp/other.sock
        /tmp/me/podman/podman.sock, /run/podman/podman.sock, /tmp/me/docker.sock, /var/run/docker.sock
        /run/user/1000/podman/podman.sock, /run/podman/podman.sock, /run/user/1000/docker.sock, /var/run/docker.sock
        "tcp://10.0.0.1:2375" is no socket of this machine; Berth drives the engine beside it, by an address like unix:///run/podman/podman.sock
        no container engine answers at /a, /b
        "#);
    }
}
