//! What the policies make of a submission, without the server.

use serde_json::Value;

use super::{Around, Judged, Refusal};
use crate::policy::{
    check::wrong_types, effective::Effective, evaluate::evaluate, resolve::resolve,
    violation::Violation,
};

/// Resolves and judges a spec, as `resolve` and `evaluate` do on the server. Values of wrong types
/// are told in place of violations, for then rules make no sense.
pub fn judge(around: &Around, submission: &Value) -> Judged {
    let wrong = wrong_types(submission, around.workload_type);
    if !wrong.is_empty() {
        let refusal = |problem: crate::Problem| Refusal {
            field: problem.field.trim_start_matches("spec.").to_owned(),
            code: problem.key,
            message: problem.message,
        };
        let violations = wrong.into_iter().map(refusal).collect();
        return Judged { violations, spec: submission.clone() };
    }
    let effective = Effective::of(around.workload_type, &around.layers_above());
    let resolution = resolve(&effective, submission, &|id| around.asset(id));
    let violations = evaluate(&resolution).iter().map(refusal).collect();
    Judged { violations, spec: resolution.spec() }
}

fn refusal(violation: &Violation) -> Refusal {
    Refusal {
        field: violation.field.clone(),
        code: violation.code().to_owned(),
        message: violation.details(),
    }
}
