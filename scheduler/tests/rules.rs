//! Rules that every cycle keeps, on random clusters: nothing is over-committed, no quota or limit is
//! passed further, what was promised holds whatever the order of the lists.

mod common;

use std::collections::BTreeSet;

use common::{
    random::{carried_out, cluster, started},
    read,
    sides::{NEAR, Sides},
    story,
};
use domain::{
    Cores, Gpus, MemoryBytes, ProjectId, Reason, Resources, WorkloadId, node::NodePool,
    org::PoolQuota, submission::GpuRequest, workload::Placement,
};
use insta::assert_snapshot;
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
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

    /// No ping-pong: nobody goes and is back in the same place a cycle later, and nobody who has come back elsewhere
    /// goes for the same once more. More cannot be asked for. A reservation is not a promise, the next cycle decides
    /// anew (`scenarios.md` §4), so that what was made free for one may go to others, and some who went may find a
    /// place again: so it is in the reference's own decisions of `random-0031`. And elastic pods come, and go, one
    /// at a time (§4.3).
    #[test]
    fn nobody_goes_to_come_back(text in cluster()) {
        let mut snapshot = started(&text).snapshot;
        let mut last: Vec<Gone> = vec![];
        let mut came_back = BTreeSet::new();
        for _ in 0..8 {
            let decisions = schedule(&snapshot);
            for gone in &last {
                let Some(back) = bound(&decisions, gone) else { continue };
                prop_assert_ne!(back, &gone.from, "{:?} is back at once", gone);
                came_back.insert((gone.pod, gone.gains));
            }
            last = evictions(&snapshot, &decisions);
            let again = last.iter().find(|gone| came_back.contains(&(gone.pod, gone.gains)));
            prop_assert!(again.is_none(), "{:?} once more", again);
            snapshot = carried_out(&snapshot);
        }
    }
}

/// That all of those come back who went for one, and it gets nothing, can be foreseen only as far as one cycle is
/// played; that the one after it looks ahead in its turn is left out, and so it happens once in thousands.
#[test]
fn hardly_anybody_goes_for_nothing() {
    let mut runner = TestRunner::deterministic();
    let mut found = vec![];
    for _ in 0..1_000 {
        let text = cluster().new_tree(&mut runner).expect("a cluster").current();
        let before = started(&text).snapshot;
        let gone = evictions(&before, &schedule(&before));
        let decisions = schedule(&carried_out(&before));
        let mut gainers: BTreeSet<_> = gone.iter().filter_map(|gone| gone.gains).collect();
        gainers.retain(|gainer| binds(&decisions, *gainer) == 0);
        let stays_away = gone.iter().filter(|gone| bound(&decisions, gone).is_none());
        stays_away.filter_map(|gone| gone.gains).for_each(|gainer| _ = gainers.remove(&gainer));
        found.extend((!gainers.is_empty()).then_some(text));
    }
    assert!(found.len() <= 1, "{}", found.join("\n"));
}

/// A pod that goes.
#[derive(Debug)]
struct Gone {
    pod: (WorkloadId, usize),
    from: Placement,
    /// For whom.
    gains: Option<WorkloadId>,
}

/// Where somebody who went is placed.
fn bound<'a>(decisions: &'a [Decision], gone: &Gone) -> Option<&'a Placement> {
    decisions.iter().find_map(|decision| match decision {
        Decision::Bind { workload, pod, placement } if (*workload, *pod) == gone.pod => {
            Some(placement)
        }
        _ => None,
    })
}

/// Who of those that run goes.
fn evictions(snapshot: &Snapshot, decisions: &[Decision]) -> Vec<Gone> {
    let from = |workload: WorkloadId, pod: usize| {
        let job = snapshot.jobs.iter().find(|job| job.id == workload)?;
        job.pods[pod].placement().cloned()
    };
    let one = |decision: &Decision| match decision {
        Decision::Evict { workload, pod, gains, .. } => {
            let from = from(*workload, *pod)?;
            Some(Gone { pod: (*workload, *pod), from, gains: *gains })
        }
        _ => None,
    };
    decisions.iter().filter_map(one).collect()
}

fn is_move(decision: &Decision) -> bool {
    !matches!(decision, Decision::Wait { .. })
}

/// How many pods of a workload are placed.
fn binds(decisions: &[Decision], of: WorkloadId) -> usize {
    let is_bind = |d: &&Decision| matches!(d, Decision::Bind { workload, .. } if *workload == of);
    decisions.iter().filter(is_bind).count()
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

/// One is preempted for `w0`, and a pod of `r0` is moved for `w1` into what that leaves. The next cycle, which
/// knows of no reservations, would give `w0` what the moved pod has left, and the first one its old place.
#[test]
fn nobody_goes_for_one_who_finds_another_place_a_cycle_later() {
    let text = "pool default\ndepartment d0\ndepartment d1\n\
        node n0 gpus=4 cpu=64 memory=256\nnode n1 gpus=3 cpu=64 memory=256\n\
        project p0 department=d0\nproject p1 department=d1\nproject p2 department=d1\n\
        job r0 project=p2 gpus=1 preemptible=yes pods=3 min=1\njob r1 project=p1 gpus=1\n\
        job r2 project=p0 gpus=1 preemptible=yes pods=2\njob r3 project=p1 gpus=1\n\
        job w0 project=p0 gpus=1 priority=very-high\njob w1 project=p2 gpus=1 priority=very-high\n\
        probe project=p0 gpus=1\n";
    let mut snapshot = started(text).snapshot;
    let mut gone = vec![];
    for _ in 0..5 {
        gone.extend(evictions(&snapshot, &schedule(&snapshot)));
        snapshot = carried_out(&snapshot);
    }
    let held = |at: usize| snapshot.jobs[at].placements().count();
    assert_eq!([0, 1, 2, 3, 4, 5].map(held), [1, 1, 2, 1, 1, 1]);
    let preempted = snapshot.jobs[2].id;
    assert!(gone.iter().all(|gone| gone.pod.0 != preempted), "{gone:?}");
}

/// What `w1` lets go is taken by `w0`, whose project is ahead, and by one that went: so more have to go a cycle later,
/// and then all have what is theirs. Whoever forbade that would let `w1` wait for ever.
#[test]
fn one_who_went_may_find_another_place_before_the_one_that_it_went_for() {
    let text = "pool default\ndepartment d0\ndepartment d1\n\
        node n0 gpus=2 cpu=64 memory=256\nnode n1 gpus=4 cpu=64 memory=256\n\
        node n2 gpus=2 cpu=64 memory=256\n\
        project p0 department=d0\nproject p1 department=d1 gpus=0\n\
        job r0 project=p0 gpus=1\njob r1 project=p0 gpus=1\n\
        job r2 project=p0 gpus=1 preemptible=yes pods=3 min=2\n\
        job r3 project=p0 gpus=1 priority=very-high\njob r4 project=p0 gpus=1 preemptible=yes\n\
        job r5 project=p0 gpus=1 priority=very-high\njob w0 project=p1 gpus=1 preemptible=yes\n\
        job w1 project=p0 gpus=2 priority=very-high\nprobe project=p0 gpus=1\n";
    let mut snapshot = started(text).snapshot;
    let mut held = vec![];
    for _ in 0..4 {
        let of = |name: &str| snapshot.jobs.iter().find(|job| job.name == name);
        let count = |name| of(name).map_or(0, |job| job.placements().count());
        held.push(["w0", "w1", "r2", "r4"].map(count));
        snapshot = carried_out(&snapshot);
    }
    assert_eq!(held, [[0, 0, 3, 1], [0, 0, 2, 0], [1, 0, 0, 1], [1, 1, 0, 1]]);
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
        let goes = |of: &WorkloadId| {
            decisions.iter().any(|d| matches!(d, Decision::Evict { workload, .. } if workload == of))
        };
        for decision in &decisions {
            let Decision::Wait { workload, reasons } = decision else { continue };
            let goes = goes(workload);
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

    /// Pools are asked one at a time, each with all that its own scheduler may do (§7.1): somebody may have to go in
    /// the first one though the second one is free. What is placed is where the first pool of its list has placed it
    /// that would have done so alone.
    #[test]
    fn the_first_pool_that_can_place_it_does(text in cluster(), is_turned: bool) {
        let (mut alone, probe) = alone(&text);
        // Who goes may itself name another pool first, and be back before its turn; that is looked at elsewhere.
        alone.settings.looks_ahead = false;
        let mut pools = vec!["a100", "default"];
        if is_turned {
            pools.reverse();
        }
        let named = |pools: &[&str]| {
            let mut snapshot = alone.clone();
            let job = snapshot.jobs.last_mut().unwrap();
            job.node_pools = pools.iter().map(|name| name.parse().unwrap()).collect();
            placed(&snapshot, probe)
        };
        let each = pools.iter().find_map(|pool| named(&[*pool]));
        prop_assert_eq!(named(&pools), each);
    }

    /// A workload that alone waits, and starts without anybody going, does so as well where there is one more
    /// node like one that is there; or it has its place in a pool that it names before.
    #[test]
    fn one_more_node_never_stops_who_waits_alone(text in cluster(), which in 0..5_usize) {
        let (before, probe) = alone(&text);
        let Some((was, false)) = placed(&before, probe) else { return Ok(()) };
        let is = placed(&one_more(&before, which), probe);
        let named = |pool| before.jobs.last().unwrap().node_pools.iter().position(|own| own == pool);
        let is_as_good = is.as_ref().is_some_and(|(is, goes)| {
            !goes || is.pool != was.pool && (named(&is.pool) < named(&was.pool) || named(&is.pool).is_none())
        });
        prop_assert!(is_as_good, "{:?}, and then {:?}", was, is);
    }

    /// Several that ask for the same whole devices and wait in one project: whoever was placed still is.
    #[test]
    fn one_more_node_never_stops_any_of_a_kind(text in cluster(), count in 2..6_usize, which in 0..5_usize) {
        let (mut before, _) = alone(&text);
        before.settings.actions = Some([Action::Allocate].into());
        let mut like = before.jobs.pop().unwrap();
        let devices = like.pods[0].request.gpu.devices().max(1);
        like.pods[0].request.gpu = GpuRequest::Whole { devices };
        like.pods[0].request.affinity = Default::default();
        for number in 0..count {
            let mut job = like.clone();
            job.id = WorkloadId(uuid::Uuid::from_u128(2_000 + number as u128));
            before.jobs.push(job);
        }
        let starts = |snapshot: &Snapshot| -> BTreeSet<_> {
            let decisions = schedule(snapshot);
            decisions.iter().filter(|d| matches!(d, Decision::Bind { .. })).map(|d| d.workload()).collect()
        };
        let (was, is) = (starts(&before), starts(&one_more(&before, which)));
        prop_assert!(was.is_subset(&is), "{:?}, and then {:?}", was, is);
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

/// What runs, and one that waits.
fn alone(text: &str) -> (Snapshot, WorkloadId) {
    let cluster = started(text);
    let mut snapshot = cluster.snapshot;
    snapshot.jobs.retain(|job| !job.is_pending());
    let probe = cluster.probe.expect("a probe");
    let job = common::new_job(1_000, "alone", probe.project, &probe.spec);
    let id = job.id;
    snapshot.jobs.push(job);
    (snapshot, id)
}

/// Where one is placed, or will be, and whether anybody goes.
fn placed(snapshot: &Snapshot, of: WorkloadId) -> Option<(Placement, bool)> {
    let decisions = schedule(snapshot);
    let goes = decisions.iter().any(|d| matches!(d, Decision::Evict { .. }));
    let place = decisions.into_iter().find_map(|decision| match decision {
        Decision::Bind { workload, placement, .. }
        | Decision::Pipeline { workload, placement, .. } => (workload == of).then_some(placement),
        Decision::Evict { .. } | Decision::Wait { .. } => None,
    });
    place.map(|place| (place, goes))
}

/// The same with a node more like one that is there.
fn one_more(snapshot: &Snapshot, which: usize) -> Snapshot {
    let mut after = snapshot.clone();
    let mut node = after.nodes[which % after.nodes.len()].clone();
    node.name = "one-more".into();
    after.nodes.push(node);
    after
}

/// Of a gang of three that needs two, one goes for the first and the other two as one for the second, though its project
/// has its quota with one of them: half a gang would run for nothing.
#[test]
fn what_cannot_run_by_halves_is_reclaimed_as_one() {
    let text = "pool default\ndepartment d0\nnode n0 gpus=2 cpu=64 memory=256\n\
        node n1 gpus=2 cpu=64 memory=256\nproject p0 department=d0 gpus=1\nproject p1 department=d0\n\
        job r0 project=p0 gpus=1 priority=very-high preemptible=yes pods=3 min=2\n\
        job r1 project=p1 gpus=1\njob w0 project=p1 gpus=1\njob w1 project=p1 gpus=1\n\
        probe project=p0 gpus=1\n";
    let mut snapshot = started(text).snapshot;
    for _ in 0..4 {
        snapshot = carried_out(&snapshot);
    }
    let held: Vec<_> = snapshot.jobs.iter().map(|job| job.placements().count()).collect();
    assert_eq!(held, [0, 1, 1, 1]);
}

/// That a node more never stops anybody, whatever waits together, cannot be had: bin-pack (§4.3) takes the smallest
/// node that fits, here the new one, and so the large one finds room before those that came after it.
#[test]
fn one_more_node_lets_a_larger_one_in_before_smaller_ones() {
    let waiting = "job a gpus=1\njob large gpus=3\njob b gpus=1\njob c gpus=1";
    assert_snapshot!(story(&format!("node n1 gpus=3\n{waiting}")), @r"
        a: default/n1 [0]
        b: default/n1 [1]
        c: default/n1 [2]
        large: Busy Waiting for 3 GPUs on one node in default; none is free.
        ");
    assert_snapshot!(story(&format!("node n1 gpus=3\nnode n2 gpus=1\n{waiting}")), @r"
    a: default/n2 [0]
    large: default/n1 [0 1 2]
    b: Busy Waiting for 1 GPU on one node in default; none is free.
    c: Busy Waiting for 1 GPU on one node in default; none is free. 1 workload is ahead.
    ");
}

/// Nor with work of one size in several projects: the shares are rounded by the largest remainder (§3.3), and one
/// GPU more may be one less for the smallest project, as with seats of a parliament.
#[test]
fn one_more_gpu_may_be_one_less_for_the_smallest_project() {
    let starts = |gpus: usize| {
        let mut text = format!("node n1 gpus={gpus} cpu=64\n");
        for (name, weight) in [("a", 6), ("b", 6), ("c", 2)] {
            text += &format!("project {name} gpus=0 weight={weight}\n");
        }
        for at in 0..24 {
            let name = ["a", "b", "c"][at % 3];
            text += &format!("job {name}{at} project={name} gpus=1 priority=low\n");
        }
        let snapshot = read(&text).snapshot;
        let decisions = schedule(&snapshot);
        let is_bound = |job: &&Job| binds(&decisions, job.id) > 0;
        let of = |name: &str| {
            snapshot.jobs.iter().filter(is_bound).filter(|job| job.name.starts_with(name)).count()
        };
        ["a", "b", "c"].map(of)
    };
    assert_eq!((starts(10), starts(11)), ([4, 4, 2], [5, 5, 1]));
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
