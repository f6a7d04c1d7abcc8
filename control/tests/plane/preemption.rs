//! Who loses a place, and who does not: the minimum guaranteed runtime, work that ends when it is interrupted, and a
//! clock that jumps back.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use cluster::simulated::{Conditions, SimulatedDriver, Trouble, one_machine};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    clock::{Clock, SystemChance},
    node_pools::{NodePoolEdit, PoolScheduling},
    projects::ProjectChange,
};
use domain::{
    ClusterId, NodePoolId, ProjectId, Reason, WorkloadId,
    access::Actor,
    org::Cluster,
    rules::{Rules, SchedulingRules},
    submission::{Compute, Submission},
    verdict::{FixCode, VerdictKind},
    workload::{PhaseName, Source, Workload},
};
use store::{Change, DatabaseUrl, Store};

use crate::clock::HandClock;

/// One machine with two GPUs, whose pool guarantees ten minutes.
struct Story {
    control: ControlPlane,
    driver: Arc<SimulatedDriver>,
    clock: Arc<HandClock>,
    url: DatabaseUrl,
    folder: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(HandClock::default()));
        let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
        let control = open(&url, &clock).await;
        let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        let driver = Arc::new(SimulatedDriver::in_memory(one_machine()));
        control.drive(first.cluster, driver.clone());
        let min_runtime = Some("10m".to_owned());
        let scheduling = PoolScheduling { min_runtime, ..PoolScheduling::default() };
        let edit = NodePoolEdit { scheduling, ..NodePoolEdit::default() };
        let pool = NodePoolId(100_001);
        control.edit_node_pool(&Actor::berth(), pool, edit, false).await.unwrap();
        Self { control, driver, clock, url, folder }
    }

    async fn create(&self, name: &str, priority: &str, of: Submission) -> WorkloadId {
        let compute = Compute { gpu_devices_request: Some(2), ..Compute::default() };
        let submission = Submission {
            image: Some("image".into()),
            compute: Some(compute),
            priority_class: Some(priority.into()),
            ..of
        };
        let new = NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: self.cluster(),
            submission,
            source: Source::Cli,
        };
        self.control.create_workspace(&Actor::berth(), new).await.unwrap().id
    }

    fn cluster(&self) -> ClusterId {
        self.control.world().projects[&ProjectId(1)].cluster
    }

    async fn later(&self, secs: i64) {
        self.clock.wind(secs);
        for _ in 0..8 {
            self.control.turn().await.unwrap();
            self.clock.wind(1);
        }
    }

    fn trouble(&self, trouble: Vec<Trouble>) {
        let conditions = Conditions { speed: 1_000.0, trouble };
        self.driver.set_conditions(conditions, self.clock.now());
    }

    fn of(&self, id: WorkloadId) -> Arc<Workload> {
        self.control.world().workloads[&id].clone()
    }

    fn phase(&self, id: WorkloadId) -> PhaseName {
        self.of(id).phase.name()
    }
}

async fn open(url: &DatabaseUrl, clock: &Arc<HandClock>) -> ControlPlane {
    let store = Store::open(url).await.unwrap();
    ControlPlane::open(store, clock.clone(), Arc::new(SystemChance)).await.unwrap()
}

#[tokio::test]
async fn what_comes_and_goes_with_a_node_does_not_prolong_the_guarantee() {
    let story = Story::begin().await;
    let train = story.create("train", "low", Submission::default()).await;
    story.later(60).await;
    let from = story.of(train).guaranteed_from().unwrap();
    let urgent = story.create("urgent", "very-high", Submission::default()).await;
    story.later(240).await;
    assert_eq!(story.of(urgent).reasons()[0].code(), "VictimsProtected");
    story.trouble(vec![Trouble::NodeLoss { on: "local".into() }]);
    story.later(60).await;
    assert_eq!(story.phase(train), PhaseName::Degraded);
    story.trouble(vec![]);
    story.later(60).await;
    assert_eq!(
        (story.phase(train), story.of(train).guaranteed_from()),
        (PhaseName::Running, Some(from))
    );
    // Ten minutes after it first ran, six after it came back.
    story.later(300).await;
    assert_eq!(story.phase(urgent), PhaseName::Running);
    assert_eq!((story.phase(train), story.of(train).generation), (PhaseName::Pending, 2));
}

#[tokio::test]
async fn who_was_submitted_to_end_after_a_preemption_ends_with_the_reason() {
    let story = Story::begin().await;
    let ends = Submission { terminate_after_preemption: Some(true), ..Submission::default() };
    let train = story.create("train", "low", ends).await;
    story.later(1).await;
    story.later(700).await;
    let urgent = story.create("urgent", "very-high", Submission::default()).await;
    story.later(60).await;
    assert_eq!(story.phase(urgent), PhaseName::Running);
    let ended = story.of(train);
    assert_eq!((ended.phase.name(), ended.generation), (PhaseName::Stopped, 1));
    assert_eq!(ended.reasons()[0].code(), "Preempted");
    // It takes no place when there is one again; whoever wants it runs it.
    story.control.stop_workload(&Actor::berth(), urgent).await.unwrap();
    story.later(60).await;
    assert_eq!(story.phase(train), PhaseName::Stopped);
    story.control.run_workload(&Actor::berth(), train).await.unwrap();
    story.later(60).await;
    assert_eq!(story.phase(train), PhaseName::Running);
}

#[tokio::test]
async fn a_clock_that_jumps_back_takes_no_place_from_anybody() {
    let story = Story::begin().await;
    let limits = SchedulingRules {
        interactive_job_time_limit_seconds: Some(7_200),
        interactive_job_preempt_idle_duration_seconds: Some(3_600),
        ..SchedulingRules::default()
    };
    let change = ProjectChange {
        rules: Some(Rules { limits, ..Rules::default() }),
        ..ProjectChange::default()
    };
    story.control.update_project(&Actor::berth(), ProjectId(1), change).await.unwrap();
    let preemptible =
        Submission { preemptibility: Some("preemptible".into()), ..Submission::default() };
    let train = story.create("train", "low", preemptible).await;
    story.later(60).await;
    let urgent = story.create("urgent", "very-high", Submission::default()).await;
    story.trouble(vec![Trouble::Idle { on: "*".into() }]);
    story.later(60).await;
    let cycles = story.control.world().last_cycle;
    for jump in [-30, -3_600, -1_000_000] {
        story.later(jump).await;
        story.later(60).await;
        assert_eq!((story.phase(train), story.of(train).generation), (PhaseName::Running, 1));
        assert_eq!(story.of(urgent).reasons()[0].code(), "VictimsProtected", "{jump}");
    }
    assert_eq!(story.control.world().last_cycle, cycles, "no cycle decided anything");
    // Back in the present nothing was forgotten: the guarantee is over, and the time has its limit.
    story.later(1_003_630 + 600).await;
    assert_eq!(story.phase(urgent), PhaseName::Running);
}

#[tokio::test]
async fn one_cluster_that_does_not_answer_leaves_the_idle_limits_of_the_others() {
    let story = Story::begin().await;
    let limits = SchedulingRules {
        interactive_job_max_idle_duration_seconds: Some(300),
        ..SchedulingRules::default()
    };
    let change = ProjectChange {
        rules: Some(Rules { limits, ..Rules::default() }),
        ..ProjectChange::default()
    };
    story.control.update_project(&Actor::berth(), ProjectId(1), change).await.unwrap();
    let idle = story.create("idle", "very-high", Submission::default()).await;
    story.trouble(vec![Trouble::Idle { on: "*".into() }]);
    story.later(30).await;
    assert_eq!(story.phase(idle), PhaseName::Running);

    // Another cluster, which is asked first and is silent.
    let Story { control, driver, clock, url, folder } = story;
    let own = control.world().projects[&ProjectId(1)].cluster;
    drop(control);
    let silent = ClusterId(uuid::Uuid::nil());
    let store = Store::open(&url).await.unwrap();
    let (name, created_at) = ("silent".to_owned(), clock.now());
    let other = Cluster {
        id: silent,
        name,
        simulated: true,
        kind: Default::default(),
        scheduler: None,
        created_at,
    };
    store.commit(&[Change::Cluster(other)]).await.unwrap();
    drop(store);
    let control = open(&url, &clock).await;
    let lost = SimulatedDriver::in_memory(one_machine());
    let trouble = vec![Trouble::Disconnected {}];
    lost.set_conditions(Conditions { speed: 1.0, trouble }, clock.now());
    control.drive(silent, Arc::new(lost));
    control.drive(own, driver.clone());
    let story = Story { control, driver, clock, url, folder };
    for _ in 0..15 {
        story.clock.wind(30);
        assert!(story.control.observe_once().await.is_err());
        story.control.idle_once().await.unwrap();
        assert!(story.control.reconcile_once().await.is_err());
    }
    assert_eq!(story.phase(idle), PhaseName::Stopped, "{:?}", story.folder);
}

#[tokio::test]
async fn who_ran_out_of_memory_is_told_what_helps() {
    let story = Story::begin().await;
    let train = story.create("train", "low", Submission::default()).await;
    story.trouble(vec![Trouble::OutOfMemory { on: "*".into(), after_secs: 5.0 }]);
    for _ in 0..60 {
        story.later(60).await;
    }
    let failed = story.of(train);
    assert_eq!(failed.reasons().first().map(Reason::code), Some("OutOfMemory"), "{failed:?}");
    let fixes = story.control.fixes_of(&Actor::berth(), train).await.unwrap();
    let [fix] = fixes.as_slice() else { panic!("{fixes:?}") };
    assert_eq!((fix.code, fix.then), (FixCode::MoreMemory, VerdictKind::StartsNow));
    insta::assert_snapshot!(fix, @"Ask for 1 GB of memory: Starts now on local");
}
