//! Node pools: the table, and how the scheduler is to work in each. Administrators make, change and delete
//! them.

pub mod data;
mod form;
#[cfg(feature = "ssr")]
mod made;

use domain::access::{Action as Doing, ResourceType};
use leptos::prelude::*;
use leptos_meta::Title;

use self::data::{PoolRow, delete_pool, list_pools};
pub use self::form::NodePoolPage;
use super::{Loaded, say_outcome};
use crate::{
    identity::i_may,
    ui::{
        ActionCell, Button, ButtonKind, Column, Dialog, IconName, Keep, LinkButton, Menu, MenuItem,
        NameCell, Page, Row, Table, Td, Tr,
    },
    widgets::QuotaBar,
    wire::load,
};

/// Where the table is.
pub const PAGE: &str = "/node-pools";

const ABOUT: &str =
    "Disjoint sets of nodes, each with its own scheduling. Quotas are promised by pool.";

#[component]
pub fn NodePoolsPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let pools = load(move || version.get(), |_| list_pools());
    let is_admin = i_may(Doing::Create, ResourceType::NodePools);
    let new = move || {
        is_admin.then(|| view! {
            <LinkButton href=format!("{PAGE}/new") kind=ButtonKind::Primary caps=true>"+New node pool"</LinkButton>
        })
    };
    view! {
        <Title text="Node pools"/>
        <Page title="Node pools" about=Some(ABOUT.to_owned()) actions=new>
            <Loaded of=pools view=move |pools| view! { <Pools pools version/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Pools(pools: Vec<PoolRow>, version: RwSignal<i32>) -> impl IntoView {
    let (doomed, open) = (RwSignal::new(None::<(i32, String)>), RwSignal::new(false));
    let head = || {
        view! {
            <Column title="Node pool"/>
            <Column title="Nodes" number=true/>
            <Column title="GPUs in use"/>
            <Column title="Placement" keep=Keep::Third/>
            <Column title="Minimum guaranteed runtime" keep=Keep::Third/>
            <Column title="Time-based fair share" keep=Keep::Third/>
            <Column title="Last updated" keep=Keep::Fourth/>
            <Column title="Actions" quiet=true/>
        }
    };
    let ask = move |id: i32, name: String| {
        doomed.set(Some((id, name)));
        open.set(true);
    };
    let rows = pools.into_iter().map(|pool| row(pool, ask)).collect_view();
    view! {
        <Table label="Node pools" head>{rows}</Table>
        <Deleting doomed open version/>
    }
    .into_any()
}

fn row(of: PoolRow, ask: impl Fn(i32, String) + Copy + Send + Sync + 'static) -> AnyView {
    let is_admin = i_may(Doing::Update, ResourceType::NodePools);
    let (name, id, label) = (of.name.clone(), of.id, of.label);
    let menu = format!("Actions for {name}");
    let (bar, doomed) = (of.name.clone(), of.name.clone());
    let not_now =
        of.is_default.then(|| "The default pool has all nodes that no other pool has".to_owned());
    let quota = Some(of.gpus);
    view! {
        <Tr>
            <NameCell sub=move || label.clone().into_any()>{name}</NameCell>
            <Td label="Nodes" number=true>{of.nodes}</Td>
            <Td label="GPUs in use"><QuotaBar name=bar bare=true before=of.used after=of.used solid=of.solid quota/></Td>
            <Td label="Placement" keep=Keep::Third>{of.placement}</Td>
            <Td label="Minimum guaranteed runtime" keep=Keep::Third>{of.guaranteed}</Td>
            <Td label="Time-based fair share" keep=Keep::Third>{of.history}</Td>
            <Td label="Last updated" keep=Keep::Fourth>{of.updated}</Td>
            <ActionCell>
                {is_admin.then(|| view! {
                    <Menu label=menu>
                        <MenuItem icon=IconName::Edit href=format!("{PAGE}/edit?id={id}")>"Edit"</MenuItem>
                        <MenuItem icon=IconName::Trash not_now=not_now
                            on_press=move |()| ask(id, doomed.clone())>"Delete"</MenuItem>
                    </Menu>
                })}
            </ActionCell>
        </Tr>
    }
    .into_any()
}

/// Asks before a pool is deleted.
#[component]
fn Deleting(
    doomed: RwSignal<Option<(i32, String)>>,
    open: RwSignal<bool>,
    version: RwSignal<i32>,
) -> impl IntoView {
    let delete = Action::new(|id: &i32| delete_pool(*id));
    say_outcome(delete.value().into(), move || version.update(|n| *n += 1));
    let press = move |()| {
        if let Some((id, _)) = doomed.get_untracked() {
            delete.dispatch(id);
        }
        open.set(false);
    };
    let footer = move || {
        view! {
            <Row>
                <Button on_press=move |()| open.set(false)>"Keep it"</Button>
                <Button kind=ButtonKind::Danger on_press=press>"Delete"</Button>
            </Row>
        }
    };
    let words = move || {
        doomed.get().map(|(_, name)| {
            format!("The nodes of {name} are of the default pool then, and what was promised in it is forgotten. While workloads run in it, it is refused.")
        })
    };
    view! { <Dialog open title="Delete node pool?" id="delete-pool" footer><p>{words}</p></Dialog> }
}
