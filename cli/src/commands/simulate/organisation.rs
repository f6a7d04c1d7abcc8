//! The departments and projects of a scenario.

use std::collections::{BTreeMap, HashMap};

use domain::{
    ClusterId, Cores, DepartmentId, DepartmentName, Gpus, MemoryBytes, NodePoolId, ProjectId,
    ProjectName, Timestamp,
    org::{Department, PoolQuota, Project, Quota, RANK_DEFAULT},
};
use scheduler::{ScopeId, ScopeSettings, Settings};
use serde_json::Value;

use super::{
    field::{Field, Keys, Result},
    scenario::{CPU_MAX, MEMORY_MAX, QUEUES_MAX, SECONDS_MAX, at, find, min_runtime, new_name},
};

/// Seconds between the makings of two neighbours in the file.
const AGE_STEP: i64 = 60;
const POOL_KEYS: [&str; 6] = ["gpu", "cpu", "memory", "rank", "minRuntime", "usage"];
/// A single number stands for what is deserved.
const GPUS_MAX: f64 = 1e9;

#[derive(Debug, Default)]
pub(super) struct Organisation {
    pub departments: Vec<Department>,
    pub projects: Vec<Project>,
    /// Their names, as the file has them. Departments that stand for nothing in the file have none.
    pub department_names: Vec<Option<String>>,
    pub project_names: Vec<String>,
}

/// What a pool says about a scope that says nothing: no GPU promised, the rest unlimited.
fn unsaid() -> PoolQuota {
    PoolQuota {
        gpu: Quota { deserved: Some(Gpus::ZERO), ..free() },
        cpu: free(),
        memory: free(),
        rank: RANK_DEFAULT,
    }
}

fn free<T>() -> Quota<T> {
    Quota { deserved: None, limit: None, over_quota_weight: 1.0 }
}

/// Reads both, and what the scheduler has to know besides.
pub(super) fn read(
    top: &Keys<'_>,
    pools: &[String],
    settings: &mut Settings,
) -> Result<Organisation> {
    let mut of = Organisation::default();
    read_departments(top, pools, settings, &mut of)?;
    if of.departments.is_empty() {
        let all = PoolQuota { gpu: free(), ..unsaid() };
        let quotas = (0..pools.len()).map(|pool| (NodePoolId(pool as i32), all)).collect();
        of.add_department(Some("default".to_owned()), at(-AGE_STEP), quotas);
    }
    read_projects(top, pools, settings, &mut of)?;
    Ok(of)
}

fn read_departments(
    top: &Keys<'_>,
    pools: &[String],
    settings: &mut Settings,
    of: &mut Organisation,
) -> Result<()> {
    let fields = top.list("departments")?;
    let mut seen = HashMap::new();
    let mut known = vec!["name", "created", "pools", "parent"];
    known.extend(POOL_KEYS);
    let mut parents = vec![];
    for (i, field) in fields.iter().enumerate() {
        let keys = field.keys(&known)?;
        let name = keys.need("name")?;
        new_name(&mut seen, &name)?;
        let created = created(&keys, i, fields.len())?;
        let (quotas, scopes) = quotas(field, &keys, pools)?;
        let id = of.add_department(Some(name.text()?.to_owned()), created, quotas);
        let scope = ScopeId::Department(id);
        settings.scopes.extend(scopes.into_iter().map(|(pool, said)| ((scope, pool), said)));
        parents.push((id, keys.get("parent")));
    }
    bounded(&fields)?;
    for (id, parent) in parents {
        let Some(parent) = parent else { continue };
        let names = of.department_names.iter().flatten().map(String::as_str);
        let above = DepartmentId(find(&parent, "department", names)? as i32);
        settings.parents.insert(id, above);
        let mut path = std::iter::successors(Some(above), |at| settings.parents.get(at).copied());
        if path.any(|at| at == id) {
            return Err(
                parent.wrong("departments stand in a ring; one of them must have no parent")
            );
        }
    }
    Ok(())
}

fn read_projects(
    top: &Keys<'_>,
    pools: &[String],
    settings: &mut Settings,
    of: &mut Organisation,
) -> Result<()> {
    let fields = top.list("projects")?;
    let mut seen = HashMap::new();
    let mut known = vec!["name", "created", "pools", "department"];
    known.extend(POOL_KEYS);
    bounded(&fields)?;
    for (i, field) in fields.iter().enumerate() {
        let keys = field.keys(&known)?;
        let name = keys.need("name")?;
        new_name(&mut seen, &name)?;
        let created = created(&keys, i, fields.len())?;
        let (quotas, scopes) = quotas(field, &keys, pools)?;
        let department = match keys.get("department") {
            None => DepartmentId(0),
            Some(field) if field.value == "none" && !of.has_department("none") => {
                // It stands at the top: in a department of its own, which is promised the same.
                let id = of.add_department(None, created, quotas.clone());
                let scope = ScopeId::Department(id);
                let said = scopes.iter().map(|(pool, said)| ((scope, *pool), *said));
                settings.scopes.extend(said);
                id
            }
            Some(field) => {
                let names = of.department_names.iter().flatten().map(String::as_str);
                DepartmentId(find(&field, "department", names)? as i32)
            }
        };
        let id = of.add_project(name.text()?, department, created, quotas);
        let scope = ScopeId::Project(id);
        settings.scopes.extend(scopes.into_iter().map(|(pool, said)| ((scope, pool), said)));
    }
    Ok(())
}

fn bounded(fields: &[Field<'_>]) -> Result<()> {
    match fields.get(QUEUES_MAX) {
        Some(field) => Err(field.wrong(format!("at most {QUEUES_MAX} of them"))),
        None => Ok(()),
    }
}

/// When it was made: as said, or by its place in the file, the first one long ago.
pub(super) fn created(keys: &Keys<'_>, i: usize, of: usize) -> Result<Timestamp> {
    let said = keys.get("created").map(|field| field.integer(-SECONDS_MAX..=SECONDS_MAX));
    Ok(at(said.transpose()?.unwrap_or(-AGE_STEP * (of - i) as i64)))
}

type Quotas = BTreeMap<NodePoolId, PoolQuota>;

/// What is promised in each pool, and what is said besides.
fn quotas(
    field: &Field<'_>,
    keys: &Keys<'_>,
    pools: &[String],
) -> Result<(Quotas, Vec<(NodePoolId, ScopeSettings)>)> {
    let mut quotas: Quotas =
        (0..pools.len()).map(|pool| (NodePoolId(pool as i32), unsaid())).collect();
    let mut scopes = vec![];
    let at_top = POOL_KEYS.iter().find_map(|key| keys.get(key));
    match keys.get("pools") {
        Some(by_pool) => {
            if let Some(stray) = at_top {
                return Err(stray.wrong("belongs into `pools`, for they are given"));
            }
            for (name, said) in by_pool.entries()? {
                let value = Value::from(name);
                let named = Field::new(said.path.clone(), &value);
                let pool = find(&named, "node pool", pools.iter().map(String::as_str))?;
                let pool = NodePoolId(pool as i32);
                let keys = said.keys(&POOL_KEYS)?;
                quotas.insert(pool, quota(&keys)?);
                scopes.push((pool, scope(&keys)?));
            }
        }
        None if pools.len() > 1 && at_top.is_some() => {
            return Err(field.wrong("`pools` is missing: with several node pools, say it by pool"));
        }
        None => {
            quotas.insert(NodePoolId(0), quota(keys)?);
            scopes.push((NodePoolId(0), scope(keys)?));
        }
    }
    Ok((quotas, scopes))
}

fn quota(keys: &Keys<'_>) -> Result<PoolQuota> {
    let mut quota = unsaid();
    let rank = keys.get("rank").map(|field| field.integer(-1_000_000..=1_000_000)).transpose()?;
    quota.rank = rank.map_or(RANK_DEFAULT, |rank| rank as i32);
    if let Some(field) = keys.get("gpu") {
        quota.gpu = amounts(&field, quota.gpu, |field| {
            Ok(Gpus((field.number(0.0..=GPUS_MAX)? * 1e6).round() as i64))
        })?;
    }
    if let Some(field) = keys.get("cpu") {
        quota.cpu = amounts(&field, quota.cpu, |field| Ok(Cores(field.millicores(CPU_MAX)?)))?;
    }
    if let Some(field) = keys.get("memory") {
        let bytes = |field: &Field<'_>| Ok(MemoryBytes(field.bytes(MEMORY_MAX)?));
        quota.memory = amounts(&field, quota.memory, bytes)?;
    }
    Ok(quota)
}

/// `{deserved, limit, overQuotaWeight}`, or what is deserved alone.
fn amounts<T: Copy>(
    field: &Field<'_>,
    mut quota: Quota<T>,
    read: impl Fn(&Field<'_>) -> Result<T>,
) -> Result<Quota<T>> {
    let amount = |field: &Field<'_>| match field.value {
        Value::String(text) if text == "unlimited" => Ok(None),
        Value::Number(number) if number.as_f64() == Some(-1.0) => Ok(None),
        _ => read(field).map(Some),
    };
    if !field.value.is_object() {
        quota.deserved = amount(field)?;
        return Ok(quota);
    }
    let keys = field.keys(&["deserved", "limit", "overQuotaWeight"])?;
    if let Some(field) = keys.get("deserved") {
        quota.deserved = amount(&field)?;
    }
    if let Some(field) = keys.get("limit") {
        quota.limit = amount(&field)?;
    }
    if let Some(field) = keys.get("overQuotaWeight") {
        quota.over_quota_weight = field.number(0.0..=1e9)?;
    }
    Ok(quota)
}

fn scope(keys: &Keys<'_>) -> Result<ScopeSettings> {
    let usage = match keys.get("usage") {
        None => [0.0; 3],
        Some(field) => {
            let keys = field.keys(&["gpu", "cpu", "memory"])?;
            let part = |key: &str| keys.get(key).map_or(Ok(0.0), |field| field.number(0.0..=1.0));
            [part("gpu")?, part("cpu")?, part("memory")?]
        }
    };
    Ok(ScopeSettings { min_runtime: min_runtime(keys.get("minRuntime"))?, usage })
}

impl Organisation {
    fn has_department(&self, name: &str) -> bool {
        self.department_names.iter().flatten().any(|own| own == name)
    }

    fn add_department(
        &mut self,
        name: Option<String>,
        created_at: Timestamp,
        quotas: Quotas,
    ) -> DepartmentId {
        let id = DepartmentId(self.departments.len() as i32);
        let named = name.as_deref().map(str::parse::<DepartmentName>);
        let plain = || format!("department-{}", id.0).parse::<DepartmentName>();
        if let Ok(name) = named.unwrap_or_else(plain).or_else(|_| plain()) {
            self.departments.push(Department {
                id,
                cluster: ClusterId(uuid::Uuid::nil()),
                name,
                description: String::new(),
                quotas,
                default_node_pools: vec![],
                rules: Default::default(),
                created_at,
                updated_at: created_at,
                created_by: String::new(),
            });
        }
        self.department_names.push(name);
        id
    }

    fn add_project(
        &mut self,
        name: &str,
        department: DepartmentId,
        created_at: Timestamp,
        quotas: Quotas,
    ) -> ProjectId {
        let id = ProjectId(self.projects.len() as i32);
        let plain = || format!("project-{}", id.0).parse::<ProjectName>();
        if let Ok(name) = name.parse::<ProjectName>().or_else(|_| plain()) {
            self.projects.push(Project {
                id,
                cluster: ClusterId(uuid::Uuid::nil()),
                department,
                name,
                description: String::new(),
                requested_namespace: None,
                quotas,
                default_node_pools: vec![],
                rules: Default::default(),
                created_at,
                updated_at: created_at,
                created_by: String::new(),
            });
        }
        self.project_names.push(name.to_owned());
        id
    }
}

impl Organisation {
    /// What the file calls a scope; `None` for what is not in it.
    pub fn name_of(&self, id: ScopeId) -> Option<&str> {
        match id {
            ScopeId::Department(id) => self.department_names.get(id.0 as usize)?.as_deref(),
            ScopeId::Project(id) => self.project_names.get(id.0 as usize).map(String::as_str),
        }
    }
}
