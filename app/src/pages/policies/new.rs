//! What a new policy is for: scope, then workload type, then the editor.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::{
    EDIT, PAGE, address,
    data::{PolicyPlace, Written, list_policies},
};
use crate::{
    pages::Loaded,
    ui::{
        Button, ButtonKind, Card, Choice, Field, Grid, LinkButton, Note, Page, Row, Select, Stack,
        Tone,
    },
    wire::load,
};

#[component]
pub fn NewPolicyPage() -> impl IntoView {
    let written = load(|| (), |()| list_policies());
    view! {
        <Title text="New policy"/>
        <Page title="New policy">
            <Loaded of=written view=|written| view! { <Choosing written/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Choosing(written: Written) -> impl IntoView {
    let places = written.places;
    let Some(first) = places.iter().find(|place| !place.has_policy) else {
        let words = if places.is_empty() {
            "Only administrators write policies."
        } else {
            "Every scope has a policy already; edit one from the table."
        };
        return view! { <Note tone=Tone::Info>{words}</Note> }.into_any();
    };
    let chosen = RwSignal::new(address(EDIT, first.scope));
    let choices: Vec<_> = places.iter().map(choice).collect();
    let of = RwSignal::new("workspace".to_owned());
    // A press and no link: one that comes before the page has woken up waits for the scope that was chosen by then.
    let navigate = use_navigate();
    let open = Callback::new(move |()| navigate(&chosen.get_untracked(), Default::default()));
    let types = vec![Choice::new("workspace", "Workspace")];
    view! {
        <Card>
            <Stack>
                <Grid>
                    <Field label="Scope" name="scope" help=Some("It holds here and in everything below.".to_owned())>
                        <Select name="scope" value=chosen choices/>
                    </Field>
                    <Field label="Workload type" name="type">
                        <Select name="type" value=of choices=types/>
                    </Field>
                </Grid>
                <Row>
                    <Button kind=ButtonKind::Primary caps=true on_press=open>"+Policy YAML"</Button>
                    <LinkButton href=PAGE.to_owned() caps=true>"Cancel"</LinkButton>
                </Row>
            </Stack>
        </Card>
    }
    .into_any()
}

fn choice(place: &PolicyPlace) -> Choice {
    let choice = Choice::new(address(EDIT, place.scope), place.words.clone());
    match place.has_policy {
        true => choice.refused("has a policy: edit it from the table"),
        false => choice,
    }
}
