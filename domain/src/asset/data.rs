//! Data sources: what is kept of those that refer to credentials, and how each becomes a volume of a
//! submission. The others are volumes already, without a name of their own.

use serde::{Deserialize, Serialize};

use super::{AssetName, AssetSpec, CredentialKind, SSH_KEY, SecretRef, Secrets, keys};
use crate::{
    AssetId,
    submission::{
        ConfigMapVolume, GitSecretRef, GitVolume, HostPathVolume, NfsVolume, PvcVolume, S3Volume,
        SecretVolume, Storage,
    },
};

/// A repository; `credential_id` names a credential that opens it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GitSource {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// In the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The older field for a credential of user name and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_asset_id: Option<AssetId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<AssetId>,
}

/// A bucket; `access_key_asset_id` names a credential that opens it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct S3Source {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// In the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_asset_id: Option<AssetId>,
}

/// A credential as files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecretSource {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_asset_id: Option<AssetId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_mode: Option<String>,
}

impl AssetSpec {
    /// With the defaults said (`form-and-assets.md` §17, C5) and without what only an item of a
    /// submission has.
    pub fn cleaned(self) -> Self {
        let (name, exclude) = (None, None);
        match self {
            Self::Pvc(pvc) => Self::Pvc(PvcVolume {
                name,
                exclude,
                existing_pvc: pvc.existing_pvc.or(Some(false)),
                read_only: pvc.read_only.or(Some(false)),
                ephemeral: pvc.ephemeral.or(Some(false)),
                data_sharing: pvc.data_sharing.or(Some(false)),
                ..pvc
            }),
            Self::Nfs(nfs) => Self::Nfs(NfsVolume {
                name,
                exclude,
                read_only: nfs.read_only.or(Some(true)),
                ..nfs
            }),
            Self::HostPath(path) => {
                let read_only = path.read_only.or(Some(true));
                Self::HostPath(HostPathVolume { name, exclude, read_only, ..path })
            }
            Self::ConfigMap(map) => Self::ConfigMap(ConfigMapVolume { name, exclude, ..map }),
            other => other,
        }
    }

    /// With what the cluster calls it: a claim that is made with the asset has the asset's name unless
    /// somebody gave it another.
    pub fn named(self, name: &AssetName) -> Self {
        match self {
            Self::Pvc(pvc) => {
                let claim_name = pvc.claim_name.or_else(|| Some(name.to_string()));
                Self::Pvc(PvcVolume { claim_name, ..pvc })
            }
            other => other,
        }
    }

    /// What a copy begins with: a claim of its own where this one was made with its asset.
    pub fn copied(&self) -> Self {
        match self {
            Self::Pvc(pvc) if pvc.existing_pvc != Some(true) => {
                Self::Pvc(PvcVolume { claim_name: None, ..pvc.clone() })
            }
            other => other.clone(),
        }
    }

    /// The credentials that it refers to, each with the field that does.
    pub fn credentials(&self) -> Vec<(String, AssetId)> {
        let named = |field: &str, id: Option<AssetId>| id.map(|id| (field.to_owned(), id));
        match self {
            Self::Git(git) => {
                let older = named("passwordAssetId", git.password_asset_id);
                older.into_iter().chain(named("credentialId", git.credential_id)).collect()
            }
            Self::S3(s3) => named("accessKeyAssetId", s3.access_key_asset_id).into_iter().collect(),
            Self::Secret(secret) => {
                named("credentialAssetId", secret.credential_asset_id).into_iter().collect()
            }
            Self::Environment(environment) => environment.credentials(),
            Self::Compute(_) | Self::Pvc(_) | Self::Nfs(_) | Self::HostPath(_) => vec![],
            Self::ConfigMap(_) | Self::DataVolume(_) | Self::Credential(_) | Self::Registry(_) => {
                vec![]
            }
        }
    }

    /// Where it is mounted in the container; `None` for what is not mounted.
    pub fn container_path(&self) -> Option<&str> {
        match self {
            Self::Environment(_) | Self::Compute(_) => None,
            Self::DataVolume(_) | Self::Credential(_) | Self::Registry(_) => None,
            Self::Pvc(PvcVolume { path, .. })
            | Self::S3(S3Source { path, .. })
            | Self::Git(GitSource { path, .. }) => path.as_deref(),
            Self::Nfs(NfsVolume { mount_path, .. })
            | Self::HostPath(HostPathVolume { mount_path, .. })
            | Self::ConfigMap(ConfigMapVolume { mount_path, .. })
            | Self::Secret(SecretSource { mount_path, .. }) => mount_path.as_deref(),
        }
    }

    /// The same, mounted at `path`.
    pub fn mounted_at(mut self, path: String) -> Self {
        match &mut self {
            Self::Environment(_) | Self::Compute(_) => {}
            Self::DataVolume(_) | Self::Credential(_) | Self::Registry(_) => {}
            Self::Pvc(PvcVolume { path: at, .. })
            | Self::S3(S3Source { path: at, .. })
            | Self::Git(GitSource { path: at, .. })
            | Self::Nfs(NfsVolume { mount_path: at, .. })
            | Self::HostPath(HostPathVolume { mount_path: at, .. })
            | Self::ConfigMap(ConfigMapVolume { mount_path: at, .. })
            | Self::Secret(SecretSource { mount_path: at, .. }) => *at = Some(path),
        }
        self
    }
}

/// The one volume that a data source is, called `name`.
pub(super) fn storage(spec: &AssetSpec, name: &str, secrets: &Secrets) -> Storage {
    let name = Some(name.to_owned());
    let mut storage = Storage::default();
    match spec {
        AssetSpec::Environment(_) | AssetSpec::Compute(_) => {}
        AssetSpec::DataVolume(_) | AssetSpec::Credential(_) | AssetSpec::Registry(_) => {}
        AssetSpec::Pvc(pvc) => storage.pvc = Some(vec![PvcVolume { name, ..pvc.clone() }]),
        AssetSpec::Nfs(nfs) => storage.nfs = Some(vec![NfsVolume { name, ..nfs.clone() }]),
        AssetSpec::HostPath(path) => {
            storage.host_path = Some(vec![HostPathVolume { name, ..path.clone() }]);
        }
        AssetSpec::ConfigMap(map) => {
            storage.config_map_volume = Some(vec![ConfigMapVolume { name, ..map.clone() }]);
        }
        AssetSpec::Git(git) => storage.git = Some(vec![git.volume(name, secrets)]),
        AssetSpec::S3(s3) => storage.s3 = Some(vec![s3.volume(name, secrets)]),
        AssetSpec::Secret(secret) => {
            storage.secret_volume = Some(vec![secret.volume(name, secrets)])
        }
    }
    storage
}

impl GitSource {
    fn volume(&self, name: Option<String>, secrets: &Secrets) -> GitVolume {
        let opened = self.credential_id.or(self.password_asset_id);
        GitVolume {
            name,
            repository: self.repository.clone(),
            branch: self.branch.clone(),
            revision: self.revision.clone(),
            path: self.path.clone(),
            secret_ref: opened.map(|id| git_secret(id, secrets)),
            ..GitVolume::default()
        }
    }
}

fn git_secret(id: AssetId, secrets: &Secrets) -> GitSecretRef {
    let secret = secrets.get(&id);
    let text = |text: &str| Some(text.to_owned());
    let name = secret.map_or_else(|| id.to_string(), |secret| secret.name.clone());
    let by_key = secret.is_some_and(SecretRef::opens_by_ssh);
    match by_key {
        true => GitSecretRef {
            name: Some(name),
            authentication_method: text("ssh-key"),
            secret_key_of_user: None,
            secret_key_of_password: text(SSH_KEY),
        },
        false => GitSecretRef {
            name: Some(name),
            authentication_method: text("password"),
            secret_key_of_user: text(keys::USER),
            secret_key_of_password: text(keys::PASSWORD),
        },
    }
}

impl SecretRef {
    /// Whether it is a key for SSH, and not a name with a password.
    pub fn opens_by_ssh(&self) -> bool {
        self.kind == CredentialKind::GenericSecret && self.keys.iter().any(|key| key == SSH_KEY)
    }
}

impl S3Source {
    fn volume(&self, name: Option<String>, secrets: &Secrets) -> S3Volume {
        let (bucket, path, url) = (self.bucket.clone(), self.path.clone(), self.url.clone());
        let volume = S3Volume { name, bucket, path, url, ..S3Volume::default() };
        let Some(id) = self.access_key_asset_id else { return volume };
        let secret = secrets.get(&id).map_or_else(|| id.to_string(), |secret| secret.name.clone());
        S3Volume {
            access_key_secret: Some(secret),
            secret_key_of_access_key_id: Some(keys::ACCESS_KEY_ID.to_owned()),
            secret_key_of_secret_key: Some(keys::SECRET_KEY.to_owned()),
            ..volume
        }
    }
}

impl SecretSource {
    fn volume(&self, name: Option<String>, secrets: &Secrets) -> SecretVolume {
        let named =
            |id: AssetId| secrets.get(&id).map_or_else(|| id.to_string(), |s| s.name.clone());
        SecretVolume {
            name,
            secret: self.credential_asset_id.map(named),
            mount_path: self.mount_path.clone(),
            default_mode: self.default_mode.clone(),
            exclude: None,
        }
    }
}
