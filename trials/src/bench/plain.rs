//! Measures.
#[derive(Debug, clap::Args)]
pub struct Args {}
pub async fn serve(_: Args) -> anyhow::Result<()> {
    Ok(())
}
