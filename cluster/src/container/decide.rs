//! What is to be done, from what is wanted, what is there and what is already being done. Pure, and
//! told again and again: what is done or being done is not asked for again.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::{Reason, Timestamp};
use jiff::SignedDuration;

use super::found::{Found, PodKey, State};
use crate::{DesiredPod, Wanted};

/// What is being done about a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// A container is being made and started; a sentence for the row.
    Preparing(String),
    /// That went wrong, and is tried again.
    Waiting { reason: Reason, tries: u32, until: Timestamp },
    /// That went wrong for good.
    Refused(Reason),
    /// Its containers are being ended and removed.
    Ending,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Make and start a container for the order with this number.
    Begin { order: usize, restart: u32, tries: u32 },
    /// End these containers of a pod, and remove them with what belongs to the run.
    End { pod: PodKey, containers: Vec<String>, grace_secs: u64 },
    /// Remove a container that was followed by two restarts.
    Remove { container: String },
    /// Nobody wants the pod any more, and it has no container.
    Forget { pod: PodKey },
}

/// Notice for a container that nobody asked to end with a notice of its own.
const GRACE_SECS: u64 = 10;
/// The longest wait before a container is started again, or made again.
const WAIT_SECS_MAX: u64 = 60;

/// How long to wait after the `tries`th time that something went wrong.
pub fn wait(tries: u32) -> Duration {
    Duration::from_secs(2_u64.saturating_pow(tries).min(WAIT_SECS_MAX))
}

/// Everything to do now.
pub fn decide(
    desired: &[Arc<DesiredPod>],
    found: &[Found],
    doing: &BTreeMap<PodKey, Doing>,
    now: Timestamp,
) -> Vec<Act> {
    let mut pods: BTreeMap<PodKey, Vec<&Found>> = BTreeMap::new();
    for container in found {
        pods.entry(container.tag.key()).or_default().push(container);
    }
    for containers in pods.values_mut() {
        containers.sort_by_key(|container| container.tag.restart);
    }
    let wanted: BTreeMap<PodKey, (usize, Wanted)> =
        desired.iter().enumerate().map(|(i, pod)| (pod.key(), (i, pod.wanted))).collect();

    let mut acts = Vec::new();
    for (pod, containers) in &pods {
        let grace_secs = match wanted.get(pod) {
            Some((_, Wanted::Running)) => continue,
            Some((_, Wanted::Ending { grace_secs })) => *grace_secs,
            None => GRACE_SECS,
        };
        if doing.get(pod) != Some(&Doing::Ending) {
            let containers = containers.iter().map(|container| container.id.clone()).collect();
            acts.push(Act::End { pod: *pod, containers, grace_secs });
        }
    }
    for (pod, (order, wanted)) in &wanted {
        // An older run ends first; no workload ever has two.
        let is_alone = pods.keys().all(|other| other.workload != pod.workload || other == pod);
        if *wanted == Wanted::Running && is_alone {
            let containers = pods.get(pod).map_or(&[][..], Vec::as_slice);
            acts.extend(start(*order, containers, doing.get(pod), now));
        }
    }
    let is_forgotten = |pod: &PodKey| {
        !pods.contains_key(pod) && !matches!(wanted.get(pod), Some((_, Wanted::Running)))
    };
    let forgotten = doing.iter().filter(|(pod, what)| **what != Doing::Ending && is_forgotten(pod));
    acts.extend(forgotten.map(|(pod, _)| Act::Forget { pod: *pod }));
    acts
}

/// What a pod that should run needs. `containers` are its own, oldest first.
fn start(order: usize, containers: &[&Found], doing: Option<&Doing>, now: Timestamp) -> Vec<Act> {
    let tries = match doing {
        None => 0,
        Some(Doing::Waiting { tries, until, .. }) if *until <= now => *tries,
        Some(_) => return Vec::new(),
    };
    let Some((last, earlier)) = containers.split_last() else {
        return vec![Act::Begin { order, restart: 0, tries }];
    };
    let restart = last.tag.restart;
    match &last.state {
        State::Running => Vec::new(),
        State::Made => vec![Act::Begin { order, restart, tries }],
        State::Ended(_) if restarts_at(last).is_some_and(|at| at <= now) => {
            // The one that just ended stays for whoever asks what it said.
            let old = earlier.iter().map(|old| Act::Remove { container: old.id.clone() });
            old.chain([Act::Begin { order, restart: restart + 1, tries }]).collect()
        }
        State::Ended(_) => Vec::new(),
    }
}

/// When a container that ended is followed by another one; `None` where it is not.
pub fn restarts_at(container: &Found) -> Option<Timestamp> {
    let State::Ended(end) = &container.state else { return None };
    let tag = &container.tag;
    let again = match end.is_success() {
        true => tag.again,
        false => tag.restart < tag.backoff_limit,
    };
    let wait = SignedDuration::try_from(wait(tag.restart)).unwrap_or_default();
    again.then(|| end.at.saturating_add(wait).unwrap_or(end.at))
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
