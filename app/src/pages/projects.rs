//! Projects: who has how much of what, to read.

use domain::Scope;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    Loaded, policies,
    workspaces::data::{Places, ProjectFacts, list_places},
};
use crate::{
    ui::{
        ActionCell, ButtonKind, ButtonSize, Column, Empty, IconName, LinkButton, NameCell, Page,
        Row, Table, Td, Tr,
    },
    widgets::{Flag, QuotaLine},
    wire::load,
};

/// Where the page is.
pub const PAGE: &str = "/projects";

#[component]
pub fn ProjectsPage() -> impl IntoView {
    let places = load(|| (), |()| list_places());
    view! {
        <Title text="Projects"/>
        <Page title="Projects" about=Some("What each project is promised, and what it uses now.".to_owned())>
            <Loaded of=places view=|places| view! { <Projects places/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Projects(places: Places) -> impl IntoView {
    if places.projects.is_empty() {
        return view! {
            <Empty icon=IconName::Projects title="No project"
                about="A project holds workspaces and the quota that they use."/>
        }
        .into_any();
    }
    let cluster_name = |facts: &ProjectFacts| {
        let found = places.clusters.iter().find(|cluster| cluster.id == facts.cluster);
        found.map(|cluster| cluster.name.clone()).unwrap_or_default()
    };
    let rows: Vec<_> =
        places.projects.iter().map(|facts| (facts.clone(), cluster_name(facts))).collect();
    let rows = rows.into_iter().map(|(facts, cluster)| {
        let number = facts.id.0;
        let (name, department) = (facts.name.clone(), facts.department.clone());
        let policy = policies::address(policies::VIEW, Scope::Project(facts.id));
        view! {
            <Tr>
                <NameCell><Row><Flag project=number/> {name}</Row></NameCell>
                <Td label="Department">{department}</Td>
                <Td label="Cluster">{cluster}</Td>
                <Td label="GPU quota"><QuotaLine facts bare=true/></Td>
                <ActionCell>
                    <LinkButton href=policy size=ButtonSize::Small kind=ButtonKind::Plain caps=true>"View policy"</LinkButton>
                </ActionCell>
            </Tr>
        }
    });
    let head = || {
        view! {
            <Column title="Project"/>
            <Column title="Department"/>
            <Column title="Cluster"/>
            <Column title="GPU quota, all pools"/>
            <Column title="Actions" quiet=true/>
        }
    };
    view! { <Table label="Projects" head>{rows.collect_view()}</Table> }.into_any()
}
