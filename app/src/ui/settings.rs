//! A page of settings: groups with anchors at the left; each setting with its words at the left, its switch at
//! the right, and whatever else it needs below.

use leptos::{html, prelude::*, wasm_bindgen::JsCast};

use super::{
    button::{Button, ButtonKind},
    surface::Card,
};

/// Anchors at the left, groups at the right.
#[component]
pub fn SettingsFrame(
    /// Ids and titles of the groups.
    anchors: Vec<(String, String)>,
    children: Children,
) -> impl IntoView {
    let anchors =
        anchors.into_iter().map(|(id, title)| view! { <a href=format!("#{id}")>{title}</a> });
    view! {
        <div class="settings">
            <nav class="anchors" aria-label="On this page">{anchors.collect_view()}</nav>
            <div class="settings-col">{children()}</div>
        </div>
    }
    .into_any()
}

/// A group of settings.
#[component]
pub fn SettingsGroup(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    /// The content keeps away from the frame, as text does.
    #[prop(optional)]
    padded: bool,
    children: Children,
) -> impl IntoView {
    let labelled_by = id.clone();
    view! {
        <section aria-labelledby=labelled_by>
            <h2 id=id>{title}</h2>
            <Card flush=!padded>{children()}</Card>
        </section>
    }
    .into_any()
}

/// One setting.
#[component]
pub fn SettingItem(
    #[prop(into)] head: ViewFn,
    /// What it changes, and for whom.
    #[prop(into)]
    effect: String,
    /// Who chose it last.
    #[prop(into)]
    by: Signal<Option<String>>,
    #[prop(optional, into)] control: Option<ViewFn>,
    #[prop(into)] below: ViewFn,
) -> impl IntoView {
    view! {
        <div class="setting">
            <div class="setting-main">
                <h3>{head.run()}</h3>
                <p>{effect}</p>
                {move || by.get().map(|by| view! { <p class="setting-by">{by}</p> })}
            </div>
            <div class="setting-sw">{control.map(|control| control.run())}</div>
            <div class="wide grid gap-3 empty:hidden">{below.run()}</div>
        </div>
    }
    .into_any()
}

/// Chooses a picture from a file; the value is a data address. Empty is none.
#[component]
pub fn PictureInput(#[prop(into)] name: String, value: RwSignal<String>) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let choose = move || {
        let Some(file) = node.get_untracked().and_then(|input| input.files()?.get(0)) else {
            return;
        };
        let Ok(reader) = web_sys::FileReader::new() else { return };
        let read = reader.clone();
        let done = leptos::wasm_bindgen::closure::Closure::once_into_js(move || {
            if let Some(text) = read.result().ok().and_then(|text| text.as_string()) {
                value.try_set(text);
            }
        });
        reader.set_onload(Some(done.unchecked_ref()));
        // A file that cannot be read chooses nothing.
        let _ = reader.read_as_data_url(&file);
    };
    // One that was chosen before the page woke up counts as well.
    crate::browser::effect(choose);
    let shown = move || {
        let picture = value.get();
        (!picture.is_empty())
            .then(|| view! { <img src=picture alt="The chosen logo" height="40"/> })
    };
    let none = move |()| {
        value.set(String::new());
        // The same file can be chosen again.
        if let Some(input) = node.get_untracked() {
            input.set_value("");
        }
    };
    view! {
        <div class="flex flex-wrap items-center gap-3">
            {shown}
            <input node_ref=node type="file" accept="image/svg+xml,image/png" class="text-sm" id=name.clone() name=name on:change=move |_| choose()/>
            <Button kind=ButtonKind::Link on_press=none>"No logo"</Button>
        </div>
    }
    .into_any()
}
