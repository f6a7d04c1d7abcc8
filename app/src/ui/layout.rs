//! Where things stand: pages, stacks, rows and grids. Nothing here has a colour.
use leptos::prelude::*;

/// The distance between neighbours, on the 4 px grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// 4 px.
    Tight,
    /// 8 px, between controls.
    Small,
    /// 16 px, between fields and cards.
    #[default]
    Usual,
    /// 24 px, between blocks.
    Wide,
}

impl Gap {
    fn classes(self) -> &'static str {
        match self {
            Self::Tight => "gap-1",
            Self::Small => "gap-2",
            Self::Usual => "gap-4",
            Self::Wide => "gap-6",
        }
    }
}

/// Things one above the other.
#[component]
pub fn Stack(#[prop(optional)] gap: Gap, children: Children) -> impl IntoView {
    let classes = format!("grid grid-cols-1 content-start min-w-0 empty:hidden {}", gap.classes());
    view! { <div class=classes>{children()}</div> }.into_any()
}

/// Things side by side, wrapping where there is no room; `apart` pushes them to the two ends.
#[component]
pub fn Row(
    #[prop(default = Gap::Small)] gap: Gap,
    #[prop(optional)] apart: bool,
    #[prop(optional)] top: bool,
    children: Children,
) -> impl IntoView {
    let across = if apart { "justify-between" } else { "justify-start" };
    let along = if top { "items-start" } else { "items-center" };
    let classes = format!("flex flex-wrap min-w-0 {} {across} {along}", gap.classes());
    view! { <div class=classes>{children()}</div> }.into_any()
}

/// How many columns a grid has where there is room for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// Two, one on a phone.
    #[default]
    Two,
    /// Three for short fields, one on a phone.
    Three,
    /// Four, two on a phone.
    Four,
}

impl Columns {
    fn classes(self) -> &'static str {
        match self {
            Self::Two => {
                "grid grid-cols-1 md:grid-cols-2 gap-x-5 gap-y-4 items-start min-w-0 empty:hidden"
            }
            Self::Three => {
                "grid grid-cols-1 md:grid-cols-3 gap-x-5 gap-y-4 items-start min-w-0 empty:hidden"
            }
            Self::Four => {
                "grid grid-cols-2 lg:grid-cols-4 gap-x-5 gap-y-4 items-start min-w-0 empty:hidden"
            }
        }
    }
}

/// Fields or cards in columns.
#[component]
pub fn Grid(#[prop(optional)] columns: Columns, children: Children) -> impl IntoView {
    view! { <div class=columns.classes()>{children()}</div> }.into_any()
}

/// What takes a whole row of a grid.
#[component]
pub fn Across(children: Children) -> impl IntoView {
    view! { <div class="col-span-full min-w-0 empty:hidden">{children()}</div> }.into_any()
}

/// A control no wider than a few words, beside others.
#[component]
pub fn Narrow(children: Children) -> impl IntoView {
    view! { <div class="w-48 max-w-full">{children()}</div> }.into_any()
}

/// A page: its name, a sentence about it, its actions at the right, then what it holds.
#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] about: Signal<Option<String>>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let lead = move || {
        about.get().map(|text| view! { <p class="mt-0.5 text-ink-muted max-w-3xl">{text}</p> })
    };
    view! {
        <div class="page">
            <div class="flex flex-wrap items-start justify-between gap-x-6 gap-y-4 mb-5">
                <div class="min-w-0">
                    <h1>{title}</h1>
                    {lead}
                </div>
                {actions.map(|actions| view! { <div class="flex flex-wrap items-center gap-2">{actions.run()}</div> })}
            </div>
            {children()}
        </div>
    }
    .into_any()
}

/// A form at the left and a panel that stays in view at the right; one above the other where it is narrow.
#[component]
pub fn WithPanel(#[prop(into)] panel: ViewFn, children: Children) -> impl IntoView {
    view! {
        <div class="with-panel">
            <div class="min-w-0">{children()}</div>
            <aside class="panel-col" aria-label="What will happen">{panel.run()}</aside>
        </div>
    }
    .into_any()
}

/// A page beside a docked pane.
#[component]
pub fn Docked(children: Children) -> impl IntoView {
    view! { <div class="docked">{children()}</div> }.into_any()
}

/// Text in the second colour.
#[component]
pub fn Muted(#[prop(optional)] small: bool, children: Children) -> impl IntoView {
    let classes = if small { "text-ink-muted text-xs" } else { "text-ink-muted" };
    view! { <span class=classes>{children()}</span> }.into_any()
}

/// Words for screen readers alone.
#[component]
pub fn Unseen(children: Children) -> impl IntoView {
    view! { <span class="sr">{children()}</span> }.into_any()
}

/// Names and values in two columns.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }.into_any()
}

/// One name with its value, inside [`Facts`].
#[component]
pub fn Fact(#[prop(into)] name: String, children: Children) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{children()}</dd>
    }
    .into_any()
}
