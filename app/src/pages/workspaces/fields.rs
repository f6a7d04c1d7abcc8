//! Fields of the form: each is a `Field` of the design system bound to a signal and to the path under
//! which its problems are found.

use leptos::prelude::*;

use super::{checks::Checks, form::PairRow};
use crate::ui::{
    Choice, Columns, Field, Grid, NumberInput, QuantityInput, Repeater, RepeaterRow, Select,
    TextInput,
};

/// Values and words as choices.
pub fn choices(pairs: &[(&str, &str)]) -> Vec<Choice> {
    pairs.iter().map(|(value, label)| choice(value, label)).collect()
}

pub fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), not_now: None }
}

fn checks() -> Checks {
    expect_context::<Checks>()
}

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] path: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] mono: bool,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    let id = id.unwrap_or_else(|| name.clone());
    view! {
        <Field label name=name.clone() id required optional help error=checks.error(path)>
            <TextInput name value mono placeholder=placeholder.unwrap_or_default()
                on_leave=checks.leave(path)/>
        </Field>
    }
    .into_any()
}

/// A number with steps.
#[component]
pub fn NumberField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] path: Signal<String>,
    #[prop(into)] unit: String,
    min: f64,
    max: f64,
    #[prop(default = 1.0)] step: f64,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    view! {
        <Field label name=name.clone() help error=checks.error(path)>
            <NumberInput name value min max step unit on_leave=checks.leave(path)/>
        </Field>
    }
    .into_any()
}

/// A number with a unit to choose.
#[component]
pub fn QuantityField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] unit_name: String,
    unit: RwSignal<String>,
    units: &'static [(&'static str, &'static str)],
    #[prop(into)] path: Signal<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    view! {
        <Field label name=name.clone() optional help error=checks.error(path)>
            <QuantityInput name value unit_name unit units=choices(units)
                placeholder=placeholder.unwrap_or_default() on_leave=checks.leave(path)/>
        </Field>
    }
    .into_any()
}

/// One of several.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] path: Signal<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    let id = id.unwrap_or_else(|| name.clone());
    view! {
        <Field label name=name.clone() id optional help error=checks.error(path)>
            <Select name value choices/>
        </Field>
    }
    .into_any()
}

/// Rows of name and value.
#[component]
pub fn PairsField(
    /// The words on the button.
    #[prop(into)]
    add: String,
    /// What one row is called.
    what: &'static str,
    /// The beginning of the controls' names.
    name: &'static str,
    rows: RwSignal<Vec<PairRow>>,
    /// The list's path in the submission.
    list: &'static str,
    /// The tails of the paths of a row's two fields.
    tails: (&'static str, &'static str),
    /// The labels of the two fields.
    labels: (&'static str, &'static str),
) -> impl IntoView {
    let row = move |row: PairRow| {
        let at = move |tail: &'static str| {
            Signal::derive(move || {
                let index = rows.with(|rows| rows.iter().position(|r| r.key == row.key));
                format!("{list}[{}].{tail}", index.unwrap_or_default())
            })
        };
        let title = Signal::derive(move || format!("{what} {}", row.name.get()));
        let remove = Callback::new(move |()| rows.update(|all| all.retain(|r| r.key != row.key)));
        let key = row.key;
        view! {
            <RepeaterRow label=title on_remove=remove>
                <Grid columns=Columns::Two>
                    <TextField label=labels.0 name=format!("{name}_name") id=format!("{name}-name-{key}")
                        value=row.name path=at(tails.0) mono=true/>
                    <TextField label=labels.1 name=format!("{name}_value") id=format!("{name}-value-{key}")
                        value=row.value path=at(tails.1) mono=true/>
                </Grid>
            </RepeaterRow>
        }
    };
    view! {
        <Repeater add on_add=Callback::new(move |()| PairRow::add(rows))>
            <For each=move || rows.get() key=|row| row.key children=row/>
        </Repeater>
    }
    .into_any()
}
