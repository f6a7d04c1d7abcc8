//! The nodes of a scenario.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Cores, MemoryBytes,
    node::{GpuDevice, Node, Readiness, Taint, TaintEffect},
};

use super::{
    field::{Field, Keys, Result},
    scenario::{
        ALL_DEVICES_MAX, CPU_MAX, DEVICES_MAX, Defaults, MEMORY_MAX, NODES_MAX, POOL_LABEL, find,
        start,
    },
};

pub(super) const KEYS: [&str; 12] = [
    "name",
    "count",
    "pool",
    "gpus",
    "gpuMemory",
    "cpu",
    "memory",
    "maxPods",
    "labels",
    "taints",
    "ready",
    "mig",
];

const GPU_MEMORY_DEFAULT: MemoryBytes = MemoryBytes::gib(80);
const CPU_DEFAULT: i64 = 1_000_000;
const MEMORY_DEFAULT: MemoryBytes = MemoryBytes::gib(1_024);
const PODS_DEFAULT: i64 = 110;
/// The label that says how a node's devices are cut into instances.
const MIG_STRATEGY: &str = "nvidia.com/mig.strategy";

/// Reads them all, each as often as its `count` says.
pub(super) fn read(top: &Keys<'_>, defaults: &Defaults<'_>, pools: &[String]) -> Result<Vec<Node>> {
    let fields = top.list("nodes")?;
    let (mut nodes, mut seen, mut devices) = (vec![], HashMap::new(), 0);
    for field in &fields {
        let keys = field.keys(&KEYS)?;
        let name = keys.need("name")?.name()?.to_owned();
        let most = NODES_MAX as i64;
        let count = keys.get("count").map(|field| field.integer(0..=most)).transpose()?;
        let one = node(&keys, defaults, pools)?;
        for i in 0..count.unwrap_or(1) {
            let name = if count.is_some() { format!("{name}-{i}") } else { name.clone() };
            if let Some(first) = seen.insert(name.clone(), field.path.clone()) {
                return Err(field.wrong(format!("a node {name:?} is there already ({first})")));
            }
            devices += one.gpus.len();
            if nodes.len() == NODES_MAX || devices > ALL_DEVICES_MAX {
                let most = format!("at most {NODES_MAX} nodes and {ALL_DEVICES_MAX} GPUs in all");
                return Err(field.wrong(most));
            }
            nodes.push(Node { name: name.as_str().into(), ..one.clone() });
        }
    }
    Ok(nodes)
}

fn node(keys: &Keys<'_>, defaults: &Defaults<'_>, pools: &[String]) -> Result<Node> {
    let get =
        |key: &str| keys.get(key).or_else(|| defaults.node.as_ref().and_then(|node| node.get(key)));
    let gpus = get("gpus").map(|field| field.integer(0..=DEVICES_MAX)).transpose()?.unwrap_or(0);
    let bytes = |key: &str| get(key).map(|field| field.bytes(MEMORY_MAX)).transpose();
    let device = bytes("gpuMemory")?.map_or(GPU_MEMORY_DEFAULT, MemoryBytes);
    let cpu = get("cpu").map(|field| field.millicores(CPU_MAX)).transpose()?;
    let pods = get("maxPods").map(|field| field.integer(0..=1_000_000)).transpose()?;
    let pool = get("pool").map(|field| find(&field, "node pool", pools.iter().map(String::as_str)));
    let mut labels = get("labels").map_or_else(|| Ok(BTreeMap::new()), |field| texts(&field))?;
    labels.insert(POOL_LABEL.to_owned(), pool.transpose()?.unwrap_or(0).to_string());
    let mut extended = BTreeMap::from([("pods".to_owned(), pods.unwrap_or(PODS_DEFAULT))]);
    let mut whole = gpus;
    if let Some(mig) = get("mig") {
        let is_cut = instances(&mig, &mut labels, &mut extended)?;
        whole = if is_cut { 0 } else { gpus };
    }
    let taints = get("taints").map_or_else(|| Ok(vec![]), |field| taints(&field))?;
    let is_ready = get("ready").map_or(Ok(true), |field| field.boolean())?;
    let gpu = GpuDevice { kind: "GPU".to_owned(), memory: device };
    Ok(Node {
        name: "".into(),
        labels,
        taints,
        ready: match is_ready {
            true => Readiness::Ready,
            false => Readiness::NotReady { since: start(), why: "not ready".to_owned() },
        },
        gpus: vec![gpu; whole as usize],
        cpu: Cores(cpu.unwrap_or(CPU_DEFAULT)),
        memory: bytes("memory")?.map_or(MEMORY_DEFAULT, MemoryBytes),
        extended,
        taken: Default::default(),
        created_at: start(),
    })
}

/// Text by text.
pub(super) fn texts(field: &Field<'_>) -> Result<BTreeMap<String, String>> {
    let entries = field.entries()?.into_iter();
    entries.map(|(key, value)| Ok((key, value.text()?.to_owned()))).collect()
}

fn taints(field: &Field<'_>) -> Result<Vec<Taint>> {
    let effects = [
        ("NoSchedule", TaintEffect::NoSchedule),
        ("PreferNoSchedule", TaintEffect::PreferNoSchedule),
        ("NoExecute", TaintEffect::NoExecute),
    ];
    let read = |field: &Field<'_>| {
        let keys = field.keys(&["key", "value", "effect"])?;
        let value = keys.get("value").map_or(Ok(""), |value| value.text())?.to_owned();
        let key = keys.need("key")?.name()?.to_owned();
        let effect = keys.get("effect").map(|effect| effect.one_of(&effects)).transpose()?;
        Ok(Taint { key, value, effect: effect.unwrap_or(TaintEffect::NoSchedule) })
    };
    field.list()?.iter().map(read).collect()
}

/// Instances of devices by their profile; true when they take the place of the devices.
fn instances(
    field: &Field<'_>,
    labels: &mut BTreeMap<String, String>,
    extended: &mut BTreeMap<String, i64>,
) -> Result<bool> {
    let keys = field.keys(&["strategy", "instances"])?;
    let strategies = [("single", "single"), ("mixed", "mixed")];
    let strategy = keys.need("strategy")?.one_of(&strategies)?;
    labels.insert(MIG_STRATEGY.to_owned(), strategy.to_owned());
    let Some(instances) = keys.get("instances") else { return Ok(false) };
    for (profile, count) in instances.entries()? {
        extended.insert(instance_name(&profile), count.integer(0..=1_000_000)?);
    }
    Ok(strategy == "mixed")
}

/// The name under which a node offers instances of this profile.
pub(super) fn instance_name(profile: &str) -> String {
    format!("nvidia.com/mig-{profile}")
}
