//! What has a page ask again.

use leptos::prelude::*;

use crate::ui::{Button, ButtonKind, ButtonSize, IconName};

/// Asks for what the page shows once more: a page loads whenever its `version` is another one. It stands also where
/// there is nothing yet, for that is where somebody waits for the first.
#[component]
pub fn Refresh(version: RwSignal<i32>) -> impl IntoView {
    view! {
        <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Refresh
            on_press=move |()| version.update(|n| *n += 1)>"Refresh"</Button>
    }
    .into_any()
}
