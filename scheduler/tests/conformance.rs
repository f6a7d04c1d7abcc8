//! The conformance tests of the scheduler by their numbers (`scheduling-and-organisation.md` §12). T16
//! (idle limits), T17 and T18 (rules of projects) are none of the scheduler's business, which never sees them:
//! they stand in `control/tests/plane/rules.rs` under the same numbers.

mod common;

use common::{read, story, told};
use domain::Timestamp;
use insta::assert_snapshot;
use scheduler::{Action, Decision, Scheduler, ScopeId, Snapshot};

#[test]
fn t01_non_preemptible_work_stays_within_the_quota() {
    assert_snapshot!(story("
        node n1 gpus=8
        project a gpus=4
        job notebook gpus=5 priority=high"), @"notebook: NonPreemptibleOverQuota Waiting: project a has 4 GPUs left of its quota of 4 in default; you asked for 5, and non-preemptible work cannot go over quota.");
}

#[test]
fn t02_preemptible_work_goes_over_quota() {
    assert_snapshot!(story("
        node n1 gpus=8
        project a gpus=4
        job notebook gpus=5 priority=high preemptible"), @"notebook: default/n1 [0 1 2 3 4]");
}

#[test]
fn t03_the_quota_of_the_department_binds_its_projects() {
    assert_snapshot!(story("
        node n1 gpus=8
        department d gpus=4
        project a gpus=4
        project b gpus=4
        job first project=a gpus=4 priority=high on=n1:0,1,2,3
        job second project=b gpus=1 priority=high"), @"second: NonPreemptibleOverQuota Waiting: department d has 0 GPUs left of its quota of 4 in default; you asked for 1, and non-preemptible work cannot go over quota.");
}

#[test]
fn t04_a_project_takes_its_quota_back() {
    assert_snapshot!(story("
        node n1 gpus=4
        node n2 gpus=4
        project a gpus=4
        project b gpus=4
        job a1 project=a gpus=4 priority=low on=n1:0,1,2,3
        job a2 project=a gpus=4 priority=low on=n2:0,1,2,3
        job b1 project=b gpus=4"), @r"
    a2: evicted by reclaim
    b1: later default/n2 []
    b1: MakingRoom Room is being made on n2; it starts by 13:40 UTC.
    ");
}

#[test]
fn t05_young_work_is_protected_by_the_minimum_runtime() {
    assert_snapshot!(story("
        pool default protects=10
        node n1 gpus=4
        node n2 gpus=4
        project a gpus=4
        project b gpus=4
        job a1 project=a gpus=4 priority=low on=n1:0,1,2,3 started=1
        job a2 project=a gpus=4 priority=low on=n2:0,1,2,3 started=1
        job b1 project=b gpus=4"), @"b1: VictimsProtected Waiting: what could make room in default is protected until 13:49 UTC by the minimum guaranteed runtime. | Busy Waiting for 4 GPUs on one node in default; none is free.");
}

/// The same, wound forward: to the second when what it was told has come.
#[test]
fn t05_after_it_the_project_takes_its_quota_back() {
    let text = "
        pool default protects=10
        node n1 gpus=4
        node n2 gpus=4
        project a gpus=4
        project b gpus=4
        job a1 project=a gpus=4 priority=low on=n1:0,1,2,3 started=1
        job a2 project=a gpus=4 priority=low on=n2:0,1,2,3 started=1
        job b1 project=b gpus=4";
    assert_snapshot!(story_after(text, 9 * 60 - 1), @"b1: VictimsProtected Waiting: what could make room in default is protected until 13:49 UTC by the minimum guaranteed runtime. | Busy Waiting for 4 GPUs on one node in default; none is free.");
    assert_snapshot!(story_after(text, 9 * 60), @r"
    a2: evicted by reclaim
    b1: later default/n2 []
    b1: MakingRoom Room is being made on n2; it starts by 13:49 UTC.
    ");
}

/// Of two victims the one whose time is over goes, though the other one would go first.
#[test]
fn t05_only_the_young_are_protected() {
    assert_snapshot!(story("
        pool default protects=10
        node n1 gpus=4
        node n2 gpus=4
        project a gpus=4
        project b gpus=4
        job old project=a gpus=4 priority=low on=n1:0,1,2,3 started=11
        job young project=a gpus=4 priority=low on=n2:0,1,2,3 started=9
        job b1 project=b gpus=4"), @r"
    old: evicted by reclaim
    b1: later default/n1 []
    b1: MakingRoom Room is being made on n1; it starts by 13:40 UTC.
    ");
}

#[test]
fn t06_a_higher_priority_takes_the_place_of_a_lower_one() {
    assert_snapshot!(story("
        node n1 gpus=1
        project a gpus=1
        job train gpus=1 priority=low on=n1:0
        job notebook gpus=1 priority=high"), @r"
    train: evicted by preempt
    notebook: later default/n1 []
    notebook: MakingRoom Room is being made on n1; it starts by 13:40 UTC.
    ");
}

#[test]
fn t07_an_equal_priority_does_not() {
    assert_snapshot!(story("
        node n1 gpus=1
        project a gpus=1
        job old gpus=1 priority=medium on=n1:0
        job new gpus=1 priority=medium"), @"new: Busy Waiting for 1 GPU on one node in default; none is free.");
}

#[test]
fn t08_non_preemptible_work_is_nobodys_victim() {
    assert_snapshot!(story("
        node n1 gpus=1
        project a gpus=2
        job old gpus=1 priority=very-low preemptible=no on=n1:0
        job new gpus=1 priority=very-high"), @"new: Busy Waiting for 1 GPU on one node in default; none is free.");
}

#[test]
fn t09_of_equal_projects_the_older_one_is_served() {
    assert_snapshot!(story("
        node n1 gpus=10
        project a gpus=5
        project b gpus=5
        job of-b project=b gpus=10 preemptible
        job of-a project=a gpus=10 preemptible"), @r"
    of-a: default/n1 [0 1 2 3 4 5 6 7 8 9]
    of-b: Busy Waiting for 10 GPUs on one node in default; none is free.
    ");
}

/// Projects in the other order: it is age that counts, not the name, the id or when the work came.
#[test]
fn t09_of_both_that_wait_it_is_the_project_that_is_older() {
    let mut snapshot = read(
        "
        node n1 gpus=10
        project a gpus=5
        project b gpus=5
        job of-a project=a gpus=10 preemptible
        job of-b project=b gpus=10 preemptible",
    )
    .snapshot;
    snapshot.projects[0].created_at = later(&snapshot, 1);
    assert_snapshot!(told(&snapshot), @r"
    of-b: default/n1 [0 1 2 3 4 5 6 7 8 9]
    of-a: Busy Waiting for 10 GPUs on one node in default; none is free.
    ");
}

/// Whoever was submitted first, a cycle earlier, runs and goes on to, though it holds all: the other one asks for
/// more than its fair share.
#[test]
fn t09_of_equal_projects_who_runs_goes_on() {
    assert_snapshot!(story("
        node n1 gpus=10
        project a gpus=5
        project b gpus=5
        job of-b project=b gpus=10 preemptible on=n1:0,1,2,3,4,5,6,7,8,9
        job of-a project=a gpus=10 preemptible"), @"of-a: Busy Waiting for 10 GPUs on one node in default; none is free.");
}

#[test]
fn t11_consolidation_moves_and_loses_nobody() {
    assert_snapshot!(story("
        node n1 gpus=8
        node n2 gpus=8
        project a
        job one gpus=4 priority=low on=n1:0,1,2,3
        job two gpus=4 priority=low on=n2:0,1,2,3
        job large gpus=8 priority=low"), @r"
    two: evicted by consolidation
    two: later default/n1 []
    large: later default/n2 []
    large: MakingRoom Room is being made on n2; it starts by 13:40 UTC.
    ");
}

#[test]
fn t11_what_would_end_is_not_moved() {
    assert_snapshot!(story("
        node n1 gpus=8
        node n2 gpus=8
        project a
        job one gpus=4 priority=low ends on=n1:0,1,2,3
        job two gpus=4 priority=low ends on=n2:0,1,2,3
        job large gpus=8 priority=low"), @"large: Busy Waiting for 8 GPUs on one node in default; the most free on one node is 4 (n1).");
}

/// What a cycle has decided before its budget was spent is committed, and it says what it left undone.
#[test]
fn a_cycle_that_is_cut_commits_what_is_decided_and_says_so() {
    let text = "
        node n1 gpus=2
        node n2 gpus=2
        node n3 gpus=1
        project a gpus=4
        job one gpus=2 priority=low on=n1:0,1
        job two gpus=2 priority=low on=n2:0,1
        job free gpus=1 priority=low
        job urgent gpus=2 priority=high";
    let mut snapshot = read(text).snapshot;
    let decide = |snapshot: &Snapshot| {
        let decided = Scheduler::new(snapshot.clone()).decide();
        let lines: Vec<_> = decided.decisions.iter().map(common::line).collect();
        format!("{}\n{:?}", lines.join("\n"), decided.cut)
    };
    assert_snapshot!(decide(&snapshot), @r"
    default/n3 [0]
    evicted by preempt
    later default/n2 []
    MakingRoom Room is being made on n2; it starts by 13:40 UTC.
    Cut { searches: 0, only_allocated: false }
    ");
    snapshot.settings.budget = Some(0);
    assert_snapshot!(decide(&snapshot), @r"
    default/n3 [0]
    Busy Waiting for 2 GPUs on one node in default; none is free.
    Cut { searches: 1, only_allocated: false }
    ");
}

/// Who is only looked at costs something too: in a large cluster most of a search is that.
#[test]
fn a_search_that_looks_at_too_many_is_cut() {
    let text = "
        node n1 gpus=2
        node n2 gpus=2
        project a gpus=4
        job one gpus=1 priority=low on=n1:0
        job two gpus=1 priority=low on=n2:0
        job three gpus=1 priority=low on=n1:1
        job four gpus=1 priority=low on=n2:1
        job urgent gpus=2 priority=high";
    let mut snapshot = read(text).snapshot;
    let mut cut_at = |steps: u32| {
        snapshot.settings.budget = Some(steps);
        let decided = Scheduler::new(snapshot.clone()).decide();
        let gone = decided.decisions.iter().filter(|one| matches!(one, Decision::Evict { .. }));
        (gone.count(), decided.cut.searches)
    };
    assert_eq!(cut_at(2), (0, 1), "two were looked at, on two nodes");
    assert_eq!(cut_at(1_000), (2, 0));
}

#[test]
fn t12_it_does_so_for_preemptible_work_only() {
    assert_snapshot!(story("
        node n1 gpus=8
        node n2 gpus=8
        project a gpus=16
        job one gpus=4 priority=very-high preemptible on=n1:0,1,2,3
        job two gpus=4 priority=very-high preemptible on=n2:0,1,2,3
        job large gpus=8 priority=very-high"), @"large: Busy Waiting for 8 GPUs on one node in default; the most free on one node is 4 (n1).");
}

/// Where it may be reclaimed or preempted for the same work, that is done: nobody is moved, somebody goes.
#[test]
fn t12_for_other_work_somebody_goes_instead() {
    let story_with = |kind: &str| {
        story(&format!(
            "
        node n1 gpus=8
        node n2 gpus=8
        project a gpus=16
        job one gpus=4 priority=low on=n1:0,1,2,3
        job two gpus=4 priority=low on=n2:0,1,2,3
        job large gpus=8 priority=very-high preemptible={kind}"
        ))
    };
    assert_snapshot!(story_with("no"), @r"
    two: evicted by preempt
    two: later default/n1 []
    large: later default/n2 []
    large: MakingRoom Room is being made on n2; it starts by 13:40 UTC.
    ");
    assert_snapshot!(story_with("yes"), @r"
    two: evicted by consolidation
    two: later default/n1 []
    large: later default/n2 []
    large: MakingRoom Room is being made on n2; it starts by 13:40 UTC.
    ");
}

/// `queueDepthPerAction` (§4.1): of each project so many are tried, the first in line; those behind them wait.
#[test]
fn of_each_project_an_action_tries_no_more_than_it_may() {
    let mut snapshot = read(
        "
        node n1 gpus=2
        project a
        project b
        job a1 project=a gpus=4 priority=high
        job a2 project=a gpus=1
        job b1 project=b gpus=1
        job b2 project=b gpus=1",
    )
    .snapshot;
    assert_snapshot!(told(&snapshot), @r"
    b1: default/n1 [0]
    b2: default/n1 [1]
    a1: LargerThanAnyNode No node in default has 4 GPUs; the largest, n1, has 2.
    a2: Busy Waiting for 1 GPU on one node in default; none is free.
    ");
    snapshot.settings.queue_depth.insert(Action::Allocate, 1);
    assert_snapshot!(told(&snapshot), @r"
    b1: default/n1 [0]
    a1: LargerThanAnyNode No node in default has 4 GPUs; the largest, n1, has 2.
    a2: QueuedForCycle Being looked at; the next cycle is within a second.
    b2: QueuedForCycle Being looked at; the next cycle is within a second.
    ");
}

#[test]
fn t13_bin_pack_fills_the_device_in_use() {
    assert_snapshot!(story("
        node n1 gpus=2
        job old part=0.6 on=n1:0
        job new part=0.3"), @"new: default/n1 [0*0.3]");
}

#[test]
fn t14_spread_takes_the_free_device() {
    assert_snapshot!(story("
        pool default gpu=spread
        node n1 gpus=2
        job old part=0.6 on=n1:0
        job new part=0.3"), @"new: default/n1 [1*0.3]");
}

#[test]
fn t15_parts_of_two_devices_need_two_devices() {
    assert_snapshot!(story("
        node n1 gpus=2
        job old part=0.6 on=n1:0
        job pair gpus=2 part=0.5"), @"pair: Busy Waiting for 1 GPU on one node in default; the most free on one node is 0.5 (n1).");
}

/// Where only whole devices are given out, whoever has a part keeps it, and nobody gets a new one.
#[test]
fn a_pool_may_give_whole_gpus_only() {
    assert_snapshot!(story("
        pool default whole
        node n1 gpus=3
        project a gpus=3
        job old part=0.5 priority=low on=n1:0
        job part part=0.5
        job whole gpus=1"), @"
    whole: default/n1 [1]
    part: SharingOff GPU fractions are not enabled on pool default.
    ");
    assert_snapshot!(story("
        pool default whole
        pool a100
        node n1 gpus=1
        node n2 gpus=1 pool=a100
        project a gpus=2
        job part part=0.5"), @"part: a100/n2 [0*0.5]");
}

#[test]
fn t19_the_next_pool_takes_what_the_first_has_no_room_for() {
    let story_of = |pools: &str, old: &str| {
        story(&format!(
            "
        pool a
        pool b
        node n1 gpus=1 pool=a
        node n2 gpus=1 pool=b
        project p
        {old}
        job new gpus=1 pools={pools}"
        ))
    };
    let full = "job old gpus=1 pools=a on=n1:0";
    assert_snapshot!(story_of("a,b", full), @"new: b/n2 [0]");
    assert_snapshot!(story_of("a,b", ""), @"new: a/n1 [0]");
    assert_snapshot!(story_of("b,a", ""), @"new: b/n2 [0]");
    assert_snapshot!(story_of("a", full), @"new: Busy Waiting for 1 GPU on one node in a; none is free.");
}

/// A pool that can make room has room: its own scheduler places the work, and the next pool is not asked (§7.1).
#[test]
fn t19_a_pool_that_can_make_room_is_not_full() {
    assert_snapshot!(story("
        pool a
        pool b
        node n1 gpus=1 pool=a
        node n2 gpus=1 pool=b
        project p
        job old gpus=1 pools=a priority=low on=n1:0
        job new gpus=1 pools=a,b priority=high"), @r"
    old: evicted by preempt
    new: later a/n1 []
    new: MakingRoom Room is being made on n1; it starts by 13:40 UTC.
    ");
}

/// Both are full; what is free first takes it, and the first one when both are.
#[test]
fn t20_when_all_pools_are_full_the_first_is_asked_again() {
    let full = read(
        "
        pool a
        pool b
        node n1 gpus=1 pool=a
        node n2 gpus=1 pool=b
        project p
        job of-a gpus=1 pools=a on=n1:0
        job of-b gpus=1 pools=b on=n2:0
        job new gpus=1 pools=a,b",
    )
    .snapshot;
    let without = |gone: &[&str]| {
        let mut snapshot = full.clone();
        snapshot.jobs.retain(|job| !gone.contains(&job.name.as_str()));
        told(&snapshot)
    };
    assert_snapshot!(without(&[]), @"new: Busy Waiting for 1 GPU on one node in a; none is free. | Busy Waiting for 1 GPU on one node in b; none is free.");
    assert_snapshot!(without(&["of-a"]), @"new: a/n1 [0]");
    assert_snapshot!(without(&["of-b"]), @"new: b/n2 [0]");
    assert_snapshot!(without(&["of-a", "of-b"]), @"new: a/n1 [0]");
}

#[test]
fn t20_the_first_pool_that_will_have_room_is_waited_for() {
    assert_snapshot!(story("
        pool a
        pool b
        node n1 gpus=2 pool=a
        node n2 gpus=1 pool=b
        project p
        job old gpus=2 pools=a on=n1:0,1 leaves
        job other gpus=1 pools=b on=n2:0
        job new gpus=1 pools=a,b"), @r"
    new: later a/n1 []
    new: MakingRoom Room is being made on n1; it starts by 13:40 UTC.
    ");
}

#[test]
fn t21_low_priority_is_preemptible() {
    assert_snapshot!(story("
        node n1 gpus=8
        project a gpus=4
        job train gpus=5 priority=low"), @"train: default/n1 [0 1 2 3 4]");
}

#[test]
fn t22_high_priority_may_be_made_preemptible() {
    assert_snapshot!(story("
        node n1 gpus=8
        project a gpus=4
        job notebook gpus=5 priority=high preemptible"), @"notebook: default/n1 [0 1 2 3 4]");
}

#[test]
fn t10_what_is_left_over_is_divided_by_weight() {
    let cluster = read(&format!(
        "node n1 gpus=10 cpu=100\nproject a gpus=2 weight=1\nproject b gpus=2 weight=2\n\
         project c gpus=0 weight=1\n{}{}{}",
        wanting("a", 8),
        wanting("b", 8),
        wanting("c", 1)
    ));
    assert_eq!(fair_gpus(cluster.snapshot), [3.0, 6.0, 1.0]);
}

#[test]
fn t23_who_has_used_much_gets_less() {
    let mut snapshot = read(&format!(
        "node n1 gpus=10 cpu=100\nproject a gpus=0 weight=1\nproject b gpus=0 weight=1\n{}{}",
        wanting("a", 10),
        wanting("b", 10)
    ))
    .snapshot;
    let (pool, project) = (snapshot.pools[0].id, snapshot.projects[0].id);
    let settings = snapshot.settings.scopes.entry((ScopeId::Project(project), pool)).or_default();
    settings.usage = [0.5, 0.0, 0.0];
    assert_eq!(fair_gpus(snapshot), [3.0, 7.0]);
}

/// So many seconds after now.
fn later(snapshot: &Snapshot, secs: i64) -> Timestamp {
    Timestamp::from_second(snapshot.now.as_second() + secs).expect("a time")
}

/// The story, so many seconds later.
fn story_after(text: &str, secs: i64) -> String {
    let mut snapshot = read(text).snapshot;
    snapshot.now = later(&snapshot, secs);
    told(&snapshot)
}

/// So many jobs of one GPU.
fn wanting(project: &str, count: usize) -> String {
    let job = |i| format!("job {project}{i} project={project} gpus=1 priority=low\n");
    (0..count).map(job).collect()
}

/// The fair share of each project.
fn fair_gpus(snapshot: Snapshot) -> Vec<f64> {
    let scopes = Scheduler::new(snapshot).report(false).scopes.into_iter();
    let projects = scopes.filter(|scope| matches!(scope.id, ScopeId::Project(_)));
    projects.map(|scope| scope.fair_share[0]).collect()
}
