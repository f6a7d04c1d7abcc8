//! What is mounted into the container, one list a kind. Every item has a place in the container;
//! for some kinds that is `path`, for others `mountPath`.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// All of it.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Storage {
    pub pvc: Option<Vec<PvcVolume>>,
    pub nfs: Option<Vec<NfsVolume>>,
    pub git: Option<Vec<GitVolume>>,
    pub s3: Option<Vec<S3Volume>>,
    pub host_path: Option<Vec<HostPathVolume>>,
    pub config_map_volume: Option<Vec<ConfigMapVolume>>,
    pub secret_volume: Option<Vec<SecretVolume>>,
    pub data_volume: Option<Vec<DataVolume>>,
    pub empty_dir_volume: Option<Vec<EmptyDirVolume>>,
}

/// A claim of the namespace, or a new one.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PvcVolume {
    /// Key of the item.
    pub name: Option<String>,
    /// In the container.
    pub path: Option<String>,
    /// Whether the claim is there already.
    pub existing_pvc: Option<bool>,
    pub claim_name: Option<String>,
    pub read_only: Option<bool>,
    /// Whether a new claim is removed whenever the workspace stops.
    pub ephemeral: Option<bool>,
    /// What a new claim is like.
    pub claim_info: Option<ClaimInfo>,
    /// Whether it is shared with the projects of the scope.
    pub data_sharing: Option<bool>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// What a new claim is like.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimInfo {
    /// A quantity.
    pub size: Option<String>,
    /// Absent is the default class.
    pub storage_class: Option<String>,
    pub access_modes: Option<AccessModes>,
    /// `Filesystem` or `Block`.
    pub volume_mode: Option<String>,
    /// Annotations of the claim.
    pub added_attr_values: Option<Vec<KeyValue>>,
}

/// Who may mount a claim at once. Absent is `readWriteOnce` alone.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AccessModes {
    pub read_write_once: Option<bool>,
    pub read_only_many: Option<bool>,
    pub read_write_many: Option<bool>,
}

impl AccessModes {
    /// Read-write by one node, read-only by many nodes, read-write by many nodes: which of them hold.
    pub fn asked(&self) -> [bool; 3] {
        let (read, write) = (self.read_only_many == Some(true), self.read_write_many == Some(true));
        [self.read_write_once.unwrap_or(!read && !write), read, write]
    }

    /// Whether one node at a time mounts it: whoever uses it is there.
    pub fn is_of_one_node(&self) -> bool {
        let [_, read, write] = self.asked();
        !read && !write
    }
}

/// A key and its value.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct KeyValue {
    pub key: Option<String>,
    pub value: Option<String>,
}

/// An export of a file server.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NfsVolume {
    /// Key of the item.
    pub name: Option<String>,
    pub server: Option<String>,
    /// On the server.
    pub path: Option<String>,
    /// In the container.
    pub mount_path: Option<String>,
    pub read_only: Option<bool>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A repository that is cloned.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct GitVolume {
    /// Key of the item.
    pub name: Option<String>,
    pub repository: Option<String>,
    pub branch: Option<String>,
    pub revision: Option<String>,
    /// In the container.
    pub path: Option<String>,
    pub secret_ref: Option<GitSecretRef>,
    /// Older form of `secretRef.name`.
    pub password_secret: Option<String>,
    /// Older form of `secretRef.secretKeyOfUser`.
    pub secret_key_of_user: Option<String>,
    /// Older form of `secretRef.secretKeyOfPassword`.
    pub secret_key_of_password: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// The secret that opens a repository.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct GitSecretRef {
    pub name: Option<String>,
    /// `password` or `ssh-key`.
    pub authentication_method: Option<String>,
    pub secret_key_of_user: Option<String>,
    pub secret_key_of_password: Option<String>,
}

/// A bucket of an object store.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct S3Volume {
    /// Key of the item.
    pub name: Option<String>,
    pub bucket: Option<String>,
    /// In the container.
    pub path: Option<String>,
    /// Absent is the public AWS endpoint.
    pub url: Option<String>,
    /// Secret with the credentials.
    pub access_key_secret: Option<String>,
    pub secret_key_of_access_key_id: Option<String>,
    pub secret_key_of_secret_key: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A path of the node.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct HostPathVolume {
    /// Key of the item.
    pub name: Option<String>,
    /// On the node.
    pub path: Option<String>,
    /// In the container.
    pub mount_path: Option<String>,
    pub read_only: Option<bool>,
    /// `None` or `HostToContainer`, the same for all items.
    pub mount_propagation: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A config map of the namespace.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMapVolume {
    /// Key of the item.
    pub name: Option<String>,
    pub config_map: Option<String>,
    /// In the container.
    pub mount_path: Option<String>,
    /// Mounts one key alone.
    pub sub_path: Option<String>,
    /// Four octal digits, such as `0644`.
    pub default_mode: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A secret of the namespace.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SecretVolume {
    /// Key of the item.
    pub name: Option<String>,
    pub secret: Option<String>,
    /// In the container.
    pub mount_path: Option<String>,
    /// Four octal digits, such as `0644`.
    pub default_mode: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A data volume.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct DataVolume {
    /// A UUID.
    pub id: Option<String>,
    /// In the container.
    pub mount_path: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A directory that begins empty.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EmptyDirVolume {
    /// Key of the item.
    pub name: Option<String>,
    /// In the container.
    pub path: Option<String>,
    /// `Memory`; absent or empty is the disk.
    pub medium: Option<String>,
    /// A quantity.
    pub size_limit: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

impl NfsVolume {
    /// Read-only unless said otherwise (`form-and-assets.md` §8.3).
    pub fn is_read_only(&self) -> bool {
        self.read_only != Some(false)
    }
}

impl HostPathVolume {
    /// Read-only unless said otherwise (`form-and-assets.md` §8.3).
    pub fn is_read_only(&self) -> bool {
        self.read_only != Some(false)
    }
}
