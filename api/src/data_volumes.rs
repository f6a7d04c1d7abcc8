//! Data volumes (`rest-api.md` §13.3).

use domain::{
    AssetId, ClusterId, DepartmentId, Problem, ProjectId, Scope, Timestamp,
    asset::{Asset, AssetSpec},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    list::{Fields, Listed, lent, made},
    templates::read_scope,
};

/// What makes one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataVolumeCreation {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(rename = "originPvcName")]
    pub origin_pvc_name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub project_id: ProjectId,
    #[serde(default)]
    pub shared_scopes: Option<Vec<ScopeRef>>,
    /// Must stay false.
    #[serde(default)]
    pub should_delete_original_volume: Option<bool>,
    #[serde(default)]
    pub use_original_volume: Option<bool>,
}

/// A place by level and id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ScopeRef {
    /// `cluster`, `department` or `project`.
    pub scope_type: String,
    pub scope_id: String,
}

/// Another description.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DataVolumePatch {
    pub description: Option<String>,
}

/// Places that gain and lose it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SharedScopesPatch {
    pub add: Option<Vec<ScopeRef>>,
    pub remove: Option<Vec<ScopeRef>>,
}

/// A page of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DataVolumes {
    pub datavolumes: Vec<DataVolumeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// One, as the public interface shows it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataVolumeView {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: AssetId,
    pub name: String,
    pub description: Option<String>,
    pub origin_pvc_name: String,
    pub project_id: String,
    pub project_name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub department_id: Option<DepartmentId>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub cluster_id: Option<ClusterId>,
    pub status: DataVolumeStatus,
    pub use_original_volume: bool,
    pub should_delete_original_volume: bool,
    pub created_by: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub created_at: Timestamp,
    pub updated_by: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub updated_at: Timestamp,
    /// As far as the caller may see the places.
    pub shared_scopes: Option<Vec<SharedScopeView>>,
}

/// How one stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataVolumeStatus {
    /// `Ready`, `NotReady`, `Creating`, `Deleting` or `Unknown`.
    pub phase: String,
    pub phase_message: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub conditions: Vec<serde_json::Value>,
    pub datavolume_pvc_name: Option<String>,
}

/// A place that may mount it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SharedScopeView {
    pub scope_type: String,
    pub scope_id: String,
    pub scope_name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub created_at: Timestamp,
    pub created_by: String,
}

/// What the view needs to know beside the data volume.
#[derive(Clone, Debug, Default)]
pub struct Around {
    pub project_name: String,
    pub department: Option<DepartmentId>,
    pub cluster: Option<ClusterId>,
    pub phase: &'static str,
    pub phase_message: Option<String>,
}

impl DataVolumeView {
    /// `None` for an asset of another kind.
    pub fn of(asset: &Asset, around: Around) -> Option<Self> {
        let AssetSpec::DataVolume(volume) = &asset.spec else { return None };
        let status = DataVolumeStatus {
            phase: around.phase.to_owned(),
            phase_message: around.phase_message,
            conditions: vec![],
            datavolume_pvc_name: Some(volume.origin_pvc_name.clone()),
        };
        Some(Self {
            id: asset.id,
            name: asset.name.to_string(),
            description: asset.description.clone(),
            origin_pvc_name: volume.origin_pvc_name.clone(),
            project_id: asset.scope.id(),
            project_name: around.project_name,
            department_id: around.department,
            cluster_id: around.cluster,
            status,
            use_original_volume: true,
            should_delete_original_volume: false,
            created_by: asset.created_by.clone(),
            created_at: asset.created_at,
            updated_by: asset.updated_by.clone(),
            updated_at: asset.updated_at,
            shared_scopes: None,
        })
    }
}

/// Reads places; `list` names the field that holds them.
pub fn read_scopes(list: &str, refs: &[ScopeRef]) -> Result<Vec<Scope>, Vec<Problem>> {
    let mut scopes = Vec::new();
    let mut problems = Vec::new();
    for (i, of) in refs.iter().enumerate() {
        let (level, id) = (format!("{list}[{i}].scopeType"), format!("{list}[{i}].scopeId"));
        match read_scope((&level, &of.scope_type), (&id, Some(&of.scope_id))) {
            Ok(Scope::System | Scope::Account) => {
                let message = "Must be cluster, department or project";
                problems.push(Problem::new(level, "scope", message));
            }
            Ok(scope) => scopes.push(scope),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(scopes) } else { Err(problems) }
}

impl Listed for DataVolumeView {
    type Id = AssetId;

    fn fields() -> Fields<Self> {
        Fields::<Self>::default()
            .text("name", |view| lent(&view.name))
            .text("projectId", |view| lent(&view.project_id))
            .text("clusterId", |view| made(view.cluster_id?))
            .text("departmentId", |view| made(view.department_id?))
            .text("projectName", |view| lent(&view.project_name))
            .text("createdBy", |view| lent(&view.created_by))
            .text("phase", |view| lent(&view.status.phase))
            .date("createdAt", |view| Some(view.created_at))
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn id(&self) -> AssetId {
        self.id
    }
}
