//! The secrets of a pod that Berth keeps: what they are called in the cluster, and how they get there. Each run has its
//! own, which belong to its pod and go with it. They are written and never read, also not in the answer.

use domain::{
    Reason,
    submission::{ImagePullSecret, SecretUse, Submission},
};
use k8s_openapi::api::core::v1::Pod;

use super::place::Setback;
use crate::{DesiredPod, digest::hash};

/// A name has at most so many characters.
const LENGTH_MAX: usize = 253;
/// How an API server begins to say that a right is missing, a quota used up, or a namespace going.
const OWN_WORDS: [&str; 4] =
    ["User ", "exceeded quota", "failed quota", "unable to create new content"];

/// What a secret is called in the cluster. Nobody else calls theirs so.
pub fn name(order: &DesiredPod, of: &SecretUse) -> String {
    let SecretUse { name, is_own, pulls } = of;
    let told = format!("{}/{}/{name}/{is_own}/{pulls}", order.workload, order.generation);
    let (digest, room) = (format!("{:016x}", hash(&told)), LENGTH_MAX - order.name.len() - 18);
    let part: String = name.chars().take(room).collect();
    format!("{}-{}-{digest}", order.name, part.trim_end_matches(['-', '.']))
}

/// The submission with the names that secrets have in the cluster. What a person keeps for themselves is nowhere but
/// with Berth; what others keep may be in the cluster under its own name.
pub fn named(order: &DesiredPod) -> Submission {
    let mut submission = order.submission.clone();
    let is_kept = |of: &SecretUse| order.secrets.iter().any(|kept| kept.of == *of);
    submission.name_secrets(|of| (of.is_own || is_kept(of)).then(|| name(order, of)));
    let uses = order.submission.secret_uses();
    let unnamed = order.secrets.iter().filter(|kept| kept.of.pulls && !uses.contains(&kept.of));
    let pull = |of| ImagePullSecret { name: Some(name(order, of)), ..ImagePullSecret::default() };
    let pulls: Vec<_> = unnamed.map(|kept| pull(&kept.of)).collect();
    if !pulls.is_empty() {
        submission.image_pull_secrets.get_or_insert_default().extend(pulls);
    }
    submission
}

/// Whether a pod uses the secret. A registry that was added after the pod was made is for the next run.
pub fn is_used(pod: &Pod, order: &DesiredPod, of: &SecretUse) -> bool {
    let name = name(order, of);
    let pulls = pod.spec.iter().flat_map(|spec| spec.image_pull_secrets.iter().flatten());
    !of.pulls || pulls.into_iter().any(|pull| pull.name == name)
}

/// What a cluster said of a secret that it does not take. Its own words are known and repeat no value; those of a policy
/// or webhook of somebody's may.
pub fn discreet(said: Setback, name: &str) -> Setback {
    let Setback::Refused(reason) = said else { return said };
    let Reason::NotStarted { kind, answer } = *reason else { return Setback::Refused(reason) };
    let words = answer.strip_prefix(&format!("secrets \"{name}\" is forbidden: "));
    let is_its_own = words.is_some_and(|words| OWN_WORDS.iter().any(|own| words.starts_with(own)));
    let answer = match is_its_own {
        true => answer,
        false => format!("the cluster does not take secret {name}"),
    };
    Setback::not_started(kind, answer)
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
