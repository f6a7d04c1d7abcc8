//! Changes, and the transaction that takes a batch of them whole or not at all.

use domain::{
    ClusterId, DepartmentId, NodePoolId, ProjectId, Scope, StorageClassId, Timestamp, WorkloadId,
    audit::AuditEntry,
    event::{Event, Happening},
    node::{Node, NodePool},
    org::{Cluster, Department, Project},
    policy::{StoredPolicy, WorkloadType},
    settings::{Setting, SettingValue},
    storage_class::StorageClassConfig,
    usage::HourUsage,
    workload::Workload,
};
use sqlx::{Any, AnyConnection, any::AnyArguments, query::Query};

use crate::{
    AccessChange, AssetChange, Error, KeptCycle, Numbered, Result, Store, access, assets, audit,
    codec::{body, micros},
    cycles, numbers, settings, storage_classes, usage,
};

/// Workloads that are forgotten in one batch; others want to write as well.
const FORGOTTEN_AT_ONCE: i64 = 1_000;

/// One thing that is different from now on.
#[derive(Clone, Debug)]
pub enum Change {
    Cluster(Cluster),
    NodePool(NodePool),
    DeleteNodePool(NodePoolId),
    /// All nodes of the cluster; those that are not among them are gone.
    Nodes(ClusterId, Vec<Node>),
    Department(Department),
    DeleteDepartment(DepartmentId),
    Project(Project),
    DeleteProject(ProjectId),
    /// Refused when the stored copy is as new or newer.
    Workload(Box<Workload>),
    /// The workload and its events.
    ForgetWorkload(WorkloadId),
    /// One that is stored already is left as it is.
    Event(Event),
    /// Of people and what they may.
    Access(AccessChange),
    Policy(Box<StoredPolicy>),
    DeletePolicy(Scope, WorkloadType),
    /// Of an asset or a template.
    Asset(AssetChange),
    Setting(Setting, SettingValue),
    StorageClass(Box<StorageClassConfig>),
    DeleteStorageClass(StorageClassId),
    /// That an administrator changed something; goes with the change.
    Audit(Box<AuditEntry>),
    /// That a cycle decided something; goes with what it decided.
    Cycle(Box<KeptCycle>),
    /// The cycles of a cluster before that one.
    ForgetCycles(ClusterId, i64),
    /// What was used of a pool in an hour, so far.
    Usage(Box<HourUsage>),
    /// What was used of a pool before an hour.
    ForgetUsage(NodePoolId, i64),
    /// The last number that was given to one of a kind.
    Number(Numbered, i32),
}

impl Store {
    /// Takes all of `changes`, in this order, or none.
    pub async fn commit(&self, changes: &[Change]) -> Result<()> {
        self.writing().await?.commit(changes).await
    }

    /// Forgets workloads that were deleted at `until` or before, with their histories. Returns how
    /// many.
    pub async fn forget_deleted(&self, until: Timestamp) -> Result<u64> {
        let sql =
            "SELECT id FROM workloads WHERE deleted_at <= $1 ORDER BY deleted_at, id LIMIT $2";
        let mut count = 0;
        loop {
            let rows: Vec<(String,)> = sqlx::query_as(sql)
                .bind(micros(until))
                .bind(FORGOTTEN_AT_ONCE)
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "deleted workloads", cause })?;
            let old = rows.iter().filter_map(|(id,)| id.parse().ok().map(Change::ForgetWorkload));
            let old: Vec<_> = old.collect();
            if old.is_empty() {
                return Ok(count);
            }
            self.commit(&old).await?;
            count += old.len() as u64;
        }
    }
}

/// Writes one change, as a part of a batch.
pub(crate) async fn write(to: &mut AnyConnection, change: &Change) -> Result<()> {
    match change {
        Change::Cluster(cluster) => {
            let sql = "INSERT INTO clusters (id, body) VALUES ($1, $2)
                       ON CONFLICT (id) DO UPDATE SET body = excluded.body";
            let body = body("a cluster", cluster)?;
            run(to, "a cluster", sqlx::query(sql).bind(cluster.id.to_string()).bind(body)).await
        }
        Change::NodePool(pool) => {
            let sql = "INSERT INTO node_pools (id, body) VALUES ($1, $2)
                       ON CONFLICT (id) DO UPDATE SET body = excluded.body";
            let body = body("a node pool", pool)?;
            run(to, "a node pool", sqlx::query(sql).bind(pool.id.to_string()).bind(body)).await
        }
        Change::DeleteNodePool(id) => {
            delete(to, "usage", "DELETE FROM pool_usage WHERE pool = $1", id).await?;
            delete(to, "a node pool", "DELETE FROM node_pools WHERE id = $1", id).await
        }
        Change::Nodes(cluster, nodes) => write_nodes(to, *cluster, nodes).await,
        Change::Department(department) => {
            let sql = "INSERT INTO departments (id, cluster, name, body) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
            let query = sqlx::query(sql)
                .bind(department.id.to_string())
                .bind(department.cluster.to_string())
                .bind(department.name.to_string())
                .bind(body("a department", department)?);
            run(to, "a department", query).await
        }
        Change::DeleteDepartment(id) => {
            delete_policies(to, Scope::Department(*id)).await?;
            delete(to, "a department", "DELETE FROM departments WHERE id = $1", id).await
        }
        Change::Project(project) => {
            let sql = "INSERT INTO projects (id, cluster, name, body) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
            let query = sqlx::query(sql)
                .bind(project.id.to_string())
                .bind(project.cluster.to_string())
                .bind(project.name.to_string())
                .bind(body("a project", project)?);
            run(to, "a project", query).await
        }
        Change::DeleteProject(id) => {
            delete_policies(to, Scope::Project(*id)).await?;
            delete(to, "a project", "DELETE FROM projects WHERE id = $1", id).await
        }
        Change::Workload(workload) => write_workload(to, workload).await,
        Change::ForgetWorkload(id) => {
            delete(to, "events", "DELETE FROM events WHERE workload = $1", id).await?;
            delete(to, "a workload", "DELETE FROM workloads WHERE id = $1", id).await
        }
        Change::Event(event) => write_event(to, event).await,
        Change::Access(change) => access::write(to, change).await,
        Change::Policy(policy) => write_policy(to, policy).await,
        Change::DeletePolicy(owner, of) => {
            let sql = "DELETE FROM policies WHERE scope = $1 AND owner = $2 AND workload_type = $3";
            let query =
                sqlx::query(sql).bind(owner.level().name()).bind(owner.id()).bind(of.name());
            run(to, "a policy", query).await
        }
        Change::Asset(change) => assets::write(to, change).await,
        Change::Setting(setting, value) => settings::write(to, *setting, value).await,
        Change::StorageClass(config) => storage_classes::write(to, config).await,
        Change::DeleteStorageClass(id) => {
            delete(to, "a storage class", "DELETE FROM storage_classes WHERE id = $1", id).await
        }
        Change::Audit(entry) => audit::write(to, entry).await,
        Change::Usage(of) => usage::write(to, of).await,
        Change::ForgetUsage(pool, before) => usage::forget(to, *pool, *before).await,
        Change::Number(of, last) => numbers::write(to, *of, *last).await,
        Change::Cycle(cycle) => cycles::write(to, cycle).await,
        Change::ForgetCycles(cluster, before) => cycles::forget(to, *cluster, *before).await,
    }
}

async fn write_policy(to: &mut AnyConnection, policy: &StoredPolicy) -> Result<()> {
    let sql = "INSERT INTO policies (scope, owner, workload_type, body) VALUES ($1, $2, $3, $4)
               ON CONFLICT (scope, owner, workload_type) DO UPDATE SET body = excluded.body";
    let query = sqlx::query(sql)
        .bind(policy.owner.level().name())
        .bind(policy.owner.id())
        .bind(policy.workload_type.name())
        .bind(body("a policy", policy)?);
    run(to, "a policy", query).await
}

/// A scope that goes takes its policies along.
async fn delete_policies(to: &mut AnyConnection, owner: Scope) -> Result<()> {
    let sql = "DELETE FROM policies WHERE scope = $1 AND owner = $2";
    run(to, "policies", sqlx::query(sql).bind(owner.level().name()).bind(owner.id())).await
}

async fn write_nodes(to: &mut AnyConnection, cluster: ClusterId, nodes: &[Node]) -> Result<()> {
    delete(to, "nodes", "DELETE FROM nodes WHERE cluster = $1", cluster).await?;
    for node in nodes {
        let sql = "INSERT INTO nodes (cluster, name, body) VALUES ($1, $2, $3)";
        let query = sqlx::query(sql)
            .bind(cluster.to_string())
            .bind(node.name.to_string())
            .bind(body("a node", node)?);
        run(to, "a node", query).await?;
    }
    Ok(())
}

async fn write_workload(to: &mut AnyConnection, workload: &Workload) -> Result<()> {
    let sql = "INSERT INTO workloads (id, project, name, version, deleted_at, body)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (id) DO UPDATE SET version = excluded.version,
                   deleted_at = excluded.deleted_at, body = excluded.body
               WHERE workloads.version < excluded.version";
    let done = sqlx::query(sql)
        .bind(workload.id.to_string())
        .bind(workload.project.to_string())
        .bind(workload.name.to_string())
        .bind(workload.version)
        .bind(workload.deleted_at.map(micros))
        .bind(body("a workload", workload)?)
        .execute(to)
        .await
        .map_err(|cause| refused("a workload", cause))?;
    match done.rows_affected() {
        0 => Err(Error::Conflict(workload.id.to_string())),
        _ => Ok(()),
    }
}

/// What was told first comes first in the history, also within one moment.
async fn write_event(to: &mut AnyConnection, event: &Event) -> Result<()> {
    let sql = "INSERT INTO events (id, workload, at, is_phase, body, place)
               VALUES ($1, $2, $3, $4, $5, (
                   SELECT COALESCE(MAX(place), -1) + 1 FROM events WHERE workload = $2 AND at = $3
               )) ON CONFLICT (id) DO NOTHING";
    let is_phase = matches!(event.what, Happening::PhaseUpdate { .. });
    let query = sqlx::query(sql)
        .bind(event.id.to_string())
        .bind(event.workload.to_string())
        .bind(micros(event.at))
        .bind(i64::from(is_phase))
        .bind(body("an event", event)?);
    run(to, "an event", query).await
}

pub(crate) async fn delete(
    to: &mut AnyConnection,
    what: &'static str,
    sql: &'static str,
    id: impl ToString,
) -> Result<()> {
    run(to, what, sqlx::query(sql).bind(id.to_string())).await
}

pub(crate) async fn run<'q>(
    to: &mut AnyConnection,
    what: &'static str,
    query: Query<'q, Any, AnyArguments>,
) -> Result<()> {
    query.execute(to).await.map(drop).map_err(|cause| refused(what, cause))
}

fn refused(what: &'static str, cause: sqlx::Error) -> Error {
    let told = cause.as_database_error();
    match told.is_some_and(|told| told.is_unique_violation()) {
        true => Error::NameTaken,
        false => Error::Write { what, cause },
    }
}
