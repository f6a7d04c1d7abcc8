//! Terminals: who may open one in a workload's container, and why there is none.

use std::sync::Arc;

use cluster::{DriverError, Terminal, TerminalSize};
use domain::{
    WorkloadId,
    access::{Action, Actor, Resource},
    workload::{PhaseName, Workload},
};

use crate::{ControlPlane, Error, Result};

/// What is said where nothing runs for real.
const SIMULATED: &str =
    "This cluster is simulated: nothing runs in it for real, so there is no shell to open.";

impl ControlPlane {
    /// The workload, if `actor` may open a terminal in it now. Whoever has a shell in it can do all that it can, so
    /// it takes the right to change it.
    pub fn terminal_of(&self, actor: &Actor, id: WorkloadId) -> Result<Arc<Workload>> {
        let workload = self.workload(actor, id)?;
        actor.may(Action::Update, Resource::Workload(workload.project))?;
        let world = self.world();
        if world.clusters.get(&workload.cluster).is_none_or(|cluster| cluster.simulated) {
            return Err(Error::NotNow(SIMULATED.into()));
        }
        match workload.phase.name() {
            PhaseName::Running | PhaseName::Degraded => Ok(workload),
            phase => {
                let label = phase.label();
                Err(Error::NotNow(format!("It is {label}. A terminal is there while it runs.")))
            }
        }
    }

    /// A new shell in the workload's container.
    pub async fn open_terminal(
        &self,
        actor: &Actor,
        id: WorkloadId,
        size: TerminalSize,
    ) -> Result<Terminal> {
        let workload = self.terminal_of(actor, id)?;
        let opened = self.driver_of(workload.cluster)?.terminal(id, size).await;
        opened.map_err(|cause| match cause {
            DriverError::NoShell { why } => Error::NotNow(format!("There is no shell: {why}.")),
            cause => self.silent(workload.cluster, cause),
        })
    }
}
