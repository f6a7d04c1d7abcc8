//! Quotas on the wire, one item a node pool (`rest-api.md` §4.3): GPUs as numbers, CPU in millicores,
//! memory in the unit that it names; −1 or nothing as a limit means that there is none.

use std::collections::BTreeMap;

use domain::{
    Cores, Gpus, MemoryBytes, NodePoolId, Problem,
    node::NodePool,
    org::{PoolQuota, Quota, RANK_DEFAULT},
};
use serde::{Deserialize, Serialize};

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

/// Amounts of GPUs, or of CPU in millicores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Amounts {
    pub deserved: Option<f64>,
    pub limit: Option<f64>,
    pub over_quota_weight: Option<f64>,
}

/// Amounts of memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MemoryAmounts {
    pub deserved: Option<f64>,
    pub limit: Option<f64>,
    pub over_quota_weight: Option<f64>,
    /// `Mib`, `MB` or `GB`.
    pub units: String,
}

impl Default for MemoryAmounts {
    fn default() -> Self {
        Self { deserved: None, limit: None, over_quota_weight: None, units: "MB".into() }
    }
}

/// Sums over all pools.
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
        let (gpu, cpu) = (used.gpu.as_f64(), used.cpu.as_f64() * 1_000.0);
        Self { gpu, cpu, memory: used.memory.as_f64() / 1e6 }
    }
}

impl TotalResources {
    pub fn of(quotas: &BTreeMap<NodePoolId, PoolQuota>) -> Self {
        let sum = |of: fn(&PoolQuota) -> Option<f64>| quotas.values().filter_map(of).sum();
        Self {
            gpu_quota: sum(|q| q.gpu.deserved.map(Gpus::as_f64)),
            cpu_quota: sum(|q| q.cpu.deserved.map(|cpu| cpu.as_f64() * 1_000.0)),
            memory_quota: sum(|q| q.memory.deserved.map(|memory| memory.as_f64() / 1e6)),
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
                deserved: Some(gpu.deserved.map_or(-1.0, Gpus::as_f64)),
                limit: Some(gpu.limit.map_or(-1.0, Gpus::as_f64)),
                over_quota_weight: Some(gpu.over_quota_weight),
            }),
            cpu: Some(Amounts {
                deserved: cpu.deserved.map(|cpu| cpu.as_f64() * 1_000.0),
                limit: cpu.limit.map(|cpu| cpu.as_f64() * 1_000.0),
                over_quota_weight: Some(cpu.over_quota_weight),
            }),
            memory: Some(MemoryAmounts {
                deserved: memory.deserved.map(|memory| memory.as_f64() / 1e6),
                limit: memory.limit.map(|memory| memory.as_f64() / 1e6),
                over_quota_weight: Some(memory.over_quota_weight),
                units: "MB".into(),
            }),
            priority: Some(RANKS[(rank.clamp(1, 7) - 1) as usize].to_owned()),
        }
    };
    pools.into_iter().map(one).collect()
}

/// The seven ranks, lowest first.
pub const RANKS: [&str; 7] =
    ["VeryLow", "Low", "MediumLow", "Medium", "MediumHigh", "High", "VeryHigh"];

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
        let parts = [
            ("gpu", read_gpu(item, &mut quota)),
            ("cpu", read_cpu(item, &mut quota)),
            ("memory", read_memory(item, &mut quota)),
            ("priority", read_rank(item, &mut quota)),
        ];
        for (name, read) in parts {
            if let Err(message) = read {
                problems.push(Problem::new(field(name), "quota", message));
            }
        }
        quotas.insert(id, quota);
    }
    if problems.is_empty() { Ok(quotas) } else { Err(problems) }
}

const AMOUNT: &str = "Must be a number, 0 or more; −1 as a limit means none";

/// `Some(None)` is unlimited, `None` was not said.
fn amount<T>(
    asked: Option<f64>,
    convert: impl Fn(f64) -> Option<T>,
) -> Result<Option<Option<T>>, &'static str> {
    match asked {
        None => Ok(None),
        Some(-1.0) => Ok(Some(None)),
        Some(number) if number >= 0.0 => match convert(number) {
            Some(amount) => Ok(Some(Some(amount))),
            None => Err(AMOUNT),
        },
        Some(_) => Err(AMOUNT),
    }
}

fn take<T>(
    into: &mut Quota<T>,
    deserved: Option<Option<T>>,
    limit: Option<Option<T>>,
    weight: Option<f64>,
) -> Result<(), &'static str> {
    if let Some(deserved) = deserved {
        into.deserved = deserved;
    }
    if let Some(limit) = limit {
        into.limit = limit;
    }
    match weight {
        Some(weight) if weight >= 0.0 && weight.is_finite() => into.over_quota_weight = weight,
        Some(_) => return Err("The over-quota weight must be 0 or more"),
        None => {}
    }
    Ok(())
}

fn read_gpu(item: &Resources, quota: &mut PoolQuota) -> Result<(), &'static str> {
    let Some(asked) = &item.gpu else { return Ok(()) };
    let deserved = amount(asked.deserved, Gpus::from_f64)?;
    let limit = amount(asked.limit, Gpus::from_f64)?;
    take(&mut quota.gpu, deserved, limit, asked.over_quota_weight)
}

fn read_cpu(item: &Resources, quota: &mut PoolQuota) -> Result<(), &'static str> {
    let Some(asked) = &item.cpu else { return Ok(()) };
    let millicores = |n: f64| Cores::from_f64(n / 1_000.0);
    let (deserved, limit) = (amount(asked.deserved, millicores)?, amount(asked.limit, millicores)?);
    take(&mut quota.cpu, deserved, limit, asked.over_quota_weight)
}

fn read_memory(item: &Resources, quota: &mut PoolQuota) -> Result<(), &'static str> {
    let Some(asked) = &item.memory else { return Ok(()) };
    let unit = match asked.units.as_str() {
        "Mib" | "MiB" => 1_048_576.0,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return Err("units must be Mib, MB or GB"),
    };
    let bytes = |n: f64| MemoryBytes::from_f64(n * unit);
    let (deserved, limit) = (amount(asked.deserved, bytes)?, amount(asked.limit, bytes)?);
    take(&mut quota.memory, deserved, limit, asked.over_quota_weight)
}

fn read_rank(item: &Resources, quota: &mut PoolQuota) -> Result<(), &'static str> {
    let Some(rank) = &item.priority else { return Ok(()) };
    let plain = rank.replace(['-', ' ', '_'], "").to_lowercase();
    let found = RANKS.iter().position(|name| name.to_lowercase() == plain);
    quota.rank = found.and_then(|at| i32::try_from(at + 1).ok()).unwrap_or(RANK_DEFAULT);
    match found {
        Some(_) => Ok(()),
        None => Err("Must be one of VeryLow, Low, MediumLow, Medium, MediumHigh, High, VeryHigh"),
    }
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
                "resources[1].gpu",
                "resources[1].memory",
                "resources[1].priority",
                "resources[2].nodePool.id"
            ]
        );
    }
}
