//! Names as ids: people type names, the interface takes ids.

use api::{
    assets::{AssetEntries, AssetView},
    clusters::ClusterView,
    projects::{ProjectView, Projects},
    templates::{TemplateEntries, TemplateView},
    workloads::{WorkloadView, Workloads},
};
use domain::{WorkloadId, asset::AssetKind};

use crate::{
    client::Client,
    context::Context,
    failure::{Failure, Result},
};

/// The project of a command: the one it names, or that of the settings.
pub async fn project(
    context: &Context,
    client: &Client,
    named: Option<&str>,
) -> Result<ProjectView> {
    let saved = context.config.project.as_deref().inspect(|name| {
        if named.is_none() {
            context.explain(&format!("project {name}, by berth project set"));
        }
    });
    let name = named.or(saved).ok_or_else(|| {
        Failure::usage("which project? say it with --project, or once with berth project set NAME")
    })?;
    project_named(client, name).await
}

pub async fn project_named(client: &Client, name: &str) -> Result<ProjectView> {
    let page: Projects = client.read("/api/v1/org-unit/projects", &named(name)?).await?;
    one("project", name, page.projects, |project| &project.name)
}

/// The cluster that is meant: the one that is named, that of the settings, or the only one.
pub async fn cluster(
    context: &Context,
    client: &Client,
    name: Option<&str>,
) -> Result<ClusterView> {
    let mut all: Vec<ClusterView> = client.read("/api/v1/clusters", &[]).await?;
    match name.or(context.config.cluster.as_deref()) {
        Some(name) => one("cluster", name, all, |cluster| &cluster.name),
        None if all.len() == 1 => Ok(all.remove(0)),
        None => Err(Failure::usage("which cluster? say it once with berth cluster set NAME")),
    }
}

/// A workload by its name in a project, or by its id.
pub async fn workload(
    context: &Context,
    client: &Client,
    project: Option<&str>,
    (name, uuid): (Option<&str>, Option<WorkloadId>),
) -> Result<WorkloadView> {
    match (name, uuid) {
        (_, Some(id)) => client.read(&format!("/api/v1/workloads/{id}"), &[]).await,
        (Some(name), None) => {
            let project = self::project(context, client, project).await?;
            let mut query = named(name)?;
            query[0].1.push_str(&format!(",projectId=={}", project.id));
            let page: Workloads = client.read("/api/v1/workloads", &query).await?;
            one("workload", name, page.workloads, |workload| &workload.name)
        }
        (None, None) => Err(Failure::usage("which workload? give its name, or its id with --uuid")),
    }
}

/// An asset of a kind by its name, among those that a project may use.
pub async fn asset(
    client: &Client,
    kind: AssetKind,
    path: &str,
    project: &ProjectView,
    name: &str,
) -> Result<AssetView> {
    let query = [("name", name.to_owned()), ("projectId", project.id.to_string())];
    let found: AssetEntries = client.read(path, &query).await?;
    one(kind.noun(), name, found.entries, |asset| &asset.meta.name)
}

pub async fn template(client: &Client, name: &str) -> Result<TemplateView> {
    let found: TemplateEntries =
        client.read("/api/v1/workload-templates/workspaces", &named(name)?).await?;
    one("template", name, found.entries, |template| &template.meta.name)
}

/// The condition that a list holds this name alone. What would end a condition is in no name.
fn named(name: &str) -> Result<Vec<(&'static str, String)>> {
    match name.is_empty() || name.contains([',', '=', '"']) {
        true => Err(Failure::usage(format!("{name:?} is no name"))),
        false => Ok(vec![("filterBy", format!("name=={name}"))]),
    }
}

fn one<T>(what: &str, name: &str, all: Vec<T>, own: fn(&T) -> &String) -> Result<T> {
    let mut all = all.into_iter().filter(|item| own(item) == name);
    let first = all.next().ok_or_else(|| Failure::not_found(what, name))?;
    match all.next() {
        None => Ok(first),
        Some(_) => Err(Failure::usage(format!("there are several with the name {name:?}: {what}"))),
    }
}
