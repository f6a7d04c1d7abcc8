//! The kinds of assets, and what each is called on the wire and by people.

use serde::{Deserialize, Serialize};

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
    #[serde(rename = "data-volume")]
    DataVolume,
    AccessKey,
    DockerRegistry,
    Password,
    GenericSecret,
    NgcApiKey,
    /// A registry that administrators offer.
    Registry,
}

impl AssetKind {
    pub const ALL: [Self; 16] = [
        Self::Environment,
        Self::Compute,
        Self::Pvc,
        Self::Nfs,
        Self::S3,
        Self::Git,
        Self::HostPath,
        Self::ConfigMap,
        Self::Secret,
        Self::DataVolume,
        Self::AccessKey,
        Self::DockerRegistry,
        Self::Password,
        Self::GenericSecret,
        Self::NgcApiKey,
        Self::Registry,
    ];

    /// Those that are mounted as volumes.
    pub const DATA_SOURCES: [Self; 7] =
        [Self::Pvc, Self::Nfs, Self::S3, Self::Git, Self::HostPath, Self::ConfigMap, Self::Secret];

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
            Self::DataVolume => "data-volume",
            Self::AccessKey => "accessKey",
            Self::DockerRegistry => "dockerRegistry",
            Self::Password => "password",
            Self::GenericSecret => "genericSecret",
            Self::NgcApiKey => "ngcApiKey",
            Self::Registry => "registry",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// For people, in a sentence.
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
            Self::DataVolume => "data volume",
            Self::AccessKey => "access key credential",
            Self::DockerRegistry => "Docker registry credential",
            Self::Password => "username and password credential",
            Self::GenericSecret => "generic secret credential",
            Self::NgcApiKey => "NGC API key credential",
            Self::Registry => "NGC private registry",
        }
    }

    /// For people, in the column *Type* of a table that holds several kinds.
    pub fn title(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Compute => "Compute resource",
            Self::Pvc => "PVC",
            Self::Nfs => "NFS",
            Self::S3 => "S3 bucket",
            Self::Git => "Git",
            Self::HostPath => "Host path",
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::DataVolume => "Data volume",
            Self::AccessKey => "Access key",
            Self::DockerRegistry => "Docker registry",
            Self::Password => "Username & password",
            Self::GenericSecret => "Generic secret",
            Self::NgcApiKey => "NGC API key",
            Self::Registry => "NGC private registry",
        }
    }

    /// Whether it is mounted as a volume by a submission that names it among its data sources.
    pub fn is_datasource(self) -> bool {
        Self::DATA_SOURCES.contains(&self)
    }

    /// Whether it keeps a secret that data sources, environments and workspaces refer to.
    pub fn is_credential(self) -> bool {
        match self {
            Self::AccessKey | Self::DockerRegistry | Self::Password => true,
            Self::GenericSecret | Self::NgcApiKey => true,
            Self::Environment | Self::Compute | Self::DataVolume | Self::Registry => false,
            Self::Pvc | Self::Nfs | Self::S3 | Self::Git => false,
            Self::HostPath | Self::ConfigMap | Self::Secret => false,
        }
    }

    /// Why nobody makes a copy of one; `None` where it may be copied.
    pub fn why_no_copy(self) -> Option<&'static str> {
        match self {
            Self::DataVolume => {
                Some("A data volume is not copied: it shows one claim, to whom it was shared with")
            }
            Self::Registry => Some("A registry is not copied, for nobody may see what it keeps"),
            _ if self.is_credential() => {
                Some("A credential is not copied, for nobody may see what it keeps")
            }
            _ => None,
        }
    }

    /// Whether somebody may keep one for themselves (`form-and-assets.md` §11).
    pub fn may_be_private(self) -> bool {
        matches!(self, Self::DockerRegistry | Self::GenericSecret | Self::NgcApiKey)
    }
}
