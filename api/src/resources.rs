//! Quotas on the wire, one item a node pool (`rest-api.md` §4.3): GPUs as numbers, CPU in millicores,
//! memory in the unit that it names; −1 or nothing as a limit means that there is none.

use std::collections::BTreeMap;

use domain::{
    Cores, Gpus, MemoryBytes, NodePoolId, Problem,
    node::NodePool,
    org::{PoolQuota, Quota, RANKS},
};
use serde::{Deserialize, Serialize};
use serde_with::{rust::double_option, skip_serializing_none};

/// What is promised in one pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Resources {
    pub node_pool: Option<PoolRef>,
    pub gpu: Option<Amounts>,
    pub cpu: Option<Amounts>,
    pub memory: Option<MemoryAmounts>,
    /// The rank among siblings.
    pub priority: Option<String>,
}

/// Which pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoolRef {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
}

/// A number that can be left out, or be said to be none: null takes back what was said before.
pub type Said = Option<Option<f64>>;

/// Amounts of GPUs, or of CPU in millicores.
#[skip_serializing_none]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Amounts {
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub deserved: Said,
    /// −1 or null is none.
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub limit: Said,
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub over_quota_weight: Said,
}

/// Amounts of memory.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MemoryAmounts {
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub deserved: Said,
    /// −1 or null is none.
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub limit: Said,
    #[serde(with = "double_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub over_quota_weight: Said,
    /// `Mib`, `MB` or `GB`; megabytes where nothing is said.
    pub units: Option<String>,
}

/// Averages that lists can be sorted by; none is measured yet.
pub const AVERAGES: [&str; 9] = [
    "avgGpuAllocation24h",
    "avgGpuUtilization24h",
    "avgGpuMemoryUtilization24h",
    "avgGpuAllocation7d",
    "avgGpuUtilization7d",
    "avgGpuMemoryUtilization7d",
    "avgGpuAllocation30d",
    "avgGpuUtilization30d",
    "avgGpuMemoryUtilization30d",
];

/// Sums over all pools: GPUs, millicores, megabytes. −1 where a pool has no end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotalResources {
    pub gpu_quota: f64,
    pub cpu_quota: f64,
    pub memory_quota: f64,
}

/// What is used of a quota.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaStatus {
    pub allocated: Used,
    pub allocated_non_preemptible: Used,
    pub requested: Used,
}

/// GPUs, millicores, megabytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Used {
    pub gpu: f64,
    pub cpu: f64,
    pub memory: f64,
}

impl From<domain::Resources> for Used {
    fn from(used: domain::Resources) -> Self {
        let (gpu, cpu) = (used.gpu.as_f64(), millicores(used.cpu));
        Self { gpu, cpu, memory: megabytes(used.memory) }
    }
}

impl TotalResources {
    pub fn of(quotas: &BTreeMap<NodePoolId, PoolQuota>) -> Self {
        let sum = |of: fn(&PoolQuota) -> Option<f64>| {
            let sum = quotas.values().try_fold(0.0, |sum, quota| Some(sum + of(quota)?));
            sum.unwrap_or(UNLIMITED)
        };
        Self {
            gpu_quota: sum(|q| q.gpu.deserved.map(Gpus::as_f64)),
            cpu_quota: sum(|q| q.cpu.deserved.map(millicores)),
            memory_quota: sum(|q| q.memory.deserved.map(megabytes)),
        }
    }
}

/// Quotas as they are shown: one item for each pool of the cluster.
pub fn shown<'a>(
    pools: impl IntoIterator<Item = &'a NodePool>,
    quota: impl Fn(NodePoolId) -> PoolQuota,
) -> Vec<Resources> {
    let one = |pool: &NodePool| {
        let PoolQuota { gpu, cpu, memory, rank } = quota(pool.id);
        Resources {
            node_pool: Some(PoolRef { id: pool.id.to_string(), name: Some(pool.name.to_string()) }),
            gpu: Some(Amounts {
                deserved: Some(Some(gpu.deserved.map_or(UNLIMITED, Gpus::as_f64))),
                limit: Some(Some(gpu.limit.map_or(UNLIMITED, Gpus::as_f64))),
                over_quota_weight: Some(Some(gpu.over_quota_weight)),
            }),
            cpu: Some(Amounts {
                deserved: Some(cpu.deserved.map(millicores)),
                limit: Some(cpu.limit.map(millicores)),
                over_quota_weight: Some(Some(cpu.over_quota_weight)),
            }),
            memory: Some(MemoryAmounts {
                deserved: Some(memory.deserved.map(megabytes)),
                limit: Some(memory.limit.map(megabytes)),
                over_quota_weight: Some(Some(memory.over_quota_weight)),
                units: Some(MEGABYTES.to_owned()),
            }),
            priority: Some(RANKS[(rank.clamp(1, 7) - 1) as usize].0.to_owned()),
        }
    };
    pools.into_iter().map(one).collect()
}

/// Reads quotas. `old` is what a pool has now, of which parts that are not said are kept; with
/// nothing there they are the defaults.
pub fn read(
    asked: &[Resources],
    old: &BTreeMap<NodePoolId, PoolQuota>,
) -> Result<BTreeMap<NodePoolId, PoolQuota>, Vec<Problem>> {
    let mut quotas = BTreeMap::new();
    let mut problems = Vec::new();
    for (i, item) in asked.iter().enumerate() {
        let field = |name: &str| format!("resources[{i}].{name}");
        let id = item.node_pool.as_ref().and_then(|pool| pool.id.parse::<NodePoolId>().ok());
        let Some(id) = id else {
            let message = "Name the node pool by its id";
            problems.push(Problem::new(field("nodePool.id"), "pool.required", message));
            continue;
        };
        if quotas.contains_key(&id) {
            let message = "This node pool is in the list already";
            problems.push(Problem::new(field("nodePool.id"), "pool.duplicate", message));
        }
        let mut quota = old.get(&id).copied().unwrap_or_else(PoolQuota::none);
        for wrong in read_parts(item, &mut quota) {
            problems.push(Problem::new(field(&wrong.field), "quota", wrong.message));
        }
        quotas.insert(id, quota);
    }
    if problems.is_empty() { Ok(quotas) } else { Err(problems) }
}

/// No end, where a number must stand.
const UNLIMITED: f64 = -1.0;
const AMOUNT: &str = "Must be a number, 0 or more; −1 as a limit means none";
const MEGABYTES: &str = "MB";

/// What is wrong with one field of an item.
struct Wrong {
    field: String,
    message: &'static str,
}

fn read_parts(item: &Resources, quota: &mut PoolQuota) -> Vec<Wrong> {
    let unsaid = PoolQuota::none();
    let mut wrong = Vec::new();
    if let Some(asked) = &item.gpu {
        wrong.extend(take("gpu", asked, &mut quota.gpu, unsaid.gpu, Gpus::from_f64));
    }
    if let Some(asked) = &item.cpu {
        let cores = |n: f64| Cores::from_f64(n / 1_000.0);
        wrong.extend(take("cpu", asked, &mut quota.cpu, unsaid.cpu, cores));
    }
    if let Some(asked) = &item.memory {
        match unit_of(asked.units.as_deref().unwrap_or(MEGABYTES)) {
            Some(unit) => {
                let bytes = |n: f64| MemoryBytes::from_f64(n * unit);
                let MemoryAmounts { deserved, limit, over_quota_weight, .. } = *asked;
                let asked = Amounts { deserved, limit, over_quota_weight };
                wrong.extend(take("memory", &asked, &mut quota.memory, unsaid.memory, bytes));
            }
            None => {
                let message = "Must be Mib, MB or GB";
                wrong.push(Wrong { field: "memory.units".to_owned(), message });
            }
        }
    }
    match item.priority.as_deref().map(rank_of) {
        Some(Some(rank)) => quota.rank = rank,
        Some(None) => wrong.push(Wrong { field: "priority".to_owned(), message: RANK }),
        None => {}
    }
    wrong
}

/// Takes over what was said; what is null becomes what it is where nobody says anything.
fn take<T>(
    part: &str,
    asked: &Amounts,
    into: &mut Quota<T>,
    unsaid: Quota<T>,
    convert: impl Fn(f64) -> Option<T>,
) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut refuse =
        |name: &str, message| wrong.push(Wrong { field: format!("{part}.{name}"), message });
    match amount(asked.deserved, unsaid.deserved, &convert) {
        Ok(deserved) => into.deserved = deserved.unwrap_or(into.deserved.take()),
        Err(message) => refuse("deserved", message),
    }
    match amount(asked.limit, unsaid.limit, &convert) {
        Ok(limit) => into.limit = limit.unwrap_or(into.limit.take()),
        Err(message) => refuse("limit", message),
    }
    match asked.over_quota_weight {
        Some(Some(weight)) if weight >= 0.0 && weight.is_finite() => {
            into.over_quota_weight = weight;
        }
        Some(Some(_)) => refuse("overQuotaWeight", "Must be 0 or more"),
        Some(None) => into.over_quota_weight = unsaid.over_quota_weight,
        None => {}
    }
    wrong
}

/// `Some(None)` is unlimited, `None` was not said.
fn amount<T>(
    asked: Said,
    unsaid: Option<T>,
    convert: impl Fn(f64) -> Option<T>,
) -> Result<Option<Option<T>>, &'static str> {
    match asked {
        None => Ok(None),
        Some(None) => Ok(Some(unsaid)),
        Some(Some(UNLIMITED)) => Ok(Some(None)),
        Some(Some(number)) if number >= 0.0 => match convert(number) {
            Some(amount) => Ok(Some(Some(amount))),
            None => Err(AMOUNT),
        },
        Some(Some(_)) => Err(AMOUNT),
    }
}

/// Bytes of a unit of memory.
fn unit_of(name: &str) -> Option<f64> {
    match name {
        "Mib" | "MiB" => Some(1_048_576.0),
        MEGABYTES => Some(1e6),
        "GB" => Some(1e9),
        _ => None,
    }
}

const RANK: &str = "Must be one of VeryLow, Low, MediumLow, Medium, MediumHigh, High, VeryHigh";

/// The rank of that name, however its words are joined.
fn rank_of(name: &str) -> Option<i32> {
    let plain = name.replace(['-', ' ', '_'], "").to_lowercase();
    let found = RANKS.iter().position(|(name, _)| name.to_lowercase() == plain);
    found.and_then(|at| i32::try_from(at + 1).ok())
}

fn millicores(cpu: Cores) -> f64 {
    cpu.as_f64() * 1_000.0
}

fn megabytes(memory: MemoryBytes) -> f64 {
    memory.as_f64() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_json(json: &str) -> Result<BTreeMap<NodePoolId, PoolQuota>, Vec<Problem>> {
        read(&serde_json::from_str::<Vec<Resources>>(json).unwrap(), &BTreeMap::new())
    }

    #[test]
    fn quotas_are_read_in_their_units() {
        let quotas = read_json(
            r#"[{"nodePool": {"id": "7"}, "gpu": {"deserved": 2.5, "limit": -1},
                 "cpu": {"deserved": 8000, "limit": null},
                 "memory": {"deserved": 32, "limit": 64, "units": "GB"}, "priority": "high"}]"#,
        )
        .unwrap();
        let quota = quotas[&NodePoolId(7)];
        assert_eq!(quota.gpu.deserved, Some(Gpus(2_500_000)));
        assert_eq!((quota.gpu.limit, quota.cpu.limit), (None, None));
        assert_eq!(quota.cpu.deserved, Some(Cores::whole(8)));
        assert_eq!(quota.memory.limit, Some(MemoryBytes::gb(64)));
        assert_eq!(quota.rank, 6);
    }

    #[test]
    fn every_mistake_names_its_place() {
        let json = r#"[{"gpu": {}}, {"nodePool": {"id": "1"}, "gpu": {"deserved": -2},
            "memory": {"units": "TB"}, "priority": "top"}, {"nodePool": {"id": "1"}}]"#;
        let fields: Vec<_> = read_json(json).unwrap_err().into_iter().map(|p| p.field).collect();
        assert_eq!(
            fields,
            [
                "resources[0].nodePool.id",
                "resources[1].gpu.deserved",
                "resources[1].memory.units",
                "resources[1].priority",
                "resources[2].nodePool.id"
            ]
        );
    }

    #[test]
    fn null_takes_back_and_what_is_left_out_stays() {
        let id = NodePoolId(1);
        let old = BTreeMap::from([(id, {
            let mut quota = PoolQuota::gpus(Gpus::whole(4));
            quota.gpu.limit = Some(Gpus::whole(6));
            quota.cpu.limit = Some(Cores::whole(6));
            quota
        })]);
        let json = r#"[{"nodePool": {"id": "1"}, "gpu": {"limit": null}, "cpu": null,
            "memory": {"deserved": 5, "units": null}}]"#;
        let asked: Vec<Resources> = serde_json::from_str(json).unwrap();
        let quota = read(&asked, &old).unwrap()[&id];
        assert_eq!((quota.gpu.deserved, quota.gpu.limit), (Some(Gpus::whole(4)), None));
        assert_eq!(quota.cpu.limit, Some(Cores::whole(6)));
        assert_eq!(quota.memory.deserved, Some(MemoryBytes(5_000_000)));
    }

    #[test]
    fn totals_are_sums_or_without_an_end() {
        let total = |quotas: Vec<PoolQuota>| {
            let by_pool = (1..).map(NodePoolId).zip(quotas).collect();
            serde_json::to_string(&TotalResources::of(&by_pool)).unwrap()
        };
        let none = r#"{"gpuQuota":0.0,"cpuQuota":0.0,"memoryQuota":0.0}"#;
        assert_eq!(total(vec![]), none, "no minus before a zero");
        let two = PoolQuota::gpus(Gpus::whole(2));
        let some = r#"{"gpuQuota":4.0,"cpuQuota":-1.0,"memoryQuota":-1.0}"#;
        assert_eq!(total(vec![two, two]), some);
        assert!(total(vec![two, PoolQuota::unlimited()]).starts_with(r#"{"gpuQuota":-1.0"#));
    }
}
