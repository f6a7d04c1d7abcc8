//! Workload templates (`rest-api.md` §8.1).

use domain::{
    ClusterId, DepartmentId, Problem, ProjectId, Scope, ScopeLevel, TemplateId, Timestamp,
    asset::AssetChoice,
    submission::{
        FieldSource, Submission,
        layers::{Layer, lay},
    },
    template::Template,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    assets::{ScopeFields, unknown_level},
    error::ComplianceIssue,
    list::{Fields, Listed, lent, made},
};

/// What makes a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateCreation {
    pub meta: TemplateCreationMeta,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub spec: Option<Submission>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assets: Option<AssetChoice>,
}

/// Name, description and owner of a template to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateCreationMeta {
    pub name: String,
    pub description: Option<String>,
    /// `tenant`, `cluster`, `department` or `project`.
    pub scope_type: String,
    /// The id of the scope as text; none for the tenant.
    pub scope_id: Option<String>,
}

/// What replaces a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateReplacement {
    pub meta: TemplateReplacementMeta,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub spec: Option<Submission>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assets: Option<AssetChoice>,
}

/// The new name and description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateReplacementMeta {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
}

/// What changes parts of a template: first the fields are cleared, then the rest is laid over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TemplatePatch {
    pub meta: Option<TemplatePatchMeta>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub spec: Option<Submission>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assets: Option<AssetChoice>,
    /// Paths such as `spec.compute.gpuDevicesRequest` or `assets.environment`.
    pub fields_to_clear: Option<Vec<String>>,
}

/// A new name, a new description, or neither.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct TemplatePatchMeta {
    pub name: Option<String>,
    pub description: Option<String>,
}

/// What a patch makes of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Patched {
    pub name: String,
    pub description: Option<String>,
    pub spec: Submission,
    pub assets: AssetChoice,
}

/// A template as one document, for paths to point into.
#[derive(Serialize, Deserialize)]
struct Document {
    meta: TemplatePatchMeta,
    #[serde(default)]
    spec: Submission,
    #[serde(default)]
    assets: AssetChoice,
}

impl TemplatePatch {
    /// Clears and lays over. A path to clear that leaves no template is wrong.
    pub fn apply(self, old: &Template) -> Result<Patched, Problem> {
        let meta = TemplatePatchMeta {
            name: Some(old.name.to_string()),
            description: old.description.clone(),
        };
        let whole = Document { meta, spec: old.spec.clone(), assets: old.assets.clone() };
        let mut document = serde_json::to_value(whole).unwrap_or_default();
        for path in self.fields_to_clear.iter().flatten() {
            clear(&mut document, path);
        }
        let left: Document = serde_json::from_value(document).map_err(|wrong| {
            Problem::new("fieldsToClear", "clear.whole", format!("Leaves no template: {wrong}"))
        })?;
        let meta = self.meta.unwrap_or_default();
        let layer = |values| Layer { source: FieldSource::You, values };
        let spec = lay(&[layer(left.spec), layer(self.spec.unwrap_or_default())]).submission;
        Ok(Patched {
            name: meta.name.or(left.meta.name).unwrap_or_default(),
            description: meta.description.or(left.meta.description),
            spec,
            assets: self.assets.unwrap_or_default().over(&left.assets),
        })
    }
}

/// A template, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    pub meta: TemplateMeta,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub spec: Submission,
    #[serde(skip_serializing_if = "AssetChoice::is_empty", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub assets: AssetChoice,
    pub runnable: Runnable,
    /// The spec with the linked assets resolved.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub combined_spec: Submission,
    /// What it would break in the project that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance_issues: Option<Vec<ComplianceIssue>>,
}

/// Everything about a template but what it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplateMeta {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TemplateId,
    pub name: String,
    pub description: Option<String>,
    pub workload_type: String,
    pub scope_type: String,
    pub scope_id: String,
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub place: ScopeFields,
    pub created_by: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub created_at: Timestamp,
    pub updated_by: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub updated_at: Option<Timestamp>,
}

/// A page of templates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateEntries {
    pub entries: Vec<TemplateView>,
    pub pagination: TemplatePagination,
}

/// Which page it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplatePagination {
    pub limit: usize,
    pub offset: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<usize>,
}

/// Whether it can be launched as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Runnable {
    pub is_runnable: bool,
    /// Why not.
    pub issue: Option<String>,
}

impl Runnable {
    /// `issue` says why it cannot be launched.
    pub fn of(issue: Option<String>) -> Self {
        Self { is_runnable: issue.is_none(), issue }
    }
}

/// The tenant's id as text.
const TENANT: &str = "1";

impl TemplateView {
    /// `spec` is the combined one; `issue` says why it cannot be launched.
    pub fn of(template: &Template, combined_spec: Submission, issue: Option<String>) -> Self {
        let meta = TemplateMeta {
            id: template.id,
            name: template.name.to_string(),
            description: template.description.clone(),
            workload_type: "Workspace".to_owned(),
            scope_type: template.scope.level().name().to_owned(),
            scope_id: scope_id(template.scope),
            place: ScopeFields::of(template.scope),
            created_by: template.created_by.clone(),
            created_at: template.created_at,
            updated_by: template.updated_by.clone(),
            updated_at: template.updated_at,
        };
        Self {
            meta,
            spec: template.spec.clone(),
            assets: template.assets.clone(),
            runnable: Runnable::of(issue),
            combined_spec,
            compliance_issues: None,
        }
    }
}

fn scope_id(scope: Scope) -> String {
    match scope {
        Scope::System | Scope::Account => TENANT.to_owned(),
        Scope::Cluster(_) | Scope::Department(_) | Scope::Project(_) => scope.id(),
    }
}

/// Reads a scope from its level and the text of its id; `level` and `id` name the two fields.
pub fn read_scope(
    (level_field, level): (&str, &str),
    (id_field, id): (&str, Option<&str>),
) -> Result<Scope, Problem> {
    let Some(level) = ScopeLevel::named(level) else { return Err(unknown_level(level_field)) };
    let missing = || {
        let message = format!("Must be the id of a {}", level.name());
        Problem::new(id_field, "scope.id", message)
    };
    let id = || id.ok_or_else(missing);
    match level {
        ScopeLevel::System => Ok(Scope::System),
        ScopeLevel::Account => Ok(Scope::Account),
        ScopeLevel::Cluster => {
            id()?.parse::<ClusterId>().map(Scope::Cluster).map_err(|_| missing())
        }
        ScopeLevel::Department => {
            id()?.parse::<DepartmentId>().map(Scope::Department).map_err(|_| missing())
        }
        ScopeLevel::Project => {
            id()?.parse::<ProjectId>().map(Scope::Project).map_err(|_| missing())
        }
    }
}

/// What a document loses: `path` is a field path, below `spec` unless it begins with another part.
fn clear(document: &mut Json, path: &str) {
    let parts = ["spec", "meta", "assets"];
    let first = path.split('.').next().unwrap_or_default();
    let whole = match parts.contains(&first) {
        true => path.to_owned(),
        false => format!("spec.{path}"),
    };
    let mut at = document;
    let mut names = whole.split('.').peekable();
    while let Some(name) = names.next() {
        let Some(fields) = at.as_object_mut() else { return };
        if names.peek().is_none() {
            fields.remove(name);
            return;
        }
        let Some(next) = fields.get_mut(name) else { return };
        at = next;
    }
}

impl Listed for TemplateView {
    type Id = TemplateId;

    fn fields() -> Fields<Self> {
        Fields::<Self>::default()
            .text("name", |view| lent(&view.meta.name))
            .text("workloadType", |view| lent(&view.meta.workload_type))
            .text("runnable", |view| made(view.runnable.is_runnable))
            .text("scopeType", |view| lent(&view.meta.scope_type))
            .text("clusterId", |view| made(view.meta.place.cluster_id?))
            .text("projectId", |view| made(view.meta.place.project_id?))
            .text("departmentId", |view| made(view.meta.place.department_id?))
            .text("createdBy", |view| lent(&view.meta.created_by))
            .text("updatedBy", |view| lent(view.meta.updated_by.as_deref()?))
            .date("createdAt", |view| Some(view.meta.created_at))
            .date("updatedAt", |view| view.meta.updated_at)
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.meta.name]
    }

    fn id(&self) -> TemplateId {
        self.meta.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cleared_by_path() {
        let mut document = serde_json::json!({
            "meta": {"description": "d"},
            "spec": {"image": "a", "compute": {"gpuDevicesRequest": 1, "cpuCoreRequest": 1.0}},
            "assets": {"environment": "e"},
        });
        for path in [
            "image",
            "spec.compute.gpuDevicesRequest",
            "meta.description",
            "assets.environment",
            "compute.nothing.there",
            "",
        ] {
            clear(&mut document, path);
        }
        insta::assert_snapshot!(document, @r#"{"assets":{},"meta":{},"spec":{"compute":{"cpuCoreRequest":1.0}}}"#);
    }

    #[test]
    fn scopes_are_read_from_level_and_id() {
        let read = |level, id| read_scope(("scopeType", level), ("scopeId", id));
        assert_eq!(read("tenant", None), Ok(Scope::Account));
        assert_eq!(read("project", Some("3")), Ok(Scope::Project(ProjectId(3))));
        for (level, id, field) in [
            ("planet", None, "scopeType"),
            ("project", None, "scopeId"),
            ("project", Some("x"), "scopeId"),
            ("cluster", Some("3"), "scopeId"),
        ] {
            assert_eq!(read(level, id).unwrap_err().field, field, "{level} {id:?}");
        }
    }
}
