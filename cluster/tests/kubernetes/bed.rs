//! A driver on a real API server, what is wanted of it, and words for what it says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use cluster::{
    DesiredPod, Driver, DriverError, DriverEvent, KeptSecret, NotOpened, Observed, Opened, Place,
    Safe, SharedClaim, Wanted,
    kubernetes::{Connection, KubernetesDriver, Settings},
};
use domain::{
    AssetId, ClusterId, Timestamp, WorkloadId,
    secret::Secret,
    submission::{SecretUse, Spec, Submission},
    workload::{PlacedGpu, Placement, PodState},
};
use testkit::kube::Kube;

/// Long enough for a loaded machine; what takes longer is stuck.
pub const WITHIN: Duration = Duration::from_secs(90);

/// So that no two tests share nodes or namespaces.
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// What credentials keep, by name, as a person last said it: `KEY=VALUE`, or `USER PASSWORD URL` of a registry.
#[derive(Default)]
pub struct Drawer(Mutex<BTreeMap<String, String>>);

impl Drawer {
    pub fn put(&self, name: &str, what: &str) {
        self.0.lock().unwrap().insert(name.into(), what.into());
    }
}

#[async_trait::async_trait]
impl Safe for Drawer {
    async fn open(&self, secret: &KeptSecret) -> Result<Opened, NotOpened> {
        let name = &secret.of.name;
        let what = self.0.lock().unwrap().get(name).cloned();
        let what = what.ok_or_else(|| NotOpened::Gone(name.clone()))?;
        let words: Vec<_> = what.split(' ').map(str::to_owned).collect();
        let keys = words.iter().filter_map(|word| word.split_once('='));
        let keys = keys.map(|(key, value)| (key.to_owned(), Secret::new(value.to_owned())));
        Ok(match &words[..] {
            [user, password, url] => Opened::Registry {
                url: url.clone(),
                user: user.clone(),
                password: Secret::new(password.clone()),
            },
            _ => Opened::Keys(keys.collect()),
        })
    }
}

pub struct Bed {
    pub kube: Arc<Kube>,
    pub driver: KubernetesDriver,
    pub safe: Arc<Drawer>,
    pub desired: Vec<DesiredPod>,
    pub namespace: String,
    /// What the names of its nodes begin with.
    pub nodes: String,
    pub settings: Settings,
}

impl Bed {
    /// On the API server that tests share, with two nodes of eight GPUs.
    pub fn new() -> Self {
        Self::on(Kube::shared(), 2)
    }

    pub fn on(kube: Arc<Kube>, nodes: u32) -> Self {
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}-{number}", std::process::id());
        if nodes > 0 {
            kube.nodes(nodes, 8, &name);
        }
        let settings = Settings {
            cluster: ClusterId(uuid::Uuid::from_u128(
                u128::from(number) << 32 | u128::from(std::process::id()),
            )),
            connection: Connection::File { path: kube.config(), context: None },
        };
        let safe = Arc::<Drawer>::default();
        let driver = KubernetesDriver::start(settings.clone());
        driver.entrust(safe.clone());
        Self {
            kube,
            driver,
            safe,
            desired: vec![],
            namespace: format!("berth-{name}"),
            nodes: name,
            settings,
        }
    }

    /// Berth is killed and comes back: all that it kept in memory is gone.
    pub fn restart_berth(&mut self) {
        self.driver = KubernetesDriver::start(self.settings.clone());
        self.driver.entrust(self.safe.clone());
    }

    /// Wants a workload to run on the first node from now on. The submission is its wire form, without the image.
    pub fn run(&mut self, number: u128, submission: &str) {
        self.run_on(number, 1, "busy:1", submission);
    }

    pub fn run_on(&mut self, number: u128, node: u32, image: &str, submission: &str) {
        let generation = self.pod(number).map_or(1, |pod| pod.generation + 1);
        let mut submission: Submission = serde_json::from_str(submission).unwrap();
        submission.image = Some(image.into());
        let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let gpus = (0..spec.pod.gpu.devices())
            .map(|index| PlacedGpu { index, portion: domain::Gpus::whole(1) });
        let placement = Placement {
            pool: "default".parse().unwrap(),
            node: format!("{}-{node}", self.nodes).as_str().into(),
            gpus: gpus.collect(),
        };
        self.desired.retain(|pod| pod.workload != id(number));
        self.desired.push(DesiredPod {
            workload: id(number),
            generation,
            namespace: self.namespace.clone(),
            name: format!("nb{number}-{generation}"),
            wanted: Wanted::Running,
            place: Place::Chosen(placement),
            submission: spec.submission,
            request: spec.pod,
            backoff_limit: spec.backoff_limit,
            env: vec![("RUNAI_PROJECT".into(), "vision".into())],
            secrets: vec![],
            shared: vec![],
        });
    }

    /// A credential that a workload uses, from its next turn on.
    pub fn keep(&mut self, number: u128, name: &str, pulls: bool) {
        let of = SecretUse { name: name.into(), is_own: false, pulls };
        let kept = KeptSecret { credential: AssetId(uuid::Uuid::from_u128(number)), of };
        for pod in self.desired.iter_mut().filter(|pod| pod.workload == id(number)) {
            pod.secrets.push(kept.clone());
        }
    }

    /// The data volume with this number is the claim of another namespace.
    pub fn show(&mut self, number: u128, volume: u128, namespace: &str, claim: &str) {
        let of = SharedClaim {
            volume: AssetId(uuid::Uuid::from_u128(volume)),
            namespace: namespace.into(),
            claim: claim.into(),
        };
        for pod in self.desired.iter_mut().filter(|pod| pod.workload == id(number)) {
            pod.shared.push(of.clone());
        }
    }

    /// Wants it to end within `grace_secs`.
    pub fn stop(&mut self, number: u128, grace_secs: u64) {
        for pod in self.desired.iter_mut().filter(|pod| pod.workload == id(number)) {
            pod.wanted = Wanted::Ending { grace_secs };
        }
    }

    pub fn pod(&self, number: u128) -> Option<&DesiredPod> {
        self.desired.iter().find(|pod| pod.workload == id(number))
    }

    /// What is wanted, as the driver is told.
    pub fn orders(&self) -> Vec<Arc<DesiredPod>> {
        let mut all: Vec<_> = self.desired.iter().cloned().map(Arc::new).collect();
        all.sort_by_key(|pod| pod.workload);
        all
    }

    /// One turn of Berth's loops; nothing where the cluster does not answer.
    pub async fn try_turn(&self) -> Result<Observed, DriverError> {
        let kept: BTreeSet<_> = self.desired.iter().map(|pod| pod.workload).collect();
        self.driver.keep(&kept).await;
        self.driver.apply(&self.orders(), now()).await?;
        self.driver.observe(now()).await
    }

    /// One turn, as soon as the cluster answers.
    pub async fn turn(&self) -> Observed {
        let until = Instant::now() + WITHIN;
        loop {
            match self.try_turn().await {
                Ok(seen) => return seen,
                Err(wrong) => assert!(Instant::now() < until, "{wrong}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
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

    /// What is said of a workload once it is not well.
    pub async fn until_unwell(&self, number: u128) -> String {
        let is = |pod: &Pod| {
            use PodState::{Displaced, Failed, Unwell};
            matches!(pod.state, Some(Unwell { .. } | Failed { .. } | Displaced { .. }))
        };
        self.until(number, is).await.text().replace(&self.namespace, "NS").replace(&self.nodes, "N")
    }

    /// What `kubectl` says about something in the namespace.
    pub fn kubectl(&self, words: &[&str]) -> String {
        self.kube.kubectl(&[&["-n", &self.namespace], words].concat())
    }

    /// Names of what is there of the kinds.
    pub fn names(&self, kinds: &str) -> String {
        let said = self.kubectl(&["get", kinds, "-o", "name"]);
        said.lines().collect::<Vec<_>>().join(" ")
    }

    /// Waits until what is there of the kinds has these names.
    pub async fn until_names(&self, kinds: &str, names: &str) {
        let until = Instant::now() + WITHIN;
        while self.names(kinds) != names {
            assert!(Instant::now() < until, "{kinds}: {}", self.names(kinds));
            drop(self.try_turn().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What was said of a workload.
pub struct Pod {
    pub state: Option<PodState>,
    pub generation: u32,
    pub detail: Option<cluster::PodDetail>,
    pub events: Vec<DriverEvent>,
}

impl Pod {
    pub fn text(&self) -> String {
        match &self.state {
            None => "not there".into(),
            Some(PodState::Starting { doing }) => format!("starting: {doing}"),
            Some(PodState::Running) => "running".into(),
            Some(PodState::Unwell { reason }) => format!("unwell: {}: {reason}", reason.code()),
            Some(PodState::Displaced { reason }) => {
                format!("displaced: {}: {reason}", reason.code())
            }
            Some(PodState::Unbound { scheduler, answer }) => {
                format!("unbound by {scheduler}: {answer}")
            }
            Some(PodState::Ending) => "ending".into(),
            Some(PodState::Succeeded) => "succeeded".into(),
            Some(PodState::Failed { reason }) => format!("failed: {}: {reason}", reason.code()),
            Some(PodState::Gone) => "gone".into(),
        }
    }
}

pub fn pod(seen: &Observed, number: u128) -> Pod {
    let is = |workload: WorkloadId| workload == id(number);
    let of = seen.pods.iter().find(|pod| is(pod.workload));
    Pod {
        state: of.map(|pod| pod.state.clone()),
        generation: of.map_or(0, |pod| pod.generation),
        detail: seen
            .details
            .iter()
            .find(|detail| is(detail.workload))
            .map(|detail| (**detail).clone()),
        events: seen.events.iter().filter(|event| is(event.workload)).cloned().collect(),
    }
}

pub fn id(number: u128) -> WorkloadId {
    WorkloadId(uuid::Uuid::from_u128(number))
}

/// The tests have the real clock.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Timestamp {
    Timestamp::now()
}
