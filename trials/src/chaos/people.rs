//! People who ask for things as fast as they are answered, and write down what they were told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{diary::Diary, dice::Dice};
use tokio::sync::RwLock;

use crate::client::Rest;

/// Workspaces of one person at the same time, at most.
const WORKSPACES_MAX: usize = 8;
/// What they run: for ever, for a moment, and badly.
const COMMANDS: [Option<&str>; 4] = [None, None, Some("sleep 0.1"), Some("false")];

/// What people share.
#[derive(Default)]
pub struct Town {
    /// The way in, while somebody is there. Held while somebody asks.
    door: RwLock<Option<Rest>>,
    notes: Mutex<Notes>,
    /// The live workloads as they were found at the last check: names and ids.
    live: RwLock<BTreeMap<String, String>>,
}

#[derive(Default)]
struct Notes {
    diary: Diary,
    submitted: usize,
    unanswered: usize,
    unavailable: usize,
}

impl Town {
    pub async fn open(&self, rest: Rest) {
        *self.door.write().await = Some(rest);
    }

    /// Returns when nobody asks any more.
    pub async fn close(&self) {
        *self.door.write().await = None;
    }

    /// What is wrong with what was found: names, and what is wanted of them. Later it must be the same.
    pub fn compare(&self, found: &BTreeMap<String, String>) -> Vec<String> {
        let mut notes = self.notes();
        let wrong = notes.diary.contradictions(found);
        notes.diary.settle(found);
        wrong
    }

    pub async fn found(&self, live: BTreeMap<String, String>) {
        *self.live.write().await = live;
    }

    /// Of the live workloads at the last check.
    pub async fn ids(&self) -> Vec<String> {
        self.live.read().await.values().cloned().collect()
    }

    pub fn told(&self) -> String {
        let notes = self.notes();
        format!(
            "{} submissions accepted, {} answers, {} questions cut off, {} answers of 5xx",
            notes.submitted, notes.diary.answers, notes.unanswered, notes.unavailable
        )
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks for things while the door is open, for ever.
pub async fn person(town: Arc<Town>, number: u64, dice: Dice) {
    let mine = format!("p{number}-");
    for step in 0_u64.. {
        {
            let door = town.door.read().await;
            if let Some(rest) = &*door {
                ask(&town, rest, &mine, step, &dice).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(1 + dice.below(10))).await;
    }
}

async fn ask(town: &Town, rest: &Rest, mine: &str, step: u64, dice: &Dice) {
    let own: Vec<_> = {
        let live = town.live.read().await;
        live.iter().filter(|(name, _)| name.starts_with(mine)).map(owned).collect()
    };
    let chosen = (!own.is_empty()).then(|| own[dice.below(own.len() as u64) as usize].clone());
    match (dice.below(10), chosen) {
        (0..4, _) | (_, None) if own.len() < WORKSPACES_MAX => {
            create(town, rest, &format!("{mine}{step}"), dice).await;
        }
        (0..6, Some(it)) => change(town, rest, it, Method::POST, "/suspend", "Stopped").await,
        (6..8, Some(it)) => change(town, rest, it, Method::POST, "/resume", "Running").await,
        (_, Some(it)) => change(town, rest, it, Method::DELETE, "", "Deleted").await,
        (_, None) => {}
    }
}

fn owned((name, id): (&String, &String)) -> (String, String) {
    (name.clone(), id.clone())
}

async fn create(town: &Town, rest: &Rest, name: &str, dice: &Dice) {
    town.notes().diary.asked(name, "Running");
    let gpus = u64::from(dice.below(3) == 0);
    let spec = json!({
        "image": format!("image-{}", dice.below(3)),
        "command": COMMANDS[dice.below(4) as usize],
        "backoffLimit": 1,
        "compute": {"gpuDevicesRequest": gpus, "cpuCoreRequest": 0.1},
    });
    let answer = rest.create(name, spec).await;
    let Some(body) = take(town, name, "Running", answer).await else { return };
    town.notes().submitted += 1;
    if let Some(id) = body["workloadId"].as_str() {
        town.live.write().await.insert(name.to_owned(), id.to_owned());
    }
}

async fn change(
    town: &Town,
    rest: &Rest,
    (name, id): (String, String),
    method: Method,
    action: &str,
    wanted: &str,
) {
    town.notes().diary.asked(&name, wanted);
    let path = format!("/api/v1/workloads/workspaces/{id}{action}");
    let answer = rest.send(method, &path, None).await;
    if take(town, &name, wanted, answer).await.is_some() && wanted == "Deleted" {
        town.live.write().await.remove(&name);
    }
}

/// Writes the answer down; gives the body of an acceptance. What was cut off in the middle of an
/// answer that had begun with "accepted" was accepted.
async fn take(
    town: &Town,
    name: &str,
    wanted: &str,
    answer: anyhow::Result<reqwest::Response>,
) -> Option<Value> {
    let Ok(answer) = answer else {
        town.notes().unanswered += 1;
        return None;
    };
    let status = answer.status();
    let body = answer.json().await.unwrap_or_default();
    let mut notes = town.notes();
    match status {
        StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED => {
            notes.diary.done(name, wanted);
            return Some(body);
        }
        status if status.is_server_error() => notes.unavailable += 1,
        _ => notes.diary.refused(name),
    }
    None
}
