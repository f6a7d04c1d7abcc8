//! `berth workspace`.

mod start;
mod submit;
#[cfg(test)]
mod tests;

use clap::{Args, Subcommand};

use super::workload::{
    self, Act, DeleteArgs, DescribeArgs, LogsArgs, Named, Streams, WorkloadListArgs,
};
use crate::{
    context::Context,
    failure::{Failure, Result},
};

pub use submit::SubmitArgs;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Workspace {
    /// Make a workspace, or ask what would become of it
    Submit(Box<SubmitArgs>),
    /// The workspaces of a project, or of all
    List(WorkloadListArgs),
    /// Everything about one: why it stands as it does, what it holds, where it lies
    Describe(DescribeArgs),
    /// Delete workspaces, for good
    Delete(DeleteArgs),
    /// Stop one; it keeps its place in the list, and what it asked for
    Suspend(Named),
    /// Run a stopped one again
    Resume(Named),
    /// The last lines that its container wrote
    Logs(LogsArgs),
    /// A workspace does not change; says what to do instead
    #[command(hide = true)]
    Update(Ignored),
    #[command(flatten)]
    Streams(Streams),
}

/// Whatever was typed.
#[derive(Debug, Args)]
pub struct Ignored {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _words: Vec<String>,
}

/// Runs one of them.
pub async fn run(context: &Context, command: Workspace) -> Result<()> {
    match command {
        Workspace::Submit(args) => submit::submit(context, &args).await,
        Workspace::List(args) => workload::list(context, &args, Some("workspace")).await,
        Workspace::Describe(args) => workload::describe(context, &args).await,
        Workspace::Delete(args) => workload::delete(context, &args).await,
        Workspace::Suspend(named) => workload::act(context, &named, Act::Suspend).await,
        Workspace::Resume(named) => workload::act(context, &named, Act::Resume).await,
        Workspace::Logs(args) => workload::logs(context, &args).await,
        Workspace::Update(_) => Err(Failure::usage(
            "a workspace does not change once it is submitted; delete it and submit it again with the flags you want",
        )),
        Workspace::Streams(command) => command.refuse(),
    }
}
