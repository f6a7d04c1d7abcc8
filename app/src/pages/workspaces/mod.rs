//! The new-workspace page: step 1 (`start`) and the form, in both its styles.

mod alone;
mod attributes;
mod checks;
mod compute;
mod credential;
pub mod data;
mod fields;
mod form;
mod general;
mod given;
mod images;
#[cfg(feature = "ssr")]
mod judged;
mod linking;
mod load;
#[cfg(feature = "ssr")]
mod loading;
mod lookup;
#[cfg(feature = "ssr")]
mod offered;
mod offers;
pub mod origin;
mod panel;
mod picks;
#[cfg(feature = "ssr")]
mod rendered;
mod renderings;
mod rows;
#[cfg(feature = "ssr")]
mod ruled;
pub mod rules;
mod sections;
pub mod setup;
#[cfg(feature = "ssr")]
mod setups;
mod start;
mod storage;
mod style;
pub mod templates;
#[cfg(feature = "ssr")]
mod typed;

#[cfg(feature = "ssr")]
pub use judged::place_of;

use domain::{
    ClusterId, Problem, ProjectId, Scope,
    form::{Draft, Pairs, pairs_of},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map, use_url},
    params::ParamsMap,
};

use self::{
    checks::Checks,
    data::{FormFacts, Judged, create_workspace, judge, keep_draft, load_form},
    form::Form,
    given::Gifts,
    images::ImagesAt,
    load::Loading,
    offers::Offers,
    origin::Origin,
    panel::Panel,
    renderings::renderings_view,
    rules::{Governed, Rules},
    sections::Around,
    style::{Style, sections_view, style_switch},
};
use crate::{
    error::UiError,
    pages::Loaded,
    ui::{Card, Choice, Field, Gap, Note, Page, Select, Stack, Tone, WithPanel},
    widgets::QuotaLine,
    wire::load,
};

pub use start::{Name, NewWorkspaceStart};

/// Where a new workload begins.
pub const STEP_1: &str = "/workloads/new";
/// Where the form is.
pub const STEP_2: &str = "/workloads/new/workspace";

/// In the address: the id of a draft that is kept.
const DRAFT: &str = "draft";
/// Characters of a draft above which it is kept, and the address names it.
const LONG: usize = 3_000;
/// Milliseconds without a change after which it is.
const KEEP_MS: u64 = 400;
const LOST: &str = "What was typed at this address is not kept any more: drafts are for 30 days.";

/// Milliseconds without a change after which the scheduler is asked.
const QUIET_MS: u64 = 120;

/// Step 2. The address holds project, name and the whole draft.
#[component]
pub fn NewWorkspace() -> impl IntoView {
    // Read once: from then on the form is the truth, and the address follows it.
    let query = use_query_map().get_untracked();
    let project = query.get("project").and_then(|id| id.parse::<ProjectId>().ok());
    let origin = origin_of(&query);
    let assets = ["environment", "compute"].map(|field| query.get(field)?.parse().ok());
    let assets: Vec<_> = assets.into_iter().flatten().collect();
    let was = query.get("was").and_then(|id| id.parse().ok());
    let draft = query.get(DRAFT);
    let loaded =
        load(|| (), move |()| load_form(project, origin, assets.clone(), was, draft.clone()));
    view! {
        <Title text="New workspace"/>
        <Page title="New workspace" about=Some("Nothing is created before you press Create workspace.".to_owned())>
            <Loaded of=loaded view=move |(facts, rules)| {
                let query = query.clone();
                view! { <Filling facts rules query/> }.into_any()
            }/>
        </Page>
    }
}

fn origin_of(query: &ParamsMap) -> Origin {
    let pairs: Vec<_> = query.clone().into_iter().collect();
    Origin::of(|name| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str()))
}

#[component]
fn Filling(facts: FormFacts, mut rules: Rules, query: ParamsMap) -> impl IntoView {
    let own = rules.fields.iter().find(|(path, _)| path == "spec.nodePools");
    let is_closed = own.is_some_and(|(_, rule)| rule.is_locked);
    if rules.filled.rows("node_pools").is_empty() && !is_closed {
        let pool = |filled: Draft, name: &String| filled.and("node_pools", &[("name", name)]);
        rules.filled = facts.default_pools.iter().fold(rules.filled, pool);
    }
    for (name, text) in &facts.told {
        rules.filled.set(name, text);
    }
    let typed = draft_of(use_url().get_untracked().search(), rules.filled.clone());
    let form = Form::of(&typed.over(&facts.kept));
    let checks = Checks::new();
    provide_context(Gifts::of(std::mem::take(&mut rules.given)));
    provide_context(Offers::new(facts.offers.clone()));
    provide_context(Loading { project: Some(facts.project.id), section: RwSignal::new(None) });
    provide_context(Style::of(form));
    provide_context(ImagesAt(Signal::stored(Scope::Project(facts.project.id))));
    let around = std::mem::take(&mut rules.around);
    let governed = Governed::of(rules);
    provide_context(checks);
    provide_context(governed);
    let name = RwSignal::new(query.get("name").unwrap_or_default());
    let project = RwSignal::new(facts.project.id.to_string());
    let (project_id, cluster) = (facts.project.id, facts.cluster.id);
    let origin = origin_of(&query);
    checks.check_with_engine(form, around);
    load::take_along(form, &query);
    let opened = StoredValue::new(governed.opened());
    keep_address((form, opened), name, project_id, origin);
    move_elsewhere((form, opened), (name, project), project_id, origin);
    let Asked { answer, trouble, asking } = ask((form, checks), project_id, cluster, origin);
    let (busy, submit) = creation((form, checks), name, project_id, cluster, origin);
    let refused = query.get("problem").or_else(|| facts.is_lost.then(|| LOST.to_owned()));
    let refused = refused.map(|problem| view! { <Note tone=Tone::Bad alert=true>{problem}</Note> });
    let panel = move || view! { <Panel form answer trouble asking busy=busy.into()/> }.into_any();
    let (shown, around) = (facts.project.clone(), Around { facts: Some(facts.clone()), answer });
    let style = style_switch(form, facts.has_flexible);
    let hidden = hidden_fields(&facts, origin);
    let title = format!("Project {}", facts.project.name);
    let (changes, projects) = (changes_note(&facts), project_choice(&facts, project));
    view! {
        <form method="post" action=STEP_2 on:submit=submit>
            {hidden}
            <WithPanel panel>
                <Stack gap=Gap::Usual>
                    {refused}
                    {changes}
                    <Card title>
                        <Stack>
                            {style}
                            {projects}
                            <QuotaLine facts=shown bare=true/>
                            <Name name project/>
                        </Stack>
                    </Card>
                    {sections_view(form, around)}
                    {renderings_view(form, (name, project_id, origin))}
                </Stack>
            </WithPanel>
        </form>
    }
    .into_any()
}

/// Whether a workspace is being created, and what does it when the form is sent.
fn creation(
    (form, checks): (Form, Checks),
    name: RwSignal<String>,
    project: ProjectId,
    cluster: ClusterId,
    origin: Origin,
) -> (RwSignal<bool>, impl Fn(leptos::ev::SubmitEvent) + Clone + 'static) {
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let create = move |name: String| {
        let (draft, navigate) = (untrack(|| form.draft()), navigate.clone());
        busy.set(true);
        crate::browser::spawn(async move {
            let made = create_workspace(name, project, cluster, draft, origin).await;
            busy.try_set(false);
            match made {
                Ok(id) => navigate(&format!("/workloads?open={id}"), NavigateOptions::default()),
                Err(error) => checks.refuse(problems_of(error)),
            }
        });
    };
    // A setup that was chosen a moment ago is a part of what is sent.
    let wanted = RwSignal::new(None::<String>);
    crate::browser::effect(move || {
        if let Some(name) = wanted.get().filter(|_| form.filling.get() == 0) {
            wanted.set(None);
            create(name);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        checks.show_all();
        let name = name.get_untracked();
        if domain::name::check_name(&name).is_ok() && !busy.get_untracked() {
            wanted.set(Some(name));
        }
    };
    (busy, submit)
}

/// What is sent without being chosen on the page.
fn hidden_fields(facts: &FormFacts, origin: Origin) -> AnyView {
    // Where there are several projects to choose from, the choice itself is sent.
    let one = (facts.projects.len() < 2).then(|| ("project", facts.project.id.to_string()));
    let pairs = [("cluster", facts.cluster.id.to_string())].into_iter().chain(one);
    let fields = pairs
        .chain(origin.pair())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    fields.collect_view().into_any()
}

/// The project, where there are several.
fn project_choice(facts: &FormFacts, project: RwSignal<String>) -> Option<AnyView> {
    let all = facts.projects.iter().map(|(id, name)| Choice::new(id.to_string(), name));
    let choices: Vec<_> = all.collect();
    (choices.len() > 1).then(|| {
        view! {
            <Field label="Project" name="project">
                <Select name="project" value=project choices/>
            </Field>
        }
        .into_any()
    })
}

/// What is other than in the project that the form came from.
fn changes_note(facts: &FormFacts) -> Option<AnyView> {
    if facts.changes.is_empty() {
        return None;
    }
    let lines = facts.changes.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let words =
        format!("In project {} other rules hold. What you changed stays.", facts.project.name);
    Some(view! { <Note tone=Tone::Info><div role="status"><b>{words}</b><ul>{lines}</ul></div></Note> }.into_any())
}

/// The address says what was changed since the form opened.
fn draft_of(search: &str, opened: Draft) -> Draft {
    opened.over(&pairs_of(search))
}

fn problems_of(error: UiError) -> Vec<Problem> {
    match error {
        UiError::Invalid(problems) => problems,
        UiError::NameTaken(message) => vec![Problem::new("name", "name.taken", message)],
        other => vec![Problem::new("workspace", "failed", other.to_string())],
    }
}

/// Writes the draft into the address, so that reload, back and a copied link keep it.
fn keep_address(
    (form, opened): (Form, StoredValue<Draft>),
    name: RwSignal<String>,
    project: ProjectId,
    origin: Origin,
) {
    let newest = StoredValue::new(0_u64);
    Effect::watch(
        move || (form.draft(), name.get()),
        move |(draft, name), _, _| {
            let name = name.clone();
            let typed = opened.with_value(|opened| draft.pairs_over(opened));
            let address = move |typed| address_of(project.to_string(), name.clone(), origin, typed);
            newest.update_value(|newest| *newest += 1);
            let mine = newest.get_value();
            let is_newest = move || newest.try_get_value() == Some(mine);
            shortened(typed, is_newest, move |typed| {
                crate::browser::replace_query(&address(typed))
            });
        },
        false,
    );
}

/// Goes on with what was typed: as it is, or with the name of a draft that is kept, where it is too long for an address.
/// What cannot be kept goes as it is. What is not the newest any more by then is left.
fn shortened(
    typed: Pairs,
    is_newest: impl Fn() -> bool + 'static,
    go_on: impl FnOnce(Pairs) + 'static,
) {
    let length: usize = typed.iter().map(|(name, text)| name.len() + text.len() + 2).sum();
    if length <= LONG {
        return go_on(typed);
    }
    crate::browser::after(KEEP_MS, move || {
        if !is_newest() {
            return;
        }
        crate::browser::spawn(async move {
            let kept = keep_draft(typed.clone()).await;
            if is_newest() {
                go_on(kept.map_or(typed, |id| vec![(DRAFT.to_owned(), id)]));
            }
        });
    });
}

fn address_of(project: String, name: String, origin: Origin, draft: Pairs) -> Pairs {
    let head = [("project".to_owned(), project), ("name".to_owned(), name)];
    let origin = origin.pair().map(|(name, value)| (name.to_owned(), value));
    head.into_iter().chain(origin).chain(draft).collect()
}

/// Another project is chosen: the form opens there anew, with what was typed, and says what is other.
fn move_elsewhere(
    (form, opened): (Form, StoredValue<Draft>),
    (name, project): (RwSignal<String>, RwSignal<String>),
    was: ProjectId,
    origin: Origin,
) {
    Effect::watch(
        move || project.get(),
        move |chosen, _, _| {
            if *chosen == was.to_string() {
                return;
            }
            let draft = untrack(|| form.draft());
            let typed = opened.with_value(|opened| draft.pairs_over(opened));
            let (chosen, name) = (chosen.clone(), name.get_untracked());
            shortened(
                typed,
                || true,
                move |typed| {
                    let mut pairs = address_of(chosen, name, origin, typed);
                    pairs.push(("was".to_owned(), was.to_string()));
                    crate::browser::open(&crate::browser::address(STEP_2, &pairs));
                },
            );
        },
        false,
    );
}

struct Asked {
    answer: Signal<Option<Judged>>,
    trouble: Signal<Option<String>>,
    asking: Signal<bool>,
}

/// Asks the scheduler after every change, once it has been quiet for a moment. The newest question
/// wins; an answer to an older one is dropped.
fn ask(
    (form, checks): (Form, Checks),
    project: ProjectId,
    cluster: ClusterId,
    origin: Origin,
) -> Asked {
    let answer = RwSignal::new(None);
    let trouble = RwSignal::new(None);
    let newest = RwSignal::new(0_u64);
    let answered = RwSignal::new(0_u64);
    let draft = Memo::new(move |_| form.draft());
    let gifts = expect_context::<Gifts>();
    crate::browser::effect(move || {
        let draft = draft.get();
        let question = newest.get_untracked() + 1;
        newest.set(question);
        crate::browser::after(QUIET_MS, move || {
            // The page may have been left in the meantime.
            if newest.try_get_untracked() != Some(question) {
                return;
            }
            crate::browser::spawn(async move {
                let said = judge(project, cluster, draft, origin).await;
                if newest.try_get_untracked() != Some(question) {
                    return;
                }
                answered.try_set(question);
                match said {
                    Ok(said) => {
                        checks.judge(&said);
                        said.gone.iter().for_each(|field| gifts.lose(field));
                        trouble.try_set(None);
                        answer.try_set(Some(said));
                    }
                    Err(error) => drop(trouble.try_set(Some(error.to_string()))),
                }
            });
        });
    });
    Asked {
        answer: answer.into(),
        trouble: trouble.into(),
        asking: Signal::derive(move || newest.get() != answered.get()),
    }
}
