//! The top bar: the way here, the theme, and who is signed in.
use super::{nav::Crumb, theme::ThemeSwitch, user::UserMenu};
use crate::ui::{Icon, IconName, IconSize};
use leptos::prelude::*;

/// The top bar.
#[component]
pub fn Topbar(#[prop(into)] crumbs: Signal<Vec<Crumb>>, drawer: RwSignal<bool>) -> impl IntoView {
    view! {
        <header class="topbar">
            <button
                type="button"
                class="only-phone items-center justify-center w-10 h-10 rounded-md text-ink-muted hover:bg-surface-hover cursor-pointer"
                aria-label="Menu"
                aria-controls="sidebar"
                aria-expanded=move || drawer.get().to_string()
                on:click=move |_| drawer.update(|open| *open = !*open)
            >
                <Icon name=IconName::Menu size=IconSize::Large/>
            </button>
            <Crumbs crumbs/>
            <div class="flex items-center gap-3 ml-auto">
                <ThemeSwitch/>
                <UserMenu/>
            </div>
        </header>
    }
    .into_any()
}

/// The way to this page.
#[component]
pub fn Crumbs(#[prop(into)] crumbs: Signal<Vec<Crumb>>) -> impl IntoView {
    let steps = move || {
        let crumbs = crumbs.get();
        let last = crumbs.len().saturating_sub(1);
        crumbs.into_iter().enumerate().map(|(n, crumb)| step(crumb, n == last)).collect_view()
    };
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>{steps}</ol>
        </nav>
    }
}

fn step(crumb: Crumb, last: bool) -> impl IntoView {
    let inner = match crumb.href {
        Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
        None => view! { <span aria-current=last.then_some("page")>{crumb.label}</span> }.into_any(),
    };
    view! { <li>{inner}</li> }
}
