//! A submission under the policy of its project: what it becomes, and what it breaks.

use domain::{
    Line, Problem, ProjectId, Scope,
    asset::{MadeFrom, Resolved},
    policy::{Asset, resolve},
    submission::Submission,
};

use crate::{Error, Result, World};

/// A submission with the defaults of its policy, and everything that is wrong with it.
pub(crate) struct Complied {
    pub submission: Submission,
    /// With the source of each value, whoever gave it.
    pub made_from: MadeFrom,
    pub problems: Vec<Problem>,
}

/// Phases 2 to 6 and 8 of `policies.md` §6. What a policy says of a field is said once.
pub(crate) fn complied(world: &World, project: ProjectId, resolved: Resolved) -> Result<Complied> {
    let unreadable = |_| Error::Internal { what: "apply the policy to the submission" };
    let Resolved { submission, mut made_from, mut problems } = resolved;
    let spec = submission.to_spec().map_err(unreadable)?;
    let effective = world.effective_policy(project);
    let line = world.line_of(Scope::Project(project)).unwrap_or_default();
    let resolution = resolve(&effective, &spec, &|id| world.imposable(&line, id));
    let submission = Submission::from_spec(resolution.spec()).map_err(unreadable)?;
    made_from.sources = resolution.sources(&made_from.sources);
    problems.extend(domain::policy::problems(&resolution, &submission));
    problems.extend(world.wrong_claims(&line, &submission));
    problems.extend(world.wrong_node_type(project, &submission));
    Ok(Complied { submission, made_from, problems })
}

impl World {
    /// The asset of that id as policies see it, if it can be used at the end of `line`.
    pub(crate) fn imposable(&self, line: &Line, id: &str) -> Option<Asset> {
        let asset = self.assets.get(&id.parse().ok()?)?;
        line.passes(asset.scope).then(|| Asset::from(&**asset))
    }
}
