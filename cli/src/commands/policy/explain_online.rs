//! The same of a server: the policies on the way to a project are asked for, and explained here by the engine that
//! enforces them there.

use api::{departments::DepartmentView, policies::PolicyView, projects::ProjectView};
use domain::{
    ScopeLevel,
    policy::{Layer, Source, WorkloadType, read_value, system},
};
use serde_json::json;

use super::{
    ExplainArgs, Format,
    explain::{Explained, told},
};
use crate::{
    client::Client,
    context::Context,
    failure::{Failure, Result, code},
    lookup,
    output::print,
};

const OF: WorkloadType = WorkloadType::Workspace;

/// Explains it.
pub async fn run(context: &Context, args: &ExplainArgs) -> Result<()> {
    let client = context.client().await?;
    let project = lookup::project_named(&client, &args.project).await?;
    let (mut layers, mut unseen) = (vec![], vec![]);
    for (source, query) in way(&client, &project).await {
        match layer(&client, source.clone(), query).await {
            Ok(found) => layers.extend(found),
            Err(hidden) if matches!(hidden.code, code::FORBIDDEN | code::NOT_FOUND) => {
                unseen.push(source.to_string())
            }
            Err(other) => return Err(other),
        }
    }
    layers.push(system(OF));
    let Explained { explanation, words } =
        told(OF, &layers, &args.field).map_err(Failure::usage)?;
    if !unseen.is_empty() {
        context.note(&format!(
            "You may not see the policy of {}; what it says is missing here.",
            unseen.join(", ")
        ));
    }
    print(&match args.format {
        Format::Json => format!("{:#}\n", json!({"explanation": explanation, "inForce": words})),
        Format::Table => Explained { explanation, words }.text(),
    });
    Ok(())
}

/// The scopes above the project and its own, each with what asks for its policy.
async fn way(client: &Client, project: &ProjectView) -> Vec<(Source, [(&'static str, String); 2])> {
    let (department, cluster) = (project.parent_id.to_string(), project.cluster_id.to_string());
    let path = format!("/api/v1/org-unit/departments/{department}");
    // Who may not see it gets its number for a name.
    let name = client.read::<DepartmentView>(&path, &[]).await.map(|found| found.name);
    let clusters: Vec<api::clusters::ClusterView> =
        client.read("/api/v1/clusters", &[]).await.unwrap_or_default();
    let cluster_name = clusters.into_iter().find(|found| found.uuid == project.cluster_id);
    let cluster_name = cluster_name.map_or_else(|| cluster.clone(), |found| found.name);
    let scope = |level: ScopeLevel| ("scope", level.name().to_owned());
    vec![
        (
            Source::new(ScopeLevel::Account, "", "account"),
            [scope(ScopeLevel::Account), ("workloadType", OF.name().to_owned())],
        ),
        (
            Source::new(ScopeLevel::Cluster, cluster.clone(), cluster_name),
            [scope(ScopeLevel::Cluster), ("clusterId", cluster)],
        ),
        (
            Source::new(
                ScopeLevel::Department,
                department.clone(),
                name.unwrap_or(department.clone()),
            ),
            [scope(ScopeLevel::Department), ("departmentId", department)],
        ),
        (
            Source::new(ScopeLevel::Project, project.id.to_string(), project.name.clone()),
            [scope(ScopeLevel::Project), ("projectId", project.id.to_string())],
        ),
    ]
}

/// What was written at a scope; `None` where nothing was.
async fn layer(
    client: &Client,
    source: Source,
    query: [(&str, String); 2],
) -> Result<Option<Layer>> {
    let view: PolicyView = client.read("/api/v2/policy/workspaces", &query).await?;
    let Some(mut policy) = view.policy else { return Ok(None) };
    if let Some(members) = policy.as_object_mut() {
        members.remove("status");
    }
    Ok(Some(Layer::new(source, read_value(&policy, OF).document)))
}
