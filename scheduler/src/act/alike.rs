//! Spares hopeless repeats: what is not easier to place than a job that has just failed is not tried.

use std::collections::HashMap;

use crate::{
    cycle::Cycle,
    state::Status,
    world::{JobAt, PodAt},
};

/// The jobs that have failed in an action.
#[derive(Default)]
pub(super) struct Failed(HashMap<Key, Vec<Footprint>>);

/// Where the pods of a job may be, and whose victims come into question.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    queue: Option<usize>,
    /// The shapes of what its pods ask for.
    shapes: Vec<usize>,
    groups: Vec<(Option<usize>, u32, Option<Levels>)>,
}

/// Topology levels that a group must, and would like to, stay within.
type Levels = (Option<Vec<String>>, Option<Vec<String>>);

/// What each pod asks for, the largest first: GPUs, cores, memory.
type Footprint = Vec<[i64; 3]>;

impl Failed {
    /// Begins with those for whom others would go in vain: what is true of them is true of their like.
    pub fn in_vain(cycle: &Cycle<'_>, by_queue: bool) -> Self {
        let mut failed = Self::default();
        cycle.bounds.in_vain.iter().for_each(|job| failed.add(cycle, *job, by_queue));
        failed
    }

    /// Whether a job could succeed where others failed. With `queue` only those of its own queue say
    /// anything.
    pub fn may_succeed(&self, cycle: &Cycle<'_>, job: JobAt, by_queue: bool) -> bool {
        let (key, own) = describe(cycle, job, by_queue);
        let failed = self.0.get(&key).into_iter().flatten();
        failed.into_iter().all(|other| is_easier(&own, other))
    }

    pub fn add(&mut self, cycle: &Cycle<'_>, job: JobAt, by_queue: bool) {
        let (key, own) = describe(cycle, job, by_queue);
        self.0.entry(key).or_default().push(own);
    }
}

/// Fewer pods, or one of them asks for less.
fn is_easier(own: &Footprint, other: &Footprint) -> bool {
    own.len() < other.len()
        || own.iter().zip(other).any(|(own, other)| own.iter().zip(other).any(|(a, b)| a < b))
}

fn describe(cycle: &Cycle<'_>, job: JobAt, by_queue: bool) -> (Key, Footprint) {
    let world = cycle.world;
    let of = &world.jobs[job];
    let waits = |pod: &PodAt| cycle.state.pods[*pod].status == Status::Pending;
    let (mut shapes, mut footprint) = (vec![], vec![]);
    for pod in of.pods.clone().filter(waits) {
        let class = &world.classes[world.pods[pod].class];
        let device = world.pools[cycle.pool].smallest_device;
        footprint.push(class.asked(device).map(|amount| amount as i64));
        shapes.push(class.shape);
    }
    footprint.sort_by(|a, b| b.cmp(a));
    shapes.dedup();
    let groups = of.groups.iter().map(|group| {
        let wish = group.wish.as_ref().map(|wish| (wish.required.clone(), wish.preferred.clone()));
        (group.parent, group.min, wish)
    });
    // A claim is one of its project.
    let has_claims = |pod: PodAt| !world.classes[world.pods[pod].class].request.claims.is_empty();
    let queue = of.queue.filter(|_| by_queue || of.pods.clone().any(has_claims));
    (Key { queue, shapes, groups: groups.collect() }, footprint)
}
