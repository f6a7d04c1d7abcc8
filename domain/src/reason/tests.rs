//! The sentence of every reason, and the way of a reason over the wire.

use super::*;

#[test]
fn every_code_has_its_sentence() {
    let all: Vec<_> = Reason::examples().collect();
    let codes: std::collections::BTreeSet<_> = all.iter().map(Reason::code).collect();
    assert_eq!(codes.len(), all.len(), "each code once");
    let text: Vec<_> = all.iter().map(|reason| format!("{}: {reason}", reason.code())).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    NonPreemptibleOverQuota: Waiting: project vision has 2 GPUs left of its quota of 8 in a100; you asked for 4, and non-preemptible work cannot go over quota.
    OverLimit: Waiting: project vision may use at most 8 GPUs in a100; 7 are in use, and you asked for 4.
    OverFairShare: Waiting: everything in a100 is in use, and project vision already has its fair share (6 of 10 GPUs).
    Busy: Waiting for 4 GPUs on one node in a100; the most free on one node is 2 (gpu-03). 1 workload is ahead.
    VictimsProtected: Waiting: what could make room in a100 is protected until 13:40 UTC by the minimum guaranteed runtime.
    Gang: Waiting: 6 of 8 pods fit in a100; all are needed.
    LargerThanAnyNode: No node in a100 has 16 GPUs; the largest, gpu-01, has 8.
    NoNodeMatches: None of the 12 nodes in a100 has node type h200.
    PoolClosed: Project vision has no quota and no over-quota in pool a100.
    VolumeBusy: Waiting: volume data is attached to nb-2 on gpu-01 and can be used by one node only; there is no room on that one.
    VolumeElsewhere: Waiting: volume data can be used on gpu-01 and gpu-02 only, where there is no room.
    NodesNotReady: The only fitting nodes in a100, gpu-05 and gpu-06, are not ready since 13:40 UTC.
    SharingOff: GPU fractions are not enabled on pool a100.
    PoolEmpty: Node pool a100 has no nodes.
    NoSuchPool: The cluster has no node pool a100.
    MakingRoom: Room is being made on gpu-03; it starts by 13:40 UTC.
    ClusterUnreachable: No contact with cluster lab since 13:40 UTC; running work is not affected.
    LeftTo: kai-scheduler finds no node: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu. Berth cannot know when it does.
    ImageUnavailable: jupyter/foo:9 does not exist in its registry.
    Crashed: The container ended with code 1 after 4 s, and again after 6 restarts.
    OutOfMemory: The container used 16 GB, all it may; the system ended it.
    NotHere: Not possible here (spec.storage.git[0]): No clones.
    NotStarted: The container could not be started: a port that it asks for is in use on the machine (listen tcp4 127.0.0.1:31999: bind: address already in use). Choose another port, or let one be found.
    StoppedBy: Stopped by ada@example.org.
    StoppedByRule: Stopped by scheduling rule: time limit of project vision (8h).
    Preempted: Stopped to give another workload what its project is due (cycle 81234).
    NodeLost: Node gpu-03 stopped answering at 13:40 UTC.
    PlaceLost: Its place on gpu-03 is lost: the node ran short and ended the pod (The node was low on resource: memory).
    QueuedForCycle: Being looked at; the next cycle is within a second.
    ");
}

#[test]
fn every_reason_survives_the_wire() {
    for reason in Reason::examples() {
        let json = serde_json::to_string(&reason).unwrap();
        assert!(json.contains(&format!("\"code\":\"{}\"", reason.code())), "{json}");
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason, "{json}");
    }
}

#[test]
fn every_way_to_lose_a_place_and_every_trouble_with_an_image_has_its_words() {
    let ways = [
        Preemption::Reclaim,
        Preemption::Priority,
        Preemption::Consolidation,
        Preemption::StaleGang,
    ];
    let preempted = ways.map(|how| Reason::Preempted { by: None, how, cycle: 7 });
    let troubles = [
        ImageTrouble::Absent,
        ImageTrouble::Denied,
        ImageTrouble::Unreachable,
        ImageTrouble::Architecture,
    ];
    let images = troubles.map(|kind| Reason::ImageUnavailable {
        image: "a:1".into(),
        kind,
        answer: "said".into(),
    });
    let text: Vec<_> = preempted.iter().chain(&images).map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    Stopped to give another workload what its project is due (cycle 7).
    Stopped for another workload, which has a higher priority (cycle 7).
    Moved so that another workload fits (cycle 7).
    Stopped: too few of its pods ran for too long (cycle 7).
    a:1 does not exist in its registry.
    The registry of a:1 refused access: said.
    The registry of a:1 cannot be reached: said.
    a:1 is not built for this node: said.
    ");
}

/// The help as a page, by code.
fn page() -> String {
    let mut text = String::from(
        "# Why it waits, failed or was stopped\n\nEvery reason has a code, which is stable: in the page, the command line, \
         REST and the events it is the same. Examples stand in italics.\n",
    );
    for reason in Reason::examples() {
        let (code, help) = (reason.code(), reason.help());
        text += &format!("\n## {code}\n\n*{reason}*\n\n{}\n{}\n", help.means, help.remedy);
    }
    text
}

/// `UPDATE_DOCS=1 cargo test -p domain` writes it.
#[test]
fn the_help_tells_of_every_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reasons.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page(), "UPDATE_DOCS=1 writes it anew");
}
