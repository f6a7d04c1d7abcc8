//! Tabs: one panel of several, walked with the arrow keys.
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

/// One tab: the key that is remembered, and the word on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What the signal holds, for example `events`.
    pub key: &'static str,
    /// What is shown.
    pub label: &'static str,
}

/// The row of tabs; `current` holds the key of the one that is open. Its panels are `TabPanel`s.
#[component]
pub fn Tabs(
    #[prop(into)] label: String,
    /// Begins the ids of tabs and panels.
    id: &'static str,
    tabs: Vec<Tab>,
    current: RwSignal<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let keys: Vec<&'static str> = tabs.iter().map(|tab| tab.key).collect();
    let walk = move |event: KeyboardEvent| {
        let at = keys.iter().position(|key| current.with_untracked(|now| now == key)).unwrap_or(0);
        let last = keys.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" => {
                if at == last {
                    0
                } else {
                    at + 1
                }
            }
            "ArrowLeft" => {
                if at == 0 {
                    last
                } else {
                    at - 1
                }
            }
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        let Some(key) = keys.get(next) else { return };
        current.set((*key).to_owned());
        focus(node, &format!("{id}-tab-{key}"));
    };
    let buttons = tabs
        .into_iter()
        .map(|Tab { key, label }| {
            let open = move || current.with(|now| now == key);
            view! {
                <button
                    type="button"
                    role="tab"
                    id=format!("{id}-tab-{key}")
                    aria-controls=format!("{id}-{key}")
                    aria-selected=move || open().to_string()
                    tabindex=move || if open() { "0" } else { "-1" }
                    on:click=move |_| current.set(key.to_owned())
                >
                    {label}
                </button>
            }
        })
        .collect_view();
    view! { <div class="tabs" role="tablist" aria-label=label node_ref=node on:keydown=walk>{buttons}</div> }.into_any()
}

fn focus(within: NodeRef<html::Div>, id: &str) {
    let Some(row) = within.get_untracked() else { return };
    let found = row.query_selector(&format!("#{id}")).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// What a tab shows. All panels are in the page; the closed ones are hidden.
#[component]
pub fn TabPanel(
    id: &'static str,
    tab: &'static str,
    current: RwSignal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            role="tabpanel"
            id=format!("{id}-{tab}")
            aria-labelledby=format!("{id}-tab-{tab}")
            tabindex="0"
            hidden=move || current.with(|now| now != tab)
        >
            {children()}
        </div>
    }
}
