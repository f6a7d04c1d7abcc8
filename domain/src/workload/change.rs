//! The changes a workload goes through. People ask (`stop`, `run`, `delete`), the scheduler places
//! or explains (`place`, `wait`), the cluster reports (`observe`); each moves the phase as
//! `form-and-assets.md` §15.4 draws it, or says that it cannot.

use super::{DesiredPhase, Observation, Phase, PhaseName, Placement, PodState, Workload};
use crate::{
    Reason, Timestamp,
    event::{EventType, Happening},
};

/// A change was asked for that this phase does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a workload that is {phase} cannot {wanted}")]
pub struct WrongPhase {
    pub wanted: &'static str,
    pub phase: PhaseName,
}

impl Workload {
    /// Somebody wants it stopped. Stopping what is stopped changes nothing.
    pub fn stop(&mut self, by: &str, now: Timestamp) -> Result<(), WrongPhase> {
        if self.desired == DesiredPhase::Deleted || self.phase.is_terminal() {
            return Err(self.wrong("be stopped"));
        }
        if self.desired == DesiredPhase::Stopped {
            return Ok(());
        }
        self.desired = DesiredPhase::Stopped;
        self.tell(EventType::Normal, "Stopped", format!("Stopped by {by}"), by);
        let why = Reason::StoppedBy { actor: by.to_owned() };
        match self.phase.placement().cloned() {
            Some(placement) => self.enter(Phase::Stopping { placement, why }, now),
            None => self.enter(Phase::Stopped { why }, now),
        }
        Ok(())
    }

    /// Somebody wants it to run again. Running what runs changes nothing.
    pub fn run(&mut self, by: &str, now: Timestamp) -> Result<(), WrongPhase> {
        if self.desired == DesiredPhase::Deleted || self.phase.is_terminal() {
            return Err(self.wrong("run again"));
        }
        if self.desired == DesiredPhase::Running {
            return Ok(());
        }
        self.desired = DesiredPhase::Running;
        self.tell(EventType::Normal, "Resumed", format!("Run by {by}"), by);
        self.updated_at = now;
        // What is still being removed comes to rest first; then the next run begins.
        if matches!(self.phase, Phase::Stopped { .. }) {
            self.begin_run(now);
        }
        Ok(())
    }

    /// Somebody wants it gone. Deleting twice changes nothing.
    pub fn delete(&mut self, by: &str, now: Timestamp) {
        if self.desired == DesiredPhase::Deleted {
            return;
        }
        self.desired = DesiredPhase::Deleted;
        self.tell(EventType::Normal, "Deleted", format!("Deleted by {by}"), by);
        let placement = self.phase.placement().cloned();
        self.enter(Phase::Deleting { placement }, now);
    }

    /// The scheduler looked and could not place it. The first reason is the main one.
    pub fn wait(&mut self, reasons: Vec<Reason>, now: Timestamp) -> Result<(), WrongPhase> {
        if !self.is_waiting() {
            return Err(self.wrong("wait"));
        }
        match &mut self.phase {
            // The same obstacle with other numbers is no news for the history.
            Phase::Pending { reasons: old } if same_main(old, &reasons) => {
                *old = reasons;
                self.updated_at = now;
            }
            _ => self.enter(Phase::Pending { reasons }, now),
        }
        Ok(())
    }

    /// The scheduler found a place.
    pub fn place(&mut self, placement: Placement, now: Timestamp) -> Result<(), WrongPhase> {
        if !self.is_waiting() || self.desired != DesiredPhase::Running {
            return Err(self.wrong("be placed"));
        }
        if !matches!(self.phase, Phase::Pending { .. }) {
            self.enter(Phase::Pending { reasons: vec![Reason::QueuedForCycle] }, now);
        }
        self.begin_on(placement, "scheduler", now);
        Ok(())
    }

    /// The scheduler of its cluster is to find a place: its pod goes there without one.
    pub fn hand_over(&mut self, scheduler: &str, now: Timestamp) -> Result<(), WrongPhase> {
        if !self.is_waiting() || self.desired != DesiredPhase::Running {
            return Err(self.wrong("be handed over"));
        }
        let (scheduler, answer) = (scheduler.to_owned(), String::new());
        self.enter(Phase::HandedOver { reasons: vec![Reason::LeftTo { scheduler, answer }] }, now);
        Ok(())
    }

    /// Another scheduler is to find a place from now on: where it has not begun to run its pod goes, and it waits anew.
    pub fn take_back(&mut self, now: Timestamp) -> Result<(), WrongPhase> {
        if !matches!(self.phase, Phase::HandedOver { .. } | Phase::Initializing { .. }) {
            return Err(self.wrong("be taken back"));
        }
        self.begin_run(now);
        Ok(())
    }

    /// The scheduler of its cluster has bound its pod.
    pub fn bound(&mut self, placement: Placement, now: Timestamp) -> Result<(), WrongPhase> {
        if !matches!(self.phase, Phase::HandedOver { .. }) {
            return Err(self.wrong("be bound"));
        }
        self.begin_on(placement, "cluster", now);
        Ok(())
    }

    fn begin_on(&mut self, placement: Placement, by: &str, now: Timestamp) {
        let told = format!("Placed on {} in pool {}", placement.node, placement.pool);
        self.tell(EventType::Normal, "Scheduled", told, by);
        let doing = format!("Starting on {}", placement.node);
        self.enter(Phase::Initializing { placement, doing }, now);
    }

    /// The scheduler needs its place. It is stopped, and waits for another one as soon as it is, unless it was
    /// submitted to end then.
    pub fn evict(&mut self, why: Reason, now: Timestamp) -> Result<(), WrongPhase> {
        let may = matches!(
            self.phase,
            Phase::Initializing { .. } | Phase::Running { .. } | Phase::Degraded { .. }
        );
        let Some(placement) = self.phase.placement().cloned().filter(|_| may) else {
            return Err(self.wrong("be evicted"));
        };
        self.tell_why("Preempted", &why);
        if self.spec.ends_when_evicted() {
            self.desired = DesiredPhase::Stopped;
            let told = "It ends: it was submitted not to be queued again after a preemption";
            self.tell(EventType::Normal, "Ended", told.to_owned(), "scheduler");
        }
        self.displaced = Some(why.clone());
        self.enter(Phase::Stopping { placement, why }, now);
        Ok(())
    }

    /// Whether it is known already what most reports say, of ten thousand workloads as well: runs and ran, is not well as
    /// it was not, has no pod and had none. Then [`observe`](Self::observe) changes nothing; else that decides.
    pub fn is_told(&self, state: &PodState, restarts: u32) -> bool {
        let is_known = match (&self.phase, state) {
            (Phase::Stopping { .. } | Phase::Deleting { .. }, _) => false,
            (_, PodState::Gone) | (Phase::Running { .. }, PodState::Running) => true,
            (Phase::Degraded { reason, .. }, PodState::Unwell { reason: said }) => reason == said,
            (Phase::Initializing { doing, .. }, PodState::Starting { doing: said }) => {
                doing == said
            }
            _ => false,
        };
        is_known && restarts == self.restarts
    }

    /// The cluster reported on its pod. A report about another run says nothing. True when the
    /// report changed something.
    pub fn observe(&mut self, seen: &Observation, now: Timestamp) -> bool {
        if seen.generation != self.generation || self.is_deleted() {
            return false;
        }
        let restarted = std::mem::replace(&mut self.restarts, seen.restarts) != seen.restarts;
        if let (Phase::HandedOver { .. }, PodState::Displaced { reason }) =
            (&self.phase, &seen.state)
        {
            // It had no place to lose: its pod is made anew.
            self.tell_of_cluster("PodLost", reason);
            self.begin_run(now);
            return true;
        }
        match self.next_phase(&seen.state) {
            Some(next) if next != self.phase => {
                if let PodState::Displaced { reason } = &seen.state {
                    self.tell_of_cluster("PlaceLost", reason);
                    self.displaced = Some(reason.clone());
                }
                self.enter(next, now);
            }
            Some(_) => return restarted,
            None => return self.gone(now) || restarted,
        }
        true
    }

    /// The phase that a report leads to; `None` when the pod is no more.
    fn next_phase(&self, seen: &PodState) -> Option<Phase> {
        let same = || Some(self.phase.clone());
        match (&self.phase, seen) {
            (_, PodState::Gone) => None,
            (Phase::Stopping { .. } | Phase::Deleting { .. }, PodState::Succeeded) => None,
            (Phase::Stopping { .. } | Phase::Deleting { .. }, PodState::Failed { .. }) => None,
            (Phase::Stopping { .. } | Phase::Deleting { .. }, PodState::Displaced { .. }) => same(),
            (Phase::HandedOver { .. }, PodState::Unbound { scheduler, answer }) => {
                let (scheduler, answer) = (scheduler.clone(), answer.clone());
                Some(Phase::HandedOver { reasons: vec![Reason::LeftTo { scheduler, answer }] })
            }
            (Phase::HandedOver { .. }, PodState::Unwell { reason }) => {
                Some(Phase::HandedOver { reasons: vec![reason.clone()] })
            }
            (Phase::HandedOver { .. }, PodState::Failed { reason }) => {
                Some(Phase::Failed { reason: reason.clone() })
            }
            (Phase::Initializing { placement, .. }, PodState::Starting { doing }) => {
                Some(Phase::Initializing { placement: placement.clone(), doing: doing.clone() })
            }
            (
                Phase::Initializing { placement, .. }
                | Phase::Running { placement }
                | Phase::Degraded { placement, .. },
                _,
            ) => match seen {
                PodState::Running => Some(Phase::Running { placement: placement.clone() }),
                PodState::Unwell { reason } => {
                    Some(Phase::Degraded { placement: placement.clone(), reason: reason.clone() })
                }
                PodState::Succeeded => Some(Phase::Completed),
                PodState::Failed { reason } => Some(Phase::Failed { reason: reason.clone() }),
                PodState::Displaced { reason } => {
                    Some(Phase::Stopping { placement: placement.clone(), why: reason.clone() })
                }
                PodState::Starting { .. } | PodState::Unbound { .. } | PodState::Ending => same(),
                PodState::Gone => None,
            },
            _ => same(),
        }
    }

    /// Its pod is no more: what was being stopped is stopped, what was being deleted is deleted.
    /// A pod that should run is made again by its cluster. True when something changed.
    fn gone(&mut self, now: Timestamp) -> bool {
        match self.phase.clone() {
            Phase::Stopping { why, .. } => {
                self.enter(Phase::Stopped { why }, now);
                if self.desired == DesiredPhase::Running {
                    self.begin_run(now);
                }
                true
            }
            Phase::Deleting { .. } if self.deleted_at.is_none() => {
                self.deleted_at = Some(now);
                self.phase = Phase::Deleting { placement: None };
                self.updated_at = now;
                true
            }
            _ => false,
        }
    }

    /// Whether its time after the end is over.
    pub fn is_due_for_deletion(&self, now: Timestamp) -> bool {
        let ended = self.completed_at.map(Timestamp::as_second);
        self.desired != DesiredPhase::Deleted
            && ended.is_some_and(|at| now.as_second() - at >= self.spec.auto_deletion_secs)
    }

    fn begin_run(&mut self, now: Timestamp) {
        self.generation += 1;
        self.restarts = 0;
        self.ran_at = None;
        self.resumed_at = Some(now);
        self.enter(Phase::Resuming, now);
    }

    pub(super) fn enter(&mut self, phase: Phase, now: Timestamp) {
        let spent = (now.as_second() - self.phase_since.as_second()).max(0);
        match self.phase {
            Phase::Creating | Phase::Pending { .. } | Phase::Resuming => self.pending_secs += spent,
            Phase::HandedOver { .. } => self.pending_secs += spent,
            Phase::Running { .. } | Phase::Degraded { .. } => self.running_secs += spent,
            _ => {}
        }
        if self.phase.name() != phase.name() {
            let (message, why) = worded(phase.message(), phase.reasons().first());
            self.news.push(Happening::PhaseUpdate { phase: phase.name(), message, why });
            self.phase_since = now;
        } else {
            // The clock of the phase restarts, for `spent` has been counted.
            self.phase_since = if spent > 0 { now } else { self.phase_since };
        }
        if phase.is_terminal() {
            self.completed_at = Some(now);
        }
        let runs = matches!(phase, Phase::Running { .. });
        if runs {
            self.ran_at.get_or_insert(now);
        }
        if runs || phase.is_terminal() || self.desired != DesiredPhase::Running {
            self.displaced = None;
        }
        self.phase = phase;
        self.updated_at = now;
    }

    pub(super) fn tell(
        &mut self,
        event_type: EventType,
        reason: &str,
        message: String,
        source: &str,
    ) {
        let (reason, source, why) = (reason.to_owned(), source.to_owned(), None);
        self.news.push(Happening::Event { event_type, reason, message, source, why });
    }

    /// Tells of a decision of the scheduler.
    fn tell_why(&mut self, reason: &str, why: &Reason) {
        let (reason, source) = (reason.to_owned(), "scheduler".to_owned());
        let (message, why) = worded(why.to_string(), Some(why));
        let event_type = EventType::Warning;
        self.news.push(Happening::Event { event_type, reason, message, source, why });
    }

    /// Tells of what the cluster did to it.
    fn tell_of_cluster(&mut self, reason: &str, why: &Reason) {
        self.tell(EventType::Warning, reason, why.to_string(), "cluster");
    }

    fn wrong(&self, wanted: &'static str) -> WrongPhase {
        WrongPhase { wanted, phase: self.phase.name() }
    }
}

/// A message, and its reason where that names others: the words that are kept tell of them nothing.
fn worded(message: String, why: Option<&Reason>) -> (String, Option<Box<Reason>>) {
    match why.filter(|why| why.speaks_of_others()) {
        Some(why) => (why.clone().seen_by(&|_| false).to_string(), Some(Box::new(why.clone()))),
        None => (message, None),
    }
}

fn same_main(old: &[Reason], new: &[Reason]) -> bool {
    old.first().map(Reason::code) == new.first().map(Reason::code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        ClusterId, ProjectId, WorkloadId,
        submission::{Spec, Submission},
        workload::{NewWorkload, Source},
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn workload() -> Workload {
        let submission = Submission { image: Some("a".into()), ..Submission::default() };
        let new = NewWorkload {
            id: WorkloadId(uuid::Uuid::nil()),
            cluster: ClusterId(uuid::Uuid::nil()),
            project: ProjectId(1),
            name: "nb".parse().unwrap(),
            requested_name: "nb".into(),
            created_by: "ada".into(),
            source: Source::ControlPlane,
            spec: Spec::try_from(submission).unwrap(),
            made_from: Default::default(),
        };
        Workload::new(new, at(0))
    }

    fn placement() -> Placement {
        Placement { pool: "default".parse().unwrap(), node: "n".into(), gpus: vec![] }
    }

    /// Does what each word says and prints the phases that were entered.
    fn story(words: &str) -> String {
        let mut workload = workload();
        for (second, word) in words.split_whitespace().enumerate() {
            act(&mut workload, word, at(second as i64 + 1));
        }
        let phases = workload.news.iter().filter_map(|news| match news {
            Happening::PhaseUpdate { phase, .. } => Some(phase.as_str()),
            Happening::Event { .. } => None,
        });
        let end = if workload.is_deleted() { " gone" } else { "" };
        phases.collect::<Vec<_>>().join(" ") + end
    }

    fn act(workload: &mut Workload, word: &str, now: Timestamp) {
        let reason = Reason::QueuedForCycle;
        let state = match word {
            "stop" => return drop(workload.stop("ada", now)),
            "run" => return drop(workload.run("ada", now)),
            "delete" => return workload.delete("ada", now),
            "wait" => return drop(workload.wait(vec![reason], now)),
            "place" => return drop(workload.place(placement(), now)),
            "hand" => return drop(workload.hand_over("volcano", now)),
            "back" => return drop(workload.take_back(now)),
            "bind" => return drop(workload.bound(placement(), now)),
            "unbound" => {
                PodState::Unbound { scheduler: "volcano".into(), answer: "no GPU is free".into() }
            }
            "evict" => return drop(workload.evict(reason, now)),
            "starting" => PodState::Starting { doing: "pulling".into() },
            "up" => PodState::Running,
            "unwell" => PodState::Unwell { reason },
            "ending" => PodState::Ending,
            "done" => PodState::Succeeded,
            "crash" => PodState::Failed { reason },
            "displaced" => PodState::Displaced { reason },
            _ => PodState::Gone,
        };
        let generation = workload.generation;
        let (workload_id, restarts) = (workload.id, 0);
        let seen = Observation { workload: workload_id, generation, state, restarts };
        let is_told = workload.is_told(&seen.state, restarts);
        assert!(!(workload.observe(&seen, now) && is_told), "{:?} was not told", seen.state);
    }

    #[test]
    fn lives() {
        let cases = [
            ("wait place starting up", "Creating Pending Initializing Running"),
            ("place up done", "Creating Pending Initializing Running Completed"),
            ("place up unwell up", "Creating Pending Initializing Running Degraded Running"),
            ("place crash run", "Creating Pending Initializing Failed"),
            ("stop run place", "Creating Stopped Resuming Pending Initializing"),
            (
                "place up stop ending up gone run wait",
                "Creating Pending Initializing Running Stopping Stopped Resuming Pending",
            ),
            (
                "place up stop run gone",
                "Creating Pending Initializing Running Stopping Stopped Resuming",
            ),
            ("place up delete up gone", "Creating Pending Initializing Running Deleting gone"),
            (
                "place up evict ending gone wait place up",
                "Creating Pending Initializing Running Stopping Stopped Resuming Pending \
                 Initializing Running",
            ),
            (
                "place displaced displaced gone",
                "Creating Pending Initializing Stopping Stopped Resuming",
            ),
            (
                "place up stop displaced gone",
                "Creating Pending Initializing Running Stopping Stopped",
            ),
            ("place up evict stop gone", "Creating Pending Initializing Running Stopping Stopped"),
            ("delete gone run stop place", "Creating Deleting gone"),
            ("hand unbound bind starting up", "Creating Pending Initializing Running"),
            ("wait hand unbound stop gone run hand", "Creating Pending Stopped Resuming Pending"),
            (
                "hand displaced hand bind up",
                "Creating Pending Resuming Pending Initializing Running",
            ),
            ("hand place evict unwell up delete gone", "Creating Pending Deleting gone"),
            ("hand unbound back place", "Creating Pending Resuming Pending Initializing"),
            ("hand crash run", "Creating Pending Failed"),
        ];
        for (words, phases) in cases {
            assert_eq!(story(words), phases, "{words}");
        }
    }

    #[test]
    fn a_report_about_an_older_run_says_nothing() {
        let mut workload = workload();
        workload.place(placement(), at(1)).unwrap();
        let id = workload.id;
        let old = Observation { workload: id, generation: 0, state: PodState::Gone, restarts: 0 };
        assert!(!workload.observe(&old, at(2)));
    }

    #[test]
    fn who_lost_a_place_is_told_why_until_it_runs_again() {
        let message = |words: &str| {
            let mut workload = workload();
            for (second, word) in words.split_whitespace().enumerate() {
                act(&mut workload, word, at(second as i64 + 1));
            }
            (workload.displaced.is_some(), workload.reasons().len(), workload.message())
        };
        let why = message("place up evict").2;
        let (told, reasons, waits) = message("place up evict gone wait");
        assert!(told && reasons == 2 && waits.ends_with(&why) && waits != why, "{waits}");
        assert_eq!(message("place up evict gone wait place up"), (false, 0, String::new()));
        assert!(!message("place up evict gone wait stop").0);
    }

    #[test]
    fn seconds_of_waiting_and_running_add_up() {
        let mut workload = workload();
        workload.wait(vec![Reason::QueuedForCycle], at(1)).unwrap();
        workload.place(placement(), at(10)).unwrap();
        act(&mut workload, "up", at(12));
        act(&mut workload, "unwell", at(20));
        workload.stop("ada", at(25)).unwrap();
        assert_eq!((workload.pending_secs, workload.running_secs), (10, 13));
    }

    #[test]
    fn who_asked_for_it_ends_with_the_reason_when_evicted_and_may_run_again() {
        let mut workload = workload();
        workload.spec.submission.terminate_after_preemption = Some(true);
        for (second, word) in "place up evict gone wait".split(' ').enumerate() {
            act(&mut workload, word, at(second as i64));
        }
        assert_eq!(workload.phase, Phase::Stopped { why: Reason::QueuedForCycle });
        assert_eq!((workload.desired, workload.generation), (DesiredPhase::Stopped, 1));
        assert!(workload.displaced.is_none() && workload.may_run());
        for word in ["run", "place", "up"] {
            act(&mut workload, word, at(9));
        }
        assert_eq!((workload.phase.name(), workload.generation), (PhaseName::Running, 2));
    }

    #[test]
    fn the_guarantee_counts_from_the_first_run_and_begins_anew_with_the_next() {
        let mut workload = workload();
        let mut from = |words: &str, second: i64| {
            words.split_whitespace().for_each(|word| act(&mut workload, word, at(second)));
            workload.guaranteed_from().map(Timestamp::as_second)
        };
        assert_eq!(from("wait", 1), None);
        assert_eq!(from("place", 10), Some(10));
        assert_eq!(from("up", 20), Some(20));
        assert_eq!(from("unwell", 30), Some(20));
        assert_eq!(from("up", 40), Some(20));
        assert_eq!(from("unwell up unwell", 50), Some(20));
        assert_eq!(from("evict", 60), Some(20));
        assert_eq!(from("gone wait", 70), None);
        assert_eq!(from("place unwell", 80), Some(80));
        assert_eq!(from("up", 90), Some(90));
    }

    proptest! {
        /// Whatever happens in whatever order: what is wanted decides where it may come to rest.
        #[test]
        fn no_order_of_events_breaks_the_rules(
            words in prop::collection::vec(prop::sample::select(vec![
                "stop", "run", "delete", "wait", "place", "evict", "starting", "up", "unwell", "ending",
                "done", "crash", "gone", "hand", "unbound", "bind", "displaced",
            ]), 0..40)
        ) {
            let mut workload = workload();
            for (second, word) in words.into_iter().enumerate() {
                act(&mut workload, word, at(second as i64 + 1));
                let running = matches!(workload.phase, Phase::Running { .. });
                prop_assert!(!running || workload.desired == DesiredPhase::Running);
                let deleting = matches!(workload.phase, Phase::Deleting { .. });
                prop_assert_eq!(deleting, workload.desired == DesiredPhase::Deleted);
                prop_assert!(!workload.is_deleted() || workload.placement().is_none());
            }
        }
    }
}
