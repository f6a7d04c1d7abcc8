//! The hatchings that pictures fill with, defined once a page. 45° means "can be preempted" and nothing else.
use leptos::prelude::*;

/// Defines the fills `#hatch-accent`, `#hatch-warn` and `#cut`. The frame of the page draws it once.
#[component]
pub fn Patterns() -> impl IntoView {
    view! {
        <svg class="absolute" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <pattern id="hatch-accent" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="hatch-bg" width="5" height="5"></rect>
                    <path class="hatch-line" stroke-width="2.2" d="M1 0v5"></path>
                </pattern>
                <pattern id="hatch-warn" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="hatch-warn-bg" width="5" height="5"></rect>
                    <path class="hatch-warn-line" stroke-width="2.2" d="M1 0v5"></path>
                </pattern>
                <pattern id="cut" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <path class="hatch-cut" stroke-width="1.75" d="M1 0v5"></path>
                </pattern>
            </defs>
        </svg>
    }
    .into_any()
}
