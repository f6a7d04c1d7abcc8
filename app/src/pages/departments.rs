//! Departments: how much each is promised and uses, and what holds in it.

#[cfg(feature = "ssr")]
use domain::access::Resource;
use domain::{
    DepartmentId, Gpus, Scope,
    access::{Action as Doing, ResourceType},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    Loaded, policies,
    units::{
        Deleting, Doomed,
        data::{Unit, UnitRights},
    },
};
#[cfg(feature = "ssr")]
use crate::{caller::caller, pages::workspaces::data::facts};
use crate::{
    error::UiError,
    identity::i_may,
    ui::{
        ActionCell, ButtonKind, ButtonSize, Column, Empty, IconName, LinkButton, Menu, MenuItem,
        NameCell, Page, Row, Table, Td, Tr,
    },
    widgets::QuotaBar,
    wire::{Call, load},
};

/// Where the page is.
pub const PAGE: &str = "/departments";

/// A department as the table shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentFacts {
    pub id: DepartmentId,
    pub name: String,
    pub cluster: String,
    pub projects: usize,
    /// GPUs in use, over all pools.
    pub used: Gpus,
    pub used_non_preemptible: Gpus,
    /// GPUs promised, over all pools; `None` is unlimited.
    pub quota: Option<Gpus>,
    pub may: UnitRights,
}

/// The departments that the signed-in person may see.
#[server(prefix = "/ui", endpoint = "departments", protocol = Call)]
pub async fn list_departments() -> Result<Vec<DepartmentFacts>, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let departments = control.departments(&actor, &world)?;
    let facts = |department: &domain::org::Department| {
        let (on, scope) = (Resource::Department(department.id), Scope::Department(department.id));
        let may = UnitRights::of(&actor, on, scope);
        DepartmentFacts { may, ..facts_of(&world, department) }
    };
    Ok(departments.iter().map(facts).collect())
}

#[cfg(feature = "ssr")]
fn facts_of(world: &control::World, of: &domain::org::Department) -> DepartmentFacts {
    let is_own = |id| world.is_below(id, Scope::Department(of.id));
    let (used, used_non_preemptible) = facts::used(world, is_own);
    let cluster = world.clusters.get(&of.cluster);
    DepartmentFacts {
        id: of.id,
        name: of.name.to_string(),
        cluster: cluster.map(|cluster| cluster.name.clone()).unwrap_or_default(),
        projects: world.projects.keys().filter(|id| is_own(**id)).count(),
        used,
        used_non_preemptible,
        quota: facts::promised(world, of.cluster, |pool| of.quota(pool)),
        may: UnitRights::default(),
    }
}

#[component]
pub fn DepartmentsPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let departments = load(move || version.get(), |_| list_departments());
    let new = || {
        i_may(Doing::Create, ResourceType::Departments).then(|| view! {
            <LinkButton href=Unit::Department.new_href() kind=ButtonKind::Primary caps=true>"+New department"</LinkButton>
        })
    };
    view! {
        <Title text="Departments"/>
        <Page title="Departments" about=Some("What each department is promised, and what its projects use now.".to_owned()) actions=new>
            <Loaded of=departments view=move |departments| view! { <Departments departments version/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Departments(departments: Vec<DepartmentFacts>, version: RwSignal<i32>) -> impl IntoView {
    let doomed = Doomed::none(Unit::Department);
    if departments.is_empty() {
        return view! {
            <Empty icon=IconName::Departments title="No department"
                about="A department holds projects and the quota that they share."/>
        }
        .into_any();
    }
    let head = || {
        view! {
            <Column title="Department"/>
            <Column title="Cluster"/>
            <Column title="Projects" number=true/>
            <Column title="GPU quota, all pools"/>
            <Column title="Actions" quiet=true/>
        }
    };
    let rows = departments.into_iter().map(|of| row(of, doomed)).collect_view();
    view! {
        <Table label="Departments" head>{rows}</Table>
        <Deleting doomed version/>
    }
    .into_any()
}

fn row(of: DepartmentFacts, doomed: Doomed) -> AnyView {
    let DepartmentFacts { id, name, cluster, projects, used, used_non_preemptible, quota, may } =
        of;
    let policy = policies::address(policies::VIEW, Scope::Department(id));
    let (solid, own) = (used_non_preemptible, name.clone());
    let (number, asked, label) = (id.0, name.clone(), format!("Actions for {name}"));
    view! {
        <Tr>
            <NameCell>{own}</NameCell>
            <Td label="Cluster">{cluster}</Td>
            <Td label="Projects" number=true>{projects}</Td>
            <Td label="GPU quota"><QuotaBar name bare=true before=used after=used solid quota/></Td>
            <ActionCell>
                <Row>
                    {may.policy.then(|| view! {
                        <LinkButton href=policy size=ButtonSize::Small kind=ButtonKind::Plain caps=true>"View policy"</LinkButton>
                    })}
                    {(may.edit || may.delete).then(|| view! {
                        <Menu label>
                            {may.edit.then(|| view! {
                                <MenuItem icon=IconName::Edit href=Unit::Department.edit_href(number)>"Edit"</MenuItem>
                            })}
                            {may.delete.then(|| view! {
                                <MenuItem icon=IconName::Trash on_press=move |()| doomed.ask(number, asked.clone())>"Delete"</MenuItem>
                            })}
                        </Menu>
                    })}
                </Row>
            </ActionCell>
        </Tr>
    }
    .into_any()
}
