//! Everything about one workload.

use api::{
    events::Events,
    pods::Pods,
    workloads::{WorkloadDetail, WorkloadView},
    workspaces::WorkspaceView,
};
use clap::{Args, ValueEnum};
use domain::{
    duration::minute,
    quantity::decimals,
    submission::{Sources, pointer},
    verdict::{Fix, WAYS_OUT_TITLE},
};
use serde_json::{Map, Value, json};

use super::{Named, WORKLOADS, WORKSPACES, list::yes};
use crate::{
    client::{Client, typed},
    context::Context,
    failure::Result,
    lookup,
    output::{Format, FormatArgs, document, facts, print, table},
};

/// More than any list has.
const ALL: i64 = 500;

/// What is told.
#[derive(Debug, Args)]
pub struct DescribeArgs {
    #[command(flatten)]
    named: Named,
    /// Name, phase and why, owner, image
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    general: bool,
    /// What it asked for, and what it holds
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    compute: bool,
    /// Its pods
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pods: bool,
    /// What happened to it
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    events: bool,
    /// How its tools are reached
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    networks: bool,
    /// What is mounted
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    storage: bool,
    /// Who gave each value: you, a template, an asset, a policy, the project
    #[arg(long)]
    sources: bool,
    /// Pods at most; -1 for all
    #[arg(long, default_value_t = 10, allow_negative_numbers = true, value_name = "N")]
    pod_limit: i64,
    /// Events at most; -1 for all
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_name = "N")]
    event_limit: i64,
    /// Which events come first
    #[arg(long = "sortEvents", default_value = "asc", value_name = "ORDER")]
    sort_events: Order,
    #[command(flatten)]
    format: FormatArgs,
}

/// Oldest or newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    Asc,
    Desc,
}

/// Prints it.
pub async fn describe(context: &Context, args: &DescribeArgs) -> Result<()> {
    let client = context.client().await?;
    let which = (args.named.name.as_deref(), args.named.uuid);
    let found = lookup::workload(context, &client, args.named.project.as_deref(), which).await?;
    let answers = asked(&client, args, &found).await?;
    match args.format.or(context.config.output) {
        Format::Table => print(&text(args, answers)?),
        format => print(&document(format, &Value::Object(answers))?),
    }
    Ok(())
}

/// The answers that are needed, as they came.
async fn asked(
    client: &Client,
    args: &DescribeArgs,
    of: &WorkloadView,
) -> Result<Map<String, Value>> {
    let one = format!("{WORKLOADS}/{}", of.id);
    let mut answers = Map::new();
    answers.insert("workload".to_owned(), client.get(&one, &[]).await?);
    if of.deleted_at.is_none() {
        let workspace = client.get(&format!("{WORKSPACES}/{}", of.id), &[]).await?;
        answers.insert("workspace".to_owned(), workspace);
    }
    if args.pods {
        let query = [("limit", limit(args.pod_limit))];
        let mut pods = client.get(&format!("{one}/pods"), &query).await?;
        answers.insert("pods".to_owned(), pods["pods"].take());
    }
    if args.events {
        let order = if args.sort_events == Order::Asc { "asc" } else { "desc" };
        let query = [("limit", limit(args.event_limit)), ("sortOrder", order.to_owned())];
        let mut events = client.get(&format!("{one}/events"), &query).await?;
        answers.insert("events".to_owned(), events["events"].take());
    }
    Ok(answers)
}

fn limit(asked: i64) -> String {
    (if asked < 0 { ALL } else { asked.clamp(1, ALL) }).to_string()
}

fn text(args: &DescribeArgs, mut answers: Map<String, Value>) -> Result<String> {
    let mut take = |key: &str| answers.get_mut(key).map(Value::take);
    let detail: WorkloadDetail = typed(take("workload").unwrap_or_default())?;
    let workspace: Option<WorkspaceView> = take("workspace").map(typed).transpose()?;
    let of = &detail.workload;
    let mut sections = vec![];
    sections.extend(args.general.then(|| general(of)));
    sections.extend(args.general.then(|| Fix::listed(WAYS_OUT_TITLE, &detail.fixes)));
    sections.extend(args.compute.then(|| compute(of)));
    sections.extend(args.networks.then(|| networks(of)));
    sections.extend(workspace.as_ref().filter(|_| args.storage).map(storage));
    sections.extend(workspace.as_ref().filter(|_| args.sources).map(|of| {
        let spec = of.spec.to_spec().unwrap_or_default();
        sources(&spec, &of.sources)
    }));
    if let Some(pods) = take("pods") {
        sections.push(pods_text(typed(json!({"pods": pods}))?));
    }
    if let Some(events) = take("events") {
        sections.push(events_text(typed(json!({"events": events}))?));
    }
    sections.retain(|section| !section.is_empty());
    Ok(sections.join("\n"))
}

fn general(of: &WorkloadView) -> String {
    let reasons = of.reasons.iter().map(ToString::to_string);
    let when = of.estimate.map(|estimate| estimate.sentence());
    let why: Vec<_> = reasons.chain(when).collect();
    facts(
        "General",
        &[
            ("Name", of.name.clone()),
            ("Id", of.id.to_string()),
            ("Type", of.kind.clone()),
            ("Project", of.project_name.clone()),
            ("Department", of.department_name.clone()),
            ("Status", of.phase.as_str().to_owned()),
            ("Why", why.join(" ")),
            ("Priority", of.priority_class_name.clone()),
            ("Preemptible", yes(of.preemptible)),
            ("Node pool", of.current_node_pools.join(", ")),
            ("Node", of.placement.as_ref().map(|p| p.node.to_string()).unwrap_or_default()),
            ("Created by", of.submitted_by.clone()),
            ("Created at", minute(of.created_at)),
            ("Image", of.images.join(", ")),
            ("Command", of.command.clone().unwrap_or_default()),
            ("Arguments", of.arguments.clone().unwrap_or_default()),
        ],
    )
}

fn compute(of: &WorkloadView) -> String {
    let asked = &of.workload_requested_resources;
    let number = |number: Option<f64>| number.map(decimals).unwrap_or_default();
    let numbers = |name: &str, range: &Option<api::workloads::NumberRange>, held: String| {
        let range = range.clone().unwrap_or_default();
        vec![format!("  {name}"), number(range.request), number(range.limit), held]
    };
    let quantities = |name: &str, range: &Option<api::workloads::QuantityRange>, held: String| {
        let range = range.clone().unwrap_or_default();
        let [request, limit] = [range.request, range.limit].map(Option::unwrap_or_default);
        vec![format!("  {name}"), request, limit, held]
    };
    let held = &of.allocated_resources;
    let rows = [
        numbers("GPU", &asked.gpu, decimals(held.gpu)),
        quantities("GPU memory", &asked.gpu_memory, String::new()),
        numbers("CPU", &asked.cpu, decimals(held.cpu)),
        quantities("Memory", &asked.cpu_memory, held.cpu_memory.clone()),
    ];
    let titles = ["Compute", "Request", "Limit", "Allocated"];
    table(Some(&titles), &rows)
}

fn networks(of: &WorkloadView) -> String {
    let rows = of.external_connections.iter().map(|tool| {
        let port = tool.container_port.map(|port| port.to_string()).unwrap_or_default();
        let reached = tool.url.clone().unwrap_or(port);
        let users = tool.authorized_users.iter().chain(&tool.authorized_groups).flatten();
        let access = tool.authorization_type.iter().chain(users).cloned().collect::<Vec<_>>();
        vec![format!("  {}", tool.name), tool.connection_type.clone(), reached, access.join(", ")]
    });
    below(&["Networks", "Connection", "URL or port", "Access"], rows.collect())
}

fn storage(of: &WorkspaceView) -> String {
    let spec = of.spec.to_spec().unwrap_or_default();
    let kinds = spec["storage"].as_object().cloned().unwrap_or_default();
    let rows = kinds.iter().flat_map(|(kind, items)| {
        let items = items.as_array().cloned().unwrap_or_default();
        items.into_iter().map(move |item| {
            let text = |field: &str| item[field].as_str().unwrap_or_default().to_owned();
            let path = if item["mountPath"].is_string() { text("mountPath") } else { text("path") };
            let names = [
                "claimName",
                "repository",
                "bucket",
                "server",
                "configMap",
                "secret",
                "id",
                "name",
            ];
            let what = names.map(text).into_iter().find(|text| !text.is_empty());
            vec![format!("  {kind}"), what.unwrap_or_default(), path]
        })
    });
    below(&["Storage", "What", "Container path"], rows.collect())
}

/// Every value of the specification, and who gave it (`why.md` §5).
fn sources(spec: &Value, of: &Sources) -> String {
    let rows = of.0.iter().map(|(path, source)| {
        let value = spec.pointer(&pointer(path)).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        vec![
            format!("  {}", path.trim_start_matches("spec.")),
            value.unwrap_or_default(),
            source.to_string(),
        ]
    });
    below(&["Values", "Value", "From"], rows.collect())
}

fn pods_text(pods: Pods) -> String {
    let rows = pods.pods.into_iter().map(|pod| {
        let node = pod.node_name.unwrap_or_default();
        vec![format!("  {}", pod.name), pod.k8s_phase, node, minute(pod.created_at)]
    });
    below(&["Pods", "Phase", "Node", "Created at"], rows.collect())
}

fn events_text(events: Events) -> String {
    let rows = events.events.into_iter().map(|event| {
        let kind = format!("{:?}", event.kind);
        vec![format!("  {}", minute(event.created_at)), kind, event.reason, event.message]
    });
    below(&["Events", "Type", "Reason", "Message"], rows.collect())
}

/// Rows below their titles; nothing without rows.
fn below(titles: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() { String::new() } else { table(Some(titles), &rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_says_who_gave_it() {
        let spec = json!({"image": "a", "compute": {"gpuDevicesRequest": 2}, "exposedUrls": [{"container": 8888}]});
        let given = json!({
            "spec.image": {"from": "template", "name": "PyTorch"},
            "spec.compute.gpuDevicesRequest": {"from": "you"},
            "spec.exposedUrls[0].container": {"from": "asset", "name": "jupyter-lab"},
            "spec.nodePools": {"from": "projectDefault"},
        });
        let given: Sources = serde_json::from_value(given).unwrap();
        insta::assert_snapshot!(sources(&spec, &given), @r"
        Values                       Value  From
          compute.gpuDevicesRequest  2      you
          exposedUrls[0].container   8888   asset jupyter-lab
          image                      a      template PyTorch
          nodePools                         the project
        ");
        assert_eq!(sources(&spec, &Sources::default()), "");
    }
}
