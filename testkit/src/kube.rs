//! A real Kubernetes control plane to throw away: etcd, API server and controllers on loopback, with nodes that are
//! played (`kube/README.md`). Programs are those that `kube/build.sh` has built.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::way::Way;

const BUILD: &str = "the control plane is not built: `cargo xtask test --kubernetes` builds it";

/// What `kube/up.sh` says of the control plane that it started.
const VARIABLES: [&str; 4] =
    ["BERTH_KUBE_DIR", "BERTH_KUBE_KUBECTL", "BERTH_KUBE_ADMIN_CONFIG", "BERTH_KUBE_CONFIG"];
/// Seconds without a sign of life after which a node counts as lost, where nobody waits for that.
const PATIENT_SECS: u32 = 40;

/// Texts of which something was made.
static CREATED: AtomicU32 = AtomicU32::new(0);
/// The one that several tests of a program share.
static SHARED: Mutex<Weak<Kube>> = Mutex::new(Weak::new());

/// A control plane that ends when it is dropped.
pub struct Kube {
    variables: BTreeMap<String, String>,
    is_ours: bool,
}

impl Kube {
    /// One for tests that do it no harm: that of the environment, or one that ends with the last of them.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    pub fn shared() -> Arc<Self> {
        let variables =
            VARIABLES.iter().map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
        if let Some(variables) = variables.collect() {
            return Arc::new(Self { variables, is_ours: false });
        }
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let kube = shared.upgrade().unwrap_or_else(|| Arc::new(Self::start(PATIENT_SECS)));
        *shared = Arc::downgrade(&kube);
        kube
    }

    /// Starts one. A node counts as lost after `grace_secs` without a sign of life.
    ///
    /// # Panics
    ///
    /// When it is not built, or does not start.
    pub fn start(grace_secs: u32) -> Self {
        Self::start_with(grace_secs, &[])
    }

    /// The same, with variables for `kube/up.sh`.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    pub fn start_with(grace_secs: u32, variables: &[(&str, &str)]) -> Self {
        // Ports are drawn by chance, so that another try may go better.
        let tried = (0..3).map(|_| up(grace_secs, variables));
        let said = tried.into_iter().find_map(Result::ok).unwrap_or_else(|| panic!("{BUILD}"));
        let exported =
            said.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        let variables = exported.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { variables: variables.collect(), is_ours: true }
    }

    /// The connection that Berth is given: a service account with the rights that we ship, and no more.
    pub fn config(&self) -> PathBuf {
        self.variables["BERTH_KUBE_CONFIG"].clone().into()
    }

    /// The same, over a way that can be closed.
    ///
    /// # Panics
    ///
    /// When the connection is another one than `kube/up.sh` writes.
    pub fn over_a_way(&self) -> (Way, PathBuf) {
        let text = std::fs::read_to_string(self.config()).expect("a kubeconfig");
        let port = text.split("https://127.0.0.1:").nth(1).and_then(|rest| rest.split('"').next());
        let port = port.expect("a port");
        let way = Way::to(port.parse().expect("a number"));
        let path = self.folder().join("way.kubeconfig");
        let over = text.replace(&format!(":{port}"), &format!(":{}", way.port()));
        std::fs::write(&path, over).expect("a file");
        (way, path)
    }

    /// What one of its parts has taken of the processor until now.
    ///
    /// # Panics
    ///
    /// When it does not run.
    pub fn processor(&self, part: &str) -> Duration {
        let pid = std::fs::read_to_string(self.folder().join(format!("{part}.pid")));
        processor(pid.expect("a part").trim().parse().expect("a number"))
    }

    /// The connection of whoever may everything.
    pub fn admin_config(&self) -> PathBuf {
        self.variables["BERTH_KUBE_ADMIN_CONFIG"].clone().into()
    }

    /// Where its parts keep their logs.
    pub fn folder(&self) -> PathBuf {
        self.variables["BERTH_KUBE_DIR"].clone().into()
    }

    /// Adds nodes `PREFIX-1` and so on, each with so many GPUs.
    ///
    /// # Panics
    ///
    /// When they do not become ready.
    pub fn nodes(&self, count: u32, gpus: u32, prefix: &str) {
        self.script("nodes.sh", &[&count.to_string(), &gpus.to_string(), prefix]);
    }

    /// Makes a fault: the words of `kube/fault.sh`.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn fault(&self, words: &[&str]) {
        self.script("fault.sh", words);
    }

    /// What `kubectl` says, asked by whoever may everything.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn kubectl(&self, words: &[&str]) -> String {
        text(&self.try_kubectl(words), words)
    }

    /// The same, where it may fail.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn try_kubectl(&self, words: &[&str]) -> Output {
        let mut kubectl = Command::new(&self.variables["BERTH_KUBE_KUBECTL"]);
        kubectl.arg("--kubeconfig").arg(self.admin_config()).args(words);
        kubectl.output().expect("kubectl")
    }

    /// Makes what a text describes.
    ///
    /// # Panics
    ///
    /// When it is refused.
    pub fn create(&self, yaml: &str) {
        // Several tests share one.
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let path = self.folder().join(format!("create-{number}.yaml"));
        std::fs::write(&path, yaml).expect("a file");
        self.kubectl(&["create", "-f", &path.display().to_string()]);
    }

    /// Prints the end of each part's log: a test has failed, and the folder goes.
    fn tell(&self) {
        const LINES: usize = 12;
        for part in ["etcd", "kube-apiserver", "kube-controller-manager", "kwok"] {
            let log = std::fs::read_to_string(self.folder().join(format!("{part}.log")));
            let log = log.unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let end = lines[lines.len().saturating_sub(LINES)..].join("\n");
            eprintln!("-- the end of {part}.log\n{end}");
        }
    }

    fn script(&self, name: &str, words: &[&str]) -> String {
        let mut script = Command::new(folder().join(name));
        let said = script.args(words).envs(&self.variables).output().expect("a script");
        text(&said, words)
    }
}

impl Drop for Kube {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tell();
        }
        if self.is_ours {
            self.script("down.sh", &[]);
        }
    }
}

/// What a process has taken of the processor until now.
///
/// # Panics
///
/// When it is not there.
pub fn processor(pid: u32) -> Duration {
    let said = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let fields = said.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn up(grace_secs: u32, variables: &[(&str, &str)]) -> Result<String, ()> {
    let mut up = Command::new(folder().join("up.sh"));
    up.env("BERTH_KUBE_GRACE", grace_secs.to_string()).envs(variables.iter().copied());
    let said = up.output().expect("kube/up.sh");
    let wrong = String::from_utf8_lossy(&said.stderr);
    if !said.status.success() {
        eprintln!("{wrong}");
    }
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned()).ok_or(())
}

fn text(said: &Output, words: &[&str]) -> String {
    let wrong = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{words:?}: {wrong}");
    String::from_utf8_lossy(&said.stdout).into_owned()
}

/// The scripts.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kube")
}
