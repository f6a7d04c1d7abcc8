//! Who owns what: cluster, department, project, and what each is promised in each node pool.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ClusterId, Cores, DepartmentId, DepartmentName, Gpus, MemoryBytes, NodePoolId, NodePoolName,
    ProjectId, ProjectName, Timestamp, rules::Rules,
};

/// What every page says that shows a simulated cluster.
pub const SIMULATED: &str = "This cluster is simulated: nothing real runs on it. With Podman or Docker on \
    Berth's machine, workspaces run as containers: install one and start Berth again.";

/// A cluster that Berth drives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    pub id: ClusterId,
    pub name: String,
    /// True when nothing real runs there; every page that shows it says so.
    pub simulated: bool,
    #[serde(default)]
    pub kind: ClusterKind,
    /// Who binds its pods, where that is not Berth: the name that pods carry as `schedulerName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<String>,
    pub created_at: Timestamp,
}

/// Who binds the pods of a cluster where Berth does: what they carry as `schedulerName`.
pub const SCHEDULER: &str = "berth-scheduler";

/// The scheduler that a name means; `None` is Berth's own.
///
/// # Errors
///
/// What a name has to look like, where this is none.
pub fn scheduler_named(name: &str) -> Result<Option<String>, String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_name = (1..=253).contains(&name.len()) && name.chars().all(is_plain);
    match is_name && ends_well(name.chars().next()) && ends_well(name.chars().last()) {
        true => Ok((name != SCHEDULER).then(|| name.to_owned())),
        false => Err(format!(
            "{name:?} is no name of a scheduler: small letters, digits, dots and dashes, such as kai-scheduler"
        )),
    }
}

impl Cluster {
    /// What everybody has to know of a cluster whose pods another scheduler binds.
    pub fn left_to(&self) -> Option<String> {
        let scheduler = self.scheduler.as_ref()?;
        Some(format!(
            "Pods of {} are bound by {scheduler}: quotas, fair share, priorities and preemption are its own, not \
             Berth's, and Berth cannot know when something starts",
            self.name
        ))
    }
}

/// What workspaces run as, where they run for real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterKind {
    /// Containers of Berth's machine.
    #[default]
    Machine,
    /// Pods.
    Kubernetes,
}

/// Quota, limit and weight of one resource. `None` is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota<T> {
    /// What is promised.
    pub deserved: Option<T>,
    /// What may be used at most, over quota included.
    pub limit: Option<T>,
    /// Share of what is left over, relative to the siblings.
    pub over_quota_weight: f64,
}

impl<T> Quota<T> {
    /// Everything is promised and nothing is capped.
    pub fn unlimited() -> Self {
        Self { deserved: None, limit: None, over_quota_weight: 2.0 }
    }
}

/// What a project or department is promised in one node pool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolQuota {
    pub gpu: Quota<Gpus>,
    pub cpu: Quota<Cores>,
    pub memory: Quota<MemoryBytes>,
    /// Who is served first among siblings: 1 (very low) to 7 (very high).
    pub rank: i32,
}

/// The rank that nobody chose: medium low.
pub const RANK_DEFAULT: i32 = 3;

/// The seven ranks, lowest first: the name on the wire, and the words for people.
pub const RANKS: [(&str, &str); 7] = [
    ("VeryLow", "Very low"),
    ("Low", "Low"),
    ("MediumLow", "Medium low"),
    ("Medium", "Medium"),
    ("MediumHigh", "Medium high"),
    ("High", "High"),
    ("VeryHigh", "Very high"),
];

impl PoolQuota {
    /// No limit of any kind: what a one-person installation starts with.
    pub fn unlimited() -> Self {
        let rank = RANK_DEFAULT;
        Self { gpu: Quota::unlimited(), cpu: Quota::unlimited(), memory: Quota::unlimited(), rank }
    }

    /// No GPU is promised, using idle ones is allowed: what a pool gets that nobody mentioned
    /// (`rest-api.md` §4.2, `scheduling-and-organisation.md` §7.2).
    pub fn none() -> Self {
        let gpu = Quota { deserved: Some(Gpus::ZERO), limit: None, over_quota_weight: 2.0 };
        Self { gpu, ..Self::unlimited() }
    }

    /// With the weights that hold while nobody may set them: what is left over is shared out in
    /// proportion to the promised GPUs (`scheduling-and-organisation.md` §3.4). Where everything is
    /// promised there is no proportion, and the stored weight stays.
    pub fn weighed_by_quota(mut self) -> Self {
        if let Some(gpus) = self.gpu.deserved {
            let weight = gpus.as_f64();
            self.gpu.over_quota_weight = weight;
            self.cpu.over_quota_weight = weight;
            self.memory.over_quota_weight = weight;
        }
        self
    }

    /// `gpus` promised, CPU and memory free, using idle GPUs allowed.
    pub fn gpus(gpus: Gpus) -> Self {
        let gpu = Quota { deserved: Some(gpus), limit: None, over_quota_weight: 2.0 };
        Self { gpu, ..Self::unlimited() }
    }
}

/// A department: a share of the cluster, divided among projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Department {
    pub id: DepartmentId,
    pub cluster: ClusterId,
    pub name: DepartmentName,
    pub description: String,
    /// By pool; a pool that is not there has [`PoolQuota::none`].
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    pub default_node_pools: Vec<NodePoolName>,
    /// How long its work may run and idle, and where.
    #[serde(default)]
    pub rules: Rules,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: String,
}

/// A project: where people submit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    pub id: ProjectId,
    pub cluster: ClusterId,
    pub department: DepartmentId,
    pub name: ProjectName,
    pub description: String,
    /// The namespace asked for at creation.
    pub requested_namespace: Option<String>,
    /// By pool; a pool that is not there has [`PoolQuota::none`].
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    /// The order in which pools are tried; empty means all pools of the cluster.
    pub default_node_pools: Vec<NodePoolName>,
    /// How long its work may run and idle, and where.
    #[serde(default)]
    pub rules: Rules,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: String,
}

impl Project {
    /// Where its pods live: the namespace asked for, else `berth-<name>`.
    pub fn namespace(&self) -> String {
        self.requested_namespace.clone().unwrap_or_else(|| format!("berth-{}", self.name))
    }

    pub fn quota(&self, pool: NodePoolId) -> PoolQuota {
        self.quotas.get(&pool).copied().unwrap_or_else(PoolQuota::none)
    }

    /// The node pools of a submission that names these, in their order; none where it may use every one.
    pub fn pools_for<'a>(&'a self, named: &'a [NodePoolName]) -> &'a [NodePoolName] {
        if named.is_empty() { &self.default_node_pools } else { named }
    }
}

impl Department {
    pub fn quota(&self, pool: NodePoolId) -> PoolQuota {
        self.quotas.get(&pool).copied().unwrap_or_else(PoolQuota::none)
    }
}
