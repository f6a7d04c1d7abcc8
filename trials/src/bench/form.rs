//! The form of a workspace with much to choose from, in a real browser.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Args, browsed, milliseconds, setup,
    table::{Amount, Table},
};
use crate::client::Rest;

/// Environments, and templates, that the project may use.
const SETUPS: usize = 500;

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let berth = setup(args, folder.path()).start()?;
    let rest = Rest::sign_in(&berth.url).await?;
    for number in 0..SETUPS {
        make(&rest, "/api/v1/asset/environment", environment(number)).await?;
        make(&rest, "/api/v1/workload-templates/workspaces", template(number)).await?;
    }
    let said = browsed("form.mjs", &berth, &[])?;
    let milliseconds = |name| milliseconds(&said, name);
    let what = |what: &str| format!("form, {SETUPS} environments and templates: {what}");
    table.at_most(what("first byte"), milliseconds("firstByte")?, Amount::Milliseconds(100.0));
    table.at_most(
        what("until it can be used"),
        milliseconds("usable")?,
        Amount::Milliseconds(1_000.0),
    );
    table.at_most(
        what("a key press, 95th of 100"),
        milliseconds("key95")?,
        Amount::Milliseconds(16.0),
    );
    table.figure("    median", milliseconds("key50")?);
    table.figure("    step 1 until a template can be chosen", milliseconds("start")?);
    Ok(())
}

async fn make(rest: &Rest, path: &str, body: Value) -> Result<()> {
    let answer = rest.send(Method::POST, path, Some(body)).await?;
    let status = answer.status();
    ensure!(status.is_success(), "{path}: {status}: {}", answer.text().await?);
    Ok(())
}

fn environment(number: usize) -> Value {
    json!({
        "meta": { "name": format!("environment-{number}"), "scope": "tenant" },
        "spec": { "image": format!("registry.example.com/team/image-{number}:1"), "workingDir": "/work" },
    })
}

fn template(number: usize) -> Value {
    json!({
        "meta": { "name": format!("template-{number}"), "scopeType": "tenant" },
        "spec": { "image": format!("registry.example.com/team/image-{number}:1") },
    })
}
