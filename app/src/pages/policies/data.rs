//! What the pages of policies ask of the server. Everything is worded there: scopes, times, rules, violations.

use domain::{AuditId, ProjectId, Scope, WorkloadId, policy::desk::Around};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// The written policies, and where one can be written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub rows: Vec<PolicyLine>,
    /// Empty for those who may not write.
    pub places: Vec<PolicyPlace>,
    /// The setting **Policies** is off: nothing here holds.
    pub is_off: bool,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyLine {
    pub scope: Scope,
    pub name: String,
    pub revision: Option<AuditId>,
    /// `department “ml”`.
    pub place: String,
    /// Why it no longer goes with the rules above it.
    pub problem: Option<String>,
    pub may_write: bool,
    pub created_by: String,
    pub created_at: String,
    pub updated_at: String,
}

/// A scope that may own a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyPlace {
    pub scope: Scope,
    pub words: String,
    pub has_policy: bool,
}

/// The policy of a scope, to be edited; the scope need not have one yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// `department “ml”`.
    pub place: String,
    pub name: String,
    pub text: String,
    /// The change that made it what it is; absent where there is none.
    pub revision: Option<AuditId>,
    /// Whom it binds, and who saved it last.
    pub about: String,
    pub problem: Option<String>,
    /// What the engine has to know to check it in the browser.
    pub around: Around,
    /// The projects below it.
    pub projects: Vec<(ProjectId, String)>,
    pub versions: Vec<Version>,
}

/// What one change made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub revision: AuditId,
    pub by: String,
    pub at: String,
    /// Field and what became of it.
    pub changes: Vec<String>,
    /// It cannot be gone back to: it was removed then.
    pub is_removal: bool,
}

/// What a draft would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub issues: Vec<IssueLine>,
    pub sections: Vec<Section>,
    pub replay: Replayed,
}

/// Something that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssueLine {
    /// Line and column, from 1; absent where no line is to blame.
    pub place: Option<(usize, usize)>,
    /// Characters that are wrong; 0 for the word that stands there.
    pub length: usize,
    pub is_error: bool,
    /// Whether nobody could submit any more.
    pub locks_out: bool,
    pub words: String,
}

/// A part of the table of what holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub rows: Vec<Parameter>,
}

/// One parameter, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// What kind of data source.
    pub kind: Option<String>,
    pub default: Option<String>,
    pub rules: Vec<String>,
    pub source: String,
    /// It does not hold yet.
    pub is_new: bool,
}

/// The last submissions with a draft in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    pub total: usize,
    pub count: usize,
    /// The newest of them.
    pub refused: Vec<Refused>,
    /// How many break which rule, most first.
    pub by_rule: Vec<(String, usize)>,
}

/// A submission that would have been refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub id: WorkloadId,
    pub name: String,
    pub project: ProjectId,
    pub by: String,
    pub at: String,
    pub why: Vec<String>,
}

/// What holds at a scope, to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    pub place: String,
    /// Empty where no policy but the platform's own applies.
    pub sections: Vec<Section>,
}

/// The written policies that the signed-in person may see.
#[server(prefix = "/ui", endpoint = "policies", protocol = Call)]
pub async fn list_policies() -> Result<Written, UiError> {
    let (control, actor) = caller()?;
    Ok(made::written(&control, &actor))
}

/// The policy of a scope, to be edited.
#[server(prefix = "/ui", endpoint = "policy", protocol = Call)]
pub async fn open_policy(scope: Scope) -> Result<Opened, UiError> {
    let (control, actor) = caller()?;
    Ok(made::opened(&control, &actor, scope).await?)
}

/// Tries a text as the policy of a scope.
#[server(prefix = "/ui", endpoint = "try_policy", protocol = Call)]
pub async fn try_policy(
    scope: Scope,
    text: String,
    seen_by: Option<ProjectId>,
    last: usize,
) -> Result<Tried, UiError> {
    let (control, actor) = caller()?;
    Ok(made::tried(&control, &actor, (scope, text), (seen_by, last)).await?)
}

/// Saves the policy of a scope over what `revision` left, or anew.
#[server(prefix = "/ui", endpoint = "save_policy", protocol = Call)]
pub async fn save_policy(
    scope: Scope,
    name: String,
    text: String,
    revision: Option<AuditId>,
) -> Result<(), UiError> {
    use control::policies::{Expected, PolicyContent, PolicyWriting};
    let (control, actor) = caller()?;
    let expected = Some(revision.map_or(Expected::Nothing, Expected::Revision));
    let content = PolicyContent::Text(text);
    let writing = PolicyWriting { owner: scope, name, content, expected, validate_only: false };
    control.write_policy(&actor, writing).await?;
    Ok(())
}

/// Removes the policy of a scope as `revision` left it.
#[server(prefix = "/ui", endpoint = "delete_policy", protocol = Call)]
pub async fn delete_policy(scope: Scope, revision: Option<AuditId>) -> Result<(), UiError> {
    use control::policies::Expected;
    let (control, actor) = caller()?;
    let expected = revision.map(Expected::Revision);
    Ok(control.delete_policy(&actor, scope, expected).await?)
}

/// Writes an earlier version again, over what `over` left.
#[server(prefix = "/ui", endpoint = "restore_policy", protocol = Call)]
pub async fn restore_policy(
    scope: Scope,
    revision: AuditId,
    over: Option<AuditId>,
) -> Result<(), UiError> {
    use control::policies::Expected;
    let (control, actor) = caller()?;
    let expected = Some(over.map_or(Expected::Nothing, Expected::Revision));
    control.restore_policy(&actor, scope, revision, expected).await?;
    Ok(())
}

/// What holds at a scope.
#[server(prefix = "/ui", endpoint = "holding", protocol = Call)]
pub async fn see_policy(scope: Scope) -> Result<Holding, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let table = control.policy_table(&actor, &world, scope)?;
    let place = world.source(scope).to_string();
    Ok(Holding {
        place,
        sections: table.map(|table| made::sections(&table, None)).unwrap_or_default(),
    })
}
