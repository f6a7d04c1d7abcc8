//! Pods in one line each, and what is to be done about them.

use std::collections::BTreeMap;

use domain::{ClusterId, reason::StartTrouble};

use super::{super::found::End, super::labels::Tag, *};
use crate::samples::{key, order};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// `made`, `runs`, `ended CODE SECOND`.
fn container(workload: u128, generation: u32, restart: u32, state: &str) -> Found {
    let words: Vec<&str> = state.split(' ').collect();
    let number = |n: usize| words.get(n).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0);
    let state = match words[0] {
        "made" => State::Made,
        "runs" => State::Running,
        _ => State::Ended(End {
            at: at(number(2)),
            exit_code: number(1) as i32,
            oom_killed: false,
            reason: None,
        }),
    };
    let pod = key(workload, generation);
    Found {
        id: format!("c{workload}.{generation}.{restart}"),
        tag: Tag {
            cluster: ClusterId(uuid::Uuid::nil()),
            workload: pod.workload,
            generation,
            restart,
            backoff_limit: 2,
            again: false,
            pod: "p".into(),
            namespace: "n".into(),
        },
        image: "a".into(),
        created_at: at(0),
        started_at: None,
        pid: None,
        ip: None,
        addresses: BTreeMap::new(),
        memory_limit: None,
        state,
    }
}

fn runs(workload: u128, generation: u32) -> DesiredPod {
    order(workload, generation, Wanted::Running)
}

fn acts(desired: &[DesiredPod], found: &[Found], doing: &[(PodKey, Doing)], now: i64) -> String {
    let short = |act: Act| match act {
        Act::Begin { order, restart, tries } => {
            format!("begin {order} restart {restart} tries {tries}")
        }
        Act::End { containers, grace_secs, .. } => {
            format!("end {} in {grace_secs}", containers.join(","))
        }
        Act::Remove { container } => format!("remove {container}"),
        Act::Forget { pod } => format!("forget {}", pod.generation),
    };
    let desired: Vec<_> = desired.iter().cloned().map(Arc::new).collect();
    let acts = decide(&desired, found, &doing.iter().cloned().collect(), at(now));
    acts.into_iter().map(short).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_wanted_is_made_once() {
    assert_eq!(acts(&[runs(1, 1)], &[], &[], 0), "begin 0 restart 0 tries 0");
    let preparing = (key(1, 1), Doing::Preparing("Pulling".into()));
    assert_eq!(acts(&[runs(1, 1)], &[], std::slice::from_ref(&preparing), 0), "");
    assert_eq!(acts(&[runs(1, 1)], &[container(1, 1, 0, "made")], &[preparing], 0), "");
    // Made before a crash of Berth: it goes on from there.
    let made = container(1, 1, 0, "made");
    assert_eq!(acts(&[runs(1, 1)], &[made], &[], 0), "begin 0 restart 0 tries 0");
    assert_eq!(acts(&[runs(1, 1)], &[container(1, 1, 0, "runs")], &[], 0), "");
}

#[test]
fn what_nobody_wants_ends() {
    let up = container(1, 1, 0, "runs");
    assert_eq!(acts(&[], std::slice::from_ref(&up), &[], 0), "end c1.1.0 in 10");
    let ending = order(1, 1, Wanted::Ending { grace_secs: 30 });
    assert_eq!(
        acts(std::slice::from_ref(&ending), std::slice::from_ref(&up), &[], 0),
        "end c1.1.0 in 30"
    );
    assert_eq!(acts(std::slice::from_ref(&ending), &[up], &[(key(1, 1), Doing::Ending)], 0), "");
    // A pod that is not there is not made in order to end it.
    assert_eq!(acts(&[ending], &[], &[], 0), "");
}

#[test]
fn an_older_run_ends_before_the_next_begins() {
    let old = container(1, 1, 0, "runs");
    let acts_now = acts(&[runs(1, 2)], std::slice::from_ref(&old), &[], 0);
    assert_eq!(acts_now, "end c1.1.0 in 10");
    assert_eq!(acts(&[runs(1, 2)], &[old], &[(key(1, 1), Doing::Ending)], 0), "");
    assert_eq!(acts(&[runs(1, 2)], &[], &[], 0), "begin 0 restart 0 tries 0");
}

#[test]
fn a_container_that_failed_is_followed_by_another_until_the_limit() {
    let one = |restart, state| container(1, 1, restart, state);
    let after = |found: &[Found], now| acts(&[runs(1, 1)], found, &[], now);
    assert_eq!(after(&[one(0, "ended 1 100")], 100), "");
    assert_eq!(after(&[one(0, "ended 1 100")], 101), "begin 0 restart 1 tries 0");
    let twice = [one(1, "ended 1 200"), one(0, "ended 1 100")];
    assert_eq!(after(&twice, 201), "");
    assert_eq!(after(&twice, 202), "remove c1.1.0; begin 0 restart 2 tries 0");
    assert_eq!(after(&[one(2, "ended 1 300")], 1_000), "");
    assert_eq!(after(&[one(0, "ended 0 100")], 1_000), "");
    let again = Found { tag: Tag { again: true, ..one(0, "made").tag }, ..one(0, "ended 0 100") };
    assert_eq!(after(&[again], 1_000), "begin 0 restart 1 tries 0");
}

#[test]
fn what_went_wrong_is_tried_again_when_it_is_time() {
    let reason = Reason::NotStarted { kind: StartTrouble::PortTaken, answer: "x".into() };
    let waiting = Doing::Waiting { reason: reason.clone(), tries: 2, until: at(50) };
    let doing = [(key(1, 1), waiting)];
    assert_eq!(acts(&[runs(1, 1)], &[], &doing, 49), "");
    assert_eq!(acts(&[runs(1, 1)], &[], &doing, 50), "begin 0 restart 0 tries 2");
    assert_eq!(acts(&[], &[], &doing, 0), "forget 1");
    assert_eq!(acts(&[runs(1, 1)], &[], &[(key(1, 1), Doing::Refused(reason))], 99), "");
    assert_eq!(wait(3).as_secs(), 8);
    assert_eq!(wait(40).as_secs(), 60);
}
