//! Things to press. A button that cannot be pressed now says why and stays in reach of the keyboard.
use super::icon::{Icon, IconName};
use leptos::{ev::MouseEvent, prelude::*};

/// What pressing the button means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing the page is for.
    Primary,
    /// Anything else.
    #[default]
    Quiet,
    /// Without a frame, in bars.
    Plain,
    /// Takes something away.
    Danger,
    /// In a sentence.
    Link,
}

impl ButtonKind {
    fn classes(self) -> &'static str {
        match self {
            Self::Primary => {
                "border border-accent bg-accent text-on-accent hover:bg-accent-strong hover:border-accent-strong hover:text-on-accent"
            }
            Self::Quiet => {
                "border border-line-strong bg-surface text-ink hover:bg-surface-hover hover:border-line-control hover:text-ink"
            }
            Self::Plain => {
                "border border-transparent bg-transparent text-ink hover:bg-surface-hover hover:text-ink"
            }
            Self::Danger => {
                "border border-bad bg-bad text-on-bad hover:bg-bad-strong hover:border-bad-strong hover:text-on-bad"
            }
            Self::Link => "",
        }
    }
}

/// How tall a button is: 32, 28 or 40 pixels; more under a thumb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 28 px, in toolbars and rows.
    Small,
    /// 32 px.
    #[default]
    Usual,
    /// 40 px, for the button that commits.
    Large,
}

impl ButtonSize {
    fn classes(self) -> &'static str {
        match self {
            Self::Small => "h-7 px-2.5 text-xs max-md:min-h-9",
            Self::Usual => "h-8 px-3 text-sm max-md:min-h-10",
            Self::Large => "h-10 px-4 text-base",
        }
    }
}

const FRAME: &str = "inline-flex items-center justify-center gap-1.5 rounded-md font-medium leading-none whitespace-nowrap no-underline cursor-pointer transition-colors duration-100";
const NOT_NOW: &str =
    "border border-dashed border-line-strong bg-surface-sunken text-ink-muted cursor-not-allowed";
const LINK: &str = "inline font-medium text-accent text-left underline underline-offset-3 decoration-1 rounded-sm hover:text-accent-strong cursor-pointer";

fn classes(kind: ButtonKind, size: ButtonSize, caps: bool, wide: bool, not_now: bool) -> String {
    if kind == ButtonKind::Link {
        return LINK.to_owned();
    }
    let looks = if not_now { NOT_NOW } else { kind.classes() };
    let caps = if caps { "uppercase text-xs font-semibold tracking-[0.035em]" } else { "" };
    let wide = if wide { "w-full" } else { "" };
    format!("{FRAME} {} {looks} {caps} {wide}", size.classes())
}

/// A button. `not_now` holds the reason why it cannot be pressed; `busy` shows that the press is being worked on.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] caps: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// Where this button posts its form, rather than where the form says.
    #[prop(optional)]
    action: Option<&'static str>,
    /// The accessible name, where the words on the button are not enough.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let resting = move || busy.get() || not_now.with(Option::is_some);
    let press = move |event: MouseEvent| {
        if busy.get_untracked() || not_now.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <span class=if wide { "tip-host w-full" } else { "tip-host" }>
            <button
                type=if submit { "submit" } else { "button" }
                class=move || classes(kind, size, caps, wide, not_now.with(Option::is_some))
                name=name
                value=value
                formaction=action
                formmethod=action.map(|_| "post")
                aria-label=label
                aria-disabled=move || resting().then_some("true")
                aria-busy=move || busy.get().then_some("true")
                aria-description=move || not_now.get()
                on:click=press
            >
                {move || busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
                {icon.map(|name| view! { <Icon name/> })}
                {children()}
            </button>
            {move || not_now.get().map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })}
        </span>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] caps: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Opens beside this page.
    #[prop(optional)]
    outside: bool,
    /// Leads to a file, which is no page of ours.
    #[prop(optional)]
    file: bool,
    children: Children,
) -> impl IntoView {
    let rel = match (outside, file) {
        (true, _) => Some("noopener noreferrer external"),
        (false, true) => Some("external"),
        (false, false) => None,
    };
    view! {
        <a
            href=href
            class=classes(kind, size, caps, wide, false)
            target=outside.then_some("_blank")
            rel=rel
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
            {outside.then(|| view! { <Icon name=IconName::Out/> })}
        </a>
    }
    .into_any()
}

/// Leads to a file that the browser keeps under this name.
#[component]
pub fn FileLink(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] name: String,
    children: Children,
) -> impl IntoView {
    let classes = classes(ButtonKind::Quiet, ButtonSize::Small, false, false, false);
    view! { <a href=href class=classes download=name rel="external"><Icon name=IconName::Download/>{children()}</a> }
        .into_any()
}

/// A button that is a figure alone; its name shows as a tip.
#[component]
pub fn IconButton(
    icon: IconName,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] small: bool,
    #[prop(optional)] framed: bool,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] expanded: Option<Signal<bool>>,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
) -> impl IntoView {
    let size =
        if small { "w-6 h-6 max-md:w-8 max-md:h-8" } else { "w-8 h-8 max-md:w-10 max-md:h-10" };
    let frame =
        if framed { "border border-line-strong bg-surface" } else { "border border-transparent" };
    let classes = format!(
        "inline-grid place-items-center shrink-0 rounded-md text-ink-muted hover:bg-surface-hover hover:text-ink cursor-pointer {size} {frame}"
    );
    let press = move |event: MouseEvent| {
        if not_now.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <span class="tip-host">
            <button
                type=if submit { "submit" } else { "button" }
                class=classes
                aria-label=label
                aria-expanded=move || expanded.map(|open| open.get().to_string())
                aria-disabled=move || not_now.with(Option::is_some).then_some("true")
                aria-description=move || not_now.get()
                on:click=press
            >
                <Icon name=icon/>
            </button>
            <span class="tip" aria-hidden="true">{move || not_now.get().unwrap_or_else(|| label.get())}</span>
        </span>
    }
    .into_any()
}

/// The look of a button on something that is one already: the summary of a menu.
#[component]
pub fn ButtonFace(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <span class=classes(kind, size, true, false, false)>
            {text}
            <Icon name=IconName::Down/>
        </span>
    }
}
