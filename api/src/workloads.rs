//! The generic view of a workload (`rest-api.md` §5.1), for REST, pages and the live stream alike.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, ProjectId, Reason, Timestamp, WorkloadId,
    submission::GpuRequest,
    workload::{DesiredPhase, PhaseName, Placement, Source, Workload},
};
use serde::{Deserialize, Serialize};

use crate::{Field, FieldKind, Filterable, TENANT_ID, Value};

/// Names that a workload knows by id only.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    pub project: &'a str,
    pub department: &'a str,
    pub department_id: DepartmentId,
    pub namespace: String,
    pub cluster_answers: bool,
}

/// A workload as everyone outside the server sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadView {
    pub id: WorkloadId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub tenant_id: i32,
    pub phase: PhaseName,
    pub phase_message: String,
    /// `NonPreemptibleOverQuota` or `OverLimit`, where that is why it waits.
    pub phase_reason: Option<String>,
    pub conditions: Vec<Condition>,
    pub phase_updated_at: Timestamp,
    pub k8s_phase: String,
    pub k8s_phase_updated_at: Timestamp,
    pub desired_phase: DesiredPhase,
    pub updated_at: Timestamp,
    pub source: Source,
    pub deleted_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub priority: Option<i32>,
    pub priority_class_name: String,
    pub preemptible: Option<bool>,
    pub category: String,
    pub submitted_by: String,
    pub cluster_id: ClusterId,
    pub project_name: String,
    pub project_id: ProjectId,
    pub department_name: String,
    pub department_id: DepartmentId,
    pub namespace: String,
    pub running_pods: i32,
    pub requested_pods: RequestedPods,
    pub requested_node_pools: Vec<String>,
    pub current_node_pools: Vec<String>,
    pub images: Vec<String>,
    pub command: Option<String>,
    pub arguments: Option<String>,
    pub environment_variables: BTreeMap<String, String>,
    pub external_connections: Vec<Connection>,
    pub urls: Vec<String>,
    pub workload_requested_resources: RequestedResources,
    pub pods_requested_resources: RequestedResources,
    pub allocated_resources: AllocatedResources,
    pub actions_support: ActionsSupport,
    pub total_pending_time_seconds: Option<i64>,
    pub total_running_time_seconds: Option<i64>,
    /// Why it waits, failed or was stopped; the main reason first.
    pub reasons: Vec<Reason>,
    /// Where it lies.
    pub placement: Option<Placement>,
    pub restarts: u32,
}

/// A condition in the words of Kubernetes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

/// How many pods are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestedPods {
    pub number: i32,
}

/// How a tool is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    pub name: String,
    pub tool_type: String,
    pub connection_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_users: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<i64>,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestedResources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_request_type: Option<String>,
    pub gpu: Option<NumberRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory: Option<QuantityRange>,
    pub cpu: Option<NumberRange>,
    pub cpu_memory: Option<QuantityRange>,
}

/// A request and its limit, in cores or GPUs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberRange {
    pub request: Option<f64>,
    pub limit: Option<f64>,
}

/// A request and its limit, as quantities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuantityRange {
    pub request: Option<String>,
    pub limit: Option<String>,
}

/// What it holds now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AllocatedResources {
    pub gpu: f64,
    pub cpu: f64,
    pub cpu_memory: String,
}

/// Which buttons make sense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionsSupport {
    pub delete: bool,
    pub suspend: bool,
}

/// A single workload: the view, and why it waits in each pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadDetail {
    #[serde(flatten)]
    pub workload: WorkloadView,
    pub pending_scheduling_messages: Vec<PendingMessage>,
}

/// Why it waits in one pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PendingMessage {
    pub node_pool: String,
    pub phase_reason: String,
    pub reason: String,
    pub org_type: String,
    pub user_message: String,
}

impl WorkloadView {
    /// The view of `workload` with the names around it.
    pub fn of(workload: &Workload, around: &Around<'_>) -> Self {
        let spec = &workload.spec;
        let submission = &spec.submission;
        let phase = shown_phase(workload, around);
        let requested = requested(workload);
        let placement = workload.placement().cloned();
        Self {
            id: workload.id,
            name: workload.name.to_string(),
            kind: "Workspace".to_owned(),
            tenant_id: TENANT_ID,
            phase,
            phase_message: workload.phase.message(),
            phase_reason: workload.phase.reasons().first().and_then(known_reason),
            conditions: conditions(workload),
            phase_updated_at: workload.phase_since,
            k8s_phase: phase.as_str().to_owned(),
            k8s_phase_updated_at: workload.phase_since,
            desired_phase: workload.desired,
            updated_at: workload.updated_at,
            source: workload.source,
            deleted_at: workload.deleted_at,
            completed_at: workload.completed_at,
            created_at: workload.created_at,
            priority: Some(spec.priority.value()),
            priority_class_name: spec.priority.name().to_owned(),
            preemptible: Some(spec.is_preemptible()),
            category: submission.category.clone().unwrap_or_else(|| "Build".to_owned()),
            submitted_by: workload.created_by.clone(),
            cluster_id: workload.cluster,
            project_name: around.project.to_owned(),
            project_id: workload.project,
            department_name: around.department.to_owned(),
            department_id: around.department_id,
            namespace: around.namespace.clone(),
            running_pods: i32::from(matches!(phase, PhaseName::Running | PhaseName::Degraded)),
            requested_pods: RequestedPods { number: 1 },
            requested_node_pools: spec.node_pools.iter().map(ToString::to_string).collect(),
            current_node_pools: placement.iter().map(|p| p.pool.to_string()).collect(),
            images: submission.image.iter().cloned().collect(),
            command: submission.command.clone(),
            arguments: submission.args.clone(),
            environment_variables: variables(workload),
            external_connections: connections(workload),
            urls: submission.exposed_urls.iter().flatten().filter_map(|u| u.url.clone()).collect(),
            workload_requested_resources: requested.clone(),
            pods_requested_resources: requested,
            allocated_resources: allocated(workload),
            actions_support: ActionsSupport {
                delete: workload.may_delete(),
                suspend: workload.may_stop() || workload.may_run(),
            },
            total_pending_time_seconds: Some(workload.pending_secs),
            total_running_time_seconds: Some(workload.running_secs),
            reasons: workload.phase.reasons().to_vec(),
            placement,
            restarts: workload.restarts,
        }
    }

    /// Whether STOP does something.
    pub fn may_stop(&self) -> bool {
        use PhaseName::*;
        let stoppable = matches!(
            self.phase,
            Creating | Pending | Initializing | Running | Resuming | Degraded | Unknown
        );
        stoppable && self.desired_phase == DesiredPhase::Running
    }

    /// Whether RUN does something.
    pub fn may_run(&self) -> bool {
        matches!(self.phase, PhaseName::Stopped | PhaseName::Stopping)
            && self.desired_phase == DesiredPhase::Stopped
    }
}

/// What runs on a cluster that does not answer is unknown.
fn shown_phase(workload: &Workload, around: &Around<'_>) -> PhaseName {
    match workload.phase.name() {
        PhaseName::Running | PhaseName::Degraded if !around.cluster_answers => PhaseName::Unknown,
        phase => phase,
    }
}

fn known_reason(reason: &Reason) -> Option<String> {
    match reason.code() {
        code @ ("NonPreemptibleOverQuota" | "OverLimit") => Some(code.to_owned()),
        _ => None,
    }
}

fn conditions(workload: &Workload) -> Vec<Condition> {
    let reason = workload.phase.reasons().first();
    let condition = |reason: &Reason| Condition {
        kind: "Ready".to_owned(),
        status: "False".to_owned(),
        reason: reason.code().to_owned(),
        message: reason.to_string(),
    };
    reason.map(condition).into_iter().collect()
}

/// Names and values; what comes from a secret shows nothing of it.
fn variables(workload: &Workload) -> BTreeMap<String, String> {
    let all = workload.spec.submission.environment_variables.iter().flatten();
    let kept = all.filter(|v| v.exclude != Some(true));
    kept.filter_map(|v| Some((v.name.clone()?, v.value.clone().unwrap_or_default()))).collect()
}

fn connections(workload: &Workload) -> Vec<Connection> {
    let submission = &workload.spec.submission;
    let named = |name: &Option<String>, kind: &Option<String>| {
        name.clone().or_else(|| kind.clone()).unwrap_or_else(|| "tool".to_owned())
    };
    let urls = submission.exposed_urls.iter().flatten().map(|url| Connection {
        name: named(&url.tool_name, &url.tool_type),
        tool_type: url.tool_type.clone().unwrap_or_else(|| "custom".to_owned()),
        connection_type: "ExternalUrl".to_owned(),
        url: url.url.clone(),
        authorization_type: Some(wire_authorization(url.authorization_type.as_deref())),
        authorized_users: url.authorized_users.clone(),
        authorized_groups: url.authorized_groups.clone(),
        container_port: url.container,
    });
    let ports = submission.ports.iter().flatten().map(|port| Connection {
        name: named(&port.tool_name, &port.tool_type),
        tool_type: port.tool_type.clone().unwrap_or_else(|| "custom".to_owned()),
        connection_type: port.service_type.clone().unwrap_or_default(),
        url: None,
        authorization_type: None,
        authorized_users: None,
        authorized_groups: None,
        container_port: port.container,
    });
    urls.chain(ports).collect()
}

/// The three values that the public model takes (`rest-api.md` §5.1).
fn wire_authorization(of: Option<&str>) -> String {
    match of {
        Some("authorizedUsers" | "authorizedGroups") => "authorizedUsersOrGroups",
        _ => "authenticatedUsers",
    }
    .to_owned()
}

fn requested(workload: &Workload) -> RequestedResources {
    let pod = &workload.spec.pod;
    let compute = workload.spec.submission.compute.clone().unwrap_or_default();
    let devices = f64::from(pod.gpu.devices());
    let (kind, gpu, gpu_memory) = match pod.gpu {
        GpuRequest::None => (None, Some(0.0), None),
        GpuRequest::Whole { .. } => (None, Some(devices), None),
        GpuRequest::Portion { portion, .. } => {
            (Some("portion"), Some(devices * portion.as_f64()), None)
        }
        GpuRequest::Memory { .. } => (Some("memory"), None, compute.gpu_memory_request.clone()),
    };
    RequestedResources {
        gpu_request_type: kind.map(str::to_owned),
        gpu: gpu.map(|request| NumberRange {
            request: Some(request),
            limit: compute.gpu_portion_limit,
        }),
        gpu_memory: gpu_memory.map(|request| QuantityRange {
            request: Some(request),
            limit: compute.gpu_memory_limit,
        }),
        cpu: Some(NumberRange { request: Some(pod.cpu.as_f64()), limit: compute.cpu_core_limit }),
        cpu_memory: Some(QuantityRange {
            request: Some(pod.memory.0.to_string()),
            limit: compute.cpu_memory_limit,
        }),
    }
}

fn allocated(workload: &Workload) -> AllocatedResources {
    let pod = &workload.spec.pod;
    match workload.placement() {
        Some(placement) => AllocatedResources {
            gpu: placement.gpu_total().as_f64(),
            cpu: pod.cpu.as_f64(),
            cpu_memory: pod.memory.0.to_string(),
        },
        None => AllocatedResources { gpu: 0.0, cpu: 0.0, cpu_memory: "0".to_owned() },
    }
}

/// Why a workload waits, as rows of the public interface: quota and limits only.
pub fn pending_messages(workload: &Workload) -> Vec<PendingMessage> {
    let rows = workload.phase.reasons().iter().filter_map(|reason| {
        let (Reason::NonPreemptibleOverQuota { scope, pool, .. }
        | Reason::OverLimit { scope, pool, .. }) = reason
        else {
            return None;
        };
        Some(PendingMessage {
            node_pool: pool.clone(),
            phase_reason: reason.code().to_owned(),
            reason: reason.code().to_owned(),
            org_type: match scope.kind {
                domain::reason::ScopeKind::Project => "PROJECT".to_owned(),
                domain::reason::ScopeKind::Department => "DEPARTMENT".to_owned(),
            },
            user_message: reason.to_string(),
        })
    });
    rows.collect()
}

impl Filterable for WorkloadView {
    const FIELDS: &'static [Field] = &[
        ("type", FieldKind::Text),
        ("name", FieldKind::Text),
        ("clusterId", FieldKind::Text),
        ("projectId", FieldKind::Text),
        ("projectName", FieldKind::Text),
        ("departmentId", FieldKind::Text),
        ("departmentName", FieldKind::Text),
        ("createdAt", FieldKind::Date),
        ("deletedAt", FieldKind::Date),
        ("submittedBy", FieldKind::Text),
        ("phase", FieldKind::Text),
        ("completedAt", FieldKind::Date),
        ("nodepool", FieldKind::List),
        ("distributedFramework", FieldKind::Text),
        ("allocatedGPU", FieldKind::Number),
        ("idleGpus", FieldKind::Number),
        ("idleAllocatedGpus", FieldKind::Number),
        ("phaseUpdatedAt", FieldKind::Date),
        ("category", FieldKind::Text),
        ("totalPendingTimeSeconds", FieldKind::Number),
        ("totalRunningTimeSeconds", FieldKind::Number),
        ("priority", FieldKind::Number),
        ("priorityClassName", FieldKind::Text),
        ("guaranteedRuntimeEndsAt", FieldKind::Date),
        ("aiApplicationId", FieldKind::Text),
        ("aiApplicationName", FieldKind::Text),
    ];

    fn value(&self, field: &str) -> Value<'_> {
        let date = |at: Option<Timestamp>| at.map_or(Value::Null, Value::Date);
        match field {
            "type" => Value::Text(&self.kind),
            "name" => Value::Text(&self.name),
            "clusterId" => Value::Owned(self.cluster_id.to_string()),
            "projectId" => Value::Owned(self.project_id.to_string()),
            "projectName" => Value::Text(&self.project_name),
            "departmentId" => Value::Owned(self.department_id.to_string()),
            "departmentName" => Value::Text(&self.department_name),
            "createdAt" => Value::Date(self.created_at),
            "deletedAt" => date(self.deleted_at),
            "submittedBy" => Value::Text(&self.submitted_by),
            "phase" => Value::Text(self.phase.as_str()),
            "completedAt" => date(self.completed_at),
            "nodepool" => {
                let pools = self.current_node_pools.iter().chain(&self.requested_node_pools);
                Value::List(pools.map(String::as_str).collect())
            }
            "allocatedGPU" => Value::Number(self.allocated_resources.gpu),
            "phaseUpdatedAt" => Value::Date(self.phase_updated_at),
            "category" => Value::Text(&self.category),
            "totalPendingTimeSeconds" => number(self.total_pending_time_seconds),
            "totalRunningTimeSeconds" => number(self.total_running_time_seconds),
            "priority" => number(self.priority.map(i64::from)),
            "priorityClassName" => Value::Text(&self.priority_class_name),
            _ => Value::Null,
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![
            &self.name,
            &self.project_name,
            &self.department_name,
            &self.submitted_by,
            &self.kind,
            &self.namespace,
        ]
    }

    fn id(&self) -> String {
        self.id.to_string()
    }
}

fn number(value: Option<i64>) -> Value<'static> {
    value.map_or(Value::Null, |number| Value::Number(number as f64))
}
