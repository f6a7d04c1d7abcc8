//! Step 1: cluster, project, what to start from, and the name. A plain form: CONTINUE works without
//! scripts.

use domain::{Problem, ProjectId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::data::{Places, ProjectFacts, check_name, list_places};
use crate::{
    browser::encode,
    pages::Loaded,
    ui::{
        Button, ButtonKind, ButtonSize, Card, Choice, Empty, Field, HelpTone, IconName, Page, Part,
        RadioCard, RadioCards, Select, Stack, TextInput,
    },
    widgets::QuotaLine,
    wire::load,
};

/// Where the form is.
const STEP_2: &str = "/workloads/new/workspace";

/// Milliseconds without a key after which the server is asked about the name.
const QUIET_MS: u64 = 150;

#[component]
pub fn NewWorkspaceStart() -> impl IntoView {
    let places = load(|| (), |()| list_places());
    view! {
        <Title text="New workspace"/>
        <Page title="New workspace" about=Some("Nothing is created before you press Create workspace.".to_owned())>
            <Loaded of=places view=|places| view! { <Start places/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Start(places: Places) -> impl IntoView {
    if places.projects.is_empty() {
        return view! {
            <Empty icon=IconName::Projects title="No project yet"
                about="A workspace belongs to a project, and you are a member of none. An administrator can add you."/>
        }
        .into_any();
    }
    let query = use_query_map().get_untracked();
    let first = places.projects.first().map(|project| project.id.to_string()).unwrap_or_default();
    let asked = query.get("project");
    let known = |id: &String| places.projects.iter().any(|project| project.id.to_string() == *id);
    let project = RwSignal::new(asked.filter(known).unwrap_or(first));
    let name = RwSignal::new(query.get("name").unwrap_or_default());
    let cluster =
        RwSignal::new(places.clusters.first().map(|c| c.id.to_string()).unwrap_or_default());
    let clusters: Vec<_> = places
        .clusters
        .iter()
        .map(|c| {
            let label =
                if c.simulated { format!("{} (simulated)", c.name) } else { c.name.clone() };
            Choice { value: c.id.to_string(), label, not_now: None }
        })
        .collect();
    let tiles = {
        let projects = places.projects.clone();
        move || {
            let of = cluster.get();
            let of_cluster = projects.iter().filter(move |p| p.cluster.to_string() == of);
            of_cluster.cloned().map(|facts| tile(facts, project)).collect_view()
        }
    };
    let copied = query.get("copy");
    let copy = copied.clone().map(|id| view! { <input type="hidden" name="copy" value=id/> });
    let navigate = use_navigate();
    // The same address as without scripts, without loading the page anew.
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let pairs = [("cluster", cluster.get_untracked()), ("project", project.get_untracked())];
        let pairs = pairs.into_iter().chain([("name", name.get_untracked())]);
        let pairs = pairs.chain(copied.clone().map(|id| ("copy", id)));
        let query: Vec<_> =
            pairs.map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        let address = format!("{STEP_2}?{}", query.join("&"));
        navigate(&address, NavigateOptions::default());
    };
    let from = RwSignal::new("scratch".to_owned());
    view! {
        <form method="get" action=STEP_2 on:submit=go_on>
            {copy}
            <Stack>
                <Card>
                    <Part title="Cluster">
                        <Field label="Cluster" name="cluster" required=true>
                            <Select name="cluster" value=cluster choices=clusters/>
                        </Field>
                    </Part>
                    <Part title="Project" help="Its quota is what the workspace uses.">
                        <RadioCards legend="Project">{tiles}</RadioCards>
                    </Part>
                    <Part title="Start from">
                        <RadioCards legend="Start from">
                            <RadioCard name="from" own="scratch" value=from label="Start from scratch"
                                help="Opens the whole form."/>
                        </RadioCards>
                    </Part>
                    <Part title="Name">
                        <Name name project/>
                    </Part>
                </Card>
                <Button kind=ButtonKind::Primary size=ButtonSize::Large caps=true submit=true>
                    "Continue"
                </Button>
            </Stack>
        </form>
    }
    .into_any()
}

fn tile(facts: ProjectFacts, project: RwSignal<String>) -> AnyView {
    let (own, label) = (facts.id.to_string(), facts.name.clone());
    let help = format!("Department {}", facts.department);
    view! {
        <RadioCard name="project" own value=project label help>
            <QuotaLine facts/>
        </RadioCard>
    }
    .into_any()
}

/// The name, checked while it is typed: by the rule here, by the server for names in use.
#[component]
pub fn Name(name: RwSignal<String>, project: RwSignal<String>) -> impl IntoView {
    let left = RwSignal::new(false);
    let said = RwSignal::new(None::<(String, Option<Problem>)>);
    // Asked in the browser alone, after a pause; an answer about an older name is dropped.
    Effect::new(move |_| {
        let (text, id) = (name.get(), project.get().parse::<ProjectId>());
        let Ok(id) = id else { return };
        if domain::name::check_name(&text).is_err() {
            return;
        }
        crate::browser::after(QUIET_MS, move || {
            if name.try_get_untracked().as_ref() != Some(&text) {
                return;
            }
            leptos::task::spawn_local(async move {
                if let Ok(problem) = check_name(id, text.clone()).await {
                    said.try_set(Some((text, problem)));
                }
            });
        });
    });
    let answer = move || {
        let (about, problem) = said.get()?;
        (about == name.get()).then_some(problem)
    };
    let error = Signal::derive(move || {
        let text = name.get();
        if text.is_empty() && !left.get() {
            return None;
        }
        let wrong = domain::name::check_name(&text).err().map(|wrong| wrong.to_string());
        wrong.or_else(|| answer().flatten().map(|problem| problem.message))
    });
    let help = Signal::derive(move || matches!(answer(), Some(None)).then(|| "Free".to_owned()));
    view! {
        <Field label="Workspace name" name="name" required=true error help tone=HelpTone::Good>
            <TextInput name="name" value=name mono=true maxlength=63_u32
                on_leave=Callback::new(move |()| left.set(true))/>
        </Field>
    }
    .into_any()
}
