//! The forms of projects and departments, filled in and read on the server.

use std::collections::BTreeSet;

use api::resources::{self, Amounts, MemoryAmounts, PoolRef, Resources};
use control::{
    ControlPlane, Error, UsageByPool, World,
    departments::{DepartmentChange, NewDepartment},
    projects::{NewProject, ProjectChange},
};
use domain::{
    ClusterId, Cores, DepartmentId, Gpus, NodePoolId, NodePoolName, ProjectId,
    access::{Action, Actor, Resource, ResourceType},
    duration,
    node::NodePool,
    org::{PoolQuota, Project, RANKS},
    rules::{LimitKind, Rules},
    settings::Setting,
};

use super::{
    accesses::place,
    data::{PoolDraft, PoolFacts, RulesDraft, Unit, UnitDraft, UnitForm},
};

/// What is promised by pool, and where that is.
struct Promised {
    cluster: ClusterId,
    department: Option<DepartmentId>,
    quota: Box<dyn Fn(NodePoolId) -> PoolQuota>,
    usage: UsageByPool,
}

pub fn form(
    control: &ControlPlane,
    actor: &Actor,
    unit: Unit,
    id: Option<i32>,
) -> Result<UnitForm, Error> {
    let world = control.world();
    // What they may not see is not there.
    match (unit, id) {
        (Unit::Project, None) => actor.may_somewhere(Action::Create, ResourceType::Projects)?,
        (Unit::Department, None) => {
            actor.may_somewhere(Action::Create, ResourceType::Departments)?;
        }
        (Unit::Project, Some(id)) => {
            let project = control.project(actor, &world, ProjectId(id))?;
            actor.may(Action::Update, Resource::Project(project.id))?;
        }
        (Unit::Department, Some(id)) => {
            let department = control.department(actor, &world, DepartmentId(id))?;
            actor.may(Action::Update, Resource::Department(department.id))?;
        }
    }
    let clusters = control.clusters(actor, &world)?;
    let mut draft = UnitDraft {
        unit,
        id,
        name: String::new(),
        description: String::new(),
        cluster: clusters.first().map(|cluster| cluster.id.to_string()).unwrap_or_default(),
        department: String::new(),
        namespace: String::new(),
        pools: vec![],
        order: vec![],
        rules: RulesDraft::default(),
    };
    let promised = promised(control, actor, &world, &mut draft)?;
    let pools: Vec<_> = world.pools_of(promised.cluster).collect();
    draft.pools = pools.iter().map(|pool| pool_draft(pool, &(promised.quota)(pool.id))).collect();
    let departments = control.departments(actor, &world)?;
    let above = promised.department.and_then(|id| world.departments.get(&id));
    Ok(UnitForm {
        above: above.map(|of| rules_draft(&of.rules)).unwrap_or_default(),
        node_types: node_types(&world, promised.cluster),
        pools: pools.iter().map(|pool| pool_facts(&world, &draft, &promised, pool)).collect(),
        draft,
        clusters: clusters.iter().map(|c| (c.id.to_string(), c.name.clone())).collect(),
        departments: departments.iter().map(|d| (d.id.to_string(), d.name.to_string())).collect(),
        weights: world.settings.is_on(Setting::OverQuotaWeight),
        sees_access: id.is_some_and(|id| {
            actor.is_allowed(Action::Read, Resource::AccessRule(place(unit, id)))
        }),
        cpu: world.settings.is_on(Setting::CpuQuota),
    })
}

fn promised(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    draft: &mut UnitDraft,
) -> Result<Promised, Error> {
    match (draft.unit, draft.id) {
        (Unit::Project, Some(id)) => {
            let project = control.project(actor, world, ProjectId(id))?;
            draft.name = project.name.to_string();
            draft.description.clone_from(&project.description);
            draft.cluster = project.cluster.to_string();
            draft.department = project.department.to_string();
            draft.order = names(&project.default_node_pools);
            draft.rules = rules_draft(&project.rules);
            let (cluster, department) = (project.cluster, Some(project.department));
            let usage = world.usage(|workload| workload.project == project.id);
            Ok(Promised {
                cluster,
                department,
                quota: Box::new(move |id| project.quota(id)),
                usage,
            })
        }
        (Unit::Department, Some(id)) => {
            let department = control.department(actor, world, DepartmentId(id))?;
            draft.name = department.name.to_string();
            draft.description.clone_from(&department.description);
            draft.cluster = department.cluster.to_string();
            draft.order = names(&department.default_node_pools);
            draft.rules = rules_draft(&department.rules);
            let is_own = |id| world.is_below(id, domain::Scope::Department(department.id));
            let usage = world.usage(|workload| is_own(workload.project));
            let cluster = department.cluster;
            let quota = Box::new(move |id| department.quota(id));
            Ok(Promised { cluster, department: None, quota, usage })
        }
        (_, None) => {
            let none = || Error::not_found("cluster", "");
            let cluster = world.first_cluster().ok_or_else(none)?.id;
            let mut own = world.departments.values().filter(|d| d.cluster == cluster);
            let default = own.clone().find(|d| d.name.as_str() == "default");
            let department = default.or_else(|| own.next()).map(|department| department.id);
            draft.department = department.map(|id| id.to_string()).unwrap_or_default();
            let (quota, usage) = (Box::new(|_| PoolQuota::none()), UsageByPool::new());
            Ok(Promised { cluster, department, quota, usage })
        }
    }
}

fn names(pools: &[NodePoolName]) -> Vec<String> {
    pools.iter().map(ToString::to_string).collect()
}

/// The types of nodes that a cluster has, each once.
fn node_types(world: &World, cluster: ClusterId) -> Vec<String> {
    let nodes = world.nodes.get(&cluster).into_iter().flat_map(|nodes| nodes.iter());
    let types: BTreeSet<_> = nodes.filter_map(|node| node.node_type()).map(str::to_owned).collect();
    types.into_iter().collect()
}

fn rules_draft(of: &Rules) -> RulesDraft {
    RulesDraft {
        limits: LimitKind::OF_WORKSPACES.map(|kind| of.limits.of(kind).map(duration::text)),
        node_types: of.node_types.workspace.as_ref().map(|types| types.join(", ")),
    }
}

/// The rules as they were typed; those of training stay as they are. A rule of which nothing was typed is none.
fn rules(typed: &RulesDraft, old: &Rules) -> Result<Rules, Error> {
    let mut rules = old.clone();
    for (kind, text) in LimitKind::OF_WORKSPACES.into_iter().zip(&typed.limits) {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let secs = text.map(|text| duration::parse(text).ok_or_else(|| no_time(kind)));
        rules.limits.set(kind, secs.transpose()?);
    }
    let types = typed.node_types.iter().flat_map(|types| types.split(','));
    let types: Vec<_> = types.map(str::trim).filter(|name| !name.is_empty()).collect();
    rules.node_types.workspace =
        (!types.is_empty()).then(|| types.into_iter().map(str::to_owned).collect());
    rules.node_types.forget_names();
    Ok(rules)
}

fn no_time(kind: LimitKind) -> Error {
    let field = format!("schedulingRules.{}", kind.wire());
    let message = format!("{}: a time such as 8h or 1h30m", kind.label());
    Error::field(&field, "duration", &message)
}

fn pool_draft(pool: &NodePool, quota: &PoolQuota) -> PoolDraft {
    let text = |amount: Option<f64>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    PoolDraft {
        pool: pool.id.to_string(),
        gpu: text(quota.gpu.deserved.map(Gpus::as_f64)),
        gpu_limit: text(quota.gpu.limit.map(Gpus::as_f64)),
        rank: quota.rank.to_string(),
        weight: quota.gpu.over_quota_weight.to_string(),
        cpu: text(quota.cpu.deserved.map(Cores::as_f64)),
        memory: text(quota.memory.deserved.map(|memory| memory.as_f64() / 1e9)),
    }
}

fn pool_facts(world: &World, draft: &UnitDraft, of: &Promised, pool: &NodePool) -> PoolFacts {
    let used = of.usage.get(&pool.name).copied().unwrap_or_default();
    let total: usize = world.nodes_of(pool).iter().map(|node| node.gpus.len()).sum();
    let gpus = |quota: PoolQuota| quota.gpu.deserved.map(Gpus::as_f64);
    let own = draft.id.unwrap_or_default();
    let inside = |p: &Project, id: DepartmentId| p.department == id;
    let siblings = match draft.unit {
        Unit::Project => {
            let all = world.projects.values().filter(|p| p.id.0 != own);
            let all = all.filter(|p| of.department.is_some_and(|id| inside(p, id)));
            sum(all.map(|p| gpus(p.quota(pool.id))))
        }
        Unit::Department => {
            let all = world.departments.values();
            let all = all.filter(|d| d.id.0 != own && d.cluster == of.cluster);
            sum(all.map(|d| gpus(d.quota(pool.id))))
        }
    };
    let below = match draft.unit {
        Unit::Department => {
            let all = world.projects.values().filter(|p| inside(p, DepartmentId(own)));
            sum(all.map(|p| gpus(p.quota(pool.id))))
        }
        Unit::Project => Some(0.0),
    };
    let above = of.department.and_then(|id| world.departments.get(&id));
    PoolFacts {
        name: pool.name.to_string(),
        used: used.allocated.gpu,
        solid: used.non_preemptible.gpu,
        total: total as f64,
        siblings,
        above: above.filter(|_| draft.unit == Unit::Project).and_then(|d| gpus(d.quota(pool.id))),
        below,
    }
}

/// `None` where one of them is unlimited.
fn sum(mut all: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    all.try_fold(0.0, |sum, one| Some(sum + one?))
}

pub async fn save(control: &ControlPlane, actor: &Actor, draft: UnitDraft) -> Result<i32, Error> {
    let world = control.world();
    let cpu = world.settings.is_on(Setting::CpuQuota);
    let asked = draft.pools.iter().enumerate().map(|(at, pool)| wire(at, pool, cpu));
    let asked = asked.collect::<Result<Vec<_>, _>>()?;
    let cluster = || {
        draft.cluster.parse::<ClusterId>().map_err(|_| Error::not_found("cluster", &draft.cluster))
    };
    let nothing = Default::default();
    let named = |name: &String| name.parse().map_err(|_| Error::not_found("node pool", name));
    let order = draft.order.iter().map(named).collect::<Result<Vec<NodePoolName>, _>>()?;
    match (draft.unit, draft.id) {
        (Unit::Project, Some(id)) => {
            let old = control.project(actor, &world, ProjectId(id))?;
            let quotas = resources::read(&asked, &old.quotas).map_err(Error::Invalid)?;
            let change = ProjectChange {
                description: Some(draft.description),
                default_node_pools: Some(order),
                rules: Some(rules(&draft.rules, &old.rules)?),
                quotas,
                replace_quotas: false,
            };
            control.update_project(actor, ProjectId(id), change).await?;
            Ok(id)
        }
        (Unit::Department, Some(id)) => {
            let id = DepartmentId(id);
            let old = control.department(actor, &world, id)?;
            let quotas = resources::read(&asked, &old.quotas).map_err(Error::Invalid)?;
            let change = DepartmentChange {
                description: Some(draft.description),
                default_node_pools: Some(order),
                rules: Some(rules(&draft.rules, &old.rules)?),
                quotas,
                ..DepartmentChange::default()
            };
            control.update_department(actor, id, change).await?;
            Ok(id.0)
        }
        (Unit::Project, None) => {
            let new = NewProject {
                cluster: cluster()?,
                department: draft.department.parse().ok(),
                name: draft.name,
                description: draft.description,
                requested_namespace: Some(draft.namespace.trim().to_owned())
                    .filter(|name| !name.is_empty()),
                quotas: resources::read(&asked, &nothing).map_err(Error::Invalid)?,
                default_node_pools: vec![],
                rules: Default::default(),
            };
            Ok(control.create_project(actor, new).await?.id.0)
        }
        (Unit::Department, None) => {
            let new = NewDepartment {
                cluster: cluster()?,
                name: draft.name,
                description: draft.description,
                quotas: resources::read(&asked, &nothing).map_err(Error::Invalid)?,
                default_node_pools: vec![],
                rules: Default::default(),
            };
            Ok(control.create_department(actor, new).await?.id.0)
        }
    }
}

/// What was typed for one pool, as the interface takes it.
fn wire(at: usize, pool: &PoolDraft, cpu: bool) -> Result<Resources, Error> {
    let amount = |name: &str, text: &str, unit: f64| match text.trim() {
        "" => Ok(Some(Some(-1.0))),
        text => match text.parse::<f64>() {
            Ok(number) if number >= 0.0 && number.is_finite() => Ok(Some(Some(number * unit))),
            _ => {
                let field = format!("resources[{at}].{name}");
                Err(Error::field(
                    &field,
                    "quota",
                    "A number of 0 or more, or nothing for unlimited",
                ))
            }
        },
    };
    let gpu = Amounts {
        deserved: amount("gpu.deserved", &pool.gpu, 1.0)?,
        limit: amount("gpu.limit", &pool.gpu_limit, 1.0)?,
        // Nothing typed leaves it as it is: no weight is unlimited.
        over_quota_weight: match pool.weight.trim() {
            "" => None,
            text => amount("gpu.overQuotaWeight", text, 1.0)?,
        },
    };
    let cores =
        Amounts { deserved: amount("cpu.deserved", &pool.cpu, 1_000.0)?, ..Amounts::default() };
    let memory = MemoryAmounts {
        deserved: amount("memory.deserved", &pool.memory, 1_000.0)?,
        units: Some("MB".to_owned()),
        ..MemoryAmounts::default()
    };
    let rank = pool.rank.parse::<usize>().ok().filter(|rank| (1..=RANKS.len()).contains(rank));
    Ok(Resources {
        node_pool: Some(PoolRef { id: pool.pool.clone(), name: None }),
        gpu: Some(gpu),
        // What the setting hides stays as it is.
        cpu: cpu.then_some(cores),
        memory: cpu.then_some(memory),
        priority: rank.map(|rank| RANKS[rank - 1].0.to_owned()),
    })
}
