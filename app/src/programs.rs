//! The browser's programs. The form of a workspace weighs as much as all other pages together, and few people
//! administer, so each is a program of its own: nobody loads the form to look at a table. Every program draws the same
//! [`App`](crate::App); a page that it does not hold is asked of the server.

use leptos::prelude::*;

use crate::{
    browser,
    layout::is_within,
    pages::{
        departments::DepartmentsPage,
        nodes::NodesPage,
        policies,
        policies::{EditPolicyPage, HoldingPage, NewPolicyPage, PoliciesPage},
        projects::ProjectsPage,
        settings,
        settings::SettingsPage,
        sign_in::{SignInPage, WelcomePage},
        workloads::WorkloadsPage,
        workspaces::{NewWorkspace, NewWorkspaceStart, STEP_2},
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
    pub projects: Draw,
    pub departments: Draw,
    pub nodes: Draw,
    pub policies: Draw,
    pub new_policy: Draw,
    pub edit_policy: Draw,
    pub view_policy: Draw,
    pub settings: Draw,
}

impl Pages {
    /// Every page: what the server draws.
    pub fn all() -> Self {
        let (berth, form, admin) = (Self::of_berth(), Self::of_form(), Self::of_admin());
        Self {
            new_workspace: form.new_workspace,
            policies: admin.policies,
            new_policy: admin.new_policy,
            edit_policy: admin.edit_policy,
            view_policy: admin.view_policy,
            settings: admin.settings,
            ..berth
        }
    }

    /// The pages of `berth.wasm`.
    pub fn of_berth() -> Self {
        Self {
            sign_in: || view! { <SignInPage/> }.into_any(),
            welcome: || view! { <WelcomePage/> }.into_any(),
            workloads: || view! { <WorkloadsPage/> }.into_any(),
            new_workload: || view! { <NewWorkspaceStart/> }.into_any(),
            projects: || view! { <ProjectsPage/> }.into_any(),
            departments: || view! { <DepartmentsPage/> }.into_any(),
            nodes: || view! { <NodesPage/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `form.wasm`.
    pub fn of_form() -> Self {
        Self { new_workspace: || view! { <NewWorkspace/> }.into_any(), ..Self::none() }
    }

    /// The pages of `admin.wasm`.
    pub fn of_admin() -> Self {
        Self {
            policies: || view! { <PoliciesPage/> }.into_any(),
            new_policy: || view! { <NewPolicyPage/> }.into_any(),
            edit_policy: || view! { <EditPolicyPage/> }.into_any(),
            view_policy: || view! { <HoldingPage/> }.into_any(),
            settings: || view! { <SettingsPage/> }.into_any(),
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
            projects: elsewhere,
            departments: elsewhere,
            nodes: elsewhere,
            policies: elsewhere,
            new_policy: elsewhere,
            edit_policy: elsewhere,
            view_policy: elsewhere,
            settings: elsewhere,
        }
    }
}

/// The name of the program that wakes up the page at a path.
pub fn program_of(path: &str) -> &'static str {
    match path {
        STEP_2 => "form",
        _ if [policies::PAGE, settings::PAGE].iter().any(|page| is_within(page, path)) => "admin",
        _ => "berth",
    }
}

/// A page of another program: once the router has written the address, the server is asked for it.
fn elsewhere() -> AnyView {
    browser::after(0, browser::reload);
    view! { <Card><Skeleton lines=6/></Card> }.into_any()
}
