//! One pod of the simulated cluster and its way: image, start, run, end. Each step happens at the
//! time at which it is due, however late somebody looks.

use std::collections::BTreeMap;

use domain::{
    Gpus, MemoryBytes, NodeName, Reason, Timestamp, WorkloadId,
    event::EventType::{Normal, Warning},
    quantity::decimals,
    reason::ImageTrouble,
    workload::PodState,
};
use serde::{Deserialize, Serialize};

use super::{
    Conditions,
    fate::{End, Fate, fate},
    image,
    journal::Journal,
    later, logs, part, secs_between,
};
use crate::{DesiredPod, PodDetail};

/// Tries to pull before an image is given up.
const PULL_TRIES: u32 = 3;
const START_SECS: f64 = 1.0;
/// The longest wait before a container is started again.
const BACKOFF_SECS_MAX: f64 = 60.0;
/// Lines of its log that a failure carries.
const LAST_LINES: usize = 3;

/// A pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pod {
    pub workload: WorkloadId,
    pub generation: u32,
    pub name: String,
    pub namespace: String,
    pub node: NodeName,
    pub image: String,
    /// Command and arguments.
    pub command: String,
    /// GPUs, for its log.
    pub gpus: String,
    /// Their places on the node.
    #[serde(default)]
    pub devices: Vec<u32>,
    pub port: Option<i64>,
    pub memory: MemoryBytes,
    pub backoff_limit: u32,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub restarts: u32,
    pub stage: Stage,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    Pulling {
        since: Timestamp,
        until: Timestamp,
    },
    /// The image could not be had; tried again at `until`.
    Refused {
        tries: u32,
        until: Timestamp,
    },
    Starting {
        until: Timestamp,
    },
    Running {
        since: Timestamp,
    },
    /// The container ended badly and is started again at `until`.
    BackOff {
        reason: Reason,
        until: Timestamp,
    },
    Ending {
        until: Timestamp,
    },
    Succeeded,
    Failed {
        reason: Reason,
    },
}

impl Pod {
    /// A pod that was just made on a node that has the image, or has not.
    pub fn new(
        order: &DesiredPod,
        has_image: bool,
        conditions: &Conditions,
        journal: &mut Journal,
        now: Timestamp,
    ) -> Self {
        let submission = &order.submission;
        let words = submission.command.iter().chain(&submission.args).map(String::as_str);
        let limit = submission.compute.as_ref().and_then(|c| c.cpu_memory_limit.as_deref());
        let once = submission.restart_policy.as_deref() == Some("Never");
        let limit_of_tries = if once { 0 } else { order.backoff_limit.clamp(0, 1_000) };
        let urls = submission.exposed_urls.iter().flatten().filter_map(|url| url.container);
        let ports = submission.ports.iter().flatten().filter_map(|port| port.container);
        let mut pod = Self {
            workload: order.workload,
            generation: order.generation,
            name: order.name.clone(),
            namespace: order.namespace.clone(),
            node: order.node_name(),
            image: submission.image.clone().unwrap_or_default(),
            command: words.collect::<Vec<_>>().join(" "),
            gpus: decimals(order.gpus().iter().map(|gpu| gpu.portion).sum::<Gpus>().as_f64()),
            devices: order.gpus().iter().map(|gpu| gpu.index).collect(),
            port: urls.chain(ports).next(),
            memory: limit.and_then(|text| text.parse().ok()).unwrap_or(order.request.memory),
            backoff_limit: u32::try_from(limit_of_tries).unwrap_or(0),
            created_at: now,
            started_at: None,
            restarts: 0,
            stage: Stage::Succeeded,
        };
        pod.stage = pod.fetch(has_image, 0, conditions, journal, now);
        pod
    }

    /// Whether the order is about this pod, and not about another run or another place.
    pub fn is_meant_by(&self, order: &DesiredPod) -> bool {
        order.generation == self.generation && order.node() == Some(&self.node)
    }

    /// When its next step is due.
    pub fn due(&self, conditions: &Conditions, conditions_since: Timestamp) -> Option<Timestamp> {
        match &self.stage {
            Stage::Pulling { until, .. } | Stage::Refused { until, .. } => Some(*until),
            Stage::Starting { until } | Stage::BackOff { until, .. } => Some(*until),
            Stage::Ending { until } => Some(*until),
            // A fate that was ordered later than it is due comes when it was ordered.
            Stage::Running { since } => self
                .fate(conditions)
                .map(|fate| later(*since, fate.after_secs).max(conditions_since.max(*since))),
            Stage::Succeeded | Stage::Failed { .. } => None,
        }
    }

    /// Does the step that is due at `at`. True when it brought the image to its node.
    pub fn step(&mut self, at: Timestamp, conditions: &Conditions, journal: &mut Journal) -> bool {
        match self.stage.clone() {
            Stage::Pulling { .. } => {
                let told = format!("Pulled image {} on {}", self.image, self.node);
                journal.tell(self, at, Normal, "Pulled", told);
                self.stage = starting(conditions, at);
                return true;
            }
            Stage::Refused { tries, .. } => {
                self.stage = self.fetch(false, tries, conditions, journal, at);
            }
            Stage::Starting { .. } => self.begin(at, journal),
            Stage::BackOff { .. } => {
                self.restarts += 1;
                self.begin(at, journal);
            }
            Stage::Running { since } => {
                if let Some(fate) = self.fate(conditions) {
                    self.finish(fate.end, since, at, conditions, journal);
                }
            }
            Stage::Ending { .. } | Stage::Succeeded | Stage::Failed { .. } => {}
        }
        false
    }

    /// It is to end. False when it is ending already.
    pub fn end(
        &mut self,
        grace_secs: u64,
        conditions: &Conditions,
        journal: &mut Journal,
        now: Timestamp,
    ) -> bool {
        let secs = match &self.stage {
            Stage::Ending { .. } => return false,
            // Nothing of it runs.
            Stage::Succeeded | Stage::Failed { .. } | Stage::Refused { .. } => 0.0,
            Stage::Pulling { .. } | Stage::Starting { .. } | Stage::BackOff { .. } => 0.2,
            Stage::Running { .. } => (1.0 + part(&self.name)).min(grace_secs as f64),
        };
        journal.tell(self, now, Normal, "Killing", format!("Ending pod {}", self.name));
        self.stage = Stage::Ending { until: later(now, conditions.takes(secs)) };
        true
    }

    /// Its state for the observer. `lost_since` is set while its node does not answer.
    pub fn state(&self, lost_since: Option<Timestamp>, now: Timestamp) -> PodState {
        let node = &self.node;
        match (&self.stage, lost_since) {
            (Stage::Ending { .. }, _) => PodState::Ending,
            (Stage::Succeeded, _) => PodState::Succeeded,
            (Stage::Failed { reason }, _) => PodState::Failed { reason: reason.clone() },
            (_, Some(since)) => {
                PodState::Unwell { reason: Reason::NodeLost { node: node.clone(), since } }
            }
            (Stage::Pulling { since, until }, None) => {
                let whole = secs_between(*since, *until).max(f64::MIN_POSITIVE);
                let done = secs_between(*since, now) / whole;
                PodState::Starting { doing: image::progress(&self.image, node.as_str(), done) }
            }
            (Stage::Refused { tries, .. }, None) => {
                let doing = format!(
                    "Pulling {} on {node} failed {tries} of {PULL_TRIES} times: \
                     the registry does not have it",
                    self.image
                );
                PodState::Starting { doing }
            }
            (Stage::Starting { .. }, None) => {
                PodState::Starting { doing: format!("Starting the container on {node}") }
            }
            (Stage::Running { .. }, None) => PodState::Running,
            (Stage::BackOff { reason, .. }, None) => PodState::Unwell { reason: reason.clone() },
        }
    }

    pub fn detail(&self) -> PodDetail {
        let bits = super::hash(&format!("{} {}", self.workload, self.generation));
        let ip = format!("10.42.{}.{}", bits >> 8 & 0xff, bits % 253 + 2);
        PodDetail {
            workload: self.workload,
            generation: self.generation,
            pod_name: self.name.clone(),
            node: self.node.clone(),
            ip: self.started_at.map(|_| ip),
            addresses: BTreeMap::new(),
            started_at: self.started_at,
            created_at: self.created_at,
            image: self.image.clone(),
        }
    }

    fn fate(&self, conditions: &Conditions) -> Option<Fate> {
        fate(conditions, &self.image, &self.name, &self.command)
    }

    /// The stage after an attempt to have the image.
    fn fetch(
        &self,
        has_image: bool,
        tries: u32,
        conditions: &Conditions,
        journal: &mut Journal,
        at: Timestamp,
    ) -> Stage {
        let image = &self.image;
        if has_image {
            let told = format!("Image {image} is present on {}", self.node);
            journal.tell(self, at, Normal, "Pulled", told);
            return starting(conditions, at);
        }
        if !conditions.misses(image) {
            journal.tell(self, at, Normal, "Pulling", format!("Pulling image {image}"));
            let secs = image::pull_secs(image) * conditions.pull_factor(image);
            return Stage::Pulling { since: at, until: later(at, conditions.takes(secs)) };
        }
        let tries = tries + 1;
        let told = format!("Could not pull {image}: the registry does not have it");
        journal.tell(self, at, Warning, "ErrImagePull", told);
        if tries >= PULL_TRIES {
            let answer = "manifest unknown".to_owned();
            let (image, kind) = (image.clone(), ImageTrouble::Absent);
            return Stage::Failed { reason: Reason::ImageUnavailable { image, kind, answer } };
        }
        Stage::Refused { tries, until: later(at, conditions.takes(2.0 * f64::from(tries))) }
    }

    fn begin(&mut self, at: Timestamp, journal: &mut Journal) {
        self.started_at = Some(at);
        self.stage = Stage::Running { since: at };
        journal.started(self, at);
        journal.tell(
            self,
            at,
            Normal,
            "Started",
            format!("Started the container of {}", self.name),
        );
    }

    fn finish(
        &mut self,
        end: End,
        since: Timestamp,
        at: Timestamp,
        conditions: &Conditions,
        journal: &mut Journal,
    ) {
        journal.ended(self, at);
        if end == End::Exit(0) {
            journal.tell(self, at, Normal, "Completed", format!("{} ended by itself", self.name));
            self.stage = Stage::Succeeded;
            return;
        }
        let reason = self.why_it_ended(end, since, at);
        let word = if end == End::OutOfMemory { "OOMKilling" } else { "BackOff" };
        journal.tell(self, at, Warning, word, reason.to_string());
        self.stage = if self.restarts >= self.backoff_limit {
            Stage::Failed { reason }
        } else {
            let secs = 2.0_f64.powi(self.restarts.min(6) as i32).min(BACKOFF_SECS_MAX);
            Stage::BackOff { reason, until: later(at, conditions.takes(secs)) }
        };
    }

    fn why_it_ended(&self, end: End, since: Timestamp, at: Timestamp) -> Reason {
        match end {
            End::OutOfMemory => Reason::OutOfMemory { limit: self.memory, peak: self.memory },
            End::Exit(exit_code) => Reason::Crashed {
                exit_code,
                restarts: self.restarts,
                after_secs: secs_between(since, at) as u64,
                last_lines: logs::text(self, at, LAST_LINES),
            },
        }
    }
}

fn starting(conditions: &Conditions, at: Timestamp) -> Stage {
    Stage::Starting { until: later(at, conditions.takes(START_SECS)) }
}
