//! The panel at the right: will it run, where and when, what does it cost the project, what must be
//! fixed. Its answers come from the scheduler itself.

use domain::{Problem, form::Draft};
use leptos::prelude::*;

use super::{checks::Checks, data::Judged, form::Form};
use crate::{
    ui::{Button, ButtonKind, ButtonSize, Note, Tone},
    widgets::VerdictPanel,
};

#[component]
pub fn Panel(
    form: Form,
    answer: Signal<Option<Judged>>,
    /// Why there is no answer, when there is none.
    trouble: Signal<Option<String>>,
    asking: Signal<bool>,
    busy: Signal<bool>,
) -> impl IntoView {
    let checks = expect_context::<Checks>();
    let on_fix = Callback::new(move |draft: Draft| form.fill(&draft));
    let problems = move || {
        let to_fix = move || {
            let problems = checks.problems();
            let shown = checks.is_showing_all() || !only_missing_image(&problems);
            (shown && !problems.is_empty()).then(|| view! { <ToFix checks problems/> })
        };
        let notes = move || {
            let notes = answer.get().map(|said| said.notes).unwrap_or_default().into_iter();
            notes.map(|words| view! { <Note tone=Tone::Warn>{words}</Note> }).collect_view()
        };
        view! {
            {notes}
            {move || trouble.get().map(|text| view! { <Note tone=Tone::Warn>{text}</Note> })}
            {to_fix}
        }
    };
    let foot = move || {
        view! {
            <Button kind=ButtonKind::Primary size=ButtonSize::Large caps=true wide=true submit=true busy>
                "Create workspace"
            </Button>
        }
    };
    view! {
        <VerdictPanel judged=answer asking on_fix problems=problems.into() foot=foot.into()/>
    }
    .into_any()
}

/// An empty form lacks its image; to say so before anything was typed helps nobody.
fn only_missing_image(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| problem.key == "image.required")
}

#[component]
fn ToFix(checks: Checks, problems: Vec<Problem>) -> impl IntoView {
    let title = match problems.len() {
        1 => "1 thing to fix".to_owned(),
        n => format!("{n} things to fix"),
    };
    let lines = problems.into_iter().map(move |problem| {
        let line = format!("{}: {}", checks.name(&problem.field), problem.message);
        view! { <li>{line}</li> }
    });
    view! {
        <Note tone=Tone::Bad>
            <strong>{title}</strong>
            <ul>{lines.collect_view()}</ul>
        </Note>
    }
    .into_any()
}
