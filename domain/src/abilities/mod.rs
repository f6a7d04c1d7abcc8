//! What a cluster cannot do of what a submission may ask. A Kubernetes cluster and the simulated one
//! can do everything; an engine that runs containers on one machine cannot. The cluster's driver says
//! what is missing and why; which fields that concerns, and what to do instead, is said here alone, so
//! that the form refuses beforehand what the driver would have to refuse later.

mod needs;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Problem, Reason, submission::Submission};

/// The key of problems of this kind, and the code of the reason.
pub const NOT_HERE: &str = "NotHere";

/// Something that not every cluster can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ability {
    Gpus,
    CpuLimits,
    MemoryLimits,
    ExtendedResources,
    Nfs,
    Git,
    S3,
    ConfigMaps,
    /// Keys of secrets as variables, and secrets as files.
    Secrets,
    /// Secrets that open a registry.
    PullSecrets,
    /// Fields of the pod as variables.
    PodFields,
    DataVolumes,
    BlockVolumes,
    StorageClasses,
    LoadBalancers,
    ReadinessProbes,
    SeccompFiles,
    IdentityTokens,
    PodAffinity,
}

impl Ability {
    pub const ALL: [Self; 19] = [
        Self::Gpus,
        Self::CpuLimits,
        Self::MemoryLimits,
        Self::ExtendedResources,
        Self::Nfs,
        Self::Git,
        Self::S3,
        Self::ConfigMaps,
        Self::Secrets,
        Self::PullSecrets,
        Self::PodFields,
        Self::DataVolumes,
        Self::BlockVolumes,
        Self::StorageClasses,
        Self::LoadBalancers,
        Self::ReadinessProbes,
        Self::SeccompFiles,
        Self::IdentityTokens,
        Self::PodAffinity,
    ];

    /// What it is called in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gpus => "GPUs",
            Self::CpuLimits => "limits of CPU",
            Self::MemoryLimits => "limits of memory",
            Self::ExtendedResources => "extended resources",
            Self::Nfs => "NFS exports",
            Self::Git => "Git repositories as volumes",
            Self::S3 => "buckets as volumes",
            Self::ConfigMaps => "config maps",
            Self::Secrets => "secrets",
            Self::PullSecrets => "secrets for registries",
            Self::PodFields => "fields of the pod",
            Self::DataVolumes => "data volumes",
            Self::BlockVolumes => "volumes of mode Block",
            Self::StorageClasses => "such storage class",
            Self::LoadBalancers => "load balancers",
            Self::ReadinessProbes => "readiness probes",
            Self::SeccompFiles => "seccomp profiles from a file",
            Self::IdentityTokens => "users from the identity provider's token",
            Self::PodAffinity => "affinity to other pods",
        }
    }

    /// What to do instead.
    pub fn instead(self) -> &'static str {
        match self {
            Self::Gpus => "Ask for 0 GPUs",
            Self::CpuLimits | Self::MemoryLimits => "Leave the limit out",
            Self::ExtendedResources => "Leave it out",
            Self::Nfs => "Mount the export on the machine and use a host path",
            Self::Git => "Clone it with the command of the workspace, into a volume",
            Self::S3 => "Copy from the bucket with the command of the workspace",
            Self::ConfigMaps => "Write the value into a variable, or use a host path",
            Self::Secrets => "Read it from a file in a volume",
            Self::PullSecrets => "Let an administrator log the engine in to the registry",
            Self::PodFields => "Write the value itself",
            Self::DataVolumes => "Use a volume or a host path",
            Self::BlockVolumes => "Choose volume mode Filesystem",
            Self::StorageClasses => "Choose the class local, or none",
            Self::LoadBalancers => "Use an external URL",
            Self::ReadinessProbes => "Leave the probe out",
            Self::SeccompFiles => "Choose RuntimeDefault",
            Self::IdentityTokens => "Choose the image's user, or numbers of your own",
            Self::PodAffinity => "Leave it out: there is one node",
        }
    }
}

/// What one cluster lacks, and what an administrator should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Abilities {
    /// What it cannot do, with the reason: `Podman 4.3.1 mounts no config maps`.
    pub lacks: BTreeMap<Ability, String>,
    /// Folders of the nodes that host paths may lie in; `None` allows every one.
    pub host_folders: Option<Vec<String>>,
    /// What is not as it should be.
    pub shortcomings: Vec<Shortcoming>,
    /// What Berth does there, as far as somebody has to allow it.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// Why it is not known what workloads use of CPU and memory there, in a sentence; `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<String>,
}

/// Something that Berth has to be allowed to do in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Right {
    /// As who grants it writes it: `list nodes`.
    pub right: String,
    /// What Berth does with it: `read the nodes`. Those for the same stand beside each other.
    pub purpose: String,
    pub is_granted: bool,
    /// Without it Berth does less, and nothing is amiss.
    #[serde(default)]
    pub is_optional: bool,
}

impl Right {
    /// Whether an administrator has to grant it.
    pub fn is_missing(&self) -> bool {
        !self.is_granted && !self.is_optional
    }
}

/// Something about a cluster that is not as it should be, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shortcoming {
    pub what: String,
    pub consequence: String,
    /// What an administrator can do about it; empty where nothing helps.
    pub fix: String,
}

impl std::fmt::Display for Shortcoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}.", self.what, self.consequence)?;
        if self.fix.is_empty() { Ok(()) } else { write!(f, " {}.", self.fix) }
    }
}

impl Abilities {
    /// Whether Berth may not do there what it has to.
    pub fn lacks_rights(&self) -> bool {
        self.rights.iter().any(Right::is_missing)
    }

    /// Notes that it cannot do something. The first reason stays.
    pub fn lack(&mut self, ability: Ability, why: impl Into<String>) {
        self.lacks.entry(ability).or_insert_with(|| why.into());
    }

    /// Everything that `submission` asks and this cluster cannot do, each at its field. Paths begin
    /// with `spec.`.
    pub fn missing(&self, submission: &Submission) -> Vec<Problem> {
        let needs = needs::of(submission);
        let lacking = needs.into_iter().filter_map(|need| {
            let why = self.lacks.get(&need.ability)?;
            let (label, instead) = (need.ability.label(), need.ability.instead());
            let message = format!("This cluster has no {label}: {why}. {instead}");
            Some(Problem::new(format!("spec.{}", need.field), NOT_HERE, message))
        });
        lacking.chain(self.closed_folders(submission)).collect()
    }

    /// The first of them as the reason of a workload that was accepted elsewhere, or earlier.
    pub fn refusal(&self, submission: &Submission) -> Option<Reason> {
        let Problem { field, message, .. } = self.missing(submission).into_iter().next()?;
        Some(Reason::NotHere { field, why: message })
    }

    fn closed_folders(&self, submission: &Submission) -> Vec<Problem> {
        let Some(open) = self.host_folders.as_deref() else { return Vec::new() };
        let message = match open {
            [] => NO_FOLDER.to_owned(),
            open => format!("Must be in one of the folders {}", open.join(", ")),
        };
        let closed = needs::host_paths(submission).filter(|(_, path)| !is_below(path, open));
        closed
            .map(|(field, _)| Problem::new(format!("spec.{field}"), NOT_HERE, message.clone()))
            .collect()
    }
}

const NO_FOLDER: &str = "This cluster opens no folder of its machine; an administrator can, with \
                         --host-folder";

/// Whether a path lies in one of the folders, by its own words: one with `..` does not.
fn is_below(path: &str, folders: &[String]) -> bool {
    let path: Vec<_> = parts(path).collect();
    !path.contains(&"..")
        && folders.iter().any(|folder| path.starts_with(&parts(folder).collect::<Vec<_>>()))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

#[cfg(test)]
mod tests;
