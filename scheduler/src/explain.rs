//! Why a job was not placed: obstacles in the order of `why.md` §2 – what can never be, quota and
//! limits with the innermost scope first, constraints, room.

use domain::{
    Gpus, MemoryBytes, NodeName, Reason,
    node::{Node, Readiness},
    reason::{Amount, Constraint},
    submission::GpuRequest,
};

use crate::{Job, fit, plan::Plan};

/// A reason with what makes it comparable to those of other pools.
#[derive(Clone, Debug)]
pub(crate) struct Obstacle {
    pub reason: Reason,
    /// No future of the cluster as it is configured removes it.
    pub never: bool,
    /// Missing GPUs, cores, bytes: the pool that lacks least came nearest.
    missing: (i64, i64, i64),
}

impl Obstacle {
    pub fn never(reason: Reason) -> Self {
        Self { reason, never: true, missing: (i64::MAX, 0, 0) }
    }

    fn waits(reason: Reason, missing: Amount) -> Self {
        Self { reason, never: false, missing: by_kind(missing) }
    }
}

fn by_kind(missing: Amount) -> (i64, i64, i64) {
    match missing {
        Amount::Gpu(gpus) => (gpus.0, 0, 0),
        Amount::Cpu(cores) => (0, cores.0, 0),
        Amount::Memory(bytes) | Amount::GpuMemory(bytes) => (0, 0, bytes.0),
    }
}

/// The reasons, that of the pool that came nearest first; the others in the submitter's order.
pub(crate) fn in_order(mut obstacles: Vec<Obstacle>) -> Vec<Reason> {
    let nearest =
        (0..obstacles.len()).min_by_key(|at| (obstacles[*at].never, obstacles[*at].missing));
    if let Some(nearest) = nearest {
        let main = obstacles.remove(nearest);
        obstacles.insert(0, main);
    }
    obstacles.into_iter().map(|obstacle| obstacle.reason).collect()
}

/// The same reasons for a job that is alike, with the jobs that have been tried since.
pub(crate) fn with_ahead(reasons: &[Reason], plan: &Plan<'_>) -> Vec<Reason> {
    let mut reasons = reasons.to_vec();
    for reason in &mut reasons {
        if let Reason::Busy { pool, ahead, .. } = reason
            && let Some(at) = plan.world.pool(pool)
        {
            *ahead = plan.state.ahead[at];
        }
    }
    reasons
}

/// Counts a job that waits for room in a pool; those that are tried later stand behind it.
pub(crate) fn count_ahead(reasons: &[Reason], plan: &mut Plan<'_>) {
    if let Some(Reason::Busy { pool, .. }) = reasons.first()
        && let Some(at) = plan.world.pool(pool)
    {
        plan.state.ahead[at] += 1;
    }
}

/// Quota and limit, project before department.
pub(crate) fn gate(plan: &Plan<'_>, job: &Job, pool: usize) -> Option<Obstacle> {
    let world = &plan.world;
    let name = world.pools[pool].pool.name.to_string();
    let Some(queue) = world.queue(job.project) else {
        let project = job.project.to_string();
        return Some(Obstacle::never(Reason::PoolClosed { pool: name, project }));
    };
    let charged = world.charged(job, pool);
    let own = queue.scopes()[0].quota(pool).gpu;
    let closed = own.deserved.is_some_and(Gpus::is_zero)
        && (own.limit.is_some_and(Gpus::is_zero) || own.over_quota_weight <= 0.0);
    if closed && !charged.gpu.is_zero() {
        let project = queue.project.name.to_string();
        return Some(Obstacle::never(Reason::PoolClosed { pool: name, project }));
    }
    queue.scopes().iter().find_map(|scope| {
        let (quota, used) = (scope.quota(pool), plan.state.usage(scope, pool));
        let firm = used.non_preemptible;
        let all = used.allocated;
        let over = |asked: Amount, used: Amount, of: Option<Amount>| {
            let (left, of) = (of?.minus(used), of?);
            (!is_at_least(left, asked)).then_some((asked, left, of))
        };
        let (g, c, m) = (Amount::Gpu, Amount::Cpu, Amount::Memory);
        let quotas = [
            over(g(charged.gpu), g(firm.gpu), quota.gpu.deserved.map(g)),
            over(c(charged.cpu), c(firm.cpu), quota.cpu.deserved.map(c)),
            over(m(charged.memory), m(firm.memory), quota.memory.deserved.map(m)),
        ];
        let limits = [
            over(g(charged.gpu), g(all.gpu), quota.gpu.limit.map(g)),
            over(c(charged.cpu), c(all.cpu), quota.cpu.limit.map(c)),
            over(m(charged.memory), m(all.memory), quota.memory.limit.map(m)),
        ];
        let asks = |found: &&(Amount, Amount, Amount)| !found.0.is_zero();
        let (scope, pool) = (scope.name.clone(), name.clone());
        let of_quota = quotas.iter().flatten().find(asks).filter(|_| !job.preemptible);
        if let Some((asked, left, of)) = of_quota.copied() {
            let never = !is_at_least(of, asked);
            let reason = Reason::NonPreemptibleOverQuota { scope, pool, asked, left, of };
            let waits = Obstacle::waits(reason, asked.minus(left));
            return Some(Obstacle { never, ..waits });
        }
        let (asked, left, of) = limits.iter().flatten().find(asks).copied()?;
        let never = !is_at_least(of, asked);
        let reason = Reason::OverLimit { scope, pool, asked, left, of };
        Some(Obstacle { never, ..Obstacle::waits(reason, asked.minus(left)) })
    })
}

/// Whether one amount covers another of the same resource.
fn is_at_least(have: Amount, asked: Amount) -> bool {
    match (have, asked) {
        (Amount::Gpu(a), Amount::Gpu(b)) => a >= b,
        (Amount::Cpu(a), Amount::Cpu(b)) => a >= b,
        (Amount::Memory(a), Amount::Memory(b)) => a >= b,
        _ => false,
    }
}

/// What no quota would help with: it comes before quota and limits.
pub(crate) fn before_gate(plan: &Plan<'_>, job: &Job, pool: usize) -> Option<Obstacle> {
    let of = &plan.world.pools[pool];
    let name = || of.pool.name.to_string();
    let nodes: Vec<&Node> = of.nodes.iter().map(|at| &plan.world.snapshot.nodes[*at]).collect();
    if nodes.is_empty() {
        return Some(Obstacle::never(Reason::PoolEmpty { pool: name() }));
    }
    let mut constraint = None;
    let mut matching = Vec::new();
    for node in &nodes {
        match fit::obstacle(&job.pod, node) {
            None => matching.push(*node),
            Some(found) => constraint = Some(constraint.unwrap_or(found)),
        }
    }
    if matching.is_empty() {
        let tried = nodes.len() as u32;
        let constraint = constraint.unwrap_or(Constraint::Affinity);
        return Some(Obstacle::never(Reason::NoNodeMatches { pool: name(), constraint, tried }));
    }
    if let Some(reason) = larger_than_any_device(job, &matching, name()) {
        return Some(Obstacle::never(reason));
    }
    let larger = larger_than_any(job, &matching)?;
    let Larger { asked, beside, largest, node } = larger;
    let node = Some(node);
    let reason = Reason::LargerThanAnyNode { pool: name(), asked, beside, largest, node };
    Some(Obstacle::never(reason))
}

/// A request by memory that no single device has; it is a matter of devices, not of their number.
fn larger_than_any_device(job: &Job, nodes: &[&Node], pool: String) -> Option<Reason> {
    let GpuRequest::Memory { memory, .. } = job.pod.gpu else { return None };
    let of = |node: &&&Node| node.gpus.iter().map(|gpu| gpu.memory).max().unwrap_or_default();
    let largest = nodes.iter().rev().max_by_key(of)?;
    let (asked, most) = (Amount::GpuMemory(memory), of(&largest));
    let node = Some(largest.name.clone());
    let largest = Amount::GpuMemory(most);
    let reason = Reason::LargerThanAnyNode { pool, asked, beside: vec![], largest, node };
    (most < memory && !most.is_zero()).then_some(reason)
}

/// The resource of which no node has enough.
struct Larger {
    asked: Amount,
    /// What narrowed the choice of nodes before.
    beside: Vec<Amount>,
    largest: Amount,
    node: NodeName,
}

/// The first resource of which no node has enough, among those that have enough of the ones before.
fn larger_than_any(job: &Job, nodes: &[&Node]) -> Option<Larger> {
    let pod = &job.pod;
    type Has = fn(&Node, &Job) -> Amount;
    let steps: [(Amount, Has); 3] = [
        (asked_gpus(pod.gpu), gpus_for),
        (Amount::Cpu(pod.cpu), |node, _| Amount::Cpu(node.cpu)),
        (Amount::Memory(pod.memory), |node, _| Amount::Memory(node.memory)),
    ];
    let mut left: Vec<&Node> = nodes.to_vec();
    let mut beside = Vec::new();
    for (asked, has) in steps {
        let enough: Vec<_> =
            left.iter().copied().filter(|node| is_at_least(has(node, job), asked)).collect();
        if enough.is_empty() {
            let size = |node: &&&Node| by_kind(has(node, job));
            let largest = left.iter().rev().max_by_key(size)?;
            let (largest, node) = (has(largest, job), largest.name.clone());
            return Some(Larger { asked, beside, largest, node });
        }
        if enough.len() < left.len() {
            beside.push(asked);
        }
        left = enough;
    }
    None
}

/// What the request is called in a sentence: whole GPUs, or the sum of its parts.
fn asked_gpus(request: GpuRequest) -> Amount {
    Amount::Gpu(match request {
        GpuRequest::None => Gpus::ZERO,
        GpuRequest::Whole { devices } | GpuRequest::Memory { devices, .. } => {
            Gpus::whole(i64::from(devices))
        }
        GpuRequest::Portion { devices, portion } => portion * i64::from(devices),
    })
}

/// GPUs of an empty node in the measure of the request.
fn gpus_for(node: &Node, job: &Job) -> Amount {
    room_for(job.pod.gpu, node.gpus.iter().map(|gpu| (Gpus::whole(1), gpu.memory)))
}

/// GPUs of the request's size that fit on devices with so much free; for a part of one device, the
/// largest part.
fn room_for(request: GpuRequest, devices: impl Iterator<Item = (Gpus, MemoryBytes)>) -> Amount {
    if let GpuRequest::Portion { devices: 1, .. } = request {
        let most = devices.map(|(free, _)| free).max();
        return Amount::Gpu(most.unwrap_or_default());
    }
    let fitting =
        devices.filter(|(free, memory)| request.per_device(*memory) <= *free).count() as i64;
    Amount::Gpu(match request {
        GpuRequest::Portion { portion, .. } => portion * fitting,
        _ => Gpus::whole(fitting),
    })
}

/// It may run and something is large enough: so nodes are not ready, or full.
pub(crate) fn room(plan: &Plan<'_>, job: &Job, pool: usize) -> Obstacle {
    if let Some(never) = before_gate(plan, job, pool) {
        return never;
    }
    let of = &plan.world.pools[pool];
    let nodes = &plan.world.snapshot.nodes;
    let matching: Vec<usize> = of
        .nodes
        .iter()
        .copied()
        .filter(|at| fit::obstacle(&job.pod, &nodes[*at]).is_none())
        .collect();
    let large: Vec<usize> = matching
        .iter()
        .copied()
        .filter(|at| larger_than_any(job, &[&nodes[*at]]).is_none())
        .collect();
    let asked = asked_gpus(job.pod.gpu);
    if large.iter().all(|at| !nodes[*at].is_ready()) {
        return not_ready(of.pool.name.to_string(), large.iter().map(|at| &nodes[*at]), asked);
    }
    busy(plan, job, pool, &large)
}

fn not_ready<'a>(pool: String, nodes: impl Iterator<Item = &'a Node>, asked: Amount) -> Obstacle {
    let down: Vec<_> = nodes
        .filter_map(|node| match &node.ready {
            Readiness::NotReady { since, .. } => Some((node.name.clone(), *since)),
            Readiness::Ready => None,
        })
        .collect();
    let since = down.iter().map(|(_, since)| *since).min().unwrap_or_default();
    let nodes = down.into_iter().map(|(name, _)| name).collect();
    Obstacle::waits(Reason::NodesNotReady { pool, nodes, since }, asked)
}

/// The resource that is short on the node that comes nearest.
fn busy(plan: &Plan<'_>, job: &Job, pool: usize, large: &[usize]) -> Obstacle {
    let of = &plan.world.pools[pool];
    let nodes = &plan.world.snapshot.nodes;
    let pod = &job.pod;
    let gpus_free = |at: usize| {
        let free = plan.state.free[at].devices.iter().copied();
        room_for(pod.gpu, free.zip(nodes[at].gpus.iter().map(|gpu| gpu.memory)))
    };
    let asked = asked_gpus(pod.gpu);
    let ready: Vec<usize> = large.iter().copied().filter(|at| nodes[*at].is_ready()).collect();
    let with_gpus: Vec<usize> =
        ready.iter().copied().filter(|at| is_at_least(gpus_free(*at), asked)).collect();
    let cpu = |at: usize| Amount::Cpu(plan.state.free[at].rest.cpu);
    let memory = |at: usize| Amount::Memory(plan.state.free[at].rest.memory);
    let with_cpu: Vec<usize> = with_gpus
        .iter()
        .copied()
        .filter(|at| is_at_least(cpu(*at), Amount::Cpu(pod.cpu)))
        .collect();
    let mut beside = Vec::new();
    beside.extend((!with_gpus.is_empty() && with_gpus.len() < ready.len()).then_some(asked));
    let narrowed = !with_cpu.is_empty() && with_cpu.len() < with_gpus.len();
    beside.extend(narrowed.then_some(Amount::Cpu(pod.cpu)));
    let is_roomy = |at: &usize| is_at_least(memory(*at), Amount::Memory(pod.memory));
    if with_cpu.iter().any(is_roomy) {
        return in_use(job, of.pool.name.to_string(), ready.len());
    }
    let (among, asked, free): (_, _, &dyn Fn(usize) -> Amount) = match () {
        () if with_gpus.is_empty() => (ready, asked, &gpus_free),
        () if with_cpu.is_empty() => (with_gpus, Amount::Cpu(pod.cpu), &cpu),
        () => (with_cpu, Amount::Memory(pod.memory), &memory),
    };
    let nearest = among.iter().copied().rev().max_by_key(|at| by_kind(free(*at)));
    let hole = nearest.map_or(asked.minus(asked), free);
    let total = among.iter().map(|at| free(*at)).reduce(Amount::plus).unwrap_or(hole);
    let reason = Reason::Busy {
        pool: of.pool.name.to_string(),
        asked,
        free: total,
        largest_hole: hole,
        node: nearest.map(|at| nodes[at].name.clone()),
        beside,
        ahead: plan.state.ahead[pool],
    };
    Obstacle::waits(reason, asked.minus(hole))
}

/// GPUs, CPU and memory would do: what is missing is one of the other resources.
fn in_use(job: &Job, pool: String, tried: usize) -> Obstacle {
    let wanted = job.pod.extended.iter().find(|(_, count)| *count > 0);
    let (name, asked) = wanted.cloned().unwrap_or_default();
    let constraint = Constraint::ExtendedFree { name, asked };
    let reason = Reason::NoNodeMatches { pool, constraint, tried: tried as u32 };
    Obstacle::waits(reason, Amount::Gpu(Gpus::ZERO))
}
