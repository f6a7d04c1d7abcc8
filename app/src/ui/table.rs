//! Tables with typed heads, the tools above them, and the bar for what is chosen. Below 768 px rows become cards;
//! roles are written out, because `display` takes them away.
use super::icon::{Icon, IconName, IconSize};
use leptos::prelude::*;

/// How a column gives way where there is little room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Stays.
    #[default]
    Always,
    /// Goes on tablets and phones, and beside a pane.
    Third,
    /// Goes first.
    Fourth,
}

impl Keep {
    fn classes(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Third => "c-3",
            Self::Fourth => "c-4",
        }
    }
}

/// Which way a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

impl Sorted {
    fn aria(self) -> &'static str {
        match self {
            Self::Up => "ascending",
            Self::Down => "descending",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Up => IconName::Up,
            Self::Down => IconName::Down,
        }
    }
}

/// A table in its frame: `head` holds `Column`s, the children are `Tr`s.
#[component]
pub fn Table(
    /// What the table is, for screen readers.
    #[prop(into)]
    label: String,
    #[prop(into)] head: ViewFnOnce,
    #[prop(optional, into)] foot: Option<ViewFn>,
    /// Stays a table on a phone.
    #[prop(optional)]
    small: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class=if small { "table" } else { "table table-cards" } role="table" aria-label=label>
                <thead role="rowgroup">
                    <tr role="row">{head.run()}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
            {foot.map(|foot| view! { <div class="flex flex-wrap items-center gap-3 px-3 py-2 border-t border-line text-xs text-ink-muted">{foot.run()}</div> })}
        </div>
    }
    .into_any()
}

/// The head of a column. With `href` it is a link that sorts, with `on_sort` a button.
#[component]
pub fn Column(
    #[prop(into)] title: String,
    #[prop(optional)] number: bool,
    #[prop(optional)] keep: Keep,
    /// The title is for screen readers alone.
    #[prop(optional)]
    quiet: bool,
    #[prop(optional, into)] sorted: Signal<Option<Sorted>>,
    #[prop(optional, into)] href: Option<Signal<String>>,
    #[prop(optional, into)] on_sort: Option<Callback<()>>,
) -> impl IntoView {
    let classes = format!("{} {}", if number { "num" } else { "" }, keep.classes());
    let mark =
        move || sorted.get().map(|way| view! { <Icon name=way.icon() size=IconSize::Small/> });
    let inner = match (href, on_sort) {
        (Some(href), _) => view! { <a href=href>{title}{mark}</a> }.into_any(),
        (None, Some(on_sort)) => {
            view! { <button type="button" on:click=move |_| on_sort.run(())>{title}{mark}</button> }
                .into_any()
        }
        (None, None) if quiet => view! { <span class="sr">{title}</span> }.into_any(),
        (None, None) => title.into_any(),
    };
    view! {
        <th role="columnheader" scope="col" class=classes aria-sort=move || sorted.get().map(Sorted::aria)>
            {inner}
        </th>
    }
    .into_any()
}

/// The head's cell for the check box that chooses all.
#[component]
pub fn CheckColumn(children: Children) -> impl IntoView {
    view! { <th role="columnheader" class="cell-check">{children()}</th> }.into_any()
}

/// A row. `changed` marks it for a moment.
#[component]
pub fn Tr(
    #[prop(optional, into)] selected: Option<Signal<bool>>,
    #[prop(optional, into)] changed: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <tr
            role="row"
            class:just-changed=changed
            aria-selected=move || selected.and_then(|selected| selected.get().then_some("true"))
        >
            {children()}
        </tr>
    }
    .into_any()
}

/// A row that names the group of those below it.
#[component]
pub fn GroupRow(columns: u8, children: Children) -> impl IntoView {
    view! {
        <tr role="row" class="group-row">
            <th role="rowheader" scope="colgroup" class="cell-wide" colspan=columns.to_string()>{children()}</th>
        </tr>
    }
    .into_any()
}

/// The cell that names the row, with a second line under the name.
#[component]
pub fn NameCell(
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] sub: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! {
        <th role="rowheader" scope="row" class="cell-wide">
            <span class="flex gap-2.5">
                {icon.map(|name| view! { <span class="mt-0.5 text-ink-muted"><Icon name/></span> })}
                <span class="min-w-0">
                    {children()}
                    {sub.map(|sub| view! { <span class="cell-sub">{sub.run()}</span> })}
                </span>
            </span>
        </th>
    }
    .into_any()
}

/// A cell. `label` names it where the row is a card.
#[component]
pub fn Td(
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] number: bool,
    #[prop(optional)] keep: Keep,
    children: Children,
) -> impl IntoView {
    let classes = format!("{} {}", if number { "num" } else { "" }, keep.classes());
    view! { <td role="cell" class=classes data-label=label>{children()}</td> }.into_any()
}

/// The cell with a status and its sentence; as wide as the card on a phone.
#[component]
pub fn StatusCell(children: Children) -> impl IntoView {
    view! { <td role="cell" class="cell-wide cell-status">{children()}</td> }.into_any()
}

/// The cell with the row's check box.
#[component]
pub fn CheckCell(children: Children) -> impl IntoView {
    view! { <td role="cell" class="cell-check">{children()}</td> }.into_any()
}

/// The cell with what can be done to the row.
#[component]
pub fn ActionCell(children: Children) -> impl IntoView {
    view! { <td role="cell" class="cell-act">{children()}</td> }.into_any()
}

/// What stands above a table: search, filters, and at the right its own menu.
#[component]
pub fn Toolbar(#[prop(optional, into)] end: Option<ViewFn>, children: Children) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center gap-2 mb-3">
            {children()}
            {end.map(|end| view! { <div class="flex flex-wrap items-center gap-2 ml-auto">{end.run()}</div> })}
        </div>
    }
    .into_any()
}

/// What can be done to the chosen rows, with their number.
#[component]
pub fn BulkBar(
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] on_clear: Callback<()>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center gap-1.5 min-h-10 pl-3 pr-1.5 mb-3 rounded-md bg-surface-selected text-sm" role="group" aria-label="Chosen rows">
            <b>{count} " selected"</b>
            {children()}
            <span class="ml-auto">
                <super::button::IconButton icon=IconName::X label="Choose none" on_press=on_clear/>
            </span>
        </div>
    }
    .into_any()
}
