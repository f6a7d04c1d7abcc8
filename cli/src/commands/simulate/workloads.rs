//! The workloads of a scenario and their pods.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Cores, Gpus, MemoryBytes, Timestamp,
    node::Node,
    submission::{
        Affinity, AffinityTerm, GpuRequest, MatchExpression, PodRequest, Priority, Toleration,
    },
};
use scheduler::{Group, Nearness, PodTerm, Topology, TopologyWish};
use serde_json::Value;

use super::{
    field::{Field, Keys, Result},
    nodes::{instance_name, texts},
    organisation::{Organisation, created},
    scenario::{CPU_MAX, Defaults, MEMORY_MAX, PODS_MAX, SECONDS_MAX, at, find, new_name},
};

/// What a pod asks for.
pub(super) const REQUEST: [&str; 7] =
    ["gpus", "gpuFraction", "gpuMemory", "gpuDevices", "cpu", "memory", "mig"];
const CPU_DEFAULT: i64 = 1_000;
const MEMORY_DEFAULT: i64 = 1_000_000_000;
const STARTED_DEFAULT: i64 = -60;
const GPUS_MAX: i64 = 1_000_000;
/// Depth of groups inside groups.
const DEPTH_MAX: usize = 16;

#[derive(Clone, Debug)]
pub(super) struct Workload {
    pub path: String,
    pub id: String,
    /// Its place among the projects.
    pub project: usize,
    /// Places among the node pools, in order.
    pub node_pools: Vec<usize>,
    pub priority: i32,
    pub preemptible: bool,
    pub created: Timestamp,
    pub started: Option<Timestamp>,
    pub stale_since: Option<Timestamp>,
    pub min_pods: u32,
    pub groups: Vec<Group>,
    pub topology: Option<TopologyWish>,
    /// Whether pods that are being ended go away.
    pub terminates: bool,
    pub pods: Vec<Pod>,
    /// Seconds after the start at which it comes.
    pub arrives: i64,
    /// Seconds that it runs; `None` is for ever.
    pub runs_for: Option<i64>,
    /// Whether the time it has run counts after an eviction.
    pub resumes: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Pod {
    pub request: PodRequest,
    pub near: Nearness,
    pub order: i32,
    pub group: usize,
    pub state: State,
    pub node: Option<String>,
    /// Names of devices, as the file has them.
    pub devices: Vec<String>,
    /// Numbers of its devices on the node.
    pub slots: Vec<u32>,
}

/// Where a pod stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Bound,
    Running,
    Pipelined,
    Releasing,
    Failed,
    Succeeded,
    Gated,
}

impl State {
    pub const ALL: [(&'static str, Self); 8] = [
        ("pending", Self::Pending),
        ("bound", Self::Bound),
        ("running", Self::Running),
        ("pipelined", Self::Pipelined),
        ("releasing", Self::Releasing),
        ("failed", Self::Failed),
        ("succeeded", Self::Succeeded),
        ("gated", Self::Gated),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, state)| *state == self).map_or("pending", |(name, _)| name)
    }
}

/// What workloads refer to.
pub(super) struct Names<'a> {
    pub pools: &'a [String],
    pub nodes: HashMap<&'a str, &'a Node>,
    pub organisation: &'a Organisation,
    pub topologies: &'a [Topology],
}

/// Reads them all.
pub(super) fn read(
    top: &Keys<'_>,
    defaults: &Defaults<'_>,
    names: &Names<'_>,
) -> Result<Vec<Workload>> {
    let fields = top.list("workloads")?;
    let mut known = vec![
        "id",
        "project",
        "nodePools",
        "priority",
        "preemptible",
        "created",
        "started",
        "staleSince",
        "minPods",
        "nodeSelector",
        "tolerations",
        "terminates",
        "pods",
        "arrives",
        "runsFor",
        "onEviction",
        "subGroups",
        "topology",
    ];
    known.extend(REQUEST);
    let (mut all, mut seen, mut pods) = (vec![], HashMap::new(), 0);
    for (i, field) in fields.iter().enumerate() {
        let keys = field.keys(&known)?;
        new_name(&mut seen, &keys.need("id")?)?;
        let created = created(&keys, i, fields.len())?;
        let workload = workload(field, &keys, created, defaults, names, PODS_MAX - pods)?;
        pods += workload.pods.len();
        all.push(workload);
    }
    Ok(all)
}

fn workload(
    field: &Field<'_>,
    keys: &Keys<'_>,
    created: Timestamp,
    defaults: &Defaults<'_>,
    names: &Names<'_>,
    room: usize,
) -> Result<Workload> {
    let projects = names.organisation.project_names.iter().map(String::as_str);
    let (priority, implied) = priority(keys)?;
    let secs = |key: &str, least| {
        keys.get(key).map(|field| field.integer(least..=SECONDS_MAX)).transpose()
    };
    let groups = groups(keys, names)?;
    let pods = pods(keys, defaults, names, &groups, room)?;
    let runs = pods.iter().any(|pod| pod.state == State::Running);
    let started = secs("started", -SECONDS_MAX)?.or(runs.then_some(STARTED_DEFAULT));
    let most = pods.len() as i64;
    let min_pods = keys.get("minPods").map(|field| field.integer(0..=most)).transpose()?;
    let pools = keys.list("nodePools")?;
    let pool = |field: &Field<'_>| find(field, "node pool", names.pools.iter().map(String::as_str));
    let node_pools: Vec<_> = pools.iter().map(pool).collect::<Result<_>>()?;
    let words = [("next-cycle", true), ("never", false)];
    let evictions = [("restart", false), ("resume", true)];
    Ok(Workload {
        path: field.path.clone(),
        id: keys.need("id")?.text()?.to_owned(),
        project: find(&keys.need("project")?, "project", projects)?,
        node_pools: if node_pools.is_empty() { vec![0] } else { node_pools },
        priority,
        preemptible: keys.get("preemptible").map_or(Ok(implied), |field| field.boolean())?,
        created,
        started: started.map(at),
        stale_since: secs("staleSince", -SECONDS_MAX)?.map(at),
        min_pods: min_pods.unwrap_or(most) as u32,
        groups,
        topology: wish(keys.get("topology"), names)?,
        terminates: keys.get("terminates").map_or(Ok(true), |field| field.one_of(&words))?,
        pods,
        arrives: secs("arrives", 0)?.unwrap_or(0),
        runs_for: secs("runsFor", 1)?,
        resumes: keys.get("onEviction").map_or(Ok(false), |field| field.one_of(&evictions))?,
    })
}

/// The number, and whether such work may be interrupted when nobody says.
fn priority(keys: &Keys<'_>) -> Result<(i32, bool)> {
    let Some(field) = keys.get("priority") else { return Ok((Priority::Low.value(), true)) };
    let value = match field.value {
        Value::String(_) => field.one_of(&Priority::ALL.map(|p| (p.name(), p.value())))?,
        _ => field.integer(i64::from(i32::MIN)..=i64::from(i32::MAX))? as i32,
    };
    Ok((value, value < 100))
}

fn groups(keys: &Keys<'_>, names: &Names<'_>) -> Result<Vec<Group>> {
    let mut groups = vec![];
    for field in keys.list("subGroups")? {
        group(&field, None, names, &mut groups, DEPTH_MAX)?;
    }
    Ok(groups)
}

fn group(
    field: &Field<'_>,
    parent: Option<usize>,
    names: &Names<'_>,
    groups: &mut Vec<Group>,
    depth: usize,
) -> Result<()> {
    if depth == 0 {
        return Err(field.wrong(format!("groups stand at most {DEPTH_MAX} deep")));
    }
    let keys = field.keys(&["name", "minPods", "topology", "subGroups"])?;
    let name = keys.need("name")?;
    let text = name.name()?.to_owned();
    if groups.iter().any(|group| group.name == text) {
        return Err(name.wrong(format!("{text:?} is there already")));
    }
    let parts = keys.list("subGroups")?;
    let min = keys.get("minPods").map(|field| field.integer(0..=PODS_MAX as i64)).transpose()?;
    // Of groups of groups all are needed; a group of pods that says nothing needs all of them.
    let min =
        if parts.is_empty() { min.map_or(u32::MAX, |min| min as u32) } else { parts.len() as u32 };
    let at = groups.len();
    groups.push(Group { name: text, parent, min, topology: wish(keys.get("topology"), names)? });
    parts.iter().try_for_each(|part| group(part, Some(at), names, groups, depth - 1))
}

fn wish(field: Option<Field<'_>>, names: &Names<'_>) -> Result<Option<TopologyWish>> {
    let Some(field) = field else { return Ok(None) };
    let keys = field.keys(&["name", "required", "preferred"])?;
    let name = keys.need("name")?;
    let known = names.topologies.iter().map(|topology| topology.name.as_str());
    let topology = &names.topologies[find(&name, "topology", known)?];
    let level = |key: &str| {
        let levels = topology.levels.iter().map(String::as_str);
        let level = keys.get(key).map(|field| find(&field, "level", levels)).transpose()?;
        Ok(level.map(|level| topology.levels[level].clone()))
    };
    let (required, preferred) = (level("required")?, level("preferred")?);
    Ok(Some(TopologyWish { topology: topology.name.clone(), required, preferred }))
}

fn pods(
    keys: &Keys<'_>,
    defaults: &Defaults<'_>,
    names: &Names<'_>,
    groups: &[Group],
    room: usize,
) -> Result<Vec<Pod>> {
    let too_many = |field: &Field<'_>| field.wrong(format!("at most {PODS_MAX} pods in all"));
    let given = keys.get("pods");
    let whole = Value::from(1);
    let given = given.unwrap_or(Field::new("pods", &whole));
    let reader = PodReader { keys, defaults, names, groups };
    if let Value::Number(_) = given.value {
        let count = given.integer(0..=i64::MAX >> 12)? as usize;
        if count > room {
            return Err(too_many(&given));
        }
        return Ok(vec![reader.pod(None)?; count]);
    }
    let mut pods = vec![];
    for field in given.list()? {
        let mut known = vec![
            "count",
            "node",
            "state",
            "devices",
            "order",
            "nodeSelector",
            "subGroup",
            "labels",
            "affinity",
            "antiAffinity",
        ];
        known.extend(REQUEST);
        let own = field.keys(&known)?;
        let count = own.get("count").map(|count| count.integer(0..=i64::MAX >> 12)).transpose()?;
        let count = count.unwrap_or(1) as usize;
        if pods.len() + count > room {
            return Err(too_many(&field));
        }
        let pod = reader.pod(Some((&field, &own)))?;
        pods.extend(std::iter::repeat_n(pod, count));
    }
    Ok(pods)
}

/// Reads one pod of a workload.
struct PodReader<'a, 'v> {
    keys: &'a Keys<'v>,
    defaults: &'a Defaults<'v>,
    names: &'a Names<'a>,
    groups: &'a [Group],
}

impl<'v> PodReader<'_, 'v> {
    fn pod(&self, own: Option<(&Field<'v>, &Keys<'v>)>) -> Result<Pod> {
        let request = self.request(own)?;
        let Some((field, own)) = own else {
            let near = Nearness::default();
            return Ok(Pod {
                request,
                near,
                order: 0,
                group: self.group(None)?,
                state: State::Pending,
                node: None,
                devices: vec![],
                slots: vec![],
            });
        };
        let node = own.get("node").map(|node| self.node(&node)).transpose()?;
        let said = own.get("state").map(|state| state.one_of(&State::ALL)).transpose()?;
        let state = said.unwrap_or(if node.is_some() { State::Running } else { State::Pending });
        let needs_node = matches!(state, State::Running | State::Bound | State::Releasing);
        if needs_node && node.is_none() {
            return Err(field.wrong(format!("node is missing: the pod is {}", state.name())));
        }
        let order = own.get("order").map(|order| order.integer(-1_000_000_000..=1_000_000_000));
        let devices = own.list("devices")?;
        let devices = devices.iter().map(|device| Ok(device.name()?.to_owned()));
        Ok(Pod {
            request,
            near: self.near(own)?,
            order: order.transpose()?.unwrap_or(0) as i32,
            group: self.group(own.get("subGroup"))?,
            state: match state {
                State::Bound => State::Running,
                // A reservation is not a promise.
                State::Pipelined => State::Pending,
                state => state,
            },
            node: node
                .filter(|_| !matches!(state, State::Pending | State::Pipelined | State::Gated)),
            devices: devices.collect::<Result<_>>()?,
            slots: vec![],
        })
    }

    fn node(&self, field: &Field<'_>) -> Result<String> {
        let name = field.text()?;
        match self.names.nodes.contains_key(name) {
            true => Ok(name.to_owned()),
            false => find(field, "node", self.names.nodes.keys().copied()).map(|_| name.to_owned()),
        }
    }

    fn group(&self, field: Option<Field<'_>>) -> Result<usize> {
        let Some(field) = field else {
            return match self.groups.is_empty() {
                true => Ok(0),
                false => Err(self.keys.need("id")?.wrong("each pod must name its subGroup")),
            };
        };
        let at = find(&field, "sub-group", self.groups.iter().map(|group| group.name.as_str()))?;
        match self.groups.iter().any(|group| group.parent == Some(at)) {
            true => Err(field.wrong("has sub-groups of its own; a pod names one without")),
            false => Ok(at),
        }
    }

    fn request(&self, own: Option<(&Field<'v>, &Keys<'v>)>) -> Result<PodRequest> {
        let own = own.map(|(_, keys)| keys);
        let layers = [own, Some(self.keys), self.defaults.workload.as_ref()];
        let get = |key: &str| layers.iter().flatten().find_map(|keys| keys.get(key));
        let cpu = get("cpu").map(|field| field.millicores(CPU_MAX)).transpose()?;
        let memory = get("memory").map(|field| field.bytes(MEMORY_MAX)).transpose()?;
        // The innermost layer that asks for any GPU says which.
        let gpu_keys = ["gpus", "gpuFraction", "gpuMemory", "mig"];
        let gpu =
            layers.iter().flatten().find(|keys| gpu_keys.iter().any(|k| keys.get(k).is_some()));
        let devices = get("gpuDevices").map(|field| field.integer(1..=GPUS_MAX)).transpose()?;
        let (gpu, extended) = match gpu {
            Some(keys) => gpu_request(keys, devices.unwrap_or(1) as u32)?,
            None => (GpuRequest::None, vec![]),
        };
        let selector = own.and_then(|own| own.get("nodeSelector"));
        let selectors = [self.keys.get("nodeSelector"), selector];
        Ok(PodRequest {
            gpu,
            cpu: Cores(cpu.unwrap_or(CPU_DEFAULT)),
            memory: MemoryBytes(memory.unwrap_or(MEMORY_DEFAULT)),
            extended,
            node_type: None,
            affinity: affinity(selectors.into_iter().flatten())?,
            tolerations: tolerations(self.keys)?,
            near_by: None,
            claims: vec![],
        })
    }

    fn near(&self, own: &Keys<'_>) -> Result<Nearness> {
        let labels = |field: Option<Field<'_>>| match field {
            Some(field) => Ok(texts(&field)?.into_iter().collect::<Vec<_>>()),
            None => Ok(vec![]),
        };
        let terms = |field: Option<Field<'_>>| match field {
            None => Ok(vec![]),
            Some(field) => {
                let list = if field.value.is_array() { field.list()? } else { vec![field] };
                let term = |field: &Field<'_>| {
                    let keys = field.keys(&["topologyKey", "labels"])?;
                    let topology_key = keys.need("topologyKey")?.name()?.to_owned();
                    Ok(PodTerm { topology_key, labels: labels(keys.get("labels"))? })
                };
                list.iter().map(term).collect::<Result<Vec<_>>>()
            }
        };
        Ok(Nearness {
            wishes: vec![],
            labels: labels(own.get("labels"))?,
            with: terms(own.get("affinity"))?,
            without: terms(own.get("antiAffinity"))?,
        })
    }
}

fn gpu_request(keys: &Keys<'_>, devices: u32) -> Result<(GpuRequest, Vec<(String, i64)>)> {
    let given: Vec<_> = ["gpus", "gpuFraction", "gpuMemory", "mig"]
        .into_iter()
        .filter_map(|k| keys.get(k))
        .collect();
    if let [_, second, ..] = given.as_slice() {
        return Err(second.wrong("only one of gpus, gpuFraction, gpuMemory and mig may be given"));
    }
    if let Some(field) = keys.get("mig") {
        let entries = field.entries()?.into_iter();
        let count = |(profile, count): (String, Field<'_>)| {
            Ok((instance_name(&profile), count.integer(0..=GPUS_MAX)?))
        };
        return Ok((GpuRequest::None, entries.map(count).collect::<Result<_>>()?));
    }
    let gpu = if let Some(field) = keys.get("gpuFraction") {
        let part = field.number(0.0..=1.0)?;
        let portion = Gpus((part * 1e6).round() as i64);
        match portion.0 {
            0 => GpuRequest::None,
            1_000_000 => GpuRequest::Whole { devices },
            _ => GpuRequest::Portion { devices, portion },
        }
    } else if let Some(field) = keys.get("gpuMemory") {
        match field.bytes(MEMORY_MAX)? {
            0 => GpuRequest::None,
            bytes => GpuRequest::Memory { devices, memory: MemoryBytes(bytes) },
        }
    } else {
        let gpus = keys.get("gpus").map(|field| field.integer(0..=GPUS_MAX)).transpose()?;
        match gpus.unwrap_or(0) as u32 {
            0 => GpuRequest::None,
            devices => GpuRequest::Whole { devices },
        }
    };
    Ok((gpu, vec![]))
}

/// All selectors together: each label has one of the values.
fn affinity<'v>(selectors: impl Iterator<Item = Field<'v>>) -> Result<Affinity> {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for field in selectors {
        for (key, value) in field.entries()? {
            let values = match value.value {
                Value::Array(_) => {
                    let list = value.list()?;
                    list.iter().map(|v| Ok(v.text()?.to_owned())).collect::<Result<_>>()?
                }
                _ => vec![value.text()?.to_owned()],
            };
            by_key.insert(key, values);
        }
    }
    let expression = |(key, values)| MatchExpression {
        key: Some(key),
        operator: Some("In".to_owned()),
        values: Some(values),
    };
    let all: Vec<_> = by_key.into_iter().map(expression).collect();
    Ok(Affinity(if all.is_empty() { vec![] } else { vec![AffinityTerm(all)] }))
}

fn tolerations(keys: &Keys<'_>) -> Result<Vec<Toleration>> {
    let read = |field: &Field<'_>| {
        let keys = field.keys(&["key", "operator", "value", "effect"])?;
        let text = |key: &str| keys.get(key).map(|f| f.text().map(str::to_owned)).transpose();
        let operators = [("Exists", "Exists"), ("Equal", "Equal")];
        let operator = keys.get("operator").map(|f| f.one_of(&operators)).transpose()?;
        let (key, value, effect) = (text("key")?, text("value")?, text("effect")?);
        let implied = if value.is_some() { "Equal" } else { "Exists" };
        let operator = Some(operator.unwrap_or(implied).to_owned());
        Ok(Toleration { key, operator, value, effect, ..Toleration::default() })
    };
    keys.list("tolerations")?.iter().map(read).collect()
}
