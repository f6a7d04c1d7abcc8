//! A phase as a figure and a word, with its reason under it.

use domain::workload::PhaseName;
use leptos::prelude::*;

use crate::ui::{IconSize, Status, StatusMark, StatusShape, Tone};

/// The figure of each phase (`design`: shapes tell statuses apart without colour).
fn figure(phase: PhaseName) -> (StatusShape, Tone) {
    match phase {
        PhaseName::Running => (StatusShape::Disc, Tone::Good),
        PhaseName::Completed => (StatusShape::Tick, Tone::Plain),
        PhaseName::Pending => (StatusShape::Clock, Tone::Warn),
        PhaseName::Creating
        | PhaseName::Initializing
        | PhaseName::Resuming
        | PhaseName::Stopping
        | PhaseName::Deleting
        | PhaseName::Terminating
        | PhaseName::Updating => (StatusShape::Half, Tone::Info),
        PhaseName::Degraded | PhaseName::Unknown => (StatusShape::Triangle, Tone::Warn),
        PhaseName::Failed => (StatusShape::Cross, Tone::Bad),
        PhaseName::Stopped => (StatusShape::Square, Tone::Plain),
    }
}

/// The figure of a phase alone.
#[component]
pub fn PhaseMark(phase: PhaseName) -> impl IntoView {
    let (shape, tone) = figure(phase);
    view! { <StatusMark shape tone size=IconSize::Small/> }
}

/// Phase and reason.
#[component]
pub fn PhaseStatus(phase: PhaseName, #[prop(into)] message: String) -> impl IntoView {
    let (shape, tone) = figure(phase);
    match message.is_empty() {
        true => view! { <Status shape tone word=phase.label()/> }.into_any(),
        false => view! { <Status shape tone word=phase.label() reason=message/> }.into_any(),
    }
}
