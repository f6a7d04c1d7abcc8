//! Step 1: cluster, project, what to start from, and the name. A plain form: CONTINUE works without
//! scripts.

use domain::{Problem, ProjectId, WorkloadId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    STEP_2,
    data::{ClusterFacts, Places, ProjectFacts, check_name},
    templates::{TemplateTile, launch_template, list_templates, load_start},
};
use crate::{
    browser::{encode, lower},
    error::UiError,
    pages::Loaded,
    ui::{
        Button, ButtonKind, ButtonSize, Card, Choice, Empty, Field, FromScratch, FromTemplate,
        HelpTone, IconName, LinkButton, Note, Page, Part, RadioCard, RadioCards, Row, SearchInput,
        Select, Stack, TextInput, Tone, WhenChosen,
    },
    widgets::{QuotaLine, Tiles},
    wire::load,
};

/// So many projects or templates are found without a search.
const FEW: usize = 8;
/// Milliseconds without a key after which the server is asked about the name.
const QUIET_MS: u64 = 150;

#[component]
pub fn NewWorkspaceStart() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked = query.get("project").and_then(|id| id.parse().ok());
    let places = load(|| (), move |()| load_start(asked));
    view! {
        <Title text="New workspace"/>
        <Page title="New workspace" about=Some("Nothing is created before you press Create workspace.".to_owned())>
            <Loaded of=places view=|(places, tiles)| view! { <Start places tiles/> }.into_any()/>
        </Page>
    }
}

fn cluster_choice(of: &ClusterFacts) -> Choice {
    let about = if of.simulated { " (simulated)" } else { "" };
    Choice::new(of.id.to_string(), format!("{}{about}", of.name))
}

/// The address of the form with what was chosen.
fn step_2<const N: usize>(pairs: [(&str, Option<String>); N]) -> String {
    let said = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query: Vec<_> = said.map(|(name, value)| format!("{name}={}", encode(&value))).collect();
    format!("{STEP_2}?{}", query.join("&"))
}

#[component]
fn Start(places: Places, tiles: Vec<TemplateTile>) -> impl IntoView {
    if places.projects.is_empty() {
        return view! {
            <Empty icon=IconName::Projects title="No project yet"
                about="A workspace belongs to a project, and you are a member of none. An administrator can add you."/>
        }
        .into_any();
    }
    let query = use_query_map().get_untracked();
    let asked = query.get("project").and_then(|id| id.parse().ok());
    let chosen = places.chosen(asked).map(|id| id.to_string()).unwrap_or_default();
    let project = RwSignal::new(chosen);
    let name = RwSignal::new(query.get("name").unwrap_or_default());
    let cluster =
        RwSignal::new(places.clusters.first().map(|c| c.id.to_string()).unwrap_or_default());
    let clusters: Vec<_> = places.clusters.iter().map(cluster_choice).collect();
    let project_part = project_part(&places, (cluster, project));
    let template = RwSignal::new(query.get("template").unwrap_or_default());
    let from = if template.with_untracked(String::is_empty) { "scratch" } else { "template" };
    let from = RwSignal::new(from.to_owned());
    let refused = query
        .get("problem")
        .map(|problem| view! { <Note tone=Tone::Bad alert=true>{problem}</Note> });
    let tiles = RwSignal::new(tiles);
    follow_project(project, tiles);
    let from_part = from_part(from, (tiles, template));
    let launch = Launch { name, project, cluster, template, tiles, pressed: RwSignal::new(false) };
    let launched = launch.action();
    let copied = query.get("copy");
    let copy = copied.clone().map(|id| view! { <input type="hidden" name="copy" value=id/> });
    let navigate = use_navigate();
    // The same address as without scripts, without loading the page anew.
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if launch.pressed.get_untracked() {
            launch.pressed.set(false);
            launched.dispatch(());
            return;
        }
        let from_template = from.with_untracked(|from| from == "template");
        let chosen = Some(template.get_untracked()).filter(|id| from_template && !id.is_empty());
        let pairs = [
            ("cluster", Some(cluster.get_untracked())),
            ("project", Some(project.get_untracked())),
            ("name", Some(name.get_untracked())),
            ("copy", copied.clone()),
            ("template", chosen),
        ];
        navigate(&step_2(pairs), NavigateOptions::default());
    };
    view! {
        <form method="get" action=STEP_2 on:submit=go_on>
            {copy}
            <Stack>
                {refused}
                <Card>
                    <Part title="Cluster">
                        <Field label="Cluster" name="cluster" required=true>
                            <Select name="cluster" value=cluster choices=clusters/>
                        </Field>
                    </Part>
                    {project_part}
                    {from_part}
                    <Part title="Name">
                        <Name name project/>
                    </Part>
                </Card>
                {move || launched.value().get().and_then(Result::err).map(|error| view! {
                    <Note tone=Tone::Bad alert=true>{error.to_string()}</Note>
                })}
                <Ways launch busy=launched.pending().into()/>
            </Stack>
        </form>
    }
    .into_any()
}

/// The projects of the cluster, and the way to another one.
fn project_part(
    places: &Places,
    (cluster, project): (RwSignal<String>, RwSignal<String>),
) -> AnyView {
    let word = RwSignal::default();
    let tiles = project_tiles(places, (cluster, project), word);
    let search = (places.projects.len() > FEW).then(|| {
        view! { <SearchInput name="project_word" value=word label="Search projects" inside=true/> }
    });
    let new = places.may_make_project.then(|| {
        view! { <Row><LinkButton href="/projects/new".to_owned() caps=true>"+New project"</LinkButton></Row> }
    });
    view! {
        <Part title="Project" help="Its quota is what the workspace uses.">
            {search}
            <RadioCards legend="Project">{tiles}</RadioCards>
            {new}
        </Part>
    }
    .into_any()
}

/// From scratch, or from one of the templates.
fn from_part(
    from: RwSignal<String>,
    (tiles, template): (RwSignal<Vec<TemplateTile>>, RwSignal<String>),
) -> AnyView {
    let word = RwSignal::default();
    let are_many = Memo::new(move |_| tiles.with(|tiles| tiles.len() > FEW));
    let found = found_tiles(tiles, template, word);
    let search = move || {
        are_many.get().then(|| {
            view! { <SearchInput name="template_word" value=word label="Search templates" inside=true/> }
        })
    };
    view! {
        <Part title="Start from">
            <RadioCards legend="Start from">
                <RadioCard name="from" own="scratch" value=from label="Start from scratch"
                    help="Opens the whole form."/>
                <RadioCard name="from" own="template" value=from label="Template"
                    help="Predefined settings. Launch as they are, or adjust them first."/>
            </RadioCards>
            <WhenChosen>
                {search}
                <Tiles tiles=found chosen=template/>
            </WhenChosen>
        </Part>
    }
    .into_any()
}

/// A tile for each project of the cluster that is looked for. The chosen one stays in sight.
fn project_tiles(
    places: &Places,
    (cluster, project): (RwSignal<String>, RwSignal<String>),
    word: RwSignal<String>,
) -> impl Fn() -> AnyView + Clone + use<> {
    let projects = places.projects.clone();
    move || {
        let (of, word, chosen) = (cluster.get(), lower(&word.get()), project.get_untracked());
        let fits = |facts: &&ProjectFacts| {
            let has = |text: &str| lower(text).contains(&word);
            facts.cluster.to_string() == of
                && (has(&facts.name) || has(&facts.department) || facts.id.to_string() == chosen)
        };
        let found = projects.iter().filter(fits).cloned();
        found.map(|facts| tile(facts, project)).collect_view().into_any()
    }
}

/// The templates that are looked for, and the chosen one.
fn found_tiles(
    tiles: RwSignal<Vec<TemplateTile>>,
    chosen: RwSignal<String>,
    word: RwSignal<String>,
) -> Signal<Vec<TemplateTile>> {
    Signal::derive(move || {
        let (word, chosen) = (lower(&word.get()), chosen.get_untracked());
        let fits = |tile: &&TemplateTile| {
            let has = |text: &str| lower(text).contains(&word);
            has(&tile.name)
                || has(&tile.description)
                || has(&tile.summary)
                || tile.id.to_string() == chosen
        };
        tiles.with(|tiles| tiles.iter().filter(fits).cloned().collect())
    })
}

/// Another project has other templates, and other answers about them.
fn follow_project(project: RwSignal<String>, tiles: RwSignal<Vec<TemplateTile>>) {
    Effect::watch(
        move || project.get(),
        move |id, _, _| {
            let Ok(id) = id.parse::<ProjectId>() else { return };
            crate::browser::spawn(async move {
                let listed = list_templates(id).await;
                // An answer about another project than the chosen one is dropped.
                let current = project.try_get_untracked().is_some_and(|now| now == id.to_string());
                if let (Ok(listed), true) = (listed, current) {
                    tiles.try_set(listed);
                }
            });
        },
        false,
    );
}

/// What the button that launches a template needs.
#[derive(Clone, Copy)]
struct Launch {
    name: RwSignal<String>,
    project: RwSignal<String>,
    cluster: RwSignal<String>,
    template: RwSignal<String>,
    tiles: RwSignal<Vec<TemplateTile>>,
    /// Whether it was this button that sent the form.
    pressed: RwSignal<bool>,
}

impl Launch {
    /// Why the chosen template cannot be launched as it is; the form may still begin with it.
    fn not_now(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            let chosen = self.template.get();
            self.tiles.with(|tiles| {
                let tile = tiles.iter().find(|tile| tile.id.to_string() == chosen)?;
                (!tile.is_runnable()).then(|| tile.sentence.clone())
            })
        })
    }

    fn action(self) -> Action<(), Result<WorkloadId, UiError>> {
        let navigate = use_navigate();
        let action = Action::new(move |&()| async move {
            let project = self.project.get_untracked().parse().ok();
            let cluster = self.cluster.get_untracked().parse().ok();
            let template = self.template.get_untracked().parse().ok();
            let (Some(project), Some(cluster), Some(template)) = (project, cluster, template)
            else {
                return Err(UiError::NotFound("Choose a template first.".into()));
            };
            launch_template(self.name.get_untracked(), project, cluster, template).await
        });
        crate::browser::effect(move || {
            if let Some(Ok(id)) = action.value().get() {
                navigate(&format!("/workloads?open={id}"), NavigateOptions::default());
            }
        });
        action
    }
}

/// The buttons at the end: which are there depends on what is started from, with and without scripts.
#[component]
fn Ways(launch: Launch, busy: Signal<bool>) -> impl IntoView {
    let press = Callback::new(move |()| launch.pressed.set(true));
    // The first button is the one that Enter presses.
    view! {
        <FromScratch>
            <Button kind=ButtonKind::Primary size=ButtonSize::Large caps=true submit=true>
                "Continue"
            </Button>
        </FromScratch>
        <FromTemplate>
            <Row>
                <Button kind=ButtonKind::Primary size=ButtonSize::Large caps=true submit=true busy
                    action="/workloads/launch" not_now=launch.not_now() on_press=press>"Create workspace"</Button>
                <Button size=ButtonSize::Large submit=true>"Advanced setup"</Button>
            </Row>
        </FromTemplate>
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
    crate::browser::effect(move || {
        let (text, id) = (name.get(), project.get().parse::<ProjectId>());
        let Ok(id) = id else { return };
        if domain::name::check_name(&text).is_err() {
            return;
        }
        crate::browser::after(QUIET_MS, move || {
            if name.try_get_untracked().as_ref() != Some(&text) {
                return;
            }
            crate::browser::spawn(async move {
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
