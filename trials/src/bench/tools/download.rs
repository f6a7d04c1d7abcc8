//! A download much larger than the memory that there is for it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use reqwest::Client;

use crate::{
    bench::table::{Amount, Table},
    tool::download_of,
    workshop::Workshop,
};

/// Bytes of the download, about.
const SIZE: usize = 10_000_000_000;
/// How often memory is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// By so much memory may grow: the buffers of a few connections.
const FLAT: f64 = 10.0;

pub async fn measure(workshop: &Workshop, table: &mut Table) -> Result<()> {
    let resident = || Ok::<_, anyhow::Error>(workshop.berth.memory()?.resident);
    let (before, begun) = (resident()?, Instant::now());
    let (mut most, mut looked) = (before, begun);
    let request = Client::new().get(format!("{}{}", workshop.berth.url, download_of(SIZE)));
    let request = request.header("host", &workshop.tools[0].host);
    let mut answer = request.bearer_auth(&workshop.rest.token).send().await?.error_for_status()?;
    let mut bytes = 0;
    while let Some(piece) = answer.chunk().await? {
        bytes += piece.len();
        if looked.elapsed() > LOOK_EVERY {
            looked = Instant::now();
            most = most.max(resident()?);
        }
    }
    ensure!(bytes > SIZE - SIZE / 100, "it ended after {bytes} bytes");
    let megabytes = |bytes: u64| Amount::Megabytes(bytes as f64 / 1e6);
    let grown = megabytes(most.saturating_sub(before));
    table.at_most("memory grown by a download of 10 GB", grown, Amount::Megabytes(FLAT));
    table.figure("    resident before", megabytes(before));
    table.figure("    at its most", megabytes(most));
    table.figure("    after", megabytes(resident()?));
    let speed = bytes as f64 / 1e6 / begun.elapsed().as_secs_f64();
    table.figure("    of it in a second", Amount::Megabytes(speed));
    Ok(())
}
