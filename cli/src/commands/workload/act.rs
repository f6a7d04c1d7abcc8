//! Stopping and running. What is there already is no failure.

use api::workloads::WorkloadView;
use domain::workload::{DesiredPhase, PhaseName};
use serde_json::json;

use super::{Named, WORKSPACES};
use crate::{context::Context, failure::Result, lookup, output::print};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Suspend,
    Resume,
}

impl Act {
    fn path(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }

    /// What is said where it was asked for already.
    fn is_done(self, workload: &WorkloadView) -> Option<&'static str> {
        match (self, workload.desired_phase) {
            (Self::Suspend, DesiredPhase::Stopped) => Some("was stopped already"),
            (Self::Resume, DesiredPhase::Running) => Some("was to run already"),
            _ => None,
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Suspend => "is being stopped",
            Self::Resume => "is being started",
        }
    }
}

/// Stops a workload, or runs it again.
pub async fn act(context: &Context, named: &Named, act: Act) -> Result<()> {
    let client = context.client().await?;
    let which = (named.name.as_deref(), named.uuid);
    let workload = lookup::workload(context, &client, named.project.as_deref(), which).await?;
    let has_ended = matches!(workload.phase, PhaseName::Completed | PhaseName::Failed);
    let how = match act.is_done(&workload).filter(|_| !has_ended) {
        Some(how) => how,
        None => {
            let path = format!("{WORKSPACES}/{}/{}", workload.id, act.path());
            client.post(&path, &json!({})).await?;
            act.done()
        }
    };
    if !context.quiet {
        print(&format!("{} {} {how}.\n", workload.kind, workload.name));
    }
    Ok(())
}
