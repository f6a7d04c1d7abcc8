//! The side bar: groups of pages, foldable to icons, a drawer on small screens.
use super::nav::{NAV, NavGroup, NavPage};
use crate::identity::{Me, me};
use crate::ui::{Icon, IconName, IconSize};
use leptos::prelude::*;

/// The mark and the name.
#[component]
pub fn Brand(#[prop(optional)] big: bool) -> impl IntoView {
    let (classes, size) = if big { ("brand brand-big", "24") } else { ("brand", "20") };
    let mark = match me().with_value(|me| me.logo.clone()) {
        Some(logo) => view! { <img src=logo height=size alt=""/> }.into_any(),
        None => view! {
            <svg width=size height=size aria-hidden="true">
                <use href="/icons.svg#brand"></use>
            </svg>
        }
        .into_any(),
    };
    view! { <a class=classes href="/workloads">{mark}<span>"Berth"</span></a> }
}

/// The side bar. `path` marks the page that is open; `folded` shows icons alone.
#[component]
pub fn Sidebar(#[prop(into)] path: Signal<String>, folded: RwSignal<bool>) -> impl IntoView {
    let groups = me().with_value(|me| {
        let groups = NAV.iter().enumerate().filter_map(|(n, group)| nav_group(n, group, path, me));
        groups.collect_view()
    });
    view! {
        <nav class="sidebar" id="sidebar" aria-label="Main">
            <Brand/>
            {groups}
            <div class="sidebar-foot">
                <button
                    type="button"
                    aria-pressed=move || folded.get().to_string()
                    on:click=move |_| folded.update(|folded| *folded = !*folded)
                >
                    <Icon name=IconName::Side size=IconSize::Usual/>
                    <span>"Collapse side bar"</span>
                </button>
            </div>
        </nav>
    }
    .into_any()
}

/// A group with the pages that this person finds; `None` when there is none.
fn nav_group(
    n: usize,
    group: &'static NavGroup,
    path: Signal<String>,
    me: &Me,
) -> Option<impl IntoView + use<>> {
    let id = format!("nav-{n}");
    let pages: Vec<_> = group.pages.iter().filter(|page| page.audience.has(me)).collect();
    if pages.is_empty() {
        return None;
    }
    let pages = pages.into_iter().map(|page| nav_page(page, path)).collect_view();
    let labelled_by = id.clone();
    Some(view! {
        <div class="nav-group">
            <h2 id=id>{group.title}</h2>
            <ul aria-labelledby=labelled_by>{pages}</ul>
        </div>
    })
}

fn nav_page(page: &'static NavPage, path: Signal<String>) -> impl IntoView {
    view! {
        <li>
            <a href=page.href title=page.label aria-current=move || path.with(|path| page.holds(path)).then_some("page")>
                <Icon name=page.icon/>
                <span>{page.label}</span>
            </a>
        </li>
    }
}
