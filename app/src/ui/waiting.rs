//! Waiting: skeletons with the shape of what comes, and progress that says of what.
use domain::quantity::rounded;
use leptos::prelude::*;

/// How wide a skeleton line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wide {
    Short,
    Usual,
    Full,
}

impl Wide {
    fn classes(self) -> &'static str {
        match self {
            Self::Short => "skeleton w-32 my-1",
            Self::Usual => "skeleton w-2/3 my-1",
            Self::Full => "skeleton w-full my-1",
        }
    }
}

/// Grey lines where text will be. Screen readers hear what is awaited.
#[component]
pub fn Skeleton(
    #[prop(default = 3)] lines: usize,
    #[prop(default = "Loading")] label: &'static str,
) -> impl IntoView {
    let widths = [Wide::Short, Wide::Full, Wide::Usual];
    let rows = (0..lines)
        .map(
            |n| view! { <span class=widths[n % widths.len()].classes() aria-hidden="true"></span> },
        )
        .collect_view();
    view! {
        <div class="grid gap-2 py-2" role="status">
            <span class="sr">{label}</span>
            {rows}
        </div>
    }
}

/// How far something is, in words and as a bar.
#[component]
pub fn Progress(
    #[prop(into)] label: String,
    /// From 0 to 100.
    #[prop(into)]
    percent: Signal<f64>,
    /// The numbers in words, for example "4.1 of 6.8 GB, about 2 min left".
    #[prop(optional, into)]
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="grid gap-1.5 text-sm">
            <div class="flex justify-between gap-3">
                <span class="font-medium">{label.clone()}</span>
                <span class="text-ink-muted tabular-nums">{words}</span>
            </div>
            <progress class="progress" max="100" value=move || rounded(percent.get().clamp(0.0, 100.0), 2) aria-label=label></progress>
        </div>
    }
}
