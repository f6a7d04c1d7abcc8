//! Assets: reusable parts of a submission that belong to a place in the organisation
//! (`form-and-assets.md` §5–8). What an asset gives is always turned into a part of a
//! [`Submission`] first, in one place a kind, and checked as one.

mod check;
mod choice;
mod data;
mod environment;
mod name;
pub mod predefined;
mod resolve;
mod setup;

use serde::{Deserialize, Serialize};

pub use check::{
    CONNECTION_TYPES, DESCRIPTION_MAX, EXTERNAL_TOOL_TYPES, TOOL_TYPES, check_description,
    check_spec,
};
pub use choice::{AssetChoice, DatasourceChoice, MadeFrom, Overrides, Used, UsedTemplate};
pub use data::{GitSource, S3Source, SecretSource};
pub use environment::{
    AssetVariable, Connection, CredentialKey, Environment, ExternalTool, ExternalUrlInfo,
    InternalTool, NodePortInfo, ServingPortInfo,
};
pub use name::{AssetName, AssetNameProblem};
pub use resolve::{Ingredients, Picked, Resolved, resolve};

use crate::{
    AssetId, Scope, Timestamp,
    submission::{Compute, ConfigMapVolume, HostPathVolume, NfsVolume, PvcVolume, Submission},
};

/// A reusable part of submissions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: AssetId,
    pub name: AssetName,
    pub description: Option<String>,
    pub scope: Scope,
    /// What kinds of workloads it is for; environments alone say.
    pub supports: Option<SupportedTypes>,
    pub spec: AssetSpec,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
    pub update_count: u32,
}

/// What an asset is, and what it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "spec")]
pub enum AssetSpec {
    Environment(Box<Environment>),
    Compute(Compute),
    Pvc(PvcVolume),
    Nfs(NfsVolume),
    S3(S3Source),
    Git(GitSource),
    HostPath(HostPathVolume),
    #[serde(rename = "config-map")]
    ConfigMap(ConfigMapVolume),
    #[serde(rename = "secret-volume")]
    Secret(SecretSource),
}

/// The kinds of assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AssetKind {
    Environment,
    Compute,
    Pvc,
    Nfs,
    S3,
    Git,
    HostPath,
    #[serde(rename = "config-map", alias = "configMap")]
    ConfigMap,
    #[serde(rename = "secret-volume", alias = "secret")]
    Secret,
}

impl AssetKind {
    pub const ALL: [Self; 9] = [
        Self::Environment,
        Self::Compute,
        Self::Pvc,
        Self::Nfs,
        Self::S3,
        Self::Git,
        Self::HostPath,
        Self::ConfigMap,
        Self::Secret,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Compute => "compute",
            Self::Pvc => "pvc",
            Self::Nfs => "nfs",
            Self::S3 => "s3",
            Self::Git => "git",
            Self::HostPath => "hostPath",
            Self::ConfigMap => "config-map",
            Self::Secret => "secret-volume",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// For people.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Compute => "compute resource",
            Self::Pvc => "PVC data source",
            Self::Nfs => "NFS data source",
            Self::S3 => "S3 data source",
            Self::Git => "Git data source",
            Self::HostPath => "host path data source",
            Self::ConfigMap => "ConfigMap data source",
            Self::Secret => "secret data source",
        }
    }

    /// Whether it is mounted as a volume.
    pub fn is_datasource(self) -> bool {
        !matches!(self, Self::Environment | Self::Compute)
    }
}

/// What kinds of workloads an environment is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SupportedTypes {
    pub workspace: bool,
    pub training: bool,
    pub inference: bool,
    pub distributed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dist_framework: Option<String>,
}

impl SupportedTypes {
    pub fn workspaces() -> Self {
        Self { workspace: true, ..Self::default() }
    }
}

impl AssetSpec {
    pub fn kind(&self) -> AssetKind {
        match self {
            Self::Environment(_) => AssetKind::Environment,
            Self::Compute(_) => AssetKind::Compute,
            Self::Pvc(_) => AssetKind::Pvc,
            Self::Nfs(_) => AssetKind::Nfs,
            Self::S3(_) => AssetKind::S3,
            Self::Git(_) => AssetKind::Git,
            Self::HostPath(_) => AssetKind::HostPath,
            Self::ConfigMap(_) => AssetKind::ConfigMap,
            Self::Secret(_) => AssetKind::Secret,
        }
    }

    /// The part of a submission that it gives. Volumes are called `name`.
    pub fn submission(&self, name: &str) -> Submission {
        match self {
            Self::Environment(environment) => environment.submission(),
            Self::Compute(compute) => {
                Submission { compute: Some(compute.clone()), ..Submission::default() }
            }
            Self::Pvc(_)
            | Self::Nfs(_)
            | Self::S3(_)
            | Self::Git(_)
            | Self::HostPath(_)
            | Self::ConfigMap(_)
            | Self::Secret(_) => {
                Submission { storage: Some(data::storage(self, name)), ..Submission::default() }
            }
        }
    }

    /// What an update makes of it (`rest-api.md` §7.1): a claim changes its path alone, config maps
    /// and secrets nothing, all others everything. `None` when `new` is of another kind.
    pub fn updated(&self, new: Self) -> Option<Self> {
        match (self, new) {
            (Self::Pvc(old), Self::Pvc(new)) => {
                Some(Self::Pvc(PvcVolume { path: new.path, ..old.clone() }))
            }
            (Self::ConfigMap(_), Self::ConfigMap(_)) | (Self::Secret(_), Self::Secret(_)) => {
                Some(self.clone())
            }
            (old, new) => (old.kind() == new.kind()).then_some(new),
        }
    }
}

impl Asset {
    pub fn kind(&self) -> AssetKind {
        self.spec.kind()
    }

    /// The part of a submission that it gives.
    pub fn submission(&self) -> Submission {
        self.spec.submission(self.name.as_str())
    }

    /// Whether workspaces may use it.
    pub fn is_for_workspaces(&self) -> bool {
        self.supports.as_ref().is_none_or(|types| types.workspace)
    }
}
