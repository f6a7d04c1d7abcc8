//! Asking for less: the largest request that starts now, and where none does, the largest that ever could.

use domain::{
    Cores, Gpus, MemoryBytes,
    submission::{GpuRequest, Spec},
    verdict::{Fix, FixCode},
};
use serde_json::{Value, json};

use super::{patched, starts_now, tried};
use crate::verdict::Question;

/// How many smaller requests are tried where policies refuse the largest.
const REFUSED_MAX: i64 = 64;
/// Where no more are asked for than this, each smaller request is tried.
const ONE_BY_ONE: i64 = 16;
const GB: i64 = 1_000_000_000;
/// The step in which small amounts of memory are asked for.
const MB_100: i64 = 100_000_000;

/// Fewer of something that comes in steps.
struct Less<'a> {
    code: FixCode,
    /// What is asked for now, in steps, rounded up.
    now: i64,
    made: &'a dyn Fn(i64) -> (String, Value),
}

pub(super) fn gpus(asked: &Question<'_>, spec: &Spec, was_never: bool) -> Option<Fix> {
    let made = |n: i64| {
        let patch = json!({ "compute": { "gpuDevicesRequest": n } });
        (Fix::less(Gpus::whole(n)), patch)
    };
    let now = i64::from(spec.pod.gpu.devices());
    Less { code: FixCode::FewerGpus, now, made: &made }.find(asked, spec, was_never)
}

/// A part of one GPU instead of whole ones or of a larger part; less memory where memory was asked for.
pub(super) fn part(asked: &Question<'_>, spec: &Spec, was_never: bool) -> Option<Fix> {
    let now = match spec.pod.gpu {
        GpuRequest::None => return None,
        GpuRequest::Memory { devices, memory } => {
            return device_memory(asked, spec, devices, memory, was_never);
        }
        GpuRequest::Whole { .. } => 100,
        GpuRequest::Portion { portion, .. } => (portion.as_f64() * 100.0).ceil() as i64,
    };
    let made = |percent: i64| {
        let patch = json!({ "compute": {
            "gpuDevicesRequest": 1, "gpuRequestType": "portion",
            "gpuPortionRequest": percent as f64 / 100.0, "gpuPortionLimit": null,
        }});
        (Fix::part(percent), patch)
    };
    // A part that waits is no better than a whole one that does.
    Less { code: FixCode::Fraction, now, made: &made }.find(asked, spec, false)
}

fn device_memory(
    asked: &Question<'_>,
    spec: &Spec,
    devices: u32,
    memory: MemoryBytes,
    was_never: bool,
) -> Option<Fix> {
    let (now, step) = steps(memory);
    let made = |n: i64| {
        let memory = json!({ "gpuMemoryRequest": quantity(n * step), "gpuMemoryLimit": null });
        (Fix::device_memory(MemoryBytes(n * step), devices), json!({ "compute": memory }))
    };
    Less { code: FixCode::Fraction, now, made: &made }.find(asked, spec, was_never)
}

pub(super) fn cores(asked: &Question<'_>, spec: &Spec, was_never: bool) -> Option<Fix> {
    let cores = spec.pod.cpu.as_f64();
    // Tenths of a core where there is no whole one less.
    let parts = if cores > 1.0 { 1.0 } else { 10.0 };
    let made = |n: i64| {
        let cores = n as f64 / parts;
        let label = Cores::from_f64(cores).map(Fix::less).unwrap_or_default();
        (label, json!({ "compute": { "cpuCoreRequest": cores } }))
    };
    let now = (cores * parts).ceil() as i64;
    Less { code: FixCode::FewerCores, now, made: &made }.find(asked, spec, was_never)
}

pub(super) fn memory(asked: &Question<'_>, spec: &Spec, was_never: bool) -> Option<Fix> {
    let (now, step) = steps(spec.pod.memory);
    let made = |n: i64| {
        let patch = json!({ "compute": { "cpuMemoryRequest": quantity(n * step) } });
        (Fix::memory(MemoryBytes(n * step)), patch)
    };
    Less { code: FixCode::LessMemory, now, made: &made }.find(asked, spec, was_never)
}

/// An amount of memory in steps, rounded up, and the step.
fn steps(memory: MemoryBytes) -> (i64, i64) {
    let step = if memory.0 > GB { GB } else { MB_100 };
    ((memory.0 + step - 1) / step, step)
}

/// `12G`, `300M`.
fn quantity(bytes: i64) -> String {
    match bytes % GB {
        0 => format!("{}G", bytes / GB),
        _ => format!("{}M", bytes / 1_000_000),
    }
}

impl Less<'_> {
    fn find(&self, asked: &Question<'_>, spec: &Spec, was_never: bool) -> Option<Fix> {
        let with = |n: i64| patched(spec, &(self.made)(n).1);
        let starts = |n: i64| with(n).is_some_and(|spec| asked.starts(&spec));
        let could = |n: i64| with(n).is_some_and(|spec| asked.may_ever_start(&spec));
        let now = self.allowed(asked, largest(self.now, starts)).filter(starts_now);
        let later = || self.allowed(asked, largest(self.now, could));
        now.or_else(|| was_never.then(later).flatten())
    }

    /// The largest of at most so many that nobody refuses.
    fn allowed(&self, asked: &Question<'_>, most: i64) -> Option<Fix> {
        let mut down = (1..=most).rev().take(REFUSED_MAX as usize);
        down.find_map(|n| {
            let (label, patch) = (self.made)(n);
            tried(asked, self.code, label, patch)
        })
    }
}

/// The largest number below `below` for which it holds, and 0 where it holds for none. What holds for more nearly
/// always holds for fewer, so halving finds it; where others are moved out of the way it may not, and so few are
/// tried one by one.
fn largest(below: i64, holds: impl Fn(i64) -> bool) -> i64 {
    if below <= ONE_BY_ONE {
        return (1..below).rev().find(|n| holds(*n)).unwrap_or_default();
    }
    let (mut good, mut bad) = (0, below);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}
