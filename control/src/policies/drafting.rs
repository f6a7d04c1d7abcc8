//! A policy while somebody writes it: what is wrong with the text and where, what would hold with it, and
//! which submissions it would have refused. What cannot be understood is left out until it is right.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    ProjectId, Scope,
    access::{Action, Actor, Resource},
    policy::{Asset, Issue, Layer, LayerView, PolicyTable, StoredPolicy, desk::Around, read_text},
    settings::Setting,
};
use serde_json::Value;

use super::{
    OF, Replay, may_read, missing,
    replaying::{below, drafted, tried},
    showing::table,
    standing,
    writing::report,
};
use crate::{ControlPlane, Error, Result, World};

/// What a draft would do.
#[derive(Clone, Debug)]
pub struct PolicyDraft {
    pub errors: Vec<Issue>,
    pub warnings: Vec<Issue>,
    /// What holds now where the draft is looked at from.
    pub standing: PolicyTable,
    /// What would hold there.
    pub coming: PolicyTable,
    pub replay: Replay,
}

impl ControlPlane {
    /// Tries a text as the policy of `owner`: seen by one of the projects below it, or by `owner` itself, and
    /// on the `last` submissions there.
    pub async fn draft_policy(
        &self,
        actor: &Actor,
        owner: Scope,
        text: String,
        (seen_by, last): (Option<ProjectId>, usize),
    ) -> Result<PolicyDraft> {
        may_read(actor, owner)?;
        actor.may(Action::Update, Resource::Policy(owner))?;
        let world = self.world();
        // Thousands of evaluations are too many for a thread that serves others.
        let work = tokio::task::spawn_blocking(move || draft(&world, owner, &text, seen_by, last));
        work.await.map_err(|_| Error::Internal { what: "try the policy" })?
    }

    /// What the engine has to know to check this scope's policy by itself, in a browser.
    pub fn policy_around(&self, actor: &Actor, world: &World, owner: Scope) -> Result<Around> {
        may_read(actor, owner)?;
        actor.may(Action::Update, Resource::Policy(owner))?;
        let line = world.line_of(owner).ok_or_else(|| missing(owner))?;
        let above = standing::above(world, owner).ok_or_else(|| missing(owner))?;
        let seen: Vec<_> = world.assets.values().filter(|a| line.passes(a.scope)).collect();
        Ok(Around {
            workload_type: OF,
            scope: world.source(owner),
            above: views(&above),
            below: world.ways_below(owner).iter().map(|way| views(way)).collect(),
            assets: seen.iter().map(|asset| Asset::from(&***asset)).collect(),
            names: seen
                .iter()
                .map(|asset| (asset.id.to_string(), asset.name.to_string()))
                .collect(),
        })
    }

    /// What the engine has to know to judge submissions to a project by itself, in a browser. `None` where no policy
    /// was written.
    pub fn policy_judging(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
    ) -> Result<Option<Around>> {
        let owner = Scope::Project(project);
        may_read(actor, owner)?;
        let way = world.way_to(owner).ok_or_else(|| missing(owner))?;
        let layers = world.layers(&way);
        if layers.is_empty() || !world.settings.is_on(Setting::Policies) {
            return Ok(None);
        }
        let line = world.line_of(owner).unwrap_or_default();
        let imposed = layers.iter().flat_map(|layer| &layer.document.imposed);
        let assets: Vec<_> = imposed.filter_map(|id| world.imposable(&line, id)).collect();
        Ok(Some(Around {
            workload_type: OF,
            scope: world.source(owner),
            above: views(&layers),
            below: vec![],
            assets,
            names: BTreeMap::new(),
        }))
    }

    /// The text of a scope's policy as it is edited: as it was typed, or its document as YAML.
    pub fn policy_text(&self, actor: &Actor, world: &World, owner: Scope) -> Result<String> {
        may_read(actor, owner)?;
        world.policy(owner).map_or_else(|| Ok(String::new()), |own| text_of(&own.stored))
    }
}

fn draft(
    world: &World,
    owner: Scope,
    text: &str,
    seen_by: Option<ProjectId>,
    last: usize,
) -> Result<PolicyDraft> {
    let reading = read_text(text, OF);
    let report = report(world, owner, &reading)?;
    let here = drafted(world, owner, Arc::new(reading.document));
    let replay = tried(world, owner, &here, last)?;
    let (at, coming) = match seen_by.filter(|id| world.is_below(*id, owner)) {
        Some(project) => (Scope::Project(project), below(world, owner, &here, project)),
        None => (owner, here),
    };
    let standing = world.effective_at(at).ok_or_else(|| missing(at))?;
    Ok(PolicyDraft {
        errors: report.errors,
        warnings: report.warnings,
        standing: table(world, &standing),
        coming: table(world, &coming),
        replay,
    })
}

fn views(layers: &[Layer]) -> Vec<LayerView> {
    layers.iter().map(LayerView::from).collect()
}

fn text_of(stored: &StoredPolicy) -> Result<String> {
    if let Some(text) = &stored.text {
        return Ok(text.clone());
    }
    let written: Value = without_empty(&stored.document);
    if written.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(String::new());
    }
    serde_saphyr::to_string(&written)
        .map_err(|_| Error::Internal { what: "write a policy as YAML" })
}

/// The document without the parts that say nothing.
fn without_empty(document: &Value) -> Value {
    let says = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let members = document.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| says(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
