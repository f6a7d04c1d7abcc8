//! What floats: tips, menus, dialogs, panes and toasts. Focus goes in and comes back.
use super::{
    button::IconButton,
    each::{Each, each},
    icon::{Icon, IconName, IconSize},
    marks::{StatusMark, StatusShape, Tone},
};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

/// More words, shown on hover and on focus. The children must carry their own accessible name.
#[component]
pub fn Tooltip(
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] below: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <span class="tip-host">
            {children()}
            <span class=if below { "tip tip-below" } else { "tip" } role="tooltip">{text}</span>
        </span>
    }
}

/// Shows more when it is opened, without a script: a word to press and what it opens.
#[component]
pub fn Disclosure(
    #[prop(into)] title: String,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="text-sm" open=open>
            <summary class="cursor-pointer font-medium text-accent">{title}</summary>
            <div class="mt-2">{children()}</div>
        </details>
    }
}

/// A button that opens a list of things to do. Arrow keys walk, Escape closes and gives the focus back.
/// It is a native `details`, so it opens before the page has woken up.
#[component]
pub fn Menu(
    #[prop(into)] label: String,
    /// What stands on the button; without it the three dots.
    #[prop(optional, into)]
    face: Option<ViewFn>,
    #[prop(optional)] left: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let keys = move |event: KeyboardEvent| {
        if let Some(menu) = node.get_untracked() {
            walk(&menu, &event);
        }
    };
    let away = move |event: leptos::ev::FocusEvent| {
        if let Some(menu) = node.get_untracked() {
            close_when_left(&menu, &event);
        }
    };
    let chosen = move |_| {
        if let Some(menu) = node.get_untracked() {
            menu.set_open(false);
            focus_first(&menu, "summary");
        }
    };
    let framed = face.is_some();
    let summary = if framed {
        "list-none inline-flex items-center gap-1.5 rounded-md cursor-pointer"
    } else {
        "list-none inline-grid place-items-center w-8 h-8 max-md:w-10 max-md:h-10 rounded-md text-ink-muted hover:bg-surface-hover hover:text-ink cursor-pointer"
    };
    view! {
        <details class="relative inline-block" node_ref=node on:keydown=keys on:focusout=away>
            <summary class=summary aria-label=label.clone() aria-haspopup="menu" role="button">
                {match face {
                    Some(face) => face.run().into_any(),
                    None => view! { <Icon name=IconName::More/> }.into_any(),
                }}
            </summary>
            <div class=if left { "menu menu-drop menu-left" } else { "menu menu-drop" } role="menu" aria-label=label on:click=chosen>
                {children()}
            </div>
        </details>
    }
    .into_any()
}

/// A button that opens a small form beside it. Escape and leaving it close it. It is a native `details`, so
/// it opens before the page has woken up.
#[component]
pub fn Popover(
    #[prop(into)] label: String,
    /// What stands on the button.
    #[prop(into)]
    face: ViewFn,
    #[prop(optional)] left: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let keys = move |event: KeyboardEvent| {
        if let Some(popover) = node.get_untracked().filter(|_| event.key() == "Escape") {
            popover.set_open(false);
            focus_first(&popover, "summary");
        }
    };
    let away = move |event: leptos::ev::FocusEvent| {
        if let Some(popover) = node.get_untracked() {
            close_when_left(&popover, &event);
        }
    };
    view! {
        <details class="relative inline-block" node_ref=node on:keydown=keys on:focusout=away>
            <summary class="list-none inline-flex items-center gap-1.5 rounded-md cursor-pointer" aria-label=label.clone()>
                {face.run()}
            </summary>
            <div class=if left { "menu menu-drop menu-left menu-form" } else { "menu menu-drop menu-form" } role="group" aria-label=label>
                {children()}
            </div>
        </details>
    }
    .into_any()
}

fn close_when_left(opened: &web_sys::HtmlDetailsElement, event: &leptos::ev::FocusEvent) {
    let next = event.related_target().and_then(|next| next.dyn_into::<web_sys::Node>().ok());
    if next.is_some_and(|next| !opened.contains(Some(&next))) {
        opened.set_open(false);
    }
}

fn items(menu: &web_sys::Element) -> Vec<web_sys::HtmlElement> {
    let within = menu.get_elements_by_tag_name("*");
    (0..within.length())
        .filter_map(|n| within.item(n))
        .filter(|element| element.get_attribute("role").as_deref() == Some("menuitem"))
        .filter_map(|element| element.dyn_into().ok())
        .collect()
}

fn focus_first(within: &web_sys::Element, selector: &str) {
    let found = within.query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it was.
        let _ = found.focus();
    }
}

fn walk(menu: &web_sys::HtmlDetailsElement, event: &KeyboardEvent) {
    let items = items(menu);
    let focused = document().active_element();
    let at =
        items.iter().position(|item| focused.as_ref().is_some_and(|f| f.is_same_node(Some(item))));
    let last = items.len().saturating_sub(1);
    let next = match event.key().as_str() {
        "ArrowDown" => at.map_or(0, |n| if n == last { 0 } else { n + 1 }),
        "ArrowUp" => at.map_or(last, |n| if n == 0 { last } else { n - 1 }),
        "Home" => 0,
        "End" => last,
        "Escape" => {
            menu.set_open(false);
            return focus_first(menu, "summary");
        }
        _ => return,
    };
    event.prevent_default();
    menu.set_open(true);
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}

/// One thing a [`Menu`] offers.
#[component]
pub fn MenuItem(
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] href: Option<String>,
    /// Opens beside this page.
    #[prop(optional)]
    outside: bool,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] not_now: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let inner = view! {
        {icon.map(|name| view! { <Icon name/> })}
        <span class="min-w-0">
            {children()}
            {move || not_now.get().map(|why| view! { <span class="help block">{why}</span> })}
        </span>
    }
    .into_any();
    if let Some(href) = href {
        let (target, rel) = match outside {
            true => (Some("_blank"), Some("noopener noreferrer external")),
            false => (None, None),
        };
        return view! { <a role="menuitem" href=href target=target rel=rel>{inner}</a> }.into_any();
    }
    let press = move |event: leptos::ev::MouseEvent| {
        if not_now.with_untracked(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            role="menuitem"
            aria-disabled=move || not_now.with(Option::is_some).then_some("true")
            on:click=press
        >
            {inner}
        </button>
    }
    .into_any()
}

/// Opens and closes a native dialog as the signal says, and lets the signal know when Escape closed it.
/// The browser keeps the focus inside, and gives it back.
fn follow(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    crate::browser::effect(move || {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            // It fails only for a dialog that is not in the page, which nobody sees.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}

/// A dialog asks. `footer` holds its buttons, the one that does it last.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    /// The dialog's id; its title's id is made from it.
    #[prop(into)]
    id: String,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let classes = if wide { "dialog dialog-wide" } else { "dialog" };
    view! { <Modal classes open title id footer>{children()}</Modal> }
}

/// A modal pane at the right edge, for choosing something that a form needs.
#[component]
pub fn Sheet(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    #[prop(into)] id: String,
    #[prop(optional, into)] footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! { <Modal classes="sheet" open title id footer>{children()}</Modal> }
}

#[component]
fn Modal(
    classes: &'static str,
    open: RwSignal<bool>,
    title: String,
    id: String,
    #[prop(optional_no_strip)] footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    follow(node, open);
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class=classes id=id node_ref=node aria-labelledby=labelled_by on:close=move |_| open.set(false)>
            <header>
                <h2 class="grow" id=title_id>{title}</h2>
                <IconButton icon=IconName::X label="Close" small=true on_press=move |()| open.set(false)/>
            </header>
            <div class="body">{children()}</div>
            {footer.map(|footer| view! { <footer>{footer.run()}</footer> })}
        </dialog>
    }
    .into_any()
}

/// A pane beside a table shows one row. It takes the focus when it opens; Escape closes it.
#[component]
pub fn Pane(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] about: Signal<Option<String>>,
    /// A mark before the title.
    #[prop(optional, into)]
    mark: Option<ViewFn>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    /// Where closing leads, without scripts as well.
    #[prop(into)]
    close_href: Signal<String>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Aside>::new();
    let close = NodeRef::<html::A>::new();
    crate::browser::effect(move || {
        if let Some(pane) = node.get() {
            let _ = pane.focus();
        }
    });
    let keys = move |event: KeyboardEvent| {
        let leaves = event.key() == "Escape" && !event.default_prevented();
        if let Some(close) = close.get_untracked().filter(|_| leaves) {
            close.click();
        }
    };
    view! {
        <aside class="pane" tabindex="-1" node_ref=node aria-label=title on:keydown=keys>
            <div class="pane-head">
                <div class="flex items-center gap-2">
                    {mark.map(|mark| mark.run())}
                    <h2 class="grow min-w-0 wrap-anywhere">{title}</h2>
                    <a
                        node_ref=close
                        href=close_href
                        class="inline-grid place-items-center w-8 h-8 shrink-0 rounded-md text-ink-muted hover:bg-surface-hover hover:text-ink max-md:w-10 max-md:h-10"
                        aria-label="Close pane"
                    >
                        <Icon name=IconName::X/>
                    </a>
                </div>
                {move || about.get().map(|about| view! { <p class="text-sm text-ink-muted">{about}</p> })}
                {actions.map(|actions| view! { <div class="flex flex-wrap gap-1.5 mt-3">{actions.run()}</div> })}
            </div>
            {children()}
        </aside>
    }
    .into_any()
}

/// The block of a pane that says why: status, sentence, facts, ways out.
#[component]
pub fn Why(children: Children) -> impl IntoView {
    view! { <section class="why" aria-label="Why">{children()}</section> }
}

/// The sentence of [`Why`].
#[component]
pub fn WhyText(children: Children) -> impl IntoView {
    view! { <p class="why-text">{children()}</p> }
}

/// The tabs of a pane; they stay in view.
#[component]
pub fn PaneTabs(children: Children) -> impl IntoView {
    view! { <div class="pane-tabs">{children()}</div> }
}

/// What a pane shows under its head.
#[component]
pub fn PaneBody(children: Children) -> impl IntoView {
    view! { <div class="pane-body">{children()}</div> }
}

/// What a toast says: what is true now, not what was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToastText {
    /// Tells toasts apart.
    pub key: u32,
    /// Good or bad.
    pub tone: Tone,
    /// The words.
    pub text: String,
}

/// The page's toasts, provided once by the shell.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<ToastText>>);

/// More would cover the page.
const TOASTS_MAX: usize = 4;

impl Toasts {
    /// None yet. Provide it as context above the pages.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Shows a sentence until it is closed or newer ones push it out.
    pub fn say(self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        self.0.update(|shown| {
            let key = shown.last().map_or(0, |last| last.key + 1);
            shown.push(ToastText { key, tone, text });
            if shown.len() > TOASTS_MAX {
                shown.remove(0);
            }
        });
    }

    /// Takes one away.
    pub fn close(self, key: u32) {
        self.0.update(|shown| shown.retain(|toast| toast.key != key));
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// Where toasts appear; screen readers hear them politely.
#[component]
pub fn ToastRegion(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {each(move || toasts.0.get().into_iter().map(move |toast| shown(toasts, toast)).collect())}
        </div>
    }
}

fn shown(toasts: Toasts, toast: ToastText) -> Each {
    Each::new(toast.key, move || {
        let (key, text) = (toast.key, toast.text.clone());
        view! { <Toast tone=toast.tone on_close=move |()| toasts.close(key)>{text}</Toast> }
            .into_any()
    })
}

/// One toast.
#[component]
pub fn Toast(
    tone: Tone,
    #[prop(optional, into)] on_close: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let shape = if tone == Tone::Bad { StatusShape::Cross } else { StatusShape::Tick };
    view! {
        <div class="toast">
            <span class="mt-0.5"><StatusMark shape tone size=IconSize::Usual/></span>
            <div class="grow min-w-0">{children()}</div>
            {on_close.map(|on_close| view! { <IconButton icon=IconName::X label="Close" small=true on_press=on_close/> })}
        </div>
    }
}

/// Says changes to screen readers, politely, and shows nothing.
#[component]
pub fn Announcer(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <div class="sr" role="status" aria-live="polite">{text}</div> }
}
