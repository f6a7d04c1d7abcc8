//! VIEW POLICY: what holds at a scope, as a table.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    asked_scope,
    data::{Holding, Parameter, Section, see_policy},
};
use crate::{
    pages::Loaded,
    ui::{
        Badge, Column, Empty, GroupRow, IconName, Muted, NameCell, Page, Row, Table, Td, Tone, Tr,
    },
    wire::load,
};

#[component]
pub fn HoldingPage() -> impl IntoView {
    let scope = asked_scope();
    let holding = load(move || scope.get(), |scope| async { see_policy(scope?).await });
    view! {
        <Title text="Policy"/>
        <Loaded of=holding view=|holding| view! { <Held holding/> }.into_any()/>
    }
}

#[component]
fn Held(holding: Holding) -> impl IntoView {
    let title = format!("Policy of {}", holding.place);
    let about = "What holds for workspaces here: everything that was written for this scope and those above it.";
    view! {
        <Page title about=Some(about.to_owned())>
            <PolicyTable sections=Signal::stored(holding.sections) label="Effective policy"/>
        </Page>
    }
}

/// Parameter, type, default, rule and source, a section of the form each.
#[component]
pub fn PolicyTable(
    #[prop(into)] sections: Signal<Vec<Section>>,
    #[prop(into)] label: String,
) -> impl IntoView {
    let head = || {
        view! {
            <Column title="Parameter"/>
            <Column title="Type"/>
            <Column title="Default"/>
            <Column title="Rule"/>
            <Column title="Source"/>
        }
    };
    let is_empty = Memo::new(move |_| sections.with(Vec::is_empty));
    let rows = move || sections.get().into_iter().map(section).collect_view();
    move || {
        if is_empty.get() {
            return view! {
                <Empty icon=IconName::Policy title="No policy applies here"
                    about="Only the built-in rules of the platform hold."/>
            }
            .into_any();
        }
        view! { <Table label=label.clone() head>{rows}</Table> }.into_any()
    }
}

fn section(of: Section) -> AnyView {
    let rows = of.rows.into_iter().map(parameter).collect_view();
    view! {
        <GroupRow columns=5>{of.title}</GroupRow>
        {rows}
    }
    .into_any()
}

fn parameter(row: Parameter) -> AnyView {
    let new = row.is_new.then(|| view! { <Badge tone=Tone::Accent>"new in draft"</Badge> });
    let text = |text: Option<String>| match text.filter(|text| !text.is_empty()) {
        Some(text) => text.into_any(),
        None => view! { <Muted>"–"</Muted> }.into_any(),
    };
    let rules = Some(row.rules.join("; "));
    view! {
        <Tr>
            <NameCell>{row.name}</NameCell>
            <Td label="Type">{text(row.kind)}</Td>
            <Td label="Default">{text(row.default)}</Td>
            <Td label="Rule"><Row>{text(rules)} {new}</Row></Td>
            <Td label="Source">{row.source}</Td>
        </Tr>
    }
    .into_any()
}
