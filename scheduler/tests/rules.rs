//! Rules that every cycle keeps, on random clusters: nothing is over-committed, no quota or limit is
//! passed further, what was promised holds whatever the order of the lists.

mod common;

use std::collections::BTreeSet;

use common::random::{carried_out, cluster, started};
use domain::{
    Cores, Gpus, MemoryBytes, ProjectId, Resources, node::NodePool, org::PoolQuota,
    workload::Placement,
};
use proptest::prelude::*;
use scheduler::{Decision, Job, Snapshot, schedule, verdict};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_waiting_job_gets_one_decision(text in cluster()) {
        let snapshot = started(&text).snapshot;
        let waiting: Vec<_> = snapshot.jobs.iter().filter(|job| job.is_pending()).collect();
        let decisions = schedule(&snapshot);
        prop_assert_eq!(decisions.len(), waiting.len());
        let decided: BTreeSet<_> = decisions.iter().map(Decision::workload).collect();
        prop_assert_eq!(decided, waiting.iter().map(|job| job.id).collect());
        let is_told = |decision: &Decision| match decision {
            Decision::Place { .. } => true,
            Decision::Wait { reasons, .. } => !reasons.is_empty(),
        };
        prop_assert!(decisions.iter().all(is_told));
    }

    #[test]
    fn no_node_gives_more_than_it_has(text in cluster()) {
        let after = carried_out(&started(&text).snapshot);
        for node in &after.nodes {
            let here = held(&after).filter(|(_, placement)| placement.node == node.name);
            let here: Vec<_> = here.collect();
            prop_assert!(here.iter().map(|(job, _)| job.pod.cpu).sum::<Cores>() <= node.cpu);
            let memory = here.iter().map(|(job, _)| job.pod.memory).sum::<MemoryBytes>();
            prop_assert!(memory <= node.memory);
            for (index, _) in node.gpus.iter().enumerate() {
                let gpus = here.iter().flat_map(|(_, placement)| &placement.gpus);
                let parts = gpus.filter(|gpu| gpu.index as usize == index).map(|gpu| gpu.portion);
                prop_assert!(parts.sum::<Gpus>() <= Gpus::whole(1));
            }
            for (name, has) in &node.extended {
                let asked = here.iter().flat_map(|(job, _)| &job.pod.extended);
                let asked = asked.filter(|(own, _)| own == name).map(|(_, count)| *count);
                prop_assert!(asked.sum::<i64>() <= *has);
            }
        }
    }

    #[test]
    fn what_is_placed_gets_what_it_asked_for(text in cluster()) {
        let before = started(&text).snapshot;
        let after = carried_out(&before);
        for (job, placement) in held(&after) {
            let node = after.nodes.iter().find(|node| node.name == placement.node).unwrap();
            let pool = node.pool(&after.pools).map(|pool| &pool.name);
            prop_assert_eq!(pool, Some(&placement.pool));
            prop_assert_eq!(placement.gpus.len(), job.pod.gpu.devices() as usize);
            let indices: BTreeSet<_> = placement.gpus.iter().map(|gpu| gpu.index).collect();
            prop_assert_eq!(indices.len(), placement.gpus.len());
            let is_new = before.jobs.iter().any(|old| old.id == job.id && old.is_pending());
            prop_assert!(!is_new || node.is_ready());
            let named = job.node_pools.is_empty() || job.node_pools.contains(&placement.pool);
            prop_assert!(named);
        }
    }

    #[test]
    fn no_quota_and_no_limit_is_passed(text in cluster()) {
        let before = started(&text).snapshot;
        let after = carried_out(&before);
        for pool in &after.pools {
            for project in &after.projects {
                let own = |id: ProjectId| id == project.id;
                keeps(project.quota(pool.id), usage(&before, pool, &own), usage(&after, pool, &own));
            }
            for of in &after.departments {
                let own = |id: ProjectId| {
                    after.projects.iter().any(|p| p.id == id && p.department == of.id)
                };
                keeps(of.quota(pool.id), usage(&before, pool, &own), usage(&after, pool, &own));
            }
        }
    }

    #[test]
    fn the_order_of_the_lists_means_nothing(text in cluster(), by in 0..8_usize) {
        let cluster = started(&text);
        let mut turned = cluster.snapshot.clone();
        turn(&mut turned.nodes, by);
        turn(&mut turned.jobs, by);
        turn(&mut turned.pools, by);
        turn(&mut turned.projects, by);
        turn(&mut turned.departments, by);
        prop_assert_eq!(schedule(&cluster.snapshot), schedule(&turned));
        let probe = cluster.probe.unwrap();
        prop_assert_eq!(verdict(&cluster.snapshot, &probe), verdict(&turned, &probe));
    }
}

fn turn<T>(list: &mut [T], by: usize) {
    list.reverse();
    let by = by.checked_rem(list.len()).unwrap_or_default();
    list.rotate_left(by);
}

/// The jobs that hold something, with it.
fn held(snapshot: &Snapshot) -> impl Iterator<Item = (&Job, &Placement)> {
    snapshot.jobs.iter().filter_map(|job| Some((job, job.placement.as_ref()?)))
}

/// All that some projects hold in a pool, and the non-preemptible part of it.
fn usage(of: &Snapshot, pool: &NodePool, own: &dyn Fn(ProjectId) -> bool) -> [Resources; 2] {
    let mut all = [Resources::default(); 2];
    let here = held(of).filter(|(job, place)| place.pool == pool.name && own(job.project));
    for (job, placement) in here {
        let gpu = placement.gpu_total();
        let taken = Resources { gpu, cpu: job.pod.cpu, memory: job.pod.memory };
        all[0] += taken;
        if !job.preemptible {
            all[1] += taken;
        }
    }
    all
}

/// Whatever grew in the cycle is within bounds after it.
fn keeps(quota: PoolQuota, before: [Resources; 2], after: [Resources; 2]) {
    let ([was, firm_was], [is, firm_is]) = (before, after);
    within(firm_was.gpu, firm_is.gpu, quota.gpu.deserved);
    within(firm_was.cpu, firm_is.cpu, quota.cpu.deserved);
    within(firm_was.memory, firm_is.memory, quota.memory.deserved);
    within(was.gpu, is.gpu, quota.gpu.limit);
    within(was.cpu, is.cpu, quota.cpu.limit);
    within(was.memory, is.memory, quota.memory.limit);
}

fn within<T: PartialOrd + std::fmt::Debug>(was: T, is: T, most: Option<T>) {
    assert!(is <= was || most.as_ref().is_none_or(|most| is <= *most), "{was:?} {is:?} {most:?}");
}
