//! What if: an administrator supposes that a node is drained, nodes are added or a quota is another one,
//! and sees who would start, wait, be moved or have to go. Nothing is changed.

pub mod data;
#[cfg(feature = "ssr")]
mod made;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::data::{AffectedRow, Asked, Choices, Would, what_if, what_if_choices};
use super::Loaded;
use crate::{
    error::UiError,
    ui::{
        Button, ButtonKind, Card, Choice, Column, Field, Grid, Muted, NameCell, Note, NumberInput,
        Page, Row, Segmented, Select, Stack, Table, Td, Tone, Tr,
    },
    wire::load,
};

/// Where the page is.
pub const PAGE: &str = "/what-if";

const ABOUT: &str =
    "On the state as it is now, played through by the scheduler. Nothing is changed by it.";

/// Where the page begins with this node drained.
pub fn drain_href(node: &str) -> String {
    format!("{PAGE}?drain={}", crate::browser::encode(node))
}

#[component]
pub fn WhatIfPage() -> impl IntoView {
    let choices = load(|| (), |()| what_if_choices());
    view! {
        <Title text="What if"/>
        <Page title="What if" about=Some(ABOUT.to_owned())>
            <Loaded of=choices view=|choices| view! { <Supposing choices/> }.into_any()/>
        </Page>
    }
}

/// What is chosen in the form.
#[derive(Clone, Copy)]
struct Draft {
    kind: RwSignal<String>,
    node: RwSignal<String>,
    count: RwSignal<String>,
    unit: RwSignal<String>,
    pool: RwSignal<String>,
    gpus: RwSignal<String>,
}

impl Draft {
    fn of(choices: &Choices, drain: Option<String>) -> Self {
        let first =
            |all: &[(String, String)]| all.first().map(|(id, _)| id.clone()).unwrap_or_default();
        let known = drain.filter(|node| choices.nodes.iter().any(|(own, _)| own == node));
        Self {
            kind: RwSignal::new("drain".to_owned()),
            node: RwSignal::new(known.unwrap_or_else(|| first(&choices.nodes))),
            count: RwSignal::new("1".to_owned()),
            unit: RwSignal::new(first(&choices.units)),
            pool: RwSignal::new(first(&choices.pools)),
            gpus: RwSignal::new("0".to_owned()),
        }
    }

    fn asked(self) -> Asked {
        Asked {
            kind: self.kind.get_untracked(),
            node: self.node.get_untracked(),
            count: self.count.get_untracked(),
            unit: self.unit.get_untracked(),
            pool: self.pool.get_untracked(),
            gpus: self.gpus.get_untracked(),
        }
    }
}

#[component]
fn Supposing(choices: Choices) -> impl IntoView {
    let drain = use_query_map().with_untracked(|query| query.get("drain"));
    let draft = Draft::of(&choices, drain);
    let asking = Action::new(|asked: &Asked| what_if(asked.clone()));
    let kinds = vec![
        Choice::new("drain", "Drain a node"),
        Choice::new("add", "Add nodes"),
        Choice::new("quota", "Change a quota"),
    ];
    let told = move || asking.value().get().map(|answer| view! { <Answer answer/> });
    view! {
        <Stack>
            <Card title="What if I …">
                <Stack>
                    <Segmented legend="What is supposed" name="kind" value=draft.kind choices=kinds/>
                    <Fields draft choices/>
                    <Row>
                        <Button kind=ButtonKind::Primary caps=true busy=asking.pending()
                            on_press=move |()| drop(asking.dispatch(draft.asked()))>"Show what would happen"</Button>
                    </Row>
                </Stack>
            </Card>
            <div aria-live="polite">{told}</div>
        </Stack>
    }
    .into_any()
}

#[component]
fn Fields(draft: Draft, choices: Choices) -> impl IntoView {
    let list = |all: Vec<(String, String)>| -> Vec<Choice> {
        all.into_iter().map(|(value, label)| Choice::new(value, label)).collect()
    };
    let Choices { nodes, units, pools, .. } = choices;
    let (nodes, units, pools) = (list(nodes), list(units), list(pools));
    move || {
        let (nodes, units, pools) = (nodes.clone(), units.clone(), pools.clone());
        match draft.kind.get().as_str() {
            "drain" => view! {
                <Grid><Field label="Node" name="node"><Select name="node" value=draft.node choices=nodes/></Field></Grid>
            }
            .into_any(),
            "add" => view! {
                <Grid>
                    <Field label="Like node" name="node"><Select name="node" value=draft.node choices=nodes/></Field>
                    <Field label="How many" name="count"><NumberInput name="count" value=draft.count min=1.0 unit="nodes"/></Field>
                </Grid>
            }
            .into_any(),
            _ => view! {
                <Grid>
                    <Field label="Whose quota" name="unit"><Select name="unit" value=draft.unit choices=units/></Field>
                    <Field label="Node pool" name="pool"><Select name="pool" value=draft.pool choices=pools/></Field>
                    <Field label="GPU quota" name="gpus" help=Some("Empty is everything there is.".to_owned())>
                        <NumberInput name="gpus" value=draft.gpus min=0.0 unit="GPUs"/>
                    </Field>
                </Grid>
            }
            .into_any(),
        }
    }
}

#[component]
fn Answer(answer: Result<Would, UiError>) -> impl IntoView {
    let would = match answer {
        Ok(would) => would,
        Err(error) => {
            return view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any();
        }
    };
    let Would { starts, moves, evicted, waits, stays, staying, still_waiting } = would;
    let none = starts.is_empty() && moves.is_empty() && evicted.is_empty() && waits.is_empty();
    let wait = match still_waiting {
        0 => None,
        1 => Some("1 workload waits in any case.".to_owned()),
        count => Some(format!("{count} workloads wait in any case.")),
    };
    let more = staying.saturating_sub(stays.len());
    let more = (more > 0).then(|| format!("{more} more stay where they are."));
    view! {
        <Stack>
            {none.then(|| view! { <Note tone=Tone::Good>"Nobody would start, wait, be moved or have to go because of it."</Note> })}
            <Those title="Would be moved" of=moves/>
            <Those title="Would have to go, and wait" of=evicted/>
            <Those title="Would start" of=starts/>
            <Those title="Would wait, though they would start as things are" of=waits/>
            <Those title="Would stay where they are" of=stays/>
            {more.map(|more| view! { <Muted>{more}</Muted> })}
            {wait.map(|wait| view! { <Muted>{wait}</Muted> })}
        </Stack>
    }
    .into_any()
}

#[component]
fn Those(title: &'static str, of: Vec<AffectedRow>) -> impl IntoView {
    if of.is_empty() {
        return ().into_any();
    }
    let head = || {
        view! {
            <Column title="Workload"/>
            <Column title="Project"/>
            <Column title="From"/>
            <Column title="To"/>
            <Column title="Why"/>
        }
    };
    let count = of.len();
    let row = |of: AffectedRow| {
        view! {
            <Tr>
                <NameCell>{of.name}</NameCell>
                <Td label="Project">{of.project}</Td>
                <Td label="From">{of.from}</Td>
                <Td label="To">{of.to}</Td>
                <Td label="Why">{of.why}</Td>
            </Tr>
        }
    };
    let rows = of.into_iter().map(row).collect_view();
    view! { <Stack><h2>{format!("{title} ({count})")}</h2><Table label=title head>{rows}</Table></Stack> }
        .into_any()
}
