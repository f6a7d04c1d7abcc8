//! What is different between two snapshots: what is kept of the many that are nearly alike.

use std::collections::BTreeMap;

use domain::{
    NodeName, ProjectId, Timestamp, WorkloadId,
    node::{Node, NodePool},
    org::{Department, Project},
};
use serde::{Deserialize, Serialize};

use crate::{Job, Settings, Snapshot, Volume};

/// What turns one snapshot into a later one. Lists of few are kept whole where they differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    serial: u64,
    now: Timestamp,
    cluster_name: String,
    unreachable_since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pools: Option<Vec<NodePool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    departments: Option<Vec<Department>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<Settings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volumes: Option<Vec<Volume>>,
    #[serde(default, skip_serializing_if = "Part::is_empty")]
    nodes: Part<NodeName, Node>,
    #[serde(default, skip_serializing_if = "Part::is_empty")]
    projects: Part<ProjectId, Project>,
    #[serde(default, skip_serializing_if = "Part::is_empty")]
    jobs: Part<WorkloadId, Job>,
}

/// What is different in one list, by what names its entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Part<K, T> {
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    gone: Vec<K>,
    /// New, or not as it was.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    set: Vec<T>,
}

impl<K, T> Default for Part<K, T> {
    fn default() -> Self {
        Self { gone: vec![], set: vec![] }
    }
}

impl<K: Ord + Clone, T: PartialEq + Clone> Part<K, T> {
    fn of(old: &[T], new: &[T], key: impl Fn(&T) -> K) -> Self {
        let mut left: BTreeMap<K, &T> = old.iter().map(|one| (key(one), one)).collect();
        let is_new = |one: &&T| left.remove(&key(one)) != Some(*one);
        let set = new.iter().filter(is_new).cloned().collect();
        Self { gone: left.into_keys().collect(), set }
    }

    fn apply(&self, to: &mut Vec<T>, key: impl Fn(&T) -> K) {
        let mut all: BTreeMap<K, T> = to.drain(..).map(|one| (key(&one), one)).collect();
        self.gone.iter().for_each(|gone| drop(all.remove(gone)));
        all.extend(self.set.iter().map(|one| (key(one), one.clone())));
        to.extend(all.into_values());
    }
}

impl<K, T> Part<K, T> {
    fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.set.is_empty()
    }
}

impl Difference {
    /// What is different in `new`.
    pub fn between(old: &Snapshot, new: &Snapshot) -> Self {
        Self {
            serial: new.serial,
            now: new.now,
            cluster_name: new.cluster_name.clone(),
            unreachable_since: new.unreachable_since,
            pools: (old.pools != new.pools).then(|| new.pools.clone()),
            departments: (old.departments != new.departments).then(|| new.departments.clone()),
            settings: (old.settings != new.settings).then(|| new.settings.clone()),
            volumes: (old.volumes != new.volumes).then(|| new.volumes.clone()),
            nodes: Part::of(&old.nodes, &new.nodes, |node| node.name.clone()),
            projects: Part::of(&old.projects, &new.projects, |project| project.id),
            jobs: Part::of(&old.jobs, &new.jobs, |job| job.id),
        }
    }

    /// Turns the old snapshot into the new one; its lists are in the order of their names.
    pub fn apply(&self, to: &mut Snapshot) {
        (to.serial, to.now) = (self.serial, self.now);
        to.cluster_name.clone_from(&self.cluster_name);
        to.unreachable_since = self.unreachable_since;
        if let Some(pools) = &self.pools {
            to.pools.clone_from(pools);
        }
        if let Some(departments) = &self.departments {
            to.departments.clone_from(departments);
        }
        if let Some(settings) = &self.settings {
            to.settings.clone_from(settings);
        }
        if let Some(volumes) = &self.volumes {
            to.volumes.clone_from(volumes);
        }
        self.nodes.apply(&mut to.nodes, |node| node.name.clone());
        self.projects.apply(&mut to.projects, |project| project.id);
        self.jobs.apply(&mut to.jobs, |job| job.id);
    }
}
