//! Which credentials a driver is given for a workload: those that its project may use, the nearest first; of what people
//! keep for themselves, that of whoever made it.

#![expect(clippy::unwrap_used, reason = "this is a test throughout, its helpers as well")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, OnceLock},
};

use async_trait::async_trait;
use cluster::{
    DesiredPod, Driver, DriverError, DriverKind, LogLine, Observed, Opened, Safe,
    simulated::{SimulatedDriver, one_machine},
};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    assets::NewAsset,
    clock::{SystemChance, SystemClock},
    departments::NewDepartment,
    projects::NewProject,
    secrets::Keyring,
};
use domain::{
    ClusterId, EventId, ProjectId, Scope, Timestamp, WorkloadId,
    access::{Actor, Principal, Role},
    asset::{AssetSpec, Credential, CredentialKind, keys},
    secret::Secret,
    workload::Source,
};
use store::{DatabaseUrl, Store};

/// A simulated cluster that also notes what it is told and given.
struct Noting {
    cluster: SimulatedDriver,
    safe: OnceLock<Arc<dyn Safe>>,
    orders: Mutex<Vec<Arc<DesiredPod>>>,
}

#[async_trait]
impl Driver for Noting {
    fn kind(&self) -> DriverKind {
        self.cluster.kind()
    }

    fn entrust(&self, safe: Arc<dyn Safe>) {
        assert!(self.safe.set(safe).is_ok(), "it is told once");
    }

    async fn apply(&self, desired: &[Arc<DesiredPod>], now: Timestamp) -> Result<(), DriverError> {
        *self.orders.lock().unwrap() = desired.to_vec();
        self.cluster.apply(desired, now).await
    }

    async fn keep(&self, workloads: &BTreeSet<WorkloadId>) {
        self.cluster.keep(workloads).await;
    }

    async fn observe(&self, now: Timestamp) -> Result<Observed, DriverError> {
        self.cluster.observe(now).await
    }

    async fn acknowledge(&self, events: &[EventId]) {
        self.cluster.acknowledge(events).await;
    }

    async fn logs(&self, workload: WorkloadId, tail: usize) -> Result<Vec<LogLine>, DriverError> {
        self.cluster.logs(workload, tail).await
    }

    async fn changed(&self) {
        self.cluster.changed().await;
    }
}

/// A Berth with the projects `default` and `elsewhere`, ada and bob.
struct Place {
    control: ControlPlane,
    driver: Arc<Noting>,
    cluster: ClusterId,
    elsewhere: ProjectId,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("berth.db"))).await;
        let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
        let control = ControlPlane::open(store.unwrap(), clock, chance).await.unwrap();
        control.unlock(Keyring::read(&Keyring::new_key(&SystemChance)).unwrap());
        let cluster = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap().cluster;
        let driver = Arc::new(Noting {
            cluster: SimulatedDriver::in_memory(one_machine()),
            safe: OnceLock::new(),
            orders: Mutex::default(),
        });
        control.drive(cluster, driver.clone());
        let berth = Actor::berth();
        for who in ["ada@example.org", "bob@example.org"] {
            control.create_user(&berth, who, "a long enough passphrase").await.unwrap();
        }
        let department = NewDepartment {
            cluster,
            name: "other".into(),
            description: String::new(),
            quotas: Default::default(),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        let department = control.create_department(&berth, department).await.unwrap().id;
        let project = NewProject {
            cluster,
            department: Some(department),
            name: "elsewhere".into(),
            description: String::new(),
            requested_namespace: None,
            quotas: Default::default(),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        let elsewhere = control.create_project(&berth, project).await.unwrap().id;
        Self { control, driver, cluster, elsewhere, _folder: folder }
    }

    fn person(&self, email: &str) -> Actor {
        let world = self.control.world();
        let user = world.users.values().find(|user| user.email == email).unwrap();
        let rights = world.rights_of_role(Role::Practitioner, Scope::Account).unwrap();
        Actor::new(Principal::User(user.id), email, rights)
    }

    async fn make(&self, actor: &Actor, new: NewAsset) {
        self.control.create_asset(actor, new).await.unwrap();
    }

    async fn submit(&self, actor: &Actor, project: ProjectId, name: &str, spec: &str) {
        let new = NewWorkspace {
            name: name.into(),
            name_is_prefix: false,
            project,
            cluster: self.cluster,
            submission: serde_json::from_str(spec).unwrap(),
            start: Default::default(),
            source: Source::Cli,
        };
        self.control.create_workspace(actor, new).await.unwrap();
    }

    /// What the driver is given for each pod.
    async fn told(&self) -> String {
        for _ in 0..8 {
            self.control.turn().await.unwrap();
        }
        let mut orders = self.driver.orders.lock().unwrap().clone();
        orders.sort_by(|a, b| a.name.cmp(&b.name));
        let mut lines = Vec::new();
        for order in orders {
            let mut line = format!("{}:", order.name);
            for secret in &order.secrets {
                let opened = match self.driver.safe.get().unwrap().open(secret).await {
                    Ok(Opened::Keys(content)) => {
                        let pairs =
                            content.iter().map(|(key, one)| format!("{key}={}", one.reveal()));
                        pairs.collect::<Vec<_>>().join("&")
                    }
                    Ok(Opened::Registry { url, user, password }) => {
                        format!("{user}:{}@{url}", password.reveal())
                    }
                    Err(wrong) => wrong.to_string(),
                };
                line.push_str(&format!(" {} {opened}", secret.of.name));
            }
            lines.push(line);
        }
        lines.join("\n")
    }
}

/// A credential with one value.
fn kept(scope: Scope, name: &str, of: Credential, (key, value): (&str, &str)) -> NewAsset {
    NewAsset {
        name: name.to_owned(),
        description: None,
        scope,
        supports: None,
        spec: AssetSpec::Credential(of),
        content: [(key.to_owned(), Secret::new(value.to_owned()))].into(),
        is_private: false,
    }
}

fn generic(scope: Scope, name: &str, value: &str) -> NewAsset {
    let of = Credential::of(CredentialKind::GenericSecret);
    kept(scope, name, Credential { keys: vec!["k".into()], ..of }, ("k", value))
}

const USES: &str = r#"{"image": "a", "environmentVariables": [
    {"name": "A", "secret": {"name": "genericsecret-hub", "key": "k"}},
    {"name": "B", "secret": {"name": "genericsecret-theirs", "key": "k"}},
    {"name": "C", "userCredential": {"name": "mine", "key": "k"}}]}"#;

#[tokio::test]
async fn a_workload_gets_what_its_place_and_its_maker_may_use_and_nothing_else() {
    let place = Place::new().await;
    let (ada, bob) = (place.person("ada@example.org"), place.person("bob@example.org"));
    let berth = Actor::berth();
    let (default, here) = (ProjectId(1), Scope::Project(ProjectId(1)));
    let there = Scope::Project(place.elsewhere);
    place.make(&berth, generic(here, "hub", "of-default")).await;
    place.make(&berth, generic(there, "theirs", "of-elsewhere")).await;
    for (who, value) in [(&ada, "of-ada"), (&bob, "of-bob")] {
        let own = generic(Scope::Account, "mine", value);
        place.make(who, NewAsset { is_private: true, ..own }).await;
    }
    let registry = Credential {
        user: Some("robot".into()),
        url: Some("https://r.example.org".into()),
        ..Credential::of(CredentialKind::DockerRegistry)
    };
    place.make(&berth, kept(there, "lab", registry, (keys::PASSWORD, "opens"))).await;
    place.submit(&ada, default, "adas", USES).await;
    place.submit(&bob, default, "bobs", USES).await;
    place.submit(&bob, place.elsewhere, "there", USES).await;
    place.submit(&ada, default, "none", r#"{"image": "a"}"#).await;
    insta::assert_snapshot!(place.told().await, @r"
    adas-1: genericsecret-hub k=of-default mine k=of-ada
    bobs-1: genericsecret-hub k=of-default mine k=of-bob
    none-1:
    there-1: genericsecret-theirs k=of-elsewhere mine k=of-bob dockerreg-lab robot:opens@https://r.example.org
    ");
}

#[tokio::test]
async fn an_order_is_made_anew_when_something_around_its_workload_changes_and_only_then() {
    let place = Place::new().await;
    let (ada, berth) = (place.person("ada@example.org"), Actor::berth());
    let (default, here) = (ProjectId(1), Scope::Project(ProjectId(1)));
    place.submit(&ada, default, "none", r#"{"image": "a"}"#).await;
    assert_eq!(place.told().await, "none-1:");
    let order = || place.driver.orders.lock().unwrap()[0].clone();
    let first = order();

    // What happens to another workload is none of its business.
    place.submit(&ada, default, "other", r#"{"image": "a"}"#).await;
    assert_eq!(place.told().await, "none-1:\nother-1:");
    let all = place.driver.orders.lock().unwrap().clone();
    assert!(all.iter().any(|order| Arc::ptr_eq(order, &first)), "it is made once");

    // A registry is opened for all from now on.
    let registry = Credential {
        user: Some("robot".into()),
        url: Some("https://r.example.org".into()),
        ..Credential::of(CredentialKind::DockerRegistry)
    };
    place.make(&berth, kept(here, "lab", registry, (keys::PASSWORD, "opens"))).await;
    insta::assert_snapshot!(place.told().await, @r"
    none-1: dockerreg-lab robot:opens@https://r.example.org
    other-1: dockerreg-lab robot:opens@https://r.example.org
    ");
}
