//! The help on reasons: what each means and what can be done about it, each with its code as an anchor.

pub mod data;

use domain::reason::HELP_PAGE;
use leptos::prelude::*;
use leptos_meta::Title;

use self::data::{ReasonRow, list_reasons};
use super::Loaded;
use crate::{
    ui::{Page, SettingsFrame, SettingsGroup, Stack},
    wire::load,
};

/// Where the page is.
pub const PAGE: &str = HELP_PAGE;

const ABOUT: &str = "Why a workload waits, failed or was stopped. Page, command line, REST and events say the same words.";

#[component]
pub fn ReasonsPage() -> impl IntoView {
    let reasons = load(|| (), |()| list_reasons());
    view! {
        <Title text="Reasons"/>
        <Page title="Reasons" about=Some(ABOUT.to_owned())>
            <Loaded of=reasons view=|reasons| view! { <Reasons reasons/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Reasons(reasons: Vec<ReasonRow>) -> impl IntoView {
    let anchors = reasons.iter().map(|row| (row.code.clone(), row.code.clone())).collect();
    let groups = reasons.into_iter().map(|row| {
        let ReasonRow { code, example, means, remedy } = row;
        view! {
            <SettingsGroup id=code.clone() title=code padded=true>
                <Stack>
                    <p><em>{example}</em></p>
                    <p>{means}</p>
                    <p>{remedy}</p>
                </Stack>
            </SettingsGroup>
        }
    });
    view! { <SettingsFrame anchors>{groups.collect_view()}</SettingsFrame> }.into_any()
}
