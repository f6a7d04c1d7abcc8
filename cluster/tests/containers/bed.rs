//! A driver on a throw-away engine, what is wanted of it, and words for what it says.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use cluster::{
    DesiredPod, Driver, Observed, Place, SharedClaim, Wanted,
    container::{ContainerDriver, Settings},
};
use domain::{
    AssetId, ClusterId, Timestamp, WorkloadId,
    submission::{Spec, Submission},
    workload::{Placement, PodState},
};
use testkit::engine::Engine;

/// Long enough for a loaded machine; what takes longer is stuck.
const WITHIN: Duration = Duration::from_secs(120);

pub struct Bed {
    pub engine: Engine,
    pub driver: ContainerDriver,
    pub desired: Vec<DesiredPod>,
    settings: Settings,
}

impl Bed {
    /// An engine with the image `busy:1`.
    pub fn new() -> Self {
        Self::with_folders(&[])
    }

    pub fn with_folders(host_folders: &[&str]) -> Self {
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let engine = Engine::start();
        engine.image("localhost/busy:1", &[]);
        let settings = Settings {
            cluster: ClusterId(uuid::Uuid::from_u128(7)),
            sockets: vec![engine.socket()],
            host_folders: host_folders.iter().map(|folder| (*folder).to_owned()).collect(),
        };
        let driver = ContainerDriver::start(settings.clone());
        Self { engine, driver, desired: Vec::new(), settings }
    }

    /// Berth is killed and comes back: all that it kept in memory is gone.
    pub fn restart_berth(&mut self) {
        self.driver = ContainerDriver::start(self.settings.clone());
    }

    /// Wants a workload to run from now on. The submission is its wire form, without the image.
    pub fn run(&mut self, number: u128, submission: &str) {
        self.run_image(number, "localhost/busy:1", submission);
    }

    pub fn run_image(&mut self, number: u128, image: &str, submission: &str) {
        let generation = self.pod(number).map_or(1, |pod| pod.generation + 1);
        let mut submission: Submission = serde_json::from_str(submission).unwrap();
        submission.image = Some(image.into());
        let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        self.desired.retain(|pod| pod.workload != id(number));
        self.desired.push(DesiredPod {
            workload: id(number),
            generation,
            namespace: "runai-vision".into(),
            name: format!("nb{number}-{generation}"),
            wanted: Wanted::Running,
            place: Place::Chosen(Placement {
                pool: "default".parse().unwrap(),
                node: "here".into(),
                gpus: vec![],
            }),
            submission: spec.submission,
            request: spec.pod,
            backoff_limit: spec.backoff_limit,
            env: vec![("RUNAI_PROJECT".into(), "vision".into())],
            secrets: vec![],
            shared: vec![],
        });
    }

    /// The data volume with this number is the claim of another project.
    pub fn show(&mut self, number: u128, volume: u128, namespace: &str, claim: &str) {
        let of = SharedClaim {
            volume: AssetId(uuid::Uuid::from_u128(volume)),
            namespace: namespace.into(),
            claim: claim.into(),
        };
        self.each(number, |pod| pod.shared.push(of.clone()));
    }

    /// It is of another project.
    pub fn move_to(&mut self, number: u128, namespace: &str) {
        self.each(number, |pod| pod.namespace = namespace.into());
    }

    fn each(&mut self, number: u128, change: impl Fn(&mut DesiredPod)) {
        self.desired.iter_mut().filter(|pod| pod.workload == id(number)).for_each(change);
    }

    /// Wants it to end within `grace_secs`.
    pub fn stop(&mut self, number: u128, grace_secs: u64) {
        self.each(number, |pod| pod.wanted = Wanted::Ending { grace_secs });
    }

    fn pod(&self, number: u128) -> Option<&DesiredPod> {
        self.desired.iter().find(|pod| pod.workload == id(number))
    }

    /// What is wanted, as the driver is told.
    pub fn orders(&self) -> Vec<Arc<DesiredPod>> {
        self.desired.iter().cloned().map(Arc::new).collect()
    }

    /// One turn of Berth's loops.
    pub async fn turn(&self) -> Observed {
        let kept: BTreeSet<_> = self.desired.iter().map(|pod| pod.workload).collect();
        self.driver.keep(&kept).await;
        self.driver.apply(&self.orders(), now()).await.unwrap();
        self.driver.observe(now()).await.unwrap()
    }

    /// Turns until the workload is as `is` wants it; gives what was seen then.
    pub async fn until(&self, number: u128, is: impl Fn(&Pod) -> bool) -> Pod {
        let until = Instant::now() + WITHIN;
        loop {
            let seen = pod(&self.turn().await, number);
            if is(&seen) {
                return seen;
            }
            assert!(Instant::now() < until, "it is still {}", seen.text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn until_runs(&self, number: u128) -> Pod {
        self.until(number, |pod| matches!(pod.state, Some(PodState::Running))).await
    }

    pub async fn until_gone(&self, number: u128) {
        self.until(number, |pod| pod.state.is_none()).await;
    }

    pub async fn until_failed(&self, number: u128) -> Pod {
        self.until(number, |pod| matches!(pod.state, Some(PodState::Failed { .. }))).await
    }

    /// What its container wrote.
    pub async fn log(&self, number: u128) -> String {
        let lines = self.driver.logs(id(number), 100).await.unwrap();
        lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
    }

    /// Waits for a line in its log.
    pub async fn until_says(&self, number: u128, text: &str) -> String {
        let until = Instant::now() + WITHIN;
        loop {
            let log = self.log(number).await;
            if log.contains(text) {
                return log;
            }
            assert!(Instant::now() < until, "it only said {log:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The containers that the engine has, by name, with their state.
    pub fn containers(&self) -> String {
        let all = ["ps", "--all", "--sort", "names", "--format", "{{.Names}} {{.Status}}"];
        let said = self.engine.ask(&all);
        let first_two = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        said.lines().map(first_two).collect::<Vec<_>>().join("\n").to_lowercase()
    }

    pub fn volumes(&self) -> Vec<String> {
        self.engine.ask(&["volume", "ls", "--quiet"]).lines().map(str::to_owned).collect()
    }
}

/// What is said of one workload.
#[derive(Clone, Debug)]
pub struct Pod {
    pub state: Option<PodState>,
    pub restarts: u32,
    pub address: Option<std::net::SocketAddr>,
}

impl Pod {
    /// The sentence of its reason, or how far it is.
    pub fn text(&self) -> String {
        match &self.state {
            Some(PodState::Unwell { reason } | PodState::Failed { reason }) => {
                format!("{}: {reason}", reason.code())
            }
            Some(PodState::Starting { doing }) => doing.clone(),
            state => format!("{state:?}"),
        }
    }
}

pub fn pod(seen: &Observed, number: u128) -> Pod {
    let of = seen.pods.iter().find(|pod| pod.workload == id(number));
    let detail = seen.details.iter().find(|detail| detail.workload == id(number));
    Pod {
        state: of.map(|pod| pod.state.clone()),
        restarts: of.map_or(0, |pod| pod.restarts),
        address: detail.and_then(|detail| detail.addresses.values().next().copied()),
    }
}

pub fn id(number: u128) -> WorkloadId {
    WorkloadId(uuid::Uuid::from_u128(number))
}

/// The driver's clock is the world's here: the engine's own times are.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Timestamp {
    Timestamp::now()
}
