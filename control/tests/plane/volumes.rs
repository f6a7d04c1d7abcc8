//! What an asset says of a volume counts where somebody mounts it: in the cycle and in the answer before it, in its own
//! project and in those that share it, and in words that each reader may have.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use cluster::simulated::{SimulatedDriver, demo_nodes};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    assets::NewAsset,
    clock::{SystemChance, SystemClock},
    projects::NewProject,
};
use domain::{
    ClusterId, NodePoolId, ProjectId, Scope, WorkloadId,
    access::{Actor, Principal, Role},
    org::PoolQuota,
    submission::Submission,
    workload::Source,
};
use serde_json::{Value, json};
use store::{DatabaseUrl, Store};

/// The demonstration's nodes in one pool, with eight GPUs on most of them; two projects.
struct Story {
    control: ControlPlane,
    cluster: ClusterId,
    other: ProjectId,
    _folder: tempfile::TempDir,
}

const MINE: ProjectId = ProjectId(1);

impl Story {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("berth.db"))).await;
        let control =
            ControlPlane::open(store.unwrap(), Arc::new(SystemClock), Arc::new(SystemChance));
        let control = control.await.unwrap();
        let cluster = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap().cluster;
        control.drive(cluster, Arc::new(SimulatedDriver::in_memory(demo_nodes())));
        control.turn().await.unwrap();
        let world = control.world();
        let pool = world.pools_of(cluster).next().unwrap().id;
        let quotas = [(pool, PoolQuota::unlimited())].into();
        let other = project(&control, cluster, quotas).await;
        Self { control, cluster, other, _folder: folder }
    }

    fn member(&self, project: ProjectId) -> Actor {
        let rights =
            self.control.world().rights_of_role(Role::Practitioner, Scope::Project(project));
        Actor::new(Principal::Berth, "mara", rights.unwrap())
    }

    /// An asset for a claim `data` that is there, of one node at a time.
    async fn volume(&self, scope: Scope, is_shared: bool) {
        self.claim(scope, is_shared, Some(json!({"accessModes": {"readWriteOnce": true}}))).await;
    }

    /// An asset for a claim `data` that is there, with what is said of it.
    async fn claim(&self, scope: Scope, is_shared: bool, info: Option<Value>) {
        let spec = json!({"kind": "pvc", "spec": {
            "path": "/data", "existingPvc": true, "claimName": "data", "dataSharing": is_shared,
            "claimInfo": info
        }});
        let new = NewAsset {
            name: "data".into(),
            description: None,
            scope,
            supports: None,
            spec: serde_json::from_value(spec).unwrap(),
            content: Default::default(),
            is_private: false,
        };
        self.control.create_asset(&Actor::berth(), new).await.unwrap();
    }

    /// A workspace that says of its claim no more than its name.
    fn wanted(&self, project: ProjectId, name: &str, gpus: i64) -> NewWorkspace {
        let submission: Submission = serde_json::from_value(json!({
            "image": "a", "compute": {"gpuDevicesRequest": gpus},
            "storage": {"pvc": [{"path": "/data", "existingPvc": true, "claimName": "data"}]}
        }))
        .unwrap();
        NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project,
            cluster: self.cluster,
            submission,
            source: Source::Cli,
        }
    }

    async fn submit(&self, project: ProjectId, name: &str, gpus: i64) -> WorkloadId {
        let new = self.wanted(project, name, gpus);
        let id = self.control.create_workspace(&Actor::berth(), new).await.unwrap().id;
        self.control.turn().await.unwrap();
        id
    }

    /// Where it is, or why it waits, as a member of the project is told; before it is submitted, and after.
    async fn told(&self, project: ProjectId, name: &str, gpus: i64) -> String {
        let reader = self.member(project);
        let asked = self.control.verdict(&reader, self.wanted(project, name, gpus)).await.unwrap();
        let id = self.submit(project, name, gpus).await;
        let workload = self.control.workload(&reader, id).unwrap();
        let place = workload.placement().map(|place| format!("on {}", place.node));
        let why = workload.phase.reasons().first().map(ToString::to_string);
        format!("{}\n{}", asked.outcome.sentence(), place.or(why).unwrap())
    }
}

async fn project(
    control: &ControlPlane,
    cluster: ClusterId,
    quotas: std::collections::BTreeMap<NodePoolId, PoolQuota>,
) -> ProjectId {
    let new = NewProject {
        cluster,
        department: None,
        name: "elsewhere".into(),
        description: String::new(),
        requested_namespace: None,
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
    };
    control.create_project(&Actor::berth(), new).await.unwrap().id
}

#[tokio::test]
async fn who_mounts_a_volume_of_one_node_comes_to_who_has_it() {
    let story = Story::begin().await;
    story.volume(Scope::Project(MINE), false).await;
    story.submit(MINE, "first", 7).await;
    insta::assert_snapshot!(story.told(MINE, "second", 2).await, @"
    Waiting: volume data is attached to first on gpu-01 and can be used by one node only; there is no room on that one.
    Waiting: volume data is attached to first on gpu-01 and can be used by one node only; there is no room on that one.
    ");
    insta::assert_snapshot!(story.told(MINE, "third", 1).await, @"
    On gpu-01, GPU 7, in node pool default.
    on gpu-01
    ");
    // The claim of that name in another project is another volume.
    insta::assert_snapshot!(story.told(story.other, "fourth", 1).await, @"
    On gpu-02, GPU 0, in node pool default.
    on gpu-02
    ");
}

#[tokio::test]
async fn a_volume_that_projects_share_is_one_and_strangers_are_not_named() {
    let story = Story::begin().await;
    story.volume(Scope::Cluster(story.cluster), true).await;
    story.submit(MINE, "first", 8).await;
    insta::assert_snapshot!(story.told(MINE, "second", 1).await, @"
    Waiting: volume data is attached to first on gpu-01 and can be used by one node only; there is no room on that one.
    Waiting: volume data is attached to first on gpu-01 and can be used by one node only; there is no room on that one.
    ");
    insta::assert_snapshot!(story.told(story.other, "third", 1).await, @"
    Waiting: volume data is attached to a workload of another project on gpu-01 and can be used by one node only; there is no room on that one.
    Waiting: volume data is attached to a workload of another project on gpu-01 and can be used by one node only; there is no room on that one.
    ");
}

#[tokio::test]
async fn of_a_claim_of_which_nothing_is_said_nothing_is_supposed() {
    let story = Story::begin().await;
    story.claim(Scope::Project(MINE), false, None).await;
    story.submit(MINE, "first", 7).await;
    insta::assert_snapshot!(story.told(MINE, "second", 2).await, @"
    On gpu-02, GPUs 0, 1, in node pool default.
    on gpu-02
    ");
}
