//! Assets (`rest-api.md` §7): meta and spec, the same shape for every kind. The spec is that of the
//! domain, which is shaped like the wire.

mod credentials;
mod query;
mod scope;

use domain::{
    AssetId, ClusterId, DepartmentId, Scope, Timestamp, WorkloadId,
    asset::{
        Asset, AssetKind, AssetSpec, Environment, GitSource, S3Source, SecretSource, SupportedTypes,
    },
    secret::SecretContent,
    submission::{Compute, ConfigMapVolume, HostPathVolume, NfsVolume, PvcVolume},
    workload::PhaseName,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{TENANT_ID, error::ComplianceIssue};

pub use credentials::{
    AccessKey, CredentialBody, DockerRegistry, GenericSecret, NgcApiKey, Password, RegistryBody,
};
pub use query::AssetQuery;
pub(crate) use scope::unknown_level;
pub use scope::{ScopeFields, ScopeOf};

/// What makes an asset. It may hold a secret, so it does not print.
#[derive(Deserialize)]
pub struct AssetCreation<S> {
    pub meta: AssetCreationMeta,
    pub spec: S,
}

/// Name, description and owner of an asset to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AssetCreationMeta {
    pub name: String,
    pub description: Option<String>,
    /// `tenant`, `cluster`, `department` or `project`.
    pub scope: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub cluster_id: Option<ClusterId>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub department_id: Option<DepartmentId>,
    pub project_id: Option<i32>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub workload_supported_types: Option<SupportedTypes>,
    /// Only credentials can be private.
    pub private: Option<bool>,
}

/// What changes an asset: both parts are required, but for the kinds whose spec cannot change.
#[derive(Deserialize)]
pub struct AssetUpdateBody<S> {
    pub meta: AssetUpdateMeta,
    #[serde(default = "Option::default")]
    pub spec: Option<S>,
}

/// The new name and description; without one it has none from now on. Credentials alone keep their
/// name where none is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetUpdateMeta {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
}

/// The spec of one kind of asset, as requests send it.
pub trait KindSpec: DeserializeOwned + Send + 'static {
    const KIND: AssetKind;

    /// Whether an update may leave it out, because it changes nothing.
    const IS_FIXED: bool = false;

    fn into_spec(self) -> AssetSpec;

    /// Takes out what is secret of it.
    fn take_content(&mut self) -> SecretContent {
        SecretContent::new()
    }
}

macro_rules! kind_spec {
    ($type:ty, $kind:ident, $into:expr) => {
        impl KindSpec for $type {
            const KIND: AssetKind = AssetKind::$kind;

            fn into_spec(self) -> AssetSpec {
                $into(self)
            }
        }
    };
    ($type:ty, $kind:ident) => {
        kind_spec!($type, $kind, AssetSpec::$kind);
    };
    (fixed $type:ty, $kind:ident) => {
        impl KindSpec for $type {
            const KIND: AssetKind = AssetKind::$kind;
            const IS_FIXED: bool = true;

            fn into_spec(self) -> AssetSpec {
                AssetSpec::$kind(self)
            }
        }
    };
}

kind_spec!(Environment, Environment, |spec| AssetSpec::Environment(Box::new(spec)));
kind_spec!(Compute, Compute);
kind_spec!(PvcVolume, Pvc);
kind_spec!(NfsVolume, Nfs);
kind_spec!(S3Source, S3);
kind_spec!(GitSource, Git);
kind_spec!(HostPathVolume, HostPath);
kind_spec!(fixed ConfigMapVolume, ConfigMap);
kind_spec!(fixed SecretSource, Secret);

/// What a request sends to make or to change an asset. Every kind has a spec of its own; an update of
/// a config map or a secret may leave it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetBody {
    pub meta: AssetCreationMeta,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub spec: Option<Value>,
}

/// A list of assets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetEntries {
    pub entries: Vec<AssetView>,
}

/// An asset, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssetView {
    pub meta: AssetMeta,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub spec: Value,
    /// What it is called in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub cluster_info: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_by: Option<UsedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<SyncStatus>,
    /// Whether it complies with the policy of the project that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Compliance>,
}

/// An asset under the policy of a project (`rest-api.md` §7.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compliance {
    /// A policy attaches it to every workload there.
    pub imposed: bool,
    pub compliance: bool,
    /// What choosing it would break.
    pub reason: Vec<ComplianceIssue>,
}

/// Everything about an asset but what it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssetMeta {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: AssetId,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: AssetKind,
    pub name: String,
    pub description: Option<String>,
    pub scope: String,
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub place: ScopeFields,
    pub project_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub workload_supported_types: Option<SupportedTypes>,
    pub auto_delete: bool,
    pub private: bool,
    pub tenant_id: i32,
    pub created_by: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub created_at: Timestamp,
    pub updated_by: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub updated_at: Timestamp,
    pub update_count: u32,
}

/// What uses an asset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsedBy {
    pub workspaces: Vec<UsingWorkload>,
    pub trainings: Vec<UsingWorkload>,
    pub distributed: Vec<UsingWorkload>,
    pub inferences: Vec<UsingWorkload>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub templates: Vec<UsingTemplate>,
    pub assets: UsingAssets,
}

/// The assets that refer to a credential.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsingAssets {
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub environments: Vec<UsingAsset>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub computes: Vec<UsingAsset>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub datasources: Vec<UsingAsset>,
}

/// An asset that refers to a credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsingAsset {
    pub id: AssetId,
    pub name: String,
    pub kind: AssetKind,
}

/// A workload that uses an asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsingWorkload {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: WorkloadId,
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub status: PhaseName,
}

/// A template that links an asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsingTemplate {
    pub id: domain::TemplateId,
    pub name: String,
}

/// How the asset stands in the clusters (`form-and-assets.md` §5.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncStatus {
    pub status: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Value>,
    pub message: String,
}

impl SyncStatus {
    /// `places` are those that something did not reach.
    pub fn of(status: &str, places: &[Scope], message: String) -> Self {
        let issue = |place: &Scope| {
            serde_json::json!({
                "scopeId": place.id(), "scopeType": place.level().name(), "issue": "ReplicationError",
            })
        };
        Self { status: status.to_owned(), issues: places.iter().map(issue).collect(), message }
    }
}

impl AssetView {
    /// `key_id` names the key of its secret, if it keeps one.
    pub fn of(asset: &Asset, project_name: Option<String>, key_id: Option<i32>) -> Self {
        let meta = AssetMeta {
            id: asset.id,
            kind: asset.kind(),
            name: asset.name.to_string(),
            description: asset.description.clone(),
            scope: asset.scope.level().name().to_owned(),
            place: ScopeFields::of(asset.scope),
            project_name,
            workload_supported_types: asset.supports.clone(),
            auto_delete: false,
            private: asset.is_private(),
            tenant_id: TENANT_ID,
            created_by: asset.created_by.clone(),
            created_at: asset.created_at,
            updated_by: asset.updated_by.clone(),
            updated_at: asset.updated_at,
            update_count: asset.update_count,
        };
        let named = |name| serde_json::json!({"resources": [{"name": name}]});
        Self {
            meta,
            spec: spec_value(&asset.spec, key_id),
            cluster_info: asset.kubernetes_name().map(named),
            used_by: None,
            status: None,
            compliance: None,
        }
    }

    /// The spec under the name of its kind, as the combined lists have it.
    pub fn with_kind(mut self) -> Self {
        let name = match self.meta.kind {
            AssetKind::ConfigMap => "config_map",
            AssetKind::Secret => "secret",
            kind => kind.name(),
        };
        self.spec = serde_json::json!({ name: self.spec });
        self
    }
}

fn spec_value(spec: &AssetSpec, key_id: Option<i32>) -> Value {
    match spec {
        AssetSpec::Credential(credential) => {
            return credentials::credential_value(credential, key_id);
        }
        AssetSpec::Registry(registry) => return credentials::registry_value(registry),
        _ => {}
    }
    // Plain data with text keys; it cannot fail.
    let tagged = serde_json::to_value(spec).unwrap_or_default();
    match tagged {
        Value::Object(mut fields) => fields.remove("spec").unwrap_or_default(),
        _ => Value::Null,
    }
}
