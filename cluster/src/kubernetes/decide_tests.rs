//! What is done about what is wanted, what is there and what is being done already.

use domain::{ClusterId, Reason, reason::StartTrouble};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    kubernetes::{found::found, labels},
    samples::{key, order},
};

const CLUSTER: ClusterId = ClusterId(Uuid::from_u128(1));

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(secs).unwrap()
}

/// A pod that `waits` for its node, `runs`, or `ends`.
fn pod(workload: u128, generation: u32, how: &str) -> Arc<Found> {
    let run = key(workload, generation);
    let labels: BTreeMap<_, _> = labels::of_run(CLUSTER, run).into_iter().collect();
    let pod = json!({
        "metadata": {
            "namespace": "n", "name": format!("p{workload}-{generation}"), "labels": labels,
            "uid": format!("{workload}-{generation}"),
            "deletionTimestamp": (how == "ends").then_some("2026-01-01T00:00:00Z"),
        },
        "spec": {
            "nodeName": (how != "waits").then_some("box"),
            "containers": [{"name": "workspace", "image": "a"}],
        },
    });
    Arc::new(found(&Arc::new(serde_json::from_value(pod).unwrap()), CLUSTER).unwrap())
}

fn runs(workload: u128, generation: u32) -> Arc<DesiredPod> {
    Arc::new(order(workload, generation, Wanted::Running))
}

fn waiting(until: i64) -> Doing {
    let reason = Reason::NotStarted { kind: StartTrouble::Refused, answer: String::new() };
    Doing::Waiting { reason, tries: 2, until: at(until) }
}

fn acts(
    desired: &[Arc<DesiredPod>],
    found: &[Arc<Found>],
    doing: &[(PodKey, Doing)],
    now: i64,
) -> String {
    let name = |order: usize| &desired[order].name;
    let short = |act: Act| match act {
        Act::Place { order, tries } => format!("place {} after {tries}", name(order)),
        Act::Mend { order, tries } => format!("mend {} after {tries}", name(order)),
        Act::End { found: at, grace_secs: None } => format!("end {}", found[at].name),
        Act::End { found: at, grace_secs: Some(secs) } => {
            format!("end {} in {secs}", found[at].name)
        }
        Act::Forget { pod } => format!("forget {}-{}", pod.workload.0.as_u128(), pod.generation),
    };
    let acts = decide(desired, found, &doing.iter().cloned().collect(), at(now));
    acts.into_iter().map(short).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_wanted_is_made_once() {
    assert_eq!(
        acts(&[runs(1, 1), runs(2, 1)], &[], &[], 0),
        "place p1-1 after 0; place p2-1 after 0"
    );
    let placing = (key(1, 1), Doing::Placing("Starting".into()));
    assert_eq!(acts(&[runs(1, 1)], &[], &[placing], 0), "");
    // Made before a crash of Berth, and not on its node: it goes on from there.
    assert_eq!(acts(&[runs(1, 1)], &[pod(1, 1, "waits")], &[], 0), "place p1-1 after 0");
    assert_eq!(acts(&[runs(1, 1)], &[pod(1, 1, "runs")], &[], 0), "");
}

#[test]
fn what_went_wrong_is_tried_again_when_it_is_time() {
    let doing = [(key(1, 1), waiting(10))];
    assert_eq!(acts(&[runs(1, 1)], &[], &doing, 9), "");
    assert_eq!(acts(&[runs(1, 1)], &[], &doing, 10), "place p1-1 after 2");
}

#[test]
fn an_image_that_somebody_changed_is_set_right() {
    let mut edited = (*pod(1, 1, "runs")).clone();
    let mut seen = (*edited.pod).clone();
    seen.spec.as_mut().unwrap().containers[0].image = Some("b".into());
    edited.pod = Arc::new(seen);
    assert_eq!(acts(&[runs(1, 1)], &[Arc::new(edited)], &[], 0), "mend p1-1 after 0");
}

#[test]
fn what_nobody_wants_ends_wherever_it_lies() {
    let all = [pod(1, 1, "runs"), pod(2, 1, "runs"), pod(3, 1, "ends"), pod(4, 1, "runs")];
    assert_eq!(acts(&[runs(2, 1)], &all, &[], 0), "end p1-1; end p4-1");
    assert_eq!(acts(&[], &all, &[(key(1, 1), Doing::Ending)], 0), "end p2-1; end p4-1");
    let ending = [Arc::new(order(2, 1, Wanted::Ending { grace_secs: 30 }))];
    assert_eq!(acts(&ending, &all[1..2], &[], 0), "end p2-1 in 30");
    // A pod that is not there is not made in order to end it.
    assert_eq!(acts(&ending, &[], &[], 0), "");
}

#[test]
fn an_older_run_ends_before_the_newer_one_is_made() {
    let older = |how| [pod(1, 1, how), pod(2, 1, "runs")];
    assert_eq!(acts(&[runs(1, 2), runs(2, 1)], &older("runs"), &[], 0), "end p1-1");
    assert_eq!(acts(&[runs(1, 2), runs(2, 1)], &older("ends"), &[], 0), "");
    assert_eq!(acts(&[runs(1, 2), runs(2, 1)], &older("runs")[1..], &[], 0), "place p1-2 after 0");
}

#[test]
fn what_is_neither_there_nor_to_be_is_forgotten() {
    let doing = [(key(1, 1), waiting(10)), (key(2, 1), Doing::Ending), (key(3, 1), waiting(10))];
    assert_eq!(acts(&[runs(3, 1)], &[], &doing, 0), "forget 1-1");
    assert_eq!(acts(&[], &[pod(1, 1, "ends")], &doing, 0), "forget 3-1");
}

proptest! {
    /// Whatever is there: each pod that is not wanted ends, each that is wanted and can be is made, and nothing else.
    #[test]
    fn every_pod_and_every_order_is_looked_at(
        orders in proptest::collection::btree_map(0_u128..6, 1_u32..3, 0..6),
        pods in proptest::collection::btree_set((0_u128..6, 1_u32..3), 0..8),
    ) {
        let desired: Vec<_> = orders.iter().map(|(workload, run)| runs(*workload, *run)).collect();
        let found: Vec<_> = pods.iter().map(|(workload, run)| pod(*workload, *run, "runs")).collect();
        let unwanted = pods.iter().filter(|(workload, run)| orders.get(workload) != Some(run));
        let made = orders.iter().filter(|(workload, _)| pods.iter().all(|(other, _)| other != *workload));
        let mut expected: Vec<_> = unwanted.map(|(workload, run)| format!("end p{workload}-{run}")).collect();
        expected.extend(made.map(|(workload, run)| format!("place p{workload}-{run} after 0")));
        expected.sort();
        let told = acts(&desired, &found, &[], 0);
        let mut told: Vec<_> = told.split("; ").filter(|act| !act.is_empty()).collect();
        told.sort_unstable();
        prop_assert_eq!(told, expected);
    }
}
