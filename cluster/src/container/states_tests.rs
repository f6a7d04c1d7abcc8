//! What is said of a pod in every state that it can be in.

use std::collections::BTreeMap;

use domain::{ClusterId, Reason, Timestamp, WorkloadId, reason::StartTrouble};

use super::{super::found::End, super::labels::Tag, *};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn key(generation: u32) -> PodKey {
    PodKey { workload: WorkloadId(uuid::Uuid::nil()), generation }
}

fn container(generation: u32, restart: u32, state: State) -> Found {
    Found {
        id: "f00".into(),
        tag: Tag {
            cluster: ClusterId(uuid::Uuid::nil()),
            workload: key(1).workload,
            generation,
            restart,
            backoff_limit: 2,
            again: false,
            pod: format!("nb-{generation}"),
            namespace: "n".into(),
        },
        image: "a".into(),
        created_at: at(0),
        started_at: Some(at(1)),
        pid: None,
        ip: Some("10.88.0.5".into()),
        addresses: BTreeMap::from([(8888, "127.0.0.1:40000".parse().unwrap())]),
        memory_limit: None,
        state,
    }
}

fn ended(exit_code: i32) -> State {
    let crashed =
        Reason::Crashed { exit_code, restarts: 0, after_secs: 3, last_lines: vec!["bye".into()] };
    let reason = (exit_code != 0).then_some(crashed);
    State::Ended(End { at: at(4), exit_code, oom_killed: false, reason })
}

fn plan(doing: Doing) -> (PodKey, Planned) {
    let detail = PodDetail {
        workload: key(1).workload,
        generation: 1,
        pod_name: "nb-1".into(),
        node: "box".into(),
        ip: None,
        addresses: BTreeMap::new(),
        started_at: None,
        created_at: at(0),
        image: "a".into(),
    };
    (key(1), Planned { doing, detail })
}

fn said(found: &[Found], planned: &[(PodKey, Planned)]) -> String {
    let planned = planned.iter().cloned().collect();
    let (seen, details) = observations(found, &planned, &"box".into());
    let lines = seen.iter().zip(&details).map(|(seen, detail)| {
        let Observation { generation, restarts, state, .. } = seen;
        format!("{} run {generation} restarts {restarts}: {state:?}", detail.pod_name)
    });
    lines.collect::<Vec<_>>().join("; ")
}

#[test]
fn every_state_of_a_pod() {
    let taken = Reason::NotStarted { kind: StartTrouble::PortTaken, answer: "in use".into() };
    let waiting = Doing::Waiting { reason: taken.clone(), tries: 1, until: at(3_700) };
    let preparing = || plan(Doing::Preparing("Pulling a on box: 1 of 2 layers".into()));
    let lines = [
        said(&[], &[]),
        said(&[], &[preparing()]),
        said(&[container(1, 0, State::Made)], &[preparing()]),
        said(&[container(1, 0, State::Made)], &[]),
        said(&[container(1, 0, State::Running)], &[]),
        said(&[], &[plan(waiting)]),
        said(&[], &[plan(Doing::Refused(taken))]),
        said(&[container(1, 0, ended(1))], &[]),
        said(&[container(1, 0, ended(1)), container(1, 1, State::Running)], &[]),
        said(&[container(1, 2, ended(1)), container(1, 1, ended(1))], &[]),
        said(&[container(1, 0, ended(0))], &[]),
        said(&[container(1, 0, State::Running)], &[plan(Doing::Ending)]),
        // The newest run is the one that counts.
        said(&[container(1, 0, ended(0)), container(2, 0, State::Running)], &[]),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}
