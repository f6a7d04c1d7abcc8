//! GPU, CPU and memory.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{
    found::{Found, kept},
    names::is_qualified_name,
};
use crate::{MemoryBytes, submission::Compute};

/// GPU devices of one pod; far above any node.
pub const DEVICES_RANGE: RangeInclusive<i64> = 0..=10_000;
/// Cores of one pod.
pub const CORES_MAX: f64 = 1_000_000.0;
/// In what a part of a device is asked for.
pub const REQUEST_TYPES: [&str; 2] = ["portion", "memory"];

pub fn check(compute: &Compute, found: &mut Found) {
    found.range("compute.gpuDevicesRequest", "gpu.int", compute.gpu_devices_request, DEVICES_RANGE);
    let kind = compute.gpu_request_type.as_deref();
    found.one_of("compute.gpuRequestType", kind, &REQUEST_TYPES);
    portions(compute, kind == Some("portion"), found);
    let gpu_memory = compute.gpu_memory_request.as_deref();
    if kind == Some("memory") && gpu_memory.is_none() {
        found.add("compute.gpuMemoryRequest", "quantity", QUANTITY);
    }
    let gpu_limit = compute.gpu_memory_limit.as_deref();
    memory("gpuMemory", "gpu.limit", gpu_memory, gpu_limit, found);
    cores(compute, found);
    let (request, limit) = (&compute.cpu_memory_request, &compute.cpu_memory_limit);
    memory("cpuMemory", "cpu.limit", request.as_deref(), limit.as_deref(), found);
    extended_resources(compute, found);
}

const QUANTITY: &str = "Enter a number with a unit, such as 10G";

fn memory(name: &str, key: &str, request: Option<&str>, limit: Option<&str>, found: &mut Found) {
    let request = found.quantity(&format!("compute.{name}Request"), request);
    let limit_field = format!("compute.{name}Limit");
    let limit = found.quantity(&limit_field, limit);
    found.at_least(&limit_field, key, limit, request);
}

fn portions(compute: &Compute, is_portion: bool, found: &mut Found) {
    let (request, limit) = (compute.gpu_portion_request, compute.gpu_portion_limit);
    if is_portion && request.is_none() {
        let message = "Enter the part of each device: above 0, at most 100 %";
        found.add("compute.gpuPortionRequest", "gpu.percent", message);
    }
    for (name, value) in [("gpuPortionRequest", request), ("gpuPortionLimit", limit)] {
        let right = |v: f64| (0.000_001..=1.0).contains(&v);
        if value.is_some_and(|v| !right(v)) {
            let message = "Must be above 0 and at most 100 % (0 to 1 in the API)";
            found.add(&format!("compute.{name}"), "gpu.percent", message);
        }
    }
    found.at_least("compute.gpuPortionLimit", "gpu.limit", limit, request);
}

fn cores(compute: &Compute, found: &mut Found) {
    let (request, limit) = (compute.cpu_core_request, compute.cpu_core_limit);
    for (name, value) in [("cpuCoreRequest", request), ("cpuCoreLimit", limit)] {
        if value.is_some_and(|v| !(0.0..=CORES_MAX).contains(&v)) {
            let message = "Must be a number of cores, 0 or more";
            found.add(&format!("compute.{name}"), "cpu.cores", message);
        }
    }
    found.at_least("compute.cpuCoreLimit", "cpu.limit", limit, request);
}

fn extended_resources(compute: &Compute, found: &mut Found) {
    let list = "compute.extendedResources";
    found.items(list, compute.extended_resources.as_ref().map_or(0, Vec::len));
    let mut names = BTreeSet::new();
    for (path, item) in kept(list, &compute.extended_resources, |item| item.exclude) {
        let name = item.resource.as_deref().unwrap_or_default();
        let field = format!("{path}.resource");
        if !is_qualified_name(name) || !name.contains('/') {
            let message = "Enter a qualified name such as vendor.com/device";
            found.add(&field, "resource.name", message);
        } else if !names.insert(name) {
            found.add(&field, "resource.duplicate", "Resource already used");
        }
        let quantity = item.quantity.as_deref().map(str::parse::<MemoryBytes>);
        let wrong = match quantity {
            None => QUANTITY.to_owned(),
            Some(Err(wrong)) => wrong.to_string(),
            Some(Ok(_)) => continue,
        };
        found.add(&format!("{path}.quantity"), "quantity", wrong);
    }
}
