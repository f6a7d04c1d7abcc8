//! The table of written policies.

use domain::{
    ScopeLevel,
    access::{Action as Doing, ResourceType},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    EDIT, NEW, VIEW, address,
    data::{PolicyLine, Written, delete_policy, list_policies},
};
use crate::{
    browser::lower,
    identity::i_may,
    pages::{Loaded, say_outcome},
    ui::{
        ActionCell, Button, ButtonKind, Choice, Column, Dialog, Empty, IconName, Keep, LinkButton,
        Menu, MenuItem, NameCell, Narrow, Note, Page, Row, SearchInput, Select, Sorted, Stack,
        Status, StatusCell, StatusShape, Table, Td, Tone, Toolbar, Tr,
    },
    widgets::{Refresh, Shown},
    wire::load,
    words::capital,
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
    // Made here: a refresh draws the rows anew, and what was chosen stays.
    let tools = Tools::new();
    view! {
        <Title text="Policies"/>
        <Page title="Policies" about=Some(ABOUT.to_owned()) actions=new>
            <Toolbar end=move || view! { {tools.shown.chooser()} <Refresh version/> }>
                <SearchInput name="search" value=tools.search label="Search"/>
                <Narrow><Select name="level" value=tools.level choices=levels() label="Scope"/></Narrow>
                <Narrow><Select name="status" value=tools.status choices=statuses() label="Status"/></Narrow>
            </Toolbar>
            <Loaded of=written view=move |written| view! { <Policies written version tools/> }.into_any()/>
        </Page>
    }
}

/// What people look for, and how. Cheap to copy.
#[derive(Clone, Copy)]
struct Tools {
    search: RwSignal<String>,
    /// The name of a level of scopes; empty is all.
    level: RwSignal<String>,
    /// Empty is all.
    status: RwSignal<String>,
    sorted: RwSignal<(By, Sorted)>,
    shown: Shown,
}

impl Tools {
    fn new() -> Self {
        let nothing = || RwSignal::new(String::new());
        Self {
            search: nothing(),
            level: nothing(),
            status: nothing(),
            sorted: RwSignal::new((By::Name, Sorted::Up)),
            shown: Shown::of(CELLS.map(|(title, ..)| (title, true))),
        }
    }

    fn asked(self) -> Asked {
        Asked { word: self.search.get(), level: self.level.get(), status: self.status.get() }
    }
}

/// What rows must have.
#[derive(Clone, Debug, Default)]
struct Asked {
    word: String,
    level: String,
    status: String,
}

const READY: &str = "Ready";
const CONFLICT: &str = "Conflict";

/// The columns after the name: title, what they sort by, and how they give way.
const CELLS: [(&str, Option<By>, Keep); 6] = [
    ("Type", None, Keep::Always),
    ("Status", None, Keep::Always),
    ("Scope", Some(By::Place), Keep::Always),
    ("Created by", Some(By::Author), Keep::Fourth),
    ("Creation time", Some(By::Created), Keep::Fourth),
    ("Last updated", Some(By::Updated), Keep::Third),
];

fn levels() -> Vec<Choice> {
    let levels =
        [ScopeLevel::Account, ScopeLevel::Cluster, ScopeLevel::Department, ScopeLevel::Project];
    let each = levels.map(|level| Choice::new(level.name(), capital(level.noun())));
    std::iter::once(Choice::new("", "Scope: all")).chain(each).collect()
}

fn statuses() -> Vec<Choice> {
    let each = [READY, CONFLICT].map(|status| Choice::new(status, status));
    std::iter::once(Choice::new("", "Status: all")).chain(each).collect()
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
fn Policies(written: Written, version: RwSignal<i32>, tools: Tools) -> impl IntoView {
    let off = written.is_off.then(|| {
        view! {
            <Note tone=Tone::Warn>
                "Policies are switched off in General settings: only the built-in rules hold. What is written here is kept."
            </Note>
        }
    });
    let rows = match written.rows.is_empty() {
        true => view! { <NoPolicy/> }.into_any(),
        false => view! { <PolicyRows rows=written.rows version tools/> }.into_any(),
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

#[component]
fn PolicyRows(rows: Vec<PolicyLine>, version: RwSignal<i32>, tools: Tools) -> impl IntoView {
    let doomed = Doomed::none();
    let found = Memo::new(move |_| found(&rows, &tools.asked(), tools.sorted.get()));
    let drawn = move || {
        let rows = found.get().into_iter();
        rows.map(|row| policy_row(row, doomed, tools.shown)).collect_view()
    };
    let none = move || {
        let is_none = found.with(Vec::is_empty);
        is_none.then(|| view! { <Note>"No policy fits what is searched and filtered by."</Note> })
    };
    view! {
        <Table label="Policies" head=move || head(tools)>{drawn}</Table>
        {none}
        <Deleting doomed version/>
    }
}

/// The rows that have what is asked for, in order.
fn found(rows: &[PolicyLine], asked: &Asked, (by, way): (By, Sorted)) -> Vec<PolicyLine> {
    let word = lower(&asked.word);
    let has = |row: &&PolicyLine| {
        let texts = [&row.name, &row.place, &row.created_by];
        let is_level = asked.level.is_empty() || row.scope.level().name() == asked.level;
        let is_status = asked.status.is_empty() || status_of(row) == asked.status;
        is_level && is_status && texts.iter().any(|text| lower(text).contains(&word))
    };
    let mut found: Vec<_> = rows.iter().filter(has).cloned().collect();
    found.sort_by(|a, b| match way {
        Sorted::Up => by.key(a).cmp(by.key(b)),
        Sorted::Down => by.key(b).cmp(by.key(a)),
    });
    found
}

fn status_of(row: &PolicyLine) -> &'static str {
    if row.problem.is_some() { CONFLICT } else { READY }
}

fn head(tools: Tools) -> AnyView {
    let sorted = tools.sorted;
    let column = move |title: &'static str, by: Option<By>, keep: Keep| {
        let Some(by) = by else { return view! { <Column title keep/> }.into_any() };
        let now =
            Signal::derive(move || Some(sorted.get()).filter(|(own, _)| *own == by).map(|it| it.1));
        let sort = Callback::new(move |()| {
            let up = now.get_untracked() != Some(Sorted::Up);
            sorted.set((by, if up { Sorted::Up } else { Sorted::Down }));
        });
        view! { <Column title keep sorted=now on_sort=sort/> }.into_any()
    };
    let cells = CELLS.into_iter().enumerate();
    let cells = cells.map(move |(at, (title, by, keep))| {
        move || tools.shown.is_on(at).then(|| column(title, by, keep))
    });
    view! {
        {column("Policy", Some(By::Name), Keep::Always)}
        {cells.collect_view()}
        <Column title="Actions" quiet=true/>
    }
    .into_any()
}

fn policy_row(row: PolicyLine, doomed: Doomed, shown: Shown) -> AnyView {
    let may_write = row.may_write;
    let (edit, see) = (address(EDIT, row.scope), address(VIEW, row.scope));
    let (name, label) = (row.name.clone(), format!("Actions for {}", row.name));
    let open = edit.clone();
    let own = row.clone();
    let row = StoredValue::new(row);
    let cells = CELLS.into_iter().enumerate().map(move |(at, (title, _, keep))| {
        move || shown.is_on(at).then(|| row.with_value(|row| cell(row, title, keep)))
    });
    view! {
        <Tr>
            <NameCell icon=IconName::Policy><a href=open>{name}</a></NameCell>
            {cells.collect_view()}
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

fn cell(row: &PolicyLine, title: &'static str, keep: Keep) -> AnyView {
    let text = match title {
        "Status" => return status(row),
        "Scope" => row.place.clone(),
        "Created by" => row.created_by.clone(),
        "Creation time" => row.created_at.clone(),
        "Last updated" => row.updated_at.clone(),
        _ => "Workspace".to_owned(),
    };
    view! { <Td label=title keep>{text}</Td> }.into_any()
}

fn status(row: &PolicyLine) -> AnyView {
    let status = match row.problem.clone() {
        None => view! { <Status shape=StatusShape::Disc tone=Tone::Good word=READY/> }.into_any(),
        Some(reason) => {
            view! { <Status shape=StatusShape::Triangle tone=Tone::Warn word=CONFLICT reason/> }
                .into_any()
        }
    };
    view! { <StatusCell>{status}</StatusCell> }.into_any()
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
    use domain::{ProjectId, Scope};

    use super::*;

    #[test]
    fn rows_are_found_by_word_scope_and_status_and_sorted() {
        let row = |name: &str, scope: Scope, place: &str, problem: Option<&str>| PolicyLine {
            scope,
            name: name.into(),
            revision: None,
            place: place.into(),
            problem: problem.map(str::to_owned),
            may_write: true,
            created_by: "ada".into(),
            created_at: String::new(),
            updated_at: String::new(),
        };
        let project = |id| Scope::Project(ProjectId(id));
        let rows = [
            row("b", project(1), "project x", Some("too much")),
            row("a", Scope::Account, "account", None),
            row("c", project(2), "Project y", None),
        ];
        let said = |(word, level, status): (&str, &str, &str), by| {
            let asked = Asked { word: word.into(), level: level.into(), status: status.into() };
            found(&rows, &asked, by).into_iter().map(|row| row.name).collect::<String>()
        };
        let by_name = (By::Name, Sorted::Up);
        assert_eq!(said(("", "", ""), by_name), "abc");
        assert_eq!(said(("PROJECT", "", ""), (By::Name, Sorted::Down)), "cb");
        assert_eq!(said(("nobody", "", ""), (By::Place, Sorted::Up)), "");
        assert_eq!(said(("", "project", ""), by_name), "bc");
        assert_eq!(said(("", "project", READY), by_name), "c");
        assert_eq!(said(("", "", CONFLICT), by_name), "b");
    }
}
