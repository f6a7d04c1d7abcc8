//! What runs and what waits.

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{
    Gpus, ProjectId, WorkloadId,
    submission::{Spec, Submission},
    workload::{PlacedGpu, Placement},
};
use scheduler::{Job, Pod, PodState};
use testkit::dice::Dice;
use uuid::Uuid;

use super::{GPUS, Load, NOW, Shape, at, node_name};

/// Of a hundred workloads so many, with so many pods, of so many GPUs each.
const MIX: [(u64, usize, f64); 7] =
    [(55, 1, 1.0), (15, 1, 2.0), (8, 1, 4.0), (4, 1, 8.0), (10, 1, 0.5), (3, 1, 0.25), (5, 4, 1.0)];

/// Workloads, and the GPUs that each project holds.
pub struct Work {
    pub jobs: Vec<Job>,
    pub promised: Vec<i64>,
}

pub fn of(load: &Load) -> Work {
    let mut making = Making {
        dice: Dice::of(load.seed ^ load.nodes as u64 ^ ((load.waiting as u64) << 20)),
        jobs: vec![],
        promised: vec![0; load.projects],
    };
    match load.shape {
        Shape::Pending => making.pending(load),
        Shape::Reclaim => making.storm(load),
        Shape::Steady | Shape::Stuck => making.crowd(load),
    }
    Work { jobs: making.jobs, promised: making.promised }
}

/// A submission of so many GPUs, or of a part of one.
pub fn spec(gpus: f64, priority: &str) -> Spec {
    let gpu = match gpus {
        part if part > 0.0 && part < 1.0 => format!(
            r#""gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": {part}"#
        ),
        whole => format!(r#""gpuDevicesRequest": {}"#, whole as i64),
    };
    let json = format!(r#"{{"image": "a", "priorityClass": "{priority}", "compute": {{{gpu}}}}}"#);
    let submission: Submission = serde_json::from_str(&json).expect("a submission");
    Spec::try_from(submission).expect("a submission without mistakes")
}

struct Making {
    dice: Dice,
    jobs: Vec<Job>,
    promised: Vec<i64>,
}

impl Making {
    fn one_of<T: Copy>(&self, list: &[T]) -> T {
        list[self.dice.below(list.len() as u64) as usize]
    }

    fn job(&mut self, project: usize, gpus: f64, priority: &str) -> &mut Job {
        let number = self.jobs.len();
        let (id, created) = (Uuid::from_u128(number as u128 + 1), at(number as i64));
        let project = ProjectId(project as i32);
        let spec = spec(gpus, priority);
        let name = format!("w{number}");
        self.jobs.push(Job::single(WorkloadId(id), name, project, created, &spec));
        self.jobs.last_mut().expect("it was just made")
    }

    fn running(&mut self, project: usize, gpus: i64, node: usize, first: i64) {
        let device = |index| PlacedGpu { index: index as u32, portion: Gpus::whole(1) };
        let placement = Placement {
            pool: "default".parse().expect("a name"),
            node: node_name(node).as_str().into(),
            gpus: (first..first + gpus).map(device).collect(),
        };
        let job = self.job(project, gpus as f64, "low");
        job.pods[0].state = PodState::Running(placement);
        job.started = Some(at(NOW - 60));
    }

    fn pending(&mut self, load: &Load) {
        for _ in 0..load.jobs {
            let mut dice = self.dice.below(100);
            let kind = MIX.iter().find(|(share, ..)| {
                let is_it = dice < *share;
                dice = dice.saturating_sub(*share);
                is_it
            });
            let (_, pods, gpus) = kind.copied().unwrap_or(MIX[0]);
            let priority = match self.dice.below(100) {
                0..10 => "high",
                10..37 => "medium",
                _ => "low",
            };
            let project = self.dice.below(load.projects as u64) as usize;
            let job = self.job(project, gpus, priority);
            job.pods = vec![Pod::pending(job.pods[0].request.clone()); pods];
            job.min_pods = pods as u32;
        }
    }

    fn storm(&mut self, load: &Load) {
        for node in 0..load.nodes {
            let mut free = GPUS;
            while free > 0 {
                let size = self.one_of(&[1, 1, 1, 2, 4]).min(free);
                self.running(0, size, node, GPUS - free);
                free -= size;
            }
        }
        self.shuffle_ages();
        self.fill(load, 1);
        let mut room = load.nodes as i64 * GPUS / 2;
        for _ in 0..load.waiting {
            let size = self.one_of(&[1, 1, 2, 4, 8]);
            room -= size;
            if room < 0 {
                break;
            }
            self.job(1, size as f64, "low");
        }
    }

    /// What is free lies one GPU a node, beside workloads of 4 and 3 GPUs that fit nowhere else.
    fn crowd(&mut self, load: &Load) {
        let mut held: BinaryHeap<_> = (0..load.projects).map(|at| Reverse((0, at))).collect();
        for node in 0..load.nodes {
            let sizes: &[i64] = match node % 5 {
                0 | 1 => &[4, 3],
                _ => self.one_of(&[[8].as_slice(), &[4, 4], &[2, 2, 4]]),
            };
            let mut first = 0;
            for size in sizes {
                let Some(Reverse((gpus, project))) = held.pop() else { return };
                held.push(Reverse((gpus + size, project)));
                self.running(project, *size, node, first);
                first += size;
            }
        }
        held.into_iter().for_each(|Reverse((gpus, project))| self.promised[project] = gpus);
        self.shuffle_ages();
        self.fill(load, load.projects);
        for number in 0..load.waiting {
            let gpus = self.one_of(&[4.0, 8.0]);
            self.job(number % load.projects, gpus, "low");
        }
    }

    /// Who is old and who is new says nothing about where they are.
    fn shuffle_ages(&mut self) {
        for at in (1..self.jobs.len()).rev() {
            let other = self.dice.below(at as u64 + 1) as usize;
            let (a, b) = (self.jobs[at].submitted_at, self.jobs[other].submitted_at);
            (self.jobs[at].submitted_at, self.jobs[other].submitted_at) = (b, a);
        }
    }

    /// Workloads without GPUs, until there are as many as are wanted.
    fn fill(&mut self, load: &Load, projects: usize) {
        let missing = load.jobs.saturating_sub(self.jobs.len() + load.waiting);
        for number in 0..missing {
            self.running(number % projects, 0, number % load.nodes, 0);
        }
    }
}
