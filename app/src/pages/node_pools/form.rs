//! The form of a node pool: its label, placement, minimum guaranteed runtime and time-based fair share.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::{
    PAGE,
    data::{PoolDraft, PoolForm, load_pool, save_pool},
};
use crate::{
    pages::Loaded,
    ui::{
        Button, ButtonKind, Card, Choice, Field, Grid, LinkButton, Note, Page, Row, Segmented,
        Select, Stack, Switch, TextInput, Tone,
    },
    wire::load,
};

#[component]
pub fn NodePoolPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || query.with(|query| query.get("id").and_then(|id| id.parse::<i32>().ok()));
    let title = if untrack(asked).is_none() { "New node pool" } else { "Edit node pool" };
    let form = load(asked, load_pool);
    view! {
        <Title text=title/>
        <Page title>
            <Loaded of=form view=|form| view! { <Form form/> }.into_any()/>
        </Page>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    cluster: RwSignal<String>,
    key: RwSignal<String>,
    value: RwSignal<String>,
    gpu: RwSignal<String>,
    cpu: RwSignal<String>,
    fractions: RwSignal<bool>,
    guaranteed: RwSignal<String>,
    time_based: RwSignal<bool>,
    weight: RwSignal<String>,
    window: RwSignal<String>,
    half_life: RwSignal<String>,
}

impl Typed {
    fn of(draft: &PoolDraft) -> Self {
        let signal = |text: &String| RwSignal::new(text.clone());
        Self {
            name: signal(&draft.name),
            cluster: signal(&draft.cluster),
            key: signal(&draft.label_key),
            value: signal(&draft.label_value),
            gpu: signal(&draft.gpu_placement),
            cpu: signal(&draft.cpu_placement),
            fractions: RwSignal::new(draft.gpu_fractions),
            guaranteed: signal(&draft.guaranteed),
            time_based: RwSignal::new(draft.time_based),
            weight: signal(&draft.weight),
            window: signal(&draft.window),
            half_life: signal(&draft.half_life),
        }
    }

    fn draft(self, of: (Option<i32>, bool)) -> PoolDraft {
        PoolDraft {
            id: of.0,
            is_default: of.1,
            name: self.name.get_untracked(),
            cluster: self.cluster.get_untracked(),
            label_key: self.key.get_untracked(),
            label_value: self.value.get_untracked(),
            gpu_placement: self.gpu.get_untracked(),
            cpu_placement: self.cpu.get_untracked(),
            gpu_fractions: self.fractions.get_untracked(),
            guaranteed: self.guaranteed.get_untracked(),
            time_based: self.time_based.get_untracked(),
            weight: self.weight.get_untracked(),
            window: self.window.get_untracked(),
            half_life: self.half_life.get_untracked(),
        }
    }
}

#[component]
fn Form(form: PoolForm) -> impl IntoView {
    let PoolForm { draft, clusters } = form;
    let (typed, of) = (Typed::of(&draft), (draft.id, draft.is_default));
    let saving = Action::new(|draft: &PoolDraft| save_pool(draft.clone()));
    let leave = use_navigate();
    crate::browser::effect(move || {
        if let Some(Ok(())) = saving.value().get() {
            leave(PAGE, Default::default());
        }
    });
    let refused = move || match saving.value().get() {
        Some(Err(error)) => {
            Some(view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> })
        }
        _ => None,
    };
    let word = if of.0.is_none() { "Create" } else { "Save" };
    view! {
        <Stack>
            <Card title="General"><General typed is_new=of.0.is_none() is_default=of.1 clusters/></Card>
            <Card title="Scheduling"><Scheduling typed/></Card>
            <Card title="Time-based fair share"><History typed/></Card>
            {refused}
            <Row>
                <Button kind=ButtonKind::Primary caps=true busy=saving.pending()
                    on_press=move |()| drop(saving.dispatch(typed.draft(of)))>{word}</Button>
                <LinkButton href=PAGE.to_owned() caps=true>"Cancel"</LinkButton>
            </Row>
        </Stack>
    }
    .into_any()
}

#[component]
fn General(
    typed: Typed,
    is_new: bool,
    is_default: bool,
    clusters: Vec<(String, String)>,
) -> impl IntoView {
    let many = (is_new && clusters.len() > 1).then(|| {
        let list = clusters.into_iter().map(|(value, label)| Choice::new(value, label));
        list.collect::<Vec<_>>()
    });
    let label = (!is_default).then(|| view! {
        <Field label="Label key" name="label-key" required=true help=Some("Nodes with this label are of the pool.".to_owned())>
            <TextInput name="label-key" value=typed.key mono=true/>
        </Field>
        <Field label="Label value" name="label-value" required=true>
            <TextInput name="label-value" value=typed.value mono=true/>
        </Field>
    });
    let of_default = is_default.then(|| {
        view! {
            <Note>"The default pool has all nodes that no other pool has."</Note>
        }
    });
    view! {
        <Stack>
            <Grid>
                <Field label="Name" name="name" required=true locked=Signal::stored(!is_new)>
                    <TextInput name="name" value=typed.name/>
                </Field>
                {many.map(|choices| view! {
                    <Field label="Cluster" name="cluster"><Select name="cluster" value=typed.cluster choices/></Field>
                })}
                {label}
            </Grid>
            {of_default}
        </Stack>
    }
    .into_any()
}

#[component]
fn Scheduling(typed: Typed) -> impl IntoView {
    let ways = || vec![Choice::new("binpack", "Bin-pack"), Choice::new("spread", "Spread")];
    let long = "Such as 5d8h40m. In this time from its start, preemptible work is not interrupted; long values delay interactive work.";
    view! {
        <Stack>
        <Grid>
            <Field label="Placement of work with GPUs" name="gpu-placement">
                <Segmented legend="Placement of work with GPUs" name="gpu-placement" value=typed.gpu choices=ways()/>
            </Field>
            <Field label="Placement of work without GPUs" name="cpu-placement">
                <Segmented legend="Placement of work without GPUs" name="cpu-placement" value=typed.cpu choices=ways()/>
            </Field>
            <Field label="Minimum guaranteed runtime" name="guaranteed" optional=true help=Some(long.to_owned())>
                <TextInput name="guaranteed" value=typed.guaranteed placeholder="none"/>
            </Field>
        </Grid>
        <Switch name="gpu-fractions" value=typed.fractions label="GPU fractions"
            help="Off, GPUs of this pool are given out whole only. What runs stays."/>
        </Stack>
    }
    .into_any()
}

#[component]
fn History(typed: Typed) -> impl IntoView {
    let fields = move || {
        typed.time_based.get().then(|| view! {
            <Grid>
                <Field label="Historical usage weight" name="weight" help=Some("0 ignores the past; above 1 it outweighs everything else.".to_owned())>
                    <TextInput name="weight" value=typed.weight/>
                </Field>
                <Field label="Historical usage window" name="window" help=Some("What is older is forgotten.".to_owned())>
                    <TextInput name="window" value=typed.window/>
                </Field>
                <Field label="Half life" name="half-life" optional=true help=Some("After so long, usage counts half.".to_owned())>
                    <TextInput name="half-life" value=typed.half_life placeholder="never"/>
                </Field>
            </Grid>
        })
    };
    view! {
        <Stack>
            <Switch name="time-based" value=typed.time_based label="Allow time-based fairshare"
                help="Who used much of the pool lately gets less of what is idle. Quotas are never affected. Usage is counted from when this is on."/>
            {fields}
        </Stack>
    }
    .into_any()
}
