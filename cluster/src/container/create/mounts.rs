//! What is mounted: volumes of the engine for Volumes, claims, exports and empty directories on the
//! disk; memory for those in memory; folders of the machine.

use std::collections::HashMap;

use bollard::models::{
    Mount, MountBindOptions, MountBindOptionsPropagationEnum, MountTmpfsOptions, MountType,
};
use domain::{
    AssetId, ClusterId, MemoryBytes,
    submission::{DataVolume, NfsVolume, PvcVolume, Storage, kept},
};
use serde::Serialize;

use super::super::labels::{NAME_OF_CLAIM, Stay};
use crate::{DesiredPod, SharedClaim};

/// Whoever the container runs as may write there, as in a new directory of Kubernetes.
const OPEN_MODE: i64 = 0o1777;

/// A volume that has to be there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Volume {
    pub name: String,
    /// In the container.
    pub target: String,
    pub read_only: bool,
    pub labels: HashMap<String, String>,
    /// Options of the engine's own driver; empty for a folder on its disk.
    pub options: HashMap<String, String>,
    /// Whether whoever the container runs as may write into it when it is new.
    pub is_open: bool,
    /// Whether it is another project's, who has to have made it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_anothers: bool,
}

/// The volumes of an order.
pub fn volumes(order: &DesiredPod, cluster: ClusterId) -> Vec<Volume> {
    let Some(storage) = &order.submission.storage else { return Vec::new() };
    let of_run = Stay::Run(order.workload, order.generation);
    let named =
        |kind: &str, i: usize| format!("berth-{}-{}-{kind}-{i}", order.workload, order.generation);
    let claims = kept(&storage.pvc, |v| v.exclude);
    let claims = claims.map(|(i, volume)| claim(order, cluster, i, volume));
    let exports = kept(&storage.nfs, |v| v.exclude).map(|(i, volume)| Volume {
        name: named("nfs", i),
        target: volume.mount_path.clone().unwrap_or_default(),
        read_only: volume.is_read_only(),
        labels: of_run.labels(cluster),
        options: export(volume),
        is_open: false,
        is_anothers: false,
    });
    let empty = kept(&storage.empty_dir_volume, |v| v.exclude);
    let empty = empty.filter(|(_, v)| !is_memory(v.medium.as_deref())).map(|(i, volume)| Volume {
        name: named("empty", i),
        target: volume.path.clone().unwrap_or_default(),
        read_only: false,
        labels: of_run.labels(cluster),
        options: HashMap::new(),
        is_open: true,
        is_anothers: false,
    });
    let shown = kept(&storage.data_volume, |v| v.exclude);
    let shown = shown.map(|(_, volume)| data_volume(order, cluster, volume));
    claims.chain(exports).chain(empty).chain(shown).collect()
}

/// A claim with a name belongs to the project, as one in a namespace does; one without belongs to
/// the workload.
fn claim(order: &DesiredPod, cluster: ClusterId, i: usize, volume: &PvcVolume) -> Volume {
    let name = volume.claim_name.as_deref().filter(|name| !name.is_empty());
    let stay = match (volume.existing_pvc, volume.ephemeral) {
        (Some(true), _) => Stay::Always,
        (_, Some(true)) => Stay::Run(order.workload, order.generation),
        _ => Stay::Workload(order.workload),
    };
    let mut labels = stay.labels(cluster);
    let name = match name {
        Some(claim) => {
            labels.insert(NAME_OF_CLAIM.to_owned(), claim.to_owned());
            of_project(&order.namespace, claim)
        }
        None => match stay {
            Stay::Run(workload, generation) => format!("berth-{workload}-{generation}-volume-{i}"),
            Stay::Always | Stay::Workload(_) => format!("berth-{}-volume-{i}", order.workload),
        },
    };
    let modes = volume.claim_info.as_ref().and_then(|info| info.access_modes.as_ref());
    let only_read = modes.is_some_and(|modes| modes.asked() == [false, true, false]);
    Volume {
        name,
        target: volume.path.clone().unwrap_or_default(),
        read_only: volume.read_only == Some(true) || only_read,
        labels,
        options: HashMap::new(),
        is_open: true,
        is_anothers: false,
    }
}

/// What the claim of a project is called.
fn of_project(namespace: &str, claim: &str) -> String {
    format!("{namespace}_{claim}")
}

/// The claim that a data volume shows. One that is gone is no volume that could be there.
fn data_volume(order: &DesiredPod, cluster: ClusterId, volume: &DataVolume) -> Volume {
    let id = volume.id.clone().unwrap_or_default();
    let is_it = |of: &&SharedClaim| id.parse().is_ok_and(|id: AssetId| id == of.volume);
    let of = order.shared.iter().find(is_it);
    Volume {
        name: of.map_or(id.clone(), |of| of_project(&of.namespace, &of.claim)),
        target: volume.mount_path.clone().unwrap_or_default(),
        read_only: true,
        labels: Stay::Always.labels(cluster),
        options: HashMap::new(),
        is_open: false,
        is_anothers: true,
    }
}

fn export(volume: &NfsVolume) -> HashMap<String, String> {
    let server = volume.server.as_deref().unwrap_or_default();
    let path = volume.path.as_deref().unwrap_or_default();
    let mode = if volume.is_read_only() { ",ro" } else { "" };
    let pairs = [
        ("type", "nfs".to_owned()),
        ("o", format!("addr={server}{mode}")),
        ("device", format!(":{path}")),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

/// Everything that is mounted: the volumes, memory, folders of the machine.
pub fn mounts(order: &DesiredPod, volumes: &[Volume]) -> Vec<Mount> {
    let none = Storage::default();
    let storage = order.submission.storage.as_ref().unwrap_or(&none);
    let volumes = volumes.iter().map(|volume| Mount {
        typ: Some(MountType::VOLUME),
        source: Some(volume.name.clone()),
        target: Some(volume.target.clone()),
        read_only: Some(volume.read_only),
        ..Mount::default()
    });
    let empty = kept(&storage.empty_dir_volume, |v| v.exclude);
    let memory = empty.filter(|(_, v)| is_memory(v.medium.as_deref())).map(|(_, volume)| Mount {
        typ: Some(MountType::TMPFS),
        target: volume.path.clone(),
        tmpfs_options: Some(MountTmpfsOptions {
            size_bytes: volume
                .size_limit
                .as_deref()
                .and_then(|text| text.parse::<MemoryBytes>().ok())
                .map(|size| size.0),
            mode: Some(OPEN_MODE),
            ..MountTmpfsOptions::default()
        }),
        ..Mount::default()
    });
    let folders = kept(&storage.host_path, |v| v.exclude).map(|(_, volume)| Mount {
        typ: Some(MountType::BIND),
        source: volume.path.clone(),
        target: volume.mount_path.clone(),
        read_only: Some(volume.is_read_only()),
        bind_options: Some(MountBindOptions {
            propagation: Some(match volume.mount_propagation.as_deref() {
                Some("HostToContainer") => MountBindOptionsPropagationEnum::RSLAVE,
                _ => MountBindOptionsPropagationEnum::RPRIVATE,
            }),
            ..MountBindOptions::default()
        }),
        ..Mount::default()
    });
    volumes.chain(memory).chain(folders).collect()
}

fn is_memory(medium: Option<&str>) -> bool {
    medium == Some("Memory")
}
