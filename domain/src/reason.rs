//! Why something waits, failed or was stopped: data first (`why.md` §2). The sentence is made here
//! and nowhere else, so page, REST, command line and events say the same words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Cores, Gpus, MemoryBytes, NodeName, Other, ProjectId, Timestamp, duration, rules::RuleKind,
};

/// Whose quota or limit stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeRef {
    pub kind: ScopeKind,
    pub name: String,
}

/// A level of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    Project,
    Department,
}

/// An amount of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase", tag = "resource", content = "amount")]
pub enum Amount {
    Gpu(Gpus),
    Cpu(Cores),
    Memory(MemoryBytes),
    /// Memory of one device.
    #[serde(rename = "gpuMemory")]
    GpuMemory(MemoryBytes),
}

/// What on a node had to match and did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Constraint {
    NodeType {
        wanted: String,
    },
    Affinity,
    Toleration {
        taint: String,
    },
    /// It is not there, or not as much of it.
    ExtendedResource {
        name: String,
        asked: i64,
    },
    /// It is there, and in use.
    ExtendedFree {
        name: String,
        asked: i64,
    },
}

/// Why a workload waits, failed or was stopped. Codes are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code")]
pub enum Reason {
    /// Non-preemptible work may not go over quota, and this much of it is left.
    NonPreemptibleOverQuota {
        scope: ScopeRef,
        pool: String,
        asked: Amount,
        left: Amount,
        of: Amount,
    },
    /// The hard ceiling would be passed.
    OverLimit {
        scope: ScopeRef,
        pool: String,
        asked: Amount,
        left: Amount,
        of: Amount,
    },
    /// Everything is in use, and the queue has what is fair.
    OverFairShare {
        scope: ScopeRef,
        pool: String,
        share: Gpus,
        allocated: Gpus,
        asked: Gpus,
    },
    /// It fits a node, but not now.
    #[serde(rename_all = "camelCase")]
    Busy {
        pool: String,
        asked: Amount,
        /// Memory that each of the GPUs has to have free, where that is what was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_device: Option<MemoryBytes>,
        /// Free in the whole pool.
        free: Amount,
        /// The most that is free on one node that matches.
        largest_hole: Amount,
        node: Option<NodeName>,
        /// What the same node must have too, where that narrows the choice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beside: Vec<Amount>,
        /// Workloads that are tried before this one.
        ahead: u32,
    },
    /// What could make room is within the minimum guaranteed runtime.
    VictimsProtected {
        pool: String,
        count: u32,
        until: Timestamp,
    },
    /// Some of its pods fit; all are needed.
    Gang {
        pool: String,
        placed: u32,
        needed: u32,
    },
    LargerThanAnyNode {
        pool: String,
        asked: Amount,
        /// What the same node must have too, where that narrows the choice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beside: Vec<Amount>,
        largest: Amount,
        node: Option<NodeName>,
    },
    NoNodeMatches {
        pool: String,
        constraint: Constraint,
        tried: u32,
    },
    PoolClosed {
        pool: String,
        project: String,
    },
    NodesNotReady {
        pool: String,
        nodes: Vec<NodeName>,
        since: Timestamp,
    },
    SharingOff {
        pool: String,
    },
    PoolEmpty {
        pool: String,
    },
    /// The submission names a pool that the cluster does not have.
    NoSuchPool {
        pool: String,
    },
    MakingRoom {
        node: NodeName,
        until: Timestamp,
    },
    ClusterUnreachable {
        cluster: String,
        since: Timestamp,
    },
    ImageUnavailable {
        image: String,
        kind: ImageTrouble,
        answer: String,
    },
    #[serde(rename_all = "camelCase")]
    Crashed {
        exit_code: i32,
        restarts: u32,
        after_secs: u64,
        last_lines: Vec<String>,
    },
    OutOfMemory {
        limit: MemoryBytes,
        peak: MemoryBytes,
    },
    /// The cluster cannot do what a field asks.
    NotHere {
        /// Path of the field: `spec.storage.git[0]`.
        field: String,
        /// Why, and what to do instead.
        why: String,
    },
    /// The container could not be made or started.
    NotStarted {
        kind: StartTrouble,
        /// What the engine said.
        answer: String,
    },
    StoppedBy {
        actor: String,
    },
    /// A scheduling rule ended it.
    #[serde(rename_all = "camelCase")]
    StoppedByRule {
        rule: RuleKind,
        scope: ScopeRef,
        limit_secs: i64,
    },
    /// The scheduler took its place; it waits for another one.
    Preempted {
        /// Who gained; nobody, where nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Other>,
        how: Preemption,
        cycle: u64,
    },
    NodeLost {
        node: NodeName,
        since: Timestamp,
    },
    QueuedForCycle,
}

/// How a workload lost its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Preemption {
    /// Another queue took back what is fair.
    Reclaim,
    /// A higher priority of the same project.
    Priority,
    /// It is moved, so that another one fits.
    Consolidation,
    /// It ran with fewer pods than it needs.
    StaleGang,
}

/// What is wrong with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ImageTrouble {
    Absent,
    Denied,
    Unreachable,
    Architecture,
}

/// What keeps a container from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum StartTrouble {
    /// A port of the node is in use.
    PortTaken,
    DiskFull,
    /// The engine refuses a limit of CPU, memory or processes.
    LimitRefused,
    /// Somebody else's container has the name.
    NameTaken,
    /// The image runs as root, and the workspace may not.
    RootUser,
    /// What should be started is not in the image.
    CommandAbsent,
    /// A volume could not be mounted.
    Mount,
    /// A GPU could not be given to it.
    Gpu,
    Other,
}

impl StartTrouble {
    /// What is wrong, and what to do about it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PortTaken => (
                "a port that it asks for is in use on the machine",
                "Choose another port, or let one be found",
            ),
            Self::DiskFull => (
                "the disk of the engine is full",
                "Free some space: remove images and volumes that nobody needs",
            ),
            Self::LimitRefused => (
                "the engine cannot hold it to a limit",
                "Leave the limit out, or let an administrator turn the cgroup controllers on",
            ),
            Self::NameTaken => {
                ("a container that is not Berth's has its name", "Rename or remove that container")
            }
            Self::RootUser => (
                "its image runs as root, and it may not",
                "Choose a user of your own, or another image",
            ),
            Self::CommandAbsent => (
                "the image does not have the program that is to be started",
                "Change the command, or use another image",
            ),
            Self::Mount => ("a volume could not be mounted", "Look at its path and its server"),
            Self::Gpu => (
                "the engine could not give it a GPU",
                "Let an administrator look at the driver and at the NVIDIA container toolkit",
            ),
            Self::Other => ("the engine refused it", "Look at what it said"),
        }
    }
}

/// The stable name of a reason.
pub type ReasonCode = &'static str;

impl Reason {
    /// The stable code, an anchor in the help.
    pub fn code(&self) -> ReasonCode {
        match self {
            Reason::NonPreemptibleOverQuota { .. } => "NonPreemptibleOverQuota",
            Reason::OverLimit { .. } => "OverLimit",
            Reason::OverFairShare { .. } => "OverFairShare",
            Reason::Busy { .. } => "Busy",
            Reason::VictimsProtected { .. } => "VictimsProtected",
            Reason::Gang { .. } => "Gang",
            Reason::LargerThanAnyNode { .. } => "LargerThanAnyNode",
            Reason::NoNodeMatches { .. } => "NoNodeMatches",
            Reason::PoolClosed { .. } => "PoolClosed",
            Reason::NodesNotReady { .. } => "NodesNotReady",
            Reason::SharingOff { .. } => "SharingOff",
            Reason::PoolEmpty { .. } => "PoolEmpty",
            Reason::NoSuchPool { .. } => "NoSuchPool",
            Reason::MakingRoom { .. } => "MakingRoom",
            Reason::ClusterUnreachable { .. } => "ClusterUnreachable",
            Reason::ImageUnavailable { .. } => "ImageUnavailable",
            Reason::Crashed { .. } => "Crashed",
            Reason::OutOfMemory { .. } => "OutOfMemory",
            Reason::NotHere { .. } => crate::abilities::NOT_HERE,
            Reason::NotStarted { .. } => "NotStarted",
            Reason::StoppedBy { .. } => "StoppedBy",
            Reason::StoppedByRule { .. } => "StoppedByRule",
            Reason::Preempted { .. } => "Preempted",
            Reason::NodeLost { .. } => "NodeLost",
            Reason::QueuedForCycle => "QueuedForCycle",
        }
    }

    /// Whether it names another workload.
    pub fn speaks_of_others(&self) -> bool {
        matches!(self, Reason::Preempted { by: Some(Other::Named(_)), .. })
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(mut self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        if let Reason::Preempted { by, .. } = &mut self {
            *by = by.take().map(|by| by.seen_by(sees));
        }
        self
    }
}

impl fmt::Display for ScopeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ScopeKind::Project => "project",
            ScopeKind::Department => "department",
        };
        write!(f, "{kind} {}", self.name)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Gpu(gpus) => gpus.fmt(f),
            Amount::Cpu(cores) => cores.fmt(f),
            Amount::Memory(bytes) => write!(f, "{bytes} of memory"),
            Amount::GpuMemory(bytes) => write!(f, "{bytes} of memory on one GPU"),
        }
    }
}

impl Amount {
    /// The number alone, for "of 8" after the unit has been named.
    fn bare(self) -> String {
        match self {
            Amount::Gpu(gpus) => crate::quantity::decimals(gpus.as_f64()),
            Amount::Cpu(cores) => crate::quantity::decimals(cores.as_f64()),
            Amount::Memory(bytes) | Amount::GpuMemory(bytes) => bytes.to_string(),
        }
    }

    /// The difference of two amounts of the same resource; of different ones, the first.
    pub fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Amount::Gpu(a), Amount::Gpu(b)) => Amount::Gpu(a.saturating_sub(b)),
            (Amount::Cpu(a), Amount::Cpu(b)) => Amount::Cpu(a.saturating_sub(b)),
            (Amount::Memory(a), Amount::Memory(b)) => Amount::Memory(a.saturating_sub(b)),
            _ => self,
        }
    }

    /// The sum of two amounts of the same resource; of different ones, the first.
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Amount::Gpu(a), Amount::Gpu(b)) => Amount::Gpu(a + b),
            (Amount::Cpu(a), Amount::Cpu(b)) => Amount::Cpu(a + b),
            (Amount::Memory(a), Amount::Memory(b)) => Amount::Memory(a + b),
            _ => self,
        }
    }

    pub fn is_zero(self) -> bool {
        match self {
            Amount::Gpu(gpus) => gpus.is_zero(),
            Amount::Cpu(cores) => cores.is_zero(),
            Amount::Memory(bytes) | Amount::GpuMemory(bytes) => bytes.is_zero(),
        }
    }
}

/// The sentence for people, with its numbers.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NonPreemptibleOverQuota { scope, pool, asked, left, of } => write!(
                f,
                "Waiting: {scope} has {left} left of its quota of {} in {pool}; you asked for {}, \
                 and non-preemptible work cannot go over quota.",
                of.bare(),
                asked.bare()
            ),
            Reason::OverLimit { scope, pool, asked, left, of } => write!(
                f,
                "Waiting: {scope} may use at most {of} in {pool}; {} are in use, and you asked for {}.",
                of.minus(*left).bare(),
                asked.bare()
            ),
            Reason::OverFairShare { scope, pool, share, allocated, .. } => write!(
                f,
                "Waiting: everything in {pool} is in use, and {scope} already has its fair share \
                 ({} of {share}).",
                crate::quantity::decimals(allocated.as_f64())
            ),
            Reason::Busy { pool, asked, per_device, largest_hole, node, beside, ahead, .. } => {
                let each = match (per_device, asked) {
                    (Some(memory), Amount::Gpu(one)) if *one == Gpus::whole(1) => {
                        format!(" with {memory} free")
                    }
                    (Some(memory), _) => format!(" with {memory} free on each"),
                    (None, _) => String::new(),
                };
                let asked = format!("{asked}{each}{}", beside_text(beside));
                busy(f, pool, &asked, *largest_hole, node.as_ref(), *ahead)
            }
            Reason::VictimsProtected { pool, until, .. } => write!(
                f,
                "Waiting: what could make room in {pool} is protected until {} by the minimum \
                 guaranteed runtime.",
                time(*until)
            ),
            Reason::Gang { pool, placed, needed } => {
                write!(f, "Waiting: {placed} of {needed} pods fit in {pool}; all are needed.")
            }
            Reason::LargerThanAnyNode { pool, asked, beside, largest, node } => {
                write!(f, "No node in {pool} has {asked}{}", beside_text(beside))?;
                match node {
                    Some(node) => write!(f, "; the largest, {node}, has {}.", largest.bare()),
                    None => f.write_str("."),
                }
            }
            Reason::NoNodeMatches { pool, constraint, tried } => match tried {
                1 => write!(
                    f,
                    "The only {}node in {pool} {}.",
                    constraint.fitting(),
                    constraint.negated()
                ),
                _ => write!(f, "None of the {tried} nodes in {pool} {constraint}."),
            },
            Reason::PoolClosed { pool, project } => {
                write!(f, "Project {project} has no quota and no over-quota in pool {pool}.")
            }
            Reason::NodesNotReady { pool, nodes, since } => {
                let are = if nodes.len() == 1 { "node" } else { "nodes" };
                write!(f, "The only fitting {are} in {pool}, {}, ", list(nodes))?;
                let verb = if nodes.len() == 1 { "is" } else { "are" };
                write!(f, "{verb} not ready since {}.", time(*since))
            }
            Reason::SharingOff { pool } => {
                write!(f, "GPU fractions are not enabled on pool {pool}.")
            }
            Reason::PoolEmpty { pool } => write!(f, "Node pool {pool} has no nodes."),
            Reason::NoSuchPool { pool } => write!(f, "The cluster has no node pool {pool}."),
            Reason::MakingRoom { node, until } => {
                write!(f, "Room is being made on {node}; it starts by {}.", time(*until))
            }
            Reason::ClusterUnreachable { cluster, since } => write!(
                f,
                "No contact with cluster {cluster} since {}; running work is not affected.",
                time(*since)
            ),
            Reason::ImageUnavailable { image, kind, answer } => {
                image_trouble(f, image, *kind, answer)
            }
            Reason::Crashed { exit_code, restarts, after_secs, .. } => {
                write!(f, "The container ended with code {exit_code} after {after_secs} s")?;
                match restarts {
                    0 => f.write_str("."),
                    1 => f.write_str(", and again after 1 restart."),
                    n => write!(f, ", and again after {n} restarts."),
                }
            }
            Reason::OutOfMemory { limit, .. } => {
                write!(f, "The container used {limit}, all it may; the system ended it.")
            }
            Reason::NotHere { field, why } => write!(f, "Not possible here ({field}): {why}."),
            Reason::NotStarted { kind, answer } => {
                let (wrong, fix) = kind.words();
                write!(f, "The container could not be started: {wrong} ({answer}). {fix}.")
            }
            Reason::StoppedBy { actor } => write!(f, "Stopped by {actor}."),
            Reason::StoppedByRule { rule, scope, limit_secs } => {
                let (rule, limit) = (rule.word(), duration::text(*limit_secs));
                write!(f, "Stopped by scheduling rule: {rule} of {scope} ({limit}).")
            }
            Reason::Preempted { by, how, cycle } => preempted(f, by.as_ref(), *how, *cycle),
            Reason::NodeLost { node, since } => {
                write!(f, "Node {node} stopped answering at {}.", time(*since))
            }
            Reason::QueuedForCycle => {
                f.write_str("Being looked at; the next cycle is within a second.")
            }
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constraint::NodeType { wanted } => write!(f, "has node type {wanted}"),
            Constraint::Affinity => f.write_str("matches the node affinity"),
            Constraint::Toleration { taint } => {
                write!(f, "takes work that does not tolerate the taint {taint}")
            }
            Constraint::ExtendedResource { name, asked } => write!(f, "offers {asked} {name}"),
            Constraint::ExtendedFree { name, asked } => write!(f, "has {asked} {name} free"),
        }
    }
}

impl Constraint {
    /// What to call the nodes that were tried.
    fn fitting(&self) -> &'static str {
        match self {
            Constraint::ExtendedFree { .. } => "fitting ",
            Constraint::NodeType { .. } | Constraint::Affinity => "",
            Constraint::Toleration { .. } | Constraint::ExtendedResource { .. } => "",
        }
    }

    /// The same, said of one node that does not meet it.
    fn negated(&self) -> String {
        match self {
            Constraint::NodeType { wanted } => format!("is not of node type {wanted}"),
            Constraint::Affinity => "does not match the node affinity".to_owned(),
            Constraint::Toleration { taint } => {
                format!("keeps work away that does not tolerate the taint {taint}")
            }
            Constraint::ExtendedResource { name, asked } => {
                format!("does not offer {asked} {name}")
            }
            Constraint::ExtendedFree { name, asked } => {
                format!("does not have {asked} {name} free")
            }
        }
    }
}

fn preempted(
    f: &mut fmt::Formatter<'_>,
    by: Option<&Other>,
    how: Preemption,
    cycle: u64,
) -> fmt::Result {
    let whom = by.map_or("another workload".to_owned(), Other::to_string);
    match how {
        Preemption::Reclaim => {
            write!(f, "Stopped to give {whom} what its project is due (cycle {cycle}).")
        }
        Preemption::Priority => {
            write!(f, "Stopped for {whom}, which has a higher priority (cycle {cycle}).")
        }
        Preemption::Consolidation => write!(f, "Moved so that {whom} fits (cycle {cycle})."),
        Preemption::StaleGang => {
            write!(f, "Stopped: too few of its pods ran for too long (cycle {cycle}).")
        }
    }
}

/// ` beside 8 GPUs and 4 cores`; nothing where nothing narrows the choice.
fn beside_text(beside: &[Amount]) -> String {
    let texts: Vec<_> = beside.iter().map(ToString::to_string).collect();
    if texts.is_empty() { String::new() } else { format!(" beside {}", texts.join(" and ")) }
}

fn busy(
    f: &mut fmt::Formatter<'_>,
    pool: &str,
    asked: &str,
    hole: Amount,
    node: Option<&NodeName>,
    ahead: u32,
) -> fmt::Result {
    write!(f, "Waiting for {asked} on one node in {pool}; ")?;
    match (node, hole.is_zero()) {
        (Some(node), false) => write!(f, "the most free on one node is {} ({node}).", hole.bare())?,
        _ => f.write_str("none is free.")?,
    }
    match ahead {
        0 => Ok(()),
        1 => f.write_str(" 1 workload is ahead."),
        n => write!(f, " {n} workloads are ahead."),
    }
}

fn image_trouble(
    f: &mut fmt::Formatter<'_>,
    image: &str,
    kind: ImageTrouble,
    answer: &str,
) -> fmt::Result {
    match kind {
        ImageTrouble::Absent => write!(f, "{image} does not exist in its registry."),
        ImageTrouble::Denied => write!(f, "The registry of {image} refused access: {answer}."),
        ImageTrouble::Unreachable => {
            write!(f, "The registry of {image} cannot be reached: {answer}.")
        }
        ImageTrouble::Architecture => write!(f, "{image} is not built for this node: {answer}."),
    }
}

/// `a`, `a and b`, `a, b and 3 more`.
fn list(nodes: &[NodeName]) -> String {
    match nodes {
        [] => "none".into(),
        [one] => one.to_string(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// `13:40 UTC`.
fn time(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(11..16).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vision() -> ScopeRef {
        ScopeRef { kind: ScopeKind::Project, name: "vision".into() }
    }

    #[test]
    fn sentences() {
        let at: Timestamp = "2026-11-24T13:40:07Z".parse().unwrap();
        let gpu = |n: i64| Amount::Gpu(Gpus::whole(n));
        let (scope, pool) = (vision(), "a100".to_owned());
        let nodes = vec!["gpu-05".into(), "gpu-06".into()];
        let reasons = [
            Reason::NonPreemptibleOverQuota {
                scope: scope.clone(),
                pool: pool.clone(),
                asked: gpu(4),
                left: gpu(2),
                of: gpu(8),
            },
            Reason::OverLimit {
                scope,
                pool: pool.clone(),
                asked: gpu(4),
                left: gpu(1),
                of: gpu(8),
            },
            Reason::Busy {
                pool: pool.clone(),
                asked: gpu(4),
                per_device: None,
                free: gpu(6),
                largest_hole: gpu(2),
                node: Some("gpu-03".into()),
                beside: vec![],
                ahead: 1,
            },
            Reason::LargerThanAnyNode {
                pool: pool.clone(),
                asked: gpu(16),
                beside: vec![],
                largest: gpu(8),
                node: Some("gpu-01".into()),
            },
            Reason::NoNodeMatches {
                pool: pool.clone(),
                constraint: Constraint::NodeType { wanted: "h200".into() },
                tried: 12,
            },
            Reason::NodesNotReady { pool, nodes, since: at },
            Reason::Crashed { exit_code: 1, restarts: 6, after_secs: 4, last_lines: vec![] },
            Reason::OutOfMemory { limit: MemoryBytes::gb(16), peak: MemoryBytes::gb(16) },
            Reason::NotHere { field: "spec.storage.git[0]".into(), why: "No clones".into() },
            Reason::NotStarted {
                kind: StartTrouble::PortTaken,
                answer: "listen tcp4 127.0.0.1:31999: bind: address already in use".into(),
            },
            Reason::StoppedBy { actor: "ada@example.org".into() },
            Reason::StoppedByRule {
                rule: RuleKind::TimeLimit,
                scope: vision(),
                limit_secs: 28_800,
            },
            Reason::QueuedForCycle,
        ];
        let text: Vec<_> = reasons.iter().map(|r| format!("{}: {r}", r.code())).collect();
        insta::assert_snapshot!(text.join("\n"));
    }

    #[test]
    fn a_reason_survives_the_wire() {
        let left = Amount::Gpu(Gpus(2_500_000));
        let reason =
            Reason::OverLimit { scope: vision(), pool: "a100".into(), asked: left, left, of: left };
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason, "{json}");
    }
}
