//! The first start: a cluster `local`, a department and a project `default`, and a way in for the
//! first administrator. Every later start finds them and changes nothing.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, NodePoolId, ProjectId, Scope,
    access::{Actor, Role, SubjectKind},
    node::{NodePool, Placing},
    org::{Cluster, Department, PoolQuota, Project},
};
use store::Change;

use crate::{
    ControlPlane, Error, NewRule, Result, SessionToken, SubjectName,
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
                if let Some(cluster) = world.clusters.values().next() {
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

fn first_start(
    cluster: ClusterId,
    simulated: bool,
    pools: &[(String, String, String)],
    now: domain::Timestamp,
) -> Result<Vec<Change>> {
    let wrong = |_| Error::Internal { what: "name the first things" };
    let (name, created_by) = ("local".to_owned(), "Berth".to_owned());
    let mut changes =
        vec![Change::Cluster(Cluster { id: cluster, name, simulated, created_at: now })];
    let mut quotas = BTreeMap::new();
    let labelled = pools.iter().map(|(n, k, v)| (n.as_str(), Some((k.clone(), v.clone()))));
    for (number, (name, label)) in std::iter::once(("default", None)).chain(labelled).enumerate() {
        let id = NodePoolId(100_001 + i32::try_from(number).unwrap_or_default());
        quotas.insert(id, PoolQuota::unlimited());
        changes.push(Change::NodePool(NodePool {
            id,
            cluster,
            name: name.parse().map_err(wrong)?,
            label,
            gpu_placement: Placing::Binpack,
            cpu_placement: Placing::Binpack,
            gpu_fractions: true,
            min_runtime_secs: 0,
            time_based: None,
            created_at: now,
            created_by: None,
            updated: None,
        }));
    }
    changes.push(Change::Department(Department {
        id: DepartmentId(1),
        cluster,
        name: "default".parse().map_err(wrong)?,
        description: "The department of projects that name no other".into(),
        quotas: quotas.clone(),
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: now,
        updated_at: now,
        created_by: created_by.clone(),
    }));
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
