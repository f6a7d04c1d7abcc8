//! The table of a shelf: search, filter, columns, order, and what can be done with a row.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    Head, Shelf, asked,
    data::{Line, Shelved, State, see_shelf},
    dialogs::{Asked, Copying, Deleting, Question, Renaming, UsersOf},
};
use crate::{
    browser::lower,
    pages::{
        Loaded,
        workspaces::setup::{
            EDIT_COMPUTE, EDIT_ENVIRONMENT, EDIT_TEMPLATE, NEW_COMPUTE, NEW_ENVIRONMENT,
            NEW_TEMPLATE,
        },
    },
    ui::{
        ActionCell, Button, ButtonFace, ButtonKind, ButtonSize, Choice, Column, Empty, IconName,
        LinkButton, Menu, MenuItem, NameCell, Narrow, Note, Page, SearchInput, Select, Sorted,
        Stack, Status, StatusCell, StatusShape, Table, Td, Tone, Toolbar, Tr,
    },
    widgets::Shown,
    wire::load,
};

/// A shelf, as its address names it.
#[component]
pub fn ShelfPage() -> impl IntoView {
    let shelf = asked();
    move || match shelf.get() {
        Ok(shelf) => view! { <ShelfTable shelf/> }.into_any(),
        Err(error) => {
            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
        }
    }
}

#[component]
fn ShelfTable(shelf: Shelf) -> impl IntoView {
    let version = RwSignal::new(0);
    let shelved = load(move || version.get(), move |_| see_shelf(shelf));
    view! {
        <Title text=shelf.title()/>
        <Page title=shelf.title().to_owned() about=Some(shelf.about().to_owned())>
            <Loaded of=shelved view=move |shelved| view! { <Filled shelf shelved version/> }.into_any()/>
        </Page>
    }
    .into_any()
}

/// What the rows are sorted by: the name, or a cell.
type Sorting = RwSignal<(Option<usize>, Sorted)>;

#[component]
fn Filled(shelf: Shelf, shelved: Shelved, version: RwSignal<i32>) -> impl IntoView {
    let Shelved { lines, places, may_make } = shelved;
    let make = may_make.then(|| make_menu(shelf));
    if lines.is_empty() {
        let title = format!("No {} yet", shelf.one().to_ascii_lowercase());
        return view! { <Empty icon=shelf.icon() title about=shelf.about().to_owned()>{make}</Empty> }
            .into_any();
    }
    let search = RwSignal::new(String::new());
    let narrowed = RwSignal::new(String::new());
    let sorted: Sorting = RwSignal::new((None, Sorted::Up));
    let shown = Shown::of(shelf.heads().iter().map(|head| (head.title, !head.is_hidden)));
    let asked = Asked::default();
    let filter = narrowing(shelf, &lines, narrowed);
    let found = Memo::new(move |_| {
        let narrow = narrowing_column(shelf).map(|at| (at, narrowed.get()));
        found(&lines, &search.get(), narrow, sorted.get())
    });
    let rows = move || {
        let rows = found.get().into_iter();
        rows.map(|line| row(shelf, line, shown, asked)).collect_view()
    };
    let none = move || {
        found.with(Vec::is_empty).then(|| view! { <Note>"Nothing fits the search."</Note> })
    };
    let end = move || {
        view! {
            {shown.chooser()}
            <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Refresh
                on_press=move |()| version.update(|n| *n += 1)>"Refresh"</Button>
        }
    };
    let again = Callback::new(move |()| version.update(|n| *n += 1));
    view! {
        <Stack>
            <Toolbar end>{make}<SearchInput name="search" value=search label="Search"/>{filter}</Toolbar>
            <Table label=shelf.title() head=move || head(shelf, sorted, shown)>{rows}</Table>
            {none}
            <Deleting shelf asked again/>
            <Renaming shelf asked again/>
            <Copying shelf asked places again/>
            <UsersOf asked/>
        </Stack>
    }
    .into_any()
}

/// The menu that leads to the forms; a link where there is one.
fn make_menu(shelf: Shelf) -> AnyView {
    let word = format!("+New {}", shelf.one().to_ascii_lowercase());
    let at = |slug: &str| format!("{}/new?type={slug}", shelf.href());
    let elsewhere = match shelf {
        Shelf::Environments => Some(NEW_ENVIRONMENT),
        Shelf::Compute => Some(NEW_COMPUTE),
        Shelf::Templates => Some(NEW_TEMPLATE),
        _ => None,
    };
    if let Some(href) = elsewhere {
        return link(href.to_owned(), word);
    }
    match shelf.forms() {
        [] => ().into_any(),
        [one] => link(at(one.slug()), word),
        forms => {
            let items = forms.iter().map(|form| {
                view! { <MenuItem href=at(form.slug())>{form.title()}</MenuItem> }
            });
            let items = items.collect_view();
            let shown = word.clone();
            let face = move || view! { <ButtonFace kind=ButtonKind::Primary text=shown.clone()/> };
            view! { <Menu label=word face left=true>{items}</Menu> }.into_any()
        }
    }
}

fn link(href: String, word: String) -> AnyView {
    view! { <LinkButton href kind=ButtonKind::Primary caps=true>{word}</LinkButton> }.into_any()
}

fn narrowing_column(shelf: Shelf) -> Option<usize> {
    shelf.heads().iter().position(|head| head.narrows)
}

/// A select of the values of the column that narrows the rows down.
fn narrowing(shelf: Shelf, lines: &[Line], value: RwSignal<String>) -> AnyView {
    let Some(at) = narrowing_column(shelf) else { return ().into_any() };
    let title = shelf.heads()[at].title;
    let values: BTreeSet<&String> = lines.iter().filter_map(|line| line.cells.get(at)).collect();
    if values.len() < 2 {
        return ().into_any();
    }
    let all = Choice::new("", format!("{title}: all"));
    let each = values.into_iter().map(|value| Choice::new(value.clone(), value.clone()));
    let choices: Vec<_> = std::iter::once(all).chain(each).collect();
    view! { <Narrow><Select name="narrow" value choices label=title/></Narrow> }.into_any()
}

/// The rows that have the word and the value, in order.
fn found(
    lines: &[Line],
    word: &str,
    narrow: Option<(usize, String)>,
    (by, way): (Option<usize>, Sorted),
) -> Vec<Line> {
    let word = lower(word);
    let has = |line: &&Line| {
        let mut texts = std::iter::once(&line.name).chain(&line.cells);
        texts.any(|text| lower(text).contains(&word))
    };
    let fits = |line: &&Line| match &narrow {
        Some((at, value)) if !value.is_empty() => line.cells.get(*at) == Some(value),
        _ => true,
    };
    let key = |line: &Line| match by.and_then(|at| line.cells.get(at)) {
        Some(cell) => lower(cell),
        None => lower(&line.name),
    };
    let mut found: Vec<_> = lines.iter().filter(has).filter(fits).cloned().collect();
    found.sort_by(|a, b| match way {
        Sorted::Up => key(a).cmp(&key(b)),
        Sorted::Down => key(b).cmp(&key(a)),
    });
    found
}

fn head(shelf: Shelf, sorted: Sorting, shown: Shown) -> AnyView {
    let column = move |title: &'static str, by: Option<usize>, keep| {
        let now =
            Signal::derive(move || Some(sorted.get()).filter(|(own, _)| *own == by).map(|it| it.1));
        let sort = Callback::new(move |()| {
            let up = now.get_untracked() != Some(Sorted::Up);
            sorted.set((by, if up { Sorted::Up } else { Sorted::Down }));
        });
        view! { <Column title keep sorted=now on_sort=sort/> }
    };
    let cells = shelf.heads().iter().enumerate().map(move |(at, head)| {
        let Head { title, keep, .. } = *head;
        move || shown.is_on(at).then(|| column(title, Some(at), keep))
    });
    view! {
        {column(shelf.one(), None, Default::default())}
        {shelf.has_status().then(|| view! { <Column title="Status"/> })}
        {cells.collect_view()}
        <Column title="Actions" quiet=true/>
    }
    .into_any()
}

fn row(shelf: Shelf, line: Line, shown: Shown, asked: Asked) -> AnyView {
    let status = shelf.has_status().then(|| status(line.state.clone()));
    let cells = shelf.heads().iter().zip(line.cells.clone()).enumerate();
    let cells = cells.map(|(at, (head, cell))| {
        let Head { title, keep, .. } = *head;
        move || {
            let cell = if cell.is_empty() { "–".to_owned() } else { cell.clone() };
            shown.is_on(at).then(|| view! { <Td label=title keep>{cell}</Td> })
        }
    });
    let cells = cells.collect_view();
    let name = line.name.clone();
    view! {
        <Tr>
            <NameCell icon=shelf.icon()>{name}</NameCell>
            {status}
            {cells}
            <ActionCell>{actions(shelf, line, asked)}</ActionCell>
        </Tr>
    }
    .into_any()
}

fn status(state: Option<State>) -> AnyView {
    let shown = match state {
        None => view! { "–" }.into_any(),
        Some(State { word, is_good: true, .. }) => {
            view! { <Status shape=StatusShape::Disc tone=Tone::Good word/> }.into_any()
        }
        Some(State { word, reason, .. }) => {
            let reason = reason.unwrap_or_default();
            view! { <Status shape=StatusShape::Triangle tone=Tone::Warn word reason/> }.into_any()
        }
    };
    view! { <StatusCell>{shown}</StatusCell> }.into_any()
}

/// What can be done with a row. What the viewer may not do stays in the menu, with the reason.
fn actions(shelf: Shelf, line: Line, asked: Asked) -> AnyView {
    let label = format!("Actions for {}", line.name);
    let not_now = (!line.may_write)
        .then(|| "It belongs to a place whose things you may not change.".to_owned());
    let item = |icon: IconName,
                words: &'static str,
                question: Question,
                not_now: Option<String>| {
        let line = line.clone();
        let press = move |()| asked.ask(question, line.clone());
        view! { <MenuItem icon not_now=Signal::stored(not_now) on_press=press>{words}</MenuItem> }
    };
    let has_users = !matches!(shelf, Shelf::StorageClasses | Shelf::Templates | Shelf::Registries);
    let users = has_users.then(|| item(IconName::Eye, "Show usage", Question::Users, None));
    let edit = edit_page(shelf).map(|page| match &not_now {
        None => {
            let href = format!("{page}?id={}", line.id);
            view! { <MenuItem icon=IconName::Edit href=href>"Edit"</MenuItem> }
        }
        Some(why) => {
            let why = Signal::stored(Some(why.clone()));
            view! { <MenuItem icon=IconName::Edit not_now=why>"Edit"</MenuItem> }
        }
    });
    let rename =
        shelf.renames().then(|| item(IconName::Edit, "Rename", Question::Rename, not_now.clone()));
    let copy = shelf.copies().then(|| item(IconName::Copy, "Make a copy", Question::Copy, None));
    let delete = item(IconName::Trash, "Delete", Question::Delete, not_now);
    view! { <Menu label>{users}{edit}{rename}{copy}{delete}</Menu> }.into_any()
}

/// Where all of it can be changed.
fn edit_page(shelf: Shelf) -> Option<&'static str> {
    match shelf {
        Shelf::Environments => Some(EDIT_ENVIRONMENT),
        Shelf::Compute => Some(EDIT_COMPUTE),
        Shelf::Templates => Some(EDIT_TEMPLATE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_word_and_value_and_sorted_by_any_column() {
        let line = |name: &str, kind: &str| Line {
            id: String::new(),
            name: name.into(),
            description: String::new(),
            cells: vec![String::new(), kind.into()],
            state: None,
            may_write: true,
            is_used: false,
        };
        let lines = [line("b", "NFS"), line("a", "Git"), line("c", "NFS")];
        let said = |word, value: &str, by, way| {
            let found = found(&lines, word, Some((1, value.to_owned())), (by, way));
            found.into_iter().map(|line| line.name).collect::<String>()
        };
        assert_eq!(said("", "", None, Sorted::Up), "abc");
        assert_eq!(said("nfs", "", None, Sorted::Down), "cb");
        assert_eq!(said("", "Git", None, Sorted::Up), "a");
        assert_eq!(said("", "", Some(1), Sorted::Up), "abc");
        assert_eq!(said("none", "", None, Sorted::Up), "");
    }
}
