//! Clusters: whether each answers and why not, what Berth may do there, and what workspaces cannot have.

pub mod data;
#[cfg(feature = "ssr")]
mod made;

use domain::{
    access::{Action as Doing, ResourceType},
    contact::ClusterState,
};
use leptos::prelude::*;
use leptos_meta::Title;

use self::data::{ClusterRow, LackRow, RightRow, list_clusters};
use super::Loaded;
use crate::{
    identity::i_may,
    ui::{
        Band, Card, CodeBlock, Column, Keep, NameCell, Note, Page, Row, Stack, Status, StatusCell,
        StatusShape, Table, Td, Tone, Tr,
    },
    widgets::Refresh,
    wire::load,
    words::capital,
};

/// Where the page is.
pub const PAGE: &str = "/clusters";

const ABOUT: &str =
    "What runs the workspaces: whether it answers, what Berth may do there, and what it lacks.";
/// What adds one.
const ADD: &str = "berth cluster kubernetes check --kubeconfig FILE
berth cluster kubernetes add NAME --kubeconfig FILE --data FOLDER";

#[component]
pub fn ClustersPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let clusters = load(move || version.get(), |_| list_clusters());
    view! {
        <Title text="Clusters"/>
        <Page title="Clusters" about=Some(ABOUT.to_owned()) actions=move || view! { <Refresh version/> }>
            <Loaded of=clusters view=|clusters| view! { <Clusters clusters/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Clusters(clusters: Vec<ClusterRow>) -> impl IntoView {
    let head = || {
        view! {
            <Column title="Cluster"/>
            <Column title="Status"/>
            <Column title="Version" keep=Keep::Third/>
            <Column title="Last connected" keep=Keep::Third/>
            <Column title="Nodes" number=true/>
            <Column title="GPUs in use" number=true/>
            <Column title="Added" keep=Keep::Fourth/>
        }
    };
    let rows = clusters.iter().cloned().map(row).collect_view();
    let details = clusters.into_iter().map(|cluster| view! { <Details cluster/> }).collect_view();
    let adding = i_may(Doing::Update, ResourceType::Settings).then(|| view! { <Adding/> });
    view! {
        <Stack>
            <Table label="Clusters" head>{rows}</Table>
            {details}
            {adding}
        </Stack>
    }
    .into_any()
}

fn row(of: ClusterRow) -> AnyView {
    let (shape, tone) = match of.state {
        ClusterState::Connected => (StatusShape::Disc, Tone::Good),
        ClusterState::WaitingToConnect => (StatusShape::Clock, Tone::Plain),
        ClusterState::Disconnected => (StatusShape::Cross, Tone::Bad),
        ClusterState::MissingPrerequisites | ClusterState::ServiceIssues => {
            (StatusShape::Triangle, Tone::Warn)
        }
    };
    let reason = (of.state != ClusterState::Connected).then(|| of.why.first().cloned()).flatten();
    let status = match reason {
        Some(reason) => view! { <Status shape tone word=of.state.words() reason/> }.into_any(),
        None => view! { <Status shape tone word=of.state.words()/> }.into_any(),
    };
    let runs = of.runs;
    view! {
        <Tr>
            <NameCell sub=move || runs.clone().into_any()>{of.name}</NameCell>
            <StatusCell>{status}</StatusCell>
            <Td label="Version" keep=Keep::Third>{of.version}</Td>
            <Td label="Last connected" keep=Keep::Third>{of.last}</Td>
            <Td label="Nodes" number=true>{of.nodes}</Td>
            <Td label="GPUs in use" number=true>{of.gpus}</Td>
            <Td label="Added" keep=Keep::Fourth>{of.added}</Td>
        </Tr>
    }
    .into_any()
}

/// Who binds the pods of a cluster, what Berth may do there, and what it lacks.
#[component]
fn Details(cluster: ClusterRow) -> impl IntoView {
    let ClusterRow { name, state, left_to, shortcomings, rights, lacks, .. } = cluster;
    // Which rights are missing is said in the row above, and in the table.
    let told = usize::from(state == ClusterState::MissingPrerequisites);
    let notes: Vec<_> =
        shortcomings.iter().skip(told).map(|one| capital(&one.to_string())).collect();
    let notes = notes.into_iter().map(|one| view! { <Note tone=Tone::Warn>{one}</Note> });
    let notes = notes.collect_view();
    let left_to = left_to.map(|what| view! { <Note tone=Tone::Info>{what}</Note> }.into_any());
    let may = format!("What Berth may do in {name}");
    let rights = (!rights.is_empty())
        .then(|| view! { <Band title=may.clone()><Rights label=may rights/></Band> }.into_any());
    let cannot = format!("What workspaces cannot have in {name}");
    let lacks = (!lacks.is_empty()).then(|| {
        view! { <Band title=cannot.clone()><Lacks label=cannot lacks/></Band> }.into_any()
    });
    view! { {left_to}{notes}{rights}{lacks} }.into_any()
}

#[component]
fn Rights(label: String, rights: Vec<RightRow>) -> impl IntoView {
    let head = || {
        view! {
            <Column title="What Berth does here"/>
            <Column title="Allowed"/>
            <Column title="Rights" keep=Keep::Third/>
        }
    };
    let rows = rights.into_iter().map(|RightRow { purpose, rights, missing, is_optional }| {
        // What need not be allowed is nothing to be alarmed at.
        let (tone, lacks) = match is_optional {
            true => (Tone::Plain, "Not granted"),
            false => (Tone::Bad, "Missing"),
        };
        let allowed = match missing.is_empty() {
            true => {
                view! { <Status shape=StatusShape::Tick tone=Tone::Good word="Yes"/> }.into_any()
            }
            false => view! {
                <Status shape=StatusShape::Cross tone word="No" reason=format!("{lacks}: {missing}")/>
            }
            .into_any(),
        };
        view! {
            <Tr>
                <NameCell>{capital(&purpose)}</NameCell>
                <StatusCell>{allowed}</StatusCell>
                <Td label="Rights" keep=Keep::Third>{rights}</Td>
            </Tr>
        }
    });
    view! { <Table label head>{rows.collect_view()}</Table> }.into_any()
}

#[component]
fn Lacks(label: String, lacks: Vec<LackRow>) -> impl IntoView {
    let head = || {
        view! {
            <Column title="No workspace here has"/>
            <Column title="Why"/>
            <Column title="Instead" keep=Keep::Third/>
        }
    };
    let rows = lacks.into_iter().map(|LackRow { what, why, instead }| {
        view! {
            <Tr>
                <NameCell>{capital(&what)}</NameCell>
                <Td label="Why">{why}</Td>
                <Td label="Instead" keep=Keep::Third>{instead}</Td>
            </Tr>
        }
    });
    view! { <Table label head>{rows.collect_view()}</Table> }.into_any()
}

#[component]
fn Adding() -> impl IntoView {
    view! {
        <Card title="One more cluster of Kubernetes">
            <Stack>
                <Row>"On the machine where Berth runs, with a kubeconfig of that cluster. It stands here a moment later."</Row>
                <CodeBlock text=Signal::stored(ADD.to_owned()) label="Commands that add a cluster"/>
            </Stack>
        </Card>
    }
    .into_any()
}
