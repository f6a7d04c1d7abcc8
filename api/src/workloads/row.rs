//! What a list of workloads filters and sorts: the workload itself and the names around it.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    DepartmentId, NodePoolName, Timestamp, WorkloadId,
    tool::Gateway,
    verdict::Estimate,
    workload::{PhaseName, Workload},
};

use crate::list::{Fields, Listed, lent, made};

/// The only kind of workload today.
pub(super) const KIND: &str = "Workspace";
/// The category of a workspace that names none.
const CATEGORY: &str = "Build";

/// A workload with the names around it; a view is made of it.
#[derive(Clone, Debug)]
pub struct WorkloadRow {
    pub workload: Arc<Workload>,
    /// Shared by the workloads of a project.
    pub around: Arc<Around>,
    /// When it is going to start, while it waits.
    pub estimate: Option<Estimate>,
}

/// Names that a workload knows by id only.
#[derive(Clone, Debug)]
pub struct Around {
    pub project: String,
    pub department: String,
    pub department_id: DepartmentId,
    pub namespace: String,
    pub cluster_answers: bool,
    /// Where tools are opened.
    pub gateway: Option<Arc<Gateway>>,
    /// Seconds that the pools guarantee to preemptible work; those that do.
    pub guarantees: BTreeMap<NodePoolName, i64>,
}

impl WorkloadRow {
    /// Until when it is not interrupted; `None` where nothing is guaranteed.
    pub fn guaranteed_until(&self) -> Option<Timestamp> {
        let workload = &self.workload;
        let secs = self.around.guarantees.get(&workload.placement()?.pool)?;
        let until = workload.guaranteed_from()?.as_second().saturating_add(*secs);
        let until = Timestamp::from_second(until).ok()?;
        workload.spec.is_preemptible().then_some(until)
    }

    /// The phase to show: what runs on a cluster that does not answer is unknown.
    pub fn phase(&self) -> PhaseName {
        match self.workload.phase.name() {
            PhaseName::Running | PhaseName::Degraded if !self.around.cluster_answers => {
                PhaseName::Unknown
            }
            phase => phase,
        }
    }

    pub(super) fn category(&self) -> &str {
        self.workload.spec.submission.category.as_deref().unwrap_or(CATEGORY)
    }

    /// Where it lies, then where it may lie.
    fn pools(&self) -> Vec<&str> {
        let now = self.workload.placement().map(|placement| &placement.pool);
        now.into_iter().chain(&self.workload.spec.node_pools).map(|pool| pool.as_str()).collect()
    }
}

impl Listed for WorkloadRow {
    type Id = WorkloadId;

    fn fields() -> Fields<Self> {
        dates(numbers(texts(Fields::default())))
    }

    fn texts(&self) -> Vec<&str> {
        vec![
            self.workload.name.as_str(),
            &self.around.project,
            &self.around.department,
            &self.workload.created_by,
            KIND,
            &self.around.namespace,
        ]
    }

    fn id(&self) -> WorkloadId {
        self.workload.id
    }
}

fn texts(fields: Fields<WorkloadRow>) -> Fields<WorkloadRow> {
    fields
        .text("type", |_| lent(KIND))
        .text("name", |row| lent(row.workload.name.as_str()))
        .text("clusterId", |row| made(row.workload.cluster))
        .text("projectId", |row| made(row.workload.project))
        .text("projectName", |row| lent(&row.around.project))
        .text("departmentId", |row| made(row.around.department_id))
        .text("departmentName", |row| lent(&row.around.department))
        .text("submittedBy", |row| lent(&row.workload.created_by))
        .text("phase", |row| lent(row.phase().as_str()))
        .texts("nodepool", WorkloadRow::pools)
        .text("category", |row| lent(row.category()))
        .text("priorityClassName", |row| lent(row.workload.spec.priority.name()))
        .no_texts(&["distributedFramework", "aiApplicationId", "aiApplicationName"])
}

fn numbers(fields: Fields<WorkloadRow>) -> Fields<WorkloadRow> {
    let allocated = |row: &WorkloadRow| {
        Some(row.workload.placement().map_or(0.0, |placement| placement.gpu_total().as_f64()))
    };
    fields
        .number("allocatedGPU", allocated)
        .number("totalPendingTimeSeconds", |row| Some(row.workload.pending_secs as f64))
        .number("totalRunningTimeSeconds", |row| Some(row.workload.running_secs as f64))
        .number("priority", |row| Some(row.workload.spec.priority.value().into()))
        .no_numbers(&["idleGpus", "idleAllocatedGpus"])
}

fn dates(fields: Fields<WorkloadRow>) -> Fields<WorkloadRow> {
    fields
        .date("createdAt", |row| Some(row.workload.created_at))
        .date("deletedAt", |row| row.workload.deleted_at)
        .date("completedAt", |row| row.workload.completed_at)
        .date("phaseUpdatedAt", |row| Some(row.workload.phase_since))
        .date("guaranteedRuntimeEndsAt", WorkloadRow::guaranteed_until)
}
