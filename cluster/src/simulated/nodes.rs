//! The built-in clusters: one machine, and twelve nodes worth looking at.

use std::collections::BTreeMap;

use domain::{
    Cores, MemoryBytes, NodeName, Timestamp,
    node::{GpuDevice, HOSTNAME_LABEL, NODE_TYPE_LABEL, Node, Readiness, Taint, TaintEffect},
    storage_class::StorageClass,
};

/// When all made-up nodes were made: the first second of 2026.
const MADE_AT: i64 = 1_767_225_600;

/// One server with two GPUs.
pub fn one_machine() -> Vec<Node> {
    vec![node("local", 32, 256, gpus(2, "NVIDIA A100", 80), &[("gpu", "a100")])]
}

/// Twelve nodes: the pools `a100` (one node of it does not answer), `l40s` (one node of it is
/// tainted) and `h100` by the label `pool`, and a node without GPUs in the default pool.
pub fn demo_nodes() -> Vec<Node> {
    let a100 = |n| pooled(n, "a100", "dgx-a100", 128, 1024, gpus(8, "NVIDIA A100", 80));
    let l40s = |n| pooled(n, "l40s", "l40s-pcie", 64, 512, gpus(8, "NVIDIA L40S", 48));
    let h100 = |n| pooled(n, "h100", "dgx-h100", 192, 2048, gpus(8, "NVIDIA H100", 80));
    let mut nodes: Vec<_> = (1..=6).map(a100).collect();
    nodes.extend((7..=9).map(l40s));
    nodes.extend((10..=11).map(h100));
    nodes.push(node("cpu-01", 96, 384, Vec::new(), &[(NODE_TYPE_LABEL, "cpu")]));
    for node in &mut nodes {
        match node.name.as_str() {
            "gpu-06" => {
                let why = "the node stopped answering".to_owned();
                node.ready = Readiness::NotReady { since: node.created_at, why };
            }
            "gpu-09" => node.taints.push(Taint {
                key: "dedicated".into(),
                value: "teaching".into(),
                effect: TaintEffect::NoSchedule,
            }),
            _ => {}
        }
    }
    nodes
}

fn pooled(
    number: u32,
    pool: &str,
    node_type: &str,
    cores: i64,
    gb: i64,
    gpus: Vec<GpuDevice>,
) -> Node {
    let name = format!("gpu-{number:02}");
    node(&name, cores, gb, gpus, &[("pool", pool), (NODE_TYPE_LABEL, node_type)])
}

pub(super) fn node(
    name: &str,
    cores: i64,
    gb: i64,
    gpus: Vec<GpuDevice>,
    labels: &[(&str, &str)],
) -> Node {
    let host = (HOSTNAME_LABEL, name);
    let labels = labels.iter().chain([&host]);
    Node {
        name: NodeName::from(name),
        labels: labels.map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        taints: Vec::new(),
        ready: Readiness::Ready,
        gpus,
        cpu: Cores::whole(cores),
        memory: MemoryBytes::gb(gb),
        extended: BTreeMap::new(),
        taken: Default::default(),
        created_at: Timestamp::from_second(MADE_AT).unwrap_or_default(),
    }
}

pub(super) fn gpus(count: usize, kind: &str, gb: i64) -> Vec<GpuDevice> {
    vec![GpuDevice { kind: kind.to_owned(), memory: MemoryBytes::gb(gb) }; count]
}

/// What volumes of a simulated cluster can be made of.
pub fn storage_classes() -> Vec<StorageClass> {
    let class = |name: &str, is_default| StorageClass {
        name: name.to_owned(),
        provisioner: "simulated.berth/volumes".to_owned(),
        allow_volume_expansion: true,
        is_default,
    };
    vec![class("standard", true), class("fast", false)]
}
