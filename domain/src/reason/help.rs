//! What each reason means and what can be done about it: the help (`docs/reasons.md`, by code). The sentence with its
//! numbers is made in `words.rs`.

use super::Reason;

/// A paragraph of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    pub means: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Reason {
    /// The help on this code.
    pub fn help(&self) -> Help {
        let (means, remedy) = match self {
            Reason::NonPreemptibleOverQuota { .. } => (
                "Work that nobody may interrupt stays within the quota of its project and of its department, in that \
                 node pool. What is left of it is less than what was asked.",
                "Ask for less, make the workload preemptible, stop one of your own, or have the quota raised.",
            ),
            Reason::OverLimit { .. } => (
                "A project or department may hold so much of a node pool and no more, whatever is free.",
                "Ask for less, stop one of your own, or have the limit raised.",
            ),
            Reason::OverFairShare { .. } => (
                "Everything is in use, and your project has its share of it. It gets more when others want less.",
                "Wait, ask for less, or use another node pool.",
            ),
            Reason::Busy { .. } => (
                "A node is large enough, but none has so much free at the moment.",
                "Wait, ask for less or for a part of a GPU, or use another node pool.",
            ),
            Reason::VictimsProtected { .. } => (
                "Others would have to make room, and each of them still has its minimum guaranteed runtime.",
                "Wait until then; the guarantee is a setting of the node pool.",
            ),
            Reason::Gang { .. } => (
                "The pods of this workload run together or not at all, and not all of them find a place.",
                "Ask for fewer or smaller pods, or wait.",
            ),
            Reason::LargerThanAnyNode { .. } => (
                "No node of the pool is large enough, even if it were empty.",
                "Ask for less, or use another node pool.",
            ),
            Reason::NoNodeMatches { .. } => (
                "No node meets a condition of the submission: a node type, an affinity, a toleration, a resource.",
                "Change or leave out the condition, or use another node pool.",
            ),
            Reason::PoolClosed { .. } => (
                "The project has no quota in this node pool and may not go over quota there.",
                "Use another node pool, or have a quota given.",
            ),
            Reason::VolumeBusy { .. } => (
                "A volume whose access mode is *read-write by one node* is in use on a node on which this workload \
                 finds no room. Whoever mounts it has to be there too.",
                "Wait, stop who uses it, ask for less, or use a volume that many nodes may mount.",
            ),
            Reason::VolumeElsewhere { .. } => (
                "A volume can be reached from some nodes only, and none of them has room for this workload.",
                "Wait, ask for less, or use another volume.",
            ),
            Reason::NodesNotReady { .. } => (
                "The only nodes that would do are not ready.",
                "Wait for them, or use another node pool; an administrator sees on the page Nodes what is wrong.",
            ),
            Reason::SharingOff { .. } => (
                "GPUs of this node pool are given out whole only.",
                "Ask for whole GPUs, or use another node pool.",
            ),
            Reason::PoolEmpty { .. } => (
                "The node pool has no nodes.",
                "Use another node pool, or have nodes labelled for it.",
            ),
            Reason::NoSuchPool { .. } => {
                ("The submission names a node pool that is not there.", "Name one that is there.")
            }
            Reason::MakingRoom { .. } => (
                "Others are being ended or moved for this workload; they may take as long as their grace period.",
                "Nothing: it starts when they have gone.",
            ),
            Reason::ClusterUnreachable { .. } => (
                "Berth has no contact with the cluster. What runs goes on running; nothing new is started.",
                "Wait; an administrator looks at the cluster.",
            ),
            Reason::LeftTo { .. } => (
                "Another scheduler than Berth's binds the pods of this cluster. It alone knows its queues and quotas; \
                 Berth repeats what it says.",
                "Ask for less, or whoever administrates that scheduler.",
            ),
            Reason::ImageUnavailable { .. } => (
                "The image could not be pulled.",
                "Correct its name or tag, or choose a credential that may read it.",
            ),
            Reason::Crashed { .. } => (
                "The container ended by itself with an error, as often as it may be started again.",
                "Read its log, correct command, arguments or image, and run it again.",
            ),
            Reason::OutOfMemory { .. } => (
                "The container used all the memory that it may, and the system ended it.",
                "Give it more memory, or let it use less.",
            ),
            Reason::NotHere { .. } => (
                "The cluster cannot do what a field of the submission asks.",
                "Do what the sentence says, or use another cluster.",
            ),
            Reason::NotStarted { .. } => {
                ("The container could not be made or started.", "Do what the sentence says.")
            }
            Reason::StoppedBy { .. } => ("Somebody stopped it.", "Run it again, if you may."),
            Reason::StoppedByRule { .. } => (
                "A scheduling rule of its project or department ended it: a time limit, or GPUs that were left idle.",
                "Run it again; limits are those of the day on which it was submitted.",
            ),
            Reason::Preempted { .. } => (
                "The scheduler gave its place to another workload. It waits for a new one by itself, unless it was \
                 told to end.",
                "Wait; what nobody may interrupt is non-preemptible and within quota. The page Cycle tells more.",
            ),
            Reason::NodeLost { .. } => (
                "The node on which it ran does not answer any more.",
                "Wait: it comes back with the node, or starts elsewhere.",
            ),
            Reason::PlaceLost { .. } => (
                "The cluster took the pod away, or its node was closed: a drain, a node that ran short, somebody who \
                 deleted it. It waits for a new place by itself.",
                "Nothing: it starts elsewhere. Where it happens again and again, an administrator looks at the node.",
            ),
            Reason::QueuedForCycle => {
                ("The scheduler has not come to it yet.", "Nothing: that takes a second.")
            }
        };
        Help { means, remedy }
    }
}
