//! A submission under the policy of its project: what it becomes, and what it breaks.

use domain::{
    Line, Problem, ProjectId, Scope,
    asset::{MadeFrom, Resolved},
    policy::{Asset, resolve},
    submission::{FieldSource, Sources, Submission, pointer},
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
    problems.extend(world.taken_urls(&submission));
    Ok(Complied { submission, made_from, problems })
}

/// A form that sends all of a submission sends what a policy filled in as well: a value that the policy gives, and that
/// nobody changed, is the policy's.
pub(crate) fn credit(
    world: &World,
    project: ProjectId,
    submission: &Submission,
    sources: &mut Sources,
) -> Result<()> {
    let unreadable = |_| Error::Internal { what: "credit the policy" };
    let effective = world.effective_policy(project);
    let line = world.line_of(Scope::Project(project)).unwrap_or_default();
    let bare = Submission::default().to_spec().map_err(unreadable)?;
    let resolution = resolve(&effective, &bare, &|id| world.imposable(&line, id));
    let (given, filled) = (resolution.sources(&Sources::default()), resolution.spec());
    let sent = submission.to_spec().map_err(unreadable)?;
    for (path, source) in sources.0.iter_mut().filter(|(_, source)| **source == FieldSource::You) {
        let at = pointer(path);
        let own = given.0.get(path).filter(|_| filled.pointer(&at) == sent.pointer(&at));
        if let Some(own) = own {
            *source = own.clone();
        }
    }
    Ok(())
}

impl World {
    /// The asset of that id as policies see it, if it can be used at the end of `line`.
    pub(crate) fn imposable(&self, line: &Line, id: &str) -> Option<Asset> {
        let asset = self.assets.get(&id.parse().ok()?)?;
        line.passes(asset.scope).then(|| Asset::from(&**asset))
    }
}
