//! JupyterHub's proxy, `configurable-http-proxy`, from npm, installed beside other things that are
//! kept between runs.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::proxy::{Proxy, free};

/// The release that it is measured at.
const PACKAGE: &str = "configurable-http-proxy@5.3.0";

/// Starts it with everything going to one tool.
pub fn before(tool: &str) -> Result<Proxy> {
    let (address, api) = (free()?, free()?);
    let (host, port) = address.split_once(':').context("an address has a port")?;
    let (_, api) = api.split_once(':').context("an address has a port")?;
    let mut node = Command::new("node");
    node.arg(installed()?).args(["--ip", host, "--port", port, "--api-port", api]);
    node.args(["--default-target", &format!("http://{tool}"), "--log-level", "error"]);
    node.env("CONFIGPROXY_AUTH_TOKEN", "of nobody");
    Proxy::start(&mut node, address, tempfile::tempdir()?).context("could not start node")
}

/// Where it is; fetched once.
fn installed() -> Result<PathBuf> {
    let home = std::env::var_os("HOME").context("there is no HOME")?;
    let folder = Path::new(&home).join(".cache/berth").join(PACKAGE.replace('@', "-"));
    let program = folder.join("node_modules/configurable-http-proxy/bin/configurable-http-proxy");
    if !program.exists() {
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).arg(PACKAGE);
        let done = npm.stdout(Stdio::null()).status().context("could not run npm")?;
        ensure!(done.success(), "npm could not install {PACKAGE}: {done}");
    }
    Ok(program)
}
