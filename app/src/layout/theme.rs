//! Light or dark: the system's wish until the person chooses; the choice stays in this browser.
use crate::browser;
use crate::ui::{IconName, IconSize};
use leptos::prelude::*;

/// Runs in the head, before anything is painted, with the page's nonce.
pub const THEME_SCRIPT: &str = "try{const t=localStorage.getItem('theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

const KEY: &str = "theme";

/// The button that turns the theme round. Which figure it shows is decided by the style sheet.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    view! {
        <button
            type="button"
            class="inline-grid place-items-center w-8 h-8 rounded-md text-ink-muted hover:bg-surface-hover hover:text-ink cursor-pointer max-md:w-10 max-md:h-10"
            aria-label="Switch theme"
            on:click=move |_| turn()
        >
            <span class="moon"><crate::ui::Icon name=IconName::Moon size=IconSize::Usual/></span>
            <span class="sun"><crate::ui::Icon name=IconName::Sun size=IconSize::Usual/></span>
        </button>
    }
}

fn turn() {
    let Some(root) = document().document_element() else { return };
    let dark = match root.get_attribute("data-theme") {
        Some(chosen) => chosen == "dark",
        None => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    };
    let next = if dark { "light" } else { "dark" };
    // A browser that keeps nothing still shows the theme until the page is left.
    let _ = root.set_attribute("data-theme", next);
    browser::keep(KEY, next);
}
