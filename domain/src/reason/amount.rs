//! An amount of one resource, in reasons and fixes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Cores, Gpus, MemoryBytes};

/// An amount of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase", tag = "resource", content = "amount")]
pub enum Amount {
    Gpu(Gpus),
    Cpu(Cores),
    Memory(MemoryBytes),
    /// Memory of one device.
    #[serde(rename = "gpuMemory")]
    GpuMemory(MemoryBytes),
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Gpu(gpus) => gpus.fmt(f),
            Amount::Cpu(cores) => cores.fmt(f),
            Amount::Memory(bytes) => write!(f, "{bytes} of memory"),
            Amount::GpuMemory(bytes) => write!(f, "{bytes} of memory on one GPU"),
        }
    }
}

impl Amount {
    /// The number alone, for "of 8" after the unit has been named.
    pub(super) fn bare(self) -> String {
        match self {
            Amount::Gpu(gpus) => crate::quantity::decimals(gpus.as_f64()),
            Amount::Cpu(cores) => crate::quantity::decimals(cores.as_f64()),
            Amount::Memory(bytes) | Amount::GpuMemory(bytes) => bytes.to_string(),
        }
    }

    /// The difference of two amounts of the same resource; of different ones, the first.
    pub fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Amount::Gpu(a), Amount::Gpu(b)) => Amount::Gpu(a.saturating_sub(b)),
            (Amount::Cpu(a), Amount::Cpu(b)) => Amount::Cpu(a.saturating_sub(b)),
            (Amount::Memory(a), Amount::Memory(b)) => Amount::Memory(a.saturating_sub(b)),
            _ => self,
        }
    }

    /// The sum of two amounts of the same resource; of different ones, the first.
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Amount::Gpu(a), Amount::Gpu(b)) => Amount::Gpu(a + b),
            (Amount::Cpu(a), Amount::Cpu(b)) => Amount::Cpu(a + b),
            (Amount::Memory(a), Amount::Memory(b)) => Amount::Memory(a + b),
            _ => self,
        }
    }

    pub fn is_zero(self) -> bool {
        match self {
            Amount::Gpu(gpus) => gpus.is_zero(),
            Amount::Cpu(cores) => cores.is_zero(),
            Amount::Memory(bytes) | Amount::GpuMemory(bytes) => bytes.is_zero(),
        }
    }
}
