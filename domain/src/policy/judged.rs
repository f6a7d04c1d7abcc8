//! Everything that is wrong with a submission under its policy, as far as no state is needed to know it: server and
//! browser say the same.

use super::{evaluate, resolve::Resolution, violation::Violation};
use crate::{
    Problem,
    submission::{Submission, check},
};

/// What the policies forbid, and what is wrong by itself; `submission` is what `resolution` came to. Of a field that a
/// policy speaks of nothing else is said.
pub fn problems(resolution: &Resolution<'_>, submission: &Submission) -> Vec<Problem> {
    let mut all: Vec<Problem> = evaluate(resolution).iter().map(problem).collect();
    let also = check(submission).into_iter();
    let also: Vec<_> =
        also.filter(|own| all.iter().all(|ruled| ruled.field != own.field)).collect();
    all.extend(also);
    all
}

fn problem(violation: &Violation) -> Problem {
    let field = format!("spec.{}", violation.field);
    Problem::new(field, violation.code(), violation.details())
        .with_rule(violation.rule(), violation.source.clone())
}
