//! Replay: the last submissions of a scope against a draft of its policy, before it is saved.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    ProjectId, Scope,
    access::{Action, Actor, Resource},
    policy::{Asset, Document, Effective, Issue, Layer, Violation, replay},
    workload::Workload,
};

use super::{OF, PolicyWriting, standing, writing};
use crate::{ControlPlane, Error, Result, World};

/// Submissions that are looked at in one replay.
const REPLAYED_MAX: usize = 1_000;

/// What a draft would have done.
#[derive(Clone, Debug)]
pub struct Replay {
    pub total: usize,
    pub refused: Vec<ReplayedWorkload>,
    /// What saving the draft would warn of.
    pub warnings: Vec<Issue>,
}

/// A workload that would not have been made.
#[derive(Clone, Debug)]
pub struct ReplayedWorkload {
    pub workload: Arc<Workload>,
    pub violations: Vec<Violation>,
}

impl ControlPlane {
    /// The newest `last` submissions of the scope, those of deleted workloads included as long as
    /// they are kept, each judged by the policy that the draft would make for its project.
    pub async fn replay_policy(
        &self,
        actor: &Actor,
        writing: PolicyWriting,
        last: usize,
    ) -> Result<Replay> {
        actor.may(Action::Update, Resource::Policy(writing.owner))?;
        let world = self.world();
        // Thousands of evaluations are too many for a thread that serves others.
        let work = tokio::task::spawn_blocking(move || replayed(&world, &writing, last));
        work.await.map_err(|_| Error::Internal { what: "replay the submissions" })?
    }
}

fn replayed(world: &World, writing: &PolicyWriting, last: usize) -> Result<Replay> {
    let (document, warnings) = writing::checked(world, writing)?;
    let here = drafted(world, writing.owner, document);
    Ok(Replay { warnings, ..tried(world, writing.owner, &here, last)? })
}

/// What would hold at `owner` if `document` were its policy.
pub(super) fn drafted(world: &World, owner: Scope, document: Arc<Document>) -> Effective {
    let draft = Layer { source: Arc::new(world.source(owner)), document };
    let above = Effective::of(OF, &standing::above(world, owner).unwrap_or_default());
    above.below(&draft)
}

/// The newest `last` submissions below `owner` with `here` in force there.
pub(super) fn tried(world: &World, owner: Scope, here: &Effective, last: usize) -> Result<Replay> {
    let workloads = submissions(world, owner, last);
    let mut drafts: BTreeMap<ProjectId, Effective> = BTreeMap::new();
    for workload in &workloads {
        let project = workload.project;
        drafts.entry(project).or_insert_with(|| below(world, owner, here, project));
    }
    let unreadable = |_| Error::Internal { what: "read a submission again" };
    let specs: Vec<_> = workloads
        .iter()
        .map(|workload| workload.spec.submission.to_spec())
        .collect::<serde_json::Result<_>>()
        .map_err(unreadable)?;
    let sources = workloads.iter().map(|workload| &workload.made_from.sources);
    let kept: Vec<_> = specs.iter().zip(sources).collect();
    let lines = drafts.keys().map(|id| (*id, world.line_of(Scope::Project(*id))));
    let lines: BTreeMap<_, _> = lines.map(|(id, line)| (id, line.unwrap_or_default())).collect();
    let find = drafts.keys().map(|id| {
        let line = lines[id];
        (*id, move |asset: &str| world.imposable(&line, asset))
    });
    let find: BTreeMap<ProjectId, _> = find.collect();
    let replayed = replay(&kept, |n| {
        let project = workloads[n].project;
        (&drafts[&project], &find[&project] as &dyn Fn(&str) -> Option<Asset>)
    });
    let refused = replayed
        .refused
        .into_iter()
        .map(|(n, violations)| ReplayedWorkload { workload: workloads[n].clone(), violations });
    Ok(Replay { total: replayed.total, refused: refused.collect(), warnings: vec![] })
}

/// The newest submissions of a scope, the newest first.
fn submissions(world: &World, owner: Scope, last: usize) -> Vec<Arc<Workload>> {
    let is_below = |workload: &&Arc<Workload>| world.is_below(workload.project, owner);
    let mut found: Vec<_> = world.workloads.values().filter(is_below).cloned().collect();
    found.sort_by_key(|workload| std::cmp::Reverse((workload.created_at, workload.id)));
    found.truncate(last.min(REPLAYED_MAX));
    found
}

/// The effective policy of a project with the draft in place of what stands at `owner`.
pub(super) fn below(
    world: &World,
    owner: Scope,
    here: &Effective,
    project: ProjectId,
) -> Effective {
    let way = world.way_to(Scope::Project(project)).unwrap_or_default();
    let after = way.iter().skip_while(|scope| **scope != owner).skip(1).copied();
    let rest: Vec<Scope> = after.collect();
    world.layers(&rest).iter().fold(here.clone(), |at, layer| at.below(layer))
}
