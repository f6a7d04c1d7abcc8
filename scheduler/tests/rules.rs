//! Rules that every cycle keeps, on random clusters: nothing is over-committed, no quota or limit is
//! passed further, what was promised holds whatever the order of the lists.

mod common;

use std::collections::BTreeSet;

use common::{
    random::{carried_out, cluster, started},
    sides::{NEAR, Sides},
};
use domain::{
    Cores, Gpus, MemoryBytes, ProjectId, Reason, Resources, WorkloadId, node::NodePool,
    org::PoolQuota, workload::Placement,
};
use proptest::prelude::*;
use scheduler::{Action, Decision, Job, Pod, Scheduler, Snapshot, schedule, verdict};

proptest! {
    #[test]
    fn an_unchanged_world_comes_to_rest(text in cluster()) {
        let mut snapshot = started(&text).snapshot;
        for _ in 0..16 {
            snapshot = carried_out(&snapshot);
        }
        let moves: Vec<_> = schedule(&snapshot).into_iter().filter(is_move).collect();
        prop_assert!(moves.is_empty(), "{:?}", moves);
    }

    #[test]
    fn nobody_is_evicted_for_the_same_again_and_again(text in cluster()) {
        let mut snapshot = started(&text).snapshot;
        let mut before = BTreeSet::new();
        for _ in 0..8 {
            let decisions = schedule(&snapshot);
            let gone = evictions(&decisions);
            let in_vain: Vec<_> = gone
                .intersection(&before)
                .filter(|(victim, _, gainer)| {
                    // What has gone stays gone, and who gains has got what was reserved.
                    let comes_back = binds(&decisions, *victim) > 0;
                    comes_back || gainer.is_none_or(|gainer| binds(&decisions, gainer) == 0)
                })
                .collect();
            prop_assert!(in_vain.is_empty(), "{:?}", in_vain);
            snapshot = carried_out(&snapshot);
            before = gone;
        }
    }
}

fn is_move(decision: &Decision) -> bool {
    !matches!(decision, Decision::Wait { .. })
}

/// How many pods of a workload are placed.
fn binds(decisions: &[Decision], of: WorkloadId) -> usize {
    let is_bind = |d: &&Decision| matches!(d, Decision::Bind { workload, .. } if *workload == of);
    decisions.iter().filter(is_bind).count()
}

/// Which pods go, and for whom. Of an elastic gang one pod may go after the other.
fn evictions(decisions: &[Decision]) -> BTreeSet<(WorkloadId, usize, Option<WorkloadId>)> {
    let one = |decision: &Decision| match decision {
        Decision::Evict { workload, pod, gains, .. } => Some((*workload, *pod, *gains)),
        _ => None,
    };
    decisions.iter().filter_map(one).collect()
}

/// Consolidation could move a preemptible workload for one that a workload of higher priority takes the
/// place from in the same cycle. The next cycle would begin anew, for ever.
#[test]
fn nobody_is_moved_for_a_workload_that_is_preempted_at_once() {
    let text = "pool default gpu=binpack cpu=binpack\npool a100 gpu=binpack cpu=binpack\n\
        node n0 gpus=1x40 cpu=5 memory=12 type=small\nnode n1 gpus=2x40 cpu=1 memory=7\n\
        node n2 gpus=2x40 cpu=2 memory=8 pool=a100\nnode n3 gpus=2x40 cpu=2 memory=4 pool=a100\n\
        department d0\nproject p0 department=d0\nproject p1 department=d0\n\
        job r0 project=p0 gpus=1 part=0.01\njob r1 project=p0 memory=6 priority=very-low\n\
        job r2 project=p1 pools=a100\njob w0 project=p0 gpus=1\n\
        job w1 project=p0 needs.rdma/hca=1\njob w2 project=p0 gpus=1 part=0.01 memory=6\n\
        job w3 project=p1 preemptible=yes pools=a100\njob w4 project=p0 memory=7\n\
        probe project=p0\n";
    let mut snapshot = started(text).snapshot;
    for _ in 0..16 {
        snapshot = carried_out(&snapshot);
    }
    assert_eq!(schedule(&snapshot).iter().filter(|decision| is_move(decision)).count(), 0);
}

/// No ping-pong, but one that looks like it: each cycle gives an elastic gang one pod more, and each time
/// the same other workload shrinks for it. What has gone never comes back, and so it ends.
#[test]
fn an_elastic_gang_grows_a_pod_a_cycle_at_the_cost_of_the_same_other_one() {
    let text = "pool default gpu=binpack cpu=binpack\npool a100 gpu=binpack cpu=binpack\n\
        node n0 gpus=3x40 cpu=4 memory=22 pool=a100\nnode n1 gpus=1x40 cpu=3 memory=7 pool=a100\n\
        department d0\nproject p0 department=d0 cores-limit=0\nproject p1 department=d0\n\
        job r0 project=p0 gpus=2 part=0.01 preemptible=yes pods=3 min=1\n\
        job w0 project=p1 cpu=2 pods=3 min=1\nprobe project=p0\n";
    let mut snapshot = started(text).snapshot;
    let mut held = vec![];
    for _ in 0..5 {
        held.push([0, 1].map(|at| snapshot.jobs[at].placements().count()));
        snapshot = carried_out(&snapshot);
    }
    assert_eq!(held, [[3, 0], [2, 1], [0, 2], [0, 3], [0, 3]], "of r0 and w0");
}

proptest! {
    #[test]
    fn every_waiting_job_is_placed_or_told_why_not(text in cluster()) {
        let snapshot = started(&text).snapshot;
        let decisions = schedule(&snapshot);
        for job in snapshot.jobs.iter().filter(|job| job.is_pending()) {
            let own: Vec<_> = decisions.iter().filter(|d| d.workload() == job.id).collect();
            let count = |is: fn(&Decision) -> bool| own.iter().filter(|d| is(d)).count();
            let bound = count(|d| matches!(d, Decision::Bind { .. }));
            let told = count(|d| matches!(d, Decision::Wait { reasons, .. } if !reasons.is_empty()));
            let lost = count(|d| matches!(d, Decision::Evict { .. }));
            prop_assert!(lost > 0 || (told <= 1 && bound + told >= 1), "{:?}", own);
            let runs = job.placements().count() + bound;
            let is_whole = bound == 0 || runs >= job.min_pods as usize;
            prop_assert!(lost > 0 || is_whole, "half a gang: {:?}", own);
            // Who has all that it needs may wait for more.
            let wants_more = runs < job.pods.len();
            prop_assert!(bound == 0 || told == 0 || wants_more, "{:?}", own);
        }
    }

    #[test]
    fn w6_every_obstacle_has_a_name(text in cluster()) {
        let snapshot = started(&text).snapshot;
        let decisions = schedule(&snapshot);
        let goes = evictions(&decisions);
        for decision in &decisions {
            let Decision::Wait { workload, reasons } = decision else { continue };
            let goes = goes.iter().any(|(victim, ..)| victim == workload);
            prop_assert!(goes || reasons[0] != Reason::QueuedForCycle, "{:?}", decisions);
            prop_assert!(reasons.iter().all(|reason| reason.to_string().len() > 10));
        }
    }

    #[test]
    fn equal_snapshots_give_equal_decisions(text in cluster()) {
        let snapshot = started(&text).snapshot;
        prop_assert_eq!(schedule(&snapshot), schedule(&snapshot.clone()));
    }

    #[test]
    fn only_preemptible_work_is_evicted(text in cluster()) {
        let snapshot = started(&text).snapshot;
        for decision in schedule(&snapshot) {
            let Decision::Evict { workload, by, gains, .. } = decision else { continue };
            let victim = snapshot.jobs.iter().find(|job| job.id == workload).unwrap();
            prop_assert!(victim.preemptible);
            let gains = snapshot.jobs.iter().find(|job| Some(job.id) == gains).unwrap();
            match by {
                Action::Preempt => {
                    prop_assert_eq!(victim.project, gains.project);
                    prop_assert!(victim.priority < gains.priority);
                }
                Action::Reclaim => prop_assert_ne!(victim.project, gains.project),
                Action::Consolidation => prop_assert!(gains.preemptible),
                Action::Allocate | Action::StaleGangEviction => prop_assert!(false, "{:?}", by),
            }
        }
    }

    /// Whoever it is and whatever they ask for: nobody loses anything who is within what is promised, and
    /// nobody gains beyond the fair share.
    #[test]
    fn reclaim_is_just_on_both_sides(text in cluster()) {
        let before = started(&text).snapshot;
        let report = Scheduler::new(before.clone()).report(false);
        let sides = Sides { before: &before, report: &report };
        for (at, decision) in report.decisions.iter().enumerate() {
            let Decision::Evict { workload, pod, by: Action::Reclaim, gains } = decision else {
                continue;
            };
            let job = |id| before.jobs.iter().find(|job| job.id == id).unwrap();
            let (victim, gainer) = (job(*workload), job(gains.unwrap()));
            // Who was bound in this very cycle left no trace in the snapshot.
            let Some(placement) = victim.pods[*pod].placement() else { continue };
            let pool = &placement.pool;
            let is_moved = sides.is_moved(*workload, *pod);
            let theirs = sides.against(gainer, victim);
            let [held, promised] = sides.at_loss(at, theirs, pool);
            let is_within = (0..3).all(|r| held[r] <= promised[r] + NEAR[r]);
            prop_assert!(is_moved || !is_within, "{held:?} of {promised:?} of {theirs:?}");
            let fair = sides.fair(gainer.project, pool);
            let held = sides.held_then(at, gainer.project, pool);
            prop_assert!((0..3).all(|r| held[r] <= fair[r] + NEAR[r]), "{held:?} of {fair:?}");
        }
    }

    #[test]
    fn no_node_gives_more_than_it_has(text in cluster()) {
        let after = carried_out(&started(&text).snapshot);
        for node in &after.nodes {
            let here = held(&after).filter(|(.., placement)| placement.node == node.name);
            let here: Vec<_> = here.collect();
            let cpu = here.iter().map(|(_, pod, _)| pod.request.cpu).sum::<Cores>();
            prop_assert!(cpu <= node.cpu);
            let memory = here.iter().map(|(_, pod, _)| pod.request.memory).sum::<MemoryBytes>();
            prop_assert!(memory <= node.memory);
            for (index, _) in node.gpus.iter().enumerate() {
                let gpus = here.iter().flat_map(|(.., placement)| &placement.gpus);
                let parts = gpus.filter(|gpu| gpu.index as usize == index).map(|gpu| gpu.portion);
                prop_assert!(parts.sum::<Gpus>() <= Gpus::whole(1));
            }
            for (name, has) in &node.extended {
                let asked = here.iter().flat_map(|(_, pod, _)| &pod.request.extended);
                let asked = asked.filter(|(own, _)| own == name).map(|(_, count)| *count);
                prop_assert!(asked.sum::<i64>() <= *has);
            }
        }
    }

    #[test]
    fn what_is_placed_gets_what_it_asked_for(text in cluster()) {
        let before = started(&text).snapshot;
        let after = carried_out(&before);
        for (job, pod, placement) in held(&after) {
            let node = after.nodes.iter().find(|node| node.name == placement.node).unwrap();
            let pool = node.pool(&after.pools).map(|pool| &pool.name);
            prop_assert_eq!(pool, Some(&placement.pool));
            prop_assert_eq!(placement.gpus.len(), pod.request.gpu.devices() as usize);
            let indices: BTreeSet<_> = placement.gpus.iter().map(|gpu| gpu.index).collect();
            prop_assert_eq!(indices.len(), placement.gpus.len());
            let old = before.jobs.iter().find(|old| old.id == job.id).unwrap();
            let stays = old.placements().any(|(_, there)| there == placement);
            let is_new = !stays && old.is_pending();
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

    /// That one more node never makes a placed workload unplaced is not true of all that wait together. Two
    /// projects, one GPU free, each wants one, and nothing is promised: the share of one GPU goes to the
    /// older project. With a node of two more GPUs but taints that only the younger one tolerates, the shares
    /// are one and a half each, the older one begins with the free GPU as before – but where it wants two
    /// devices, the new share lets it take them on a node that the younger one could have used a part of.
    /// So it goes with every order by shares. And who was placed because others had to go may have to wait:
    /// the new node raises the share of those others too. What holds: a workload that alone waits, and starts
    /// without anybody going, is placed as well where there is one more node like one that is there.
    #[test]
    fn one_more_node_never_stops_who_waits_alone(text in cluster(), which in 0..5_usize) {
        let cluster = started(&text);
        let mut before = cluster.snapshot;
        before.jobs.retain(|job| !job.is_pending());
        let probe = cluster.probe.unwrap();
        before.jobs.push(common::new_job(1_000, "alone", probe.project, &probe.spec));
        let starts = |snapshot: &Snapshot| {
            let decisions = schedule(snapshot);
            let goes = decisions.iter().any(|d| matches!(d, Decision::Evict { .. }));
            !goes && decisions.iter().any(|d| matches!(d, Decision::Bind { .. }))
        };
        // In the pool that it names first it may now be worth while to let somebody go.
        let is_placed = |snapshot: &Snapshot| {
            let own = snapshot.jobs[snapshot.jobs.len() - 1].id;
            schedule(snapshot).iter().any(|d| {
                matches!(d, Decision::Bind { .. } | Decision::Pipeline { .. }) && d.workload() == own
            })
        };
        let mut after = before.clone();
        let mut node = after.nodes[which % after.nodes.len()].clone();
        node.name = "one-more".into();
        after.nodes.push(node);
        prop_assert!(!starts(&before) || is_placed(&after));
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
fn held(snapshot: &Snapshot) -> impl Iterator<Item = (&Job, &Pod, &Placement)> {
    let of = |job| Job::placements(job).map(move |(pod, placement)| (job, pod, placement));
    snapshot.jobs.iter().flat_map(of)
}

/// All that some projects hold in a pool, and the non-preemptible part of it.
fn usage(of: &Snapshot, pool: &NodePool, own: &dyn Fn(ProjectId) -> bool) -> [Resources; 2] {
    let mut all = [Resources::default(); 2];
    let here = held(of).filter(|(job, _, place)| place.pool == pool.name && own(job.project));
    for (job, pod, placement) in here {
        let gpu = placement.gpu_total();
        let taken = Resources { gpu, cpu: pod.request.cpu, memory: pod.request.memory };
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
