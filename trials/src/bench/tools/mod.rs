//! The tools of workspaces: a container with a small tool, asked past Berth, through Berth, and
//! through JupyterHub's proxy, which does the same work without asking who comes.

mod download;
mod idlers;
mod jupyterhub;
mod lab;
mod nginx;
mod proxy;
mod restart;
mod speed;

use anyhow::Result;

use super::{Args, table::Table};
use crate::workshop::Workshop;

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let workshop = Workshop::open(&args.program).await?;
    speed::measure(args, &workshop, table).await?;
    idlers::measure(&workshop, table).await?;
    download::measure(&workshop, table).await?;
    match &args.jupyter {
        Some(archive) => lab::measure(args, archive, &workshop, table).await?,
        None => eprintln!("trials: JupyterLab is not measured: BERTH_JUPYTER names no image of it"),
    }
    restart::measure(workshop, table).await
}
