//! A field: label, where the value came from, the control, then help or error, always in this order.
use super::{
    button::{Button, ButtonKind},
    icon::{Icon, IconName, IconSize},
};
use leptos::{context::Provider, prelude::*};

/// What a control learns from the field round it.
#[derive(Clone)]
pub struct FieldContext {
    /// The control's id, which the label points to.
    pub id: String,
    /// The field's name in words.
    pub label: String,
    /// The text that describes the control now.
    pub described_by: Signal<Option<String>>,
    /// Whether the value is wrong.
    pub invalid: Signal<bool>,
    /// Whether the form cannot be sent without it.
    pub required: bool,
    /// Whether a rule holds the value.
    pub locked: Signal<bool>,
}

/// The attributes of a native control, from the field round it or from its own props.
pub(crate) struct ControlParts {
    pub id: Option<String>,
    pub label: String,
    pub described_by: Signal<Option<String>>,
    pub invalid: Signal<bool>,
    pub required: bool,
    pub locked: Signal<bool>,
}

pub(crate) fn control_parts() -> ControlParts {
    match use_context::<FieldContext>() {
        Some(FieldContext { id, label, described_by, invalid, required, locked }) => {
            ControlParts { id: Some(id), label, described_by, invalid, required, locked }
        }
        None => ControlParts {
            id: None,
            label: String::new(),
            described_by: Signal::default(),
            invalid: Signal::default(),
            required: false,
            locked: Signal::default(),
        },
    }
}

/// How the help text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HelpTone {
    /// Explains.
    #[default]
    Plain,
    /// Confirms.
    Good,
    /// Warns.
    Warn,
    /// Something is being looked up.
    Checking,
}

impl HelpTone {
    fn classes(self) -> &'static str {
        match self {
            Self::Plain => "help flex gap-1",
            Self::Good => "help help-good flex gap-1",
            Self::Warn => "help help-warn flex gap-1",
            Self::Checking => "help flex gap-1 items-center",
        }
    }

    fn mark(self) -> AnyView {
        match self {
            Self::Plain => ().into_any(),
            Self::Good => view! { <span class="mt-0.5"><Icon name=IconName::Check size=IconSize::Small/></span> }.into_any(),
            Self::Warn => view! { <span class="mt-0.5"><Icon name=IconName::Warn size=IconSize::Small/></span> }.into_any(),
            Self::Checking => view! { <span class="spinner" aria-hidden="true"></span> }.into_any(),
        }
    }
}

/// The way back to the value that a field was given.
#[derive(Clone, Copy)]
pub struct Reset {
    /// Whether there is one to go back to.
    pub can: Signal<bool>,
    pub press: Callback<()>,
}

/// A labelled control. `name` becomes the control's id; give `id` where a page has the name twice.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] help: Signal<Option<String>>,
    #[prop(optional, into)] tone: Signal<HelpTone>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// A button after the error that puts it right.
    #[prop(optional, into)]
    fix: Option<ViewFn>,
    #[prop(optional, into)] locked: Signal<bool>,
    /// A `SourceChip`, where the value did not come from the person.
    #[prop(optional_no_strip)]
    source: Option<ViewFn>,
    #[prop(optional_no_strip)] reset: Option<Reset>,
    children: Children,
) -> impl IntoView {
    let id = id.unwrap_or(name);
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described_by = {
        let (help_id, error_id) = (help_id.clone(), error_id.clone());
        Signal::derive(move || {
            if error.with(Option::is_some) {
                Some(error_id.clone())
            } else {
                help.with(Option::is_some).then(|| help_id.clone())
            }
        })
    };
    let context = FieldContext {
        id: id.clone(),
        label: label.clone(),
        described_by,
        invalid: Signal::derive(move || error.with(Option::is_some)),
        required,
        locked,
    };
    let under = move || match (error.get(), help.get()) {
        (Some(text), _) => error_text(error_id.clone(), text, fix.clone()),
        (None, Some(text)) => {
            let tone = tone.get();
            view! { <p class=tone.classes() id=help_id.clone()>{tone.mark()}<span>{text}</span></p> }.into_any()
        }
        (None, None) => ().into_any(),
    };
    view! {
        <div class="grid grid-cols-1 gap-1.5 content-start min-w-0">
            <div class="flex flex-wrap items-center gap-1.5 min-h-5 text-sm font-medium">
                <label for=id class="wrap-anywhere">{label}</label>
                {required.then(|| view! { <span class="text-bad" aria-hidden="true">"*"</span> })}
                {optional.then(|| view! { <span class="font-normal text-ink-muted">"optional"</span> })}
                {source.map(|source| move || source.run())}
                {reset.map(reset_button)}
            </div>
            <Provider value=context>
                <div class="min-w-0" class:locked=locked>
                    {children()}
                    {move || locked.get().then(|| view! { <Icon name=IconName::Lock/> })}
                </div>
            </Provider>
            {under}
        </div>
    }
    .into_any()
}

fn reset_button(reset: Reset) -> impl IntoView {
    let Reset { can, press } = reset;
    move || {
        can.get().then(|| {
            view! { <span class="ml-auto text-xs"><Button kind=ButtonKind::Link on_press=press>"Reset"</Button></span> }
        })
    }
}

/// Chip and way back of what has no line for them.
pub(super) fn origin(source: Option<ViewFn>, reset: Option<Reset>) -> Option<AnyView> {
    let reset = reset_button(reset?);
    let source = source.map(|source| move || source.run());
    Some(
        view! { <span class="flex items-center gap-1.5 empty:hidden">{source}{reset}</span> }
            .into_any(),
    )
}

fn error_text(id: String, text: String, fix: Option<ViewFn>) -> AnyView {
    view! {
        <p class="flex gap-1.5 text-xs font-medium text-bad" id=id>
            <Icon name=IconName::Error/>
            <span>{text} " " {fix.map(|fix| fix.run())}</span>
        </p>
    }
    .into_any()
}

/// Several controls under one legend.
#[component]
pub fn Fieldset(
    #[prop(into)] legend: String,
    #[prop(optional)] optional: bool,
    #[prop(optional)] hidden_legend: bool,
    /// A `SourceChip`, where the value did not come from the person.
    #[prop(optional_no_strip)]
    source: Option<ViewFn>,
    #[prop(optional_no_strip)] reset: Option<Reset>,
    children: Children,
) -> impl IntoView {
    let classes = if hidden_legend { "sr" } else { "mb-1.5 text-sm font-medium" };
    view! {
        <fieldset class="grid grid-cols-1 gap-3 content-start">
            <legend class=classes>
                {legend}
                {optional.then(|| view! { <span class="ml-1.5 font-normal text-ink-muted">"optional"</span> })}
            </legend>
            {origin(source, reset)}
            {children()}
        </fieldset>
    }
}

/// Says where a value came from, and opens the rule in words: under the pointer, with the focus, or pinned by a press.
/// `policy` marks what a rule decided.
#[component]
pub fn SourceChip(
    #[prop(into)] label: String,
    /// What the chip is about, for screen readers: the field's label.
    #[prop(into)]
    about: String,
    icon: IconName,
    #[prop(optional)] policy: bool,
    /// What it opens, a paragraph each; read out with its name.
    says: Vec<String>,
) -> impl IntoView {
    let classes = if policy { "src src-policy" } else { "src" };
    let opened = Opened::default();
    let description = says.join(" ");
    let lines = says.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    view! {
        <details
            class="relative ml-auto flex leading-none"
            open=move || opened.is_shown()
            on:mouseenter=move |_| opened.come(opened.pointer)
            on:mouseleave=move |_| opened.go(opened.pointer)
            on:focusin=move |_| opened.come(opened.focus)
            on:focusout=move |_| opened.go(opened.focus)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    opened.dismiss();
                }
            }
        >
            <summary
                class=classes
                aria-description=description
                on:click=move |event| {
                    event.prevent_default();
                    opened.press();
                }
            >
                <Icon name=icon/>
                {label}
                <span class="sr">": where " {about} " comes from"</span>
            </summary>
            <div class="pop">{lines}</div>
        </details>
    }
    .into_any()
}

/// Why something that opens by itself is open. Cheap to copy.
#[derive(Clone, Copy, Default)]
struct Opened {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    /// It was pressed and stays until it is pressed again.
    pinned: RwSignal<bool>,
    /// It was closed, and stays so until pointer or focus come anew.
    dismissed: RwSignal<bool>,
}

impl Opened {
    fn is_shown(self) -> bool {
        self.pinned.get() || (!self.dismissed.get() && (self.pointer.get() || self.focus.get()))
    }

    fn come(self, by: RwSignal<bool>) {
        by.set(true);
        self.dismissed.set(false);
    }

    fn go(self, by: RwSignal<bool>) {
        by.set(false);
        self.dismissed.set(true);
    }

    fn press(self) {
        let is_pinned = !self.pinned.get_untracked();
        self.pinned.set(is_pinned);
        self.dismissed.set(!is_pinned);
    }

    fn dismiss(self) {
        self.pinned.set(false);
        self.dismissed.set(true);
    }
}
