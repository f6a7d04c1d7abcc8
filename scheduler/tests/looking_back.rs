//! What is kept of a cycle decides the same again; why one went before another; and what a change of the
//! cluster would come to.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod common;

use common::{line, random, read, reasons};
use domain::{NodeName, Timestamp, WorkloadId, workload::Placement};
use insta::assert_snapshot;
use proptest::prelude::*;
use scheduler::{Decision, Difference, Outlook, Scheduler, Snapshot, schedule};

fn name(snapshot: &Snapshot, id: WorkloadId) -> String {
    snapshot.jobs.iter().find(|job| job.id == id).map_or("?".into(), |job| job.name.clone())
}

/// Who of two was looked at first, and why.
fn first(text: &str, one: &str, other: &str) -> String {
    let snapshot = read(text).snapshot;
    let id = |name: &str| snapshot.jobs.iter().find(|job| job.name == name).unwrap().id;
    let found = Scheduler::new(snapshot.clone()).precedence(id(one), id(other));
    found.map_or("nothing to say".into(), |(first, why)| {
        format!("{}: {}", name(&snapshot, first), why.sentence())
    })
}

/// What draining a node, or nodes like one, would come to.
fn outlook(text: &str, change: impl FnOnce(Snapshot) -> Snapshot) -> String {
    let now = read(text).snapshot;
    let outlook = Outlook::of(&now, change(now.clone()));
    let on = |place: &Placement| place.node.to_string();
    let name = |id: &WorkloadId| name(&now, *id);
    let mut lines = vec![];
    lines
        .extend(outlook.starts.iter().map(|(id, to)| format!("{} starts on {}", name(id), on(to))));
    lines.extend(
        outlook
            .moves
            .iter()
            .map(|(id, from, to)| format!("{} moves from {} to {}", name(id), on(from), on(to))),
    );
    lines.extend(
        outlook.evicted.iter().map(|(id, why)| format!("{} goes: {}", name(id), reasons(why))),
    );
    lines.extend(
        outlook.waits.iter().map(|(id, why)| format!("{} waits: {}", name(id), reasons(why))),
    );
    lines.push(format!("{} wait in any case", outlook.still_waiting));
    lines.join("\n")
}

#[test]
fn the_first_difference_tells_who_goes_first() {
    let ranks = "
        node n1 gpus=1
        project vision quota=0 rank=3
        project speech quota=0 rank=5
        job mine project=vision gpus=1
        job theirs project=speech gpus=1";
    assert_snapshot!(first(ranks, "mine", "theirs"), @"theirs: Project speech went first: its rank is 5, that of project vision 3.");
    let one_queue = "
        node n1 gpus=1
        job mine gpus=1 priority=low
        job theirs gpus=1 priority=high";
    assert_snapshot!(first(one_queue, "mine", "theirs"), @"theirs: theirs went first: its priority is 125, that of mine 40.");
    let runs = "
        node n1 gpus=1
        job mine gpus=1 on=n1:0
        job theirs gpus=1";
    assert_snapshot!(first(runs, "mine", "theirs"), @"nothing to say");
}

#[test]
fn a_cycle_decides_by_its_own_time_whatever_those_who_ask_are_told() {
    // The protection of `old` ends in a minute.
    let mut snapshot = read(
        "
        pool default protects=60
        node n1 gpus=1
        project vision gpus=0
        project speech gpus=1
        job old project=vision gpus=1 priority=low on=n1:0 started=59
        job new project=speech gpus=1",
    )
    .snapshot;
    let early = snapshot.now;
    let late = Timestamp::from_second(early.as_second() + 60).unwrap();
    let scheduler = Scheduler::new(snapshot.clone());
    let evicts = |decisions: &[Decision]| {
        decisions.iter().any(|decision| matches!(decision, Decision::Evict { .. }))
    };
    scheduler.tell_time(early);
    let decided = scheduler.decide_at(late);
    assert!(evicts(&decided.decisions) && !evicts(&scheduler.decide_at(early).decisions));
    snapshot.now = late;
    assert_eq!(schedule(&snapshot), decided.decisions);
    scheduler.tell_time(late);
    assert!(!evicts(&scheduler.decide_at(early).decisions));
}

#[test]
fn a_drained_node_moves_what_fits_elsewhere() {
    let text = "
        node n1 gpus=2
        node n2 gpus=1
        job a gpus=1 on=n1:0
        job b gpus=1 on=n1:1
        job c gpus=2";
    let drain = |snapshot: Snapshot| snapshot.without_node(&NodeName::from("n1"));
    assert_snapshot!(outlook(text, drain), @r"
    a moves from n1 to n2
    b goes: Busy Waiting for 1 GPU on one node in default; none is free.
    1 wait in any case
    ");
    let more = |snapshot: Snapshot| {
        let like = snapshot.nodes[0].clone();
        snapshot.with_nodes_like(&like, 2)
    };
    assert_snapshot!(outlook(text, more), @r"
    c starts on n1-new-1
    0 wait in any case
    ");
}

fn text_of(decisions: &[Decision]) -> String {
    serde_json::to_string(decisions).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// A snapshot goes through text, as a whole and as a difference, and decides the same to the byte.
    #[test]
    fn what_is_kept_decides_the_same_again(old in random::cluster(), new in random::cluster()) {
        let (old, new) = (random::started(&old).snapshot, random::started(&new).snapshot);
        let text = serde_json::to_string(&old).unwrap();
        let mut kept: Snapshot = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&kept, &old);
        let text = serde_json::to_string(&Difference::between(&old, &new)).unwrap();
        let difference: Difference = serde_json::from_str(&text).unwrap();
        difference.apply(&mut kept);
        let (then, again) = (schedule(&new), schedule(&kept));
        prop_assert_eq!(text_of(&then), text_of(&again), "{:?}", then.iter().map(line).collect::<Vec<_>>());
    }
}
