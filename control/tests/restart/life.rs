//! One life of Berth: it opens what the last one left, and people use it until it is killed.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use cluster::simulated::{Conditions, SimulatedDriver, one_machine};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    clock::{Chance, Clock},
};
use domain::{
    ClusterId, ProjectId, Timestamp,
    access::Actor,
    submission::{Compute, Submission},
    workload::{Source, Workload},
};
use store::Store;
use testkit::dice::Dice;

use crate::diary::write;

/// Seconds between the beginnings of two lives; no life gets as old.
const LIFE_SECS: i64 = 20_000;
/// Workspaces that people have at the same time, at most.
const WORKSPACES_MAX: usize = 12;
/// What they run: for ever, for a while, and not at all.
const COMMANDS: [Option<&str>; 4] = [None, None, Some("sleep 40"), Some("false")];

/// A clock that is wound by hand.
#[derive(Debug)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The dice make identities and secrets as well.
#[derive(Debug)]
struct Rolled(Dice);

impl Chance for Rolled {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.0.roll() as u8);
    }
}

/// A control plane over the files in a folder.
pub struct Life {
    pub control: ControlPlane,
    pub driver: Arc<SimulatedDriver>,
    pub store: Store,
    pub cluster: ClusterId,
    clock: Arc<HandClock>,
    dice: Dice,
    number: u64,
}

impl Life {
    /// Opens the database and the files in `dir`, or begins them.
    pub async fn begin(dir: &Path, database: &str, seed: u64, number: u64) -> Self {
        let story = seed.wrapping_mul(1_000_003).wrapping_add(number);
        let begins = 1_800_000_000 + LIFE_SECS * i64::try_from(number).unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(begins)));
        let store = Store::open(&database.parse().unwrap()).await.unwrap();
        let chance = Arc::new(Rolled(Dice::of(story)));
        let control = ControlPlane::open(store.clone(), clock.clone(), chance).await.unwrap();
        let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        let driver = SimulatedDriver::open(&dir.join("simulated.json"), None, one_machine());
        let driver = Arc::new(driver.unwrap());
        driver.set_conditions(Conditions::fast(4.0), clock.now());
        control.drive(first.cluster, driver.clone());
        let dice = Dice::of(story ^ 0xd1ce);
        Self { control, driver, store, cluster: first.cluster, clock, dice, number }
    }

    /// People ask for things while the loops turn, until the end comes from outside. In every
    /// second life the loops run by themselves, as they do in the program.
    pub async fn live(&self, dir: &Path) {
        let loops = self.number.is_multiple_of(2).then(|| self.control.start());
        write(dir, &format!("begun {}", self.number));
        for step in 0.. {
            match loops {
                Some(_) => {
                    self.ask(dir, step).await;
                    tokio::time::sleep(Duration::from_millis(self.dice.below(5))).await;
                }
                None => {
                    let (turned, ()) = tokio::join!(self.control.turn(), self.ask(dir, step));
                    turned.unwrap();
                }
            }
            self.wind(1 + self.dice.below(4) as i64);
        }
    }

    /// Lets `secs` pass.
    pub fn wind(&self, secs: i64) {
        self.clock.0.fetch_add(secs, Ordering::SeqCst);
    }

    async fn ask(&self, dir: &Path, step: u64) {
        let mine: Vec<_> = self.control.world().live().cloned().collect();
        let chosen = (!mine.is_empty()).then(|| {
            let place = self.dice.below(mine.len() as u64) as usize;
            mine[place].clone()
        });
        match (self.dice.below(10), chosen) {
            (0..3, _) | (_, None) if mine.len() < WORKSPACES_MAX => self.make(dir, step).await,
            (3..5, Some(workload)) => self.change(dir, &workload, "stopped").await,
            (5..7, Some(workload)) => self.change(dir, &workload, "running").await,
            (7, Some(workload)) => self.change(dir, &workload, "deleted").await,
            _ => {}
        }
    }

    async fn make(&self, dir: &Path, step: u64) {
        let name = format!("w{}-{step}", self.number);
        write(dir, &format!("asked {name} running"));
        let gpus = self.dice.below(3) == 0;
        let compute = Compute { gpu_devices_request: gpus.then_some(1), ..Compute::default() };
        let command = COMMANDS[self.dice.below(4) as usize];
        let submission = Submission {
            image: Some(format!("image-{}", self.dice.below(3))),
            command: command.map(Into::into),
            compute: Some(compute),
            ..Submission::default()
        };
        let new = NewWorkspace {
            name: name.clone(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: self.cluster,
            submission,
            start: Default::default(),
            source: Source::Cli,
        };
        self.control.create_workspace(&Actor::berth(), new).await.unwrap();
        write(dir, &format!("done {name} running"));
    }

    async fn change(&self, dir: &Path, workload: &Workload, wanted: &str) {
        let (name, id, actor) = (&workload.name, workload.id, Actor::berth());
        write(dir, &format!("asked {name} {wanted}"));
        let answer = match wanted {
            "stopped" => self.control.stop_workload(&actor, id).await,
            "running" => self.control.run_workload(&actor, id).await,
            _ => self.control.delete_workload(&actor, id).await,
        };
        let said = match answer {
            Ok(()) => "done",
            Err(control::Error::WrongPhase(_)) => "refused",
            Err(wrong) => panic!("{name} {wanted}: {wrong}"),
        };
        write(dir, &format!("{said} {name} {wanted}"));
    }
}
