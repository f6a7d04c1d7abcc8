//! Gives the pods that run already their devices, and refuses files whose pods do not fit where they
//! are.

use std::collections::HashMap;

use domain::node::Node;

use super::{
    field::{Result, Wrong},
    workloads::{Pod, State, Workload},
};

const WHOLE: i64 = 1_000_000;

/// What is left of a node.
struct Left<'a> {
    node: &'a Node,
    cpu: i64,
    memory: i64,
    extended: HashMap<&'a str, i64>,
    /// What is left of each device.
    devices: Vec<i64>,
    /// Names that the file gives devices.
    named: HashMap<String, usize>,
}

/// Gives each placed pod the devices that it is on: those with names first, then what shares with
/// nobody.
pub(super) fn place(nodes: &[Node], workloads: &mut [Workload]) -> Result<()> {
    let mut left: HashMap<&str, Left<'_>> =
        nodes.iter().map(|node| (node.name.as_str(), Left::of(node))).collect();
    for named in [true, false] {
        for workload in workloads.iter_mut() {
            let path = workload.path.clone();
            for (i, pod) in workload.pods.iter_mut().enumerate() {
                let holds = matches!(pod.state, State::Running | State::Releasing);
                if !holds || pod.devices.is_empty() == named {
                    continue;
                }
                let Some(left) = pod.node.as_deref().and_then(|node| left.get_mut(node)) else {
                    continue;
                };
                left.take(pod)
                    .map_err(|message| Wrong { path: format!("{path}.pods[{i}]"), message })?;
            }
        }
    }
    Ok(())
}

impl<'a> Left<'a> {
    fn of(node: &'a Node) -> Self {
        Self {
            node,
            cpu: node.cpu.0,
            memory: node.memory.0,
            extended: node.extended.iter().map(|(name, count)| (name.as_str(), *count)).collect(),
            devices: vec![WHOLE; node.gpus.len()],
            named: HashMap::new(),
        }
    }

    fn take(&mut self, pod: &mut Pod) -> std::result::Result<(), String> {
        let request = &pod.request;
        let name = &self.node.name;
        self.cpu -= request.cpu.0;
        self.memory -= request.memory.0;
        *self.extended.entry("pods").or_default() -= 1;
        for (name, count) in &request.extended {
            if let Some(left) = self.extended.get_mut(name.as_str()) {
                *left -= count;
            } else {
                return Err(format!("node {} has no {name}", self.node.name));
            }
        }
        let short = [("cpu", self.cpu), ("memory", self.memory)].into_iter();
        let short = short.chain(self.extended.iter().map(|(name, left)| (*name, *left)));
        if let Some((what, _)) = short.into_iter().find(|(_, left)| *left < 0) {
            return Err(format!("does not fit on node {name}: too little {what} for its pods"));
        }
        pod.slots = self.slots(pod)?;
        Ok(())
    }

    fn slots(&mut self, pod: &Pod) -> std::result::Result<Vec<u32>, String> {
        let gpu = pod.request.gpu;
        let (wanted, name) = (gpu.devices() as usize, self.node.name.clone());
        let too_few = || format!("does not fit on node {name}: too few GPUs for its pods");
        let memory = self.node.gpus.first().map(|gpu| gpu.memory).unwrap_or_default();
        let part = gpu.per_device(memory).0;
        if part > WHOLE {
            return Err(format!("asks for more memory than a GPU of node {name} has"));
        }
        let mut slots = vec![];
        if gpu.is_fraction() && !pod.devices.is_empty() {
            if pod.devices.len() != wanted {
                return Err(format!("must name {wanted} devices"));
            }
            for device in &pod.devices {
                slots.push(self.named_slot(device).ok_or_else(too_few)?);
            }
        } else {
            let free = (0..self.devices.len()).filter(|slot| self.devices[*slot] == WHOLE);
            slots = free.take(wanted).collect();
            if slots.len() < wanted {
                return Err(too_few());
            }
        }
        for slot in &slots {
            self.devices[*slot] -= part;
            if self.devices[*slot] < 0 {
                return Err(format!(
                    "does not fit on its device of node {name}: more than all of it is in use"
                ));
            }
        }
        slots.sort_unstable();
        slots.dedup();
        if slots.len() < wanted {
            return Err("must name different devices".to_owned());
        }
        Ok(slots.into_iter().map(|slot| slot as u32).collect())
    }

    /// The device with this name: the one of this number where there is one, else the next.
    fn named_slot(&mut self, name: &str) -> Option<usize> {
        if let Some(slot) = self.named.get(name) {
            return Some(*slot);
        }
        let is_taken = |slot: &usize| self.named.values().any(|own| own == slot);
        let own = name.parse().ok().filter(|slot| *slot < self.devices.len() && !is_taken(slot));
        let slot = own.or_else(|| (0..self.devices.len()).find(|slot| !is_taken(slot)))?;
        self.named.insert(name.to_owned(), slot);
        Some(slot)
    }
}
