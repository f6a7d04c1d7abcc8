//! What the policies make of a submission, without the server.

use serde_json::Value;

use super::{Desk, Judged, Refusal};
use crate::{
    Problem,
    policy::{
        check::wrong_types, evaluate::evaluate, problems, resolve::resolve, violation::Violation,
    },
    submission::Submission,
};

impl Desk {
    /// What is wrong with a submission, at its fields; an engine that cannot read it says nothing.
    pub fn problems(&self, submission: &Submission) -> Vec<Problem> {
        let Ok(spec) = submission.to_spec() else { return vec![] };
        let resolution = resolve(&self.effective, &spec, &|id| self.asset(id));
        let Ok(complied) = Submission::from_spec(resolution.spec()) else { return vec![] };
        problems(&resolution, &complied)
    }

    /// Resolves and judges a spec, as `resolve` and `evaluate` do on the server. Values of wrong
    /// types are told in place of violations, for then rules make no sense.
    pub fn judge(&self, submission: &Value) -> Judged {
        let wrong = wrong_types(submission, self.of);
        if !wrong.is_empty() {
            let violations = wrong.into_iter().map(wrong_type).collect();
            return Judged { violations, spec: submission.clone() };
        }
        let resolution = resolve(&self.effective, submission, &|id| self.asset(id));
        let violations = evaluate(&resolution).iter().map(refusal).collect();
        Judged { violations, spec: resolution.spec() }
    }
}

fn wrong_type(problem: Problem) -> Refusal {
    Refusal {
        field: problem.field.trim_start_matches("spec.").to_owned(),
        code: problem.key,
        message: problem.message,
    }
}

fn refusal(violation: &Violation) -> Refusal {
    Refusal {
        field: violation.field.clone(),
        code: violation.code().to_owned(),
        message: violation.details(),
    }
}
