//! `berth environment`, `compute`, `datasource`, `pvc`: what submissions start from.

use api::assets::AssetView;
use clap::{Args, Subcommand};
use domain::{asset::AssetKind, duration::minute, submission::PvcVolume};
use serde_json::Value;

use crate::{
    client::{Client, typed},
    context::Context,
    failure::{Failure, Result},
    list::{self, Column, ListArgs, Listing, column},
    lookup,
    output::{Format, FormatArgs, document, facts, print},
};

pub const ENVIRONMENT: &str = "/api/v1/asset/environment";
pub const COMPUTE: &str = "/api/v1/asset/compute";
pub const DATASOURCE: &str = "/api/v1/asset/datasource";

/// Of environments, compute resources or data sources.
#[derive(Debug, Subcommand)]
pub enum Assets {
    /// Those that a project may use, or all that you may see
    List(AssetListArgs),
    /// One of them, whole
    Describe(AssetDescribeArgs),
}

/// Of claims.
#[derive(Debug, Subcommand)]
pub enum Pvcs {
    /// The claims that a project may use, or all that you may see
    List(PvcListArgs),
}

#[derive(Debug, Args)]
pub struct AssetListArgs {
    /// What this project may use
    #[arg(short, long)]
    project: Option<String>,
    /// Only data sources of this type: pvc, nfs, git, s3, hostPath, configMap, secretVolume
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub struct PvcListArgs {
    /// What this project may use
    #[arg(short, long)]
    project: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub struct AssetDescribeArgs {
    /// Its name
    name: String,
    /// Look among those that this project may use
    #[arg(short, long)]
    project: Option<String>,
    /// Only data sources of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
}

/// What the interface calls a type, in any of the spellings of the reference.
pub fn kind_named(word: &str) -> Result<AssetKind> {
    let other = match word {
        "configMap" => Some(AssetKind::ConfigMap),
        "secretVolume" | "secret" => Some(AssetKind::Secret),
        _ => AssetKind::named(word),
    };
    other.filter(|kind| kind.is_datasource()).ok_or_else(|| {
        Failure::usage(format!(
            "there is no data source of the type {word:?}; there is hostPath, nfs, pvc, git, s3, configMap, secretVolume"
        ))
    })
}

/// The folder of a kind of data source in the interface.
pub fn folder(kind: AssetKind) -> Option<&'static str> {
    match kind {
        AssetKind::Pvc => Some("pvc"),
        AssetKind::Nfs => Some("nfs"),
        AssetKind::S3 => Some("s3"),
        AssetKind::Git => Some("git"),
        AssetKind::HostPath => Some("host-path"),
        AssetKind::ConfigMap => Some("config-map"),
        AssetKind::Secret => Some("secrets"),
        _ => None,
    }
}

/// Lists or describes what lies at `path`.
pub async fn run(context: &Context, path: &str, command: Assets) -> Result<()> {
    match command {
        Assets::List(args) => {
            let path = at(path, args.kind.as_deref())?;
            list_at(context, &path, args.project.as_deref(), &args.list).await
        }
        Assets::Describe(args) => describe(context, path, &args).await,
    }
}

/// Lists claims.
pub async fn pvcs(context: &Context, command: Pvcs) -> Result<()> {
    let Pvcs::List(args) = command;
    let client = context.client().await?;
    let query = of_project(&client, args.project.as_deref()).await?;
    list::list::<Claim>(context, &args.list, query).await
}

fn at(path: &str, kind: Option<&str>) -> Result<String> {
    match kind {
        None => Ok(path.to_owned()),
        Some(_) if path != DATASOURCE => Err(Failure::usage("--type goes with data sources alone")),
        Some(word) => Ok(format!("{path}/{}", folder(kind_named(word)?).unwrap_or_default())),
    }
}

async fn list_at(
    context: &Context,
    path: &str,
    project: Option<&str>,
    args: &ListArgs,
) -> Result<()> {
    let client = context.client().await?;
    let query = of_project(&client, project).await?;
    list::list_at::<AssetView>(context, args, path, query).await
}

async fn of_project(client: &Client, project: Option<&str>) -> Result<Vec<(&'static str, String)>> {
    match project {
        None => Ok(vec![]),
        Some(name) => {
            let project = lookup::project_named(client, name).await?;
            Ok(vec![("projectId", project.id.to_string())])
        }
    }
}

async fn describe(context: &Context, path: &str, args: &AssetDescribeArgs) -> Result<()> {
    let client = context.client().await?;
    let mut query = of_project(&client, args.project.as_deref()).await?;
    query.push(("name", args.name.clone()));
    let mut answer = client.get(&at(path, args.kind.as_deref())?, &query).await?;
    let entries = answer["entries"].take();
    let mut entries = entries.as_array().cloned().unwrap_or_default().into_iter();
    let found = entries.next().ok_or_else(|| Failure::not_found("asset", &args.name))?;
    if entries.next().is_some() {
        return Err(Failure::usage(format!(
            "several have the name {:?}; say --project or --type",
            args.name
        )));
    }
    match args.format.or(context.config.output) {
        Format::Table => print(&told(&typed(found.clone())?, &found["spec"])?),
        format => print(&document(format, &found)?),
    }
    Ok(())
}

fn told(asset: &AssetView, spec: &Value) -> Result<String> {
    let meta = &asset.meta;
    let general = facts(
        "General",
        &[
            ("Name", meta.name.clone()),
            ("Kind", meta.kind.title().to_owned()),
            ("Description", meta.description.clone().unwrap_or_default()),
            ("Scope", meta.scope.clone()),
            ("Id", meta.id.to_string()),
            ("Created by", meta.created_by.clone()),
            ("Created at", minute(meta.created_at)),
        ],
    );
    Ok(format!("{general}\nWhat it gives\n{}", document(Format::Yaml, spec)?))
}

impl Listing for AssetView {
    const NAME: &'static str = "asset";
    const PATH: &'static str = DATASOURCE;
    const KEY: &'static str = "entries";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |a: &Self| a.meta.name.clone()),
            column("kind", "Kind", |a| a.meta.kind.title().to_owned()),
            column("scope", "Scope", |a| a.meta.scope.clone()),
            column("created-by", "Created by", |a| a.meta.created_by.clone()),
            column("created-at", "Created at", |a| minute(a.meta.created_at)),
            column("description", "Description", |a: &Self| {
                a.meta.description.clone().unwrap_or_default()
            })
            .on_request(),
            column("id", "Id", |a: &Self| a.meta.id.to_string()).on_request(),
        ]
    }
}

/// A claim in a list.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Claim(AssetView);

impl Claim {
    fn spec(&self) -> PvcVolume {
        serde_json::from_value(self.0.spec.clone()).unwrap_or_default()
    }
}

impl Listing for Claim {
    const NAME: &'static str = "pvc";
    const PATH: &'static str = "/api/v1/asset/datasource/pvc";
    const KEY: &'static str = "entries";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |c: &Self| c.0.meta.name.clone()),
            column("size", "Size", |c| {
                c.spec().claim_info.and_then(|i| i.size).unwrap_or_default()
            }),
            column("storage-class", "Storage class", |c| {
                c.spec().claim_info.and_then(|info| info.storage_class).unwrap_or_default()
            }),
            column("access-modes", "Access modes", |c| {
                let modes =
                    c.spec().claim_info.and_then(|info| info.access_modes).unwrap_or_default();
                let words = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];
                let asked = words.iter().zip(modes.asked()).filter(|(_, asked)| *asked);
                asked.map(|(word, _)| *word).collect::<Vec<_>>().join(",")
            }),
            column("claim", "Claim", |c: &Self| c.spec().claim_name.unwrap_or_default())
                .on_request(),
            column("path", "Container path", |c: &Self| c.spec().path.unwrap_or_default())
                .on_request(),
        ]
    }
}
