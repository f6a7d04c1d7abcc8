//! Environments, compute resources and templates as forms: the sections of a workspace's form, kept under a name.

use domain::{
    Scope,
    form::{Draft, Pairs, Section as Of, setup_sections},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde::{Deserialize, Serialize};

use super::{
    alone::{Alone, keep_of_assets},
    checks::Checks,
    form::Form,
    given::Gifts,
    images::ImagesAt,
    linking::{Linkable, Linking, Links, load_around},
    load::Loading,
    offers::Offers,
    rules::{Governed, Rules},
    sections::{Around, section_view},
};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    pages::{Loaded, assets::Shelf, detour},
    ui::{
        Button, ButtonKind, ButtonSize, Card, Choice, Field, LinkButton, Muted, Note, Page, Row,
        Select, Stack, TextInput, Tone,
    },
    wire::{Call, load},
};

/// Where the forms are.
pub const NEW_ENVIRONMENT: &str = "/environments/new";
pub const NEW_COMPUTE: &str = "/compute-resources/new";
pub const NEW_TEMPLATE: &str = "/templates/new";
/// Where they are changed; the address names one by its id.
pub const EDIT_ENVIRONMENT: &str = "/environments/edit";
pub const EDIT_COMPUTE: &str = "/compute-resources/edit";
pub const EDIT_TEMPLATE: &str = "/templates/edit";

/// What a form of sections is kept as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Environment,
    Compute,
    Template,
}

impl Kind {
    pub fn noun(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Compute => "compute resource",
            Self::Template => "template",
        }
    }

    /// The page of its table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Environment => Shelf::Environments.href(),
            Self::Compute => Shelf::Compute.href(),
            Self::Template => Shelf::Templates.href(),
        }
    }

    /// The page of its form.
    pub fn form(self) -> &'static str {
        match self {
            Self::Environment => NEW_ENVIRONMENT,
            Self::Compute => NEW_COMPUTE,
            Self::Template => NEW_TEMPLATE,
        }
    }

    /// The section of a workspace's form that it fills in.
    fn section(self) -> &'static str {
        if self == Self::Compute { "compute" } else { "environment" }
    }

    /// What a section of a workspace's form can be kept as.
    pub fn of_section(section: &str) -> Option<Self> {
        match section {
            "environment" => Some(Self::Environment),
            "compute" => Some(Self::Compute),
            _ => None,
        }
    }

    fn sections(self) -> Vec<&'static Of> {
        setup_sections(self.noun())
    }
}

/// A place that may own it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub scope: Scope,
    pub words: String,
}

/// Name and description.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub name: String,
    pub description: String,
}

/// What the form needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// None where the signed-in person may keep nothing.
    pub places: Vec<Place>,
    /// Hidden fields that the general settings fill in.
    pub told: Pairs,
    /// What the form is about, where it exists already.
    pub kept: Option<Kept>,
    /// It is a template, and those are made of assets alone.
    pub is_of_assets: bool,
}

/// Something that exists, as its form shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub id: String,
    pub place: Place,
    pub told: Told,
    pub draft: Draft,
    pub links: Links,
}

#[server(prefix = "/ui", endpoint = "setup", protocol = Call)]
pub async fn load_setup(kind: Kind, id: Option<String>) -> Result<Setup, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::open(&control, &actor, (kind, id))?)
}

/// Takes over what a form changed about something that exists; its id.
#[server(prefix = "/ui", endpoint = "change_setup", protocol = Call)]
pub async fn change_setup(
    kind: Kind,
    id: String,
    told: Told,
    draft: Draft,
    links: Links,
) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::change(&control, &actor, (kind, id), told, (&draft, links)).await?)
}

/// Keeps what a form says; the id of what was kept.
#[server(prefix = "/ui", endpoint = "keep_setup", protocol = Call)]
pub async fn keep_setup(
    kind: Kind,
    scope: Scope,
    told: Told,
    draft: Draft,
    links: Links,
) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::save(&control, &actor, (kind, scope), told, (&draft, links)).await?)
}

#[component]
pub fn EnvironmentPage() -> impl IntoView {
    setup_page(Kind::Environment)
}

#[component]
pub fn ComputePage() -> impl IntoView {
    setup_page(Kind::Compute)
}

#[component]
pub fn TemplatePage() -> impl IntoView {
    setup_page(Kind::Template)
}

/// The page of one kind.
fn setup_page(kind: Kind) -> AnyView {
    let id = use_query_map().with_untracked(|query| query.get("id"));
    let title = if id.is_some() { "Edit" } else { "New" };
    let title = format!("{title} {}", kind.noun());
    let loaded = load(|| (), move |()| load_setup(kind, id.clone()));
    view! {
        <Title text=title.clone()/>
        <Page title>
            <Loaded of=loaded view=move |setup| view! { <SetupForm kind setup/> }.into_any()/>
        </Page>
    }
    .into_any()
}

/// What fields and sections ask for, where no project, policy or asset has a say.
fn provide_nothing() -> Checks {
    let checks = Checks::new();
    provide_context(Gifts::of(vec![]));
    provide_context(Offers::new(vec![]));
    provide_context(Loading { project: None, section: RwSignal::new(None) });
    provide_context(Governed::of(Rules::default()));
    provide_context(checks);
    checks
}

#[component]
fn SetupForm(kind: Kind, setup: Setup) -> impl IntoView {
    let Setup { places, told, kept, is_of_assets } = setup;
    if places.is_empty() && kept.is_none() {
        let words =
            format!("You may keep no {}: ask an administrator of your project.", kind.noun());
        return view! { <Note tone=Tone::Info>{words}</Note> }.into_any();
    }
    let opened = kept.as_ref().map(|kept| kept.draft.clone()).unwrap_or_default();
    let form = told.iter().fold(opened, |form, (name, text)| form.with(name, text));
    let form = Form::of(&form);
    let checks = provide_nothing();
    let place = RwSignal::new("0".to_owned());
    let opened = kept.as_ref().map(|kept| kept.told.clone()).unwrap_or_default();
    let (name, description) = (RwSignal::new(opened.name), RwSignal::new(opened.description));
    let choices = places.iter().enumerate();
    let choices: Vec<_> =
        choices.map(|(at, place)| Choice::new(at.to_string(), &*place.words)).collect();
    let own = kept.as_ref().map(|kept| kept.place.clone());
    let fixed = own.as_ref().map(|place| place.scope);
    let scope = Memo::new(move |_| {
        let at = place.get().parse::<usize>().unwrap_or_default();
        fixed.or(places.get(at).map(|place| place.scope)).unwrap_or(Scope::Account)
    });
    provide_context(ImagesAt(scope.into()));
    let linkable = around(scope);
    let links = kept.as_ref().map(|kept| kept.links).unwrap_or_default();
    let linking = (kind == Kind::Template).then(|| Linking::of(form, linkable, links));
    let alone = is_of_assets.then(Alone::new);
    let id = kept.map(|kept| kept.id);
    let words = match &id {
        Some(_) => format!("Save {}", kind.noun()),
        None => format!("Create {}", kind.noun()),
    };
    let save = Action::new(move |(): &()| {
        let links = linking.map(|linking| untrack(|| linking.links())).unwrap_or_default();
        let told = Told { name: name.get_untracked(), description: description.get_untracked() };
        let (id, scope, draft) = (id.clone(), scope.get_untracked(), untrack(|| form.draft()));
        let chosen = alone.map(|alone| untrack(|| alone.chosen()));
        async move {
            match (id, chosen) {
                (Some(id), _) => change_setup(kind, id, told, draft, links).await,
                (None, Some(chosen)) => keep_of_assets(scope, told, chosen, draft).await,
                (None, None) => keep_setup(kind, scope, told, draft, links).await,
            }
        }
    });
    let cancel = use_query_map().with_untracked(detour::home);
    let cancel = cancel.unwrap_or_else(|| kind.table().to_owned());
    leave_when_saved(kind, save, checks);
    let around = Around { facts: None, answer: Signal::stored(None) };
    let error = move |path: &str| checks.error(path.to_owned().into());
    let section = |of| match linking {
        Some(linking) => linking.section(of, around.clone()),
        None => section_view(of, form, around.clone()),
    };
    let sections = match alone {
        Some(alone) => alone.view(linkable, form, around, error(domain::template::ENVIRONMENT)),
        None => kind.sections().into_iter().map(section).collect_view().into_any(),
    };
    let press = Callback::new(move |()| {
        checks.show_all();
        save.dispatch(());
    });
    let others = move || problems_of_no_field(checks);
    view! {
        <Stack>
            <Card>
                <Stack>
                    {scope_view(own, place, choices)}
                    <Field label="Name" name="name" required=true error=error("name")>
                        <TextInput name="name" value=name on_leave=checks.leave("name".to_owned().into())/>
                    </Field>
                    <Field label="Description" name="description" optional=true error=error("description")>
                        <TextInput name="description" value=description/>
                    </Field>
                </Stack>
            </Card>
            {sections}
            {others}
            <Row>
                <Button kind=ButtonKind::Primary size=ButtonSize::Large caps=true on_press=press busy=save.pending()>{words}</Button>
                <LinkButton href=cancel caps=true>"Cancel"</LinkButton>
            </Row>
        </Stack>
    }
    .into_any()
}

/// Once it is kept: on to the table, or back to the form that needed it. What was refused is said at its field.
fn leave_when_saved(kind: Kind, save: Action<(), Result<String, UiError>>, checks: Checks) {
    let (navigate, query) = (use_navigate(), use_query_map());
    crate::browser::effect(move || match save.value().get() {
        Some(Ok(id)) => {
            let back = query.with_untracked(|query| detour::back(query, kind.section(), &id));
            navigate(back.as_deref().unwrap_or(kind.table()), NavigateOptions::default());
        }
        Some(Err(error)) => checks.refuse(problems(error)),
        None => {}
    });
}

/// What is wrong and shown at no field.
fn problems_of_no_field(checks: Checks) -> AnyView {
    let is_shown =
        |problem: &domain::Problem| problem.field.starts_with("spec.") || problem.field == "name";
    let lines = checks.problems().into_iter().filter(|problem| !is_shown(problem));
    let lines =
        lines.map(|problem| view! { <Note tone=Tone::Bad alert=true>{problem.message}</Note> });
    lines.collect_view().into_any()
}

/// Where it belongs: a choice while it is new.
fn scope_view(own: Option<Place>, place: RwSignal<String>, choices: Vec<Choice>) -> AnyView {
    match own {
        Some(own) => view! { <Muted>{format!("Scope: {}", own.words)}</Muted> }.into_any(),
        None => view! {
            <Field label="Scope" name="scope" help=Some("It can be used there and in everything below.".to_owned())>
                <Select name="scope" value=place choices/>
            </Field>
        }
        .into_any(),
    }
}

/// Follows the scope: another one offers other things. What sections can be taken from.
fn around(scope: Memo<Scope>) -> RwSignal<Vec<Linkable>> {
    let (linkable, offers) = (RwSignal::new(vec![]), expect_context::<Offers>());
    crate::browser::effect(move || {
        let scope = scope.get();
        crate::browser::spawn(async move {
            let around = load_around(scope).await.unwrap_or_default();
            offers.set(around.offers);
            linkable.try_set(around.linkable);
        });
    });
    linkable
}

fn problems(error: UiError) -> Vec<domain::Problem> {
    let failed = |words: String| vec![domain::Problem::new("setup", "failed", words)];
    match error {
        // Templates keep name and description apart from the spec.
        UiError::Invalid(problems) => problems
            .into_iter()
            .map(|problem| domain::Problem {
                field: problem.field.trim_start_matches("meta.").to_owned(),
                ..problem
            })
            .collect(),
        UiError::NameTaken(words) => vec![domain::Problem::new("name", "name.taken", words)],
        other => failed(other.to_string()),
    }
}
