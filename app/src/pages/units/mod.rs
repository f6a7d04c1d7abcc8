//! The form of a project or a department: name and description, and in each node pool what is promised, at
//! most, and how it stands among its siblings. Bars show what is used; over-subscription is said, not
//! forbidden, unless a setting forbids it.

pub mod data;
#[cfg(feature = "ssr")]
mod made;
mod pool;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use self::{
    data::{Unit, UnitDraft, UnitForm, delete_unit, load_unit, save_unit},
    pool::{Pool, PoolPart},
};
use super::{Loaded, departments, projects, say_outcome};
use crate::{
    error::UiError,
    ui::{
        Button, ButtonKind, Card, Choice, Dialog, Field, Grid, LinkButton, Note, Page, Row, Select,
        Stack, TextArea, TextInput, Tone,
    },
    wire::load,
};

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Department => "department",
        }
    }

    /// The table that it stands in.
    fn page(self) -> &'static str {
        match self {
            Self::Project => projects::PAGE,
            Self::Department => departments::PAGE,
        }
    }

    /// Where it is edited.
    pub fn edit_href(self, id: i32) -> String {
        format!("{}/edit?id={id}", self.page())
    }

    /// Where a new one is made.
    pub fn new_href(self) -> String {
        format!("{}/new", self.page())
    }
}

/// Both forms for both units; the address says which.
#[component]
pub fn UnitPage() -> impl IntoView {
    let path = use_location().pathname;
    let query = use_query_map();
    let asked = move || {
        let is_project = path.with(|path| path.starts_with(projects::PAGE));
        let unit = if is_project { Unit::Project } else { Unit::Department };
        let id = query.with(|query| query.get("id").and_then(|id| id.parse::<i32>().ok()));
        (unit, id)
    };
    let (unit, id) = untrack(asked);
    let form = load(asked, |(unit, id)| load_unit(unit, id));
    let title = match id {
        None => format!("New {}", unit.word()),
        Some(_) => format!("Edit {}", unit.word()),
    };
    view! {
        <Title text=title.clone()/>
        <Page title>
            <Loaded of=form view=|form| view! { <Form form/> }.into_any()/>
        </Page>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    description: RwSignal<String>,
    cluster: RwSignal<String>,
    department: RwSignal<String>,
}

#[component]
fn Form(form: UnitForm) -> impl IntoView {
    let UnitForm { draft, pools: facts, clusters, departments, weights, cpu } = form;
    let (unit, id) = (draft.unit, draft.id);
    let typed = Typed {
        name: RwSignal::new(draft.name.clone()),
        description: RwSignal::new(draft.description.clone()),
        cluster: RwSignal::new(draft.cluster.clone()),
        department: RwSignal::new(draft.department.clone()),
    };
    let pools: Vec<Pool> = draft.pools.iter().map(Pool::of).collect();
    let all = StoredValue::new(pools.clone());
    let whole = move || UnitDraft {
        unit,
        id,
        name: typed.name.get_untracked(),
        description: typed.description.get_untracked(),
        cluster: typed.cluster.get_untracked(),
        department: typed.department.get_untracked(),
        pools: all.with_value(|pools| pools.iter().map(|pool| pool.draft()).collect()),
    };
    let saving = Action::new(|draft: &UnitDraft| save_unit(draft.clone()));
    let leave = use_navigate();
    crate::browser::effect(move || {
        if let Some(Ok(_)) = saving.value().get() {
            leave(unit.page(), Default::default());
        }
    });
    let refused = move || match saving.value().get() {
        Some(Err(error)) => {
            Some(view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> })
        }
        _ => None,
    };
    let parts = facts.into_iter().zip(pools).map(move |(facts, pool)| {
        view! { <PoolPart unit facts pool weights cpu/> }
    });
    let word = if id.is_none() { "Create" } else { "Save" };
    view! {
        <Stack>
            <Card title="General"><General typed unit is_new=id.is_none() clusters departments/></Card>
            {parts.collect_view()}
            {refused}
            <Row>
                <Button kind=ButtonKind::Primary caps=true busy=saving.pending()
                    on_press=move |()| drop(saving.dispatch(whole()))>{word}</Button>
                <LinkButton href=unit.page().to_owned() caps=true>"Cancel"</LinkButton>
            </Row>
        </Stack>
    }
    .into_any()
}

#[component]
fn General(
    typed: Typed,
    unit: Unit,
    is_new: bool,
    clusters: Vec<(String, String)>,
    departments: Vec<(String, String)>,
) -> impl IntoView {
    let list = |all: Vec<(String, String)>| -> Vec<Choice> {
        all.into_iter().map(|(value, label)| Choice::new(value, label)).collect()
    };
    let many = (clusters.len() > 1).then(|| list(clusters));
    let fixed = Signal::stored(!is_new);
    let help =
        "Begins with a letter; lowercase letters, digits and hyphens. It cannot be changed later.";
    let department = (unit == Unit::Project).then(|| list(departments));
    view! {
        <Grid>
            <Field label="Name" name="name" required=true locked=fixed help=is_new.then(|| help.to_owned())>
                <TextInput name="name" value=typed.name/>
            </Field>
            {department.map(|choices| view! {
                <Field label="Department" name="department" locked=fixed>
                    <Select name="department" value=typed.department choices/>
                </Field>
            })}
            {many.filter(|_| is_new).map(|choices| view! {
                <Field label="Cluster" name="cluster"><Select name="cluster" value=typed.cluster choices/></Field>
            })}
            <Field label="Description" name="description" optional=true>
                <TextArea name="description" value=typed.description rows=2/>
            </Field>
        </Grid>
    }
    .into_any()
}

/// The project or department that somebody wants to delete, while they are asked.
#[derive(Clone, Copy)]
pub struct Doomed {
    unit: Unit,
    of: RwSignal<Option<(i32, String)>>,
    open: RwSignal<bool>,
}

impl Doomed {
    /// Nobody is asked yet.
    pub fn none(unit: Unit) -> Self {
        Self { unit, of: RwSignal::new(None), open: RwSignal::new(false) }
    }

    pub fn ask(self, id: i32, name: String) {
        self.of.set(Some((id, name)));
        self.open.set(true);
    }
}

/// Asks before it is deleted.
#[component]
pub fn Deleting(doomed: Doomed, version: RwSignal<i32>) -> impl IntoView {
    let Doomed { unit, of, open } = doomed;
    let delete = Action::new(move |id: &i32| delete_unit(unit, *id));
    let outcome = Signal::derive(move || {
        delete.value().get().map(|done| match done {
            Ok(true) => Ok(()),
            Ok(false) => Err(UiError::Forbidden(
                "Its workloads are being deleted; delete it again once they are gone.".to_owned(),
            )),
            Err(error) => Err(error),
        })
    });
    say_outcome(outcome, move || version.update(|n| *n += 1));
    let press = move |()| {
        if let Some((id, _)) = of.get_untracked() {
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
        let (_, name) = of.get()?;
        Some(match unit {
            Unit::Project => format!(
                "The workloads, assets and templates of {name} are deleted with it. The namespace in the cluster is kept."
            ),
            Unit::Department => format!(
                "The projects of {name} and their assets are deleted with it. While they have workloads, it is refused."
            ),
        })
    };
    let title = format!("Delete {}?", unit.word());
    view! { <Dialog open title id="delete-unit" footer><p>{words}</p></Dialog> }
}
