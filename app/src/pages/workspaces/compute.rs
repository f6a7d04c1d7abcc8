//! The section Compute resources: GPUs with their packing drawn, CPU, memory, extended resources, node
//! pools in order, node type, tolerations.

use leptos::prelude::*;

use super::{
    checks::Checks,
    data::{FormFacts, Judged},
    draft::{CPU_UNITS, Draft, GPU_FORMATS, MEMORY_UNITS},
    fields::{
        NumberField, PairsField, QuantityField, SelectField, TextField, choice, choices,
        closed_lists, closed_note, policy_chip,
    },
    form::{Form, TolerationFields},
    rules::Governed,
};
use crate::{
    ui::{
        Button, ButtonFace, ButtonKind, ButtonSize, Columns, Gap, Grid, Menu, MenuItem, Muted,
        Note, OrderItem, OrderList, Part, Repeater, RepeaterRow, Row, Section, Stack, Switch, Tone,
    },
    widgets::GpuCard,
};

const PATHS: &[&str] =
    &["spec.compute", "spec.nodePools", "spec.nodeType", "spec.nodeAffinity", "spec.tolerations"];
const OPERATORS: [(&str, &str); 2] = [("Exists", "Exists"), ("Equal", "Equals")];
const EFFECTS: [(&str, &str); 4] = [
    ("NoSchedule", "NoSchedule"),
    ("PreferNoSchedule", "PreferNoSchedule"),
    ("NoExecute", "NoExecute"),
    ("Any", "Any"),
];

#[component]
pub fn ComputeResources(
    form: Form,
    facts: FormFacts,
    answer: Signal<Option<Judged>>,
) -> impl IntoView {
    let wrong = expect_context::<Checks>().count(PATHS);
    let summary = Signal::derive(move || summary(form));
    let types: Vec<_> = std::iter::once(choice("", "Any node type"))
        .chain(facts.node_types.iter().map(|name| choice(name, name)))
        .collect();
    view! {
        <Section title="Compute resources" id="compute" summary wrong>
            {closed_note("compute")}
            <Part title="GPU" help="All devices of a workspace are on one node.">
                <Gpu form answer/>
            </Part>
            <Part title="CPU">
                <Stack>
                    <Cpu form/>
                </Stack>
            </Part>
            <Part title="Extended resources">
                <Stack>
                    <Switch name="large_shm" value=form.large_shm label="Increase shared memory size"
                        not_now=locked("spec.compute.largeShmRequest")
                        help="From 64 MB up to the memory limit, or the node's memory."/>
                    <PairsField add="+Extended resources" what="resource" name="extended"
                        rows=form.extended list="spec.compute.extendedResources"
                        tails=("resource", "quantity") labels=("Resource", "Quantity")/>
                </Stack>
            </Part>
            <Part title="Node pools" help="Tried from the top. Move with the mouse, with Alt and the arrow keys, or by the menu.">
                <Pools form facts=facts.clone()/>
            </Part>
            <Part title="Where it may run">
                <Stack>
                    <SelectField label="Node affinity" name="node_type" value=form.node_type
                        choices=types path="spec.nodeType" optional=true/>
                    <Tolerations form/>
                </Stack>
            </Part>
        </Section>
    }
    .into_any()
}

/// Why the field at `path` cannot be edited.
fn locked(path: &str) -> Option<String> {
    let rule = expect_context::<Governed>().field(path);
    rule.says.into_iter().next().filter(|_| rule.is_locked)
}

fn summary(form: Form) -> String {
    let draft = form.draft();
    let Draft { cpu, cpu_unit, memory, memory_unit, .. } = &draft;
    format!("{}, {cpu} {cpu_unit} CPU, {memory} {memory_unit}", draft.gpu_words())
}

#[component]
fn Gpu(form: Form, answer: Signal<Option<Judged>>) -> impl IntoView {
    let has_gpu =
        Memo::new(move |_| form.gpu_devices.with(|n| n.trim().parse::<i64>().is_ok_and(|n| n > 0)));
    // 50 % is what people try first; an empty field would only be a mistake to mend.
    Effect::watch(
        move || form.fractioning.get(),
        move |on, _, _| {
            if *on && form.gpu_request.with_untracked(String::is_empty) {
                form.gpu_request.set("50".into());
            }
        },
        false,
    );
    let fraction = move || {
        let path = Signal::derive(move || {
            let is_percent = form.gpu_format.with(|format| format == "%");
            let field = if is_percent { "gpuPortionRequest" } else { "gpuMemoryRequest" };
            format!("spec.compute.{field}")
        });
        form.fractioning.get().then(|| {
            view! {
                <QuantityField label="Request" name="gpu_request" value=form.gpu_request
                    unit_name="gpu_format" unit=form.gpu_format units=&GPU_FORMATS path
                    help=Some("Memory of each device that is yours.".to_owned())/>
            }
        })
    };
    let packing = move || {
        let card = answer.get()?.card?;
        Some(view! { <GpuCard card/> })
    };
    view! {
        <Stack>
            <Grid columns=Columns::Two>
                <NumberField label="GPU devices" name="gpu_devices" value=form.gpu_devices
                    path="spec.compute.gpuDevicesRequest" unit="per pod" min=0.0 max=10_000.0/>
                {move || has_gpu.get().then(|| view! {
                    <Switch name="fractioning" value=form.fractioning label="GPU fractioning"
                        help="A part of each device's memory, shared with others."/>
                })}
            </Grid>
            {move || has_gpu.get().then(fraction)}
            {packing}
        </Stack>
    }
    .into_any()
}

#[component]
fn Cpu(form: Form) -> impl IntoView {
    view! {
        <Grid columns=Columns::Two>
            <QuantityField label="CPU compute request" name="cpu" value=form.cpu unit_name="cpu_unit"
                unit=form.cpu_unit units=&CPU_UNITS path="spec.compute.cpuCoreRequest"/>
            <TextField label="CPU compute limit" name="cpu_limit" value=form.cpu_limit
                path="spec.compute.cpuCoreLimit" optional=true placeholder="Auto"
                help=Some("In the unit of the request.".to_owned())/>
            <QuantityField label="CPU memory request" name="memory" value=form.memory
                unit_name="memory_unit" unit=form.memory_unit units=&MEMORY_UNITS
                path="spec.compute.cpuMemoryRequest"/>
            <TextField label="CPU memory limit" name="memory_limit" value=form.memory_limit
                path="spec.compute.cpuMemoryLimit" optional=true placeholder="Auto"
                help=Some("In the unit of the request. Above it the system may end the pod.".to_owned())/>
        </Grid>
    }
    .into_any()
}

#[component]
fn Pools(form: Form, facts: FormFacts) -> impl IntoView {
    let item = {
        let pools = facts.pools.clone();
        move |name: &str| {
            let pool = pools.iter().find(|pool| pool.name == name);
            let free = |pool: &super::data::PoolFacts| {
                let total = domain::quantity::decimals(pool.total.as_f64());
                let free = domain::quantity::decimals(pool.free.as_f64());
                format!("{free} of {total} ready GPUs free")
            };
            OrderItem { value: name.to_owned(), label: name.to_owned(), sub: pool.map(free) }
        }
    };
    let governed = expect_context::<Governed>();
    let rule = governed.field("spec.nodePools");
    let reset = {
        let item = item.clone();
        let opened = move || governed.opened().node_pools;
        Callback::new(move |()| {
            form.node_pools.set(opened().iter().map(|name| item(name)).collect())
        })
    };
    if rule.is_locked {
        let names = form.node_pools.with_untracked(|all| {
            all.iter().map(|item| item.label.clone()).collect::<Vec<_>>().join(", ")
        });
        let hidden = move || {
            let input = |item: OrderItem| view! { <input type="hidden" name="node_pools" value=item.value/> };
            form.node_pools.get().into_iter().map(input).collect_view()
        };
        return view! {
            <Row><b>{names}</b>{policy_chip("Node pools".into(), rule.says)}</Row>
            {hidden}
        }
        .into_any();
    }
    let reset_to =
        if rule.has_default { "Reset to policy default" } else { "Reset to project default" };
    let chip = (!rule.says.is_empty()).then(|| policy_chip("Node pools".into(), rule.says));
    let error = expect_context::<Checks>().error("spec.nodePools".to_owned().into());
    let to_add = {
        let names: Vec<_> = facts.pools.iter().map(|pool| pool.name.clone()).collect();
        move || {
            let listed = form.node_pools.get();
            let missing =
                names.iter().filter(|name| listed.iter().all(|item| item.value != **name));
            let entry = |name: &String| {
                let (item, name) = (item(name), name.clone());
                let press =
                    Callback::new(move |()| form.node_pools.update(|all| all.push(item.clone())));
                view! { <MenuItem on_press=press>{name}</MenuItem> }
            };
            missing.map(entry).collect_view()
        }
    };
    let add_face = || view! { <ButtonFace size=ButtonSize::Small text="+Node pool"/> };
    view! {
        <Stack gap=Gap::Small>
            {chip}
            <OrderList label="Node pools, in order" name="node_pools" items=form.node_pools/>
            {move || form.node_pools.with(Vec::is_empty).then(|| view! {
                <Muted small=true>"None chosen: the project's order is used."</Muted>
            })}
            {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
            <Row>
                <Menu label="+Node pool" left=true face=add_face>{to_add.clone()}</Menu>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small on_press=reset>
                    {reset_to}
                </Button>
            </Row>
        </Stack>
    }
    .into_any()
}

#[component]
fn Tolerations(form: Form) -> impl IntoView {
    let rows = form.tolerations;
    let row = move |row: TolerationFields| {
        let key = row.key;
        let at = move |tail: &'static str| {
            Signal::derive(move || {
                let index = rows.with(|rows| rows.iter().position(|r| r.key == key));
                format!("spec.tolerations[{}].{tail}", index.unwrap_or_default())
            })
        };
        let title = Signal::derive(move || format!("toleration {}", row.taint.get()));
        let remove = Callback::new(move |()| rows.update(|all| all.retain(|r| r.key != key)));
        view! {
            <RepeaterRow label=title on_remove=remove>
                <Grid columns=Columns::Four>
                    <TextField label="Key" name="toleration_key" id=format!("toleration-key-{key}")
                        value=row.taint path=at("key") mono=true/>
                    <SelectField label="Operator" name="toleration_operator"
                        id=format!("toleration-operator-{key}") value=row.operator
                        choices=choices(&OPERATORS) path=at("operator")/>
                    {move || (row.operator.get() == "Equal").then(|| view! {
                        <TextField label="Value" name="toleration_value"
                            id=format!("toleration-value-{key}") value=row.value path=at("value")
                            mono=true/>
                    })}
                    <SelectField label="Effect" name="toleration_effect"
                        id=format!("toleration-effect-{key}") value=row.effect
                        choices=choices(&EFFECTS) path=at("effect")/>
                </Grid>
            </RepeaterRow>
        }
    };
    view! {
        <Repeater add="+Toleration" on_add=Callback::new(move |()| TolerationFields::add(rows))
            not_now=closed_lists(&["spec.tolerations"])>
            <For each=move || rows.get() key=|row| row.key children=row/>
        </Repeater>
    }
    .into_any()
}
