//! What a workload used: ranges of its samples, by the names that the public interface has for them
//! (`rest-api.md` §5.3). The charts of the pane and the interface read the same numbers.

use domain::{
    MemoryBytes, Timestamp, WorkloadId,
    access::Actor,
    quantity::rounded,
    sample::{Point, Sample, Span},
    submission::GpuRequest,
    workload::Workload,
};

use crate::{ControlPlane, Result};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    GpuUtilization,
    GpuUtilizationPerGpu,
    GpuMemoryUsage,
    GpuMemoryUsagePerGpu,
    GpuMemoryRequest,
    GpuAllocation,
    CpuUsage,
    CpuRequest,
    CpuLimit,
    MemoryUsage,
    MemoryRequest,
    MemoryLimit,
    PodCount,
    RunningPodCount,
    /// Nobody measures it.
    NvlinkBandwidth,
}

impl Metric {
    /// Of a workload, with their names in the public interface.
    pub const OF_WORKLOAD: [(&str, Metric); 13] = [
        ("GPU_UTILIZATION", Metric::GpuUtilization),
        ("GPU_MEMORY_USAGE_BYTES", Metric::GpuMemoryUsage),
        ("GPU_MEMORY_REQUEST_BYTES", Metric::GpuMemoryRequest),
        ("CPU_USAGE_CORES", Metric::CpuUsage),
        ("CPU_REQUEST_CORES", Metric::CpuRequest),
        ("CPU_LIMIT_CORES", Metric::CpuLimit),
        ("CPU_MEMORY_USAGE_BYTES", Metric::MemoryUsage),
        ("CPU_MEMORY_REQUEST_BYTES", Metric::MemoryRequest),
        ("CPU_MEMORY_LIMIT_BYTES", Metric::MemoryLimit),
        ("POD_COUNT", Metric::PodCount),
        ("RUNNING_POD_COUNT", Metric::RunningPodCount),
        ("GPU_ALLOCATION", Metric::GpuAllocation),
        ("NVLINK_BANDWIDTH_TOTAL", Metric::NvlinkBandwidth),
    ];
    /// Of a pod.
    pub const OF_POD: [(&str, Metric); 6] = [
        ("GPU_UTILIZATION", Metric::GpuUtilization),
        ("GPU_UTILIZATION_PER_GPU", Metric::GpuUtilizationPerGpu),
        ("GPU_MEMORY_USAGE_BYTES", Metric::GpuMemoryUsage),
        ("GPU_MEMORY_USAGE_BYTES_PER_GPU", Metric::GpuMemoryUsagePerGpu),
        ("CPU_USAGE_CORES", Metric::CpuUsage),
        ("CPU_MEMORY_USAGE_BYTES", Metric::MemoryUsage),
    ];

    fn is_per_gpu(self) -> bool {
        matches!(self, Self::GpuUtilizationPerGpu | Self::GpuMemoryUsagePerGpu)
    }

    /// What a sample says of it, of all GPUs or of one; nothing where nobody measured or asked for it.
    fn of(self, sample: &Sample, workload: &Workload, gpu: Option<u32>) -> Option<f64> {
        let gpus = || sample.gpus.iter().filter(|of| gpu.is_none_or(|index| index == of.index));
        let (pod, compute) = (&workload.spec.pod, workload.spec.submission.compute.as_ref());
        match self {
            Self::GpuUtilization | Self::GpuUtilizationPerGpu => {
                let count = gpus().count();
                let sum: u32 = gpus().map(|of| of.busy_percent).sum();
                (count > 0).then(|| f64::from(sum) / count as f64)
            }
            Self::GpuMemoryUsage | Self::GpuMemoryUsagePerGpu => {
                gpus().next()?;
                Some(gpus().map(|of| of.memory.as_f64()).sum())
            }
            Self::GpuMemoryRequest => match pod.gpu {
                GpuRequest::Memory { devices, memory } => {
                    Some(memory.as_f64() * f64::from(devices))
                }
                GpuRequest::None | GpuRequest::Whole { .. } | GpuRequest::Portion { .. } => None,
            },
            Self::GpuAllocation => match pod.gpu {
                GpuRequest::None => Some(0.0),
                GpuRequest::Whole { devices } => Some(f64::from(devices)),
                GpuRequest::Portion { devices, portion } => {
                    Some(portion.as_f64() * f64::from(devices))
                }
                GpuRequest::Memory { .. } => None,
            },
            Self::CpuUsage => Some(sample.cpu.as_f64()),
            Self::CpuRequest => Some(pod.cpu.as_f64()),
            Self::CpuLimit => compute?.cpu_core_limit,
            Self::MemoryUsage => Some(sample.memory.as_f64()),
            Self::MemoryRequest => Some(pod.memory.as_f64()),
            Self::MemoryLimit => {
                let limit = compute?.cpu_memory_limit.as_deref()?.parse::<MemoryBytes>();
                limit.ok().map(MemoryBytes::as_f64)
            }
            Self::PodCount | Self::RunningPodCount => Some(1.0),
            Self::NvlinkBandwidth => None,
        }
    }
}

/// One metric in a span of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    pub metric: Metric,
    /// Of which GPU.
    pub gpu: Option<u32>,
    pub points: Vec<Point>,
}

impl ControlPlane {
    /// What a workload used: for each metric one measurement, or one for each GPU.
    pub async fn metrics(
        &self,
        actor: &Actor,
        id: WorkloadId,
        metrics: &[Metric],
        span: Span,
    ) -> Result<Vec<Measurement>> {
        let workload = self.workload(actor, id)?;
        let samples = self.inner.store.samples(id, span.start, span.end).await?;
        Ok(measurements(&workload, &samples, metrics, span))
    }

    /// When a workload was first measured.
    pub async fn measured_since(&self, actor: &Actor, id: WorkloadId) -> Result<Option<Timestamp>> {
        self.workload(actor, id)?;
        Ok(self.inner.store.first_sample(id).await?)
    }
}

fn measurements(
    workload: &Workload,
    samples: &[Sample],
    metrics: &[Metric],
    span: Span,
) -> Vec<Measurement> {
    let mut gpus: Vec<u32> =
        samples.iter().flat_map(|sample| sample.gpus.iter().map(|gpu| gpu.index)).collect();
    gpus.sort_unstable();
    gpus.dedup();
    let mut all = Vec::new();
    for &metric in metrics {
        let of = |gpu| {
            let points = span.points(samples, |sample| metric.of(sample, workload, gpu));
            Measurement { metric, gpu, points }
        };
        match metric.is_per_gpu() {
            true => all.extend(gpus.iter().map(|gpu| of(Some(*gpu)))),
            false => all.push(of(None)),
        }
    }
    all
}

/// A value as the public interface writes it: a number as text.
pub fn written(value: f64) -> String {
    rounded(value, 3)
}
