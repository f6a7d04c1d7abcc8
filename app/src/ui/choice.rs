//! Choices: segments, switches, check boxes, radio buttons and radio cards, all with native inputs underneath.
use super::{
    field::{Reset, control_parts, origin},
    input::Choice,
    keep::{keep_checked, keep_chosen},
};
use leptos::{html, prelude::*};

/// A choice of two to four that fits in a line.
#[component]
pub fn Segmented(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(into)] choices: Vec<Choice>,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let items = choices
        .into_iter()
        .map(|choice| {
            let Choice { value: own, label, not_now } = choice;
            let refused = not_now.is_some();
            view! {
                <label class=if refused { "tip-host" } else { "" }>
                    <RadioInput class="" name=name.clone() own chosen=value disabled=refused on_choose/>
                    <span>{label}</span>
                    {not_now.map(|why| view! { <span class="tip">{why}</span> })}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class=if small { "seg seg-sm" } else { "seg" }>
            <legend class="sr">{legend}</legend>
            {items}
        </fieldset>
    }
    .into_any()
}

/// One radio button of several that stand for a text. What was chosen before the page woke up stays chosen.
#[component]
pub fn RadioInput(
    class: &'static str,
    name: String,
    own: String,
    chosen: RwSignal<String>,
    #[prop(optional)] disabled: bool,
    #[prop(optional_no_strip)] on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    keep_chosen(node, own.clone(), chosen);
    let checked = chosen.with_untracked(|chosen| *chosen == own);
    let value = own.clone();
    let choose = move |_| {
        chosen.set(own.clone());
        if let Some(on_choose) = on_choose {
            on_choose.run(own.clone());
        }
    };
    view! { <input node_ref=node type="radio" class=class name=name value=value checked=checked disabled=disabled on:change=choose/> }.into_any()
}

/// What a switch or a check box stands for: a value of its own, or a part of a text.
#[derive(Clone, Copy)]
pub struct Toggle {
    pub get: Signal<bool>,
    pub set: Callback<bool>,
}

impl From<RwSignal<bool>> for Toggle {
    fn from(value: RwSignal<bool>) -> Self {
        Self { get: value.into(), set: Callback::new(move |on| value.set(on)) }
    }
}

impl Toggle {
    /// A text that is `on` or `off`.
    pub fn of_text(text: RwSignal<String>) -> Self {
        Self {
            get: Signal::derive(move || text.with(|text| text == "on")),
            set: Callback::new(move |on| text.set(if on { "on" } else { "off" }.to_owned())),
        }
    }

    /// Whether `own` is among the names of a text, which have commas between them.
    pub fn among(text: RwSignal<String>, own: String) -> Self {
        let mine = own.clone();
        let has = move |text: &String| text.split(',').any(|name| name == mine);
        Self {
            get: Signal::derive(move || text.with(&has)),
            set: Callback::new(move |on| text.update(|text| *text = with_name(text, &own, on))),
        }
    }
}

/// The names of `text` with or without `own`.
fn with_name(text: &str, own: &str, on: bool) -> String {
    let others = text.split(',').filter(|name| !name.is_empty() && *name != own);
    let own = on.then_some(own);
    others.chain(own).collect::<Vec<_>>().join(",")
}

/// A switch takes effect at once.
#[component]
pub fn Switch(
    #[prop(into)] name: String,
    /// What the form sends when it is on; `true` when not said.
    #[prop(optional, into)]
    own: Option<String>,
    #[prop(into)] value: Toggle,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    /// The label is for screen readers alone; beside the switch stands On or Off.
    #[prop(optional)]
    bare: bool,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
    /// A `SourceChip`, where the value did not come from the person.
    #[prop(optional_no_strip)]
    source: Option<ViewFn>,
    #[prop(optional_no_strip)] reset: Option<Reset>,
) -> impl IntoView {
    view! {
        <div class="flex items-start justify-between gap-2">
            <Ticked class="switch" role="switch" name own value label help bare not_now on_change/>
            {origin(source, reset)}
        </div>
    }
    .into_any()
}

/// A check box waits for its form. `own` is what the form sends when it is ticked; `true` when not said.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(optional, into)] own: Option<String>,
    #[prop(into)] value: Toggle,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    /// A rule holds it, and says so at the legend.
    #[prop(optional)]
    held: bool,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    view! { <Ticked class="check" name own value label help not_now held on_change/> }.into_any()
}

#[component]
fn Ticked(
    class: &'static str,
    #[prop(optional)] role: Option<&'static str>,
    name: String,
    #[prop(optional_no_strip)] own: Option<String>,
    value: Toggle,
    label: String,
    #[prop(optional_no_strip)] help: Option<String>,
    #[prop(optional)] bare: bool,
    not_now: Signal<Option<String>>,
    #[prop(optional)] held: bool,
    #[prop(optional_no_strip)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    keep_checked(node, value);
    let parts = control_parts();
    let under = move || {
        not_now
            .get()
            .or_else(|| help.clone())
            .map(|text| view! { <span class="help block">{text}</span> })
    };
    let is_held = move || held || parts.locked.get() || not_now.with(Option::is_some);
    let words = match bare {
        true => {
            let word = move || if value.get.get() { "On" } else { "Off" };
            view! { <span class="order-first" aria-hidden="true">{word}</span> }.into_any()
        }
        false => view! { <span class="min-w-0">{label.clone()} {under}</span> }.into_any(),
    };
    view! {
        <label class="flex items-start gap-2.5 text-sm cursor-pointer max-md:min-h-10">
            <input
                node_ref=node
                type="checkbox"
                autocomplete="off"
                class=class
                role=role
                id=parts.id
                name=name
                value=own.unwrap_or_else(|| "true".to_owned())
                checked=value.get.get_untracked()
                aria-disabled=move || is_held().then_some("true")
                on:click=move |event| {
                    // It stays in reach of the keyboard, and as it is.
                    if is_held() {
                        event.prevent_default();
                    }
                }
                aria-label=bare.then(|| label.clone())
                aria-describedby=parts.described_by
                on:change:target=move |event| {
                    let on = event.target().checked();
                    value.set.run(on);
                    if let Some(on_change) = on_change {
                        on_change.run(on);
                    }
                }
            />
            {words}
        </label>
    }
    .into_any()
}

/// A check box in a table, named for screen readers alone.
#[component]
pub fn RowCheck(
    #[prop(into)] label: String,
    #[prop(into)] checked: Signal<bool>,
    /// Some of the rows it stands for are chosen.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            class="check"
            aria-label=label
            checked=checked.get_untracked()
            prop:checked=checked
            prop:indeterminate=mixed
            on:change:target=move |event| on_change.run(event.target().checked())
        />
    }
    .into_any()
}

/// One of several, in a line.
#[component]
pub fn Radio(
    #[prop(into)] name: String,
    #[prop(into)] own: String,
    value: RwSignal<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] on_choose: Option<Callback<String>>,
) -> impl IntoView {
    view! {
        <label class="flex items-start gap-2.5 text-sm cursor-pointer">
            <RadioInput class="radio" name own chosen=value on_choose/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// Cards to choose one of, under a legend that only screen readers hear.
#[component]
pub fn RadioCards(#[prop(into)] legend: String, children: Children) -> impl IntoView {
    view! {
        <fieldset class="cards">
            <legend class="sr">{legend}</legend>
            {children()}
        </fieldset>
    }
    .into_any()
}

/// What belongs to the second of two cards: in sight while that one is chosen, with and without scripts.
#[component]
pub fn WhenChosen(children: Children) -> impl IntoView {
    view! { <div class="when-chosen mt-4">{children()}</div> }.into_any()
}

/// What belongs to the card `scratch` of the form's choice `from`: in sight while that one is chosen, with and without
/// scripts.
#[component]
pub fn FromScratch(children: Children) -> impl IntoView {
    view! { <div class="from-scratch">{children()}</div> }.into_any()
}

/// The same of the card `template`.
#[component]
pub fn FromTemplate(children: Children) -> impl IntoView {
    view! { <div class="from-template">{children()}</div> }.into_any()
}

/// A radio button with a sentence, and whatever else the card shows. Refused, it stays in sight with its reason.
#[component]
pub fn RadioCard(
    #[prop(into)] name: String,
    #[prop(into)] own: String,
    value: RwSignal<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional_no_strip)] not_now: Option<String>,
    #[prop(optional, into)] on_choose: Option<Callback<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let refused = not_now.is_some();
    view! {
        <label class="radio-card" aria-disabled=refused.then_some("true")>
            <RadioInput class="radio" name own chosen=value disabled=refused on_choose/>
            <span class="min-w-0 grow">
                <b>{label}</b>
                {not_now.or(help).map(|text| view! { <span class="help">{text}</span> })}
                {children.map(|children| children())}
            </span>
        </label>
    }
    .into_any()
}
