//! CONNECT: opens a tool of a workspace beside the page; with several tools, it asks which.

use leptos::prelude::*;

use super::data::{Row, ToolLink};
use crate::ui::{Button, ButtonFace, ButtonKind, ButtonSize, IconName, LinkButton, Menu, MenuItem};

/// Connects to the tools of a workspace; where that cannot be done now, it says why.
#[component]
pub fn Connect(row: Row, #[prop(optional)] kind: ButtonKind) -> impl IntoView {
    let Row { name, mut tools, phase, has_tools, .. } = row;
    let label = format!("Connect to {name}");
    match (tools.len(), has_tools) {
        (0, true) => {
            let why = format!("The workspace is {}; its tools open while it runs", phase.label());
            resting(kind, label, why)
        }
        (0, false) => {
            resting(kind, label, "The workspace has no tool that opens in the browser".to_owned())
        }
        (1, _) => {
            let href = tools.remove(0).href;
            view! {
                <LinkButton href kind size=ButtonSize::Small caps=true outside=true>"Connect"</LinkButton>
            }
            .into_any()
        }
        _ => {
            let face = move || view! { <ButtonFace kind size=ButtonSize::Small text="Connect"/> };
            let item = |ToolLink { name, href }| {
                view! { <MenuItem icon=IconName::Out href outside=true>{name}</MenuItem> }
            };
            let items = tools.into_iter().map(item).collect_view();
            view! { <Menu label face>{items}</Menu> }.into_any()
        }
    }
}

fn resting(kind: ButtonKind, label: String, why: String) -> AnyView {
    view! {
        <Button kind size=ButtonSize::Small caps=true icon=IconName::Out label not_now=Some(why)>
            "Connect"
        </Button>
    }
    .into_any()
}
