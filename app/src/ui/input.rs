//! Lines, numbers, quantities, longer text and native selects. Every one is a plain form control with a name,
//! so forms work without scripts, and what was typed before the page woke up is kept.
use super::{
    field::control_parts,
    icon::{Icon, IconName},
    keep::{keep_selected, keep_typed},
};
use domain::quantity::{number_in, rounded};
use leptos::ev::Event;
use leptos::{ev::Targeted, html, prelude::*};
use serde::{Deserialize, Serialize};

/// A line of text.
#[component]
pub fn TextInput(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    /// `text`, `email`, `password`, `search`, `url`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] mono: bool,
    #[prop(optional)] large: bool,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] maxlength: Option<u32>,
    /// The accessible name, where no field gives one.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
    /// Proposed while somebody types.
    #[prop(optional, into)]
    options: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    keep_typed(node, value);
    let parts = control_parts();
    let proposals = options
        .map(|options| (format!("{}-proposals", parts.id.as_deref().unwrap_or(&name)), options));
    let list = proposals.as_ref().map(|(id, _)| id.clone());
    let classes = match (mono, large) {
        (true, _) => "input input-mono",
        (false, true) => "input input-lg",
        (false, false) => "input",
    };
    view! {
        <input
            node_ref=node
            type=kind
            class=classes
            id=parts.id
            name=name
            value=value.get_untracked()
            placeholder=placeholder
            autocomplete=autocomplete
            spellcheck="false"
            maxlength=maxlength.map(|n| n.to_string())
            required=parts.required
            readonly=parts.locked
            aria-label=label
            aria-invalid=move || parts.invalid.get().then_some("true")
            aria-describedby=parts.described_by
            list=list
            on:input:target=move |event| value.set(event.target().value())
            on:blur=move |_| leave(on_leave)
        />
        {proposals.map(|(id, options)| view! {
            <datalist id=id>
                {move || options.get().into_iter().map(|value| view! { <option value=value/> }).collect_view()}
            </datalist>
        })}
    }
    .into_any()
}

fn leave(on_leave: Option<Callback<()>>) {
    if let Some(on_leave) = on_leave {
        on_leave.run(());
    }
}

/// A search box with its glass.
#[component]
pub fn SearchInput(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] label: String,
    /// It stands in a form of other things, which Enter must not send.
    #[prop(optional)]
    inside: bool,
) -> impl IntoView {
    let press = move |event: leptos::ev::KeyboardEvent| {
        if inside && event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let node = NodeRef::<html::Input>::new();
    keep_typed(node, value);
    view! {
        <div class="relative w-60 max-md:w-full">
            <span class="absolute left-2.5 top-1/2 -mt-2 text-ink-muted pointer-events-none">
                <Icon name=IconName::Search/>
            </span>
            <input
                node_ref=node
                type="search"
                class="input pl-8 text-sm"
                name=name
                value=value.get_untracked()
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=press
            />
        </div>
    }
    .into_any()
}

/// A number with buttons for one less and one more, and its unit in the same frame.
#[component]
pub fn NumberInput(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(default = 1.0)] step: f64,
    #[prop(optional, into)] min: Option<f64>,
    #[prop(optional, into)] max: Option<f64>,
    #[prop(optional, into)] unit: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    keep_typed(node, value);
    let parts = control_parts();
    let locked = parts.locked;
    let about = label.clone().unwrap_or_else(|| parts.label.clone());
    let (less, more) = (format!("One less: {about}"), format!("One more: {about}"));
    let bounded =
        move |wanted: f64| wanted.max(min.unwrap_or(f64::MIN)).min(max.unwrap_or(f64::MAX));
    let by = move |steps: f64| {
        if !locked.get_untracked() {
            let now = value.with_untracked(|text| number_in(text)).unwrap_or(0.0);
            value.set(shown(bounded(now + steps * step)));
            leave(on_leave);
        }
    };
    let rests = move |end: Option<f64>| {
        let is_at_end = end.is_some() && value.with(|text| number_in(text)) == end;
        is_at_end || locked.get()
    };
    view! {
        <div class="joined">
            <button type="button" class="step" aria-label=less aria-disabled=move || rests(min).then_some("true") on:click=move |_| by(-1.0)>
                <Icon name=IconName::Minus/>
            </button>
            <input
                node_ref=node
                type="number"
                class="input num-in mid"
                id=parts.id
                name=name
                value=value.get_untracked()
                step=if step.fract() == 0.0 { shown(step) } else { "any".to_owned() }
                min=min.map(shown)
                max=max.map(shown)
                placeholder=placeholder
                required=parts.required
                readonly=locked
                aria-label=label
                aria-invalid=move || parts.invalid.get().then_some("true")
                aria-describedby=parts.described_by
                on:input:target=move |event| value.set(event.target().value())
                on:blur=move |_| leave(on_leave)
            />
            <button type="button" class="step" aria-label=more aria-disabled=move || rests(max).then_some("true") on:click=move |_| by(1.0)>
                <Icon name=IconName::Plus/>
            </button>
            {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
        </div>
    }
    .into_any()
}

/// The number without a tail of noughts that counting in fractions leaves.
fn shown(number: f64) -> String {
    rounded(number, 6)
}

/// A number and its unit, chosen from a few. The unit is sent as `unit_name`.
#[component]
pub fn QuantityInput(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] unit_name: String,
    unit: RwSignal<String>,
    #[prop(into)] units: Vec<Choice>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    /// What the arrows begin with, end at and go by, in the unit that is chosen.
    #[prop(optional, into)]
    min: Signal<Option<f64>>,
    #[prop(optional, into)] max: Signal<Option<f64>>,
    #[prop(optional, into)] step: Signal<Option<f64>>,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    keep_typed(node, value);
    let parts = control_parts();
    view! {
        <div class="joined">
            <input
                node_ref=node
                type="number"
                step=move || step.get().map_or_else(|| "any".to_owned(), shown)
                min=move || shown(min.get().unwrap_or_default())
                max=move || max.get().map(shown)
                class="input num-in"
                id=parts.id
                name=name
                value=value.get_untracked()
                placeholder=placeholder
                required=parts.required
                readonly=parts.locked
                aria-label=label
                aria-invalid=move || parts.invalid.get().then_some("true")
                aria-describedby=parts.described_by
                on:input:target=move |event| value.set(event.target().value())
                on:blur=move |_| leave(on_leave)
            />
            <PlainSelect name=unit_name value=unit choices=Signal::stored(units) label="Unit"/>
        </div>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] mono: bool,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    keep_typed(node, value);
    let parts = control_parts();
    view! {
        <textarea
            node_ref=node
            class=if mono { "input input-mono" } else { "input" }
            id=parts.id
            name=name
            rows=rows.to_string()
            placeholder=placeholder
            spellcheck="false"
            required=parts.required
            readonly=parts.locked
            aria-label=label
            aria-invalid=move || parts.invalid.get().then_some("true")
            aria-describedby=parts.described_by
            on:input:target=move |event| value.set(event.target().value())
            on:blur=move |_| leave(on_leave)
            inner_html=text_of_area(&value.read_untracked())
        ></textarea>
    }
    .into_any()
}

/// What stands in a text area, as HTML: Leptos leaves that to whoever writes it. A document drops the first line
/// break.
pub(crate) fn text_of_area(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if cfg!(feature = "ssr") { format!("\n{text}") } else { text }
}

/// One of the things to choose from. What cannot be chosen stays in the list, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Why it cannot be chosen now.
    pub not_now: Option<String>,
}

impl Choice {
    /// A choice that can be made.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), not_now: None }
    }

    /// The same, but it cannot be chosen now, for the reason given.
    pub fn refused(self, why: impl Into<String>) -> Self {
        Self { not_now: Some(why.into()), ..self }
    }
}

/// A native select.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] on_choose: Option<Callback<String>>,
) -> impl IntoView {
    view! { <PlainSelect name value choices label=label.unwrap_or_default() on_choose/> }.into_any()
}

#[component]
fn PlainSelect(
    name: String,
    value: RwSignal<String>,
    choices: Signal<Vec<Choice>>,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let node = NodeRef::<html::Select>::new();
    keep_selected(node, value);
    // The list may be drawn anew after the value was set: put the choice back.
    crate::browser::effect_from(move |is_first| {
        choices.track();
        if let Some(select) = node.get().filter(|_| !is_first) {
            select.set_value(&value.get_untracked());
        }
    });
    let parts = control_parts();
    // The unit of a quantity has a name of its own; the field's label belongs to the number.
    let in_field = label.is_empty();
    let chosen = move |event: Targeted<Event, web_sys::HtmlSelectElement>| {
        let chosen = event.target().value();
        value.set(chosen.clone());
        if let Some(on_choose) = on_choose {
            on_choose.run(chosen);
        }
    };
    let options = move || {
        let now = value.get_untracked();
        choices.get().into_iter().map(|choice| option(choice, &now)).collect_view()
    };
    let id = StoredValue::new(parts.id.filter(|_| in_field));
    let locked = parts.locked;
    let locked_name = name.clone();
    view! {
        {move || locked.get().then(|| locked_choice(id.get_value(), locked_name.clone(), value, choices))}
        <select
            node_ref=node
            class="select"
            id=move || id.get_value().filter(|_| !locked.get())
            name=name
            hidden=locked
            disabled=locked
            required=parts.required && in_field
            aria-label=(!in_field).then_some(label)
            aria-invalid=move || (in_field && parts.invalid.get()).then_some("true")
            aria-describedby=move || parts.described_by.get().filter(|_| in_field)
            on:change:target=chosen
        >
            {options}
        </select>
    }
    .into_any()
}

/// A select that a rule holds: what was chosen, to be read and sent, but not changed.
fn locked_choice(
    id: Option<String>,
    name: String,
    value: RwSignal<String>,
    choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let label = move || {
        let now = value.get();
        let found = choices
            .with(|all| all.iter().find(|one| one.value == now).map(|one| one.label.clone()));
        found.unwrap_or(now)
    };
    let words = match id {
        Some(id) => {
            view! { <input type="text" class="input" id=id readonly value=label/> }.into_any()
        }
        None => view! { <span class="unit">{label}</span> }.into_any(),
    };
    view! {
        {words}
        <input type="hidden" name=name value=move || value.get()/>
    }
}

fn option(choice: Choice, now: &str) -> impl IntoView + use<> {
    let selected = choice.value == now;
    let (disabled, label) = match choice.not_now {
        Some(why) => (true, format!("{} ({why})", choice.label)),
        None => (false, choice.label),
    };
    view! { <option value=choice.value selected=selected disabled=disabled>{label}</option> }
}
