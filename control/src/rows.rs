//! Things with the names around them, as lists filter and sort them and views are made of them.

use std::{collections::BTreeMap, sync::Arc};

use api::{
    departments::DepartmentRow,
    list::{Fields, Listed, lent, made},
    projects::ProjectRow,
    workloads::{Around, WorkloadRow},
};
use cluster::PodDetail;
use domain::{
    DepartmentId, Gpus, NodePoolName, ProjectId, WorkloadId, access::Actor, org::Department,
    workload::Workload,
};

use crate::{ControlPlane, Result, World, projects::Usage};

/// The pod of a workload, with the names around it.
#[derive(Clone, Debug)]
pub struct PodRow {
    pub row: WorkloadRow,
    pub detail: Arc<PodDetail>,
}

impl Listed for PodRow {
    type Id = WorkloadId;

    fn fields() -> Fields<Self> {
        let pool = |pod: &Self| made(&pod.row.workload.placement()?.pool);
        Fields::<Self>::default()
            .text("clusterId", |pod| made(pod.row.workload.cluster))
            .text("workloadId", |pod| made(pod.row.workload.id))
            .text("revisionId", |_| None)
            .text("nodeName", |pod| lent(pod.detail.node.as_str()))
            .text("currentNodepool", pool)
            .date("createdAt", |pod| Some(pod.detail.created_at))
            .date("completedAt", |pod| pod.row.workload.completed_at)
            .date("deletedAt", |_| None)
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.detail.pod_name]
    }

    fn id(&self) -> WorkloadId {
        self.row.workload.id
    }
}

/// What is used, by node pool.
pub type UsageByPool = BTreeMap<NodePoolName, Usage>;

impl ControlPlane {
    /// Every workload that `actor` may see, oldest first: the live ones, or the deleted ones.
    pub fn workload_rows(&self, actor: &Actor, world: &World, deleted: bool) -> Vec<WorkloadRow> {
        let mut around = BTreeMap::new();
        let rows = self.workloads(actor, world, deleted).into_iter().map(|workload| {
            let around = around.entry(workload.project).or_insert_with(|| world.around(&workload));
            let estimate = world.estimates.get(&workload.id).copied();
            WorkloadRow { around: around.clone(), workload, estimate }
        });
        rows.collect()
    }

    /// The pods of the workloads that `actor` may see, oldest first; of one of them, or of all.
    pub fn pod_rows(&self, actor: &Actor, of: Option<WorkloadId>) -> Result<Vec<PodRow>> {
        let world = self.world();
        let pods = self.pods(actor, of)?.into_iter();
        let mut rows: Vec<_> =
            pods.map(|pod| PodRow { row: world.row(&pod.workload), detail: pod.detail }).collect();
        rows.sort_by_key(|pod| (pod.detail.created_at, pod.row.workload.id));
        Ok(rows)
    }

    /// Every project that `actor` may see, with what is used of it.
    pub fn project_rows(
        &self,
        actor: &Actor,
        world: &World,
        usage: &BTreeMap<ProjectId, UsageByPool>,
    ) -> Vec<ProjectRow> {
        let rows = self.projects(actor, world).into_iter().map(|project| ProjectRow {
            parent_name: world.department_name(project.department),
            allocated: allocated(usage.get(&project.id)),
            project,
        });
        rows.collect()
    }

    /// Every department that `actor` may see, with what is used of it.
    pub fn department_rows(&self, actor: &Actor, world: &World) -> Result<Vec<DepartmentRow>> {
        let departments = self.departments(actor, world)?;
        let of = |workload: &Workload| Some(world.projects.get(&workload.project)?.department);
        let usage = world.usage_by(of);
        let row = |department: Department| DepartmentRow {
            allocated: allocated(usage.get(&department.id)),
            department,
        };
        Ok(departments.into_iter().map(row).collect())
    }
}

impl World {
    /// A workload with the names around it.
    pub fn row(&self, workload: &Arc<Workload>) -> WorkloadRow {
        let estimate = self.estimates.get(&workload.id).copied();
        WorkloadRow { workload: workload.clone(), around: self.around(workload), estimate }
    }

    fn around(&self, workload: &Workload) -> Arc<Around> {
        let project = self.projects.get(&workload.project);
        let department_id = project.map_or(DepartmentId(0), |project| project.department);
        Arc::new(Around {
            project: project.map(|project| project.name.to_string()).unwrap_or_default(),
            department: self.department_name(department_id),
            department_id,
            namespace: project.map(|project| project.namespace()).unwrap_or_default(),
            cluster_answers: self.silent_since(workload.cluster).is_none(),
            gateway: self.gateway.clone(),
            guarantees: self
                .pools_of(workload.cluster)
                .filter(|pool| pool.min_runtime_secs > 0)
                .map(|pool| (pool.name.clone(), pool.min_runtime_secs))
                .collect(),
        })
    }

    fn department_name(&self, id: DepartmentId) -> String {
        self.departments.get(&id).map(|found| found.name.to_string()).unwrap_or_default()
    }
}

fn allocated(usage: Option<&UsageByPool>) -> Gpus {
    usage.into_iter().flat_map(BTreeMap::values).map(|used| used.allocated.gpu).sum()
}
