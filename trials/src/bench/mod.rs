//! Measures.
use std::path::PathBuf;
pub mod plain;
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The program
    #[arg(long, env = "BERTH_BIN")]
    program: PathBuf,
}
pub async fn run(_: Args) -> anyhow::Result<()> {
    Ok(())
}
