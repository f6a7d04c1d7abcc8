//! Environments, compute resources and templates as forms: the sections of a workspace's form, kept under a name.

use domain::{
    Scope,
    form::{Draft, Pairs, Section as Of, setup_sections},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::{Deserialize, Serialize};

use super::{
    checks::Checks,
    form::Form,
    given::Gifts,
    load::Loading,
    offers::Offers,
    rules::{Governed, Rules},
    sections::{Around, section_view},
};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    pages::{Loaded, assets::Shelf},
    ui::{
        Button, ButtonKind, ButtonSize, Card, Choice, Field, LinkButton, Note, Page, Row, Select,
        Stack, TextInput, Tone,
    },
    wire::{Call, load},
};

/// Where the forms are.
pub const NEW_ENVIRONMENT: &str = "/environments/new";
pub const NEW_COMPUTE: &str = "/compute-resources/new";
pub const NEW_TEMPLATE: &str = "/templates/new";

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
}

#[server(prefix = "/ui", endpoint = "setup", protocol = Call)]
pub async fn load_setup() -> Result<Setup, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::open(&control, &actor))
}

/// Keeps what a form says; the id of what was kept.
#[server(prefix = "/ui", endpoint = "keep_setup", protocol = Call)]
pub async fn keep_setup(
    kind: Kind,
    scope: Scope,
    told: Told,
    draft: Draft,
) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::save(&control, &actor, (kind, scope), told, &draft).await?)
}

#[component]
pub fn NewEnvironment() -> impl IntoView {
    setup_page(Kind::Environment)
}

#[component]
pub fn NewCompute() -> impl IntoView {
    setup_page(Kind::Compute)
}

#[component]
pub fn NewTemplate() -> impl IntoView {
    setup_page(Kind::Template)
}

/// The page of one kind.
fn setup_page(kind: Kind) -> AnyView {
    let title = format!("New {}", kind.noun());
    let loaded = load(|| (), |()| load_setup());
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
    let Setup { places, told } = setup;
    if places.is_empty() {
        let words =
            format!("You may keep no {}: ask an administrator of your project.", kind.noun());
        return view! { <Note tone=Tone::Info>{words}</Note> }.into_any();
    }
    let form = told.iter().fold(Draft::default(), |form, (name, text)| form.with(name, text));
    let form = Form::of(&form);
    let checks = provide_nothing();
    let place = RwSignal::new("0".to_owned());
    let (name, description) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let choices = places.iter().enumerate();
    let choices: Vec<_> =
        choices.map(|(at, place)| Choice::new(at.to_string(), &*place.words)).collect();
    let save = Action::new(move |(): &()| {
        let at = place.get_untracked().parse::<usize>().unwrap_or_default();
        let scope = places.get(at).unwrap_or(&places[0]).scope;
        let told = Told { name: name.get_untracked(), description: description.get_untracked() };
        keep_setup(kind, scope, told, untrack(|| form.draft()))
    });
    let navigate = use_navigate();
    crate::browser::effect(move || match save.value().get() {
        Some(Ok(_)) => navigate(kind.table(), NavigateOptions::default()),
        Some(Err(error)) => checks.refuse(problems(error)),
        None => {}
    });
    let around = Around { facts: None, answer: Signal::stored(None) };
    let sections = kind.sections().into_iter().map(|of| section_view(of, form, around.clone()));
    let sections = sections.collect_view();
    let error = move |path: &str| checks.error(path.to_owned().into());
    let words = format!("Create {}", kind.noun());
    let press = Callback::new(move |()| {
        checks.show_all();
        save.dispatch(());
    });
    let others = move || {
        let at_top = |problem: &domain::Problem| {
            !problem.field.starts_with("spec.") && problem.field != "name"
        };
        let lines = checks.problems().into_iter().filter(at_top);
        lines
            .map(|problem| view! { <Note tone=Tone::Bad alert=true>{problem.message}</Note> })
            .collect_view()
    };
    view! {
        <Stack>
            <Card>
                <Stack>
                    <Field label="Scope" name="scope" help=Some("It can be used there and in everything below.".to_owned())>
                        <Select name="scope" value=place choices/>
                    </Field>
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
                <LinkButton href=kind.table().to_owned() caps=true>"Cancel"</LinkButton>
            </Row>
        </Stack>
    }
    .into_any()
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
