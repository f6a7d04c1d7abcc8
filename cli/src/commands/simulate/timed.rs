//! Runs a scenario through time (`scenarios.md` §8): workloads come, run so long, end. A cycle runs
//! at 0 and after something has happened, at the next multiple of the period; idle stretches are
//! skipped.

use std::collections::BTreeMap;

use scheduler::ScopeId;

use super::{
    ledger::{Ledger, Timed},
    play::Play,
    scenario::{Scenario, at},
    workloads::State,
};

/// Runs until so many seconds have passed.
pub(super) fn run(scenario: &Scenario, until: i64, summary: bool) -> Timed {
    let mut run = Run {
        scenario,
        play: Play::of(scenario),
        ledger: Ledger::of(scenario),
        leaving: BTreeMap::new(),
        cycles: 0,
    };
    let mut next = Some(0);
    while let Some(second) = next.filter(|second| *second < until) {
        run.advance(second);
        run.cycle(second);
        next = run.next_cycle(second);
    }
    run.advance(until);
    run.ledger.report(scenario, until, run.cycles, summary)
}

struct Run<'a> {
    scenario: &'a Scenario,
    play: Play<'a>,
    ledger: Ledger,
    /// Pods that are being ended, by the second in which they are gone.
    leaving: BTreeMap<i64, Vec<(usize, usize)>>,
    cycles: u64,
}

impl Run<'_> {
    /// Everything that happens by itself until then.
    fn advance(&mut self, until: i64) {
        while let Some(second) = self.next_event().filter(|second| *second <= until) {
            self.ledger.pass(second);
            for at in self.ledger.due(second) {
                self.play.workloads[at].pods.iter_mut().for_each(|pod| {
                    pod.state = State::Succeeded;
                    pod.slots.clear();
                });
                self.ledger.finish(at, second);
            }
            for (at, pod) in self.leaving.remove(&second).unwrap_or_default() {
                self.leave(at, pod);
            }
            self.ledger.arrive(second);
        }
        self.ledger.pass(until);
    }

    fn next_event(&self) -> Option<i64> {
        let leaving = self.leaving.keys().next().copied();
        [self.ledger.next_arrival(), self.ledger.next_end(), leaving].into_iter().flatten().min()
    }

    fn leave(&mut self, at: usize, pod: usize) {
        let of = &mut self.play.workloads[at].pods[pod];
        if of.state == State::Releasing {
            of.state = State::Pending;
            of.node = None;
            of.slots.clear();
        }
    }

    fn cycle(&mut self, second: i64) {
        self.cycles += 1;
        let is_there = |at: usize| self.ledger.is_there(at);
        let there: Vec<_> = (0..self.play.workloads.len()).map(is_there).collect();
        let (report, ..) = self.play.decide(self.cycles, at(second), false, |at| there[at]);
        for (at, pod) in self.play.evicted_pods() {
            self.ledger.evicted(at);
            let gone = second + self.scenario.options.termination_secs;
            if gone > second && self.play.workloads[at].pods[pod].state == State::Releasing {
                self.leaving.entry(gone).or_default().push((at, pod));
            }
        }
        let waits = self.scenario.options.termination_secs > 0;
        self.play.complete_now(at(second), waits);
        let held =
            report.held.iter().filter_map(|(id, gpus)| Some((self.play.ids.find(*id)?, *gpus)));
        let fair = report.scopes.iter().filter_map(|scope| match scope.id {
            ScopeId::Project(id) => Some((usize::try_from(id.0).ok()?, scope.fair_share[0])),
            ScopeId::Department(_) => None,
        });
        self.ledger.be_fair(fair);
        self.ledger.hold(second, held.collect(), &self.play.workloads);
    }

    /// When the next cycle is due: after the next thing that happens.
    fn next_cycle(&self, after: i64) -> Option<i64> {
        let period = self.scenario.options.period;
        let at_once = self.play.any_evicted() && self.scenario.options.termination_secs == 0;
        let event = if at_once { Some(after + 1) } else { self.next_event() };
        let event = event?.max(after + 1);
        event.checked_add(period - 1).map(|second| second / period * period)
    }
}
