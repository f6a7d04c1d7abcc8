//! The table of written policies.

use domain::access::{Action as Doing, ResourceType};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    EDIT, NEW, VIEW, address,
    data::{PolicyLine, Written, delete_policy, list_policies},
};
use crate::{
    identity::i_may,
    pages::{Loaded, say_outcome},
    ui::{
        ActionCell, Button, ButtonKind, ButtonSize, Column, Dialog, Empty, IconName, Keep,
        LinkButton, Menu, MenuItem, NameCell, Note, Page, Row, SearchInput, Sorted, Stack, Status,
        StatusCell, StatusShape, Table, Td, Tone, Toolbar, Tr,
    },
    wire::load,
};

const ABOUT: &str = "What workspaces get by default and what they have to keep to, in the form, the command line and the API alike.";

#[component]
pub fn PoliciesPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let written = load(move || version.get(), |_| list_policies());
    let may_write = i_may(Doing::Update, ResourceType::Policies);
    let new = move || {
        may_write.then(|| view! {
            <LinkButton href=NEW.to_owned() kind=ButtonKind::Primary caps=true>"+New policy"</LinkButton>
        })
    };
    view! {
        <Title text="Policies"/>
        <Page title="Policies" about=Some(ABOUT.to_owned()) actions=new>
            <Loaded of=written view=move |written| view! { <Policies written version/> }.into_any()/>
        </Page>
    }
}

/// What the rows are sorted by.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Name,
    Place,
    Author,
    Created,
    Updated,
}

impl By {
    fn key(self, row: &PolicyLine) -> &str {
        match self {
            Self::Name => &row.name,
            Self::Place => &row.place,
            Self::Author => &row.created_by,
            Self::Created => &row.created_at,
            Self::Updated => &row.updated_at,
        }
    }
}

#[component]
fn Policies(written: Written, version: RwSignal<i32>) -> impl IntoView {
    let off = written.is_off.then(|| {
        view! {
            <Note tone=Tone::Warn>
                "Policies are switched off in General settings: only the built-in rules hold. What is written here is kept."
            </Note>
        }
    });
    let rows = match written.rows.is_empty() {
        true => view! { <NoPolicy/> }.into_any(),
        false => view! { <PolicyRows rows=written.rows version/> }.into_any(),
    };
    view! { <Stack>{off}{rows}</Stack> }
}

#[component]
fn NoPolicy() -> impl IntoView {
    view! {
        <Empty icon=IconName::Policy title="No policy yet"
            about="A policy fills in fields, sets limits and adds data sources, for everybody or for one cluster, department or project.">
            <LinkButton href=NEW.to_owned() kind=ButtonKind::Primary caps=true>"+New policy"</LinkButton>
        </Empty>
    }
}

/// What the rows are sorted by, and which way.
type Sorting = RwSignal<(By, Sorted)>;

#[component]
fn PolicyRows(rows: Vec<PolicyLine>, version: RwSignal<i32>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let sorted: Sorting = RwSignal::new((By::Name, Sorted::Up));
    let doomed = Doomed::none();
    let found = Memo::new(move |_| found(&rows, &search.get(), sorted.get()));
    let shown = move || found.get().into_iter().map(|row| policy_row(row, doomed)).collect_view();
    let none = move || {
        let is_none = found.with(Vec::is_empty);
        is_none.then(|| view! { <Note>"No policy fits the search."</Note> })
    };
    let refresh = move || {
        view! {
            <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Refresh
                on_press=move |()| version.update(|n| *n += 1)>"Refresh"</Button>
        }
    };
    view! {
        <Toolbar end=refresh><SearchInput name="search" value=search label="Search"/></Toolbar>
        <Table label="Policies" head=move || head(sorted)>{shown}</Table>
        {none}
        <Deleting doomed version/>
    }
}

/// The rows that have the word, in order.
fn found(rows: &[PolicyLine], word: &str, (by, way): (By, Sorted)) -> Vec<PolicyLine> {
    let word = word.to_lowercase();
    let has = |row: &&PolicyLine| {
        let texts = [&row.name, &row.place, &row.created_by];
        texts.iter().any(|text| text.to_lowercase().contains(&word))
    };
    let mut found: Vec<_> = rows.iter().filter(has).cloned().collect();
    found.sort_by(|a, b| match way {
        Sorted::Up => by.key(a).cmp(by.key(b)),
        Sorted::Down => by.key(b).cmp(by.key(a)),
    });
    found
}

fn head(sorted: Sorting) -> AnyView {
    let column = move |title: &'static str, by: By, keep: Keep| {
        let now =
            Signal::derive(move || Some(sorted.get()).filter(|(own, _)| *own == by).map(|it| it.1));
        let sort = Callback::new(move |()| {
            let up = now.get_untracked() != Some(Sorted::Up);
            sorted.set((by, if up { Sorted::Up } else { Sorted::Down }));
        });
        view! { <Column title keep sorted=now on_sort=sort/> }
    };
    view! {
        {column("Policy", By::Name, Keep::Always)}
        <Column title="Type"/>
        <Column title="Status"/>
        {column("Scope", By::Place, Keep::Always)}
        {column("Created by", By::Author, Keep::Fourth)}
        {column("Creation time", By::Created, Keep::Fourth)}
        {column("Last updated", By::Updated, Keep::Third)}
        <Column title="Actions" quiet=true/>
    }
    .into_any()
}

fn policy_row(row: PolicyLine, doomed: Doomed) -> AnyView {
    let may_write = row.may_write;
    let (edit, see) = (address(EDIT, row.scope), address(VIEW, row.scope));
    let status = match row.problem.clone() {
        None => view! { <Status shape=StatusShape::Disc tone=Tone::Good word="Ready"/> }.into_any(),
        Some(reason) => {
            view! { <Status shape=StatusShape::Triangle tone=Tone::Warn word="Conflict" reason/> }
                .into_any()
        }
    };
    let (name, label) = (row.name.clone(), format!("Actions for {}", row.name));
    let open = edit.clone();
    let own = row.clone();
    view! {
        <Tr>
            <NameCell icon=IconName::Policy><a href=open>{name}</a></NameCell>
            <Td label="Type">"Workspace"</Td>
            <StatusCell>{status}</StatusCell>
            <Td label="Scope">{row.place.clone()}</Td>
            <Td label="Created by" keep=Keep::Fourth>{row.created_by}</Td>
            <Td label="Creation time" keep=Keep::Fourth>{row.created_at}</Td>
            <Td label="Last updated" keep=Keep::Third>{row.updated_at}</Td>
            <ActionCell>
                <Menu label>
                    <MenuItem icon=IconName::Eye href=see>"View policy"</MenuItem>
                    {may_write.then(|| view! {
                        <MenuItem icon=IconName::Edit href=edit>"Edit"</MenuItem>
                        <MenuItem icon=IconName::Trash on_press=move |()| doomed.ask(own.clone())>"Delete"</MenuItem>
                    })}
                </Menu>
            </ActionCell>
        </Tr>
    }
    .into_any()
}

/// The policy that somebody wants to delete, while they are asked.
#[derive(Clone, Copy)]
struct Doomed {
    row: RwSignal<Option<PolicyLine>>,
    open: RwSignal<bool>,
}

impl Doomed {
    fn none() -> Self {
        Self { row: RwSignal::new(None), open: RwSignal::new(false) }
    }

    fn ask(self, row: PolicyLine) {
        self.row.set(Some(row));
        self.open.set(true);
    }
}

/// Asks before a policy is removed.
#[component]
fn Deleting(doomed: Doomed, version: RwSignal<i32>) -> impl IntoView {
    let open = doomed.open;
    let delete = Action::new(move |row: &PolicyLine| delete_policy(row.scope, row.revision));
    say_outcome(delete.value().into(), move || version.update(|n| *n += 1));
    let press = move |()| {
        if let Some(row) = doomed.row.get_untracked() {
            delete.dispatch(row);
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
        doomed.row.get().map(|row| {
            format!(
                "{} no longer holds for {} once it is deleted. Workloads that are there stay as they are. Its versions stay: + New policy for the same scope shows them.",
                row.name, row.place
            )
        })
    };
    view! { <Dialog open title="Delete policy?" id="delete-policy" footer><p>{words}</p></Dialog> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_a_word_and_sorted() {
        let row = |name: &str, place: &str| PolicyLine {
            scope: domain::Scope::Account,
            name: name.into(),
            revision: None,
            place: place.into(),
            problem: None,
            created_by: "ada".into(),
            created_at: String::new(),
            updated_at: String::new(),
        };
        let rows = [row("b", "project x"), row("a", "account"), row("c", "Project y")];
        let said =
            |word, by| found(&rows, word, by).into_iter().map(|row| row.name).collect::<String>();
        assert_eq!(said("", (By::Name, Sorted::Up)), "abc");
        assert_eq!(said("PROJECT", (By::Name, Sorted::Down)), "cb");
        assert_eq!(said("nobody", (By::Place, Sorted::Up)), "");
    }
}
