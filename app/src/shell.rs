//! The document round every page, and the routes.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    identity::provide_me,
    layout::Shell,
    programs::Pages,
    ui::{Empty, IconName, LinkButton, Page},
};

/// The HTML document, with the scripts' nonce.
#[cfg(feature = "ssr")]
pub fn shell(mut options: LeptosOptions) -> impl IntoView {
    use crate::{identity::written, layout::THEME_SCRIPT, programs::program_of};
    use leptos_meta::MetaTags;
    use leptos_router::location::RequestUrl;
    let nonce = leptos::nonce::use_nonce();
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok()).unwrap_or_default();
    options.output_name = program_of(url.path()).into();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-me=written()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="GPU workspaces that always say why"/>
                <script nonce=nonce>{THEME_SCRIPT}</script>
                <link rel="stylesheet" href="/pkg/berth.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App pages=Pages::all()/>
            </body>
        </html>
    }
}

/// Everything inside the body.
#[component]
pub fn App(
    /// The pages that this program can draw.
    pages: Pages,
) -> impl IntoView {
    provide_meta_context();
    secure_page();
    provide_me();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Berth".to_owned() } else { format!("{text} · Berth") }/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=pages.sign_in ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=pages.welcome ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Framed ssr=SsrMode::Async>
                    <Route path=path!("") view=|| view! { <Redirect path="/workloads"/> }/>
                    <Route path=path!("/workloads") view=pages.workloads ssr=SsrMode::Async/>
                    <Route path=path!("/workloads/new") view=pages.new_workload ssr=SsrMode::Async/>
                    <Route path=path!("/workloads/new/workspace") view=pages.new_workspace ssr=SsrMode::Async/>
                    <Route path=path!("/environments/new") view=pages.new_environment ssr=SsrMode::Async/>
                    <Route path=path!("/compute-resources/new") view=pages.new_compute ssr=SsrMode::Async/>
                    <Route path=path!("/templates/new") view=pages.new_template ssr=SsrMode::Async/>
                    <Route path=path!("/projects") view=pages.projects ssr=SsrMode::Async/>
                    <Route path=path!("/projects/new") view=pages.unit ssr=SsrMode::Async/>
                    <Route path=path!("/projects/edit") view=pages.unit ssr=SsrMode::Async/>
                    <Route path=path!("/departments") view=pages.departments ssr=SsrMode::Async/>
                    <Route path=path!("/departments/new") view=pages.unit ssr=SsrMode::Async/>
                    <Route path=path!("/departments/edit") view=pages.unit ssr=SsrMode::Async/>
                    <Route path=path!("/node-pools") view=pages.node_pools ssr=SsrMode::Async/>
                    <Route path=path!("/node-pools/new") view=pages.node_pool ssr=SsrMode::Async/>
                    <Route path=path!("/node-pools/edit") view=pages.node_pool ssr=SsrMode::Async/>
                    <Route path=path!("/what-if") view=pages.what_if ssr=SsrMode::Async/>
                    <Route path=path!("/policies") view=pages.policies ssr=SsrMode::Async/>
                    <Route path=path!("/policies/new") view=pages.new_policy ssr=SsrMode::Async/>
                    <Route path=path!("/policies/edit") view=pages.edit_policy ssr=SsrMode::Async/>
                    <Route path=path!("/policies/view") view=pages.view_policy ssr=SsrMode::Async/>
                    <Route path=path!("/assets/:shelf") view=pages.shelf ssr=SsrMode::Async/>
                    <Route path=path!("/assets/:shelf/new") view=pages.new_item ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=pages.settings ssr=SsrMode::Async/>
                    <Route path=path!("/nodes") view=pages.nodes ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The frame with side bar and top bar.
#[component]
fn Framed() -> impl IntoView {
    let path = use_location().pathname;
    view! { <Shell path><Outlet/></Shell> }
}

#[component]
fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <main id="content">
            <Page title="No such page">
                <Empty icon=IconName::Search title="There is nothing at this address"
                    about="It may have been deleted, or the address has a mistake in it.">
                    <LinkButton href="/workloads".to_owned()>"Workloads"</LinkButton>
                </Empty>
            </Page>
        </main>
    }
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
