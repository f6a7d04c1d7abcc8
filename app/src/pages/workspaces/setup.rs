//! Environments, compute resources and templates as forms: the sections of a workspace's form, kept under a name.

use domain::{
    Scope,
    form::{Draft, Section as Of, setup_sections},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
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
    pages::Loaded,
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
            Self::Environment => "/environments",
            Self::Compute => "/compute-resources",
            Self::Template => "/templates",
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

/// The form as it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    pub places: Vec<Place>,
    /// Whose it is; nothing where the signed-in person may keep none.
    pub scope: Option<Scope>,
    pub has_gpu_limits: bool,
    pub told: Told,
    pub draft: Draft,
}

#[server(prefix = "/ui", endpoint = "setup", protocol = Call)]
pub async fn load_setup(kind: Kind, id: Option<String>) -> Result<Setup, UiError> {
    let (control, actor) = caller()?;
    super::setups::open(&control, &actor, (kind, id))
}

#[server(prefix = "/ui", endpoint = "save_setup_form", protocol = Call)]
pub async fn keep_setup(
    kind: Kind,
    id: Option<String>,
    scope: Scope,
    told: Told,
    draft: Draft,
) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    super::setups::save(&control, &actor, (kind, id, scope), told, &draft).await
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

/// The page of one kind; `?id=` opens one that exists.
fn setup_page(kind: Kind) -> AnyView {
    let id = use_query_map().get_untracked().get("id");
    let title = match id {
        Some(_) => format!("Edit {}", kind.noun()),
        None => format!("New {}", kind.noun()),
    };
    let asked = id.clone();
    let loaded = load(|| (), move |()| load_setup(kind, asked.clone()));
    view! {
        <Title text=title.clone()/>
        <Page title>
            <Loaded of=loaded view=move |setup| {
                let id = id.clone();
                view! { <SetupForm kind id setup/> }.into_any()
            }/>
        </Page>
    }
    .into_any()
}

#[component]
fn SetupForm(kind: Kind, id: Option<String>, setup: Setup) -> impl IntoView {
    let Setup { places, scope, has_gpu_limits, told, mut draft } = setup;
    let Some(scope) = scope else {
        let words =
            format!("You may keep no {}: ask an administrator of your project.", kind.noun());
        return view! { <Note tone=Tone::Info>{words}</Note> }.into_any();
    };
    if has_gpu_limits {
        draft.set("gpu_limits", "on");
    }
    let form = Form::of(&draft);
    let checks = Checks::new();
    provide_context(Gifts::of(vec![]));
    provide_context(Offers::new(vec![]));
    provide_context(Loading { project: StoredValue::new(None), section: RwSignal::new(None) });
    provide_context(Governed::of(Rules::default()));
    provide_context(checks);
    let at = places.iter().position(|place| place.scope == scope).unwrap_or_default();
    let own = RwSignal::new(at.to_string());
    let choices = places.iter().enumerate();
    let choices: Vec<_> =
        choices.map(|(at, place)| Choice::new(at.to_string(), &*place.words)).collect();
    let (name, description) = (RwSignal::new(told.name), RwSignal::new(told.description));
    let is_new = id.is_none();
    let save = Action::new(move |(): &()| {
        let at = own.get_untracked().parse().unwrap_or(at);
        let scope = places.get(at).map_or(scope, |place| place.scope);
        let told = Told { name: name.get_untracked(), description: description.get_untracked() };
        keep_setup(kind, id.clone(), scope, told, untrack(|| form.draft()))
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
    let words = format!("{} {}", if is_new { "Create" } else { "Save" }, kind.noun());
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
                    <Field label="Scope" name="scope" help=Some("It can be used there and in everything below.".to_owned()) locked=!is_new>
                        <Select name="scope" value=own choices/>
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
