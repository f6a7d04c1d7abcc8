//! Policies for people: the form under the policy of a project, and the table of what holds at a
//! scope. The words are made by `domain::policy`.

use domain::{
    ProjectId, Scope,
    access::Actor,
    policy::{Effective, FormView, ImposedName, PolicyTable, Source, form, policy_table, resolve},
    submission::Submission,
};

use super::may_read;
use crate::{ControlPlane, Error, Result, StartFrom, World};

impl ControlPlane {
    /// What the new-workspace form shows in this project for what is typed and chosen so far, and what the
    /// policy makes of that.
    pub fn policy_form(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
        (start, typed): (&StartFrom, Submission),
    ) -> Result<(FormView, Submission)> {
        may_read(actor, Scope::Project(project))?;
        let effective = world.effective_policy(project);
        let submission = world.resolve(project, start, typed).submission;
        let unreadable = |_| Error::Internal { what: "apply the policy to the form" };
        let spec = submission.to_spec().map_err(unreadable)?;
        let line = world.line_of(Scope::Project(project)).unwrap_or_default();
        let resolution = resolve(&effective, &spec, &|id| world.imposable(&line, id));
        let filled = Submission::from_spec(resolution.spec()).map_err(unreadable)?;
        Ok((form(&resolution, &|source| world.author(source)), filled))
    }

    /// What holds at a scope, as a table. `None` where no policy but the platform's own applies.
    pub fn policy_table(
        &self,
        actor: &Actor,
        world: &World,
        owner: Scope,
    ) -> Result<Option<PolicyTable>> {
        let effective = self.policy(actor, world, owner)?.effective;
        Ok(effective.is_explicit().then(|| table(world, &effective)))
    }
}

/// The table of an effective policy.
pub(super) fn table(world: &World, effective: &Effective) -> PolicyTable {
    let imposed = |id: &str| {
        let asset = world.assets.get(&id.parse().ok()?)?;
        let (name, kind) = (asset.name.to_string(), asset.kind().noun().to_owned());
        Some(ImposedName { name, kind })
    };
    policy_table(effective, &|source| world.author(source), &imposed)
}

impl World {
    /// Who wrote the policy of a source last.
    fn author(&self, source: &Source) -> Option<String> {
        let written = self.policies.written.values();
        let mut own = written.filter(|p| p.stored.owner.level() == source.scope);
        let own = own.find(|p| p.stored.owner.id() == source.id);
        own.map(|policy| policy.stored.updated_by.clone())
    }
}
