//! Reads the text form of a cluster.

use std::collections::BTreeMap;

use domain::{
    ClusterId, Cores, DepartmentId, Gpus, MemoryBytes, NodeName, NodePoolId, NodePoolName,
    ProjectId, Scope, Timestamp, WorkloadId,
    node::{
        GpuDevice, NODE_TYPE_LABEL, Node, NodePool, Placing, Readiness, Taint, TaintEffect, Taken,
    },
    org::{Department, PoolQuota, Project, Quota, RANK_DEFAULT},
    submission::{
        AffinityTerm, Claim, Compute, ExtendedResource, MatchExpression, NodeAffinity,
        NodeSelectorTerm, PodAffinity, Spec, Submission, Toleration,
    },
    workload::{PlacedGpu, Placement},
};
use scheduler::{
    Job, MinRuntime, Nearness, PodState, PodTerm, Probe, Rather, ScopeId, ScopeSettings, Settings,
    Snapshot, Volume, Wish,
};
use uuid::Uuid;

/// A cluster, and what is asked of it.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub snapshot: Snapshot,
    pub probe: Option<Probe>,
}

/// When every story happens.
pub fn now() -> Timestamp {
    "2026-11-24T13:40:00Z".parse().expect("a time")
}

/// The words of a line after the first: its name, and what it says about it.
struct Line<'a> {
    name: &'a str,
    words: Vec<(&'a str, &'a str)>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> (&'a str, Self) {
        let mut words = text.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let mut words = words.peekable();
        let name = words.next_if(|word| !word.contains('=')).unwrap_or_default();
        let words = words.map(|word| word.split_once('=').unwrap_or((word, "yes"))).collect();
        (kind, Self { name, words })
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.words.iter().find(|(own, _)| *own == key).map(|(_, value)| *value)
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.get(key).map(|text| text.parse().unwrap_or_else(|_| panic!("{key}={text}")))
    }

    /// Every value of a word that may be there several times.
    fn all(&self, key: &str) -> impl Iterator<Item = &'a str> {
        self.words.iter().filter(move |(own, _)| *own == key).map(|(_, value)| *value)
    }

    fn list(&self, key: &str) -> Vec<&'a str> {
        self.get(key).map(|text| text.split(',').collect()).unwrap_or_default()
    }
}

/// Reads a cluster.
pub fn read(text: &str) -> Cluster {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let lines: Vec<_> = lines.into_iter().map(Line::of).collect();
    let of = |kind: &'static str| {
        lines.iter().filter(move |(own, _)| *own == kind).map(|(_, line)| line)
    };
    let mut pools = vec![pool(0, &Line::of("pool default").1)];
    for line in of("pool") {
        match line.name {
            "default" => pools[0] = pool(0, line),
            _ => pools.push(pool(pools.len(), line)),
        }
    }
    let mut departments: Vec<_> =
        of("department").enumerate().map(|(at, line)| department(at, line, &pools)).collect();
    if departments.is_empty() {
        departments.push(department(0, &Line::of("department d").1, &pools));
    }
    let mut projects: Vec<_> = of("project")
        .enumerate()
        .map(|(at, line)| project(at, line, &departments, &pools))
        .collect();
    if projects.is_empty() {
        projects.push(project(0, &Line::of("project p").1, &departments, &pools));
    }
    let nodes: Vec<_> = of("node").map(node).collect();
    let jobs =
        of("job").enumerate().map(|(at, line)| job(at, line, &projects, &nodes, &pools)).collect();
    let probe = of("probe")
        .next()
        .map(|line| Probe { project: project_of(line, &projects), spec: spec(line) });
    let volumes = of("volume").map(|line| volume(line, &departments, &projects)).collect();
    let mut settings = Settings::default();
    for pool in &pools {
        let line = of("pool").find(|line| line.name == pool.name.as_str());
        let minutes = line.and_then(|line| line.number("protects"));
        let secs = minutes.map(|minutes| (minutes * 60.0) as i64);
        settings.pools.insert(pool.id, MinRuntime { reclaim: secs, preempt: secs });
    }
    let scopes = of("department")
        .zip(&departments)
        .map(|(line, own)| (line, ScopeId::Department(own.id)))
        .chain(of("project").zip(&projects).map(|(line, own)| (line, ScopeId::Project(own.id))));
    for (line, scope) in scopes {
        let usage = line.number("used").unwrap_or_default();
        let secs = line.number("protects").map(|minutes| (minutes * 60.0) as i64);
        let min_runtime = MinRuntime { reclaim: secs, preempt: secs };
        let of_scope = ScopeSettings { min_runtime, usage: [usage; 3] };
        for pool in &pools {
            settings.scopes.insert((scope, pool.id), of_scope);
        }
    }
    let snapshot = Snapshot {
        serial: 1,
        now: now(),
        cluster_name: "one".to_owned(),
        unreachable_since: of("unreachable").next().map(|_| now()),
        pools,
        nodes,
        departments,
        projects,
        jobs,
        volumes,
        settings,
    };
    Cluster { snapshot, probe }
}

fn cluster_id() -> ClusterId {
    ClusterId(Uuid::nil())
}

fn pool(at: usize, line: &Line<'_>) -> NodePool {
    let placing = |key| match line.get(key) {
        Some("spread") => Placing::Spread,
        _ => Placing::Binpack,
    };
    NodePool {
        id: NodePoolId(at as i32),
        cluster: cluster_id(),
        name: line.name.parse().expect("a pool's name"),
        label: (at > 0).then(|| ("pool".to_owned(), line.name.to_owned())),
        gpu_placement: placing("gpu"),
        cpu_placement: placing("cpu"),
        gpu_fractions: line.get("whole").is_none(),
        min_runtime_secs: 0,
        time_based: None,
        created_at: now(),
        created_by: None,
        updated: None,
    }
}

fn node(line: &Line<'_>) -> Node {
    let (count, memory) = line.get("gpus").map_or((0, 80), |text| {
        let (count, memory) = text.split_once('x').unwrap_or((text, "80"));
        (count.parse().expect("a count"), memory.parse().expect("GB"))
    });
    let device = GpuDevice { kind: "NVIDIA".to_owned(), memory: MemoryBytes::gb(memory) };
    let mut labels = BTreeMap::new();
    let mut extended = BTreeMap::new();
    for (key, value) in &line.words {
        if let Some(label) = key.strip_prefix("label.") {
            labels.insert(label.to_owned(), (*value).to_owned());
        }
        if let Some(name) = key.strip_prefix("has.") {
            extended.insert(name.to_owned(), value.parse().expect("a count"));
        }
    }
    labels.extend(line.get("pool").map(|pool| ("pool".to_owned(), pool.to_owned())));
    labels.extend(line.get("type").map(|kind| (NODE_TYPE_LABEL.to_owned(), kind.to_owned())));
    let not_ready = Readiness::NotReady { since: now(), why: "gone".to_owned() };
    Node {
        name: line.name.into(),
        labels,
        taints: line.all("taint").map(taint).collect(),
        ready: if line.get("ready") == Some("no") { not_ready } else { Readiness::Ready },
        gpus: vec![device; count],
        cpu: cores(line.number("cpu").unwrap_or(16.0)),
        memory: gb(line.number("memory").unwrap_or(64.0)),
        extended,
        taken: taken(line, count),
        created_at: now(),
    }
}

/// `taken=2`: GPUs that others than Berth use, the last ones.
fn taken(line: &Line<'_>, of: usize) -> Taken {
    let count = line.get("taken").map_or(0, |text| text.parse::<usize>().expect("a count"));
    let gpus = (of.saturating_sub(count)..of).map(|gpu| gpu as u32).collect();
    Taken { gpus, ..Taken::default() }
}

fn taint(text: &str) -> Taint {
    let (key, effect) = text.split_once(':').unwrap_or((text, "NoSchedule"));
    let effect = match effect {
        "PreferNoSchedule" => TaintEffect::PreferNoSchedule,
        "NoExecute" => TaintEffect::NoExecute,
        _ => TaintEffect::NoSchedule,
    };
    Taint { key: key.to_owned(), value: String::new(), effect }
}

fn cores(number: f64) -> Cores {
    Cores::from_f64(number).expect("cores")
}

fn gb(number: f64) -> MemoryBytes {
    MemoryBytes::from_f64(number * 1e9).expect("GB")
}

/// The quota in a pool: what is said of that pool, else what is said of all.
fn quotas(line: &Line<'_>, pools: &[NodePool]) -> BTreeMap<NodePoolId, PoolQuota> {
    let quota = |pool: &NodePool| {
        let number =
            |key: &str| line.number(&format!("{key}.{}", pool.name)).or_else(|| line.number(key));
        let gpu = |key| number(key).and_then(Gpus::from_f64);
        let weight = number("weight").unwrap_or(2.0);
        PoolQuota {
            gpu: Quota { deserved: gpu("gpus"), limit: gpu("limit"), over_quota_weight: weight },
            cpu: Quota {
                deserved: number("cores").map(cores),
                limit: number("cores-limit").map(cores),
                over_quota_weight: weight,
            },
            memory: Quota {
                deserved: number("memory").map(gb),
                limit: number("memory-limit").map(gb),
                over_quota_weight: weight,
            },
            rank: number("rank").map_or(RANK_DEFAULT, |rank| rank as i32),
        }
    };
    pools.iter().map(|pool| (pool.id, quota(pool))).collect()
}

fn pool_names(line: &Line<'_>) -> Vec<NodePoolName> {
    line.list("pools").into_iter().map(|name| name.parse().expect("a pool's name")).collect()
}

fn department(at: usize, line: &Line<'_>, pools: &[NodePool]) -> Department {
    Department {
        id: DepartmentId(at as i32),
        cluster: cluster_id(),
        name: line.name.parse().expect("a department's name"),
        description: String::new(),
        quotas: quotas(line, pools),
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: now(),
        updated_at: now(),
        created_by: String::new(),
    }
}

fn project(at: usize, line: &Line<'_>, of: &[Department], pools: &[NodePool]) -> Project {
    let named = line.get("department");
    let department = of.iter().find(|d| named.is_none_or(|name| d.name.as_str() == name));
    Project {
        id: ProjectId(at as i32),
        cluster: cluster_id(),
        department: department.expect("a department").id,
        name: line.name.parse().expect("a project's name"),
        description: String::new(),
        requested_namespace: None,
        quotas: quotas(line, pools),
        default_node_pools: pool_names(line),
        rules: Default::default(),
        created_at: now(),
        updated_at: now(),
        created_by: String::new(),
    }
}

fn project_of(line: &Line<'_>, projects: &[Project]) -> ProjectId {
    let named = line.get("project");
    let project = projects.iter().find(|p| named.is_none_or(|name| p.name.as_str() == name));
    project.expect("a project").id
}

fn job(at: usize, line: &Line<'_>, of: &[Project], nodes: &[Node], pools: &[NodePool]) -> Job {
    let spec = spec(line);
    let mut job = new_job(at, line.name, project_of(line, of), &spec);
    let pods = line.number("pods").map_or(1, |pods| pods as usize);
    job.pods = vec![job.pods[0].clone(); pods];
    job.min_pods = line.number("min").map_or(pods, |min| pods.min(min as usize)) as u32;
    if let Some(on) = line.get("on") {
        let placement = placement(on, &spec, nodes, pools);
        job.pods[0].state = match line.get("leaves") {
            Some(_) => PodState::Releasing(placement),
            None => PodState::Running(placement),
        };
        job.started = Some(minutes_ago(line.number("started").unwrap_or(1_000.0)));
    }
    // Who is placed before the story begins has begun some time before it.
    job.started = job.started.or(line.number("started").map(minutes_ago));
    let near = nearness(line);
    let claims: Vec<_> = line.all("claim").map(claim).collect();
    for pod in &mut job.pods {
        pod.near.clone_from(&near);
        pod.request.claims.clone_from(&claims);
    }
    job
}

fn minutes_ago(minutes: f64) -> Timestamp {
    let second = now().as_second() - (minutes * 60.0) as i64;
    Timestamp::from_second(second).expect("a time")
}

/// `volume data project=a`, or `department=d`, or neither for all; `shared` by its projects, for `one-node`, reached
/// from `nodes=n1,n2`.
fn volume(line: &Line<'_>, departments: &[Department], projects: &[Project]) -> Volume {
    let department = |name| departments.iter().find(|own| own.name.as_str() == name);
    let scope = match (line.get("project"), line.get("department")) {
        (Some(_), _) => Scope::Project(project_of(line, projects)),
        (None, Some(name)) => Scope::Department(department(name).expect("a department").id),
        (None, None) => Scope::Account,
    };
    let nodes = line.get("nodes").map(|_| line.list("nodes").into_iter().map(NodeName::from));
    Volume {
        claim: line.name.to_owned(),
        scope,
        is_shared: line.get("shared").is_some(),
        one_node: line.get("one-node").is_some(),
        nodes: nodes.map(Iterator::collect),
    }
}

/// `claim=data` is for one node at a time, `claim=data@n1+n2` can be reached from two nodes, `claim=data@` says nothing.
fn claim(text: &str) -> Claim {
    let (name, nodes) = text.split_once('@').map_or((text, None), |(name, at)| (name, Some(at)));
    let one_node = nodes.is_none();
    let nodes = nodes.filter(|nodes| !nodes.is_empty());
    let nodes = nodes.map(|nodes| nodes.split('+').map(NodeName::from).collect());
    Claim { name: name.to_owned(), one_node, shared: None, nodes }
}

/// `tag=a`, `near=zone:a`, `apart=zone:b`; and as wishes `rather-near=zone:a`, `rather-apart=zone:b`,
/// `rather-on=zone:In:north`, each of which may end with its weight: `zone:a@5`.
fn nearness(line: &Line<'_>) -> Nearness {
    let tag = |tag: &str| ("tag".to_owned(), tag.to_owned());
    let term = |text: &str| {
        let (key, of) = text.split_once(':').expect("a label and a tag");
        PodTerm { topology_key: key.to_owned(), labels: vec![tag(of)] }
    };
    Nearness {
        labels: line.get("tag").map(tag).into_iter().collect(),
        with: line.all("near").map(term).collect(),
        without: line.all("apart").map(term).collect(),
        wishes: wishes(line, term),
    }
}

fn wishes(line: &Line<'_>, of: impl Fn(&str) -> PodTerm) -> Vec<Wish> {
    let wish = |(key, text): &(&str, &str)| {
        let (text, weight) = text.split_once('@').unwrap_or((text, "1"));
        let what = match *key {
            "rather-near" => Rather::With(of(text)),
            "rather-apart" => Rather::Without(of(text)),
            "rather-on" => Rather::On(AffinityTerm(term(text).match_expressions)),
            _ => return None,
        };
        Some(Wish { weight: weight.parse().expect("a weight"), what })
    };
    line.words.iter().filter_map(wish).collect()
}

/// The job that a submission becomes, the `at`-th of all.
pub fn new_job(at: usize, name: &str, project: ProjectId, spec: &Spec) -> Job {
    let long_ago = now().as_second() - 100_000;
    let submitted_at = Timestamp::from_second(long_ago + at as i64).expect("a time");
    let id = WorkloadId(Uuid::from_u128(at as u128));
    Job::single(id, name.to_owned(), project, submitted_at, spec)
}

/// `n1` or `n1:0,1`.
fn placement(on: &str, spec: &Spec, nodes: &[Node], pools: &[NodePool]) -> Placement {
    let (name, devices) = on.split_once(':').unwrap_or((on, ""));
    let node = nodes.iter().find(|node| node.name.as_str() == name).expect("a node");
    let placed = |index: &str| {
        let index: u32 = index.parse().expect("a device");
        let portion = spec.pod.gpu.per_device(node.gpus[index as usize].memory);
        PlacedGpu { index, portion }
    };
    let gpus = devices.split(',').filter(|index| !index.is_empty()).map(placed).collect();
    let pool = node.pool(pools).expect("a pool").name.clone();
    Placement { pool, node: node.name.clone(), gpus }
}

fn spec(line: &Line<'_>) -> Spec {
    let compute = Compute {
        cpu_core_request: line.number("cpu").or(Some(1.0)),
        cpu_memory_request: Some(format!("{}M", line.number("memory").unwrap_or(1.0) * 1e3)),
        ..gpu(line)
    };
    let pools = line.list("pools").into_iter().map(str::to_owned).collect();
    let terms: Vec<_> = line.all("affinity").map(term).collect();
    let tolerations = line.all("tolerate").map(|key| Toleration {
        key: Some(key.to_owned()),
        operator: Some("Exists".to_owned()),
        ..Toleration::default()
    });
    let submission = Submission {
        image: Some("registry.example.org/notebook:1".to_owned()),
        compute: Some(compute),
        node_pools: line.get("pools").map(|_| pools),
        node_type: line.get("type").map(str::to_owned),
        node_affinity_required: (!terms.is_empty())
            .then_some(NodeAffinity { node_selector_terms: terms }),
        tolerations: Some(tolerations.collect()),
        preemptibility: line
            .get("preemptible")
            .map(|said| if said == "no" { "non-preemptible" } else { "preemptible" }.to_owned()),
        pod_affinity: line.get("beside").map(|key| PodAffinity {
            kind: Some("Required".to_owned()),
            key: Some(key.to_owned()),
        }),
        priority_class: line.get("priority").map(str::to_owned),
        terminate_after_preemption: line.get("ends").map(|_| true),
        ..Submission::default()
    };
    Spec::try_from(submission).expect("a submission without mistakes")
}

/// `gpus=2` whole devices, `part=0.5` of each of `gpus` devices, `gpu-memory=20` GB of each.
fn gpu(line: &Line<'_>) -> Compute {
    let (part, memory) = (line.number("part"), line.number("gpu-memory"));
    let is_shared = part.is_some() || memory.is_some();
    let kind = if part.is_some() { "portion" } else { "memory" };
    Compute {
        gpu_devices_request: Some(line.number("gpus").unwrap_or(f64::from(is_shared)) as i64),
        gpu_request_type: is_shared.then(|| kind.to_owned()),
        gpu_portion_request: part,
        gpu_memory_request: memory.map(|gb| format!("{gb}G")),
        extended_resources: Some(extended(line)),
        ..Compute::default()
    }
}

/// `needs.rdma/hca=1`.
fn extended(line: &Line<'_>) -> Vec<ExtendedResource> {
    let needs = line.words.iter().filter_map(|(key, count)| {
        let resource = Some(key.strip_prefix("needs.")?.to_owned());
        let quantity = Some((*count).to_owned());
        Some(ExtendedResource { resource, quantity, exclude: None })
    });
    needs.collect()
}

/// `zone:In:north,south`.
fn term(text: &str) -> NodeSelectorTerm {
    let mut parts = text.split(':').map(str::to_owned);
    let (key, operator) = (parts.next(), parts.next());
    let values = parts.next().map(|values| values.split(',').map(str::to_owned).collect());
    NodeSelectorTerm { match_expressions: vec![MatchExpression { key, operator, values }] }
}
