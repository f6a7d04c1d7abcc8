//! Projects and departments as forms: what they are promised in each node pool.

use domain::{AccessRuleId, Gpus};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{accesses, made};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    Project,
    Department,
}

/// What is said of it, as text in fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitDraft {
    pub unit: Unit,
    /// Absent for a new one.
    pub id: Option<i32>,
    pub name: String,
    pub description: String,
    /// The cluster, of a new one.
    pub cluster: String,
    /// The department of a project, by its id.
    pub department: String,
    /// The namespace of a new project; empty for the usual one.
    pub namespace: String,
    pub pools: Vec<PoolDraft>,
    /// The pools in which work of the project is tried that names none, in this order, by their names.
    pub order: Vec<String>,
    pub rules: RulesDraft,
}

/// Scheduling rules of workspaces, as text; nothing where there is no rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RulesDraft {
    /// By `LimitKind::OF_WORKSPACES`: `8h`.
    pub limits: [Option<String>; 3],
    /// With commas between them.
    pub node_types: Option<String>,
}

/// What is promised in one pool. Empty amounts are unlimited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolDraft {
    pub pool: String,
    pub gpu: String,
    pub gpu_limit: String,
    /// 1 to 7.
    pub rank: String,
    pub weight: String,
    /// Cores.
    pub cpu: String,
    /// GB.
    pub memory: String,
}

/// The form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitForm {
    pub draft: UnitDraft,
    pub pools: Vec<PoolFacts>,
    /// Id and name.
    pub clusters: Vec<(String, String)>,
    /// Id and name of those a project can be in.
    pub departments: Vec<(String, String)>,
    /// The rules of a project's department.
    pub above: RulesDraft,
    /// The types of nodes that there are.
    pub node_types: Vec<String>,
    /// Whether weights, and CPU and memory, are set by administrators.
    pub weights: bool,
    pub cpu: bool,
    /// Whether the viewer may see who has which role there.
    pub sees_access: bool,
}

/// What is known of a pool, for bars and warnings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolFacts {
    pub name: String,
    pub used: Gpus,
    pub solid: Gpus,
    /// GPUs that there are.
    pub total: f64,
    /// What siblings are promised; nothing where one of them is unlimited.
    pub siblings: Option<f64>,
    /// What the department is promised; nothing where it is unlimited, or there is none.
    pub above: Option<f64>,
    /// What the projects of a department are promised together; nothing where one of them is unlimited.
    pub below: Option<f64>,
}

/// What the viewer may do with a project or a department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRights {
    pub edit: bool,
    pub delete: bool,
    /// See its policy.
    pub policy: bool,
}

#[cfg(feature = "ssr")]
impl UnitRights {
    /// Of `actor` on a unit, which is this place.
    pub fn of(
        actor: &domain::access::Actor,
        on: domain::access::Resource,
        scope: domain::Scope,
    ) -> Self {
        use domain::access::{Action, Resource};
        Self {
            edit: actor.is_allowed(Action::Update, on),
            delete: actor.is_allowed(Action::Delete, on),
            policy: actor.is_allowed(Action::Read, Resource::Policy(scope)),
        }
    }
}

/// The form of a project or department, or of a new one.
#[server(prefix = "/ui", endpoint = "unit_form", protocol = Call)]
pub async fn load_unit(unit: Unit, id: Option<i32>) -> Result<UnitForm, UiError> {
    let (control, actor) = caller()?;
    Ok(made::form(&control, &actor, unit, id)?)
}

/// Makes it, or changes it; returns its number.
#[server(prefix = "/ui", endpoint = "save_unit", protocol = Call)]
pub async fn save_unit(draft: UnitDraft) -> Result<i32, UiError> {
    let (control, actor) = caller()?;
    Ok(made::save(&control, &actor, draft).await?)
}

/// Deletes it. False while its workloads are still being removed.
#[server(prefix = "/ui", endpoint = "delete_unit", protocol = Call)]
pub async fn delete_unit(unit: Unit, id: i32) -> Result<bool, UiError> {
    let (control, actor) = caller()?;
    match unit {
        Unit::Project => Ok(control.delete_project(&actor, domain::ProjectId(id)).await?),
        Unit::Department => {
            control.delete_department(&actor, domain::DepartmentId(id)).await?;
            Ok(true)
        }
    }
}

/// Who has which role in a project or department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accesses {
    /// Those that are given there, then those above.
    pub rows: Vec<AccessRow>,
    /// Id and name of those that the viewer may give there.
    pub roles: Vec<(String, String)>,
}

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessRow {
    pub rule: AccessRuleId,
    pub subject: String,
    pub kind: String,
    pub role: String,
    /// `project vision`.
    pub place: String,
    /// It is given here, and the viewer may take it back.
    pub may_take: bool,
}

/// A role that is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    pub unit: Unit,
    pub id: i32,
    /// As `SubjectKind` is called on the wire.
    pub kind: String,
    pub subject: String,
    /// The id of a role.
    pub role: String,
}

/// Who has which role there.
#[server(prefix = "/ui", endpoint = "unit_access", protocol = Call)]
pub async fn list_access(unit: Unit, id: i32) -> Result<Accesses, UiError> {
    let (control, actor) = caller()?;
    Ok(accesses::list(&control, &actor, unit, id)?)
}

/// Gives a role there.
#[server(prefix = "/ui", endpoint = "give_access", protocol = Call)]
pub async fn give_access(given: Given) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(accesses::give(&control, &actor, given).await?)
}

/// Takes a role back.
#[server(prefix = "/ui", endpoint = "take_access", protocol = Call)]
pub async fn take_access(rule: AccessRuleId) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(control.delete_access_rule(&actor, rule, false).await?)
}
