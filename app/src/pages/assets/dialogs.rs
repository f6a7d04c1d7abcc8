//! What is asked before something is done to a row: its new name, where a copy goes, whether it may
//! go; who uses it, and where it belongs.

use leptos::prelude::*;

use super::{
    Shelf,
    data::{Line, User, copy_item, delete_item, rename_item, see_lists, see_users, share_item},
    fields::{Form, Known},
    form::boxes,
};
use crate::{
    error::UiError,
    ui::{
        Button, ButtonKind, Choice, Column, Dialog, Field, Fieldset, Note, Row, Select, Stack,
        Table, Td, TextInput, Tone, Tr,
    },
};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Delete,
    Rename,
    Copy,
    Users,
    Place,
    Share,
    Details,
}

/// The row that it is about, and which dialog is open.
#[derive(Clone, Copy, Default)]
pub struct Asked {
    line: RwSignal<Option<Line>>,
    delete: RwSignal<bool>,
    rename: RwSignal<bool>,
    copy: RwSignal<bool>,
    users: RwSignal<bool>,
    place: RwSignal<bool>,
    share: RwSignal<bool>,
    details: RwSignal<bool>,
}

impl Asked {
    pub fn ask(self, question: Question, line: Line) {
        self.line.set(Some(line));
        match question {
            Question::Delete => self.delete.set(true),
            Question::Rename => self.rename.set(true),
            Question::Copy => self.copy.set(true),
            Question::Users => self.users.set(true),
            Question::Place => self.place.set(true),
            Question::Share => self.share.set(true),
            Question::Details => self.details.set(true),
        }
    }

    fn name(self) -> String {
        self.line.with(|line| line.as_ref().map(|line| line.name.clone())).unwrap_or_default()
    }

    fn id(self) -> String {
        self.line
            .with_untracked(|line| line.as_ref().map(|line| line.id.clone()))
            .unwrap_or_default()
    }
}

/// An action that closes its dialog when it went well, and else says in it what went wrong.
#[derive(Clone, Copy)]
struct Doing {
    action: Action<Vec<String>, Result<(), UiError>>,
}

impl Doing {
    fn of(
        open: RwSignal<bool>,
        again: Callback<()>,
        action: Action<Vec<String>, Result<(), UiError>>,
    ) -> Self {
        Effect::new(move |_| {
            if let Some(Ok(())) = action.value().get() {
                open.set(false);
                again.run(());
            }
        });
        // What went wrong the last time is no news.
        Effect::new(move |_| {
            if open.get() {
                action.value().set(None);
            }
        });
        Self { action }
    }

    fn problem(self) -> impl Fn() -> Option<AnyView> {
        move || match self.action.value().get() {
            Some(Err(error)) => Some(
                view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any(),
            ),
            _ => None,
        }
    }
}

/// The two buttons of a dialog.
fn footer(
    open: RwSignal<bool>,
    doing: Doing,
    (kind, words): (ButtonKind, &'static str),
    press: impl Fn() + Copy + Send + Sync + 'static,
) -> impl Fn() -> AnyView + Clone {
    move || {
        let busy = doing.action.pending();
        view! {
            <Row>
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button kind busy=busy on_press=move |()| press()>{words}</Button>
            </Row>
        }
        .into_any()
    }
}

/// Asks before something is deleted. While it is in use, the server says by whom.
#[component]
pub fn Deleting(shelf: Shelf, asked: Asked, again: Callback<()>) -> impl IntoView {
    let open = asked.delete;
    let action = Action::new(move |said: &Vec<String>| delete_item(shelf, said[0].clone()));
    let doing = Doing::of(open, again, action);
    let press = move || drop(doing.action.dispatch(vec![asked.id()]));
    let footer = footer(open, doing, (ButtonKind::Danger, "Delete"), press);
    let words = move || {
        let after = match shelf {
            Shelf::Credentials | Shelf::Mine => "What it keeps is gone with it.",
            Shelf::DataVolumes => "The claim and what is in it stay.",
            Shelf::StorageClasses => "The class is open to everything again.",
            Shelf::Registries => "Images of it that workloads use stay where they are.",
            _ => "Workloads that were made from it stay as they are.",
        };
        format!("{} is gone once it is deleted. {after}", asked.name())
    };
    let title = format!("Delete {}?", shelf.one().to_ascii_lowercase());
    view! {
        <Dialog open title id="delete-item" footer>
            <Stack><p>{words}</p>{doing.problem()}</Stack>
        </Dialog>
    }
}

/// Asks for another name and description.
#[component]
pub fn Renaming(shelf: Shelf, asked: Asked, again: Callback<()>) -> impl IntoView {
    let open = asked.rename;
    let (name, about) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if let (true, Some(line)) = (open.get(), asked.line.get()) {
            name.set(line.name);
            about.set(line.description);
        }
    });
    let action = Action::new(move |said: &Vec<String>| {
        rename_item(shelf, said[0].clone(), said[1].clone(), said[2].clone())
    });
    let doing = Doing::of(open, again, action);
    let press = move || {
        let said = vec![asked.id(), name.get_untracked(), about.get_untracked()];
        doing.action.dispatch(said);
    };
    let footer = footer(open, doing, (ButtonKind::Primary, "Rename"), press);
    let title = format!("Rename {}", shelf.one().to_ascii_lowercase());
    view! {
        <Dialog open title id="rename-item" footer>
            <Stack>
                <Field label="Name" name="rename-name" required=true>
                    <TextInput name="rename-name" value=name/>
                </Field>
                <Field label="Description" name="rename-about" optional=true>
                    <TextInput name="rename-about" value=about maxlength=250u32/>
                </Field>
                {doing.problem()}
            </Stack>
        </Dialog>
    }
}

/// Asks what a copy is called and where it goes.
#[component]
pub fn Copying(
    shelf: Shelf,
    asked: Asked,
    places: Vec<Choice>,
    again: Callback<()>,
) -> impl IntoView {
    let open = asked.copy;
    let first = places.first().map(|place| place.value.clone()).unwrap_or_default();
    let (name, place) = (RwSignal::new(String::new()), RwSignal::new(first));
    Effect::new(move |_| {
        if open.get() {
            name.set(format!("{}-copy", asked.name()));
        }
    });
    let action = Action::new(move |said: &Vec<String>| {
        copy_item(shelf, said[0].clone(), said[1].clone(), said[2].clone())
    });
    let doing = Doing::of(open, again, action);
    let press = move || {
        let said = vec![asked.id(), name.get_untracked(), place.get_untracked()];
        doing.action.dispatch(said);
    };
    let footer = footer(open, doing, (ButtonKind::Primary, "Make a copy"), press);
    view! {
        <Dialog open title="Make a copy" id="copy-item" footer>
            <Stack>
                <Field label="Name" name="copy-name" required=true>
                    <TextInput name="copy-name" value=name/>
                </Field>
                <Field label="Scope" name="copy-place" required=true>
                    <Select name="copy-place" value=place choices=places/>
                </Field>
                {doing.problem()}
            </Stack>
        </Dialog>
    }
}

/// Who uses it.
#[component]
pub fn UsersOf(asked: Asked) -> impl IntoView {
    let open = asked.users;
    let users = Action::new(|id: &String| see_users(id.clone()));
    Effect::new(move |_| {
        if open.get() {
            users.value().set(None);
            users.dispatch(asked.id());
        }
    });
    let head = || view! { <Column title="Name"/><Column title="Kind"/><Column title="Status"/> };
    let shown = move || match users.value().get() {
        None => view! { <p role="status">"Looking …"</p> }.into_any(),
        Some(Err(error)) => {
            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
        }
        Some(Ok(found)) if found.users.is_empty() && found.hidden == 0 => {
            view! { <p>"Nothing uses it."</p> }.into_any()
        }
        Some(Ok(found)) => {
            let rows = found.users.into_iter().map(|User { name, kind, status }| {
                view! { <Tr><Td label="Name">{name}</Td><Td label="Kind">{kind}</Td><Td label="Status">{status}</Td></Tr> }
            });
            let rows = rows.collect_view();
            let hidden = (found.hidden > 0)
                .then(|| view! { <p>{format!("{} more that you may not see.", found.hidden)}</p> });
            view! { <Stack><Table label="Usage" head small=true>{rows}</Table>{hidden}</Stack> }
                .into_any()
        }
    };
    let footer = move || view! { <Button on_press=move |()| open.set(false)>"Close"</Button> };
    view! { <Dialog open title="Usage" id="item-users" wide=true footer>{shown}</Dialog> }
}

/// Where it belongs: the way down to its place. What is below the last one may use it too.
#[component]
pub fn PlaceOf(asked: Asked) -> impl IntoView {
    let open = asked.place;
    let line = move || asked.line.get();
    let shown = move || {
        let places = line().map(|line| line.places).unwrap_or_default();
        let whole = places.join(" › ");
        view! {
            <Stack>
                <p>{asked.name()} " belongs to " <b>{whole}</b></p>
                <p>"It may be used there and in everything below, now and later."</p>
            </Stack>
        }
    };
    let footer = move || view! { <Button on_press=move |()| open.set(false)>"Close"</Button> };
    view! { <Dialog open title="Scope" id="item-place" footer>{shown}</Dialog> }
}

/// Asks for another description of a data volume, and who may use it.
#[component]
pub fn Sharing(asked: Asked, again: Callback<()>) -> impl IntoView {
    let open = asked.share;
    let (about, places) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let known = Action::new(|(): &()| see_lists(Form::DataVolume));
    Effect::new(move |_| {
        if let (true, Some(line)) = (open.get(), asked.line.get()) {
            about.set(line.description);
            places.set(line.shared);
            known.dispatch(());
        }
    });
    let action = Action::new(move |said: &Vec<String>| {
        share_item(said[0].clone(), said[1].clone(), said[2].clone())
    });
    let doing = Doing::of(open, again, action);
    let press = move || {
        let said = vec![asked.id(), about.get_untracked(), places.get_untracked()];
        doing.action.dispatch(said);
    };
    let footer = footer(open, doing, (ButtonKind::Primary, "Save"), press);
    let choices = move || {
        let lists = known.value().get()?.ok()?;
        let found = lists.into_iter().find(|(of, _)| *of == Known::ShareWith);
        found.map(|(_, choices)| boxes("share-place", places, choices))
    };
    view! {
        <Dialog open title="Edit data volume" id="share-item" footer>
            <Stack>
                <Field label="Description" name="share-about" optional=true>
                    <TextInput name="share-about" value=about maxlength=127u32/>
                </Field>
                <Fieldset legend="Scopes" optional=true>{choices}</Fieldset>
                {doing.problem()}
            </Stack>
        </Dialog>
    }
}

/// What more there is to say of a claim.
#[component]
pub fn DetailsOf(asked: Asked) -> impl IntoView {
    let open = asked.details;
    let head = || view! { <Column title="Detail"/><Column title="Value"/> };
    let rows = move || {
        let details = asked.line.get().map(|line| line.details).unwrap_or_default();
        let row = |(name, value): (String, String)| {
            view! { <Tr><Td label="Detail">{name}</Td><Td label="Value">{value}</Td></Tr> }
        };
        details.into_iter().map(row).collect_view()
    };
    let footer = move || view! { <Button on_press=move |()| open.set(false)>"Close"</Button> };
    view! {
        <Dialog open title="Details" id="item-details" wide=true footer>
            <Table label="Details" head small=true>{rows}</Table>
        </Dialog>
    }
}
