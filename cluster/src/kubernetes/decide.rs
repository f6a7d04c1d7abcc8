//! What is to be done, from what is wanted, what is there and what is already being done. Pure, and told again and again.

use std::{collections::BTreeMap, ops::Range, sync::Arc, time::Duration};

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

/// Everything to do now. Orders and pods come in the order of their workloads: both are gone through once, side by side.
pub fn decide(
    desired: &[Arc<DesiredPod>],
    found: &[Arc<Found>],
    doing: &BTreeMap<PodKey, Doing>,
    now: Timestamp,
) -> Vec<Act> {
    let there = There { found, doing, now };
    let (mut acts, mut at) = (Vec::new(), 0);
    for (number, order) in desired.iter().enumerate() {
        let first = there.after(at, |pod| pod.key.workload < order.workload);
        let last = there.after(first, |pod| pod.key.workload == order.workload);
        // Before those of this workload lie those that nobody wants.
        acts.extend((at..first).filter_map(|pod| there.end(pod, None)));
        acts.extend((first..last).filter_map(|pod| there.end_for(pod, order)));
        acts.extend(there.place(number, order, first..last));
        at = last;
    }
    acts.extend((at..found.len()).filter_map(|pod| there.end(pod, None)));
    let idle = doing.iter().filter(|(_, what)| **what != Doing::Ending).map(|(pod, _)| *pod);
    let forgotten = idle.filter(|pod| is_forgotten(*pod, desired, found));
    acts.extend(forgotten.map(|pod| Act::Forget { pod }));
    acts
}

/// What is there, by its number among those found, and what is being done about it.
struct There<'a> {
    found: &'a [Arc<Found>],
    doing: &'a BTreeMap<PodKey, Doing>,
    now: Timestamp,
}

impl There<'_> {
    /// The first one from `at` on of which this is not so.
    fn after(&self, at: usize, is_so: impl Fn(&Found) -> bool) -> usize {
        at + self.found[at..].iter().take_while(|pod| is_so(pod)).count()
    }

    /// Ends a pod, unless that has begun.
    fn end(&self, at: usize, grace_secs: Option<u64>) -> Option<Act> {
        let pod = &self.found[at];
        let is_ending = self.doing.get(&pod.key) == Some(&Doing::Ending);
        let is_new = pod.deleted_at.is_none() && !is_ending;
        is_new.then_some(Act::End { found: at, grace_secs })
    }

    /// Ends a pod of this workload that is not to go on: another run of it, or the one that is asked to end.
    fn end_for(&self, at: usize, order: &DesiredPod) -> Option<Act> {
        match (self.found[at].key == order.key(), order.wanted) {
            (true, Wanted::Running) => None,
            (true, Wanted::Ending { grace_secs }) => self.end(at, Some(grace_secs)),
            (false, _) => self.end(at, None),
        }
    }

    /// Makes the pod that is to run, beside those of its workload. An older run ends first; no workload ever has two.
    fn place(&self, number: usize, order: &DesiredPod, own: Range<usize>) -> Option<Act> {
        let (key, own) = (order.key(), &self.found[own]);
        let is_alone = own.iter().all(|pod| pod.key == key);
        if order.wanted != Wanted::Running || !is_alone {
            return None;
        }
        let tries = tries(self.doing.get(&key), self.now)?;
        place(number, order, own.last().map(AsRef::as_ref), tries)
    }
}

/// Whether a run is neither there nor to be.
fn is_forgotten(pod: PodKey, desired: &[Arc<DesiredPod>], found: &[Arc<Found>]) -> bool {
    let is_there = found.binary_search_by_key(&pod, |found| found.key).is_ok();
    let order = desired.binary_search_by_key(&pod.workload, |order| order.workload);
    let order = order.ok().map(|at| &desired[at]).filter(|order| order.key() == pod);
    !is_there && order.is_none_or(|order| order.wanted != Wanted::Running)
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

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
