//! The section General: preemption, priority, what happens at the end, labels.

use domain::submission::Priority;
use leptos::prelude::*;

use super::{
    checks::Checks,
    draft::TIME_UNITS,
    fields::{
        NumberField, PairsField, QuantityField, SelectField, choice, closed_note, policy_chip,
    },
    form::Form,
    rules::Governed,
};
use crate::ui::{Columns, Grid, Note, Part, RadioCard, RadioCards, Section, Stack, Tone};
use crate::words::{apart, capital};

const TIMES: &[(&str, &str)] =
    &[("days", "days"), ("hours", "hours"), ("minutes", "minutes"), ("seconds", "seconds")];
const PATHS: &[&str] = &[
    "spec.preemptibility",
    "spec.priorityClass",
    "spec.terminationGracePeriodSeconds",
    "spec.backoffLimit",
    "spec.autoDeletion",
    "spec.annotations",
    "spec.labels",
];

#[component]
pub fn General(form: Form) -> impl IntoView {
    debug_assert_eq!(TIMES.len(), TIME_UNITS.len());
    let summary = Signal::derive(move || {
        format!("{}, {} priority", form.preemptibility.get(), form.priority.get().replace('-', " "))
    });
    let wrong = expect_context::<Checks>().count(PATHS);
    let priorities: Vec<_> =
        Priority::ALL.iter().rev().map(|p| choice(p.name(), &priority_label(*p))).collect();
    view! {
        <Section title="General" id="general" summary wrong>
            {closed_note("general")}
            <Part title="Preemption">
                <Stack>
                    <Preemption value=form.preemptibility/>
                    <Grid columns=Columns::Two>
                        <SelectField label="Workload priority" name="priority" value=form.priority
                            choices=priorities path="spec.priorityClass"
                            help=Some("Orders the workloads of your project.".to_owned())/>
                        <NumberField label="Grace period" name="grace" value=form.grace
                            path="spec.terminationGracePeriodSeconds" unit="sec" min=0.0
                            help=Some("Between the notice and the end.".to_owned())/>
                    </Grid>
                </Stack>
            </Part>
            <Part title="When it ends">
                <Grid columns=Columns::Two>
                    <NumberField label="Backoff limit" name="backoff" value=form.backoff
                        path="spec.backoffLimit" unit="retries" min=0.0 max=100.0
                        help=Some("Restarts before it has failed, 0 to 100.".to_owned())/>
                    <QuantityField label="Timeframe for auto-deletion" name="auto_deletion"
                        value=form.auto_deletion unit_name="auto_deletion_unit"
                        unit=form.auto_deletion_unit units=TIMES
                        path="spec.autoDeletionTimeAfterCompletionSeconds"
                        help=Some("After it completed or failed; 0 deletes at once.".to_owned())/>
                </Grid>
            </Part>
            <Part title="Labels and annotations">
                <Stack>
                    <PairsField add="+Label" what="label" name="label" rows=form.labels
                        list="spec.labels" tails=("name", "value") labels=("Label", "Value")/>
                    <PairsField add="+Annotation" what="annotation" name="annotation"
                        rows=form.annotations list="spec.annotations" tails=("name", "value")
                        labels=("Annotation", "Value")/>
                </Stack>
            </Part>
        </Section>
    }
    .into_any()
}

/// Whether it may be interrupted. What the policy forbids says so.
#[component]
fn Preemption(value: RwSignal<String>) -> impl IntoView {
    let rule = expect_context::<Governed>().field("spec.preemptibility");
    let why_not = rule.says.first().cloned();
    let not_now = |own: &str| {
        let option = rule.options.iter().find(|option| option.value == own);
        let closed = option.and_then(|option| option.not_now.clone());
        let other = rule.is_locked && value.with_untracked(|now| now != own);
        closed.or(why_not.clone().filter(|_| other))
    };
    let chip =
        (!rule.says.is_empty()).then(|| policy_chip("Preemptibility".into(), rule.says.clone()));
    let error = expect_context::<Checks>().error("spec.preemptibility".to_owned().into());
    let (firm, loose) = (not_now("non-preemptible"), not_now("preemptible"));
    view! {
        {chip}
        <RadioCards legend="May it be interrupted?">
            <RadioCard name="preemptibility" own="non-preemptible" value=value
                label="Non-preemptible" not_now=firm
                help="Uses the project's quota. Not interrupted once it runs."/>
            <RadioCard name="preemptibility" own="preemptible" value=value
                label="Preemptible" not_now=loose
                help="May go over quota. May be interrupted for others."/>
        </RadioCards>
        {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
    }
    .into_any()
}

/// `Medium high (90)`.
fn priority_label(priority: Priority) -> String {
    format!("{} ({})", capital(&apart(priority.name())), priority.value())
}
