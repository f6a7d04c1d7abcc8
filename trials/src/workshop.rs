//! A workspace in a real container whose tools are this very program, and Berth in front of it:
//! what is measured of tools is measured here, through Berth and past it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Url};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::engine::Engine;

use crate::{
    berth::{Berth, Setup},
    client::Rest,
};

/// The image with this program inside.
const IMAGE: &str = "localhost/trials:1";
/// Where the tools listen in their container: two, for a process may have a thousand files open.
pub const PORTS: [u16; 2] = [8888, 8889];
/// How long a tool may take to answer, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fields in the order in which they may end.
pub struct Workshop {
    pub berth: Berth,
    pub setup: Setup,
    pub rest: Rest,
    /// The workspace.
    pub id: String,
    /// In the order of [`PORTS`].
    pub tools: Vec<Tool>,
    engine: Engine,
    _folder: TempDir,
}

/// Where a tool is.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Its name, as it stands in `Host`.
    pub host: String,
    /// Where the engine has it: past Berth.
    pub direct: String,
}

impl Workshop {
    /// Opens with this program as Berth.
    pub async fn open(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // It panics where there is none.
        let engine = tokio::task::spawn_blocking(Engine::start).await?;
        make_image(&engine, folder.path())?;
        let setup = Setup { engine: Some(engine.socket()), ..Setup::of(program, folder.path()) };
        let berth = setup.start()?;
        let listen = Some(berth.url.trim_start_matches("http://").to_owned());
        let setup = Setup { listen, ..setup };
        let rest = Rest::sign_in(&berth.url).await?;
        let id = rest.running("tool", spec()).await?;
        let seen = rest.get(&format!("/api/v1/workloads/{id}")).await?;
        let tools = PORTS.iter().enumerate().map(|(at, port)| {
            let host = host(&seen["externalConnections"][at]["url"])?;
            Ok(Tool { host, direct: published(&engine, "--all", *port)? })
        });
        let tools = tools.collect::<Result<Vec<_>>>()?;
        let workshop = Self { berth, setup, rest, id, tools, engine, _folder: folder };
        workshop.until_it_answers(&workshop.tools[0], "/").await?;
        Ok(workshop)
    }

    /// Host and port of Berth.
    pub fn address(&self) -> &str {
        self.berth.url.trim_start_matches("http://")
    }

    /// The header that says who asks.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.rest.token)
    }

    /// The process of the first tool.
    pub fn tool_pid(&self) -> Result<u32> {
        let container = self.engine.ask(&["ps", "--quiet", "--latest"]);
        let pid = self.engine.ask(&["inspect", "--format", "{{.State.Pid}}", container.trim()]);
        pid.trim().parse().with_context(|| format!("{pid:?} is no process"))
    }

    /// Asks a path of the first tool, through Berth.
    pub async fn ask(&self, path: &str) -> Result<()> {
        self.ask_of(&self.tools[0], path).await
    }

    /// The same, with the program killed and started again.
    pub async fn after_a_crash(self) -> Result<Self> {
        let Self { berth, setup, .. } = self;
        berth.kill()?;
        let berth = setup.start()?;
        let rest = Rest::sign_in(&berth.url).await?;
        Ok(Self { berth, setup, rest, ..self })
    }

    /// Takes in the image of an archive.
    pub fn import(&self, name: &str, archive: &Path) {
        self.engine.import(name, archive, &[]);
    }

    /// The tool of a workspace that is the latest, once it answers at a path.
    pub async fn another(&self, name: &str, spec: Value, port: u16, path: &str) -> Result<Tool> {
        let id = self.rest.running(name, spec).await?;
        let seen = self.rest.get(&format!("/api/v1/workloads/{id}")).await?;
        let host = host(&seen["externalConnections"][0]["url"])?;
        let tool = Tool { host, direct: published(&self.engine, "--latest", port)? };
        self.until_it_answers(&tool, path).await?;
        Ok(tool)
    }

    async fn until_it_answers(&self, tool: &Tool, path: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while let Err(problem) = self.ask_of(tool, path).await {
            ensure!(Instant::now() < until, "the tool does not answer: {problem:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn ask_of(&self, tool: &Tool, path: &str) -> Result<()> {
        let request = Client::new().get(format!("{}{path}", self.berth.url));
        let request = request.header("host", &tool.host).bearer_auth(&self.rest.token);
        request.send().await?.error_for_status()?;
        Ok(())
    }
}

fn spec() -> Value {
    let program = "/tmp/loader --library-path /tmp /tmp/trials tool";
    let [first, second] = PORTS;
    let script = format!("{program} {second} & exec {program} {first}");
    json!({
        "image": IMAGE, "command": "sh -c", "args": format!("'{script}'"),
        "exposedUrls": PORTS.map(|port| json!({"container": port})),
        "terminationGracePeriodSeconds": 1,
    })
}

/// An image of busybox and this program, with what it is linked against.
fn make_image(engine: &Engine, folder: &Path) -> Result<()> {
    engine.image("localhost/busy:1", &[]);
    engine.ask(&["create", "--name", "making", "localhost/busy:1", "true"]);
    let own = std::env::current_exe()?;
    let program = folder.join("trials");
    std::fs::copy(&own, &program)?;
    copy_in(engine, &program, "trials")?;
    for library in libraries(&own)? {
        let name = library.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = if name.starts_with("ld-linux") { "loader" } else { name };
        copy_in(engine, &library.canonicalize()?, name)?;
    }
    engine.ask(&["commit", "--quiet", "making", IMAGE]);
    engine.ask(&["rm", "making"]);
    Ok(())
}

fn copy_in(engine: &Engine, file: &Path, name: &str) -> Result<()> {
    let file = file.to_str().context("a path that is no text")?;
    engine.ask(&["cp", file, &format!("making:/tmp/{name}")]);
    Ok(())
}

/// What a program is linked against, as the loader finds it.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("could not run ldd")?;
    let said = String::from_utf8(output.stdout)?;
    let paths = said.split_whitespace().filter(|word| word.starts_with('/'));
    Ok(paths.map(PathBuf::from).collect())
}

/// Host and port of an address.
fn host(url: &Value) -> Result<String> {
    let url: Url = url.as_str().context("the tool has no address")?.parse()?;
    Ok(url.authority().to_owned())
}

/// Where the engine has a port of the containers that are meant: `--all` or the `--latest`.
fn published(engine: &Engine, which: &str, port: u16) -> Result<String> {
    let said = engine.ask(&["port", which]);
    let line = said.lines().find(|line| line.contains(&format!("{port}/tcp")));
    let (_, at) = line.and_then(|line| line.split_once("-> ")).context("no port is published")?;
    Ok(at.to_owned())
}
