//! Fields of the form: each is a `Field` of the design system bound to a signal and to the path under
//! which its problems are found.

use leptos::prelude::*;

use super::{
    checks::Checks,
    form::PairRow,
    rules::{Governed, Ruled, RuledRow, found},
};
use crate::ui::{
    Button, ButtonKind, ButtonSize, Choice, Columns, Field, Grid, IconName, Muted, Note,
    NumberInput, QuantityInput, Repeater, RepeaterRow, Row, Select, SourceChip, TextInput, Tone,
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

/// What a policy says of a field, where its control finds it.
struct Said {
    rule: Ruled,
    source: Option<ViewFn>,
    on_reset: Option<Callback<()>>,
}

/// What is said of the field at `path`. Pressing *Reset* puts each of `own`, a text and its name, back to
/// what the form opened with.
fn said(label: &str, path: Signal<String>, own: Vec<(RwSignal<String>, String)>) -> Said {
    let governed = expect_context::<Governed>();
    checks().label(path.get_untracked(), label);
    let rule = governed.field(&path.get_untracked());
    let about = label.to_owned();
    let source = (!rule.says.is_empty()).then(|| {
        let says = rule.says.clone();
        ViewFn::from(move || policy_chip(about.clone(), says.clone()))
    });
    let on_reset = (rule.has_default && !rule.is_locked).then(|| {
        Callback::new(move |()| {
            for (text, name) in &own {
                text.set(governed.filled(name));
            }
        })
    });
    Said { rule, source, on_reset }
}

/// The chip of what a policy rules, which opens what it says.
pub fn policy_chip(about: String, says: Vec<String>) -> AnyView {
    let lines = says.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    view! { <SourceChip label="Policy" about icon=IconName::Policy policy=true>{lines}</SourceChip> }
        .into_any()
}

/// Why nothing can be done in a section, below its heading.
pub fn closed_note(section: &'static str) -> Option<AnyView> {
    let why = expect_context::<Governed>().closed(section)?;
    Some(view! { <Note tone=Tone::Info>{why}</Note> }.into_any())
}

/// Why nothing can be added to any of these lists.
pub fn closed_lists(lists: &[&str]) -> Option<String> {
    let governed = expect_context::<Governed>();
    let closed: Option<Vec<_>> = lists.iter().map(|list| governed.list(list).closed).collect();
    closed?.into_iter().next()
}

/// The own help, unless the policy has one.
fn helped(own: Signal<Option<String>>, rule: &Ruled) -> Signal<Option<String>> {
    match rule.help.clone() {
        Some(help) => Signal::stored(Some(help)),
        None => own,
    }
}

/// A line of text; where a policy names what may stand there, one of that.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] path: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] mono: bool,
    /// It belongs to a row that the policy holds.
    #[prop(optional)]
    locked: bool,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    let id = id.unwrap_or_else(|| name.clone());
    let Said { rule, source, on_reset } = said(&label, path, vec![(value, name.clone())]);
    let help = helped(help, &rule);
    let required = required || rule.is_required;
    let placeholder = placeholder.unwrap_or_default();
    // Made inside the field, where it learns of label and help.
    let control = move || match rule.options.is_empty() {
        false => chosen(name, value, rule.options),
        true => {
            let on_leave = checks.leave(path);
            view! { <TextInput name value mono placeholder on_leave/> }.into_any()
        }
    };
    view! {
        <Field label name=id.clone() id required optional=optional && !required help
            error=checks.error(path) locked=locked || rule.is_locked source on_reset>
            {control()}
        </Field>
    }
    .into_any()
}

/// One of what a policy names. What stands there already stays in the list.
fn chosen(name: String, value: RwSignal<String>, options: Vec<Choice>) -> AnyView {
    let choices = Signal::derive(move || {
        let now = value.get();
        let known = options.iter().any(|option| option.value == now);
        let own = (!known).then(|| Choice::new(now.clone(), now));
        own.into_iter().chain(options.iter().cloned()).collect::<Vec<_>>()
    });
    view! { <Select name value choices/> }.into_any()
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
    #[prop(optional)] max: Option<f64>,
    #[prop(default = 1.0)] step: f64,
    #[prop(optional, into)] help: Signal<Option<String>>,
) -> impl IntoView {
    let checks = checks();
    let Said { rule, source, on_reset } = said(&label, path, vec![(value, name.clone())]);
    let (min, step) = (rule.min.unwrap_or(min), rule.step.unwrap_or(step));
    let max = rule.max.or(max).unwrap_or(f64::MAX);
    view! {
        <Field label name=name.clone() help=helped(help, &rule) error=checks.error(path)
            required=rule.is_required locked=rule.is_locked source on_reset>
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
    let own = vec![(value, name.clone()), (unit, unit_name.clone())];
    let Said { rule, source, on_reset } = said(&label, path, own);
    let required = rule.is_required;
    view! {
        <Field label name=name.clone() optional=optional && !required required
            help=helped(help, &rule) error=checks.error(path) locked=rule.is_locked source on_reset>
            <QuantityInput name value unit_name unit units=choices(units)
                placeholder=placeholder.unwrap_or_default() on_leave=checks.leave(path)/>
        </Field>
    }
    .into_any()
}

/// One of several. What a policy forbids stays in the list, with the reason.
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
    let Said { rule, source, on_reset } = said(&label, path, vec![(value, name.clone())]);
    let required = rule.is_required;
    let help = helped(help, &rule);
    let locked = rule.is_locked;
    let choices = Signal::derive(move || allowed(choices.get(), &value.get(), &rule.options));
    view! {
        <Field label name=name.clone() id optional=optional && !required required help
            error=checks.error(path) locked source on_reset>
            <Select name value choices/>
        </Field>
    }
    .into_any()
}

/// The own choices with what a policy says of them. A field that holds nothing shows that.
fn allowed(own: Vec<Choice>, now: &str, options: &[Choice]) -> Vec<Choice> {
    let nothing = now.is_empty() && own.iter().all(|choice| !choice.value.is_empty());
    let nothing = nothing.then(|| Choice::new("", "Choose"));
    let ruled = own.into_iter().map(|choice| {
        let rule = options.iter().find(|option| option.value == choice.value);
        Choice { not_now: rule.and_then(|rule| rule.not_now.clone()), ..choice }
    });
    nothing.into_iter().chain(ruled).collect()
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
    let governed = expect_context::<Governed>();
    let ruled = governed.list(list);
    let closed = ruled.closed.clone();
    let row = move |row: PairRow| {
        let at = move |tail: &'static str| {
            Signal::derive(move || {
                let index = rows.with(|rows| rows.iter().position(|r| r.key == row.key));
                format!("{list}[{}].{tail}", index.unwrap_or_default())
            })
        };
        // A row that the policy adds is known by the name that it opened with.
        let of_policy = found(&ruled.rows, &row.name.get_untracked());
        let is_of_policy = of_policy.is_some();
        let locked = of_policy.as_ref().is_some_and(|rule| rule.is_locked);
        let title = Signal::derive(move || format!("{what} {}", row.name.get()));
        let remove = Callback::new(move |()| match is_of_policy {
            true => row.out.set(true),
            false => rows.update(|all| all.retain(|r| r.key != row.key)),
        });
        let key = row.key;
        let fields = move || {
            let note = of_policy.clone().map(|rule| policy_row(title.get_untracked(), rule));
            view! {
                <RepeaterRow label=title on_remove=remove locked>
                    {note}
                    <Grid columns=Columns::Two>
                        <TextField label=labels.0 name=format!("{name}_name") id=format!("{name}-name-{key}")
                            value=row.name path=at(tails.0) mono=true locked=is_of_policy/>
                        <TextField label=labels.1 name=format!("{name}_value") id=format!("{name}-value-{key}")
                            value=row.value path=at(tails.1) mono=true locked/>
                    </Grid>
                </RepeaterRow>
            }
            .into_any()
        };
        move || match row.out.get() {
            true => taken_out(title.get_untracked(), row.out),
            false => fields(),
        }
    };
    view! {
        <Repeater add on_add=Callback::new(move |()| PairRow::add(rows)) not_now=closed>
            <For each=move || rows.get() key=|row| row.key children=row/>
        </Repeater>
    }
    .into_any()
}

/// Says that a row is the policy's.
fn policy_row(title: String, rule: RuledRow) -> AnyView {
    let what = if rule.is_locked { "Set by policy" } else { "Added by policy" };
    view! { <Row><Muted small=true>{what}</Muted>{policy_chip(title, rule.says)}</Row> }.into_any()
}

/// A row that the policy adds and somebody has taken out.
fn taken_out(title: String, out: RwSignal<bool>) -> AnyView {
    let back = Callback::new(move |()| out.set(false));
    view! {
        <Row>
            <Muted small=true>{format!("The policy's {title} is left out.")}</Muted>
            <Button kind=ButtonKind::Plain size=ButtonSize::Small on_press=back>"Put it back"</Button>
        </Row>
    }
    .into_any()
}
