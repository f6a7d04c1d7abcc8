//! What the engine has to know of an asset: whether it can be imposed, and the item that it becomes
//! (`policies.md` §6, phase 2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ScopeLevel,
    asset::{self, AssetKind},
};

use super::{
    catalogue::{Catalogue, ListId},
    item::Item,
};

/// References to credentials in the specs of data sources (`rest-api.md` §7.4).
const CREDENTIALS: [&str; 4] =
    ["credentialAssetId", "credentialId", "passwordAssetId", "accessKeyAssetId"];

/// Finds an asset by its id.
pub type Assets<'a> = &'a dyn Fn(&str) -> Option<Asset>;

/// An asset that policies may name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    pub id: String,
    pub kind: AssetKind,
    /// It can be seen there and below.
    #[serde(default = "account")]
    pub scope: ScopeLevel,
    /// As `rest-api.md` §7 writes it.
    #[serde(default)]
    pub spec: Value,
}

fn account() -> ScopeLevel {
    ScopeLevel::Account
}

/// The list of the spec that holds data sources of this kind; `None` for what is no data source.
fn list(kind: AssetKind) -> Option<&'static str> {
    match kind {
        AssetKind::HostPath => Some("storage.hostPath"),
        AssetKind::Nfs => Some("storage.nfs"),
        AssetKind::Pvc => Some("storage.pvc"),
        AssetKind::Git => Some("storage.git"),
        AssetKind::S3 => Some("storage.s3"),
        AssetKind::ConfigMap => Some("storage.configMapVolume"),
        AssetKind::Secret => Some("storage.secretVolume"),
        AssetKind::Compute | AssetKind::Environment => None,
        AssetKind::DataVolume | AssetKind::Registry => None,
        AssetKind::AccessKey | AssetKind::DockerRegistry | AssetKind::Password => None,
        AssetKind::GenericSecret | AssetKind::NgcApiKey => None,
    }
}

impl From<&asset::Asset> for Asset {
    fn from(asset: &asset::Asset) -> Self {
        // Plain data with text keys; it cannot fail.
        let mut whole = serde_json::to_value(&asset.spec).unwrap_or_default();
        let spec = whole.get_mut("spec").map(Value::take).unwrap_or_default();
        Self { id: asset.id.to_string(), kind: asset.kind(), scope: asset.scope.level(), spec }
    }
}

impl Asset {
    /// Whether it can be mounted, and so imposed.
    pub fn is_data_source(&self) -> bool {
        list(self.kind).is_some()
    }

    /// Whether its spec refers to a credential asset.
    pub fn has_credentials(&self) -> bool {
        CREDENTIALS.iter().any(|name| self.spec.get(*name).is_some_and(|id| !id.is_null()))
    }

    /// The item that it becomes, under its own key; `None` for what is no data source.
    pub fn item(&self, catalogue: &Catalogue) -> Option<(ListId, Item)> {
        let list = catalogue.list_at(list(self.kind)?)?;
        let mut item = Item::read(catalogue, list, &self.spec);
        item.values.insert(catalogue.key(list).0, Value::String(imposed_key(&self.id)));
        Some((list, item))
    }
}

/// How the keys of items that imposed assets become begin.
pub(super) const IMPOSED_KEY: &str = "imposed:";

/// The key of the item that an imposed asset becomes.
pub fn imposed_key(id: &str) -> String {
    format!("{IMPOSED_KEY}{id}")
}

/// A path as the container sees it: `/data/` is `/data`.
pub fn normal_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
