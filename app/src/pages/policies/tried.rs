//! What a draft would do: what is wrong with it, and which submissions it would have refused.

use leptos::prelude::*;

use super::{
    data::{IssueLine, Refused, Replayed},
    draft::Draft,
};
use crate::{
    pages::workloads,
    ui::{
        Card, Choice, Diagnoses, Diagnosis, DiagnosisList, Disclosure, Finding, Gap, Inline, Muted,
        Note, Padded, ReplayBar, Row, Select, Stack, Tallies, Tally, Tone,
    },
    widgets::Flag,
};

/// The id of what says what is wrong.
pub const WRONG: &str = "policy-wrong";

/// Lists what is wrong, with the line.
#[component]
pub fn Issues(draft: Draft) -> impl IntoView {
    let no_engine = move || {
        draft.no_engine.get().map(|why| {
            view! { <Note tone=Tone::Warn>{format!("{why} The server checks the draft instead.")}</Note> }
        })
    };
    let untried = move || {
        draft.untried.get().map(|why| {
            let again = if why.may_pass() { ", and is tried again by itself" } else { "" };
            view! { <Note tone=Tone::Warn>{format!("{why} The draft stays in this browser{again}.")}</Note> }
        })
    };
    let list = move || {
        let issues = draft.issues.get();
        (!issues.is_empty()).then(|| {
            let rows = issues.into_iter().map(issue).collect_view();
            view! { <DiagnosisList>{rows}</DiagnosisList> }
        })
    };
    view! { {no_engine} {untried} <Diagnoses id=WRONG>{list}</Diagnoses> }
}

fn issue(of: IssueLine) -> AnyView {
    let place = of.place.map(|(line, _)| format!("Line {line}"));
    view! { <Diagnosis bad=of.is_error place>{of.words}</Diagnosis> }.into_any()
}

/// The last submissions with the draft in force.
#[component]
pub fn Replay(draft: Draft) -> impl IntoView {
    let actions = move || {
        let choices = [50, 200, 1_000]
            .map(|n| Choice::new(n.to_string(), format!("Last {n} submissions")))
            .to_vec();
        view! { <Inline><Select name="last" value=draft.last choices label="Submissions"/></Inline> }
    };
    let body = move || {
        let replay =
            draft.tried.with(|tried| tried.as_ref().map(|(_, tried)| tried.replay.clone()));
        match replay {
            None => trying(draft),
            Some(replay) => replayed(replay, draft.errors() > 0),
        }
    };
    view! { <Card title="Replay" actions>{body}</Card> }
}

/// While nothing is known yet of what the draft would do.
pub fn trying(draft: Draft) -> AnyView {
    let words = move || match draft.untried.get() {
        Some(_) => "The draft could not be tried.",
        None => "Trying the draft…",
    };
    view! { <Padded><Muted>{words}</Muted></Padded> }.into_any()
}

fn replayed(replay: Replayed, has_errors: bool) -> AnyView {
    let Replayed { total, count, refused, by_rule } = replay;
    let left_out = has_errors.then_some(" What is marked as wrong is left out until it is right.");
    let about = format!(
        "Tried on the newest {total} workspaces submitted here, deleted ones too as long as they are kept.{} Running workloads are not touched.",
        left_out.unwrap_or_default()
    );
    let words = if count == 1 { "past submission" } else { "past submissions" };
    let most = by_rule.first().map_or(1, |(_, count)| *count);
    let rules =
        by_rule.into_iter().map(move |(rule, count)| view! { <Tally count most>{rule}</Tally> });
    let rules = (count > 0).then(|| {
        view! { <Stack gap=Gap::Small><Muted small=true>"By rule"</Muted><Tallies>{rules.collect_view()}</Tallies></Stack> }
    });
    let shown = refused.len();
    let more = (count > shown).then(|| format!("The newest {shown} of them are listed."));
    let latest = refused.into_iter().map(refusal).collect_view();
    let latest = (count > 0).then(|| {
        view! { <Stack gap=Gap::Small><Muted small=true>"The latest"</Muted>{latest}<Muted small=true>{more}</Muted></Stack> }
    });
    view! {
        <Stack>
            <Finding figure=format!("{count} of {total}") says=format!("{words} would have been refused") about/>
            <ReplayBar refused=count total/>
            {rules}
            {latest}
        </Stack>
    }
    .into_any()
}

fn refusal(of: Refused) -> AnyView {
    let href = format!("{}?open={}", workloads::PAGE, of.id);
    let title = format!("{}, {}, {}", of.name, of.by, of.at);
    let why = of.why.into_iter().map(|why| view! { <li>{why}</li> }).collect_view();
    view! {
        <Row top=true>
            <Flag project=of.project.0/>
            <Disclosure title>
                <ul>{why}</ul>
                <a href=href>"Show the workload"</a>
            </Disclosure>
        </Row>
    }
    .into_any()
}
