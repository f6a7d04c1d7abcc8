//! The browser's programs. The form of a workspace weighs as much as all other pages together, so it is a
//! program of its own: nobody loads the form to look at a table. Every program draws the same
//! [`App`](crate::App); a page that it does not hold is asked of the server.

use leptos::prelude::*;

use crate::{
    browser,
    pages::{
        nodes::NodesPage,
        projects::ProjectsPage,
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
    pub nodes: Draw,
}

impl Pages {
    /// Every page: what the server draws.
    pub fn all() -> Self {
        Self { new_workspace: Self::of_form().new_workspace, ..Self::of_berth() }
    }

    /// The pages of `berth.wasm`.
    pub fn of_berth() -> Self {
        Self {
            sign_in: || view! { <SignInPage/> }.into_any(),
            welcome: || view! { <WelcomePage/> }.into_any(),
            workloads: || view! { <WorkloadsPage/> }.into_any(),
            new_workload: || view! { <NewWorkspaceStart/> }.into_any(),
            projects: || view! { <ProjectsPage/> }.into_any(),
            nodes: || view! { <NodesPage/> }.into_any(),
            ..Self::none()
        }
    }

    /// The pages of `form.wasm`.
    pub fn of_form() -> Self {
        Self { new_workspace: || view! { <NewWorkspace/> }.into_any(), ..Self::none() }
    }

    const fn none() -> Self {
        Self {
            sign_in: elsewhere,
            welcome: elsewhere,
            workloads: elsewhere,
            new_workload: elsewhere,
            new_workspace: elsewhere,
            projects: elsewhere,
            nodes: elsewhere,
        }
    }
}

/// The name of the program that wakes up the page at a path.
pub fn program_of(path: &str) -> &'static str {
    if path == STEP_2 { "form" } else { "berth" }
}

/// A page of another program: once the router has written the address, the server is asked for it.
fn elsewhere() -> AnyView {
    browser::after(0, browser::reload);
    view! { <Card><Skeleton lines=6/></Card> }.into_any()
}
