//! What helps and is no change of the submission: one of one's own workloads makes room, or a quota is raised.

use domain::{
    Cores, Gpus, MemoryBytes, NodePoolName, Other, Reason, ScopeRef,
    org::{PoolQuota, Quota},
    reason::Amount,
    submission::Spec,
    verdict::{Fix, FixAction, FixCode},
};
use serde_json::json;

use super::{promised, starts_now};
use crate::{
    scheduler::{Desk, Supposed},
    verdict::Question,
};

/// Own workloads that are tried.
const OWN_MAX: usize = 6;

/// The first of the asker's own workloads whose end makes it start.
pub(super) fn stop_mine(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    let jobs = &asked.scheduler.snapshot().jobs;
    let own = asked.help.own.iter().take(OWN_MAX);
    let mut fixes = own.filter_map(|id| {
        let job = jobs.iter().find(|job| job.id == *id)?;
        let said = asked.ask(spec, &Supposed::Gone(*id));
        let label = Fix::stop(&job.name);
        let fix = promised(said.answer, FixCode::StopMine, label, json!({}))?;
        let workload = Other::named(job.id, job.project, job.name.clone());
        Some(Fix { action: Some(FixAction::Stop { workload }), ..fix })
    });
    fixes.find(starts_now)
}

/// Whoever owns the quota or the limit that stands in the way raises it.
pub(super) fn ask_owner(asked: &Question<'_>, spec: &Spec, reasons: &[Reason]) -> Option<Fix> {
    let wish = Wish::of(reasons.first()?)?;
    let found = {
        let desk = asked.scheduler.questions();
        raised(&desk, asked, &wish)
    };
    let (supposed, to) = found?;
    let said = asked.ask(spec, &supposed);
    let label = Fix::ask(&wish.scope, &wish.pool, to, wish.is_limit);
    let fix = promised(said.answer, FixCode::AskOwner, label, json!({}))?;
    let Wish { scope, pool, is_limit: limit, .. } = wish;
    let action = FixAction::Ask { scope, pool, to, limit, who: vec![] };
    Some(Fix { action: Some(action), ..fix })
}

/// Which number has to be raised.
struct Wish {
    scope: ScopeRef,
    pool: String,
    /// The resource, by what is asked of it.
    asked: Amount,
    is_limit: bool,
}

impl Wish {
    fn of(reason: &Reason) -> Option<Self> {
        let (scope, pool, asked, is_limit) = match reason {
            Reason::NonPreemptibleOverQuota { scope, pool, asked, .. } => {
                (scope, pool, asked, false)
            }
            Reason::OverLimit { scope, pool, asked, .. } => (scope, pool, asked, true),
            _ => return None,
        };
        Some(Self { scope: scope.clone(), pool: pool.clone(), asked: *asked, is_limit })
    }
}

/// The quota that would do, and the number that is raised in it.
fn raised(desk: &Desk, asked: &Question<'_>, wish: &Wish) -> Option<(Supposed, Amount)> {
    let (world, state) = (&desk.world, &desk.state);
    let pool = world.pool(&wish.pool.parse::<NodePoolName>().ok()?)?;
    let project = world.project_queue(asked.probe.project)?;
    let queue = world.path(project).find(|at| world.queues[*at].name == wish.scope)?;
    let usage = state.usage(queue, pool);
    let used = if wish.is_limit { usage.allocated } else { usage.non_preemptible };
    let mut quota = world.queues[queue].quotas[pool];
    let to = raise(&mut quota, wish, used);
    Some((Supposed::Quota { queue, pool, quota }, to))
}

/// Raises one number to what is used and asked.
fn raise(quota: &mut PoolQuota, wish: &Wish, used: [f64; 3]) -> Amount {
    fn set<T: Copy + Ord>(of: &mut Quota<T>, to: T, is_limit: bool) {
        let own = if is_limit { &mut of.limit } else { &mut of.deserved };
        *own = own.map(|own| own.max(to));
    }
    let is_limit = wish.is_limit;
    match wish.asked {
        Amount::Gpu(gpus) => {
            let to = Gpus(used[0].round() as i64) + gpus;
            set(&mut quota.gpu, to, is_limit);
            Amount::Gpu(to)
        }
        Amount::Cpu(cores) => {
            let to = Cores(used[1].round() as i64) + cores;
            set(&mut quota.cpu, to, is_limit);
            Amount::Cpu(to)
        }
        Amount::Memory(bytes) | Amount::GpuMemory(bytes) => {
            let to = MemoryBytes(used[2].round() as i64) + bytes;
            set(&mut quota.memory, to, is_limit);
            Amount::Memory(to)
        }
    }
}
