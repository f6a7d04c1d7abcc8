//! Text to paste, with the button that copies it.
use super::{button::IconButton, icon::IconName};
use leptos::prelude::*;

/// A block of code. The copy button says when it has copied.
#[component]
pub fn CodeBlock(
    #[prop(into)] text: Signal<String>,
    #[prop(default = "Code")] label: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |()| {
        // The promise is not awaited: where the browser refuses, the text is still there to be marked by hand.
        let _ = window().navigator().clipboard().write_text(&text.get_untracked());
        copied.set(true);
    };
    let words =
        Signal::derive(move || if copied.get() { "Copied".to_owned() } else { "Copy".to_owned() });
    let icon = move || if copied.get() { IconName::Check } else { IconName::Copy };
    crate::browser::effect(move || {
        text.track();
        copied.set(false);
    });
    view! {
        <div class="code">
            <pre tabindex="0" aria-label=label><code>{text}</code></pre>
            <span class="copy">{move || view! { <IconButton icon=icon() label=words small=true on_press=copy/> }}</span>
        </div>
    }
    .into_any()
}
