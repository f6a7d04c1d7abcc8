//! The page that waits for a tool: it says what it waits for, and opens the tool when it is there.

use domain::WorkloadId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};

use super::data::{Act, ActOnWorkloads, ToolState, opening_tool};
use crate::{
    browser,
    pages::{Loaded, say_outcome},
    ui::{Announcer, Button, ButtonKind, Card, IconName, LinkButton, Note, Page, Row, Stack, Tone},
    widgets::PhaseStatus,
    wire::load,
};

/// The page's path, as axum writes it: the workload, and the port of the tool in its container.
pub const TOOL: &str = "/tools/{workload}/{port}";

/// Milliseconds between two looks.
const AGAIN_MS: u64 = 1_000;

#[component]
pub fn ToolPage() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let wait = use_query_map().with_untracked(|query| query.get("wait").is_some());
    match asked(&path) {
        Some(tool) => {
            let first = load(|| (), move |()| opening_tool(tool.0, tool.1, wait));
            view! {
                <Title text="Opening a tool"/>
                <Loaded of=first view=move |first: ToolState| view! { <Waiting tool first/> }.into_any()/>
            }
            .into_any()
        }
        None => {
            let about = "The address of a tool ends with its port, a number.";
            view! { <Page title="Tool"><Note tone=Tone::Bad alert=true>{about}</Note></Page> }
                .into_any()
        }
    }
}

/// Workload and port in a path.
fn asked(path: &str) -> Option<(WorkloadId, u16)> {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let port = parts.next()?.parse().ok()?;
    Some((parts.next()?.parse().ok()?, port))
}

#[component]
fn Waiting(tool: (WorkloadId, u16), first: ToolState) -> impl IntoView {
    let name = first.name.clone();
    let state = RwSignal::new(first);
    browser::effect_from(move |is_first| {
        if is_first {
            look_again(tool, state);
        }
    });
    let act = ServerAction::<ActOnWorkloads>::new();
    say_outcome(act.value().into(), || {});
    let run = Callback::new(move |()| {
        act.dispatch(ActOnWorkloads { act: Act::Run, ids: vec![tool.0] });
    });
    let status = move || {
        let ToolState { phase, told, .. } = state.get();
        view! { <PhaseStatus phase message=told/> }
    };
    let told = Signal::derive(move || state.with(|state| state.told.clone()));
    let may_run = Memo::new(move |_| state.with(|state| state.may_run));
    let button = move || {
        may_run.get().then(|| {
            view! {
                <Button kind=ButtonKind::Primary caps=true icon=IconName::Play on_press=run>"Run"</Button>
            }
        })
    };
    let opens = move || {
        let link = |href| view! { <LinkButton href kind=ButtonKind::Primary caps=true>"Open"</LinkButton> };
        state.with(|state| state.url.clone()).map(link)
    };
    let workload = format!("/workloads?open={}", tool.0);
    view! {
        <Page title=name>
            <Card>
                <Stack>
                    {status}
                    <p>"This page opens the tool as soon as it answers."</p>
                    <Row>
                        {button}
                        {opens}
                        <LinkButton href=workload caps=true>"Show the workload"</LinkButton>
                    </Row>
                    <Announcer text=told/>
                </Stack>
            </Card>
        </Page>
    }
    .into_any()
}

/// Looks until the tool is there or the page has been left.
fn look_again(tool: (WorkloadId, u16), state: RwSignal<ToolState>) {
    browser::after(AGAIN_MS, move || {
        browser::spawn(async move {
            match opening_tool(tool.0, tool.1, true).await {
                Ok(ToolState { url: Some(url), .. }) => return browser::open(&url),
                Ok(new) => {
                    if state.try_set(new).is_some() {
                        return;
                    }
                }
                // A server that does not answer is asked again; one that refuses is not.
                Err(error) if !error.may_pass() => {
                    state.try_update(|state| state.told = error.to_string());
                    return;
                }
                Err(_) => {}
            }
            look_again(tool, state);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_workload_and_port() {
        let id = "00000000-0000-0000-0000-000000000007";
        let (workload, port) = asked(&format!("/tools/{id}/8888/")).unwrap();
        assert_eq!((workload.to_string().as_str(), port), (id, 8888));
        for wrong in ["/tools/x/8888", &format!("/tools/{id}/70000"), "/tools", ""] {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
    }
}
