//! The file that describes a simulated cluster, in TOML:
//!
//! ```toml
//! speed = 10                # everything the cluster does is ten times as fast
//!
//! [[node]]                  # without any, the built-in nodes are used
//! name = "gpu-01"
//! cpu = 64
//! memory = "512G"
//! gpus = 8
//! gpu = "NVIDIA A100"
//! gpu_memory = "80G"
//! labels = { pool = "a100" }
//!
//! [[trouble]]               # slow-pull missing-image crash out-of-memory completes idle node-loss
//! what = "slow-pull"        # disconnected
//! on = "jupyter/*"
//! factor = 10
//! ```

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Cores, MemoryBytes,
    node::{GpuDevice, Node, Readiness, Taint},
};
use serde::Deserialize;

use super::{Conditions, Trouble, nodes};

/// GPUs of one node, at most.
const GPUS_MAX: usize = 64;
const NODES_MAX: usize = 10_000;
const TROUBLES_MAX: usize = 1_000;

/// The file as it was read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedFile {
    #[serde(default = "one")]
    pub speed: f64,
    #[serde(default)]
    node: Vec<NodeEntry>,
    #[serde(default)]
    pub trouble: Vec<Trouble>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeEntry {
    name: String,
    cpu: Cores,
    memory: String,
    #[serde(default)]
    gpus: usize,
    #[serde(default)]
    gpu: String,
    #[serde(default)]
    gpu_memory: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    taints: Vec<Taint>,
    #[serde(default)]
    extended: BTreeMap<String, i64>,
    #[serde(default = "yes")]
    ready: bool,
}

impl SimulatedFile {
    /// Reads the text; says what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|wrong| wrong.to_string())?;
        if !(0.001..=1e6).contains(&file.speed) {
            return Err("speed must be a number from 0.001 to 1000000".into());
        }
        if file.node.len() > NODES_MAX || file.trouble.len() > TROUBLES_MAX {
            return Err(format!("at most {NODES_MAX} nodes and {TROUBLES_MAX} troubles"));
        }
        file.nodes()?;
        Ok(file)
    }

    /// The nodes; none when the built-in ones are to be used.
    pub fn nodes(&self) -> Result<Vec<Node>, String> {
        let names: BTreeSet<_> = self.node.iter().map(|node| &node.name).collect();
        if names.len() < self.node.len() {
            return Err("two nodes have the same name".into());
        }
        self.node.iter().map(NodeEntry::node).collect()
    }

    pub fn conditions(&self) -> Conditions {
        Conditions { speed: self.speed, trouble: self.trouble.clone() }
    }
}

impl NodeEntry {
    fn node(&self) -> Result<Node, String> {
        let name = &self.name;
        if self.gpus > GPUS_MAX {
            return Err(format!("node {name}: at most {GPUS_MAX} gpus"));
        }
        let gpu_memory = self.gpu_memory.as_deref().unwrap_or("80G");
        let device = GpuDevice { kind: self.gpu.clone(), memory: bytes(name, gpu_memory)? };
        let mut node = nodes::node(name, 0, 0, vec![device; self.gpus], &[]);
        node.labels.extend(self.labels.clone());
        node.taints.clone_from(&self.taints);
        node.extended.clone_from(&self.extended);
        node.cpu = self.cpu;
        node.memory = bytes(name, &self.memory)?;
        if !self.ready {
            let why = "the node stopped answering".to_owned();
            node.ready = Readiness::NotReady { since: node.created_at, why };
        }
        Ok(node)
    }
}

fn bytes(node: &str, text: &str) -> Result<MemoryBytes, String> {
    text.parse().map_err(|wrong| format!("node {node}: `{text}` is no amount of memory: {wrong}"))
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file() {
        let text = "
            speed = 20
            [[node]]
            name = 'gpu-01'
            cpu = 64
            memory = '512G'
            gpus = 8
            gpu = 'NVIDIA A100'
            labels = { pool = 'a100' }
            taints = [{ key = 'dedicated', effect = 'NoSchedule' }]
            [[trouble]]
            what = 'crash'
            on = 'bad/*'
            after_secs = 3
            exit_code = 1
            [[trouble]]
            what = 'disconnected'
        ";
        let file = SimulatedFile::parse(text).unwrap();
        let node = &file.nodes().unwrap()[0];
        assert_eq!((node.gpus.len(), node.labels["pool"].as_str()), (8, "a100"));
        assert_eq!(file.trouble.len(), 2);
        assert!(file.conditions().is_disconnected());
    }

    #[test]
    fn wrong_files_are_named() {
        let wrong = [
            ("speed = 0", "speed must be"),
            ("sped = 1", "unknown field `sped`"),
            ("[[trouble]]\nwhat = 'fire'", "unknown variant `fire`"),
            ("[[node]]\nname='a'\ncpu=1\nmemory='lots'", "`lots` is no amount of memory"),
        ];
        for (text, expected) in wrong {
            let said = SimulatedFile::parse(text).unwrap_err();
            assert!(said.contains(expected), "{said}");
        }
    }
}
