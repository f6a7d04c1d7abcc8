//! Loading everything, at the start.

use std::collections::BTreeMap;

use domain::{
    AssetId, ClusterId, Timestamp,
    access::{AccessRule, Application, User},
    asset::Asset,
    node::{Node, NodePool},
    org::{Cluster, Department, Project},
    policy::StoredPolicy,
    settings::{Setting, SettingValue},
    storage_class::StorageClassConfig,
    template::Template,
    usage::HourUsage,
    workload::Workload,
};
use serde::de::DeserializeOwned;

use crate::{
    Error, Numbered, Result, Store,
    codec::{micros, read},
};

/// Rows of one kind that are read at most; more would not fit the memory either.
const ROWS_MAX: i64 = 10_000_000;

/// The whole state, as it was stored last.
#[derive(Debug, Default)]
pub struct Facts {
    pub clusters: Vec<Cluster>,
    pub node_pools: Vec<NodePool>,
    pub nodes: Vec<(ClusterId, Node)>,
    pub departments: Vec<Department>,
    pub projects: Vec<Project>,
    pub users: Vec<User>,
    pub applications: Vec<Application>,
    /// Those that have not ended.
    pub access_rules: Vec<AccessRule>,
    /// The highest number that one ever had.
    pub last_access_rule: i32,
    pub policies: Vec<StoredPolicy>,
    pub assets: Vec<Asset>,
    pub templates: Vec<Template>,
    /// Under which key the secret of each credential is.
    pub sealed: Vec<(AssetId, i32)>,
    pub storage_classes: Vec<StorageClassConfig>,
    /// Those that somebody chose.
    pub settings: Vec<(Setting, SettingValue)>,
    /// The live ones, and those that were deleted lately.
    pub workloads: Vec<Workload>,
    pub usage: Vec<HourUsage>,
    /// The last number of each kind that was given.
    pub numbers: BTreeMap<Numbered, i32>,
    /// The number of the last cycle that was kept.
    pub last_cycle: i64,
}

impl Store {
    /// Everything but events and sessions; of deleted workloads those deleted after that time.
    /// Nothing is written meanwhile. After [`Error::Unsure`], [`Error::Conflict`] and
    /// [`Error::Behind`] this is how one gets on.
    pub async fn load(&self, deleted_after: Timestamp) -> Result<Facts> {
        let mut writer = self.writing.lock().await;
        // Who writes no more only reads along.
        if !writer.is_sealed() {
            writer.catch_up().await?;
        }
        Ok(Facts {
            clusters: self
                .all("clusters", "SELECT body FROM clusters ORDER BY id LIMIT $1")
                .await?,
            node_pools: self
                .all("node pools", "SELECT body FROM node_pools ORDER BY id LIMIT $1")
                .await?,
            nodes: self.nodes().await?,
            departments: self
                .all("departments", "SELECT body FROM departments ORDER BY id LIMIT $1")
                .await?,
            projects: self
                .all("projects", "SELECT body FROM projects ORDER BY id LIMIT $1")
                .await?,
            users: self.all("users", "SELECT body FROM users ORDER BY id LIMIT $1").await?,
            applications: self
                .all("applications", "SELECT body FROM applications ORDER BY id LIMIT $1")
                .await?,
            access_rules: self
                .all(
                    "access rules",
                    "SELECT body FROM access_rules WHERE deleted_at IS NULL ORDER BY id LIMIT $1",
                )
                .await?,
            last_access_rule: self.last_access_rule().await?,
            policies: self
                .all(
                    "policies",
                    "SELECT body FROM policies ORDER BY scope, owner, workload_type LIMIT $1",
                )
                .await?,
            assets: self.all("assets", "SELECT body FROM assets ORDER BY id LIMIT $1").await?,
            templates: self
                .all("templates", "SELECT body FROM templates ORDER BY id LIMIT $1")
                .await?,
            sealed: self.keys_of_secrets().await?,
            storage_classes: self
                .all("storage classes", "SELECT body FROM storage_classes ORDER BY id LIMIT $1")
                .await?,
            settings: self.settings().await?,
            workloads: self.workloads(deleted_after).await?,
            usage: self
                .all("usage", "SELECT body FROM pool_usage ORDER BY pool, hour LIMIT $1")
                .await?,
            numbers: self.numbers().await?,
            last_cycle: self.last_cycle().await?,
        })
    }

    async fn all<T: DeserializeOwned>(
        &self,
        what: &'static str,
        sql: &'static str,
    ) -> Result<Vec<T>> {
        let rows: Vec<(String,)> = sqlx::query_as(sql)
            .bind(ROWS_MAX)
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| Error::Read { what, cause })?;
        rows.iter().map(|(body,)| read(what, body)).collect()
    }

    async fn nodes(&self) -> Result<Vec<(ClusterId, Node)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT cluster, body FROM nodes ORDER BY cluster, name LIMIT $1")
                .bind(ROWS_MAX)
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "nodes", cause })?;
        let node = |(cluster, body): &(String, String)| {
            Ok(cluster.parse().ok().zip(Some(read("a node", body)?)))
        };
        rows.iter().filter_map(|row| node(row).transpose()).collect()
    }

    async fn workloads(&self, deleted_after: Timestamp) -> Result<Vec<Workload>> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT body FROM workloads
             WHERE deleted_at IS NULL OR deleted_at > $1 ORDER BY id LIMIT $2",
        )
        .bind(micros(deleted_after))
        .bind(ROWS_MAX)
        .fetch_all(&self.pool)
        .await
        .map_err(|cause| Error::Read { what: "workloads", cause })?;
        rows.iter().map(|(body,)| read("a workload", body)).collect()
    }
}
