//! What is mounted: the pod's volumes, where they are mounted, and the claims that outlive the pod.

use std::collections::BTreeMap;

use domain::{
    AssetId, storage_class,
    submission::{AccessModes, ClaimInfo, PvcVolume, Storage},
};
use k8s_openapi::{
    api::core::v1::{
        ConfigMapVolumeSource, Container, EmptyDirVolumeSource, EphemeralVolumeSource,
        HostPathVolumeSource, NFSVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimSpec,
        PersistentVolumeClaimTemplate, PersistentVolumeClaimVolumeSource, SecretVolumeSource,
        Volume, VolumeDevice, VolumeMount, VolumeResourceRequirements,
    },
    apimachinery::pkg::{api::resource::Quantity, apis::meta::v1::ObjectMeta},
};

use super::{
    Images, Workspace, environment::HOME, fetch, fetch::mounted, kept, names, pod, pod::quantity,
};

/// Everything of one pod.
#[derive(Debug, Default)]
pub struct Mounts {
    pub volumes: Vec<Volume>,
    pub mounts: Vec<VolumeMount>,
    /// Claims that are given as a device and not as a folder.
    pub devices: Vec<VolumeDevice>,
    /// What fills volumes before the container starts.
    pub before: Vec<Container>,
}

/// Claims that stay while the workspace does; those that go with the pod are in the pod.
pub fn claims(workspace: &Workspace<'_>) -> Vec<PersistentVolumeClaim> {
    let Some(storage) = &workspace.submission.storage else { return Vec::new() };
    let own = kept(&storage.pvc, |volume| volume.exclude);
    let own = own.filter(|(_, volume)| is_new(volume) && volume.ephemeral != Some(true));
    let claim = |(i, volume): (usize, &PvcVolume)| {
        let info = volume.claim_info.clone().unwrap_or_default();
        let mut meta = workspace.meta(claim_name(workspace.name, i, volume));
        meta.annotations = attributes(&info);
        PersistentVolumeClaim { metadata: meta, spec: Some(claim_spec(&info)), status: None }
    };
    own.map(claim).collect()
}

fn is_new(volume: &PvcVolume) -> bool {
    volume.existing_pvc != Some(true)
}

/// What the claim of the volume with the number `i` of a workspace is called.
pub fn claim_name(workspace: &str, i: usize, volume: &PvcVolume) -> String {
    let named = volume.claim_name.clone().filter(|name| !name.is_empty());
    named.unwrap_or_else(|| names::of(workspace, &format!("volume-{i}")))
}

/// Attributes that the class asks for are annotations of the claim (`form-and-assets.md` §14).
fn attributes(info: &ClaimInfo) -> Option<BTreeMap<String, String>> {
    let pairs = info.added_attr_values.iter().flatten();
    let pairs = pairs.filter_map(|pair| Some((pair.key.clone()?, pair.value.clone()?)));
    let pairs: BTreeMap<_, _> = pairs.collect();
    (!pairs.is_empty()).then_some(pairs)
}

fn claim_spec(info: &ClaimInfo) -> PersistentVolumeClaimSpec {
    // No class at all is the empty name; no name is the class that the cluster prefers.
    let class = info.storage_class.as_deref();
    let class = class.map(|class| if class == storage_class::NONE { "" } else { class });
    let size = info.size.clone().map(|size| ("storage".to_owned(), Quantity(quantity(&size))));
    PersistentVolumeClaimSpec {
        access_modes: Some(modes(info.access_modes.as_ref())),
        storage_class_name: class.map(str::to_owned),
        volume_mode: info.volume_mode.clone(),
        resources: Some(VolumeResourceRequirements {
            requests: Some(size.into_iter().collect()),
            ..VolumeResourceRequirements::default()
        }),
        ..PersistentVolumeClaimSpec::default()
    }
}

fn modes(modes: Option<&AccessModes>) -> Vec<String> {
    let names = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];
    let asked = modes.cloned().unwrap_or_default().asked();
    names
        .iter()
        .zip(asked)
        .filter(|(_, asked)| *asked)
        .map(|(name, _)| (*name).to_owned())
        .collect()
}

/// Everything that the pod of a workspace mounts.
pub fn mounts(workspace: &Workspace<'_>, images: &Images) -> Mounts {
    let mut all = Mounts::default();
    all.shared_memory(workspace);
    if workspace.submission.create_home_dir == Some(true) {
        all.folder(in_memory_or_not("home", None, None), HOME);
    }
    if let Some(storage) = &workspace.submission.storage {
        all.claims(workspace, storage);
        all.files(storage);
        all.folders(storage);
        all.fetched(workspace, storage, images);
    }
    all
}

impl Mounts {
    fn folder(&mut self, volume: Volume, path: &str) {
        self.mounts.push(mounted(&volume.name, path, false));
        self.volumes.push(volume);
    }

    /// Shared memory as large as the container's memory; without, the runtime gives 64 MB.
    fn shared_memory(&mut self, workspace: &Workspace<'_>) {
        let Some(compute) = &workspace.submission.compute else { return };
        if compute.large_shm_request == Some(true) {
            let limit = compute.cpu_memory_limit.clone();
            self.folder(in_memory_or_not("shared-memory", Some("Memory"), limit), "/dev/shm");
        }
    }

    fn claims(&mut self, workspace: &Workspace<'_>, storage: &Storage) {
        for (i, claim) in kept(&storage.pvc, |volume| volume.exclude) {
            let name = format!("claim-{i}");
            let path = claim.path.clone().unwrap_or_default();
            let info = claim.claim_info.clone().unwrap_or_default();
            self.volumes.push(match is_new(claim) && claim.ephemeral == Some(true) {
                true => ephemeral(&name, workspace, &info),
                false => claimed(&name, claim_name(workspace.name, i, claim)),
            });
            match info.volume_mode.as_deref() {
                Some("Block") => self.devices.push(VolumeDevice { name, device_path: path }),
                _ => self.mounts.push(mounted(&name, &path, claim.read_only == Some(true))),
            }
        }
        for (i, volume) in kept(&storage.data_volume, |volume| volume.exclude) {
            let name = format!("data-{i}");
            let id = volume.id.clone().unwrap_or_default();
            let id = id.parse().map_or(id, |id: AssetId| id.to_string());
            self.volumes.push(claimed(&name, names::data_volume(&id)));
            let path = volume.mount_path.clone().unwrap_or_default();
            self.mounts.push(mounted(&name, &path, true));
        }
    }

    fn files(&mut self, storage: &Storage) {
        for (i, map) in kept(&storage.config_map_volume, |volume| volume.exclude) {
            let name = format!("config-map-{i}");
            let path = map.mount_path.clone().unwrap_or_default();
            let sub_path = map.sub_path.clone().filter(|path| !path.is_empty());
            self.mounts.push(VolumeMount { sub_path, ..mounted(&name, &path, true) });
            let source = ConfigMapVolumeSource {
                name: map.config_map.clone().unwrap_or_default(),
                default_mode: mode(map.default_mode.as_deref()),
                ..ConfigMapVolumeSource::default()
            };
            self.volumes.push(Volume { name, config_map: Some(source), ..Volume::default() });
        }
        for (i, secret) in kept(&storage.secret_volume, |volume| volume.exclude) {
            let name = format!("secret-{i}");
            let path = secret.mount_path.clone().unwrap_or_default();
            self.mounts.push(mounted(&name, &path, true));
            let source = SecretVolumeSource {
                secret_name: secret.secret.clone(),
                default_mode: mode(secret.default_mode.as_deref()),
                ..SecretVolumeSource::default()
            };
            self.volumes.push(Volume { name, secret: Some(source), ..Volume::default() });
        }
    }

    fn folders(&mut self, storage: &Storage) {
        for (i, nfs) in kept(&storage.nfs, |volume| volume.exclude) {
            let name = format!("nfs-{i}");
            let read_only = nfs.is_read_only();
            self.mounts.push(mounted(
                &name,
                nfs.mount_path.as_deref().unwrap_or_default(),
                read_only,
            ));
            let source = NFSVolumeSource {
                server: nfs.server.clone().unwrap_or_default(),
                path: nfs.path.clone().unwrap_or_default(),
                read_only: Some(read_only),
            };
            self.volumes.push(Volume { name, nfs: Some(source), ..Volume::default() });
        }
        for (i, host) in kept(&storage.host_path, |volume| volume.exclude) {
            let name = format!("host-path-{i}");
            let path = host.mount_path.as_deref().unwrap_or_default();
            self.mounts.push(VolumeMount {
                mount_propagation: host.mount_propagation.clone(),
                ..mounted(&name, path, host.is_read_only())
            });
            let path = host.path.clone().unwrap_or_default();
            let source = HostPathVolumeSource { path, type_: None };
            self.volumes.push(Volume { name, host_path: Some(source), ..Volume::default() });
        }
        for (i, empty) in kept(&storage.empty_dir_volume, |volume| volume.exclude) {
            let medium = empty.medium.as_deref();
            let volume = in_memory_or_not(&format!("empty-{i}"), medium, empty.size_limit.clone());
            self.folder(volume, empty.path.as_deref().unwrap_or_default());
        }
    }

    fn fetched(&mut self, workspace: &Workspace<'_>, storage: &Storage, images: &Images) {
        for (i, git) in kept(&storage.git, |volume| volume.exclude) {
            let name = format!("git-{i}");
            let (container, keys) = fetch::clone(&name, git, images);
            self.before.push(pod::confined(workspace, container));
            self.volumes.extend(keys);
            let path = git.path.as_deref().unwrap_or_default();
            self.folder(in_memory_or_not(&name, None, None), path);
        }
        for (i, s3) in kept(&storage.s3, |volume| volume.exclude) {
            let name = format!("s3-{i}");
            self.before.push(pod::confined(workspace, fetch::copy(&name, s3, images)));
            let path = s3.path.as_deref().unwrap_or_default();
            self.folder(in_memory_or_not(&name, None, None), path);
        }
    }
}

fn claimed(name: &str, claim_name: String) -> Volume {
    Volume {
        name: name.to_owned(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name,
            read_only: None,
        }),
        ..Volume::default()
    }
}

/// A claim that Kubernetes makes with the pod and removes with it.
fn ephemeral(name: &str, workspace: &Workspace<'_>, info: &ClaimInfo) -> Volume {
    let meta = ObjectMeta {
        labels: Some(names::labels(workspace)),
        annotations: attributes(info),
        ..ObjectMeta::default()
    };
    let template = PersistentVolumeClaimTemplate { metadata: Some(meta), spec: claim_spec(info) };
    Volume {
        name: name.to_owned(),
        ephemeral: Some(EphemeralVolumeSource { volume_claim_template: Some(template) }),
        ..Volume::default()
    }
}

fn in_memory_or_not(name: &str, medium: Option<&str>, size_limit: Option<String>) -> Volume {
    let medium = medium.filter(|medium| !medium.is_empty()).map(str::to_owned);
    let size_limit = size_limit.map(|size| Quantity(quantity(&size)));
    Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource {
            medium,
            size_limit,
            ..EmptyDirVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// Four octal digits.
fn mode(text: Option<&str>) -> Option<i32> {
    text.and_then(|text| i32::from_str_radix(text, 8).ok())
}
