//! The state of everything, in memory: loaded from the database at the start, changed only after
//! the database has taken the change. Readers hold an `Arc` of it and are never waited for.

use std::{collections::BTreeMap, sync::Arc};

use cluster::PodDetail;
use domain::{
    AccessRuleId, AssetId, ClientId, ClusterId, DepartmentId, NodePoolId, Problem, ProjectId,
    Scope, StorageClassId, TemplateId, Timestamp, UserId, WorkloadId,
    abilities::Abilities,
    access::{AccessRule, Application, User},
    asset::Asset,
    contact::{ClusterSeen, ClusterState},
    node::{Node, NodePool},
    org::{Cluster, Department, PoolQuota, Project},
    settings::{Setting, Settings},
    storage_class::{StorageClass, StorageClassConfig},
    submission::Submission,
    template::Template,
    tool::Gateway,
    usage::{HourUsage, TimeBased},
    verdict::Estimate,
    workload::Workload,
};
use scheduler::{MinRuntime, ScopeId, ScopeSettings, Snapshot};
use store::{Change, Facts, Numbered};

use crate::{
    policies::{Policies, WrittenPolicy},
    reach::Reaches,
    tools::Hosts,
};

/// Everything, at one moment.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Grows with every change.
    pub serial: u64,
    /// Grows with every change of something that orders are made of beside their workload.
    pub(crate) around: u64,
    pub clusters: BTreeMap<ClusterId, Cluster>,
    pub node_pools: BTreeMap<NodePoolId, NodePool>,
    pub nodes: BTreeMap<ClusterId, Arc<Vec<Node>>>,
    pub departments: BTreeMap<DepartmentId, Department>,
    pub projects: BTreeMap<ProjectId, Arc<Project>>,
    pub users: BTreeMap<UserId, User>,
    pub applications: BTreeMap<ClientId, Application>,
    pub access_rules: BTreeMap<AccessRuleId, Arc<AccessRule>>,
    /// The highest number that an access rule ever had.
    pub last_access_rule: i32,
    pub assets: BTreeMap<AssetId, Arc<Asset>>,
    pub templates: BTreeMap<TemplateId, Arc<Template>>,
    /// Under which key the secret of each credential is.
    pub sealed: BTreeMap<AssetId, i32>,
    /// What is configured about storage classes.
    pub storage_classes: BTreeMap<StorageClassId, Arc<StorageClassConfig>>,
    pub workloads: BTreeMap<WorkloadId, Arc<Workload>>,
    pub policies: Policies,
    pub settings: Settings,
    /// When each cluster was heard of last, and since when it has been silent.
    pub contact: BTreeMap<ClusterId, Contact>,
    /// What the clusters said of pods; not stored, for they say it again.
    pub pods: BTreeMap<WorkloadId, Arc<PodDetail>>,
    /// The storage classes that the clusters have; not stored, for they say it again.
    pub classes: BTreeMap<ClusterId, Vec<StorageClass>>,
    /// What the clusters cannot do; not stored, for they say it again.
    pub abilities: BTreeMap<ClusterId, Abilities>,
    /// From where volumes can be reached; not stored, for the clusters say it again.
    pub(crate) reaches: BTreeMap<ClusterId, Arc<Reaches>>,
    /// When those who wait will start, as it was last worked out; not stored, for it is soon old.
    pub estimates: BTreeMap<WorkloadId, Estimate>,
    /// The number of the last cycle that was kept.
    pub last_cycle: i64,
    /// Whose tool each host is.
    pub(crate) hosts: Hosts,
    /// Where tools are opened; not stored, for it is a matter of how Berth is started.
    pub gateway: Option<Arc<Gateway>>,
    /// What was used of pools with time-based fair share, by hour.
    pub usage_history: BTreeMap<(NodePoolId, i64), Arc<HourUsage>>,
    /// The last number of each kind that was given.
    pub numbers: BTreeMap<Numbered, i32>,
}

/// Whether a cluster answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    Connected {
        last: Timestamp,
        /// Of what runs it.
        version: String,
    },
    Lost {
        since: Timestamp,
        why: String,
        /// It answers, and cannot serve.
        is_unwell: bool,
    },
}

impl World {
    /// The state as it was stored.
    pub fn of(facts: Facts) -> Self {
        let by_id = |workload: Workload| (workload.id, Arc::new(workload));
        let written = facts.policies.into_iter().map(WrittenPolicy::of);
        let written = written.map(|p| ((p.stored.owner, p.stored.workload_type), Arc::new(p)));
        let mut world = Self {
            serial: 1,
            around: 1,
            clusters: facts.clusters.into_iter().map(|c| (c.id, c)).collect(),
            node_pools: facts.node_pools.into_iter().map(|p| (p.id, p)).collect(),
            nodes: nodes_by_cluster(facts.nodes),
            departments: facts.departments.into_iter().map(|d| (d.id, d)).collect(),
            projects: facts.projects.into_iter().map(|p| (p.id, Arc::new(p))).collect(),
            users: facts.users.into_iter().map(|u| (u.id, u)).collect(),
            applications: facts.applications.into_iter().map(|a| (a.id, a)).collect(),
            access_rules: facts.access_rules.into_iter().map(|r| (r.id, Arc::new(r))).collect(),
            last_access_rule: facts.last_access_rule,
            assets: facts.assets.into_iter().map(|a| (a.id, Arc::new(a))).collect(),
            templates: facts.templates.into_iter().map(|t| (t.id, Arc::new(t))).collect(),
            sealed: facts.sealed.into_iter().collect(),
            storage_classes: facts
                .storage_classes
                .into_iter()
                .map(|c| (c.id, Arc::new(c)))
                .collect(),
            workloads: facts.workloads.into_iter().map(by_id).collect(),
            settings: Settings::of(facts.settings),
            policies: Policies { written: written.collect(), ..Policies::default() },
            contact: BTreeMap::new(),
            pods: BTreeMap::new(),
            classes: BTreeMap::new(),
            abilities: BTreeMap::new(),
            reaches: BTreeMap::new(),
            estimates: BTreeMap::new(),
            last_cycle: facts.last_cycle,
            hosts: Hosts::default(),
            gateway: None,
            usage_history: facts.usage.into_iter().map(of_hour).collect(),
            numbers: facts.numbers,
        };
        world.workloads.values().for_each(|workload| world.hosts.keep(workload));
        world.reconcile_policies();
        world
    }

    /// Takes over the whole state as it was loaded again. What is never stored stays.
    pub fn take_over(&mut self, loaded: Self) {
        let serial = self.serial + 1;
        let contact = std::mem::take(&mut self.contact);
        let pods = std::mem::take(&mut self.pods);
        let classes = std::mem::take(&mut self.classes);
        let abilities = std::mem::take(&mut self.abilities);
        let reaches = std::mem::take(&mut self.reaches);
        let estimates = std::mem::take(&mut self.estimates);
        let gateway = self.gateway.take();
        let kept = Self { serial, contact, pods, classes, abilities, reaches, ..loaded };
        *self = Self { estimates, gateway, ..kept };
    }

    /// Takes over changes that the database has taken.
    pub fn apply(&mut self, changes: &[Change]) {
        self.serial += 1;
        for change in changes {
            self.apply_one(change);
        }
        self.around += u64::from(changes.iter().any(moves_orders));
        if changes.iter().any(moves_policies) {
            self.reconcile_policies();
        }
    }

    fn apply_one(&mut self, change: &Change) {
        match change {
            Change::Cluster(cluster) => drop(self.clusters.insert(cluster.id, cluster.clone())),
            Change::NodePool(pool) => drop(self.node_pools.insert(pool.id, pool.clone())),
            Change::DeleteNodePool(id) => {
                self.node_pools.remove(id);
                self.usage_history.retain(|(pool, _), _| pool != id);
            }
            Change::Nodes(cluster, nodes) => {
                self.nodes.insert(*cluster, Arc::new(nodes.clone()));
            }
            Change::Department(department) => {
                self.departments.insert(department.id, department.clone());
            }
            Change::DeleteDepartment(id) => {
                self.departments.remove(id);
                self.forget_policies(Scope::Department(*id));
            }
            Change::Project(project) => {
                self.projects.insert(project.id, Arc::new(project.clone()));
            }
            Change::DeleteProject(id) => {
                self.projects.remove(id);
                self.forget_policies(Scope::Project(*id));
            }
            Change::Workload(workload) => {
                self.hosts.keep(workload);
                self.workloads.insert(workload.id, Arc::new((**workload).clone()));
            }
            Change::ForgetWorkload(id) => {
                if let Some(workload) = self.workloads.remove(id) {
                    self.hosts.forget(&workload);
                }
                self.pods.remove(id);
            }
            Change::Event(_) => {}
            Change::Access(change) => self.apply_access(change),
            Change::Policy(policy) => {
                let key = (policy.owner, policy.workload_type);
                let policy = WrittenPolicy::of((**policy).clone());
                self.policies.written.insert(key, Arc::new(policy));
            }
            Change::DeletePolicy(owner, of) => {
                self.policies.written.remove(&(*owner, *of));
            }
            Change::Asset(change) => self.apply_asset(change),
            Change::Setting(setting, value) => self.settings.set(*setting, value.clone()),
            Change::StorageClass(config) => {
                self.storage_classes.insert(config.id, Arc::new((**config).clone()));
            }
            Change::DeleteStorageClass(id) => drop(self.storage_classes.remove(id)),
            Change::Audit(_) | Change::ForgetCycles(..) => {}
            Change::Usage(usage) => {
                let (key, usage) = of_hour((**usage).clone());
                self.usage_history.insert(key, usage);
            }
            Change::ForgetUsage(id, before) => {
                self.usage_history.retain(|(pool, hour), _| pool != id || hour >= before);
            }
            Change::Number(of, last) => drop(self.numbers.insert(*of, *last)),
            Change::Cycle(cycle) => self.last_cycle = self.last_cycle.max(cycle.number),
        }
    }

    /// The workloads that are not gone.
    pub fn live(&self) -> impl Iterator<Item = &Arc<Workload>> {
        self.workloads.values().filter(|workload| !workload.is_deleted())
    }

    /// The cluster that was there first.
    pub fn first_cluster(&self) -> Option<&Cluster> {
        self.clusters.values().min_by_key(|cluster| (cluster.created_at, cluster.id))
    }

    pub fn pools_of(&self, cluster: ClusterId) -> impl Iterator<Item = &NodePool> {
        self.node_pools.values().filter(move |pool| pool.cluster == cluster)
    }

    /// Since when a cluster has been silent; `None` while it answers.
    pub fn silent_since(&self, cluster: ClusterId) -> Option<Timestamp> {
        match self.contact.get(&cluster) {
            Some(Contact::Lost { since, .. }) => Some(*since),
            Some(Contact::Connected { .. }) | None => None,
        }
    }

    /// What is known of a cluster's state.
    pub fn seen(&self, cluster: ClusterId) -> ClusterSeen {
        let abilities = self.abilities.get(&cluster);
        match self.contact.get(&cluster).cloned() {
            None => ClusterSeen::default(),
            Some(Contact::Connected { last, version }) => {
                let state = match abilities.is_some_and(Abilities::lacks_rights) {
                    true => ClusterState::MissingPrerequisites,
                    false => ClusterState::Connected,
                };
                let lacking = abilities.into_iter().flat_map(|abilities| &abilities.shortcomings);
                let left_to = self.clusters.get(&cluster).and_then(Cluster::left_to);
                let why = lacking.map(ToString::to_string).chain(left_to).collect();
                ClusterSeen { state, why, last: Some(last), version }
            }
            Some(Contact::Lost { since, why, is_unwell }) => {
                let state = match is_unwell {
                    true => ClusterState::ServiceIssues,
                    false => ClusterState::Disconnected,
                };
                ClusterSeen { state, why: vec![why], last: Some(since), version: String::new() }
            }
        }
    }

    /// What a submission asks that the cluster cannot do, as far as it has said.
    pub fn not_here(&self, cluster: ClusterId, submission: &Submission) -> Vec<Problem> {
        let abilities = self.abilities.get(&cluster);
        abilities.map(|abilities| abilities.missing(submission)).unwrap_or_default()
    }

    /// What the scheduler reads of one cluster.
    pub fn snapshot(&self, cluster: &Cluster, now: Timestamp) -> Snapshot {
        let of_cluster = |workload: &&Arc<Workload>| workload.cluster == cluster.id;
        let mut projects: Vec<Project> = self
            .projects
            .values()
            .filter(|p| p.cluster == cluster.id)
            .map(|p| (**p).clone())
            .collect();
        let departments = self.departments.values().filter(|d| d.cluster == cluster.id);
        let mut departments: Vec<Department> = departments.cloned().collect();
        let of_departments = departments.iter_mut().map(|d| &mut d.quotas);
        for quotas in of_departments.chain(projects.iter_mut().map(|p| &mut p.quotas)) {
            *quotas = match &cluster.scheduler {
                None => self.weighed(quotas),
                // Those of the other scheduler hold, which nobody here knows.
                Some(_) => {
                    let pools = self.pools_of(cluster.id);
                    pools.map(|pool| (pool.id, PoolQuota::unlimited())).collect()
                }
            };
        }
        Snapshot {
            serial: self.serial,
            now,
            cluster_name: cluster.name.clone(),
            unreachable_since: self.silent_since(cluster.id),
            pools: self.pools_of(cluster.id).cloned().collect(),
            nodes: self.nodes.get(&cluster.id).map(|n| n.to_vec()).unwrap_or_default(),
            departments,
            projects,
            jobs: self.live().filter(of_cluster).filter_map(|w| self.job(w)).collect(),
            volumes: self.volumes(cluster.id),
            settings: self.scheduling(cluster, now),
        }
    }
}

impl World {
    /// Whether over-quota weights count as they are stored.
    fn has_weights(&self) -> bool {
        self.settings.is_on(Setting::OverQuotaWeight)
    }

    /// Quotas with the weights that hold now.
    pub(crate) fn weighed(
        &self,
        quotas: &BTreeMap<NodePoolId, PoolQuota>,
    ) -> BTreeMap<NodePoolId, PoolQuota> {
        let weighed = |quota: &PoolQuota| match self.has_weights() {
            true => *quota,
            false => quota.weighed_by_quota(),
        };
        quotas.iter().map(|(id, quota)| (*id, weighed(quota))).collect()
    }

    /// How the scheduler is to work in a cluster: what its node pools say.
    fn scheduling(&self, cluster: &Cluster, now: Timestamp) -> scheduler::Settings {
        let guaranteed = self.pools_of(cluster.id).filter(|pool| pool.min_runtime_secs > 0);
        let runtime = |pool: &NodePool| {
            let secs = Some(pool.min_runtime_secs);
            (pool.id, MinRuntime { reclaim: secs, preempt: secs })
        };
        let time_based: Vec<_> =
            self.pools_of(cluster.id).filter_map(|pool| Some((pool, pool.time_based?))).collect();
        scheduler::Settings {
            pools: guaranteed.map(runtime).collect(),
            history_weights: time_based.iter().map(|(pool, of)| (pool.id, of.weight)).collect(),
            scopes: time_based.iter().flat_map(|(pool, of)| self.past(pool, *of, now)).collect(),
            ..scheduler::Settings::default()
        }
    }
}

impl World {
    /// What each project and department has used of a pool.
    fn past(
        &self,
        pool: &NodePool,
        of: TimeBased,
        now: Timestamp,
    ) -> Vec<((ScopeId, NodePoolId), ScopeSettings)> {
        let hours = self.usage_history.range((pool.id, i64::MIN)..=(pool.id, i64::MAX));
        let mut by_scope: BTreeMap<ScopeId, [f64; 3]> = BTreeMap::new();
        for (id, part) in of.parts(hours.map(|(_, hour)| &**hour), now) {
            let department = self.projects.get(&id).map(|project| project.department);
            let scopes = department.map(ScopeId::Department).into_iter();
            for scope in scopes.chain([ScopeId::Project(id)]) {
                let sum = by_scope.entry(scope).or_default();
                (0..3).for_each(|r| sum[r] += part[r]);
            }
        }
        let settings = |usage| ScopeSettings { usage, ..ScopeSettings::default() };
        by_scope.into_iter().map(|(scope, usage)| ((scope, pool.id), settings(usage))).collect()
    }
}

fn of_hour(usage: HourUsage) -> ((NodePoolId, i64), Arc<HourUsage>) {
    ((usage.pool, usage.hour), Arc::new(usage))
}

/// Whether a change touches orders of other workloads than its own.
fn moves_orders(change: &Change) -> bool {
    !matches!(
        change,
        Change::Workload(_)
            | Change::ForgetWorkload(_)
            | Change::Nodes(..)
            | Change::Event(_)
            | Change::Audit(_)
            | Change::Cycle(_)
            | Change::ForgetCycles(..)
            | Change::Usage(_)
            | Change::ForgetUsage(..)
            | Change::Number(..)
    )
}

/// Whether a change touches policies, or the tree that they are on.
fn moves_policies(change: &Change) -> bool {
    matches!(
        change,
        Change::Policy(_)
            | Change::Setting(..)
            | Change::DeletePolicy(..)
            | Change::Cluster(_)
            | Change::Department(_)
            | Change::DeleteDepartment(_)
            | Change::Project(_)
            | Change::DeleteProject(_)
    )
}

fn nodes_by_cluster(nodes: Vec<(ClusterId, Node)>) -> BTreeMap<ClusterId, Arc<Vec<Node>>> {
    let mut by_cluster: BTreeMap<ClusterId, Vec<Node>> = BTreeMap::new();
    for (cluster, node) in nodes {
        by_cluster.entry(cluster).or_default().push(node);
    }
    by_cluster.into_iter().map(|(cluster, nodes)| (cluster, Arc::new(nodes))).collect()
}
