//! One cycle: pool by pool, the actions in their order. A job with several pools is offered to one
//! pool at a time; what a pool does not take, the next one is asked for.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    NodeName,
    precedence::Precedence,
    workload::{PlacedGpu, Placement},
};

use crate::{
    act::{self, Lines},
    budget::{Budget, Cut},
    decision::Decision,
    next,
    settings::Action,
    shares::Shares,
    state::{Mark, PodState, State, Status},
    why::Obstacle,
    world::{JobAt, PodAt, PoolAt, World},
};

/// A pool while its actions run.
pub(crate) struct Cycle<'a> {
    pub world: &'a World,
    pub state: &'a mut State,
    pub pool: PoolAt,
    pub shares: &'a Shares,
    /// Who may have to go.
    pub lines: Lines,
    /// Jobs in the order in which they were tried.
    pub tried: &'a mut Vec<JobAt>,
    pub refused: &'a mut HashMap<(JobAt, PoolAt), Obstacle>,
    pub decisions: &'a mut Vec<Decision>,
    /// Which of the two that are compared went first, and why.
    pub precedence: &'a mut Option<(JobAt, Precedence)>,
    pub bounds: &'a Bounds,
    pub budget: &'a mut Budget,
}

/// What a cycle leaves out.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    /// Nobody has to go for anybody: only what is free is given out.
    pub only_allocate: bool,
    /// A question about one job: the cycle may end when that is answered.
    pub question: Option<JobAt>,
    /// Jobs for which nobody is to go, for it would be in vain.
    pub in_vain: HashSet<JobAt>,
    /// Two of which somebody asks why one goes before the other.
    pub compared: Option<(JobAt, JobAt)>,
}

/// What a cycle did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub decisions: Vec<Decision>,
    /// By pool, as they were at the beginning.
    pub shares: Vec<Shares>,
    /// Jobs in the order in which they were tried, each once.
    pub tried: Vec<JobAt>,
    /// Quotas and limits that stood in the way of a job when it was tried.
    pub refused: HashMap<(JobAt, PoolAt), Obstacle>,
    /// Which of the two that are compared went first, and why.
    pub precedence: Option<(JobAt, Precedence)>,
    /// What was left undone because it took too long.
    pub cut: Cut,
}

/// What somebody wants to know of a cycle besides its decisions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    pub question: Option<JobAt>,
    pub compared: Option<(JobAt, JobAt)>,
}

/// How often a cycle is decided anew because somebody would go in vain; after that nobody goes.
const ATTEMPTS: usize = 8;

/// Runs every action in every pool. The state is what they leave. Where the next cycle would let those
/// come back who go, and end them again, they stay where they are.
pub(crate) fn run(world: &World, state: &mut State, lines: &[Lines], asked: Asked) -> Done {
    let start = state.mark();
    let Asked { question, compared } = asked;
    let mut bounds = Bounds { question, compared, ..Bounds::default() };
    let mut budget = Budget::of(world.settings.budget);
    for _ in 0..ATTEMPTS {
        let done = run_within(world, state, lines, &bounds, &mut budget);
        let in_vain = match world.settings.looks_ahead {
            true => next::in_vain(world, state, &done, &bounds, &mut budget),
            false => BTreeSet::new(),
        };
        if in_vain.is_empty() {
            return Done { cut: budget.cut, ..done };
        }
        bounds.in_vain.extend(in_vain);
        state.undo(world, start);
    }
    bounds.only_allocate = true;
    budget.cut.only_allocated = true;
    let done = run_within(world, state, lines, &bounds, &mut budget);
    Done { cut: budget.cut, ..done }
}

/// Runs the actions once, on a state of which `lines` are, by pool.
pub(crate) fn run_within(
    world: &World,
    state: &mut State,
    lines: &[Lines],
    bounds: &Bounds,
    budget: &mut Budget,
) -> Done {
    let mut offers = Offers::of(world, state);
    let mut done = Done::default();
    let mut lines = lines.to_vec();
    while let Some((pool, is_first)) = offers.next(world, state) {
        let jobs = offers.made_to(world, state, pool);
        let shares = Shares::of(world, state, pool, &jobs);
        let mut cycle = Cycle {
            world,
            state,
            pool,
            shares: &shares,
            lines: lines[pool].clone(),
            tried: &mut done.tried,
            refused: &mut done.refused,
            decisions: &mut done.decisions,
            precedence: &mut done.precedence,
            bounds,
            budget: &mut *budget,
        };
        match is_first && !bounds.only_allocate {
            true => cycle.act(&jobs),
            // Evictions would be undone by the next cycle, in which others come first here.
            false => act::allocate(&mut cycle, &jobs),
        }
        let is_answered = cycle.is_answered();
        lines[pool] = cycle.lines;
        if is_first {
            done.shares.push(shares);
        }
        if is_answered {
            break;
        }
    }
    done.shares.sort_by_key(|shares| shares.pool);
    let mut seen = HashSet::new();
    done.tried.retain(|job| seen.insert(*job));
    done
}

/// The pool in which a job has pods.
pub(crate) fn pool_of(world: &World, state: &State, job: JobAt) -> Option<PoolAt> {
    let mut seats = world.jobs[job].pods.clone().filter_map(|pod| state.pods[pod].seat.as_ref());
    seats.next().map(|seat| seat.pool)
}

/// Which pools each waiting job is offered to, in order.
struct Offers {
    jobs: Vec<Offer>,
    /// By pool: whether its actions have run.
    has_run: Vec<bool>,
}

struct Offer {
    job: JobAt,
    pools: Vec<PoolAt>,
    /// How many of the pools have refused it.
    refused: usize,
}

impl Offers {
    fn of(world: &World, state: &State) -> Self {
        let named = |job: JobAt| world.jobs[job].pools.iter().filter_map(|pool| pool.as_ref().ok());
        let pools = |job: JobAt| match pool_of(world, state, job) {
            Some(pool) => vec![pool],
            None => named(job).copied().collect(),
        };
        let pools = |job: JobAt| {
            pools(job).into_iter().filter(|pool| world.gives(*pool, job)).collect::<Vec<_>>()
        };
        let offer = |job| Offer { job, pools: pools(job), refused: 0 };
        let jobs = state.waiting().map(offer).collect();
        Self { jobs, has_run: vec![false; world.pools.len()] }
    }

    /// The pool whose turn it is, and whether it is its first: one that no job will come to later
    /// on, if there is one; at last those to which jobs have come since.
    fn next(&mut self, world: &World, state: &State) -> Option<(PoolAt, bool)> {
        let waits = |offer: &&Offer| is_unplaced(world, state, offer.job);
        let mut comes = vec![false; self.has_run.len()];
        for offer in self.jobs.iter().filter(waits) {
            for pool in offer.pools.iter().skip(offer.refused + 1) {
                comes[*pool] = true;
            }
        }
        let mut left = (0..self.has_run.len()).filter(|pool| !self.has_run[*pool]);
        let first = left.clone().find(|pool| !comes[*pool]).or_else(|| left.next());
        if let Some(pool) = first {
            self.has_run[pool] = true;
            return Some((pool, true));
        }
        let late = self.jobs.iter().filter(waits).find_map(|offer| offer.pools.get(offer.refused));
        late.map(|pool| (*pool, false))
    }

    /// The jobs that are offered to a pool now; if it does not take them, it has refused them.
    fn made_to(&mut self, world: &World, state: &State, pool: PoolAt) -> Vec<JobAt> {
        let mut jobs = vec![];
        for offer in &mut self.jobs {
            let is_next = offer.pools.get(offer.refused) == Some(&pool);
            let here = pool_of(world, state, offer.job).is_none_or(|own| own == pool);
            if is_next && here {
                offer.refused += 1;
                jobs.push(offer.job);
            }
        }
        jobs
    }
}

/// Waits, and has nothing anywhere.
fn is_unplaced(world: &World, state: &State, job: JobAt) -> bool {
    state.total_of(job).pending > 0 && pool_of(world, state, job).is_none()
}

impl Cycle<'_> {
    /// What the question is about has been started and cannot lose that again: it is non-preemptible,
    /// and nobody has gone, so that the cycle will not be decided anew.
    fn is_answered(&self) -> bool {
        let goes = |decision: &Decision| matches!(decision, Decision::Evict { .. });
        self.bounds.question.is_some_and(|job| {
            let count = self.state.total_of(job);
            !self.world.jobs[job].preemptible
                && count.held > 0
                && count.pending == 0
                && !self.decisions.iter().any(goes)
        })
    }

    fn act(&mut self, jobs: &[JobAt]) {
        let settings = &self.world.settings;
        let runs = |action: Action| match &settings.actions {
            Some(actions) => actions.contains(&action),
            None => action != Action::Consolidation || !self.world.pools[self.pool].spreads(),
        };
        for action in Action::ALL.into_iter().filter(|action| runs(*action)).collect::<Vec<_>>() {
            match action {
                _ if self.is_answered() => return,
                Action::Allocate => act::allocate(self, jobs),
                Action::Consolidation => act::consolidate(self, jobs),
                Action::Reclaim => act::reclaim(self, jobs),
                Action::Preempt => act::preempt(self, jobs),
                Action::StaleGangEviction => act::evict_stale(self),
            }
        }
    }

    /// Keeps what was done since the mark: it is decided.
    pub fn keep(&mut self, mark: Mark, by: Action, job: JobAt) {
        let world = self.world;
        let changed = self.state.changed_since(mark);
        let gains = (by != Action::StaleGangEviction).then(|| world.jobs[job].id);
        for pod in changed.iter().filter(|pod| self.state.pods[**pod].was_evicted) {
            let (workload, pod) = (world.jobs[world.pods[*pod].job].id, world.pods[*pod].index);
            self.decisions.push(Decision::Evict { workload, pod, by, gains });
        }
        let jobs: BTreeSet<_> = changed.iter().map(|pod| world.pods[*pod].job).collect();
        for pod in changed {
            let (workload, index) = (world.jobs[world.pods[pod].job].id, world.pods[pod].index);
            if let Some(placement) = placement(world, &self.state.pods[pod], pod) {
                match self.state.pods[pod].status {
                    Status::Bound => {
                        self.decisions.push(Decision::Bind { workload, pod: index, placement });
                    }
                    Status::Reserved => {
                        self.decisions.push(Decision::Pipeline { workload, pod: index, placement });
                    }
                    _ => {}
                }
            }
            let of = &mut self.state.pods[pod];
            of.was_evicted = false;
            of.withdrawn = None;
        }
        for job in jobs {
            self.lines.renew(world, self.state, self.pool, job);
        }
    }
}

/// Where a pod has its seat, in the words of the domain.
pub(crate) fn placement(world: &World, of: &PodState, pod: PodAt) -> Option<Placement> {
    let seat = of.seat.as_ref()?;
    let node = seat.node.map(|node| &world.nodes[node])?;
    let request = &world.classes[world.pods[pod].class].request;
    let portion = request.gpu.per_device(node.device_memory);
    let gpus = seat.devices.iter().map(|index| PlacedGpu { index: *index, portion });
    let mut gpus: Vec<_> = gpus.collect();
    gpus.sort_by_key(|gpu| gpu.index);
    let node: NodeName = node.of.name.clone();
    Some(Placement { pool: world.pools[seat.pool].name.clone(), node, gpus })
}
