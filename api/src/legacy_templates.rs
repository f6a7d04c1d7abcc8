//! Templates made of assets alone (`rest-api.md` §8.2).

use domain::{
    AssetId,
    asset::{Asset, AssetChoice, AssetKind, AssetSpec, DatasourceChoice},
    template::{SpecificRun, Template},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::{
    TENANT_ID,
    assets::{AssetCreationMeta, AssetUpdateMeta, ScopeFields},
};

/// What makes one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LegacyTemplateCreation {
    pub meta: AssetCreationMeta,
    pub spec: LegacySpec,
}

/// What replaces one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LegacyTemplateUpdate {
    pub meta: AssetUpdateMeta,
    pub spec: LegacySpec,
}

/// A body, for the description of the interface.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegacyTemplateBody {
    pub meta: AssetCreationMeta,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub spec: Value,
}

/// The assets, and what is said beside them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LegacySpec {
    pub assets: LegacyAssets,
    #[serde(default)]
    pub specific_env: Option<SpecificRun>,
}

/// Which assets; `workloadVolumes` is passed over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LegacyAssets {
    pub environment: AssetId,
    #[serde(default)]
    pub compute: Option<AssetId>,
    #[serde(default, deserialize_with = "null_is_empty")]
    pub datasources: Vec<DatasourceChoice>,
}

fn null_is_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<DatasourceChoice>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

impl LegacyAssets {
    pub fn choice(self) -> AssetChoice {
        AssetChoice {
            environment: Some(self.environment),
            compute: self.compute,
            datasources: self.datasources,
        }
    }
}

/// A list of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegacyTemplateEntries {
    pub entries: Vec<LegacyTemplateView>,
}

/// One of them, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegacyTemplateView {
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub meta: Value,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub spec: Value,
}

impl LegacyTemplateView {
    /// `asset` finds what the template names.
    pub fn of<'a>(
        template: &Template,
        project_name: Option<String>,
        asset: impl Fn(AssetId) -> Option<&'a Asset>,
    ) -> Self {
        let place = ScopeFields::of(template.scope);
        let meta = json!({
            "id": template.id, "kind": "workload-template", "name": template.name,
            "description": template.description, "scope": template.scope.level().name(),
            "clusterId": place.cluster_id, "departmentId": place.department_id,
            "projectId": place.project_id, "projectName": project_name, "tenantId": TENANT_ID,
            "autoDelete": false, "private": false, "createdBy": template.created_by,
            "createdAt": template.created_at,
            "updatedBy": template.updated_by.as_ref().unwrap_or(&template.created_by),
            "updatedAt": template.updated_at.unwrap_or(template.created_at),
        });
        let one =
            |id: AssetId| json!({"id": id, "name": asset(id).map(|asset| asset.name.to_string())});
        let environment = template.assets.environment.map(|id| {
            let mut shown = one(id);
            shown["toolTypes"] = json!(asset(id).map(tool_types).unwrap_or_default());
            shown
        });
        let sources = template.assets.datasources.iter().map(|source| {
            let mut shown = one(source.id);
            let kind = asset(source.id).map(Asset::kind).or(source.kind);
            shown["kind"] = json!(kind.map(AssetKind::name));
            shown["overrides"] = json!(source.overrides);
            shown
        });
        let assets = json!({
            "environment": environment,
            "compute": template.assets.compute.map(one),
            "datasources": sources.collect::<Vec<_>>(),
        });
        Self { meta, spec: json!({"assets": assets, "specificEnv": template.legacy}) }
    }
}

fn tool_types(asset: &Asset) -> Vec<String> {
    let AssetSpec::Environment(environment) = &asset.spec else { return vec![] };
    let internal = environment.connections.iter().filter_map(|connection| {
        let internal = connection.internal_tool_info.as_ref().map(|tool| &tool.tool_type);
        internal.or(connection.external_tool_info.as_ref().map(|tool| &tool.tool_type))
    });
    internal.cloned().collect()
}
