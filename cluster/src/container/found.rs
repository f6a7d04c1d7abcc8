//! Our containers as the engine shows them: read from its list and its inspections, texts in, facts
//! out.

use std::{collections::BTreeMap, net::SocketAddr};

use bollard::models::{ContainerInspectResponse, ContainerStateStatusEnum};
use domain::{Reason, Timestamp};

use super::labels::Tag;
pub use crate::order::PodKey;

impl Tag {
    pub fn key(&self) -> PodKey {
        PodKey { workload: self.workload, generation: self.generation }
    }
}

/// A container of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub id: String,
    pub tag: Tag,
    pub image: String,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    /// The first process, while it runs.
    pub pid: Option<u32>,
    pub ip: Option<String>,
    /// Where its ports are on this machine.
    pub addresses: BTreeMap<u16, SocketAddr>,
    pub memory_limit: Option<i64>,
    pub state: State,
}

/// How far a container is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Made, and not started yet.
    Made,
    Running,
    Ended(End),
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    pub at: Timestamp,
    pub exit_code: i32,
    /// As the engine says.
    pub oom_killed: bool,
    /// Why it ended; `None` while that has not been found out, and where it ended well.
    pub reason: Option<Reason>,
}

impl End {
    pub fn is_success(&self) -> bool {
        self.exit_code == 0 && !self.oom_killed
    }
}

/// Reads an inspection; `None` where the container is not ours.
pub fn found(seen: &ContainerInspectResponse) -> Option<Found> {
    let config = seen.config.as_ref()?;
    let tag = Tag::of(config.labels.as_ref()?)?;
    let state = seen.state.as_ref()?;
    let started_at = time(state.started_at.as_deref());
    let created_at = seen.created.as_ref().and_then(|created| time(Some(&created.to_string())));
    let created_at = created_at.or(started_at).unwrap_or_default();
    Some(Found {
        id: seen.id.clone()?,
        tag,
        image: config.image.clone().unwrap_or_default(),
        created_at,
        started_at,
        pid: state.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|pid| *pid > 0),
        ip: address(seen),
        addresses: addresses(seen),
        memory_limit: seen.host_config.as_ref().and_then(|h| h.memory).filter(|limit| *limit > 0),
        state: match state.status {
            Some(ContainerStateStatusEnum::CREATED | ContainerStateStatusEnum::EMPTY) | None => {
                State::Made
            }
            Some(
                ContainerStateStatusEnum::RUNNING
                | ContainerStateStatusEnum::PAUSED
                | ContainerStateStatusEnum::RESTARTING,
            ) => State::Running,
            Some(_) => State::Ended(End {
                at: time(state.finished_at.as_deref()).or(started_at).unwrap_or(created_at),
                exit_code: state.exit_code.and_then(|code| i32::try_from(code).ok()).unwrap_or(-1),
                oom_killed: state.oom_killed == Some(true),
                reason: None,
            }),
        },
    })
}

/// The engines write the year 1 for "never".
fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok().filter(|at| *at > Timestamp::default())
}

fn address(seen: &ContainerInspectResponse) -> Option<String> {
    let networks = seen.network_settings.as_ref()?.networks.as_ref()?;
    let mut ips = networks.values().filter_map(|network| network.ip_address.clone());
    ips.find(|ip| !ip.is_empty())
}

fn addresses(seen: &ContainerInspectResponse) -> BTreeMap<u16, SocketAddr> {
    let ports = seen.network_settings.as_ref().and_then(|settings| settings.ports.as_ref());
    let bound = ports.into_iter().flatten().filter_map(|(port, bound)| {
        let inside = port.strip_suffix("/tcp")?.parse().ok()?;
        let outside = bound.iter().flatten().find_map(|to| {
            let (ip, port) = (to.host_ip.as_deref()?, to.host_port.as_deref()?);
            Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?))
        })?;
        Some((inside, outside))
    });
    bound.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(state: &str) -> Option<Found> {
        let text = format!(
            r#"{{"Id": "f00", "Created": "2026-11-24T10:00:00.5Z", "State": {state},
            "HostConfig": {{"Memory": 64000000}},
            "Config": {{"Image": "busy:1", "Labels": {{
                "berth.cluster": "00000000-0000-0000-0000-000000000001",
                "berth.workload": "00000000-0000-0000-0000-000000000009",
                "berth.generation": "3", "berth.restart": "1", "berth.backoff-limit": "6",
                "berth.pod": "nb-3", "berth.namespace": "runai-vision"}}}},
            "NetworkSettings": {{"Networks": {{"podman": {{"IPAddress": "10.88.0.5"}}}},
                "Ports": {{"8888/tcp": [{{"HostIp": "127.0.0.1", "HostPort": "36631"}}], "1/tcp": null}}}}}}"#
        );
        found(&serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn an_inspection_says_how_far_it_is() {
        let never = "0001-01-01T00:00:00Z";
        let states = [
            format!(r#"{{"Status": "created", "StartedAt": "{never}", "FinishedAt": "{never}", "Pid": 0}}"#),
            r#"{"Status": "running", "StartedAt": "2026-11-24T10:00:01Z", "Pid": 77}"#.to_owned(),
            r#"{"Status": "exited", "StartedAt": "2026-11-24T10:00:01Z", "FinishedAt": "2026-11-24T10:00:09Z",
                "ExitCode": 137, "OOMKilled": true}"#.to_owned(),
        ];
        let told: Vec<_> = states.iter().map(|state| format!("{:#?}", seen(state))).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn a_container_of_somebody_else_is_none_of_ours() {
        let text = r#"{"Id": "f00", "State": {}, "Config": {"Labels": {"a": "b"}}}"#;
        assert_eq!(found(&serde_json::from_str(text).unwrap()), None);
    }
}
