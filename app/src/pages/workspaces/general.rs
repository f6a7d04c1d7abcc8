//! Whether a workspace may be interrupted: as two cards, and as the Original form asks it.

use leptos::prelude::*;

use super::{
    checks::Checks,
    fields::{policy_chip, shown_field},
    form::Form,
    rules::Governed,
    sections::place,
};
use crate::ui::{Note, RadioCard, RadioCards, Stack, Switch, Toggle, Tone};

/// Whether it may be interrupted. What the policy forbids says so.
#[component]
pub fn Preemption(value: RwSignal<String>) -> impl IntoView {
    let rule = expect_context::<Governed>().field("spec.preemptibility");
    let why_not = rule.says.first().cloned();
    let not_now = |own: &str| {
        let option = rule.options.iter().find(|option| option.value == own);
        let closed = option.and_then(|option| option.not_now.clone());
        let other = rule.is_locked && value.with_untracked(|now| now != own);
        closed.or(why_not.clone().filter(|_| other))
    };
    let chip =
        (!rule.says.is_empty()).then(|| policy_chip("Preemptibility".into(), rule.says.clone()));
    let error = expect_context::<Checks>().error("spec.preemptibility".to_owned().into());
    let (firm, loose) = (not_now("non-preemptible"), not_now("preemptible"));
    view! {
        {chip}
        <RadioCards legend="Preemptibility">
            <RadioCard name="preemptibility" own="non-preemptible" value=value
                label="Non-preemptible" not_now=firm
                help="Uses the project's quota. Not interrupted once it runs."/>
            <RadioCard name="preemptibility" own="preemptible" value=value
                label="Preemptible" not_now=loose
                help="May go over quota. May be interrupted for others."/>
        </RadioCards>
        {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
    }
    .into_any()
}

/// *Allow the workload to exceed the project quota*, and the grace period of what may be preempted then.
#[component]
pub fn OverQuota(form: Form) -> impl IntoView {
    let value = form.signal("preemptibility");
    let is_on = Memo::new(move |_| value.with(|now| now == "preemptible"));
    let rule = expect_context::<Governed>().field("spec.preemptibility");
    let held = rule.says.first().cloned().filter(|_| rule.is_locked);
    let option = |own: &str| rule.options.iter().find(|option| option.value == own).cloned();
    let (loose, firm) = (option("preemptible"), option("non-preemptible"));
    // What it would be switched to may be what the policy forbids.
    let not_now = Signal::derive(move || {
        let other = if is_on.get() { &firm } else { &loose };
        held.clone().or_else(|| other.clone().and_then(|option| option.not_now))
    });
    let chip = (!rule.says.is_empty()).then(|| policy_chip("Preemptibility".into(), rule.says));
    let error = expect_context::<Checks>().error("spec.preemptibility".to_owned().into());
    let toggle = Toggle {
        get: is_on.into(),
        set: Callback::new(move |on| {
            value.set(if on { "preemptible" } else { "non-preemptible" }.to_owned());
        }),
    };
    view! {
        <Stack>
            {chip}
            <Switch name="over_quota" own="on" value=toggle not_now
                label="Allow the workload to exceed the project quota"
                help="Workloads running over quota may be preempted and stopped at any time."/>
            {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
            <input type="hidden" name="preemptibility" value=move || value.get()/>
            {move || is_on.get().then(|| shown_field("grace", place(form, "grace")))}
        </Stack>
    }
    .into_any()
}
