//! What the section Compute resources draws itself: the device with what lies on it, and node pools in order.

use leptos::prelude::*;

use super::{
    checks::Checks,
    data::{FormFacts, Judged},
    fields::policy_chip,
    form::Form,
    rules::{Governed, Ruled},
};
use crate::{
    ui::{
        Button, ButtonFace, ButtonKind, ButtonSize, Gap, Menu, MenuItem, Muted, Note, OrderItem,
        OrderList, Row, Stack, Tone,
    },
    widgets::GpuCard,
};

/// What is said where no pools are named.
const NONE_CHOSEN: &str = "None chosen: the project's order is used.";

/// The device that it would lie on, and a first share for who turns fractioning on: 50 % is what people try first; an
/// empty field would only be a mistake to mend.
#[component]
pub fn GpuView(form: Form, answer: Signal<Option<Judged>>) -> impl IntoView {
    let (fractioning, request) = (form.signal("fractioning"), form.signal("gpu_request"));
    Effect::watch(
        move || fractioning.get(),
        move |on, _, _| {
            if on == "on" && request.with_untracked(String::is_empty) {
                request.set("50".into());
            }
        },
        false,
    );
    move || {
        let card = answer.get()?.card?;
        Some(view! { <GpuCard card/> })
    }
}

#[component]
pub fn Pools(form: Form, facts: FormFacts) -> impl IntoView {
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
        let (item, of_project) = (item.clone(), facts.default_pools.clone());
        Callback::new(move |()| {
            let names = if rule.has_default { governed.pools() } else { of_project.clone() };
            form.pools.set(names.iter().map(|name| item(name)).collect())
        })
    };
    if rule.is_locked {
        return held_pools(form, rule);
    }
    let reset_to =
        if rule.has_default { "Reset to policy default" } else { "Reset to project default" };
    let chip = (!rule.says.is_empty()).then(|| policy_chip("Node pools".into(), rule.says));
    let error = expect_context::<Checks>().error("spec.nodePools".to_owned().into());
    let to_add = {
        let names: Vec<_> = facts.pools.iter().map(|pool| pool.name.clone()).collect();
        move || {
            let listed = form.pools.get();
            let missing =
                names.iter().filter(|name| listed.iter().all(|item| item.value != **name));
            let entry = |name: &String| {
                let (item, name) = (item(name), name.clone());
                let press =
                    Callback::new(move |()| form.pools.update(|all| all.push(item.clone())));
                view! { <MenuItem on_press=press>{name}</MenuItem> }
            };
            missing.map(entry).collect_view()
        }
    };
    let closed: Vec<_> =
        facts.pools.iter().filter(|pool| pool.is_closed).map(|pool| pool.name.clone()).collect();
    let warnings = move || {
        let named = form.pools.get().into_iter().filter(|item| closed.contains(&item.value));
        let warning = |OrderItem { label, .. }: OrderItem| {
            let words = format!(
                "The project gets no GPUs in {label}: its quota there is 0, and it may not go over it."
            );
            view! { <Note tone=Tone::Warn>{words}</Note> }
        };
        named.map(warning).collect_view()
    };
    let add_face = || view! { <ButtonFace size=ButtonSize::Small text="+Node pool"/> };
    view! {
        <Stack gap=Gap::Small>
            {chip}
            <OrderList label="Node pools, in order" name="node_pools" items=form.pools/>
            {move || form.pools.with(Vec::is_empty).then(|| view! {
                <Muted small=true>{NONE_CHOSEN}</Muted>
            })}
            {warnings}
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

/// The pools that a rule holds: to be read and sent, but not changed.
fn held_pools(form: Form, rule: Ruled) -> AnyView {
    let names = form.pools.with_untracked(|all| {
        all.iter().map(|item| item.label.clone()).collect::<Vec<_>>().join(", ")
    });
    let names = match names.is_empty() {
        true => view! { <Muted small=true>{NONE_CHOSEN}</Muted> }.into_any(),
        false => view! { <b>{names}</b> }.into_any(),
    };
    let hidden = move || {
        let input =
            |item: OrderItem| view! { <input type="hidden" name="node_pools" value=item.value/> };
        form.pools.get().into_iter().map(input).collect_view()
    };
    view! {
        <Row>{names}{policy_chip("Node pools".into(), rule.says)}</Row>
        {hidden}
    }
    .into_any()
}
