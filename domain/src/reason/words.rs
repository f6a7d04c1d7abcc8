//! The sentences of reasons.

use std::fmt;

use super::{Amount, ImageTrouble, PlaceTrouble, Preemption, Reason, StartTrouble};
use crate::{Gpus, NodeName, Other, Timestamp, duration, verdict::ahead_words};

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
            Reason::VolumeBusy { claim, holder, node } => write!(
                f,
                "Waiting: volume {claim} is attached to {holder} on {node} and can be used by one node only; \
                 there is no room on that one."
            ),
            Reason::VolumeElsewhere { claim, nodes } => match nodes.as_slice() {
                [] => write!(f, "Volume {claim} lies on a node that the cluster no longer has."),
                nodes => write!(
                    f,
                    "Waiting: volume {claim} can be used on {} only, where there is no room.",
                    list(nodes)
                ),
            },
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
            Reason::LeftTo { scheduler, answer } if answer.is_empty() => {
                write!(f, "{scheduler} has not chosen a node yet; Berth cannot know when it does.")
            }
            Reason::LeftTo { scheduler, answer } => {
                let answer = answer.trim_end_matches('.');
                write!(f, "{scheduler} finds no node: {answer}. Berth cannot know when it does.")
            }
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
            Reason::PlaceLost { node, kind, answer } => {
                write!(f, "Its place on {node} is lost: {}", kind.words())?;
                if answer.is_empty() { f.write_str(".") } else { write!(f, " ({answer}).") }
            }
            Reason::QueuedForCycle => {
                f.write_str("Being looked at; the next cycle is within a second.")
            }
        }
    }
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
            Self::Refused => (
                "the cluster's admission control refuses it",
                "Change what it names, or let an administrator of the cluster allow it",
            ),
            Self::ClusterQuota => (
                "a quota of the cluster's namespace is used up",
                "Ask for less, stop something in the project, or have the quota raised",
            ),
            Self::NamespaceEnding => (
                "its namespace is being deleted",
                "It starts when the namespace is there again; let an administrator look what holds it",
            ),
            Self::NamespaceTaken => (
                "its namespace is there and not Berth's",
                "Let an administrator of the cluster allow it with the label that the guide names",
            ),
            Self::ConfigAbsent => (
                "a secret or a config map that it names is not in the cluster",
                "Correct the name, or have it made",
            ),
            Self::DataVolume => (
                "what a data volume shows is not to be had here",
                "Ask the project that shares it, or leave it out",
            ),
            Self::Other => ("the engine or cluster refused it", "Look at what it said"),
        }
    }
}

impl PlaceTrouble {
    fn words(self) -> &'static str {
        match self {
            Self::Deleted => "somebody deleted the pod",
            Self::Evicted => "the node ran short and ended the pod",
            Self::Drained => "the node is being emptied",
            Self::Closed => "the node was closed before the pod was there",
            Self::Moved => "somebody else put the pod on another node",
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
    match ahead_words(ahead) {
        Some(words) => write!(f, " {words}"),
        None => Ok(()),
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
