//! Projects: who has how much of what. Administrators make, change and delete them.

use domain::{
    Scope,
    access::{Action as Doing, ResourceType},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    Loaded, policies,
    units::{Deleting, Doomed, data::Unit},
    workspaces::data::{Places, ProjectFacts, list_places},
};
use crate::{
    identity::i_may,
    ui::{
        ActionCell, ButtonKind, ButtonSize, Column, Empty, IconName, LinkButton, Menu, MenuItem,
        NameCell, Page, Row, Table, Td, Tr,
    },
    widgets::{Flag, QuotaLine},
    wire::load,
};

/// Where the page is.
pub const PAGE: &str = "/projects";

#[component]
pub fn ProjectsPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let places = load(move || version.get(), |_| list_places());
    let new = || {
        i_may(Doing::Create, ResourceType::Projects).then(|| view! {
            <LinkButton href=Unit::Project.new_href() kind=ButtonKind::Primary caps=true>"+New project"</LinkButton>
        })
    };
    view! {
        <Title text="Projects"/>
        <Page title="Projects" about=Some("What each project is promised, and what it uses now.".to_owned()) actions=new>
            <Loaded of=places view=move |places| view! { <Projects places version/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Projects(places: Places, version: RwSignal<i32>) -> impl IntoView {
    let doomed = Doomed::none(Unit::Project);
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
    let rows = rows.into_iter().map(move |(facts, cluster)| {
        let (number, may) = (facts.id.0, facts.may);
        let (name, department) = (facts.name.clone(), facts.department.clone());
        let (own, label) = (name.clone(), format!("Actions for {name}"));
        let policy = policies::address(policies::VIEW, Scope::Project(facts.id));
        view! {
            <Tr>
                <NameCell><Row><Flag project=number/> {name}</Row></NameCell>
                <Td label="Department">{department}</Td>
                <Td label="Cluster">{cluster}</Td>
                <Td label="GPU quota"><QuotaLine facts bare=true/></Td>
                <ActionCell>
                    <Row>
                        {may.policy.then(|| view! {
                            <LinkButton href=policy size=ButtonSize::Small kind=ButtonKind::Plain caps=true>"View policy"</LinkButton>
                        })}
                        {(may.edit || may.delete).then(|| view! {
                            <Menu label>
                                {may.edit.then(|| view! {
                                    <MenuItem icon=IconName::Edit href=Unit::Project.edit_href(number)>"Edit"</MenuItem>
                                })}
                                {may.delete.then(|| view! {
                                    <MenuItem icon=IconName::Trash on_press=move |()| doomed.ask(number, own.clone())>"Delete"</MenuItem>
                                })}
                            </Menu>
                        })}
                    </Row>
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
    view! {
        <Table label="Projects" head>{rows.collect_view()}</Table>
        <Deleting doomed version/>
    }
    .into_any()
}
