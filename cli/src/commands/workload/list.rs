//! Workloads in a list.

use api::workloads::WorkloadView;
use clap::Args;
use domain::quantity::decimals;

use super::WORKLOADS;
use crate::{
    context::Context,
    failure::Result,
    list::{self, Column, Listing, column},
    lookup,
};

/// Which workloads.
#[derive(Debug, Args)]
pub struct WorkloadListArgs {
    /// The project [default: that of berth project set]
    #[arg(short, long)]
    project: Option<String>,
    /// Of all projects
    #[arg(short = 'A', long, conflicts_with = "project")]
    all: bool,
    /// Only those that stand so: Pending, Running, Stopped, Completed, Failed, …
    #[arg(long, value_name = "PHASE")]
    status: Option<String>,
    /// Only deleted ones
    #[arg(long)]
    deleted: bool,
    #[command(flatten)]
    list: list::ListArgs,
}

/// Which, of any kind.
#[derive(Debug, Args)]
pub struct AnyListArgs {
    /// Only of this kind
    #[arg(long = "type", value_name = "KIND", value_parser = ["workspace", "training", "inference"])]
    pub kind: Option<String>,
    #[command(flatten)]
    pub which: WorkloadListArgs,
}

/// Lists them; of one kind alone where that is said.
pub async fn list(context: &Context, args: &WorkloadListArgs, kind: Option<&str>) -> Result<()> {
    let mut conditions = vec![];
    let nowhere = args.project.is_none() && context.config.project.is_none();
    if !args.all && !nowhere {
        let client = context.client().await?;
        let project = lookup::project(context, &client, args.project.as_deref()).await?;
        conditions.push(format!("projectId=={}", project.id));
    } else if nowhere && !args.all {
        context.explain("all projects: no project was named, and none is set");
    }
    conditions.extend(args.status.iter().map(|phase| format!("phase=={}", capital(phase))));
    conditions.extend(kind.map(|kind| format!("type=={}", capital(kind))));
    let mut query = vec![("sortBy", "name".to_owned())];
    query.extend((!conditions.is_empty()).then(|| ("filterBy", conditions.join(","))));
    query.extend(args.deleted.then(|| ("deleted", "true".to_owned())));
    list::list::<WorkloadView>(context, &args.list, query).await
}

/// Phases and kinds begin with a capital on the wire.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}

impl Listing for WorkloadView {
    const NAME: &'static str = "workload";
    const PATH: &'static str = WORKLOADS;
    const KEY: &'static str = "workloads";

    fn columns() -> Vec<Column<Self>> {
        let usual: Vec<Column<Self>> = vec![
            column("workload", "Workload", |w: &Self| w.name.clone()),
            column("type", "Type", |w| w.kind.clone()),
            column("status", "Status", |w| w.phase.as_str().to_owned()),
            column("project", "Project", |w| w.project_name.clone()),
            column("pods", "Running/Req.Pods", |w| {
                format!("{}/{}", w.running_pods, w.requested_pods.number)
            }),
            column("gpu-alloc", "GPU Alloc.", |w| format!("{:.2}", w.allocated_resources.gpu)),
        ];
        usual.into_iter().chain(more().into_iter().map(Column::on_request)).collect()
    }
}

/// Columns that are there on request.
fn more() -> Vec<Column<WorkloadView>> {
    vec![
        column("reason", "Reason", |w: &WorkloadView| {
            w.reasons.first().map(ToString::to_string).unwrap_or_default()
        }),
        column("priority", "Priority", |w| w.priority_class_name.clone()),
        column("preemptible", "Preemptible", |w| yes(w.preemptible)),
        column("node-pool", "Node pool", |w| {
            let pools = if w.current_node_pools.is_empty() {
                &w.requested_node_pools
            } else {
                &w.current_node_pools
            };
            pools.join(",")
        }),
        column("nodes", "Nodes", |w| {
            w.placement.as_ref().map(|placement| placement.node.to_string()).unwrap_or_default()
        }),
        column("created-by", "Created by", |w| w.submitted_by.clone()),
        column("created-at", "Created at", |w| domain::duration::minute(w.created_at)),
        column("gpu-request", "GPU request", |w| {
            let gpu = w.workload_requested_resources.gpu.as_ref().and_then(|gpu| gpu.request);
            gpu.map(decimals).unwrap_or_default()
        }),
        column("gpu-mem", "GPU memory", |w| {
            let memory = w.workload_requested_resources.gpu_memory.as_ref();
            memory.and_then(|memory| memory.request.clone()).unwrap_or_default()
        }),
        column("cpu-request", "CPU request", |w| {
            let cpu = w.workload_requested_resources.cpu.as_ref().and_then(|cpu| cpu.request);
            cpu.map(decimals).unwrap_or_default()
        }),
        column("cpu-mem", "CPU memory", |w| {
            let memory = w.workload_requested_resources.cpu_memory.as_ref();
            memory.and_then(|memory| memory.request.clone()).unwrap_or_default()
        }),
        column("image", "Image", |w| w.images.join(",")),
        column("id", "Id", |w| w.id.to_string()),
    ]
}

pub(super) fn yes(is: Option<bool>) -> String {
    match is {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    }
}
