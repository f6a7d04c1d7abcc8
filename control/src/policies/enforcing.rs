//! A submission under the policy of its project: what it becomes, and what it breaks.

use domain::{
    Line, Problem, ProjectId, Scope,
    asset::{MadeFrom, Resolved},
    policy::{Asset, Violation, evaluate, resolve},
    submission::{Submission, check},
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
    let violations: Vec<Problem> = evaluate(&resolution).iter().map(problem).collect();
    let ruled = |field: &str| violations.iter().any(|problem| problem.field == field);
    let also = check(&submission).into_iter().filter(|problem| !ruled(&problem.field));
    let also: Vec<_> = also.collect();
    problems.extend(violations);
    problems.extend(also);
    problems.extend(world.wrong_claims(&line, &submission));
    Ok(Complied { submission, made_from, problems })
}

fn problem(violation: &Violation) -> Problem {
    let field = format!("spec.{}", violation.field);
    Problem::new(field, violation.code(), violation.details())
        .with_rule(violation.rule(), violation.source.clone())
}

impl World {
    /// The asset of that id as policies see it, if it can be used at the end of `line`.
    pub(crate) fn imposable(&self, line: &Line, id: &str) -> Option<Asset> {
        let asset = self.assets.get(&id.parse().ok()?)?;
        line.passes(asset.scope).then(|| Asset::from(&**asset))
    }
}
