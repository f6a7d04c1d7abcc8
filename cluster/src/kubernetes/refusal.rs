//! What an API server answers when it does not do what it is asked, as a reason.

use domain::{Reason, reason::StartTrouble};
use kube::{Error, core::Status};

use crate::container::trouble::short;

/// Why an object was not made.
pub fn of(wrong: &Error) -> Reason {
    match wrong {
        Error::Api(status) => {
            Reason::NotStarted { kind: kind(status), answer: short(&status.message) }
        }
        other => {
            let answer = short(&chain(other));
            Reason::NotStarted { kind: StartTrouble::Other, answer }
        }
    }
}

/// Whether another try can end better without anybody changing the workspace.
pub fn may_pass(reason: &Reason) -> bool {
    use StartTrouble::{
        ClusterQuota, ConfigAbsent, DataVolume, NamespaceEnding, NamespaceTaken, Other,
    };
    let Reason::NotStarted { kind, .. } = reason else { return false };
    matches!(
        kind,
        ClusterQuota | ConfigAbsent | DataVolume | NamespaceEnding | NamespaceTaken | Other
    )
}

fn kind(status: &Status) -> StartTrouble {
    let said = status.message.as_str();
    let is_ending = status.details.iter().flat_map(|details| &details.causes);
    let is_ending = is_ending.into_iter().any(|cause| cause.reason == "NamespaceTerminating");
    if is_ending || said.contains("because it is being terminated") {
        return StartTrouble::NamespaceEnding;
    }
    if said.contains("exceeded quota") || said.contains("failed quota") {
        return StartTrouble::ClusterQuota;
    }
    // Rights may come, and so may the namespace's service account.
    let is_missing = said.contains("cannot create resource")
        || said.contains("cannot patch resource")
        || said.contains("RBAC permissions not currently held")
        || said.contains("error looking up service account");
    match status.code {
        400 | 403 | 422 if !is_missing => StartTrouble::Refused,
        _ => StartTrouble::Other,
    }
}

/// An error and what caused it, in one line; of an API server its own words.
pub fn chain(wrong: &(dyn std::error::Error + 'static)) -> String {
    let said = match wrong.downcast_ref::<Error>() {
        Some(Error::Api(status)) => {
            return format!("{} ({})", status.message.trim_end_matches([':', ' ']), status.code);
        }
        _ => wrong.to_string(),
    };
    match wrong.source().map(chain) {
        Some(cause) if said.contains(&cause) => said,
        // Some errors say what their cause says already.
        Some(cause) => format!("{}: {cause}", said.split(": ").next().unwrap_or(&said)),
        None => said,
    }
}
