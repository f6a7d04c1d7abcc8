//! The browser's programs: workloads, the form of a workspace, forms of setups, the organisation, policies,
//! assets. Nobody loads the form to look at a table. Every program draws the same [`App`](crate::App); a page that it does not hold is asked of
//! the server.

use leptos::prelude::*;

use crate::{
    browser,
    layout::is_within,
    pages::{
        assets,
        assets::{NewItemPage, ShelfPage},
        departments,
        departments::DepartmentsPage,
        node_pools,
        node_pools::{NodePoolPage, NodePoolsPage},
        nodes,
        nodes::NodesPage,
        policies,
        policies::{EditPolicyPage, HoldingPage, NewPolicyPage, PoliciesPage},
        projects,
        projects::ProjectsPage,
        settings,
        settings::SettingsPage,
        sign_in::{SignInPage, WelcomePage},
        units::UnitPage,
        what_if,
        what_if::WhatIfPage,
        workloads::WorkloadsPage,
        workspaces::{
            NewWorkspace, NewWorkspaceStart, STEP_2,
            setup::{
                NEW_COMPUTE, NEW_ENVIRONMENT, NEW_TEMPLATE, NewCompute, NewEnvironment, NewTemplate,
            },
        },
    },
    ui::{Card, Skeleton},
};

/// Draws one page.
pub type Draw = fn() -> AnyView;

/// The pages that a program can draw.
#[derive(Clone, Copy)]
pub struct Pages {
    pub sign_in: Draw,
    pub welcome: Draw,
    pub workloads: Draw,
    pub new_workload: Draw,
    pub new_workspace: Draw,
    pub new_environment: Draw,
    pub new_compute: Draw,
    pub new_template: Draw,
    pub projects: Draw,
    pub departments: Draw,
    /// The form of a project or a department.
    pub unit: Draw,
    pub node_pools: Draw,
    /// The form of a node pool.
    pub node_pool: Draw,
    pub what_if: Draw,
    pub nodes: Draw,
    pub policies: Draw,
    pub new_policy: Draw,
    pub edit_policy: Draw,
    pub view_policy: Draw,
    pub settings: Draw,
    /// A table of assets.
    pub shelf: Draw,
    /// The form of an asset that is described by fields.
    pub new_item: Draw,
}

impl Pages {
    /// Every page: what the server draws.
    pub fn all() -> Self {
        let (form, setup) = (Self::of_form(), Self::of_setup());
        let (org, policies) = (Self::of_org(), Self::of_policies());
        let assets = Self::of_assets();
        Self {
            new_workspace: form.new_workspace,
            new_environment: setup.new_environment,
            new_compute: setup.new_compute,
            new_template: setup.new_template,
            projects: org.projects,
            departments: org.departments,
            unit: org.unit,
            node_pools: org.node_pools,
            node_pool: org.node_pool,
            what_if: org.what_if,
            nodes: org.nodes,
            settings: org.settings,
            shelf: assets.shelf,
            new_item: assets.new_item,
            policies: policies.policies,
            new_policy: policies.new_policy,
            edit_policy: policies.edit_policy,
            view_policy: policies.view_policy,
            ..Self::of_berth()
        }
    }

    /// The pages of `berth.wasm`.
    pub fn of_berth() -> Self {
        Self {
            sign_in: || view! { <SignInPage/> }.into_any(),
            welcome: || view! { <WelcomePage/> }.into_any(),
            workloads: || view! { <WorkloadsPage/> }.into_any(),
            new_workload: || view! { <NewWorkspaceStart/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `org.wasm`.
    pub fn of_org() -> Self {
        Self {
            projects: || view! { <ProjectsPage/> }.into_any(),
            departments: || view! { <DepartmentsPage/> }.into_any(),
            unit: || view! { <UnitPage/> }.into_any(),
            node_pools: || view! { <NodePoolsPage/> }.into_any(),
            node_pool: || view! { <NodePoolPage/> }.into_any(),
            what_if: || view! { <WhatIfPage/> }.into_any(),
            nodes: || view! { <NodesPage/> }.into_any(),
            settings: || view! { <SettingsPage/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `form.wasm`.
    pub fn of_form() -> Self {
        Self { new_workspace: || view! { <NewWorkspace/> }.into_any(), ..Self::none() }
    }

    /// The pages of `setup.wasm`.
    pub fn of_setup() -> Self {
        Self {
            new_environment: || view! { <NewEnvironment/> }.into_any(),
            new_compute: || view! { <NewCompute/> }.into_any(),
            new_template: || view! { <NewTemplate/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `policies.wasm`.
    pub fn of_policies() -> Self {
        Self {
            policies: || view! { <PoliciesPage/> }.into_any(),
            new_policy: || view! { <NewPolicyPage/> }.into_any(),
            edit_policy: || view! { <EditPolicyPage/> }.into_any(),
            view_policy: || view! { <HoldingPage/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `assets.wasm`.
    pub fn of_assets() -> Self {
        Self {
            shelf: || view! { <ShelfPage/> }.into_any(),
            new_item: || view! { <NewItemPage/> }.into_any(),
            ..Self::none()
        }
    }

    const fn none() -> Self {
        Self {
            sign_in: elsewhere,
            welcome: elsewhere,
            workloads: elsewhere,
            new_workload: elsewhere,
            new_workspace: elsewhere,
            new_environment: elsewhere,
            new_compute: elsewhere,
            new_template: elsewhere,
            projects: elsewhere,
            departments: elsewhere,
            unit: elsewhere,
            node_pools: elsewhere,
            node_pool: elsewhere,
            what_if: elsewhere,
            nodes: elsewhere,
            policies: elsewhere,
            new_policy: elsewhere,
            edit_policy: elsewhere,
            view_policy: elsewhere,
            settings: elsewhere,
            shelf: elsewhere,
            new_item: elsewhere,
        }
    }
}

/// Where the pages of `org.wasm` lie.
const ORGANISATION: [&str; 6] = [
    projects::PAGE,
    departments::PAGE,
    node_pools::PAGE,
    nodes::PAGE,
    what_if::PAGE,
    settings::PAGE,
];

/// The name of the program that wakes up the page at a path.
pub fn program_of(path: &str) -> &'static str {
    let is_below = |pages: &[&str]| pages.iter().any(|page| is_within(page, path));
    match path {
        STEP_2 => "form",
        NEW_ENVIRONMENT | NEW_COMPUTE | NEW_TEMPLATE => "setup",
        _ if is_below(&[policies::PAGE]) => "policies",
        _ if is_below(&[assets::PAGE]) => "assets",
        _ if is_below(&ORGANISATION) => "org",
        _ => "berth",
    }
}

/// A page of another program: once the router has written the address, the server is asked for it.
fn elsewhere() -> AnyView {
    browser::after(0, browser::reload);
    view! { <Card><Skeleton lines=6/></Card> }.into_any()
}
