//! The pages and the browser's programs that hold them: workloads, the form of a workspace, forms of setups, the
//! organisation, policies, assets. Nobody loads the form to look at a table. Every program draws the same
//! [`App`](crate::App); a page that it does not hold is asked of the server.

use leptos::prelude::*;

use crate::{
    browser,
    pages::{
        assets::{NewItemPage, ShelfPage},
        clusters,
        clusters::ClustersPage,
        departments,
        departments::DepartmentsPage,
        estimates,
        estimates::EstimatesPage,
        node_pools,
        node_pools::{NodePoolPage, NodePoolsPage},
        nodes,
        nodes::NodesPage,
        policies,
        policies::{EditPolicyPage, HoldingPage, NewPolicyPage, PoliciesPage},
        projects,
        projects::ProjectsPage,
        reasons,
        reasons::ReasonsPage,
        settings,
        settings::SettingsPage,
        sign_in,
        sign_in::{PasswordPage, SignInPage, WelcomePage},
        units::UnitPage,
        what_if,
        what_if::WhatIfPage,
        workloads,
        workloads::{ToolPage, WorkloadsPage},
        workspaces::{
            NewWorkspace, NewWorkspaceStart, STEP_1, STEP_2,
            setup::{
                ComputePage, EDIT_COMPUTE, EDIT_ENVIRONMENT, EDIT_TEMPLATE, EnvironmentPage,
                NEW_COMPUTE, NEW_ENVIRONMENT, NEW_TEMPLATE, TemplatePage,
            },
        },
    },
    ui::{Card, Skeleton},
};

/// Draws one page.
pub type Draw = fn() -> AnyView;

/// Pages by their path, as axum writes it.
pub type Pages = &'static [(&'static str, Draw)];

macro_rules! pages {
    ($($path:expr => $page:ident),* $(,)?) => {
        &[$(($path, || view! { <$page/> }.into_any())),*]
    };
}

/// The pages of `berth.wasm`.
pub const BERTH: Pages = pages! {
    sign_in::PAGE => SignInPage,
    sign_in::FIRST => WelcomePage,
    sign_in::PASSWORD => PasswordPage,
    workloads::PAGE => WorkloadsPage,
    workloads::TOOL => ToolPage,
    STEP_1 => NewWorkspaceStart,
};

/// The page of `form.wasm`.
pub const FORM: Pages = pages! { STEP_2 => NewWorkspace };

/// The pages of `setup.wasm`.
pub const SETUP: Pages = pages! {
    NEW_ENVIRONMENT => EnvironmentPage,
    NEW_COMPUTE => ComputePage,
    NEW_TEMPLATE => TemplatePage,
    EDIT_ENVIRONMENT => EnvironmentPage,
    EDIT_COMPUTE => ComputePage,
    EDIT_TEMPLATE => TemplatePage,
};

/// The pages of `org.wasm`.
pub const ORG: Pages = pages! {
    projects::PAGE => ProjectsPage,
    "/projects/new" => UnitPage,
    "/projects/edit" => UnitPage,
    departments::PAGE => DepartmentsPage,
    "/departments/new" => UnitPage,
    "/departments/edit" => UnitPage,
    node_pools::PAGE => NodePoolsPage,
    "/node-pools/new" => NodePoolPage,
    "/node-pools/edit" => NodePoolPage,
    clusters::PAGE => ClustersPage,
    nodes::PAGE => NodesPage,
    what_if::PAGE => WhatIfPage,
    estimates::PAGE => EstimatesPage,
    settings::PAGE => SettingsPage,
    reasons::PAGE => ReasonsPage,
};

/// The pages of `policies.wasm`.
pub const POLICIES: Pages = pages! {
    policies::PAGE => PoliciesPage,
    "/policies/new" => NewPolicyPage,
    "/policies/edit" => EditPolicyPage,
    "/policies/view" => HoldingPage,
};

/// The pages of `assets.wasm`.
pub const ASSETS: Pages = pages! {
    "/assets/{shelf}" => ShelfPage,
    "/assets/{shelf}/new" => NewItemPage,
};

/// Every program with its pages: what the server draws.
#[cfg(feature = "ssr")]
pub const PROGRAMS: [(&str, Pages); 6] = [
    ("berth", BERTH),
    ("form", FORM),
    ("setup", SETUP),
    ("org", ORG),
    ("policies", POLICIES),
    ("assets", ASSETS),
];

/// Those that stand alone, without side bar and top bar.
const BARE: [&str; 3] = [sign_in::PAGE, sign_in::FIRST, sign_in::PASSWORD];

/// What is drawn, and by whom.
#[derive(Clone, Copy, Debug)]
pub enum Drawn {
    /// One program, in the browser.
    By(Pages),
    /// All of them, on the server.
    #[cfg(feature = "ssr")]
    Everything,
}

impl Drawn {
    /// The page at a path.
    pub fn page(self, path: &str) -> AnyView {
        match self {
            Self::By(pages) => find(pages, path).map_or_else(elsewhere, |draw| draw()),
            #[cfg(feature = "ssr")]
            Self::Everything => {
                let found = PROGRAMS.iter().find_map(|(_, pages)| find(pages, path));
                found.map_or_else(|| view! { <NoSuchPage/> }.into_any(), |draw| draw())
            }
        }
    }
}

/// Whether the page at a path has no frame.
pub fn is_bare(path: &str) -> bool {
    BARE.contains(&path)
}

/// The name of the program that wakes up the page at a path.
#[cfg(feature = "ssr")]
pub fn program_of(path: &str) -> &'static str {
    let found = PROGRAMS.iter().find(|(_, pages)| find(pages, path).is_some());
    found.map_or("berth", |(name, _)| name)
}

fn find(pages: Pages, path: &str) -> Option<Draw> {
    pages.iter().find(|(own, _)| lies_at(own, path)).map(|(_, draw)| *draw)
}

/// Whether `path` is one of `pattern`, whose parts in braces stand for any.
fn lies_at(pattern: &str, path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').split('/');
    let fits = |own: &str| parts.next().is_some_and(|part| own.starts_with('{') || own == part);
    pattern.split('/').all(fits) && parts.next().is_none()
}

/// A page of another program: once the router has written the address, the server is asked for it.
fn elsewhere() -> AnyView {
    browser::after(0, browser::reload);
    view! { <Card><Skeleton lines=6/></Card> }.into_any()
}

#[cfg(feature = "ssr")]
#[component]
fn NoSuchPage() -> impl IntoView {
    use crate::ui::{Empty, IconName, LinkButton, Page};
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Page title="No such page">
            <Empty icon=IconName::Search title="There is nothing at this address"
                about="It may have been deleted, or the address has a mistake in it.">
                <LinkButton href="/workloads".to_owned()>"Workloads"</LinkButton>
            </Empty>
        </Page>
    }
}
