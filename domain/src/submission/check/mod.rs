//! Everything that can be wrong with a submission, said at once, each at its field
//! (`rest-api.md` §6.4, wording `form-and-assets.md` §4.7). The form calls this while people type.
//! One file a section of the form; what the rules share is in [`found`].

mod compute;
mod environment;
mod found;
mod general;
mod image;
mod names;
mod placement;
mod security;
mod storage;
mod tools;
mod variables;

use super::Submission;
use crate::Problem;

pub use compute::{CORES_MAX, DEVICES_RANGE, REQUEST_TYPES};
pub use environment::PULL_POLICIES;
pub use found::{ITEMS_MAX, TEXT_MAX};
pub use general::{AUTO_DELETION_RANGE, BACKOFF_RANGE, GRACE_RANGE, RESTART_POLICIES};
pub use image::{ImageReference, image_reference};
pub use names::{is_dns_name, is_http_url, is_label_value, is_qualified_name};
pub use placement::{AFFINITY_OPERATORS, POD_AFFINITIES, TOLERATION_EFFECTS, TOLERATION_OPERATORS};
pub use security::{CAPABILITIES, ID_RANGE, ID_SOURCES, SECCOMP_PROFILES};
pub use storage::{GIT_AUTHENTICATIONS, MOUNT_PROPAGATIONS, VOLUME_MODES};
pub use tools::{AUTHORIZATION_TYPES, NODE_PORT_RANGE, PORT_RANGE, SERVICE_TYPES};
pub use variables::{BUILT_IN_VARIABLES, variable_name};

use found::Found;

/// Every problem of `submission`, in the order of the form. Paths begin with `spec.`.
pub fn check(submission: &Submission) -> Vec<Problem> {
    let mut found = Found::default();
    environment::check(submission, &mut found);
    tools::check(submission, &mut found);
    variables::check(submission.environment_variables.as_deref().unwrap_or_default(), &mut found);
    if let Some(security) = &submission.security {
        security::check(security, &mut found);
    }
    if let Some(compute) = &submission.compute {
        compute::check(compute, &mut found);
    }
    placement::check(submission, &mut found);
    if let Some(storage) = &submission.storage {
        storage::check(storage, &mut found);
    }
    general::check(submission, &mut found);
    found.problems
}

/// Every problem of a part of a submission: it may lack the image, which another part gives.
pub fn check_partial(submission: &Submission) -> Vec<Problem> {
    let mut problems = check(submission);
    problems.retain(|problem| problem.key != "image.required" || submission.image.is_some());
    problems
}

#[cfg(test)]
mod tests;
