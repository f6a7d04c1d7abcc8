//! Who waits is told when it will start, from how long finished work ran.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use cluster::simulated::{SimulatedDriver, one_machine};
use control::{ControlPlane, FirstAccounts, NewWorkspace, clock::SystemChance};
use domain::{
    ProjectId, WorkloadId,
    access::Actor,
    submission::{Compute, Submission},
    verdict::{Basis, Estimate},
    workload::{PhaseName, Source},
};
use store::{DatabaseUrl, Store};

use crate::clock::HandClock;

struct Story {
    control: ControlPlane,
    clock: Arc<HandClock>,
    driver: Arc<SimulatedDriver>,
    folder: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(HandClock::default()));
        Self::open(folder, clock, Arc::new(SimulatedDriver::in_memory(one_machine()))).await
    }

    async fn open(
        folder: tempfile::TempDir,
        clock: Arc<HandClock>,
        driver: Arc<SimulatedDriver>,
    ) -> Self {
        let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
        let store = Store::open(&url).await.unwrap();
        let control = ControlPlane::open(store, clock.clone(), Arc::new(SystemChance));
        let control = control.await.unwrap();
        let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        control.drive(first.cluster, driver.clone());
        Self { control, clock, driver, folder }
    }

    /// One that wants all GPUs of the machine.
    async fn create(&self, name: &str) -> WorkloadId {
        let compute = Compute { gpu_devices_request: Some(2), ..Compute::default() };
        let (image, compute) = (Some("image".into()), Some(compute));
        let new = NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: *self.control.world().clusters.keys().next().unwrap(),
            submission: Submission { image, compute, ..Submission::default() },
            source: Source::Cli,
        };
        self.control.create_workspace(&Actor::berth(), new).await.unwrap().id
    }

    fn wait(&self, secs: i64) {
        self.clock.wind(secs);
    }

    async fn until(&self, id: WorkloadId, phase: PhaseName) {
        for _ in 0..60 {
            self.control.turn().await.unwrap();
            if self.control.world().workloads[&id].phase.name() == phase {
                return;
            }
            self.wait(2);
        }
        panic!("{id} is never {phase:?}");
    }

    /// Runs for ten minutes and is stopped.
    async fn run(&self, name: &str) {
        let id = self.create(name).await;
        self.until(id, PhaseName::Running).await;
        self.wait(600);
        self.control.stop_workload(&Actor::berth(), id).await.unwrap();
        self.until(id, PhaseName::Stopped).await;
    }

    fn said(&self, id: WorkloadId) -> Option<Estimate> {
        self.control.world().estimates.get(&id).copied()
    }
}

#[tokio::test]
async fn who_waits_is_told_when_it_will_start() {
    let story = Story::begin().await;
    for number in 0..8 {
        story.run(&format!("w{number}")).await;
    }
    let busy = story.create("busy").await;
    story.until(busy, PhaseName::Running).await;
    story.wait(300);
    let next = story.create("next").await;
    story.until(next, PhaseName::Pending).await;
    let said = story.said(next).unwrap();
    assert_eq!((said.basis, said.samples), (Basis::History, 8));
    let in_secs = said.p50.unwrap().as_second() - story.control.now().as_second();
    assert!((240..=400).contains(&in_secs), "{in_secs} s, {said:?}");
    story.control.stop_workload(&Actor::berth(), busy).await.unwrap();
    story.until(next, PhaseName::Running).await;
    assert_eq!(story.said(next), None, "it runs");
}

#[tokio::test]
async fn without_any_history_nothing_is_guessed() {
    let story = Story::begin().await;
    let busy = story.create("busy").await;
    story.until(busy, PhaseName::Running).await;
    let next = story.create("next").await;
    story.until(next, PhaseName::Pending).await;
    assert_eq!(story.said(next).map(|said| said.basis), Some(Basis::None));
}

#[tokio::test]
async fn what_was_said_before_a_restart_is_learned_from_after_it() {
    let story = Story::begin().await;
    for number in 0..8 {
        story.run(&format!("w{number}")).await;
    }
    let busy = story.create("busy").await;
    story.until(busy, PhaseName::Running).await;
    let next = story.create("next").await;
    story.until(next, PhaseName::Pending).await;
    let said = story.said(next).unwrap();
    let Story { control, clock, driver, folder } = story;
    drop(control);
    let story = Story::open(folder, clock, driver).await;
    story.control.stop_workload(&Actor::berth(), busy).await.unwrap();
    story.until(next, PhaseName::Running).await;
    let started = story.control.world().workloads[&next].placed.unwrap().at;
    assert!(started <= said.p50.unwrap());
    let (learned, came_true) = story.control.learned(&Actor::berth()).unwrap();
    assert_eq!((learned.count, learned.before_half, learned.before_most), (1, 1, 1));
    let kept: Vec<_> =
        came_true.iter().map(|one| (one.name.as_str(), one.first.said, one.started)).collect();
    assert_eq!(kept, [("next", said, started)]);
    // It is settled, and not learned from again.
    let Story { control, clock, driver, folder } = story;
    drop(control);
    let story = Story::open(folder, clock, driver).await;
    story.control.turn().await.unwrap();
    assert_eq!(story.control.learned(&Actor::berth()).unwrap(), (learned, came_true));
}
