//! The program under trial as a child process: started, looked at from outside, killed.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, Memory};

/// The application that the first start makes, with an administrator's rights.
pub const CLIENT: (&str, &str) = ("trials", "a secret of the trials alone");
/// The administrator that the first start makes.
pub const ADMIN: (&str, &str) = ("ada@example.org", "correct horse battery staple");
/// How long a start may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How it is started.
#[derive(Clone, Debug)]
pub struct Setup {
    pub program: PathBuf,
    pub data: PathBuf,
    /// `None` for the SQLite file in the data folder.
    pub database_url: Option<String>,
    pub simulation: Option<PathBuf>,
    pub demo: bool,
    /// Socket of the container engine that workspaces run on; `None` for the simulated cluster.
    pub engine: Option<PathBuf>,
    /// Where it listens; `None` for a free port.
    pub listen: Option<String>,
}

/// A running program; it ends with the value.
#[derive(Debug)]
pub struct Berth {
    child: Child,
    /// `http://…`, without a slash at the end.
    pub url: String,
}

impl Setup {
    /// A program with its data in `folder`, a simulated cluster, and nothing else asked for.
    pub fn of(program: &Path, folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            data: folder.join("data"),
            database_url: None,
            simulation: None,
            demo: false,
            engine: None,
            listen: None,
        }
    }

    /// The file with everything that it said on standard error, over all its lives.
    pub fn said(&self) -> PathBuf {
        self.data.join("said.log")
    }

    /// Starts a process that nobody waits for.
    pub fn spawn(&self) -> Result<Child> {
        self.spawn_with(&[])
    }

    fn spawn_with(&self, more: &[&str]) -> Result<Child> {
        let mut command = Command::new(&self.program);
        let listen = self.listen.as_deref().unwrap_or("127.0.0.1:0");
        command.args(["serve", "--listen", listen, "--data"]).arg(&self.data).args(more);
        match &self.engine {
            Some(socket) => command.arg("--engine").arg(format!("unix://{}", socket.display())),
            None => command.args(["--cluster", "simulated"]),
        };
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        if let Some(file) = &self.simulation {
            command.arg("--simulation").arg(file);
        }
        command.args(self.demo.then_some("--demo"));
        command.env("BERTH_BOOTSTRAP_CLIENT_ID", CLIENT.0);
        command.env("BERTH_BOOTSTRAP_CLIENT_SECRET", CLIENT.1);
        command.env("BERTH_BOOTSTRAP_ADMIN_EMAIL", ADMIN.0);
        command.env("BERTH_BOOTSTRAP_ADMIN_PASSWORD", ADMIN.1);
        command.env("RUST_LOG", "error");
        std::fs::create_dir_all(&self.data)?;
        let said = File::options().create(true).append(true).open(self.said())?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(said);
        command.spawn().with_context(|| format!("could not start {}", self.program.display()))
    }

    /// Starts it and waits until it says its address.
    pub fn start(&self) -> Result<Berth> {
        self.serving(self.spawn()?)
    }

    /// Starts another one, which takes the place of the one that runs.
    pub fn take_over(&self) -> Result<Berth> {
        self.serving(self.spawn_with(&["--take-over"])?)
    }

    fn serving(&self, mut child: Child) -> Result<Berth> {
        let begun = Instant::now();
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            let _ = child.wait();
            let said = std::fs::read_to_string(self.said()).unwrap_or_default();
            bail!("it did not start; it said {line:?} and {said}");
        };
        ensure!(begun.elapsed() < PATIENCE, "it took {:?} to start", begun.elapsed());
        Ok(Berth { url: url.to_owned(), child })
    }
}

impl Berth {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Ends it without warning.
    pub fn kill(mut self) -> Result<()> {
        if let Some(ended) = self.child.try_wait()? {
            bail!("it ended by itself: {ended}");
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Memory that it has of the machine, in bytes, and of that what no file lies behind.
    pub fn memory(&self) -> Result<Memory> {
        process::memory(self.child.id())
    }

    /// Processor time used so far.
    pub fn cpu(&self) -> Result<Duration> {
        process::cpu(self.child.id())
    }

    /// The part of one processor that it uses while nobody asks anything.
    pub fn idle_cpu(&self, during: Duration) -> Result<f64> {
        let before = self.cpu()?;
        thread::sleep(during);
        Ok((self.cpu()? - before).as_secs_f64() / during.as_secs_f64())
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
