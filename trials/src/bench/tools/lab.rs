//! A tool that people open: JupyterLab's server, asked past Berth and through it.

use std::{path::Path, time::Duration};

use anyhow::Result;
use serde_json::json;

use crate::{
    bench::{
        Args,
        load::{self, CONNECTIONS, Question},
        table::{Amount, Table},
    },
    workshop::Workshop,
};

const IMAGE: &str = "localhost/jupyter:1";
const PORT: u16 = 8888;
/// What its pages ask for first, and again and again: its version.
const PATH: &str = "/api";
/// Each way is measured this often, in turn; the best counts.
const ROUNDS: usize = 3;

/// Measures with the image in an archive, as `scripts/jupyter-image.sh` makes it.
pub async fn measure(
    args: &Args,
    archive: &Path,
    workshop: &Workshop,
    table: &mut Table,
) -> Result<()> {
    workshop.import(IMAGE, archive);
    let spec = json!({
        "image": IMAGE, "command": "/bin/jupyter-lab",
        "args": "--ServerApp.root_dir=/tmp",
        "exposedUrls": [{"container": PORT}], "terminationGracePeriodSeconds": 1,
    });
    let lab = workshop.another("lab", spec, PORT, PATH).await?;
    let question =
        |address: &str, headers| Question { address: address.into(), path: PATH.into(), headers };
    let who = vec![("host", lab.host.clone()), ("authorization", workshop.bearer())];
    let ways = [question(&lab.direct, vec![]), question(workshop.address(), who)];
    let mut best = [0.0_f64; 2];
    for _ in 0..ROUNDS {
        for (way, best) in ways.iter().zip(&mut best) {
            let answers = load::ask(way, Duration::from_secs(args.seconds)).await?;
            *best = best.max(answers.per_second);
        }
    }
    for (name, per_second) in ["past Berth", "through Berth"].into_iter().zip(best) {
        let what = format!("requests to JupyterLab, {CONNECTIONS} connections, {name}");
        table.figure(what, Amount::PerSecond(per_second));
    }
    let [direct, through] = best;
    table.at_most(
        "past Berth in through Berth",
        Amount::Times(direct / through),
        Amount::Times(2.0),
    );
    Ok(())
}
