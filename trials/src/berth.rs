//! The program under trial as a child process: started, looked at from outside, killed.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

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
}

/// A running program; it ends with the value.
#[derive(Debug)]
pub struct Berth {
    child: Child,
    /// `http://…`, without a slash at the end.
    pub url: String,
}

impl Setup {
    /// The file with everything that it said on standard error, over all its lives.
    pub fn said(&self) -> PathBuf {
        self.data.join("said.log")
    }

    /// Starts a process that nobody waits for.
    pub fn spawn(&self) -> Result<Child> {
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--cluster", "simulated", "--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data);
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
        let begun = Instant::now();
        let mut child = self.spawn()?;
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
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(&path).with_context(|| format!("no {path}"))?;
        let kilobytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        };
        let resident = kilobytes("VmRSS:").context("no VmRSS")? * 1024;
        let anonymous = kilobytes("RssAnon:").context("no RssAnon")? * 1024;
        Ok(Memory { resident, anonymous })
    }

    /// Processor time used so far.
    pub fn cpu(&self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.child.id());
        let text = std::fs::read_to_string(&path).with_context(|| format!("no {path}"))?;
        // The name in parentheses may hold spaces; fields 14 and 15 are user and system.
        let after = text.rsplit(')').next().unwrap_or_default();
        let ticks: Vec<u64> =
            after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
        // Linux counts a hundred a second for programs, whatever the kernel does inside.
        Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
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

/// What the kernel says of its memory, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub resident: u64,
    pub anonymous: u64,
}
