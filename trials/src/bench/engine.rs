//! The policy engine in a real browser: what typing in a form costs.

use anyhow::Result;
use domain::policy::{LayerView, desk::Around};
use serde_json::json;

use super::{
    Args, browsed,
    full::{chain, leaves, submission},
    milliseconds, setup,
    table::{Amount, Table},
};

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let berth = setup(args, folder.path()).start()?;
    let (chain, submission) = (chain(), submission());
    let rules: usize = chain.iter().map(|layer| layer.document.rules.len()).sum();
    let above = chain.iter().map(LayerView::from).collect();
    let around = Around { above, ..Around::default() };
    let given = folder.path().join("given.json");
    std::fs::write(&given, json!({"around": around, "submission": submission}).to_string())?;
    let said = browsed("engine.mjs", &berth, &[("BENCH_GIVEN", given.as_os_str())])?;
    let milliseconds = |name| milliseconds(&said, name);
    let what = format!(
        "browser: {} fields under {} policies with {rules} rules judged, 99th of 100",
        leaves(&submission),
        chain.len()
    );
    table.at_most(what, milliseconds("p99")?, Amount::Milliseconds(1.0));
    table.figure("    median", milliseconds("p50")?);
    table.figure("    a policy of all of that checked, 99th of 100", milliseconds("check")?);
    table.figure("    completed at its last line, 99th of 100", milliseconds("complete")?);
    table.figure("    until the engine was there", milliseconds("loaded")?);
    Ok(())
}
