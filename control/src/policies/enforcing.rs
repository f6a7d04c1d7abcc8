//! A submission under the policy of its project: what it becomes, and what it breaks.

use domain::{
    Problem, ProjectId,
    policy::{Violation, evaluate, resolve},
    submission::{Submission, check},
};

use crate::{Error, Result, World};

/// A submission with the defaults of its policy, and everything that is wrong with it.
pub(crate) struct Complied {
    pub submission: Submission,
    pub problems: Vec<Problem>,
}

/// Phases 2 to 6 and 8 of `policies.md` §6. What a policy says of a field is said once.
pub(crate) fn complied(
    world: &World,
    project: ProjectId,
    submission: &Submission,
) -> Result<Complied> {
    let unreadable = |_| Error::Internal { what: "apply the policy to the submission" };
    let spec = submission.to_spec().map_err(unreadable)?;
    let effective = world.effective_policy(project);
    let resolution = resolve(&effective, &spec, &|_| None);
    let resolved = Submission::from_spec(resolution.spec()).map_err(unreadable)?;
    let mut problems: Vec<Problem> = evaluate(&resolution).iter().map(problem).collect();
    let also = check(&resolved);
    let ruled: Vec<_> = problems.iter().map(|problem| problem.field.clone()).collect();
    problems.extend(also.into_iter().filter(|problem| !ruled.contains(&problem.field)));
    Ok(Complied { submission: resolved, problems })
}

fn problem(violation: &Violation) -> Problem {
    let field = format!("spec.{}", violation.field);
    Problem::new(field, violation.code(), violation.details()).with_rule(violation.rule())
}
