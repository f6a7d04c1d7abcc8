//! The frame round every page, and the one round signing in.
use super::{
    nav::{Crumb, crumbs_of},
    sidebar::{Brand, Sidebar},
    topbar::Topbar,
};
use crate::browser;
use crate::identity::me;
use crate::ui::{IconSize, Note, Patterns, StatusMark, StatusShape, ToastRegion, Toasts, Tone};
use leptos::{context::Provider, prelude::*};

const FOLDED: &str = "sidebar-folded";

/// Side bar, top bar, the page, and the toasts. Pages reach [`Toasts`] by context.
#[component]
pub fn Shell(
    /// The address's path, which marks the open page.
    #[prop(into)]
    path: Signal<String>,
    /// The way here; made from the path when it is not given.
    #[prop(optional, into)]
    crumbs: Option<Signal<Vec<Crumb>>>,
    children: Children,
) -> impl IntoView {
    let (folded, drawer) = (RwSignal::new(false), RwSignal::new(false));
    // Escape silences a tip until the person moves on.
    let hushed = RwSignal::new(false);
    let speak = move || {
        if hushed.get_untracked() {
            hushed.set(false);
        }
    };
    let toasts = Toasts::new();
    remember(folded);
    // Whoever goes somewhere from the drawer has seen enough of it.
    crate::browser::effect(move || {
        path.track();
        drawer.set(false);
    });
    let crumbs =
        crumbs.unwrap_or_else(|| Signal::derive(move || path.with(|path| crumbs_of(path))));
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div
            class="app"
            data-icons=move || folded.get().then_some("")
            data-drawer=move || drawer.get().then_some("")
            data-hush=move || hushed.get().then_some("")
            on:keydown=move |event| {
                let escape = event.key() == "Escape";
                hushed.set(escape);
                if escape {
                    drawer.set(false);
                }
            }
            on:mouseover=move |_| speak()
            on:focusin=move |_| speak()
        >
            <Sidebar path folded/>
            {move || drawer.get().then(|| view! { <div class="scrim" on:click=move |_| drawer.set(false)></div> })}
            <div class="main">
                <Topbar crumbs drawer/>
                <Banner/>
                <main id="content" tabindex="-1" class="flex flex-col grow min-w-0 outline-none">
                    <Provider value=toasts>{children()}</Provider>
                </main>
            </div>
        </div>
        <ToastRegion toasts/>
        <Patterns/>
    }
    .into_any()
}

/// What the administrators tell everybody.
#[component]
fn Banner() -> impl IntoView {
    let text = me().with_value(|me| me.banner.clone());
    (!text.is_empty()).then(|| {
        view! { <div class="px-6 pt-4 max-md:px-4" role="region" aria-label="System notification"><Note tone=Tone::Info>{text}</Note></div> }
    })
}

/// Keeps the fold of the side bar in this browser.
fn remember(folded: RwSignal<bool>) {
    browser::effect_from(move |is_first| {
        let now = folded.get();
        if is_first {
            folded.set(browser::kept(FOLDED).as_deref() == Some("1"));
        } else {
            browser::keep(FOLDED, if now { "1" } else { "0" });
        }
    });
}

/// The page for signing in: the form at the left, the harbour at the right.
#[component]
pub fn SignInFrame(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <Patterns/>
        <div class="sign">
            <main class="sign-form" id="content">
                <div class="sign-in">
                    <Brand big=true/>
                    <h1>{title}</h1>
                    {children()}
                </div>
            </main>
            <aside class="sign-side" aria-label="About Berth">
                <Berths/>
                <div class="sign-say">
                    <p class="sign-quote">
                        <StatusMark shape=StatusShape::Clock tone=Tone::Warn size=IconSize::Usual/>
                        <span>"Waiting: project " <b>"vision"</b> " has 2.5 GPUs left of its quota of 8 in " <b>"a100"</b> "; you asked for 4."</span>
                    </p>
                    <p class="sign-quote">
                        <StatusMark shape=StatusShape::Tick tone=Tone::Good size=IconSize::Usual/>
                        <span>"Ask for " <b>"1 GPU"</b> " and it starts now, on gpu-03."</span>
                    </p>
                    <p class="sign-big">"It always says why."</p>
                </div>
            </aside>
        </div>
    }
}

/// Two words between two ways to sign in.
#[component]
pub fn Or(#[prop(into)] text: String) -> impl IntoView {
    view! { <p class="or">{text}</p> }
}

/// Sixteen berths: a number is a project's flag, the mark says that what lies there can be preempted.
const BERTHS: [Option<(&str, bool)>; 16] = [
    Some(("/icons.svg#flag-3", false)),
    Some(("/icons.svg#flag-3", false)),
    Some(("/icons.svg#flag-1", true)),
    Some(("/icons.svg#flag-5", false)),
    Some(("/icons.svg#flag-2", true)),
    Some(("/icons.svg#flag-2", true)),
    Some(("/icons.svg#flag-7", false)),
    None,
    Some(("/icons.svg#flag-1", false)),
    Some(("/icons.svg#flag-1", false)),
    Some(("/icons.svg#flag-4", false)),
    Some(("/icons.svg#flag-6", false)),
    None,
    Some(("/icons.svg#flag-8", false)),
    Some(("/icons.svg#flag-6", true)),
    Some(("/icons.svg#flag-3", false)),
];

#[component]
fn Berths() -> impl IntoView {
    let cells = BERTHS
        .iter()
        .map(|cell| view! { <svg viewBox="0 0 28 28">{berth(*cell)}</svg> })
        .collect_view();
    view! {
        <div class="sign-berths" aria-hidden="true">
            <svg width="0" height="0" class="absolute">
                <defs>
                    <clipPath id="berth-cell"><rect width="28" height="28" rx="5"></rect></clipPath>
                </defs>
            </svg>
            {cells}
        </div>
    }
}

fn berth(cell: Option<(&'static str, bool)>) -> AnyView {
    let Some((flag, preemptible)) = cell else {
        return view! { <rect class="gpu-free" x=".5" y=".5" width="27" height="27" rx="4.5"></rect> }.into_any();
    };
    view! {
        <g clip-path="url(#berth-cell)">
            <rect class="gpu-part-free" width="28" height="28"></rect>
            <use href=flag width="28" height="28"></use>
            {preemptible.then(|| view! { <rect width="28" height="28" fill="url(#cut)"></rect> })}
        </g>
    }
    .into_any()
}
