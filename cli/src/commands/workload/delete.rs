//! Deleting: never without a word.

use std::io::{self, Write};

use clap::Args;
use domain::WorkloadId;

use super::WORKSPACES;
use crate::{
    context::Context,
    failure::{Failure, Result},
    lookup,
    output::print,
};

/// What is to go.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Names in the project
    #[arg(required_unless_present = "uuid")]
    pub names: Vec<String>,
    /// An id, instead of names and project
    #[arg(short, long, value_name = "ID", conflicts_with = "names")]
    pub uuid: Option<WorkloadId>,
    /// The project [default: that of berth project set]
    #[arg(short, long)]
    pub project: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// Finds all of them first, so that a wrong name deletes nothing; then asks; then deletes.
pub async fn delete(context: &Context, args: &DeleteArgs) -> Result<()> {
    let client = context.client().await?;
    let mut found = vec![];
    let names = args.names.iter().map(|name| (Some(name.as_str()), None));
    for which in names.chain(args.uuid.map(|id| (None, Some(id)))) {
        found.push(lookup::workload(context, &client, args.project.as_deref(), which).await?);
    }
    let names: Vec<_> = found.iter().map(|workload| workload.name.as_str()).collect();
    if !args.yes && !agreed(context, &names.join(", "))? {
        return Err(Failure::general("nothing was deleted"));
    }
    for workload in &found {
        client.delete(&format!("{WORKSPACES}/{}", workload.id)).await?;
        if !context.quiet {
            print(&format!("{} {} is being deleted.\n", workload.kind, workload.name));
        }
    }
    Ok(())
}

/// Asks at the terminal; without one nobody can agree.
fn agreed(context: &Context, what: &str) -> Result<bool> {
    if !context.may_ask() {
        return Err(Failure::usage(
            "nobody can be asked here; to delete without a question say --yes",
        ));
    }
    eprint!("Delete {what}? What it wrote outside of volumes is lost. [y/N] ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.map_err(|cause| Failure::general(format!("could not read the answer: {cause}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
