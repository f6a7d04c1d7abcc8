//! Making views of workloads.

use std::collections::BTreeMap;

use domain::{
    Reason,
    submission::{ExposedUrl, GpuRequest, kept},
    workload::{DesiredPhase, PhaseName, Workload},
};

use super::{
    ActionsSupport, AllocatedResources, Condition, Connection, NumberRange, PendingMessage,
    QuantityRange, RequestedPods, RequestedResources, WorkloadRow, WorkloadView, row::KIND,
};
use crate::TENANT_ID;

impl WorkloadView {
    /// The view of a workload with the names around it.
    pub fn of(row: &WorkloadRow) -> Self {
        let WorkloadRow { workload, around, estimate } = row;
        let spec = &workload.spec;
        let submission = &spec.submission;
        let phase = row.phase();
        let requested = requested(workload);
        let placement = workload.placement().cloned();
        let connections = connections(row);
        Self {
            id: workload.id,
            name: workload.name.to_string(),
            kind: KIND.to_owned(),
            tenant_id: TENANT_ID,
            phase,
            phase_message: workload.message(),
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
            category: row.category().to_owned(),
            submitted_by: workload.created_by.clone(),
            cluster_id: workload.cluster,
            project_name: around.project.clone(),
            project_id: workload.project,
            department_name: around.department.clone(),
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
            urls: connections.iter().filter_map(|connection| connection.url.clone()).collect(),
            external_connections: connections,
            workload_requested_resources: requested.clone(),
            pods_requested_resources: requested,
            allocated_resources: allocated(workload),
            actions_support: ActionsSupport {
                delete: workload.may_delete(),
                suspend: workload.may_stop() || workload.may_run(),
            },
            total_pending_time_seconds: Some(workload.pending_secs),
            total_running_time_seconds: Some(workload.running_secs),
            reasons: workload.reasons(),
            placement,
            guaranteed_until: row.guaranteed_until(),
            estimate: *estimate,
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

fn connections(row: &WorkloadRow) -> Vec<Connection> {
    let submission = &row.workload.spec.submission;
    // Where it is opened; as typed, where nothing is opened through Berth.
    let address = |url: &ExposedUrl| {
        let made = row.workload.tools.iter().find(|tool| url.container == Some(tool.port.into()));
        let made = made.and_then(|tool| Some(row.around.gateway.as_ref()?.url(&tool.host, None)));
        made.or_else(|| url.url.clone())
    };
    let named = |name: &Option<String>, kind: &Option<String>| {
        name.clone().or_else(|| kind.clone()).unwrap_or_else(|| "tool".to_owned())
    };
    let urls = kept(&submission.exposed_urls, |url| url.exclude).map(|(_, url)| Connection {
        name: named(&url.tool_name, &url.tool_type),
        tool_type: url.tool_type.clone().unwrap_or_else(|| "custom".to_owned()),
        connection_type: "ExternalUrl".to_owned(),
        url: address(url),
        authorization_type: Some(wire_authorization(url.authorization_type.as_deref())),
        authorized_users: url.authorized_users.clone(),
        authorized_groups: url.authorized_groups.clone(),
        container_port: url.container,
    });
    let ports = kept(&submission.ports, |port| port.exclude).map(|(_, port)| Connection {
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
