//! Surfaces: cards, folding sections, parts, rows to add to, notes and empty places.
use super::{
    button::{Button, ButtonSize, IconButton},
    icon::{Icon, IconName, IconSize},
    marks::{Badge, StatusMark, StatusShape, Tone},
};
use leptos::prelude::*;

/// A framed surface. With `title` it has a head, where `actions` stand at the right.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    /// The content reaches the frame (tables, parts).
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <div class="flex flex-wrap items-center justify-between gap-3 min-h-12 px-5 py-2 border-b border-line max-md:px-4">
                <h2 class="text-base">{title}</h2>
                {actions.map(|actions| actions.run())}
            </div>
        }
    });
    view! {
        <section class="border border-line rounded-lg bg-surface min-w-0">
            {head}
            <div class=if flush { "" } else { "p-5 max-md:p-4" }>{children()}</div>
        </section>
    }
    .into_any()
}

/// A titled part of a page without a frame of its own: a table brings one. `actions` stand at the right.
#[component]
pub fn Band(
    #[prop(into)] title: String,
    #[prop(optional, into)] actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="grid gap-3 min-w-0">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h2 class="text-base">{title}</h2>
                {actions.map(|actions| actions.run())}
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// Content of a card that reaches its frame otherwise.
#[component]
pub fn Padded(children: Children) -> impl IntoView {
    view! { <div class="grid gap-3 p-5 max-md:p-4">{children()}</div> }.into_any()
}

/// Words and a control in one line, in the head of a card or band.
#[component]
pub fn Inline(#[prop(optional, into)] words: Option<String>, children: Children) -> impl IntoView {
    view! {
        <div class="flex items-center gap-2">
            {words.map(|words| view! { <span class="text-xs text-ink-muted whitespace-nowrap">{words}</span> })}
            {children()}
        </div>
    }
    .into_any()
}

/// A section of a form. Folded, it says in one line what it holds; a badge says when something in it is wrong.
#[component]
pub fn Section(
    #[prop(into)] title: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] summary: Signal<String>,
    /// How many things in it must be put right.
    #[prop(optional, into)]
    wrong: Signal<usize>,
    /// Said at the right when nothing is wrong, for example "3 from policy".
    #[prop(optional, into)]
    note: Signal<Option<String>>,
    #[prop(default = true)] open: bool,
    children: Children,
) -> impl IntoView {
    let badge = move || match (wrong.get(), note.get()) {
        (0, None) => ().into_any(),
        (0, Some(note)) => view! { <Badge tone=Tone::Line>{note}</Badge> }.into_any(),
        (n, _) => {
            view! { <Badge tone=Tone::Bad icon=IconName::Error>{n} " to fix"</Badge> }.into_any()
        }
    };
    view! {
        <details class="section border border-line rounded-lg bg-surface min-w-0" id=id open=open>
            <summary>
                <span class="chev"><Icon name=IconName::Right/></span>
                <h2>{title}</h2>
                <span class="sum">{summary}</span>
                <span>{badge}</span>
            </summary>
            {children()}
        </details>
    }
    .into_any()
}

/// The strip under a section's head: what it was loaded from, and the ways to change that.
#[component]
pub fn Setup(children: Children) -> impl IntoView {
    view! { <div class="setup">{children()}</div> }.into_any()
}

/// One part of a section: its name and a line of help at the left, its fields at the right.
#[component]
pub fn Part(
    #[prop(into)] title: String,
    #[prop(optional, into)] help: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="part">
            <div>
                <h3>{title}</h3>
                {help.map(|help| view! { <p class="help mt-1">{help}</p> })}
            </div>
            <div>{children()}</div>
        </div>
    }
    .into_any()
}

/// Rows in one frame, parted by hairlines.
#[component]
pub fn Rows(children: Children) -> impl IntoView {
    view! { <div class="rows">{children()}</div> }.into_any()
}

/// A list of rows to add to. The button's words are the guide's, for example "+Toleration".
#[component]
pub fn Repeater(
    #[prop(into)] add: String,
    #[prop(into)] on_add: Callback<()>,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="grid grid-cols-1 gap-3 min-w-0">
            {children()}
            <div><Button size=ButtonSize::Small caps=true not_now=not_now on_press=on_add>{add}</Button></div>
        </div>
    }
    .into_any()
}

/// One row of a [`Repeater`], with the button that takes it out.
#[component]
pub fn RepeaterRow(
    /// What the row is called when it is removed, for example "variable EPOCHS".
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] on_remove: Callback<()>,
    /// It cannot be removed.
    #[prop(optional)]
    locked: bool,
    children: Children,
) -> impl IntoView {
    let remove = (!locked).then(|| {
        let label = Signal::derive(move || format!("Remove {}", label.get()));
        view! { <IconButton icon=IconName::X small=true label on_press=on_remove/> }
    });
    view! {
        <div class="repeat">
            <div class="min-w-0">{children()}</div>
            <span class="pt-1">{remove}</span>
        </div>
    }
    .into_any()
}

/// A sentence that matters, on a soft ground, with a figure.
#[component]
pub fn Note(
    #[prop(optional)] tone: Tone,
    /// Said at once by screen readers.
    #[prop(optional)]
    alert: bool,
    children: Children,
) -> impl IntoView {
    let (ground, icon) = match tone {
        Tone::Plain | Tone::Line | Tone::Accent => ("bg-surface-sunken", IconName::Info),
        Tone::Good => ("bg-good-soft", IconName::Check),
        Tone::Warn => ("bg-warn-soft", IconName::Warn),
        Tone::Bad => ("bg-bad-soft", IconName::Error),
        Tone::Info => ("bg-info-soft", IconName::Info),
    };
    let classes = format!("flex gap-2.5 px-3 py-2.5 rounded-md text-sm {ground}");
    let mark = format!("mt-0.5 {}", tone.text());
    view! {
        <div class=classes role=alert.then_some("alert")>
            <span class=mark><Icon name=icon/></span>
            <div class="min-w-0 wrap-anywhere">{children()}</div>
        </div>
    }
    .into_any()
}

/// An empty place: what the thing is for, and the button that makes the first one.
#[component]
pub fn Empty(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(into)] about: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="grid justify-items-center gap-2 px-6 py-12 text-center">
            <span class="text-ink-muted"><Icon name=icon size=IconSize::Large/></span>
            <h2 class="text-base">{title}</h2>
            <p class="max-w-lg text-ink-muted">{about}</p>
            {children.map(|children| view! { <div class="flex flex-wrap justify-center gap-2 mt-2">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// What happened when, newest first.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="events">{children()}</ol> }.into_any()
}

/// One event of a [`Timeline`]. Times arrive as words, so that server and browser agree.
#[component]
pub fn Event(
    shape: StatusShape,
    tone: Tone,
    #[prop(into)] title: String,
    #[prop(into)] time: String,
    #[prop(optional, into)] datetime: Option<String>,
    #[prop(optional, into)] more: Option<String>,
) -> impl IntoView {
    view! {
        <li>
            <StatusMark shape tone size=IconSize::Small/>
            <b>{title}</b>
            <time datetime=datetime>{time}</time>
            {more.map(|more| view! { <p class="more">{more}</p> })}
        </li>
    }
    .into_any()
}
