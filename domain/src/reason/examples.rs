//! One example of each reason, for the help and for whoever tries all of them.

use super::*;
use crate::WorkloadId;

impl Reason {
    /// One of each, those of a kind beside each other.
    pub fn examples() -> impl Iterator<Item = Self> {
        std::iter::successors(Some(first()), next)
    }
}

fn vision() -> ScopeRef {
    ScopeRef { kind: ScopeKind::Project, name: "vision".into() }
}

/// 2026-11-24T13:40:07Z.
const AT: Timestamp = Timestamp::constant(1_795_527_607, 0);

fn gpu(count: i64) -> Amount {
    Amount::Gpu(Gpus::whole(count))
}

/// The first of the examples.
fn first() -> Reason {
    let (scope, pool) = (vision(), "a100".into());
    Reason::NonPreemptibleOverQuota { scope, pool, asked: gpu(4), left: gpu(2), of: gpu(8) }
}

/// An example of the reason that stands after this one. A reason that is new has no place here, and so does not
/// compile: it gets one, and with it a sentence in the snapshot.
fn next(of: &Reason) -> Option<Reason> {
    use Reason::*;
    let (scope, pool) = (vision(), "a100".to_owned());
    Some(match of {
        NonPreemptibleOverQuota { .. } => {
            OverLimit { scope, pool, asked: gpu(4), left: gpu(1), of: gpu(8) }
        }
        OverLimit { .. } => OverFairShare {
            scope,
            pool,
            share: Gpus::whole(10),
            allocated: Gpus::whole(6),
            asked: Gpus::whole(8),
        },
        OverFairShare { .. } => Busy {
            pool,
            asked: gpu(4),
            per_device: None,
            free: gpu(6),
            largest_hole: gpu(2),
            node: Some("gpu-03".into()),
            beside: vec![],
            ahead: 1,
        },
        Busy { .. } => VictimsProtected { pool, count: 2, until: AT },
        VictimsProtected { .. } => Gang { pool, placed: 6, needed: 8 },
        Gang { .. } => LargerThanAnyNode {
            pool,
            asked: gpu(16),
            beside: vec![],
            largest: gpu(8),
            node: Some("gpu-01".into()),
        },
        LargerThanAnyNode { .. } => {
            let constraint = Constraint::NodeType { wanted: "h200".into() };
            NoNodeMatches { pool, constraint, tried: 12 }
        }
        NoNodeMatches { .. } => PoolClosed { pool, project: "vision".into() },
        PoolClosed { .. } => {
            let holder = Other::named(WorkloadId(uuid::Uuid::nil()), ProjectId(1), "nb-2");
            VolumeBusy { claim: "data".into(), holder, node: "gpu-01".into() }
        }
        VolumeBusy { .. } => {
            VolumeElsewhere { claim: "data".into(), nodes: vec!["gpu-01".into(), "gpu-02".into()] }
        }
        VolumeElsewhere { .. } => {
            NodesNotReady { pool, nodes: vec!["gpu-05".into(), "gpu-06".into()], since: AT }
        }
        NodesNotReady { .. } => SharingOff { pool },
        SharingOff { .. } => PoolEmpty { pool },
        PoolEmpty { .. } => NoSuchPool { pool },
        NoSuchPool { .. } => MakingRoom { node: "gpu-03".into(), until: AT },
        MakingRoom { .. } => ClusterUnreachable { cluster: "lab".into(), since: AT },
        ClusterUnreachable { .. } => LeftTo {
            scheduler: "kai-scheduler".into(),
            answer: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.".into(),
        },
        LeftTo { .. } => ImageUnavailable {
            image: "jupyter/foo:9".into(),
            kind: ImageTrouble::Absent,
            answer: "manifest unknown".into(),
        },
        ImageUnavailable { .. } => {
            Crashed { exit_code: 1, restarts: 6, after_secs: 4, last_lines: vec![] }
        }
        Crashed { .. } => OutOfMemory { limit: MemoryBytes::gb(16), peak: MemoryBytes::gb(16) },
        OutOfMemory { .. } => {
            NotHere { field: "spec.storage.git[0]".into(), why: "No clones".into() }
        }
        NotHere { .. } => NotStarted {
            kind: StartTrouble::PortTaken,
            answer: "listen tcp4 127.0.0.1:31999: bind: address already in use".into(),
        },
        NotStarted { .. } => StoppedBy { actor: "ada@example.org".into() },
        StoppedBy { .. } => StoppedByRule { rule: RuleKind::TimeLimit, scope, limit_secs: 28_800 },
        StoppedByRule { .. } => Preempted { by: None, how: Preemption::Reclaim, cycle: 81_234 },
        Preempted { .. } => NodeLost { node: "gpu-03".into(), since: AT },
        NodeLost { .. } => PlaceLost {
            node: "gpu-03".into(),
            kind: PlaceTrouble::Evicted,
            answer: "The node was low on resource: memory".into(),
        },
        PlaceLost { .. } => QueuedForCycle,
        QueuedForCycle => return None,
    })
}
