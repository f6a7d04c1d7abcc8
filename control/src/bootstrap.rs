//! The first start: a cluster `local`, a department and a project `default`, and a way in for the
//! first administrator. Every later start finds them and changes nothing.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, NodePoolId, NodePoolName, ProjectId, Scope, Timestamp,
    access::{Actor, Role, SubjectKind},
    node::{NodePool, Placing},
    org::{Cluster, ClusterKind, Department, PoolQuota, Project},
};
use store::Change;

use crate::{
    ControlPlane, Error, NewRule, Result, SessionToken, SubjectName, World, handing,
    sessions::{after, link_hash},
};

/// How long the one-time link is good, in seconds.
pub const LINK_SECS: i64 = 15 * 60;
const LINK_PURPOSE: &str = "first-administrator";

/// How the first administrator comes in without the link, for unattended installs.
#[derive(Clone, Default)]
pub struct FirstAccounts {
    /// E-mail address and password.
    pub admin: Option<(String, String)>,
    /// Client id and secret of an application with the administrator's rights.
    pub client: Option<(String, String)>,
}

/// What the start found or made.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    pub cluster: ClusterId,
    /// The token of the one-time link, while there is no administrator.
    pub link: Option<String>,
}

impl ControlPlane {
    /// Makes what has to be there, and notes whether the cluster is simulated from now on. `pools` are the node pools of the cluster beside `default`, by
    /// name and label.
    pub async fn bootstrap(
        &self,
        simulated: bool,
        pools: &[(&str, &str, &str)],
        first: FirstAccounts,
    ) -> Result<Bootstrap> {
        let cluster = ClusterId(self.inner.chance.uuid());
        let pools: Vec<_> = pools
            .iter()
            .map(|(name, key, value)| ((*name).to_owned(), (*key).to_owned(), (*value).to_owned()))
            .collect();
        let cluster = self
            .change(move |world, now| {
                if let Some(cluster) = world.first_cluster() {
                    let now_is = Cluster { simulated, ..cluster.clone() };
                    let is_other = now_is != *cluster;
                    let change = is_other.then_some(Change::Cluster(now_is));
                    return Ok((change.into_iter().collect(), cluster.id));
                }
                Ok((first_start(cluster, simulated, &pools, now)?, cluster))
            })
            .await?;
        self.first_assets().await?;
        self.first_accounts(first).await?;
        Ok(Bootstrap { cluster, link: self.first_link().await? })
    }

    /// Notes what workspaces of a cluster run as from now on.
    pub async fn note_kind(&self, cluster: ClusterId, kind: ClusterKind) -> Result<()> {
        self.change(move |world, _| {
            let known = world.clusters.get(&cluster).filter(|known| known.kind != kind);
            let change = known.map(|known| Change::Cluster(Cluster { kind, ..known.clone() }));
            Ok((change.into_iter().collect(), ()))
        })
        .await
    }

    /// Notes who binds the pods of a cluster from now on; `None`: Berth. What has not begun to run waits anew.
    pub async fn note_scheduler(
        &self,
        cluster: ClusterId,
        scheduler: Option<String>,
    ) -> Result<()> {
        self.change(move |world, now| {
            let known = world.clusters.get(&cluster).filter(|known| known.scheduler != scheduler);
            let Some(known) = known.cloned() else { return Ok((vec![], ())) };
            let back = handing::taken_back(world, cluster, now);
            let change = Change::Cluster(Cluster { scheduler, ..known });
            Ok(([change].into_iter().chain(back).collect(), ()))
        })
        .await
    }

    /// The cluster of this name; made, with what it needs, where there is none.
    pub async fn cluster_named(&self, name: &str, kind: ClusterKind) -> Result<ClusterId> {
        let (id, name) = (ClusterId(self.inner.chance.uuid()), name.to_owned());
        self.change(move |world, now| {
            let known = world.clusters.values().find(|cluster| cluster.name == name);
            if let Some(known) = known {
                return Ok((vec![], known.id));
            }
            let new =
                Cluster { id, name, simulated: false, kind, scheduler: None, created_at: now };
            Ok((one_more(world, new)?, id))
        })
        .await
    }

    /// Accounts that the environment names are made at the first start only.
    async fn first_accounts(&self, first: FirstAccounts) -> Result<()> {
        let world = self.world();
        let berth = Actor::berth();
        if let Some((email, password)) = first.admin.filter(|_| !world.has_administrator()) {
            let prepared = self.prepare_user(&email, &password).await?;
            self.add_user(&berth, prepared).await?;
        }
        if let Some((id, secret)) = first.client.filter(|_| world.applications.is_empty()) {
            let client = self.first_client(&id, secret).await?;
            let subject = SubjectName { kind: SubjectKind::ServiceAccount, id: client.client_id };
            let (role, scope) = (Role::SystemAdministrator, Scope::Account);
            self.create_access_rule(&berth, NewRule { subject, role, scope }).await?;
        }
        Ok(())
    }

    async fn first_link(&self) -> Result<Option<String>> {
        if self.world().has_administrator() {
            return Ok(None);
        }
        let token = self.random_text();
        let expires = after(self.now(), LINK_SECS);
        self.inner.store.insert_link(&link_hash(&token), LINK_PURPOSE, expires).await?;
        Ok(Some(token))
    }

    /// Makes the first administrator for whoever holds the link; it works once.
    pub async fn welcome(&self, link: &str, email: &str, password: &str) -> Result<SessionToken> {
        if self.world().has_administrator() {
            return Err(Error::not_found("link", ""));
        }
        // Wrong input must not use up the link.
        let prepared = self.prepare_user(email, password).await?;
        if !self.inner.store.take_link(&link_hash(link), LINK_PURPOSE, self.now()).await? {
            let message = "This link has been used, or its 15 minutes are over; start Berth again";
            return Err(Error::field("token", "link.used", message));
        }
        let user = self.add_user(&Actor::berth(), prepared).await?;
        self.begin_session(&user).await
    }
}

/// A node pool as one comes with Berth.
fn pool(
    id: NodePoolId,
    cluster: ClusterId,
    name: NodePoolName,
    label: Option<(String, String)>,
    now: Timestamp,
) -> NodePool {
    NodePool {
        id,
        cluster,
        name,
        label,
        gpu_placement: Placing::Binpack,
        cpu_placement: Placing::Binpack,
        gpu_fractions: true,
        min_runtime_secs: 0,
        time_based: None,
        created_at: now,
        created_by: None,
        updated: None,
    }
}

/// The department of projects that name no other.
fn default_department(
    id: DepartmentId,
    cluster: ClusterId,
    quotas: BTreeMap<NodePoolId, PoolQuota>,
    now: Timestamp,
) -> Result<Department> {
    let wrong = |_| Error::Internal { what: "name the first things" };
    Ok(Department {
        id,
        cluster,
        name: "default".parse().map_err(wrong)?,
        description: "The department of projects that name no other".into(),
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: now,
        updated_at: now,
        created_by: "Berth".to_owned(),
    })
}

/// What a cluster needs before it can be used: itself, the pool of all its nodes, and a department.
fn one_more(world: &World, new: Cluster) -> Result<Vec<Change>> {
    let wrong = |_| Error::Internal { what: "name the first things" };
    let (now, cluster) = (new.created_at, new.id);
    let (pool_id, pool_number) = world.next_node_pool();
    let (department_id, department_number) = world.next_department();
    let default = pool(pool_id, cluster, "default".parse().map_err(wrong)?, None, now);
    let quotas = BTreeMap::from([(pool_id, PoolQuota::unlimited())]);
    let department = default_department(department_id, cluster, quotas, now)?;
    Ok(vec![
        Change::Cluster(new),
        pool_number,
        Change::NodePool(default),
        department_number,
        Change::Department(department),
    ])
}

fn first_start(
    cluster: ClusterId,
    simulated: bool,
    pools: &[(String, String, String)],
    now: Timestamp,
) -> Result<Vec<Change>> {
    let wrong = |_| Error::Internal { what: "name the first things" };
    let (name, created_by) = ("local".to_owned(), "Berth".to_owned());
    let kind = ClusterKind::default();
    let made = Cluster { id: cluster, name, simulated, kind, scheduler: None, created_at: now };
    let mut changes = vec![Change::Cluster(made)];
    let mut quotas = BTreeMap::new();
    let labelled = pools.iter().map(|(n, k, v)| (n.as_str(), Some((k.clone(), v.clone()))));
    for (number, (name, label)) in std::iter::once(("default", None)).chain(labelled).enumerate() {
        let id = NodePoolId(100_001 + i32::try_from(number).unwrap_or_default());
        quotas.insert(id, PoolQuota::unlimited());
        changes.push(Change::NodePool(pool(id, cluster, name.parse().map_err(wrong)?, label, now)));
    }
    let department = default_department(DepartmentId(1), cluster, quotas.clone(), now)?;
    changes.push(Change::Department(department));
    changes.push(Change::Project(Project {
        id: ProjectId(1),
        cluster,
        department: DepartmentId(1),
        name: "default".parse().map_err(wrong)?,
        description: "The first project; everything in the cluster may be used".into(),
        requested_namespace: None,
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: now,
        updated_at: now,
        created_by,
    }));
    Ok(changes)
}
