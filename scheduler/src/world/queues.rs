//! Departments and projects as one tree of queues.

use std::collections::HashMap;

use domain::{
    DepartmentId, NodePoolId, ProjectId, ScopeRef, Timestamp, org::PoolQuota, reason::ScopeKind,
};

use super::{Pool, QueueAt};
use crate::{
    Snapshot,
    settings::{ScopeId, ScopeSettings},
};

#[derive(Debug)]
pub(crate) struct Queue {
    pub name: ScopeRef,
    pub id: ScopeId,
    pub parent: Option<QueueAt>,
    pub children: Vec<QueueAt>,
    pub jobs: Vec<super::JobAt>,
    /// Only such queues have jobs.
    pub is_project: bool,
    pub created: Timestamp,
    /// By pool.
    pub quotas: Vec<PoolQuota>,
    /// By pool.
    pub settings: Vec<ScopeSettings>,
    /// Pools in which its jobs are tried when they name none.
    pub default_pools: Vec<domain::NodePoolName>,
}

impl Queue {
    /// Promised: GPU, CPU, memory; `None` is unlimited. In the units of [`crate::shares`].
    pub fn deserved(&self, pool: usize) -> [Option<f64>; 3] {
        let of = &self.quotas[pool];
        [
            of.gpu.deserved.map(|amount| amount.0 as f64),
            of.cpu.deserved.map(|amount| amount.0 as f64),
            of.memory.deserved.map(|amount| amount.0 as f64),
        ]
    }

    /// At most: GPU, CPU, memory; `None` is unlimited.
    pub fn limit(&self, pool: usize) -> [Option<f64>; 3] {
        let of = &self.quotas[pool];
        [
            of.gpu.limit.map(|amount| amount.0 as f64),
            of.cpu.limit.map(|amount| amount.0 as f64),
            of.memory.limit.map(|amount| amount.0 as f64),
        ]
    }

    pub fn weight(&self, pool: usize) -> [f64; 3] {
        let of = &self.quotas[pool];
        let weights =
            [of.gpu.over_quota_weight, of.cpu.over_quota_weight, of.memory.over_quota_weight];
        weights.map(|weight| if weight.is_finite() { weight.max(0.0) } else { 0.0 })
    }

    /// Older, then by id: the last word on ties.
    pub fn age(&self) -> (Timestamp, ScopeId) {
        (self.created, self.id)
    }
}

/// Departments before projects, each in the order of their ids.
pub(super) fn read(
    snapshot: &Snapshot,
    pools: &[Pool],
) -> (Vec<Queue>, HashMap<ProjectId, QueueAt>) {
    let mut queues = departments(snapshot, pools);
    let by_id: HashMap<_, _> =
        queues.iter().enumerate().map(|(at, queue)| (queue.id, at)).collect();
    for queue in &mut queues {
        let ScopeId::Department(id) = queue.id else { continue };
        let parent = parent_of(snapshot, id).and_then(|id| by_id.get(&ScopeId::Department(id)));
        queue.parent = parent.copied();
    }
    let mut projects: Vec<_> = snapshot.projects.iter().collect();
    projects.sort_by_key(|project| project.id);
    let mut by_project = HashMap::new();
    for project in projects {
        by_project.insert(project.id, queues.len());
        queues.push(Queue {
            name: ScopeRef { kind: ScopeKind::Project, name: project.name.to_string() },
            id: ScopeId::Project(project.id),
            parent: by_id.get(&ScopeId::Department(project.department)).copied(),
            children: vec![],
            jobs: vec![],
            is_project: true,
            created: project.created_at,
            quotas: pools.iter().map(|pool| project.quota(pool.id)).collect(),
            settings: scope_settings(snapshot, pools, ScopeId::Project(project.id)),
            default_pools: project.default_node_pools.clone(),
        });
    }
    for at in 0..queues.len() {
        if let Some(parent) = queues[at].parent {
            queues[parent].children.push(at);
        }
    }
    (queues, by_project)
}

fn departments(snapshot: &Snapshot, pools: &[Pool]) -> Vec<Queue> {
    let mut departments: Vec<_> = snapshot.departments.iter().collect();
    departments.sort_by_key(|department| department.id);
    let read = |department: &domain::org::Department| Queue {
        name: ScopeRef { kind: ScopeKind::Department, name: department.name.to_string() },
        id: ScopeId::Department(department.id),
        parent: None,
        children: vec![],
        jobs: vec![],
        is_project: false,
        created: department.created_at,
        quotas: pools.iter().map(|pool| department.quota(pool.id)).collect(),
        settings: scope_settings(snapshot, pools, ScopeId::Department(department.id)),
        default_pools: vec![],
    };
    departments.into_iter().map(read).collect()
}

/// The department above, unless it stands below this one, for a tree has no rings.
fn parent_of(snapshot: &Snapshot, of: DepartmentId) -> Option<DepartmentId> {
    let parents = &snapshot.settings.parents;
    let above = std::iter::successors(parents.get(&of), |id| parents.get(id));
    let is_ring = above.take(parents.len()).any(|id| *id == of);
    parents.get(&of).copied().filter(|_| !is_ring)
}

fn scope_settings(snapshot: &Snapshot, pools: &[Pool], scope: ScopeId) -> Vec<ScopeSettings> {
    let of = |pool: NodePoolId| snapshot.settings.scopes.get(&(scope, pool)).copied();
    pools.iter().map(|pool| of(pool.id).unwrap_or_default()).collect()
}
