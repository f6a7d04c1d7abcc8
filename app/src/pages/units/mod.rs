//! The forms of a project or a department. A new one begins with name and description, and is closed, or continued
//! where it is edited: in each node pool what is promised, at most, and how it stands among its siblings; the order
//! of pools; scheduling rules. Bars show what is used; over-subscription is said, not forbidden, unless a setting
//! forbids it.

mod access;
#[cfg(feature = "ssr")]
mod accesses;
pub mod data;
#[cfg(feature = "ssr")]
mod made;
mod pool;
mod rules;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use self::{
    access::AccessPart,
    data::{Unit, UnitDraft, UnitForm, delete_unit, load_unit, save_unit},
    pool::{Pool, PoolPart},
    rules::RulesPart,
};
use super::{Loaded, departments, projects, say_outcome};
use crate::{
    error::UiError,
    ui::{
        Button, ButtonFace, ButtonKind, ButtonSize, Card, Choice, Dialog, Field, Grid, LinkButton,
        Menu, MenuItem, Muted, Note, OrderItem, OrderList, Page, Row, Select, Stack, TextArea,
        TextInput, Tone,
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

const NAMESPACE: &str =
    "Where its pods live in the cluster; berth- and the name, where none is typed.";

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
    namespace: RwSignal<String>,
    order: RwSignal<Vec<OrderItem>>,
    rules: rules::Typed,
}

impl Typed {
    fn of(draft: &UnitDraft) -> Self {
        let signal = |text: &String| RwSignal::new(text.clone());
        Self {
            name: signal(&draft.name),
            description: signal(&draft.description),
            cluster: signal(&draft.cluster),
            department: signal(&draft.department),
            namespace: signal(&draft.namespace),
            order: RwSignal::new(draft.order.iter().map(|name| ordered(name)).collect()),
            rules: rules::Typed::of(&draft.rules),
        }
    }

    fn draft(self, unit: Unit, id: Option<i32>, pools: &[Pool]) -> UnitDraft {
        UnitDraft {
            unit,
            id,
            name: self.name.get_untracked(),
            description: self.description.get_untracked(),
            cluster: self.cluster.get_untracked(),
            department: self.department.get_untracked(),
            namespace: self.namespace.get_untracked(),
            pools: pools.iter().map(Pool::draft).collect(),
            order: self.order.with_untracked(|all| all.iter().map(|i| i.value.clone()).collect()),
            rules: self.rules.draft(),
        }
    }
}

fn ordered(name: &str) -> OrderItem {
    OrderItem { value: name.to_owned(), label: name.to_owned(), sub: None }
}

#[component]
fn Form(form: UnitForm) -> impl IntoView {
    let (unit, id) = (form.draft.unit, form.draft.id);
    let typed = Typed::of(&form.draft);
    // A new one is promised nothing until it is continued.
    let pools: Vec<Pool> = form.draft.pools.iter().filter(|_| id.is_some()).map(Pool::of).collect();
    let saving = Action::new(|draft: &UnitDraft| save_unit(draft.clone()));
    let (leave, continues) = (use_navigate(), RwSignal::new(false));
    crate::browser::effect(move || {
        if let Some(Ok(id)) = saving.value().get() {
            let edit = continues.get_untracked().then(|| unit.edit_href(id));
            leave(&edit.unwrap_or_else(|| unit.page().to_owned()), Default::default());
        }
    });
    let refused = move || match saving.value().get() {
        Some(Err(error)) => {
            Some(view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> })
        }
        _ => None,
    };
    let parts = id.is_some().then(|| scheduling(&form, typed, &pools));
    let who = id.filter(|_| form.sees_access).map(|id| {
        view! { <Card title="Access rules"><AccessPart unit id/></Card> }
    });
    let UnitForm { clusters, departments, .. } = form;
    let all = StoredValue::new(pools);
    let save = Callback::new(move |then_continue: bool| {
        continues.set(then_continue);
        drop(saving.dispatch(all.with_value(|pools| typed.draft(unit, id, pools))));
    });
    let busy = Signal::derive(move || saving.pending().get());
    view! {
        <Stack>
            <Card title="General"><General typed unit is_new=id.is_none() clusters departments/></Card>
            {parts}
            {refused}
            <Buttons unit is_new=id.is_none() busy save/>
            {who}
        </Stack>
    }
    .into_any()
}

/// What the scheduler heeds: quotas by pool, the order of pools, and rules.
fn scheduling(form: &UnitForm, typed: Typed, pools: &[Pool]) -> AnyView {
    let (unit, weights, cpu) = (form.draft.unit, form.weights, form.cpu);
    let names: Vec<_> = form.pools.iter().map(|facts| facts.name.clone()).collect();
    let parts = form.pools.iter().cloned().zip(pools.to_vec());
    let parts = parts.map(|(facts, pool)| view! { <PoolPart unit facts pool weights cpu/> });
    let (above, known_types) = (form.above.clone(), form.node_types.clone());
    view! {
        {parts.collect_view()}
        <Card title="Order of node pools"><Order items=typed.order names/></Card>
        <Card title="Scheduling rules"><RulesPart typed=typed.rules above known_types/></Card>
    }
    .into_any()
}

/// A new one is made and closed, or made and continued; one that is there is saved.
#[component]
fn Buttons(unit: Unit, is_new: bool, busy: Signal<bool>, save: Callback<bool>) -> impl IntoView {
    let button = move |kind: ButtonKind, word: &'static str, then_continue: bool| {
        view! { <Button kind caps=true busy on_press=move |()| save.run(then_continue)>{word}</Button> }
    };
    let buttons = match is_new {
        true => view! {
            {button(ButtonKind::Quiet, "Create & close", false)}
            {button(ButtonKind::Primary, "Create & continue", true)}
        }
        .into_any(),
        false => button(ButtonKind::Primary, "Save", false).into_any(),
    };
    view! {
        <Row>
            {buttons}
            <LinkButton href=unit.page().to_owned() caps=true>"Cancel"</LinkButton>
        </Row>
    }
    .into_any()
}

/// In which pools work is tried that names none.
#[component]
fn Order(items: RwSignal<Vec<OrderItem>>, names: Vec<String>) -> impl IntoView {
    let to_add = move || {
        let is_missing = |name: &&String| items.with(|all| all.iter().all(|i| i.value != **name));
        let entry = |name: &String| {
            let (item, name) = (ordered(name), name.clone());
            let press = move |()| items.update(|all| all.push(item.clone()));
            view! { <MenuItem on_press=press>{name}</MenuItem> }
        };
        names.iter().filter(is_missing).map(entry).collect_view()
    };
    let face = || view! { <ButtonFace size=ButtonSize::Small text="+Node pool"/> };
    view! {
        <Stack>
            <Muted>"Where work is tried that names no pool itself, one after the other."</Muted>
            <OrderList label="Node pools, in order" name="order" items/>
            {move || items.with(Vec::is_empty).then(|| view! { <Muted>"None chosen: every pool is tried."</Muted> })}
            <Row><Menu label="+Node pool" left=true face=face>{to_add}</Menu></Row>
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
            {(is_new && unit == Unit::Project).then(|| view! {
                <Field label="Namespace" name="namespace" optional=true help=Some(NAMESPACE.to_owned())>
                    <TextInput name="namespace" value=typed.namespace mono=true/>
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
