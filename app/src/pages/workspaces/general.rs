//! Whether a workspace may be interrupted, as two cards.

use leptos::prelude::*;

use super::{checks::Checks, fields::policy_chip, rules::Governed};
use crate::ui::{Note, RadioCard, RadioCards, Tone};

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
        <RadioCards legend="May it be interrupted?">
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
