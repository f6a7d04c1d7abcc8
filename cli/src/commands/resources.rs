//! `berth cluster`, `node` and `nodepool`.

use std::path::PathBuf;

use api::{clusters::ClusterView, node_pools::NodePoolView, nodes::NodeView};
use clap::{Args, Subcommand};
use domain::duration::minute;

use super::organisation::SetArgs;
use crate::{
    context::Context,
    failure::{Failure, Result},
    list::{self, Column, ListArgs, Listing, column},
    lookup,
    output::print,
};

/// Of clusters.
#[derive(Debug, Subcommand)]
pub enum Cluster {
    /// All of them
    List(ListArgs),
    /// Take this one wherever a command names none
    Set(SetArgs),
    /// Clusters of Kubernetes: on the machine of the server
    #[command(subcommand)]
    Kubernetes(KubernetesCommand),
}

/// What concerns clusters of Kubernetes. The server's own program carries these out, for they are about its folder.
#[derive(Debug, Subcommand)]
pub enum KubernetesCommand {
    /// Print what Berth has to be allowed in a cluster, for `kubectl apply -f -`
    Manifest {
        /// With what sharing data volumes takes besides: to make persistent volumes
        #[arg(long)]
        data_volumes: bool,
    },
    /// Say whether a cluster answers, and what Berth lacks there
    Check(CheckArgs),
    /// Drive one more cluster
    Add(AddArgs),
}

/// Which cluster is meant.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The file that says how it is reached
    #[arg(long)]
    pub kubeconfig: PathBuf,
    /// Which of its contexts [default: the current one]
    #[arg(long)]
    pub context: Option<String>,
}

/// One more cluster.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What it is called in Berth
    pub name: String,
    #[command(flatten)]
    pub cluster: CheckArgs,
    /// Who binds its pods: the name of its own scheduler, such as kai-scheduler [default: Berth]
    #[arg(long)]
    pub scheduler: Option<String>,
    /// The data folder of the server
    #[arg(long, env = "BERTH_DATA", default_value = "data")]
    pub data: PathBuf,
}

/// Of nodes and of node pools.
#[derive(Debug, Subcommand)]
pub enum Lists {
    /// Those of all clusters
    List(ListArgs),
}

/// Runs a command of clusters.
pub async fn cluster(context: &Context, command: Cluster) -> Result<()> {
    match command {
        Cluster::List(args) => list::list::<ClusterView>(context, &args, vec![]).await,
        Cluster::Set(args) => {
            let client = context.client().await?;
            let found = lookup::cluster(context, &client, Some(&args.name)).await?;
            let mut config = context.config.clone();
            config.cluster = Some(found.name);
            context.files.save(&config)?;
            if !context.quiet {
                print(&format!(
                    "Commands that name no cluster are about {} from now on.\n",
                    args.name
                ));
            }
            Ok(())
        }
        Cluster::Kubernetes(_) => Err(Failure::usage("only the program of the server does this")),
    }
}

/// Runs a command of nodes.
pub async fn node(context: &Context, command: Lists) -> Result<()> {
    let Lists::List(args) = command;
    list::list::<NodeView>(context, &args, vec![("sortBy", "name".to_owned())]).await
}

/// Runs a command of node pools.
pub async fn node_pool(context: &Context, command: Lists) -> Result<()> {
    let Lists::List(args) = command;
    list::list::<NodePoolView>(context, &args, vec![]).await
}

impl Listing for ClusterView {
    const NAME: &'static str = "cluster";
    const PATH: &'static str = "/api/v1/clusters";
    const KEY: &'static str = "";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |c: &Self| c.name.clone()),
            column("status", "Status", |c| {
                c.status.as_ref().map(|status| status.state.clone()).unwrap_or_default()
            }),
            column("reason", "Reason", |c| {
                let status = c.status.iter().flat_map(|status| &status.conditions);
                status.map(|one| one.message.clone()).collect::<Vec<_>>().join(" ")
            }),
            column("kubernetes", "Kubernetes", |c| {
                let platform = c.status.as_ref().and_then(|status| status.platform.clone());
                platform.map(|platform| platform.kube_version).unwrap_or_default()
            }),
            column("contact", "Last contact", |c| c.last_liveness.map(minute).unwrap_or_default()),
            column("url", "URL", |c| c.domain.clone().unwrap_or_default()),
            column("version", "Version", |c| c.version.clone().unwrap_or_default()),
            column("id", "Id", |c: &Self| c.uuid.to_string()).on_request(),
        ]
    }
}

impl Listing for NodeView {
    const NAME: &'static str = "node";
    const PATH: &'static str = "/api/v1/nodes";
    const KEY: &'static str = "nodes";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |n: &Self| n.name.clone()),
            column("status", "Status", |n| n.status.clone()),
            column("node-pool", "Node pool", |n| n.node_pool.clone()),
            column("gpu-type", "GPU type", |n| {
                n.gpu_info.as_ref().map(|gpu| gpu.gpu_type.clone()).unwrap_or_default()
            }),
            column("gpus", "Total GPUs", |n| {
                n.gpu_info.as_ref().map_or(0, |gpu| gpu.gpu_count).to_string()
            }),
            column("why", "Why", |n: &Self| {
                n.conditions.iter().map(|c| c.message.as_str()).collect::<Vec<_>>().join("; ")
            })
            .on_request(),
            column("taints", "Taints", |n: &Self| {
                n.taints.iter().map(|taint| taint.key.as_str()).collect::<Vec<_>>().join(",")
            })
            .on_request(),
        ]
    }
}

impl Listing for NodePoolView {
    const NAME: &'static str = "nodepool";
    const PATH: &'static str = "/api/v1/node-pools";
    const KEY: &'static str = "nodepools";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |p: &Self| p.name.clone()),
            column("status", "Status", |p| p.phase.clone()),
            column("label", "Label", |p| match p.is_default {
                true => String::new(),
                false => format!("{}={}", p.label_key, p.label_value),
            }),
            column("cluster", "Cluster", |p| p.cluster_name.clone()),
            column("id", "Id", |p: &Self| p.id.to_string()).on_request(),
        ]
    }
}
