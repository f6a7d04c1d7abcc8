//! Projects and their departments, with what each is promised.

use std::collections::BTreeMap;

use domain::{
    DepartmentId, Gpus, NodePoolId, ProjectId,
    org::{Department, PoolQuota, Project},
};

use super::{GPUS, Load, Shape, at, cluster};

const DEPARTMENTS: usize = 4;

/// Departments and projects; `promised` says how many GPUs each project holds.
pub fn of(load: &Load, promised: &[i64]) -> (Vec<Department>, Vec<Project>) {
    let total = load.nodes as i64 * GPUS;
    let most = promised.iter().copied().max().unwrap_or_default();
    let even = (total / load.projects as i64).max(1);
    let quotas: Vec<_> = match load.shape {
        Shape::Reclaim => vec![total / 4, total / 2],
        Shape::Pending => vec![even; load.projects],
        Shape::Steady => promised.to_vec(),
        Shape::Stuck => vec![most + GPUS * load.waiting as i64; load.projects],
    };
    let departments = if load.shape == Shape::Reclaim { 1 } else { DEPARTMENTS };
    let weight = if load.shape == Shape::Steady { 0.0 } else { 1.0 };
    let sum = |of: usize| quotas.iter().skip(of).step_by(departments).sum::<i64>();
    let of =
        |at| department(at, quota(sum(at).max(if departments == 1 { total } else { 0 }), weight));
    let project = |(at, gpus): (usize, &i64)| project(at, at % departments, quota(*gpus, weight));
    ((0..departments).map(of).collect(), quotas.iter().enumerate().map(project).collect())
}

fn quota(gpus: i64, weight: f64) -> BTreeMap<NodePoolId, PoolQuota> {
    let mut quota = PoolQuota::gpus(Gpus::whole(gpus));
    quota.gpu.over_quota_weight = weight;
    BTreeMap::from([(NodePoolId(1), quota)])
}

fn department(number: usize, quotas: BTreeMap<NodePoolId, PoolQuota>) -> Department {
    Department {
        id: DepartmentId(number as i32),
        cluster: cluster(),
        name: format!("d{number}").parse().expect("a name"),
        description: String::new(),
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: at(0),
        updated_at: at(0),
        created_by: String::new(),
    }
}

fn project(number: usize, of: usize, quotas: BTreeMap<NodePoolId, PoolQuota>) -> Project {
    Project {
        id: ProjectId(number as i32),
        cluster: cluster(),
        department: DepartmentId(of as i32),
        name: format!("p{number}").parse().expect("a name"),
        description: String::new(),
        requested_namespace: None,
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: at(number as i64),
        updated_at: at(0),
        created_by: String::new(),
    }
}
