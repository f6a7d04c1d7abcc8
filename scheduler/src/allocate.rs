//! The action allocate: places what fits on what is idle, in order, and explains the rest.

use std::collections::HashMap;

use domain::{NodePoolName, ProjectId, Reason, submission::PodRequest, workload::Placement};

use crate::{
    Decision, Job,
    explain::{self, Obstacle},
    fit,
    order::Queues,
    plan::Plan,
};

/// Jobs that are alike fail alike, for in this action nothing becomes free.
type Alike<'a> = (ProjectId, bool, &'a [NodePoolName], &'a PodRequest);

/// Decides about every job of `waiting`.
pub(crate) fn allocate<'a>(plan: &mut Plan<'_>, waiting: Vec<&'a Job>) -> Vec<Decision> {
    let mut decisions = Vec::with_capacity(waiting.len());
    let mut queues = Queues::of(waiting);
    let mut failed: HashMap<Alike<'a>, Vec<Reason>> = HashMap::new();
    while let Some(job) = queues.next(plan) {
        let alike = (job.project, job.preemptible, job.node_pools.as_slice(), &job.pod);
        let reasons = match failed.get(&alike) {
            Some(reasons) => Err(explain::with_ahead(reasons, plan)),
            None => try_job(plan, job),
        };
        decisions.push(match reasons {
            Ok(placement) => Decision::Place { workload: job.id, placement },
            Err(reasons) => {
                explain::count_ahead(&reasons, plan);
                failed.entry(alike).or_insert_with(|| reasons.clone());
                Decision::Wait { workload: job.id, reasons }
            }
        });
    }
    decisions
}

/// Places the job in the first of its pools that takes it, or says what stands in the way.
pub(crate) fn try_job(plan: &mut Plan<'_>, job: &Job) -> Result<Placement, Vec<Reason>> {
    let mut obstacles = Vec::new();
    for name in plan.world.pools_for(job) {
        match try_pool(plan, job, &name) {
            Ok(placement) => {
                plan.state.take(&plan.world, job, &placement);
                return Ok(placement);
            }
            Err(obstacle) => obstacles.push(*obstacle),
        }
    }
    Err(explain::in_order(obstacles))
}

fn try_pool(plan: &Plan<'_>, job: &Job, name: &NodePoolName) -> Result<Placement, Box<Obstacle>> {
    let world = &plan.world;
    let Some(pool) = world.pool(name.as_str()) else {
        let reason = Reason::NoSuchPool { pool: name.to_string() };
        return Err(Box::new(Obstacle::never(reason)));
    };
    if let Some(obstacle) = explain::gate(plan, job, pool) {
        return Err(Box::new(explain::before_gate(plan, job, pool).unwrap_or(obstacle)));
    }
    let of = &world.pools[pool];
    let nodes = of.nodes.iter().map(|at| (&world.snapshot.nodes[*at], &plan.state.free[*at]));
    fit::best(&job.pod, of.pool, nodes).ok_or_else(|| Box::new(explain::room(plan, job, pool)))
}
