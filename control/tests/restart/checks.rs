//! What must be true after all the kills, once everything has had the time to come to rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use cluster::simulated::doubled;
use domain::{
    Gpus,
    access::Actor,
    event::{Event, Happening},
    workload::{DesiredPhase, Phase, PhaseName, Workload},
};
use store::EventKind;
use testkit::diary::Diary;

use crate::{KILLS, diary::word, life::Life};

/// Turns in which everything comes to rest.
const TURNS: usize = 60;
/// Events of one workload, at most.
const EVENTS_MAX: u32 = 10_000;

pub async fn all(dir: &Path, database: &str, seed: u64, diary: &Diary) {
    let life = Life::begin(dir, database, seed, KILLS + 1).await;
    rest(&life).await;
    nothing_is_lost(&life, diary);
    everything_is_where_it_is_wanted(&life);
    no_gpu_is_given_twice(&life);
    nothing_ran_twice(&life);
    histories_are_whole(&life).await;
    memory_and_database_agree(&life).await;
    everything_can_be_deleted(&life).await;
}

async fn rest(life: &Life) {
    for _ in 0..TURNS {
        life.control.turn().await.unwrap();
        life.wind(30);
    }
}

fn nothing_is_lost(life: &Life, diary: &Diary) {
    let world = life.control.world();
    let pair = |w: &Arc<Workload>| (w.name.to_string(), word(w.desired).to_owned());
    let found: BTreeMap<_, _> = world.workloads.values().map(pair).collect();
    assert_eq!(diary.contradictions(&found), [""; 0]);
    assert_eq!(found.len(), world.workloads.len(), "a name was given twice");
    assert_eq!((world.clusters.len(), world.projects.len()), (1, 1), "two first starts");
}

fn everything_is_where_it_is_wanted(life: &Life) {
    let world = life.control.world();
    let mut free = Gpus::whole(2);
    for workload in world.workloads.values() {
        free = free.saturating_sub(workload.placement().map(|p| p.gpu_total()).unwrap_or_default());
        assert!(is_at_rest(workload), "{}: {:?}", workload.name, workload.phase);
    }
    let waits = world.live().any(|w| matches!(w.phase, Phase::Pending { .. }));
    assert!(!waits || free < Gpus::whole(1), "something waits beside a free GPU");
}

fn is_at_rest(workload: &Workload) -> bool {
    let submission = &workload.spec.submission;
    let wants_gpu = submission.compute.as_ref().is_some_and(|c| c.gpu_devices_request.is_some());
    let ends = submission.command.is_some();
    match (workload.desired, &workload.phase) {
        (DesiredPhase::Running, Phase::Running { .. }) => !ends,
        (DesiredPhase::Running, Phase::Completed | Phase::Failed { .. }) => ends,
        (DesiredPhase::Running, Phase::Pending { .. }) => wants_gpu,
        (DesiredPhase::Stopped, Phase::Stopped { .. }) => true,
        (DesiredPhase::Deleted, Phase::Deleting { placement: None }) => workload.is_deleted(),
        _ => false,
    }
}

fn no_gpu_is_given_twice(life: &Life) {
    let world = life.control.world();
    let mut given = BTreeSet::new();
    for workload in world.live() {
        for gpu in workload.placement().iter().flat_map(|placement| &placement.gpus) {
            assert!(given.insert(gpu.index), "{} has GPU {} too", workload.name, gpu.index);
        }
    }
}

/// By the cluster's own record: no start happened twice, and what runs is what is wanted.
fn nothing_ran_twice(life: &Life) {
    let starts = life.driver.starts();
    assert_eq!(doubled(&starts), BTreeSet::new());
    let open = starts.iter().filter(|start| start.until.is_none());
    let running: BTreeSet<_> = open.map(|start| (start.workload, start.generation)).collect();
    let world = life.control.world();
    let wanted = world.live().filter(|w| matches!(w.phase, Phase::Running { .. }));
    let wanted: BTreeSet<_> = wanted.map(|w| (w.id, w.generation)).collect();
    assert_eq!(running, wanted);
}

/// A workload and what its history tells of it were stored together.
async fn histories_are_whole(life: &Life) {
    let world = life.control.world();
    for workload in world.workloads.values() {
        let page = life.store.events(workload.id, EventKind::All, 0, EVENTS_MAX, false).await;
        let events = page.unwrap().items;
        let phases: Vec<_> = events.iter().filter_map(phase).collect();
        let (name, now) = (&workload.name, workload.phase.name());
        assert_eq!(phases.first(), Some(&PhaseName::Creating), "{name}");
        assert_eq!(phases.last(), Some(&now), "{name}");
        assert!(phases.windows(2).all(|pair| pair[0] != pair[1]), "{name}: {phases:?}");
        let runs = phases.iter().filter(|phase| **phase == PhaseName::Resuming).count();
        assert_eq!(runs + 1, workload.generation as usize, "{name}: {phases:?}");
        assert!(phases.iter().filter(|phase| **phase == PhaseName::Deleting).count() <= 1);
    }
}

fn phase(event: &Event) -> Option<PhaseName> {
    match &event.what {
        Happening::PhaseUpdate { phase, .. } => Some(*phase),
        Happening::Event { .. } => None,
    }
}

async fn memory_and_database_agree(life: &Life) {
    let stored = life.store.load(domain::Timestamp::MIN).await.unwrap().workloads;
    let world = life.control.world();
    assert_eq!(stored.len(), world.workloads.len());
    for workload in &stored {
        assert_eq!(world.workloads.get(&workload.id).map(|w| &**w), Some(workload));
    }
}

async fn everything_can_be_deleted(life: &Life) {
    let ids: Vec<_> = life.control.world().live().map(|w| w.id).collect();
    for id in ids {
        life.control.delete_workload(&Actor::berth(), id).await.unwrap();
    }
    rest(life).await;
    assert_eq!(life.control.world().live().count(), 0);
    assert!(life.driver.starts().iter().all(|start| start.until.is_some()));
}
