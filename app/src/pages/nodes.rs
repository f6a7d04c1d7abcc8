//! Nodes: the table and the GPU map, to read.

#[cfg(feature = "ssr")]
use domain::node::Readiness;
use domain::{
    access::{Action as Doing, ResourceType},
    quantity::decimals,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{Loaded, what_if};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    identity::i_may,
    ui::{
        ActionCell, ButtonKind, ButtonSize, Card, Column, Empty, IconName, LinkButton, NameCell,
        Note, Page, Stack, Status, StatusCell, StatusShape, Table, Td, Tone, Tr,
    },
    widgets::{CellPart, GpuCell},
    wire::{Call, load},
};

/// Where the page is.
pub const PAGE: &str = "/nodes";

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodesShown {
    pub nodes: Vec<NodeFacts>,
    /// What is to be known of the clusters, in sentences.
    pub notes: Vec<String>,
}

/// A node with what lies on its devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeFacts {
    pub cluster: String,
    pub pool: String,
    pub name: String,
    /// Why it is not ready; nothing when it is.
    pub not_ready: Option<String>,
    /// Kind and memory of its devices; empty without any.
    pub gpu_type: String,
    pub cpu: String,
    pub memory: String,
    /// By device.
    pub devices: Vec<Vec<DevicePart>>,
}

/// A part of a device in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DevicePart {
    pub project: i32,
    /// What the reader may be told that the workload is called.
    pub name: String,
    pub portion: domain::Gpus,
}

/// All nodes of all clusters.
#[server(prefix = "/ui", endpoint = "nodes", protocol = Call)]
pub async fn nodes() -> Result<NodesShown, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let mut facts = Vec::new();
    for (id, nodes) in control.nodes(&actor, &world)? {
        let Some(cluster) = world.clusters.get(&id) else { continue };
        let pools: Vec<_> = world.pools_of(id).cloned().collect();
        let mut devices = control.devices(&actor, &world, id)?;
        for node in nodes.iter() {
            let devices = devices.remove(&node.name).unwrap_or_default();
            facts.push(NodeFacts {
                cluster: cluster.name.clone(),
                pool: node.pool(&pools).map(|pool| pool.name.to_string()).unwrap_or_default(),
                name: node.name.to_string(),
                not_ready: match &node.ready {
                    Readiness::Ready => None,
                    Readiness::NotReady { why, .. } => Some(why.clone()),
                },
                gpu_type: node
                    .gpus
                    .first()
                    .map(|gpu| format!("{}, {}", gpu.kind, gpu.memory))
                    .unwrap_or_default(),
                cpu: node.cpu.to_string(),
                memory: node.memory.to_string(),
                devices: devices.into_iter().map(|d| d.into_iter().map(part).collect()).collect(),
            });
        }
    }
    Ok(NodesShown { nodes: facts, notes: control.cluster_notes(&actor, &world)? })
}

#[cfg(feature = "ssr")]
fn part(part: control::DevicePart) -> DevicePart {
    let control::DevicePart { project, workload, portion } = part;
    DevicePart { project: project.0, name: workload.to_string(), portion }
}

#[component]
pub fn NodesPage() -> impl IntoView {
    let nodes = load(|| (), |()| nodes());
    view! {
        <Title text="Nodes"/>
        <Page title="Nodes" about=Some("Every GPU of every node, and what lies on it now.".to_owned())>
            <Loaded of=nodes view=|shown| view! { <Nodes shown/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Nodes(shown: NodesShown) -> impl IntoView {
    let NodesShown { nodes, notes } = shown;
    if nodes.is_empty() {
        return view! {
            <Empty icon=IconName::Nodes title="No nodes yet"
                about="Nodes appear here as soon as a cluster has told of them."/>
        }
        .into_any();
    }
    let notes: Vec<_> =
        notes.into_iter().map(|note| view! { <Note tone=Tone::Info>{note}</Note> }).collect();
    let is_admin = i_may(Doing::Update, ResourceType::Settings);
    let rows: Vec<_> = nodes.iter().cloned().map(|facts| row(facts, is_admin)).collect();
    let head = move || {
        view! {
            <Column title="Node"/>
            <Column title="Status"/>
            <Column title="Node pool"/>
            <Column title="GPU type"/>
            <Column title="GPUs in use" number=true/>
            <Column title="CPU" number=true/>
            <Column title="Memory" number=true/>
            {is_admin.then(|| view! { <Column title="Actions" quiet=true/> })}
        }
    };
    view! {
        <Stack>
            {notes}
            <Card title="GPU map"><Map nodes/></Card>
            <Table label="Nodes" head>{rows}</Table>
        </Stack>
    }
    .into_any()
}

/// One square a GPU, by pool and node.
#[component]
fn Map(nodes: Vec<NodeFacts>) -> impl IntoView {
    let mut pools: Vec<String> = nodes.iter().map(|facts| facts.pool.clone()).collect();
    pools.sort();
    pools.dedup();
    let sections = pools.into_iter().filter_map(|pool| {
        let of_pool: Vec<_> =
            nodes.iter().filter(|f| f.pool == pool && !f.devices.is_empty()).collect();
        let total: usize = of_pool.iter().map(|facts| facts.devices.len()).sum();
        let used: f64 = of_pool.iter().map(|facts| used(facts)).sum();
        let figure = format!("{} of {total} GPUs", decimals(used));
        let rows = of_pool.iter().map(|facts| map_row(facts)).collect_view();
        (total > 0).then(|| crate::widgets::map_pool(pool, figure, rows.into_any()))
    });
    sections.collect_view()
}

fn map_row(facts: &NodeFacts) -> AnyView {
    let name = facts.name.clone();
    let cells = facts.devices.iter().enumerate().map(|(index, parts)| {
        let parts = parts.iter().map(|part| CellPart {
            project: part.project,
            name: part.name.clone(),
            portion: part.portion,
        });
        let parts: Vec<_> = parts.collect();
        view! { <GpuCell place=format!("{name}, GPU {index}") parts=parts/> }
    });
    crate::widgets::map_node(name.clone(), cells.collect_view().into_any())
}

fn used(facts: &NodeFacts) -> f64 {
    facts.devices.iter().flatten().map(|part| part.portion.as_f64()).sum()
}

fn row(facts: NodeFacts, is_admin: bool) -> AnyView {
    let used = used(&facts);
    let total = facts.devices.len();
    let NodeFacts { pool, name, cluster, not_ready, gpu_type, cpu, memory, .. } = facts;
    let status = match not_ready {
        None => view! { <Status shape=StatusShape::Disc tone=Tone::Good word="Ready"/> }.into_any(),
        Some(why) => view! {
            <Status shape=StatusShape::Triangle tone=Tone::Warn word="Not ready" reason=why/>
        }
        .into_any(),
    };
    let what_if = what_if::drain_href(&name);
    let gpu_type = if gpu_type.is_empty() { "–".to_owned() } else { gpu_type };
    view! {
        <Tr>
            <NameCell sub=move || cluster.clone().into_any()>{name}</NameCell>
            <StatusCell>{status}</StatusCell>
            <Td label="Node pool">{pool}</Td>
            <Td label="GPU type">{gpu_type}</Td>
            <Td label="GPUs in use" number=true>{format!("{} of {}", decimals(used), total)}</Td>
            <Td label="CPU" number=true>{cpu}</Td>
            <Td label="Memory" number=true>{memory}</Td>
            {is_admin.then(|| view! {
                <ActionCell>
                    <LinkButton href=what_if size=ButtonSize::Small kind=ButtonKind::Plain>"What if I drain this…"</LinkButton>
                </ActionCell>
            })}
        </Tr>
    }
    .into_any()
}
