//! The section General: preemption, priority, what happens at the end, labels.

use domain::submission::Priority;
use leptos::prelude::*;

use super::{
    checks::Checks,
    draft::TIME_UNITS,
    fields::{NumberField, PairsField, QuantityField, SelectField, choice},
    form::Form,
};
use crate::ui::{Columns, Grid, Part, RadioCard, RadioCards, Section, Stack};
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
            <Part title="Preemption">
                <Stack>
                    <RadioCards legend="May it be interrupted?">
                        <RadioCard name="preemptibility" own="non-preemptible" value=form.preemptibility
                            label="Non-preemptible"
                            help="Uses the project's quota. Not interrupted once it runs."/>
                        <RadioCard name="preemptibility" own="preemptible" value=form.preemptibility
                            label="Preemptible" help="May go over quota. May be interrupted for others."/>
                    </RadioCards>
                    <Grid columns=Columns::Two>
                        <SelectField label="Workload priority" name="priority" value=form.priority
                            choices=priorities path="spec.priorityClass"
                            help=Some("Orders the workloads of your project.".to_owned())/>
                        <NumberField label="Grace period" name="grace" value=form.grace
                            path="spec.terminationGracePeriodSeconds" unit="sec" min=0.0 max=300.0
                            help=Some("Between the notice and the end: 0 sec to 5 min.".to_owned())/>
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

/// `Medium high (90)`.
fn priority_label(priority: Priority) -> String {
    format!("{} ({})", capital(&apart(priority.name())), priority.value())
}
