//! Small marks: badges, tokens, filter chips and statuses.
use super::icon::{Icon, IconName, IconSize};
use leptos::prelude::*;

/// What a colour says. Every tone comes with a shape or a word as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// Framed, without a ground.
    Line,
    /// Well.
    Good,
    /// Look here.
    Warn,
    /// Wrong.
    Bad,
    /// In progress, or to know.
    Info,
    /// Yours, or chosen.
    Accent,
}

impl Tone {
    fn badge(self) -> &'static str {
        match self {
            Self::Plain => "bg-surface-sunken text-ink-muted",
            Self::Line => "border border-line-strong text-ink-muted",
            Self::Good => "bg-good-soft text-good",
            Self::Warn => "bg-warn-soft text-warn",
            Self::Bad => "bg-bad-soft text-bad",
            Self::Info => "bg-info-soft text-info",
            Self::Accent => "bg-accent-soft text-accent",
        }
    }

    /// The colour alone, for shapes.
    pub fn text(self) -> &'static str {
        match self {
            Self::Plain | Self::Line => "text-ink-muted",
            Self::Good => "text-good",
            Self::Warn => "text-warn",
            Self::Bad => "text-bad",
            Self::Info => "text-info",
            Self::Accent => "text-accent",
        }
    }
}

/// A word or number in a small frame.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    let classes = format!(
        "inline-flex items-center gap-1 h-5 px-1.5 rounded-sm text-xs leading-none font-medium whitespace-nowrap tabular-nums {}",
        tone.badge()
    );
    view! {
        <span class=classes>
            {icon.map(|name| view! { <Icon name size=IconSize::Small/> })}
            {children()}
        </span>
    }
    .into_any()
}

/// One of several values, which can be taken out.
#[component]
pub fn Token(
    #[prop(into)] text: String,
    #[prop(optional, into)] on_remove: Option<Callback<()>>,
) -> impl IntoView {
    let label = format!("Remove {text}");
    view! {
        <span class="inline-flex items-center gap-1 h-6 px-2 rounded-sm border border-line bg-surface-sunken text-sm whitespace-nowrap">
            {text}
            {on_remove.map(|on_remove| remove_button(label, on_remove))}
        </span>
    }
    .into_any()
}

fn remove_button(label: String, on_remove: Callback<()>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="grid place-items-center w-6 h-6 -mr-2 rounded-sm text-ink-muted hover:bg-surface-hover hover:text-ink cursor-pointer"
            aria-label=label
            on:click=move |_| on_remove.run(())
        >
            <Icon name=IconName::X size=IconSize::Small/>
        </button>
    }
}

/// A filter that is on: what it looks at, its value, and the way to take it off.
#[component]
pub fn FilterChip(
    #[prop(into)] about: String,
    #[prop(into)] value: String,
    #[prop(into)] on_remove: Callback<()>,
) -> impl IntoView {
    let label = format!("Remove filter {about} {value}");
    view! {
        <span class="inline-flex items-center gap-1 h-7 px-2 rounded-md border border-line-strong bg-surface text-sm whitespace-nowrap">
            <span class="text-ink-muted">{about}</span>
            <b>{value}</b>
            {remove_button(label, on_remove)}
        </span>
    }
    .into_any()
}

/// A filter to switch on and off, usually with a count.
#[component]
pub fn PickChip(
    #[prop(into)] chosen: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="inline-flex items-center gap-1 h-7 px-2 rounded-md border border-line-strong bg-surface text-sm whitespace-nowrap cursor-pointer hover:border-line-control aria-pressed:bg-accent-soft aria-pressed:border-accent aria-pressed:text-accent aria-pressed:font-medium max-md:h-9"
            aria-pressed=move || chosen.get().to_string()
            on:click=move |_| on_press.run(())
        >
            {children()}
        </button>
    }
    .into_any()
}

/// The shape of a status, told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusShape {
    /// A disc: runs.
    Disc,
    /// A disc with a tick: starts now, or is done.
    Tick,
    /// A clock: waits.
    Clock,
    /// Half a disc: on its way.
    Half,
    /// A triangle: runs, but not well.
    Triangle,
    /// A diamond with a cross: failed.
    Cross,
    /// A square: stopped.
    Square,
    /// A barred circle: never, not allowed.
    Barred,
}

/// How a status is meant; its colour.
pub type StatusTone = Tone;

impl StatusShape {
    fn href(self) -> &'static str {
        match self {
            Self::Disc => "/icons.svg#s-running",
            Self::Tick => "/icons.svg#s-done",
            Self::Clock => "/icons.svg#s-pending",
            Self::Half => "/icons.svg#s-half",
            Self::Triangle => "/icons.svg#s-degraded",
            Self::Cross => "/icons.svg#s-failed",
            Self::Square => "/icons.svg#s-stopped",
            Self::Barred => "/icons.svg#s-never",
        }
    }
}

/// The shape alone, at 12, 16 or 20 pixels.
#[component]
pub fn StatusMark(
    shape: StatusShape,
    tone: StatusTone,
    #[prop(optional)] size: IconSize,
) -> impl IntoView {
    let size = match size {
        IconSize::Small => "s",
        IconSize::Usual => "s s-16",
        IconSize::Large => "s s-20",
    };
    let classes = format!("{size} {}", tone.text());
    view! {
        <svg class=classes aria-hidden="true">
            <use href=shape.href()></use>
        </svg>
    }
    .into_any()
}

/// Shape, colour, word; under it, when something waits or failed, one sentence.
#[component]
pub fn Status(
    shape: StatusShape,
    tone: StatusTone,
    #[prop(into)] word: String,
    #[prop(optional, into)] reason: Option<String>,
) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap">
            <StatusMark shape tone size=IconSize::Small/>
            {word}
        </span>
        {reason.map(|reason| view! { <p class="reason">{reason}</p> })}
    }
    .into_any()
}
