//! Policies in words, for the pages.

use std::collections::BTreeMap;

use control::{
    ControlPlane, Error, World,
    policies::{PolicyDraft, PolicyVersion, Replay, ReplayedWorkload, WrittenPolicy},
};
use domain::{
    ProjectId, Scope,
    access::{Action, Actor, Resource},
    audit::Difference,
    duration::minute,
    policy::{Fault, Issue, PolicyTable, TableRow, Violation, standing_problem},
    settings::Setting,
};

use super::data::{
    IssueLine, Opened, Parameter, PolicyLine, PolicyPlace, Refused, Replayed, Section, Tried,
    Version, Written,
};

/// Refused submissions that are listed one by one.
const REFUSED_SHOWN: usize = 50;

pub fn written(control: &ControlPlane, actor: &Actor) -> Written {
    let world = control.world();
    let policies = control.policies(actor, &world);
    let rows = policies.iter().map(|policy| line(&world, actor, policy)).collect();
    let mut places = places(&world);
    places.retain(|place| may_write(actor, place.scope));
    Written { rows, places, is_off: !world.settings.is_on(Setting::Policies) }
}

fn may_write(actor: &Actor, scope: Scope) -> bool {
    actor.is_allowed(Action::Update, Resource::Policy(scope))
}

fn line(world: &World, actor: &Actor, policy: &WrittenPolicy) -> PolicyLine {
    let stored = &policy.stored;
    PolicyLine {
        scope: stored.owner,
        name: stored.name.clone(),
        revision: stored.revision,
        place: world.source(stored.owner).to_string(),
        problem: problem(world, policy),
        may_write: may_write(actor, stored.owner),
        created_by: stored.created_by.clone(),
        created_at: minute(stored.created_at),
        updated_at: minute(stored.updated_at),
    }
}

fn problem(world: &World, policy: &WrittenPolicy) -> Option<String> {
    let here = world.effective_at(policy.stored.owner)?;
    standing_problem(&here, &policy.document)
}

/// The account first, then clusters, departments, projects by name.
fn places(world: &World) -> Vec<PolicyPlace> {
    let place = |scope: Scope| PolicyPlace {
        scope,
        words: world.source(scope).to_string(),
        has_policy: world.policy(scope).is_some(),
    };
    let mut places: Vec<_> = world.scopes().map(place).collect();
    places.sort_by(|a, b| (a.scope.level(), &a.words).cmp(&(b.scope.level(), &b.words)));
    places
}

pub async fn opened(control: &ControlPlane, actor: &Actor, scope: Scope) -> Result<Opened, Error> {
    actor.may(Action::Update, Resource::Policy(scope))?;
    let world = control.world();
    let at = control.policy(actor, &world, scope)?;
    let text = control.policy_text(actor, &world, scope)?;
    let versions = control.policy_versions(actor, scope).await?;
    let source = world.source(scope);
    let projects = projects_below(&world, scope);
    let own = at.own.as_deref();
    let name = own.map_or_else(
        || format!("{}-{}", scope.level().noun(), source.name),
        |own| own.stored.name.clone(),
    );
    Ok(Opened {
        place: source.to_string(),
        name,
        text,
        revision: own.and_then(|own| own.stored.revision),
        about: about(&projects, own),
        around: control.policy_around(actor, &world, scope)?,
        problem: own.and_then(|own| problem(&world, own)),
        projects,
        versions: versions.into_iter().map(version).collect(),
    })
}

fn projects_below(world: &World, scope: Scope) -> Vec<(ProjectId, String)> {
    let below = world.projects.values().filter(|project| world.is_below(project.id, scope));
    below.map(|project| (project.id, project.name.to_string())).collect()
}

/// Names of projects that are told one by one.
const NAMES_TOLD: usize = 4;

/// `Binds vision and speech. Last saved by ada@example.com, 2026-11-28 10:00 UTC.`
fn about(projects: &[(ProjectId, String)], own: Option<&WrittenPolicy>) -> String {
    let names: Vec<_> = projects.iter().map(|(_, name)| name.as_str()).collect();
    let binds = match names.as_slice() {
        [] => "Binds no project yet.".to_owned(),
        [one] => format!("Binds {one}."),
        [first @ .., last] if names.len() <= NAMES_TOLD => {
            format!("Binds {} and {last}.", first.join(", "))
        }
        _ => format!("Binds {} projects.", names.len()),
    };
    match own {
        Some(own) => {
            let (by, at) = (&own.stored.updated_by, minute(own.stored.updated_at));
            format!("{binds} Last saved by {by}, {at}.")
        }
        None => binds,
    }
}

fn version(of: PolicyVersion) -> Version {
    Version {
        revision: of.revision,
        by: of.by,
        at: minute(of.at),
        changes: of.differences.iter().map(change).collect(),
        is_removal: of.policy.is_none(),
    }
}

fn change(difference: &Difference) -> String {
    let path = difference.path.strip_prefix("policy.").unwrap_or(&difference.path);
    match path {
        "" => format!("The policy {}", difference.words()),
        path => format!("{path} {}", difference.words()),
    }
}

pub async fn tried(
    control: &ControlPlane,
    actor: &Actor,
    (scope, text): (Scope, String),
    (seen_by, last): (Option<ProjectId>, usize),
) -> Result<Tried, Error> {
    let draft = control.draft_policy(actor, scope, text, (seen_by, last)).await?;
    let PolicyDraft { errors, warnings, standing, coming, replay } = draft;
    let wrong = errors.iter().map(|issue| issue_line(issue, true));
    let issues = wrong.chain(warnings.iter().map(|issue| issue_line(issue, false))).collect();
    Ok(Tried { issues, sections: sections(&coming, Some(&standing)), replay: replayed(&replay) })
}

fn issue_line(issue: &Issue, is_error: bool) -> IssueLine {
    let place = issue.place.map(|place| (place.line, place.column));
    let locks_out = matches!(issue.fault, Fault::LockedOut { .. });
    IssueLine { place, length: 0, is_error, locks_out, words: issue.details() }
}

/// The table in words. Rows that `standing` does not have are new.
pub fn sections(table: &PolicyTable, standing: Option<&PolicyTable>) -> Vec<Section> {
    let known: Option<Vec<&TableRow>> =
        standing.map(|table| table.sections.iter().flat_map(|section| &section.rows).collect());
    let parameter = |row: &TableRow| Parameter {
        name: row.parameter.clone(),
        kind: row.kind.clone(),
        default: row.default.clone(),
        rules: row.rules.clone(),
        source: row.source(),
        is_new: known.as_ref().is_some_and(|known| !known.contains(&row)),
    };
    let section = |section: &domain::policy::TableSection| Section {
        title: section.title.clone(),
        rows: section.rows.iter().map(parameter).collect(),
    };
    table.sections.iter().map(section).collect()
}

fn replayed(replay: &Replay) -> Replayed {
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for violation in replay.refused.iter().flat_map(|refused| &refused.violations) {
        *rules.entry(rule(violation)).or_default() += 1;
    }
    let mut by_rule: Vec<_> = rules.into_iter().collect();
    by_rule.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let refused = replay.refused.iter().take(REFUSED_SHOWN).map(refused).collect();
    Replayed { total: replay.total, count: replay.refused.len(), refused, by_rule }
}

fn rule(violation: &Violation) -> String {
    format!("{} {}", violation.label, violation.broken.must())
}

fn refused(ReplayedWorkload { workload, violations }: &ReplayedWorkload) -> Refused {
    Refused {
        id: workload.id,
        name: workload.name.to_string(),
        project: workload.project,
        by: workload.created_by.clone(),
        at: minute(workload.created_at),
        why: violations.iter().map(Violation::details).collect(),
    }
}
