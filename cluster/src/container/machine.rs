//! The machine as a node: what the engine says of CPUs and memory, what NVIDIA's library says of
//! GPUs. The library is loaded while Berth runs; where there is none, there are no GPUs.

use std::{collections::BTreeMap, path::Path};

use domain::{
    Cores, MemoryBytes, NodeName, Timestamp,
    node::{GpuDevice, HOSTNAME_LABEL, Node, Readiness},
};
use nvml_wrapper::{
    Nvml, enum_wrappers::device::Sampling, enums::device::SampleValue, error::NvmlError,
    struct_wrappers::device::Sample,
};

use super::engine::{Engine, GpuWay};
use crate::GpuLoad;

/// A GPU of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gpu {
    pub uuid: String,
    /// `NVIDIA A100-SXM4-80GB`.
    pub kind: String,
    pub memory: i64,
}

/// What was found of GPUs, and why nothing was where there should be something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gpus {
    /// By index.
    pub found: Vec<Gpu>,
    pub trouble: Option<String>,
}

/// Asks NVIDIA's library. It takes some milliseconds, and belongs on a thread that may wait.
pub fn gpus() -> Gpus {
    match Nvml::init().and_then(|nvml| devices(&nvml)) {
        Ok(found) => Gpus { found, trouble: None },
        // No driver and no device: a machine without GPUs.
        Err(_) if !Path::new("/dev/nvidiactl").exists() => Gpus::default(),
        Err(wrong) => Gpus { found: Vec::new(), trouble: Some(wrong.to_string()) },
    }
}

fn devices(nvml: &Nvml) -> Result<Vec<Gpu>, NvmlError> {
    let indices = 0..nvml.device_count()?;
    let gpus = indices.map(|index| {
        let device = nvml.device_by_index(index)?;
        let memory = i64::try_from(device.memory_info()?.total).unwrap_or(i64::MAX);
        Ok(Gpu { uuid: device.uuid()?, kind: device.name()?, memory })
    });
    gpus.collect()
}

/// Whether each GPU was used in the time that NVIDIA's library remembers, the better part of a minute at the most.
/// Those of which it does not say are not among them.
pub fn used_gpus() -> BTreeMap<u32, bool> {
    let Ok(nvml) = Nvml::init() else { return BTreeMap::new() };
    let indices = 0..nvml.device_count().unwrap_or_default();
    indices.filter_map(|index| Some((index, is_used(&nvml, index).ok()?))).collect()
}

fn is_used(nvml: &Nvml, index: u32) -> Result<bool, NvmlError> {
    let device = nvml.device_by_index(index)?;
    let worked = |sample: &Sample| !matches!(sample.value, SampleValue::U32(0));
    match device.samples(Sampling::GpuUtilization, None) {
        Ok(samples) if !samples.is_empty() => Ok(samples.iter().any(worked)),
        // Some cards keep no samples.
        _ => Ok(device.utilization_rates()?.gpu > 0),
    }
}

/// What is used of each GPU now. Those of which NVIDIA's library does not say are not among them.
pub fn gpu_loads() -> BTreeMap<u32, GpuLoad> {
    let Ok(nvml) = Nvml::init() else { return BTreeMap::new() };
    let load = |index: u32| {
        let device = nvml.device_by_index(index)?;
        let memory = i64::try_from(device.memory_info()?.used).unwrap_or(i64::MAX);
        let busy_percent = device.utilization_rates()?.gpu;
        Ok::<_, NvmlError>(GpuLoad { busy_percent, memory: MemoryBytes(memory) })
    };
    let indices = 0..nvml.device_count().unwrap_or_default();
    indices.filter_map(|index| Some((index, load(index).ok()?))).collect()
}

/// The one node of this cluster. Its GPUs are there when the engine can hand them out.
pub fn node(engine: &Engine, gpus: &[Gpu], since: Timestamp) -> Node {
    let name = match engine.host.as_str() {
        "" => "local",
        host => host,
    };
    let usable = if engine.gpu_way == GpuWay::None { &[] } else { gpus };
    let device = |gpu: &Gpu| GpuDevice { kind: gpu.kind.clone(), memory: MemoryBytes(gpu.memory) };
    Node {
        name: NodeName::from(name),
        labels: BTreeMap::from([(HOSTNAME_LABEL.to_owned(), name.to_owned())]),
        taints: Vec::new(),
        ready: Readiness::Ready,
        gpus: usable.iter().map(device).collect(),
        cpu: Cores::whole(engine.cpus),
        memory: MemoryBytes(engine.memory),
        extended: BTreeMap::new(),
        taken: Default::default(),
        created_at: since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_count_when_the_engine_can_hand_them_out() {
        let gpus = [Gpu { uuid: "GPU-1".into(), kind: "NVIDIA A100".into(), memory: 80 << 30 }];
        let mut engine =
            Engine { host: "box".into(), cpus: 8, memory: 64 << 30, ..Engine::default() };
        let told = |engine: &Engine| {
            let node = node(engine, &gpus, Timestamp::default());
            format!("{} {} {} {:?}", node.name, node.cpu, node.memory, node.gpus)
        };
        let without = told(&engine);
        engine.gpu_way = GpuWay::Nvidia;
        insta::assert_snapshot!(format!("{without}\n{}", told(&engine)), @r#"
        box 8 cores 68.72 GB []
        box 8 cores 68.72 GB [GpuDevice { kind: "NVIDIA A100", memory: MemoryBytes(85899345920) }]
        "#);
    }
}
