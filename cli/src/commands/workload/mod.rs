//! `berth workload`: whatever runs, of any kind; and what `berth workspace` shares with it.

mod act;
mod delete;
mod describe;
mod list;
mod logs;
mod streams;

use clap::{Args, Subcommand};
use domain::WorkloadId;

pub use act::{Act, act};
pub use delete::{DeleteArgs, delete};
pub use describe::{DescribeArgs, describe};
pub use list::{AnyListArgs, WorkloadListArgs, list};
pub use logs::{LogsArgs, logs};
pub use streams::Streams;

use crate::{context::Context, failure::Result};

/// Where workloads live on the wire, and the actions of workspaces.
pub(super) const WORKLOADS: &str = "/api/v1/workloads";
pub(super) const WORKSPACES: &str = api::workspaces::WORKSPACES;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Workload {
    /// The workloads of a project, or of all
    List(AnyListArgs),
    /// Everything about one: why it stands as it does, what it holds, where it lies
    Describe(DescribeArgs),
    /// Delete workloads, for good
    Delete(DeleteArgs),
    /// Stop one; it keeps its place in the list, and what it asked for
    Suspend(Named),
    /// Run a stopped one again
    Resume(Named),
    /// The last lines that its container wrote
    Logs(LogsArgs),
    #[command(flatten)]
    Streams(Streams),
}

/// One workload.
#[derive(Debug, Args)]
pub struct Named {
    /// Its name in the project
    #[arg(required_unless_present = "uuid")]
    pub name: Option<String>,
    /// Its id, instead of name and project
    #[arg(short, long, value_name = "ID", conflicts_with = "name")]
    pub uuid: Option<WorkloadId>,
    /// The project [default: that of berth project set]
    #[arg(short, long)]
    pub project: Option<String>,
}

/// Runs one of them.
pub async fn run(context: &Context, command: Workload) -> Result<()> {
    match command {
        Workload::List(args) => list(context, &args.which, args.kind.as_deref()).await,
        Workload::Describe(args) => describe(context, &args).await,
        Workload::Delete(args) => delete(context, &args).await,
        Workload::Suspend(named) => act(context, &named, Act::Suspend).await,
        Workload::Resume(named) => act(context, &named, Act::Resume).await,
        Workload::Logs(args) => logs(context, &args).await,
        Workload::Streams(command) => command.refuse(),
    }
}
