//! The simulated world as stories: what is ordered when, and what a look then shows.

use std::collections::BTreeMap;

use domain::{
    Cores, MemoryBytes, Timestamp, WorkloadId,
    submission::{Affinity, GpuRequest, PodRequest, Submission},
    workload::{Placement, PodState},
};
use proptest::prelude::*;

use super::{Conditions, Trouble, World, demo_nodes, doubled};
use crate::{DesiredPod, Place, Wanted};

/// An order to run a workload by its number.
pub(super) fn order(number: u128, generation: u32, node: &str, image: &str) -> DesiredPod {
    let request = PodRequest {
        gpu: GpuRequest::None,
        cpu: Cores::whole(1),
        memory: MemoryBytes::gb(4),
        extended: Vec::new(),
        node_type: None,
        affinity: Affinity::default(),
        tolerations: Vec::new(),
        near_by: None,
        claims: Vec::new(),
    };
    DesiredPod {
        workload: WorkloadId(uuid::Uuid::from_u128(number)),
        generation,
        namespace: "berth-vision".into(),
        name: format!("w{number}-{generation}"),
        wanted: Wanted::Running,
        place: Place::Chosen(Placement {
            pool: "a100".parse().unwrap(),
            node: node.into(),
            gpus: Vec::new(),
        }),
        submission: Submission { image: Some(image.into()), ..Submission::default() },
        request,
        backoff_limit: 2,
        env: Vec::new(),
        secrets: vec![],
        shared: vec![],
    }
}

fn at(second: f64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + (second * 1000.0) as i64).unwrap()
}

/// Plays lines of `SECOND ORDER…` and prints what each `look` shows.
///
/// `run 1 gpu-01 IMAGE COMMAND`, `again 1` (its next run), `stop 1`, `forget 1`, `trouble TOML`,
/// `look`. After every line the desired set is told again.
fn story(text: &str) -> String {
    let mut world = World::new(demo_nodes());
    let mut desired: BTreeMap<u128, DesiredPod> = BTreeMap::new();
    let mut told = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (second, rest) = line.split_once(' ').unwrap();
        let now = at(second.parse().unwrap());
        let words: Vec<_> = rest.split(' ').collect();
        let number = || words[1].parse::<u128>().unwrap();
        match words[0] {
            "run" => {
                let mut order = order(number(), 1, words[2], words[3]);
                order.submission.command = Some(words[4..].join(" "));
                desired.insert(number(), order);
            }
            "again" => {
                let order = desired.get_mut(&number()).unwrap();
                order.generation += 1;
                order.wanted = Wanted::Running;
            }
            "stop" => {
                let wanted = Wanted::Ending { grace_secs: 30 };
                desired.get_mut(&number()).unwrap().wanted = wanted;
            }
            "forget" => drop(desired.remove(&number())),
            "trouble" => {
                let file = super::SimulatedFile::parse(&rest[8..].replace(';', "\n")).unwrap();
                world.configure(None, file.conditions(), now);
            }
            _ => {}
        }
        world.apply(&desired.values().cloned().collect::<Vec<_>>(), now);
        if words[0] == "look" {
            told += &look(&world, second, now);
        }
    }
    assert!(doubled(world.starts()).is_empty());
    told
}

fn look(world: &World, second: &str, now: Timestamp) -> String {
    let pods = world.observe(now).pods;
    let lines = pods.iter().map(|pod| {
        let state = match &pod.state {
            PodState::Starting { doing } => doing.clone(),
            PodState::Running => "running".into(),
            PodState::Unwell { reason } => format!("unwell. {reason}"),
            PodState::Displaced { reason } => format!("displaced. {reason}"),
            PodState::Unbound { answer, .. } => answer.clone(),
            PodState::Ending => "ending".into(),
            PodState::Succeeded => "succeeded".into(),
            PodState::Failed { reason } => format!("failed. {reason}"),
            PodState::Gone => "gone".into(),
        };
        let id = pod.workload.0.as_u128();
        format!("{second} {id}/{} {state}\n", pod.generation)
    });
    let text: String = lines.collect();
    if text.is_empty() { format!("{second} nothing\n") } else { text }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let expected: String = expected.lines().map(|line| line.trim().to_owned() + "\n").collect();
    assert_eq!(story(text).trim(), expected.trim());
}

#[test]
fn a_workspace_starts_runs_and_stops() {
    check(
        "0 run 1 gpu-05 jupyter/scipy-notebook
         0 look
         4 look
         30 look
         31 stop 1
         31.5 look
         34 look",
        "0 1/1 Pulling jupyter/scipy-notebook on gpu-05: 0.0 of 3.7 GB
         4 1/1 Pulling jupyter/scipy-notebook on gpu-05: 1.8 of 3.7 GB
         30 1/1 running
         31.5 1/1 ending
         34 nothing",
    );
}

#[test]
fn an_image_is_pulled_once_a_node() {
    check(
        "0 run 1 gpu-05 jupyter/scipy-notebook
         30 run 2 gpu-05 jupyter/scipy-notebook
         30 run 3 gpu-04 jupyter/scipy-notebook
         30.5 look
         32 look",
        "30.5 1/1 running
         30.5 2/1 Starting the container on gpu-05
         30.5 3/1 Pulling jupyter/scipy-notebook on gpu-04: 0.2 of 3.7 GB
         32 1/1 running
         32 2/1 running
         32 3/1 Pulling jupyter/scipy-notebook on gpu-04: 0.9 of 3.7 GB",
    );
}

#[test]
fn the_next_run_waits_for_the_end_of_the_one_before() {
    check(
        "0 run 1 gpu-05 a
         60 again 1
         60 look
         61 look
         63 look
         66 look",
        "60 1/1 ending
         61 1/1 ending
         63 1/2 Starting the container on gpu-05
         66 1/2 running",
    );
}

#[test]
fn what_nobody_wants_is_removed() {
    check("0 run 1 gpu-05 a\n 60 forget 1\n 60 look\n 63 look", "60 1/1 ending\n 63 nothing");
}

#[test]
fn programs_that_end() {
    check(
        "0 run 1 gpu-05 a sleep 5
         0 run 2 gpu-05 a false
         14 look
         100 look",
        "14 1/1 running
         14 2/1 unwell. The container ended with code 1 after 0 s, and again after 1 restart.
         100 1/1 succeeded
         100 2/1 failed. The container ended with code 1 after 0 s, and again after 2 restarts.",
    );
}

#[test]
fn troubles_on_order() {
    check(
        "0 trouble [[trouble]];what='missing-image';on='gone/*'
         0 run 1 gpu-01 gone/x
         1 look
         10 look
         11 trouble [[trouble]];what='out-of-memory';on='big';after_secs=2
         11 run 2 gpu-01 big
         100 look
         101 trouble [[trouble]];what='slow-pull';on='slow';factor=100
         101 run 3 gpu-01 slow
         161 look",
        "1 1/1 Pulling gone/x on gpu-01 failed 1 of 3 times: the registry does not have it
         10 1/1 failed. gone/x does not exist in its registry.
         100 1/1 failed. gone/x does not exist in its registry.
         100 2/1 failed. The container used 4 GB, all it may; the system ended it.
         161 1/1 failed. gone/x does not exist in its registry.
         161 2/1 failed. The container used 4 GB, all it may; the system ended it.
         161 3/1 Pulling slow on gpu-01: 0.3 of 5.4 GB",
    );
}

#[test]
fn a_lost_node_comes_back_with_its_pods() {
    check(
        "0 run 1 gpu-03 a
         60 trouble [[trouble]];what='node-loss';on='gpu-03'
         61 look
         62 stop 1
         90 look
         91 trouble speed=1
         91 look",
        "61 1/1 unwell. Node gpu-03 stopped answering at 08:01 UTC.
         90 1/1 ending
         91 nothing",
    );
}

#[test]
fn a_node_that_does_not_answer_is_not_ready() {
    let mut world = World::new(demo_nodes());
    world.advance(at(0.0));
    let lost: Vec<_> = world.observe(at(0.0)).nodes.into_iter().filter(|n| !n.is_ready()).collect();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].name.as_str(), "gpu-06");
}

#[test]
fn a_pod_that_is_wanted_elsewhere_moves() {
    let mut world = World::new(demo_nodes());
    world.apply(&[order(1, 1, "gpu-01", "a")], at(0.0));
    world.apply(&[order(1, 1, "gpu-02", "a")], at(60.0));
    assert_eq!(world.observe(at(60.0)).pods[0].state, PodState::Ending);
    world.apply(&[order(1, 1, "gpu-02", "a")], at(70.0));
    assert_eq!(world.observe(at(70.0)).details[0].node.as_str(), "gpu-02");
}

/// One thing that may happen to a world.
#[derive(Clone, Debug)]
enum Act {
    /// Whether each of three workloads is wanted, stopped or forgotten, and its run.
    Tell(Vec<(u8, u32)>),
    Advance,
    /// Written to the file and read back.
    Restart,
    Order(Vec<Trouble>),
}

fn acts() -> impl Strategy<Value = Vec<(u32, Act)>> {
    let tell = prop::collection::vec((0..3_u8, 1..4_u32), 3).prop_map(Act::Tell);
    let trouble = prop::sample::select(vec![
        vec![],
        vec![Trouble::Crash { on: "w*".into(), after_secs: 3.0, exit_code: 1 }],
        vec![Trouble::NodeLoss { on: "gpu-01".into() }],
        vec![Trouble::MissingImage { on: "b".into() }],
        vec![Trouble::Completes { on: "a".into(), after_secs: 1.0 }],
    ]);
    let act = prop_oneof![4 => tell, 2 => Just(Act::Advance), 2 => Just(Act::Restart), 1 => trouble.prop_map(Act::Order)];
    prop::collection::vec((0..30_000_u32, act), 1..40)
}

fn told(wishes: &[(u8, u32)]) -> Vec<DesiredPod> {
    let nodes = ["gpu-01", "gpu-02", "gpu-01"];
    let wishes = wishes.iter().enumerate().filter(|(_, (wish, _))| *wish < 2);
    let orders = wishes.map(|(index, (wish, generation))| {
        let image = if index == 0 { "a" } else { "b" };
        let mut order = order(index as u128 + 1, *generation, nodes[index], image);
        if *wish == 1 {
            order.wanted = Wanted::Ending { grace_secs: 1 };
        }
        order
    });
    orders.collect()
}

fn restarted(world: &World) -> World {
    serde_json::from_slice(&serde_json::to_vec(world).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn nothing_runs_twice_whatever_happens(acts in acts()) {
        let mut world = World::new(demo_nodes());
        let mut millis = 0_u64;
        for (pause, act) in acts {
            millis += u64::from(pause);
            let now = at(millis as f64 / 1000.0);
            match act {
                Act::Tell(wishes) => {
                    let desired = told(&wishes);
                    world.apply(&desired, now);
                    let once = world.clone();
                    prop_assert!(!world.apply(&desired, now), "told twice, done once");
                    prop_assert_eq!(&world, &once);
                }
                Act::Advance => world.advance(now),
                Act::Restart => {
                    let read = restarted(&world);
                    prop_assert_eq!(&read, &world);
                    world = read;
                }
                Act::Order(trouble) => {
                    world.configure(None, Conditions { speed: 1.0, trouble }, now);
                }
            }
            // A pod of a run that was told, ended and told again starts anew: that is as ordered.
            let starts = world.starts();
            let open = starts.iter().filter(|start| start.until.is_none());
            let running: std::collections::BTreeSet<_> = open.clone().map(|s| s.workload).collect();
            prop_assert_eq!(open.count(), running.len(), "two containers of one workload");
        }
    }

    /// Looking often or seldom makes no difference, so nothing is lost when the world is read back.
    #[test]
    fn time_passes_the_same_whoever_looks(
        trouble in prop::sample::select(vec![0_u8, 1, 2]),
        looks in prop::collection::vec(0..400_000_u32, 0..20),
    ) {
        let trouble = match trouble {
            0 => vec![],
            1 => vec![Trouble::Crash { on: "a".into(), after_secs: 1.0, exit_code: 2 }],
            _ => vec![Trouble::MissingImage { on: "b".into() }],
        };
        let mut often = World::new(demo_nodes());
        often.configure(None, Conditions { speed: 1.0, trouble }, at(0.0));
        often.apply(&told(&[(0, 1), (0, 1), (0, 2)]), at(0.0));
        let mut seldom = often.clone();
        let mut looks = looks;
        looks.sort_unstable();
        for look in looks {
            often.advance(at(f64::from(look) / 1000.0));
            often = restarted(&often);
        }
        often.advance(at(400.0));
        seldom.advance(at(400.0));
        prop_assert_eq!(often, seldom);
    }
}
