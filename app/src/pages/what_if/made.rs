//! Suppositions, taken apart and put together on the server.

use std::collections::BTreeMap;

use api::what_if::{Affected, WouldBe};
use control::{
    ControlPlane, Error,
    what_if::{NodeAt, Supposed},
};
use domain::{
    ClusterId, DepartmentId, Gpus, NodeName, NodePoolId, ProjectId,
    access::{Action, Actor, Resource},
    org::{PoolQuota, Quota},
};

use super::data::{AffectedRow, Asked, Choices, Would};

pub fn choices(control: &ControlPlane, actor: &Actor) -> Result<Choices, Error> {
    actor.may(Action::Update, Resource::Settings)?;
    let world = control.world();
    let nodes = control.nodes(actor, &world)?;
    let is_one = nodes.len() == 1;
    // Of several clusters, two may have a node of one name.
    let choice = |id: &ClusterId, name: &str| match world.clusters.get(id) {
        Some(cluster) if !is_one => (format!("{id}/{name}"), format!("{name} of {}", cluster.name)),
        _ => (name.to_owned(), name.to_owned()),
    };
    let nodes = nodes
        .iter()
        .flat_map(|(cluster, nodes)| nodes.iter().map(|node| choice(cluster, node.name.as_str())));
    let departments = control.departments(actor, &world)?.into_iter().map(|department| {
        (format!("department/{}", department.id), format!("Department {}", department.name))
    });
    let projects = control.projects(actor, &world).into_iter();
    let projects = projects
        .map(|project| (format!("project/{}", project.id), format!("Project {}", project.name)));
    let pools = control.node_pools(actor, &world)?.into_iter();
    let pools = pools.map(|pool| (pool.id.to_string(), pool.name.to_string()));
    Ok(Choices {
        nodes: nodes.collect(),
        units: departments.chain(projects).collect(),
        pools: pools.collect(),
    })
}

/// What the use case says, in rows.
pub fn would(of: WouldBe) -> Would {
    let rows = |all: Vec<Affected>| all.into_iter().map(row).collect();
    Would {
        starts: rows(of.starts),
        moves: rows(of.moves),
        evicted: rows(of.evicted),
        waits: rows(of.waits),
        stays: rows(of.stays),
        staying: of.staying,
        still_waiting: of.still_waiting,
    }
}

fn row(of: Affected) -> AffectedRow {
    let dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    AffectedRow {
        name: of.name,
        project: of.project,
        from: dash(of.from),
        to: dash(of.to),
        why: dash((!of.why.is_empty()).then(|| of.why.join(" "))),
    }
}

pub fn supposed(control: &ControlPlane, actor: &Actor, asked: &Asked) -> Result<Supposed, Error> {
    match asked.kind.as_str() {
        "drain" => Ok(Supposed::Drain(node_at(&asked.node))),
        "add" => {
            let wrong = |_| Error::field("count", "number", "A whole number of nodes");
            let count = asked.count.trim().parse().map_err(wrong)?;
            Ok(Supposed::AddNodes { like: node_at(&asked.node), count })
        }
        _ => quota(control, actor, asked),
    }
}

/// `NAME`, or `CLUSTER/NAME`.
fn node_at(text: &str) -> NodeAt {
    match text.split_once('/') {
        Some((cluster, name)) => {
            NodeAt { name: NodeName::from(name), cluster: cluster.parse().ok() }
        }
        None => NodeAt { name: NodeName::from(text), cluster: None },
    }
}

fn quota(control: &ControlPlane, actor: &Actor, asked: &Asked) -> Result<Supposed, Error> {
    let pool: NodePoolId = asked
        .pool
        .parse()
        .map_err(|_| Error::field("pool", "pool.required", "Choose a node pool"))?;
    let gpus = match asked.gpus.trim() {
        "" => None,
        text => {
            let gpus = text.parse::<f64>().ok().filter(|gpus| *gpus >= 0.0);
            let wrong = || Error::field("gpus", "quota", "A number of GPUs, or nothing for all");
            Some(gpus.and_then(Gpus::from_f64).ok_or_else(wrong)?)
        }
    };
    let changed = |old: PoolQuota| {
        let limit = old.gpu.limit.map(|limit| gpus.map_or(limit, |gpus| limit.max(gpus)));
        let gpu = Quota { deserved: gpus, limit, ..old.gpu };
        BTreeMap::from([(pool, PoolQuota { gpu, ..old })])
    };
    let world = control.world();
    let unknown = || Error::field("unit", "unit.required", "Choose a project or a department");
    match asked.unit.split_once('/') {
        Some(("project", id)) => {
            let id: ProjectId = id.parse().map_err(|_| unknown())?;
            let project = control.project(actor, &world, id)?;
            Ok(Supposed::ProjectQuota(id, changed(project.quota(pool))))
        }
        Some(("department", id)) => {
            let id: DepartmentId = id.parse().map_err(|_| unknown())?;
            let department = control.department(actor, &world, id)?;
            Ok(Supposed::DepartmentQuota(id, changed(department.quota(pool))))
        }
        _ => Err(unknown()),
    }
}
