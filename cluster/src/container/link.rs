//! The connection to an engine: found, asked what it can do, and given up at the first sign that it
//! is gone, so that the next look finds it again, or another one.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use bollard::{API_DEFAULT_VERSION, ClientVersion, Docker, errors::Error as EngineError};
use domain::{NodeName, Timestamp, abilities::Shortcoming, node::Node};

use super::{
    create::Ground,
    engine::Engine,
    machine::{self, Gpus},
    socket::NoSocket,
};

use super::driver::Settings;

/// Seconds that the engine may take over one answer.
const ANSWER_SECS: u64 = 60;
/// The same for all the first questions together, on a machine that has a lot to do: whoever takes
/// longer is not there. A socket that nobody listens on says so at once.
const FIRST_ANSWER: Duration = Duration::from_secs(20);

/// An engine that answers.
#[derive(Clone)]
pub struct Link {
    pub docker: Docker,
    pub ground: Ground,
    pub node: Node,
    pub socket: PathBuf,
}

impl Link {
    pub fn node_name(&self) -> &NodeName {
        &self.node.name
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    #[error(transparent)]
    Socket(#[from] NoSocket),
    #[error("the engine at {socket} cannot be used: {why}")]
    Unfit { socket: PathBuf, why: String },
}

/// Asks the first socket behind which somebody answers.
pub async fn connect(settings: &Settings, now: Timestamp) -> Result<Link, NoLink> {
    for socket in settings.sockets.iter().filter(|socket| socket.exists()) {
        // Where nobody answers, the next place may be better.
        let asked = tokio::time::timeout(FIRST_ANSWER, ask(socket, settings, now)).await;
        let Ok(Ok(link)) = asked else { continue };
        return match link.ground.engine.unfit() {
            None => Ok(link),
            Some(why) => Err(NoLink::Unfit { socket: socket.clone(), why }),
        };
    }
    Err(NoSocket::Silent(settings.sockets.clone()).into())
}

async fn ask(socket: &Path, settings: &Settings, now: Timestamp) -> Result<Link, EngineError> {
    let path = socket.to_string_lossy();
    let docker = Docker::connect_with_unix(&path, ANSWER_SECS, API_DEFAULT_VERSION)?;
    // Podman thinks about each question for a while: nothing is asked twice.
    let version = docker.version().await?;
    let spoken = spoken(version.api_version.as_deref());
    let docker = Docker::connect_with_unix(&path, ANSWER_SECS, &spoken)?;
    let info = docker.info().await?;
    let engine = Engine::of(&version, &info);
    let gpus = tokio::task::spawn_blocking(machine::gpus).await.unwrap_or_default();
    let Gpus { found, trouble } = gpus;
    let mut abilities = engine.abilities(found.len(), &settings.host_folders);
    abilities.shortcomings.extend(trouble.map(|why| Shortcoming {
        what: format!("The NVIDIA driver does not answer ({why})"),
        consequence: "the GPUs of this machine cannot be used".into(),
        fix: "Look at nvidia-smi on the machine".into(),
    }));
    let node = machine::node(&engine, &found, now);
    let ground = Ground { cluster: settings.cluster, engine, gpus: found, abilities };
    Ok(Link { docker, ground, node, socket: socket.to_owned() })
}

/// The version of the interface that both know: the engine's, unless ours is older.
fn spoken(engines: Option<&str>) -> ClientVersion {
    let own = ClientVersion { ..*API_DEFAULT_VERSION };
    let numbers = engines.and_then(|text| text.split_once('.'));
    let read = numbers.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match read {
        Some(engines) if engines < (own.major_version, own.minor_version) => {
            ClientVersion { major_version: engines.0, minor_version: engines.1 }
        }
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_know_the_version_that_is_spoken() {
        let said = |engines| {
            let ClientVersion { major_version, minor_version } = spoken(engines);
            format!("{major_version}.{minor_version}")
        };
        let own = said(None);
        assert_eq!(said(Some("1.41")), "1.41");
        assert_eq!(said(Some("1.999")), own);
        assert_eq!(said(Some("new")), own);
    }
}
