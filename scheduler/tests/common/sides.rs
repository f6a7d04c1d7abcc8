//! What two projects have of a pool when one takes from the other.

use std::collections::BTreeMap;

use domain::{Cores, Gpus, NodePoolName, ProjectId, WorkloadId, org::Project, workload::Placement};
use scheduler::{Action, Decision, Job, Pod, Report, ScopeId, Snapshot};

/// Less than this is nothing: GPUs, cores, bytes.
pub const NEAR: [f64; 3] = [1e-6, 1e-3, 1.0];

/// Two queues, and what they have of a pool.
pub struct Sides<'a> {
    pub before: &'a Snapshot,
    pub report: &'a Report,
}

impl Sides<'_> {
    /// The victim's scope at the level at which the paths of the two projects part.
    pub fn against(&self, gainer: &Job, victim: &Job) -> ScopeId {
        let department = |job| project(self.before, job).department;
        match department(gainer) == department(victim) {
            true => ScopeId::Project(victim.project),
            false => ScopeId::Department(department(victim)),
        }
    }

    /// What a scope holds when somebody of it goes by the decision `at`, and what it may keep whatever others want.
    /// Who is only moved is not lost, and what cannot run by halves goes as one.
    pub fn at_loss(&self, at: usize, scope: ScopeId, pool: &NodePoolName) -> [[f64; 3]; 2] {
        let held = self.held(&self.report.decisions[..self.begin_of_unit(at)], scope, pool, true);
        let id = self.before.pools.iter().find(|own| own.name == *pool).expect("a pool").id;
        let quota = match scope {
            ScopeId::Project(of) => {
                self.before.projects.iter().find(|own| own.id == of).expect("a scope").quota(id)
            }
            ScopeId::Department(of) => {
                self.before.departments.iter().find(|own| own.id == of).expect("a scope").quota(id)
            }
        };
        let least = |a: Option<f64>, b: Option<f64>| {
            a.unwrap_or(f64::INFINITY).min(b.unwrap_or(f64::INFINITY))
        };
        let (gpu, cpu, memory) = (quota.gpu, quota.cpu, quota.memory);
        let promised = [
            least(gpu.deserved.map(Gpus::as_f64), gpu.limit.map(Gpus::as_f64)),
            least(cpu.deserved.map(Cores::as_f64), cpu.limit.map(Cores::as_f64)),
            least(memory.deserved.map(|m| m.0 as f64), memory.limit.map(|m| m.0 as f64)),
        ];
        [held, promised]
    }

    pub fn fair(&self, of: ProjectId, pool: &NodePoolName) -> [f64; 3] {
        let own = ScopeId::Project(of);
        self.report
            .scopes
            .iter()
            .find(|s| s.id == own && s.pool == *pool)
            .expect("a scope")
            .fair_share
    }

    /// What a project holds and has reserved once those have their places for whom the decision `at` lets
    /// somebody go. What is idle after that, whoever comes to the pool later may have.
    pub fn held_then(&self, at: usize, of: ProjectId, pool: &NodePoolName) -> [f64; 3] {
        let done = &self.report.decisions[..self.end_of(at)];
        self.held(done, ScopeId::Project(of), pool, false)
    }

    /// What a scope holds and has reserved after some decisions; who is evicted and placed again in this cycle may
    /// count as never gone.
    fn held(
        &self,
        decisions: &[Decision],
        scope: ScopeId,
        pool: &NodePoolName,
        moved_stay: bool,
    ) -> [f64; 3] {
        let mut places: BTreeMap<(WorkloadId, usize), Placement> = BTreeMap::new();
        let is_own = |job: &&Job| match scope {
            ScopeId::Project(id) => job.project == id,
            ScopeId::Department(id) => project(self.before, job).department == id,
        };
        let own = self.before.jobs.iter().filter(is_own);
        for job in own.clone() {
            for (at, pod) in job.pods.iter().enumerate() {
                places.extend(pod.placement().map(|place| ((job.id, at), place.clone())));
            }
        }
        for decision in decisions {
            match decision {
                Decision::Evict { workload, pod, .. } => {
                    if !moved_stay || !self.is_moved(*workload, *pod) {
                        places.remove(&(*workload, *pod));
                    }
                }
                Decision::Bind { workload, pod, placement }
                | Decision::Pipeline { workload, pod, placement } => {
                    places.insert((*workload, *pod), placement.clone());
                }
                Decision::Wait { .. } => {}
            }
        }
        let mut sum = [0.0; 3];
        for job in own {
            for (at, pod) in job.pods.iter().enumerate() {
                let Some(place) = places.get(&(job.id, at)).filter(|p| p.pool == *pool) else {
                    continue;
                };
                let one = self.amounts(pod, place);
                sum = [0, 1, 2].map(|r| sum[r] + one[r]);
            }
        }
        sum
    }

    /// GPUs, cores, bytes that a pod takes there. One that waits for what others let go has no devices yet, and counts as
    /// what it asks for.
    fn amounts(&self, pod: &Pod, placement: &Placement) -> [f64; 3] {
        let gpu = match placement.gpus.is_empty() {
            false => placement.gpu_total(),
            true => {
                let node = self.before.nodes.iter().find(|node| node.name == placement.node);
                let device = node.and_then(|node| node.gpus.first()).map(|gpu| gpu.memory);
                let asked = pod.request.gpu;
                asked.per_device(device.unwrap_or_default()) * i64::from(asked.devices())
            }
        };
        [gpu.as_f64(), pod.request.cpu.as_f64(), pod.request.memory.0 as f64]
    }

    /// Whether a pod that goes has a place again in this cycle.
    pub fn is_moved(&self, of: WorkloadId, at: usize) -> bool {
        self.report.decisions.iter().any(|decision| {
            matches!(decision, Decision::Pipeline { workload, pod, .. } if *workload == of && *pod == at)
        })
    }

    /// Where those begin to go that go as one with the eviction `at`: of an elastic job each pod above the minimum
    /// goes by itself, the others together.
    fn begin_of_unit(&self, at: usize) -> usize {
        let decisions = &self.report.decisions;
        let Decision::Evict { workload, gains, .. } = &decisions[at] else { return at };
        let goes = |at: &usize| {
            matches!(&decisions[*at], Decision::Evict { workload: own, gains: to, .. }
                if own == workload && to == gains)
        };
        let own: Vec<usize> = (0..decisions.len()).filter(goes).collect();
        let job = self.before.jobs.iter().find(|job| job.id == *workload).expect("a job");
        // Those that went before for somebody else are none of those that it could spare.
        let before = decisions[..own[0]].iter();
        let went = before.filter(
            |decision| matches!(decision, Decision::Evict { workload: own, .. } if own == workload),
        );
        let there = job.placements().count().saturating_sub(went.count());
        let spare = there.saturating_sub(job.min_pods as usize);
        own.get(spare).copied().map_or(at, |core| core.min(at))
    }

    /// How many pods of a job somebody goes for by the decision `at`: what it lacks to run, else one.
    fn comes(&self, job: WorkloadId, at: usize) -> usize {
        let of = self.before.jobs.iter().find(|own| own.id == job).expect("a job");
        let is_own = |decision: &&Decision| match decision {
            Decision::Bind { workload, .. } | Decision::Pipeline { workload, .. } => {
                *workload == job
            }
            Decision::Evict { .. } | Decision::Wait { .. } => false,
        };
        let there =
            of.placements().count() + self.report.decisions[..at].iter().filter(is_own).count();
        (of.min_pods as usize).saturating_sub(there).max(1)
    }

    /// Where the decisions end that were taken with the eviction `at`: others who go for the same, and the
    /// places of all of them. More pods of an elastic job come into what is idle then, as anybody's would.
    fn end_of(&self, at: usize) -> usize {
        let decisions = &self.report.decisions;
        let Decision::Evict { gains: Some(gains), .. } = &decisions[at] else { return at + 1 };
        let goes = |decision: &&Decision| matches!(decision, Decision::Evict { gains: Some(own), .. } if own == gains);
        let evicted = at + decisions[at..].iter().take_while(goes).count();
        let is_evicted = |id: &WorkloadId| {
            let is_own = |decision: &Decision| matches!(decision, Decision::Evict { workload, .. } if workload == id);
            decisions[..evicted].iter().any(is_own)
        };
        let mut comes = 0..self.comes(*gains, at);
        let is_placed = |decision: &&Decision| match decision {
            Decision::Bind { workload, .. } | Decision::Pipeline { workload, .. }
                if workload == gains =>
            {
                comes.next().is_some()
            }
            Decision::Bind { workload, .. } | Decision::Pipeline { workload, .. } => {
                is_evicted(workload)
            }
            Decision::Evict { .. } | Decision::Wait { .. } => false,
        };
        evicted + decisions[evicted..].iter().take_while(is_placed).count()
    }
}

fn project<'a>(of: &'a Snapshot, job: &Job) -> &'a Project {
    of.projects.iter().find(|project| project.id == job.project).expect("a job has a project")
}
