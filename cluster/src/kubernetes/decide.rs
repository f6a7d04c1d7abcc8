//! What is to be done, from what is wanted, what is there and what is already being done. Pure, and told again and again.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::Timestamp;

use super::{board::Doing, found::Found};
use crate::{DesiredPod, Place, Wanted, order::PodKey};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Make the pod of the order with this number, or put the one that is there on its node.
    Place { order: usize, tries: u32 },
    /// Set right what somebody edited in the pod of this order.
    Mend { order: usize, tries: u32 },
    /// End the pod with this number among those found.
    End { found: usize, grace_secs: Option<u64> },
    /// Nobody wants the pod any more, and it is not there.
    Forget { pod: PodKey },
}

/// The longest wait before something is tried again.
const WAIT_SECS_MAX: u64 = 30;

/// How long to wait after the `tries`th time that something went wrong.
pub fn wait(tries: u32) -> Duration {
    Duration::from_secs(2_u64.saturating_pow(tries.saturating_sub(1)).min(WAIT_SECS_MAX))
}

/// Everything to do now.
pub fn decide(
    desired: &[Arc<DesiredPod>],
    found: &[Arc<Found>],
    doing: &BTreeMap<PodKey, Doing>,
    now: Timestamp,
) -> Vec<Act> {
    let wanted: BTreeMap<PodKey, (usize, Wanted)> =
        desired.iter().enumerate().map(|(i, pod)| (pod.key(), (i, pod.wanted))).collect();
    let mut there: BTreeMap<PodKey, &Found> = BTreeMap::new();
    let mut acts = Vec::new();
    for (at, pod) in found.iter().enumerate() {
        there.insert(pod.key, pod);
        let grace_secs = match wanted.get(&pod.key) {
            Some((_, Wanted::Running)) => continue,
            Some((_, Wanted::Ending { grace_secs })) => Some(*grace_secs),
            None => None,
        };
        if pod.deleted_at.is_none() && doing.get(&pod.key) != Some(&Doing::Ending) {
            acts.push(Act::End { found: at, grace_secs });
        }
    }
    for (pod, (order, wanted)) in &wanted {
        // An older run ends first; no workload ever has two.
        let is_alone = is_alone(&there, *pod);
        let Some(tries) = tries(doing.get(pod), now) else { continue };
        if *wanted == Wanted::Running && is_alone {
            acts.extend(place(*order, &desired[*order], there.get(pod).copied(), tries));
        }
    }
    let is_forgotten = |pod: &PodKey| {
        !there.contains_key(pod) && !matches!(wanted.get(pod), Some((_, Wanted::Running)))
    };
    let forgotten = doing.iter().filter(|(pod, what)| **what != Doing::Ending && is_forgotten(pod));
    acts.extend(forgotten.map(|(pod, _)| Act::Forget { pod: *pod }));
    acts
}

fn is_alone(there: &BTreeMap<PodKey, &Found>, pod: PodKey) -> bool {
    let first = PodKey { generation: 0, ..pod };
    let last = PodKey { generation: u32::MAX, ..pod };
    there.range(first..=last).all(|(other, _)| *other == pod)
}

/// How often it was tried, where it may be tried now.
fn tries(doing: Option<&Doing>, now: Timestamp) -> Option<u32> {
    match doing {
        None => Some(0),
        Some(Doing::Waiting { tries, until, .. }) if *until <= now => Some(*tries),
        Some(_) => None,
    }
}

fn place(order: usize, of: &DesiredPod, found: Option<&Found>, tries: u32) -> Option<Act> {
    match found {
        None => Some(Act::Place { order, tries }),
        Some(found) if found.deleted_at.is_some() => None,
        Some(found) if found.node.is_none() && is_ours_to_place(of, found) => {
            Some(Act::Place { order, tries })
        }
        Some(found) if image_of(found) != of.submission.image.as_deref() => {
            Some(Act::Mend { order, tries })
        }
        Some(_) => None,
    }
}

/// Whether anything is left to do before it has a node.
fn is_ours_to_place(of: &DesiredPod, found: &Found) -> bool {
    matches!(of.place, Place::Chosen(_)) || found.is_gated
}

/// The only thing that anybody can change of a container that was made.
fn image_of(found: &Found) -> Option<&str> {
    found.pod.spec.as_ref()?.containers.first()?.image.as_deref()
}
