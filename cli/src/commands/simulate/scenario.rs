//! A scenario, read and found right: what the file says, in the words of the scheduler.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ClusterId, NodePoolId, NodePoolName, Timestamp,
    node::{Node, NodePool, Placing},
};
use scheduler::{Action, MinRuntime, Settings, Topology};
use serde_json::Value;

use super::{
    field::{Field, Keys, Result, did_you_mean},
    fitting, nodes,
    organisation::{self, Organisation},
    workloads::{self, Workload},
};

/// Cycles that a run may have.
pub(super) const CYCLES_MAX: u64 = 100_000;
/// Seconds that a run may last, and that anything may be before or after its start: 30 years.
pub(super) const SECONDS_MAX: i64 = 1_000_000_000;
/// Most nodes, devices of one node, devices in all, pods, projects: what a run has memory for.
pub(super) const NODES_MAX: usize = 50_000;
pub(super) const DEVICES_MAX: i64 = 1_024;
pub(super) const ALL_DEVICES_MAX: usize = 1_000_000;
pub(super) const PODS_MAX: usize = 200_000;
pub(super) const QUEUES_MAX: usize = 20_000;
/// Thousandths of a core and bytes of one node or pod.
pub(super) const CPU_MAX: i64 = 1_000_000_000_000;
pub(super) const MEMORY_MAX: i64 = 1_000_000_000_000_000;

const TOP: [&str; 14] = [
    "id",
    "group",
    "title",
    "notes",
    "needs",
    "options",
    "defaults",
    "nodePools",
    "nodes",
    "departments",
    "projects",
    "workloads",
    "topologies",
    "expect",
];

/// When every run starts.
pub(super) fn start() -> Timestamp {
    // 2026-01-01T00:00:00Z
    Timestamp::from_second(1_767_225_600).unwrap_or_default()
}

/// So many seconds after the start.
pub(super) fn at(second: i64) -> Timestamp {
    let of = start().as_second().saturating_add(second);
    Timestamp::from_second(of).unwrap_or_default()
}

#[derive(Debug)]
pub(super) struct Scenario {
    pub id: String,
    pub options: Options,
    pub settings: Settings,
    /// The names of the pools, as the file has them.
    pub pool_names: Vec<String>,
    pub pools: Vec<NodePool>,
    pub nodes: Vec<Node>,
    pub organisation: Organisation,
    pub workloads: Vec<Workload>,
}

#[derive(Debug)]
pub(super) struct Options {
    pub cycles: u64,
    pub stable_cycles: u64,
    /// Seconds between cycles.
    pub period: i64,
    /// Seconds that evicted pods go on to hold what they had, in runs through time.
    pub termination_secs: i64,
}

/// Reads the whole file.
pub(super) fn read(file: &Value) -> Result<Scenario> {
    let mut known = TOP.to_vec();
    known.push("reference");
    let top = Field::new("", file).keys(&known)?;
    let id = top.get("id").map(|id| id.text().map(str::to_owned)).transpose()?;
    let (options, mut settings) = options(top.get("options"))?;
    let defaults = Defaults::read(top.get("defaults"))?;
    let (pool_names, pools) = node_pools(&top, &mut settings)?;
    settings.topologies = topologies(&top)?;
    let nodes = nodes::read(&top, &defaults, &pool_names)?;
    let organisation = organisation::read(&top, &pool_names, &mut settings)?;
    let names = workloads::Names {
        pools: &pool_names,
        nodes: nodes.iter().map(|node| (node.name.as_str(), node)).collect(),
        organisation: &organisation,
        topologies: &settings.topologies,
    };
    let mut workloads = workloads::read(&top, &defaults, &names)?;
    fitting::place(&nodes, &mut workloads)?;
    Ok(Scenario {
        id: id.unwrap_or_default(),
        options,
        settings,
        pool_names,
        pools,
        nodes,
        organisation,
        workloads,
    })
}

/// Values for what leaves them out.
pub(super) struct Defaults<'v> {
    pub node: Option<Keys<'v>>,
    pub workload: Option<Keys<'v>>,
}

impl<'v> Defaults<'v> {
    fn read(field: Option<Field<'v>>) -> Result<Self> {
        let Some(field) = field else { return Ok(Self { node: None, workload: None }) };
        let keys = field.keys(&["node", "workload"])?;
        let node = keys.get("node").map(|node| node.keys(&nodes::KEYS)).transpose()?;
        let workload = keys.get("workload").map(|w| w.keys(&workloads::REQUEST)).transpose()?;
        Ok(Self { node, workload })
    }
}

fn options(field: Option<Field<'_>>) -> Result<(Options, Settings)> {
    let mut options = Options { cycles: 1, stable_cycles: 0, period: 1, termination_secs: 0 };
    let mut settings = Settings::default();
    let Some(field) = field else { return Ok((options, settings)) };
    let keys = field.keys(&[
        "actions",
        "cycles",
        "stableCycles",
        "period",
        "maxConsolidationVictims",
        "stalenessGrace",
        "reclaimerSaturationMultiplier",
        "historyWeight",
        "terminationSeconds",
        "queueDepthPerAction",
    ])?;
    let most = CYCLES_MAX as i64;
    if let Some(actions) = keys.get("actions") {
        let words = Action::ALL.map(|action| (action.name(), action));
        let actions = actions.list()?;
        let read: Result<BTreeSet<_>> = actions.iter().map(|a| a.one_of(&words)).collect();
        settings.actions = Some(read?);
        // Whoever chooses actions wants to see what each of them does.
        settings.looks_ahead = false;
    }
    let integer = |key: &str, range| keys.get(key).map(|field| field.integer(range)).transpose();
    let number = |key: &str, range| keys.get(key).map(|field| field.number(range)).transpose();
    options.cycles = integer("cycles", 1..=most)?.unwrap_or(1) as u64;
    options.stable_cycles = integer("stableCycles", 0..=most)?.unwrap_or(0) as u64;
    options.period = integer("period", 1..=SECONDS_MAX)?.unwrap_or(1);
    options.termination_secs = integer("terminationSeconds", 0..=SECONDS_MAX)?.unwrap_or(0);
    if let Some(victims) = integer("maxConsolidationVictims", -1..=i64::from(u32::MAX))? {
        settings.consolidation_victims = u32::try_from(victims).ok();
    }
    if let Some(grace) = integer("stalenessGrace", -SECONDS_MAX..=SECONDS_MAX)? {
        settings.staleness_grace_secs = Some(grace).filter(|grace| *grace >= 0);
    }
    if let Some(by) = number("reclaimerSaturationMultiplier", 1.0..=1e6)? {
        settings.saturation_multiplier = by;
    }
    if let Some(weight) = number("historyWeight", 0.0..=1e6)? {
        settings.history_weight = weight;
    }
    if let Some(depths) = keys.get("queueDepthPerAction") {
        let depths = depths.keys(&Action::ALL.map(Action::name))?;
        for action in Action::ALL {
            let depth =
                depths.get(action.name()).map(|depth| depth.integer(1..=i64::from(u32::MAX)));
            settings.queue_depth.extend(depth.transpose()?.map(|depth| (action, depth as u32)));
        }
    }
    Ok((options, settings))
}

/// `{reclaim, preempt}` in seconds.
pub(super) fn min_runtime(field: Option<Field<'_>>) -> Result<MinRuntime> {
    let Some(field) = field else { return Ok(MinRuntime::default()) };
    let keys = field.keys(&["reclaim", "preempt"])?;
    let secs = |key: &str| keys.get(key).map(|field| field.integer(0..=SECONDS_MAX)).transpose();
    Ok(MinRuntime { reclaim: secs("reclaim")?, preempt: secs("preempt")? })
}

/// A name that nobody else has.
pub(super) fn new_name<'n>(
    seen: &mut HashMap<&'n str, String>,
    field: &Field<'n>,
) -> Result<&'n str> {
    let name = field.name()?;
    match seen.insert(name, field.path.clone()) {
        None => Ok(name),
        Some(first) => Err(field.wrong(format!("{name:?} is taken by {first}"))),
    }
}

/// The place of a name in a list, or what else there is.
pub(super) fn find<'n>(
    field: &Field<'_>,
    what: &str,
    mut names: impl Iterator<Item = &'n str> + Clone,
) -> Result<usize> {
    let name = field.text()?;
    names.clone().position(|own| own == name).ok_or_else(|| {
        let hint = did_you_mean(name, names.by_ref());
        field.wrong(format!("no {what} {name:?}{hint}"))
    })
}

fn node_pools(top: &Keys<'_>, settings: &mut Settings) -> Result<(Vec<String>, Vec<NodePool>)> {
    let fields = top.list("nodePools")?;
    let (mut names, mut pools, mut seen) = (vec![], vec![], HashMap::new());
    for (i, field) in fields.iter().enumerate() {
        let keys =
            field.keys(&["name", "gpuPlacement", "cpuPlacement", "gpuFractions", "minRuntime"])?;
        let name = keys.need("name")?;
        new_name(&mut seen, &name)?;
        let placing = |key: &str| {
            let words = [("binpack", Placing::Binpack), ("spread", Placing::Spread)];
            keys.get(key).map_or(Ok(Placing::Binpack), |field| field.one_of(&words))
        };
        let id = NodePoolId(i as i32);
        settings.pools.insert(id, min_runtime(keys.get("minRuntime"))?);
        names.push(name.text()?.to_owned());
        let (gpu, cpu) = (placing("gpuPlacement")?, placing("cpuPlacement")?);
        let pool = node_pool(id, plain_name(&name, id)?, gpu, cpu);
        let gpu_fractions = keys.get("gpuFractions").map_or(Ok(true), |field| field.boolean())?;
        pools.push(NodePool { gpu_fractions, ..pool });
    }
    if pools.is_empty() {
        names.push("default".to_owned());
        let value = Value::from("default");
        let name = plain_name(&Field::new("nodePools", &value), NodePoolId(0))?;
        pools.push(node_pool(NodePoolId(0), name, Placing::Binpack, Placing::Binpack));
    }
    Ok((names, pools))
}

/// The label that puts a node into a pool.
pub(super) const POOL_LABEL: &str = "berth.simulate/pool";

/// The name as the scheduler takes it: the own one, or a number where that is no name for it.
fn plain_name(name: &Field<'_>, id: NodePoolId) -> Result<NodePoolName> {
    let own = name.text()?.parse::<NodePoolName>();
    let plain = own.or_else(|_| format!("pool-{}", id.0).parse::<NodePoolName>());
    plain.map_err(|cause| name.wrong(cause))
}

fn node_pool(id: NodePoolId, name: NodePoolName, gpu: Placing, cpu: Placing) -> NodePool {
    NodePool {
        id,
        cluster: ClusterId(uuid::Uuid::nil()),
        name,
        // The first pool is the default one, whatever it is called.
        label: (id.0 > 0).then(|| (POOL_LABEL.to_owned(), id.0.to_string())),
        gpu_placement: gpu,
        cpu_placement: cpu,
        gpu_fractions: true,
        min_runtime_secs: 0,
        time_based: None,
        created_at: start(),
        created_by: None,
        updated: None,
    }
}

fn topologies(top: &Keys<'_>) -> Result<Vec<Topology>> {
    let mut seen = HashMap::new();
    let read = |field: &Field<'_>| {
        let keys = field.keys(&["name", "levels"])?;
        let levels = keys.need("levels")?.list()?;
        let levels = levels.iter().map(|level| Ok(level.name()?.to_owned()));
        Ok((keys.need("name")?.name()?.to_owned(), levels.collect::<Result<_>>()?))
    };
    let fields = top.list("topologies")?;
    let mut all = vec![];
    for field in &fields {
        let (name, levels) = read(field)?;
        if seen.insert(name.clone(), ()).is_some() {
            return Err(field.wrong(format!("{name:?} is there twice")));
        }
        all.push(Topology { name, levels });
    }
    Ok(all)
}
