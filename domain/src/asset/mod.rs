//! Assets: reusable parts of a submission that belong to a place in the organisation
//! (`form-and-assets.md` §5–8). What an asset gives is always turned into a part of a
//! [`Submission`] first, in one place a kind, and checked as one.

mod check;
mod choice;
mod credential;
mod data;
mod environment;
mod kind;
mod merged;
mod name;
pub mod predefined;
mod resolve;
mod setup;
mod volume;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use check::{
    CONNECTION_TYPES, DESCRIPTION_MAX, EXTERNAL_TOOL_TYPES, TOOL_TYPES, check_description,
    check_spec,
};
pub use choice::{AssetChoice, DatasourceChoice, MadeFrom, Overrides, Used, UsedTemplate};
pub use credential::{Credential, CredentialKind, SSH_KEY, SecretRef, keys};
pub use data::{GitSource, S3Source, SecretSource};
pub use environment::{
    AssetVariable, Connection, CredentialKey, Environment, ExternalTool, ExternalUrlInfo,
    InternalTool, NodePortInfo, ServingPortInfo,
};
pub use kind::AssetKind;
pub use merged::merged;
pub use name::{AssetName, AssetNameProblem};
pub use resolve::{Ingredients, Picked, Resolved, resolve};
pub use volume::{
    DATA_VOLUME_DESCRIPTION_MAX, DataVolumeSource, PrivateRegistry, SCOPES_AT_ONCE,
    SHARED_SCOPES_MAX, SharedScope,
};

use crate::{
    AssetId, Scope, Timestamp,
    access::Principal,
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
    /// Nobody else sees it (`form-and-assets.md` §11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_to: Option<Principal>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
    pub update_count: u32,
}

/// The credentials that an asset refers to, by id.
pub type Secrets = BTreeMap<AssetId, SecretRef>;

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
    #[serde(rename = "data-volume")]
    DataVolume(DataVolumeSource),
    Credential(Credential),
    Registry(PrivateRegistry),
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
            Self::DataVolume(_) => AssetKind::DataVolume,
            Self::Credential(credential) => credential.kind.asset_kind(),
            Self::Registry(_) => AssetKind::Registry,
        }
    }

    /// The part of a submission that it gives. Volumes are called `name`; a credential that `secrets`
    /// does not know is named by its id.
    pub fn submission(&self, name: &str, secrets: &Secrets) -> Submission {
        match self {
            Self::Environment(environment) => environment.submission(secrets),
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
                let storage = Some(data::storage(self, name, secrets));
                Submission { storage, ..Submission::default() }
            }
            Self::DataVolume(_) | Self::Credential(_) | Self::Registry(_) => Submission::default(),
        }
    }

    /// What an update makes of it (`rest-api.md` §7.1): a claim changes its path alone, config maps,
    /// secrets and credentials nothing, all others everything. `None` when `new` is of another kind.
    pub fn updated(&self, new: Self) -> Option<Self> {
        match (self, new) {
            (Self::Pvc(old), Self::Pvc(new)) => {
                Some(Self::Pvc(PvcVolume { path: new.path, ..old.clone() }))
            }
            (Self::ConfigMap(_), Self::ConfigMap(_)) | (Self::Secret(_), Self::Secret(_)) => {
                Some(self.clone())
            }
            (Self::Credential(old), Self::Credential(new)) => {
                (old.kind == new.kind).then(|| self.clone())
            }
            (old, new) => (old.kind() == new.kind()).then_some(new),
        }
    }
}

impl AssetSpec {
    /// Whether what is kept for it must be given again with `new`: a password goes to no other address.
    pub fn wants_secret_anew(&self, new: &Self) -> bool {
        matches!((self, new), (Self::Registry(old), Self::Registry(new)) if old.url != new.url)
    }
}

impl Asset {
    pub fn kind(&self) -> AssetKind {
        self.spec.kind()
    }

    /// The part of a submission that it gives. A claim that was made with its data source is there
    /// already when a workspace mounts it.
    pub fn submission(&self, secrets: &Secrets) -> Submission {
        match &self.spec {
            AssetSpec::Pvc(pvc) if pvc.claim_name.is_some() => {
                let claim = PvcVolume { existing_pvc: Some(true), claim_info: None, ..pvc.clone() };
                AssetSpec::Pvc(claim).submission(self.name.as_str(), secrets)
            }
            spec => spec.submission(self.name.as_str(), secrets),
        }
    }

    pub fn is_private(&self) -> bool {
        self.private_to.is_some()
    }

    /// Whether workspaces may use it.
    pub fn is_for_workspaces(&self) -> bool {
        self.supports.as_ref().is_none_or(|types| types.workspace)
    }
}
