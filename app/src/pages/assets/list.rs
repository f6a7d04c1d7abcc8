//! The table of a shelf: search, filter, columns, order, and what can be done with a row.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    Head, Says, Shelf, asked,
    data::{Line, Shelved, State, see_shelf},
    dialogs::{Asked, Copying, Deleting, DetailsOf, PlaceOf, Question, Renaming, Sharing, UsersOf},
    fields::{Form, SHARE},
};
use crate::{
    browser,
    identity::me,
    pages::{
        Loaded,
        workspaces::setup::{
            EDIT_COMPUTE, EDIT_ENVIRONMENT, EDIT_TEMPLATE, NEW_COMPUTE, NEW_ENVIRONMENT,
            NEW_TEMPLATE,
        },
    },
    ui::{
        ActionCell, Button, ButtonFace, ButtonKind, Column, Empty, IconName, LinkButton, Menu,
        MenuItem, NameCell, Note, Page, Stack, Status, StatusCell, StatusShape, Table, Td, Tone,
        Toolbar, Tr,
    },
    widgets::{Refresh, Seek, Title as Columned},
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
    let flexible = me().with_value(|me| me.flexible_templates);
    let seek = Seek::of(shelf.one(), shelf.titles(flexible));
    view! {
        <Title text=shelf.title()/>
        <Page title=shelf.title().to_owned() about=Some(shelf.about().to_owned())>
            <Loaded of=shelved view=move |shelved| {
                view! { <Filled shelf shelved version seek/> }.into_any()
            }/>
        </Page>
    }
    .into_any()
}

#[component]
fn Filled(shelf: Shelf, shelved: Shelved, version: RwSignal<i32>, seek: Seek) -> impl IntoView {
    let Shelved { lines, places, may_make } = shelved;
    let make = may_make.then(|| make_menu(shelf));
    if lines.is_empty() {
        let title = format!("No {} yet", shelf.one().to_ascii_lowercase());
        return view! {
            <Empty icon=shelf.icon() title about=shelf.about().to_owned()>{make}<Refresh version/></Empty>
        }
        .into_any();
    }
    let asked = Asked::default();
    let texts = Signal::stored(lines.iter().map(Line::texts).collect::<Vec<_>>());
    let found = Memo::new(move |_| texts.with(|texts| seek.found(texts)));
    let rows = move || {
        let rows = found.get().into_iter();
        rows.map(|at| row(shelf, lines[at].clone(), seek, asked)).collect_view()
    };
    let none = move || {
        found.with(Vec::is_empty).then(|| view! { <Note>"Nothing fits the search."</Note> })
    };
    let end = move || {
        view! {
            {seek.taking(format!("{}.csv", shelf.slug()), texts)}
            <Refresh version/>
        }
    };
    let head = move || view! { {seek.head()}<Column title="Actions" quiet=true/> };
    let again = Callback::new(move |()| version.update(|n| *n += 1));
    view! {
        <Stack>
            <Toolbar end>{make}{seek.asking(texts)}</Toolbar>
            <Table label=shelf.title() head>{rows}</Table>
            {none}
            <Deleting shelf asked again/>
            <Renaming shelf asked again/>
            <Copying shelf asked places again/>
            <UsersOf asked/>
            <PlaceOf asked/>
            <Sharing asked again/>
            <DetailsOf asked/>
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

fn row(shelf: Shelf, line: Line, seek: Seek, asked: Asked) -> AnyView {
    let line = StoredValue::new(line);
    let cells = shelf.heads().iter().enumerate().map(|(at, head)| {
        move || seek.is_on(at + 1).then(|| line.with_value(|line| cell(*head, at, line, asked)))
    });
    let cells = cells.collect_view();
    let line = line.get_value();
    let name = line.name.clone();
    view! {
        <Tr>
            <NameCell icon=shelf.icon()>{name}</NameCell>
            {cells}
            <ActionCell>{actions(shelf, line, asked)}</ActionCell>
        </Tr>
    }
    .into_any()
}

/// What a column says of the row. Who uses it and where it belongs open what there is to say.
fn cell(head: Head, at: usize, line: &Line, asked: Asked) -> AnyView {
    let text = line.cells[at].clone();
    let seen = if text.is_empty() { "–".to_owned() } else { text.clone() };
    let words = seen.clone();
    let opens = |question| {
        let (line, label) =
            (line.clone(), format!("{} of {}: {text}", head.title.title, line.name));
        let press = move |()| asked.ask(question, line.clone());
        view! { <Button kind=ButtonKind::Link label on_press=press>{words.clone()}</Button> }
            .into_any()
    };
    let inner = match head.says {
        Says::Status => return status(line.state.clone()),
        Says::Workloads | Says::Templates if line.is_used && text != "–" => {
            opens(Question::Users)
        }
        Says::Scope if !line.places.is_empty() => opens(Question::Place),
        _ => seen.into_any(),
    };
    let Columned { title, keep, .. } = head.title;
    view! { <Td label=title keep>{inner}</Td> }.into_any()
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
    let details = (!line.details.is_empty())
        .then(|| item(IconName::Eye, "Show details", Question::Details, None));
    let share = (shelf == Shelf::DataVolumes)
        .then(|| item(IconName::Edit, "Edit", Question::Share, not_now.clone()));
    let rename =
        shelf.renames().then(|| item(IconName::Edit, "Rename", Question::Rename, not_now.clone()));
    let copy = match shelf {
        // It shows another claim, so its form is asked.
        Shelf::DataVolumes => {
            let href = like(&line);
            Some(view! { <MenuItem icon=IconName::Copy href>"Make a copy"</MenuItem> })
        }
        _ => shelf.copies().then(|| item(IconName::Copy, "Make a copy", Question::Copy, None)),
    };
    let delete = item(IconName::Trash, "Delete", Question::Delete, not_now);
    view! { <Menu label>{users}{details}{edit}{share}{rename}{copy}{delete}</Menu> }.into_any()
}

/// The form of another data volume like this one.
fn like(line: &Line) -> String {
    let path = format!("{}/new", Shelf::DataVolumes.href());
    let pairs = [
        ("type", Form::DataVolume.slug().to_owned()),
        ("meta.name", format!("{}-copy", line.name)),
        ("meta.description", line.description.clone()),
        (SHARE, line.shared.clone()),
    ];
    browser::address(&path, &pairs.map(|(name, value)| (name.to_owned(), value)))
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
