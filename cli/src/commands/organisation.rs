//! `berth project` and `berth department`.

use api::{
    departments::{DepartmentCreation, DepartmentView},
    projects::{ProjectCreation, ProjectView},
    resources::Resources,
};
use clap::{Args, Subcommand};
use domain::quantity::decimals;

use crate::{
    client::Client,
    context::Context,
    failure::{Failure, Result},
    list::{self, Column, ListArgs, Listing, column},
    lookup,
    output::print,
};

/// Of projects.
#[derive(Debug, Subcommand)]
pub enum Project {
    /// Those that you may see
    List(ListArgs),
    /// Take this one wherever a command names none
    Set(SetArgs),
    /// Make one
    Create(ProjectArgs),
}

/// Of departments.
#[derive(Debug, Subcommand)]
pub enum Department {
    /// Those that you may see
    List(ListArgs),
    /// Make one
    Create(UnitArgs),
}

#[derive(Debug, Args)]
pub struct SetArgs {
    /// Its name
    pub name: String,
}

/// What makes a project.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    #[command(flatten)]
    unit: UnitArgs,
    /// The department that it belongs to [default: the one named default]
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
}

/// What makes either.
#[derive(Debug, Args)]
pub struct UnitArgs {
    /// Its name
    name: String,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
}

/// Runs a command of projects.
pub async fn project(context: &Context, command: Project) -> Result<()> {
    match command {
        Project::List(args) => list::list::<ProjectView>(context, &args, by_name()).await,
        Project::Set(args) => {
            let client = context.client().await?;
            let found = lookup::project_named(&client, &args.name).await?;
            let mut config = context.config.clone();
            config.project = Some(found.name);
            context.files.save(&config)?;
            said(
                context,
                &format!("Commands that name no project are about {} from now on.", args.name),
            );
            Ok(())
        }
        Project::Create(args) => create_project(context, args).await,
    }
}

/// Runs a command of departments.
pub async fn department(context: &Context, command: Department) -> Result<()> {
    match command {
        Department::List(args) => list::list::<DepartmentView>(context, &args, by_name()).await,
        Department::Create(args) => {
            let client = context.client().await?;
            let cluster_id = lookup::cluster(context, &client, None).await?.uuid;
            let UnitArgs { name, description } = args;
            let default_node_pools = None;
            let body = DepartmentCreation {
                name,
                cluster_id,
                description,
                default_node_pools,
                scheduling_rules: None,
                node_types: None,
                resources: vec![],
            };
            client.post(DepartmentView::PATH, &body).await?;
            said(context, &format!("Department {} was created.", body.name));
            Ok(())
        }
    }
}

async fn create_project(context: &Context, args: ProjectArgs) -> Result<()> {
    let client = context.client().await?;
    let cluster_id = lookup::cluster(context, &client, None).await?.uuid;
    let parent_id = match &args.department {
        Some(name) => Some(department_named(&client, name).await?.id),
        None => None,
    };
    let UnitArgs { name, description } = args.unit;
    let resources: Vec<Resources> = vec![];
    let body = ProjectCreation {
        name,
        cluster_id,
        parent_id,
        description,
        requested_namespace: None,
        default_node_pools: None,
        scheduling_rules: None,
        node_types: None,
        resources,
    };
    client.post(ProjectView::PATH, &body).await?;
    said(context, &format!("Project {} was created, without a quota.", body.name));
    Ok(())
}

async fn department_named(client: &Client, name: &str) -> Result<DepartmentView> {
    let all: api::departments::Departments = client
        .read(DepartmentView::PATH, &[("limit", "500".to_owned()), ("search", name.to_owned())])
        .await?;
    let found = all.departments.into_iter().find(|department| department.name == name);
    found.ok_or_else(|| Failure::not_found("department", name))
}

fn by_name() -> Vec<(&'static str, String)> {
    vec![("sortBy", "name".to_owned())]
}

fn said(context: &Context, text: &str) {
    if !context.quiet {
        print(&format!("{text}\n"));
    }
}

/// What is promised; unlimited is −1 on the wire.
fn quota(gpus: f64) -> String {
    if gpus < 0.0 { "unlimited".to_owned() } else { decimals(gpus) }
}

/// `75 %` of the quota.
fn ratio(allocated: f64, of: f64) -> String {
    if of > 0.0 { format!("{} %", (allocated / of * 100.0).round()) } else { "-".to_owned() }
}

impl Listing for ProjectView {
    const NAME: &'static str = "project";
    const PATH: &'static str = "/api/v1/org-unit/projects";
    const KEY: &'static str = "projects";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |p: &Self| p.name.clone()),
            column("gpu-quota", "GPU Quota", |p| quota(p.total_resources.gpu_quota)),
            column("gpu-allocated", "Allocated GPUs", |p| {
                decimals(p.status.quota_status.allocated.gpu)
            }),
            column("gpu-ratio", "GPU Allocation Ratio", |p| {
                ratio(p.status.quota_status.allocated.gpu, p.total_resources.gpu_quota)
            }),
            column("namespace", "Namespace", |p: &Self| p.status.namespace.clone()).on_request(),
            column("description", "Description", |p: &Self| p.description.clone()).on_request(),
            column("id", "Id", |p: &Self| p.id.to_string()).on_request(),
        ]
    }
}

impl Listing for DepartmentView {
    const NAME: &'static str = "department";
    const PATH: &'static str = "/api/v1/org-unit/departments";
    const KEY: &'static str = "departments";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |d: &Self| d.name.clone()),
            column("gpu-quota", "GPU Quota", |d| quota(d.total_resources.gpu_quota)),
            column("description", "Description", |d: &Self| d.description.clone()).on_request(),
            column("id", "Id", |d: &Self| d.id.to_string()).on_request(),
        ]
    }
}
