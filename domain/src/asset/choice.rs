//! Which assets a submission or a template names, and what a workload was made from.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Asset, AssetKind};
use crate::{AssetId, TemplateId, submission::Sources};

/// Assets by id, as requests and templates name them (`rest-api.md` §6.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AssetChoice {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<AssetId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute: Option<AssetId>,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_empty")]
    pub datasources: Vec<DatasourceChoice>,
}

/// A data source, and where it is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasourceChoice {
    pub id: AssetId,
    /// What the caller takes it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AssetKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Overrides>,
}

/// What a submission changes about a data source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Overrides {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<String>,
}

fn null_is_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<DatasourceChoice>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

impl AssetChoice {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every asset that is named, each with the field that names it.
    pub fn ids(&self) -> Vec<(String, AssetId)> {
        let mut ids = Vec::new();
        ids.extend(self.environment.map(|id| ("assets.environment".to_owned(), id)));
        ids.extend(self.compute.map(|id| ("assets.compute".to_owned(), id)));
        let sources = self.datasources.iter().enumerate();
        ids.extend(sources.map(|(i, source)| (format!("assets.datasources[{i}].id"), source.id)));
        ids
    }

    /// These, and those of `lower` where these say nothing: an environment and a compute resource,
    /// and the data sources of both.
    pub fn over(self, lower: &Self) -> Self {
        let again = |id: AssetId| self.datasources.iter().any(|source| source.id == id);
        let mut datasources: Vec<_> =
            lower.datasources.iter().filter(|source| !again(source.id)).cloned().collect();
        datasources.extend(self.datasources);
        Self {
            environment: self.environment.or(lower.environment),
            compute: self.compute.or(lower.compute),
            datasources,
        }
    }

    pub fn names(&self, id: AssetId) -> bool {
        self.ids().iter().any(|(_, other)| *other == id)
    }
}

/// What a workload was made from: it keeps the values, and the names as they were then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MadeFrom {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<UsedTemplate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Used>,
    /// Who gave each value of the spec.
    #[serde(skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
}

/// An asset that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    pub id: AssetId,
    pub kind: AssetKind,
    pub name: String,
}

/// A template that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedTemplate {
    pub id: TemplateId,
    pub name: String,
}

impl Used {
    pub fn of(asset: &Asset) -> Self {
        Self { id: asset.id, kind: asset.kind(), name: asset.name.to_string() }
    }
}

impl MadeFrom {
    pub fn uses(&self, id: AssetId) -> bool {
        self.assets.iter().any(|used| used.id == id)
    }

    /// The asset of this kind that was used.
    pub fn of_kind(&self, kind: AssetKind) -> Option<&Used> {
        self.assets.iter().find(|used| used.kind == kind)
    }
}
