//! The document round every page, and which page is drawn in it.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    components::Router,
    hooks::use_location,
    location::{BrowserUrl, LocationProvider},
};

use crate::{
    identity::provide_me,
    layout::Shell,
    programs::{Drawn, is_bare},
};

/// The HTML document, with the scripts' nonce.
#[cfg(feature = "ssr")]
pub fn shell() -> impl IntoView {
    use crate::{
        identity::written,
        layout::{EARLY_SCRIPT, Program, THEME_SCRIPT},
        programs::program_of,
    };
    use leptos_meta::MetaTags;
    use leptos_router::location::RequestUrl;
    let nonce = leptos::nonce::use_nonce();
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok()).unwrap_or_default();
    let program = program_of(url.path());
    view! {
        <!DOCTYPE html>
        <html lang="en" data-me=written()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="GPU workspaces that always say why"/>
                <script nonce=nonce.clone()>{THEME_SCRIPT}</script>
                <script nonce=nonce.clone()>{EARLY_SCRIPT}</script>
                <link rel="stylesheet" href="/pkg/berth.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <Program name=program nonce/>
                <MetaTags/>
            </head>
            <body>
                <App drawn=Drawn::Everything/>
            </body>
        </html>
    }
}

/// Everything inside the body.
#[component]
pub fn App(
    /// The pages that this program can draw.
    drawn: Drawn,
) -> impl IntoView {
    provide_meta_context();
    secure_page();
    provide_me();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Berth".to_owned() } else { format!("{text} · Berth") }/>
        <Router><AtAddress drawn/></Router>
    }
}

/// The page at the present address, in its frame. The router's own routes would be a type, and code, for each page.
#[component]
fn AtAddress(drawn: Drawn) -> impl IntoView {
    let path = use_location().pathname;
    let bare = Memo::new(move |_| path.with(|path| is_bare(path)));
    let framed = move || match bare.get() {
        true => view! { <Paged path drawn/> }.into_any(),
        false => view! { <Shell path><Paged path drawn/></Shell> }.into_any(),
    };
    if cfg!(feature = "ssr") {
        return framed();
    }
    let browser = use_context::<BrowserUrl>();
    // The router writes the address when it hears that the page is there.
    crate::browser::effect(move || {
        path.track();
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
    });
    (move || framed()).into_any()
}

/// The page itself, another one whenever the address is another.
#[component]
fn Paged(path: Memo<String>, drawn: Drawn) -> impl IntoView {
    if cfg!(feature = "ssr") {
        // There is one address, and what reacts would be drawn for every look at what it loads.
        return path.with_untracked(|path| drawn.page(path));
    }
    let frame = Owner::current();
    (move || {
        let at = path.get();
        // It goes with the page: while one is taken off the document, its last events may still ask for what it owns.
        let owner = frame.as_ref().map_or_else(Owner::new, |frame| frame.with(Owner::new));
        let view = owner.with(|| untrack(|| drawn.page(&at)));
        OwnedView::new_with_owner(view, owner)
    })
    .into_any()
}

/// Gives the page the policy for the nonce that its scripts carry.
fn secure_page() {
    #[cfg(feature = "ssr")]
    {
        use axum::http::{HeaderValue, header};
        let nonce = leptos::nonce::use_nonce();
        let response = use_context::<leptos_axum::ResponseOptions>();
        let (Some(nonce), Some(response)) = (nonce, response) else { return };
        let policy = format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}
