//! Scheduling rules of a project or department: each is added, typed and taken away. What the department says holds
//! as well, and is told beside.

use domain::{
    duration,
    rules::{LimitKind, without_effect},
};
use leptos::prelude::*;

use super::data::RulesDraft;
use crate::ui::{
    ButtonFace, ButtonSize, Field, HelpTone, Menu, MenuItem, Muted, RepeaterRow, Row, Stack,
    TextInput,
};

const NODE_TYPES: &str = "Node types of workspaces";

/// What is typed; nothing where there is no such rule.
#[derive(Clone, Copy)]
pub struct Typed {
    limits: [RwSignal<Option<String>>; 3],
    node_types: RwSignal<Option<String>>,
}

impl Typed {
    pub fn of(draft: &RulesDraft) -> Self {
        let limits = [0, 1, 2].map(|at| RwSignal::new(draft.limits[at].clone()));
        Self { limits, node_types: RwSignal::new(draft.node_types.clone()) }
    }

    pub fn draft(self) -> RulesDraft {
        RulesDraft {
            limits: self.limits.map(|limit| limit.get_untracked()),
            node_types: self.node_types.get_untracked(),
        }
    }

    /// Every rule there can be: its name and what is typed.
    fn all(self) -> [(&'static str, RwSignal<Option<String>>); 4] {
        let [time, idle, preemptible] = LimitKind::OF_WORKSPACES.map(LimitKind::label);
        let [of_time, of_idle, of_preemptible] = self.limits;
        [
            (time, of_time),
            (idle, of_idle),
            (preemptible, of_preemptible),
            (NODE_TYPES, self.node_types),
        ]
    }
}

#[component]
pub fn RulesPart(typed: Typed, above: RulesDraft, known_types: Vec<String>) -> impl IntoView {
    let texts = above.limits.clone();
    let limits = LimitKind::OF_WORKSPACES.into_iter().zip(texts).enumerate();
    let limits = limits.map(move |(at, (kind, above))| {
        when_there(typed.limits[at], move || limit(typed, at, kind, above.clone()))
    });
    let (allowed, known) = (above.node_types.clone(), known_types.join(", "));
    let types = when_there(typed.node_types, move || {
        node_types(typed.node_types, allowed.clone(), known.clone())
    });
    let inherited = inherited(&above).map(|told| view! { <Muted>{told}</Muted> });
    let face = || view! { <ButtonFace size=ButtonSize::Small text="+Rule"/> };
    let items = typed.all().map(|(name, text)| {
        let not_now = move || text.with(Option::is_some).then(|| "It is there already.".to_owned());
        view! {
            <MenuItem not_now=Signal::derive(not_now) on_press=move |()| text.set(Some(String::new()))>{name}</MenuItem>
        }
    });
    view! {
        <Stack>
            <Muted>"They hold for workspaces that are submitted from now on; those that are there keep theirs."</Muted>
            {inherited}
            {limits.collect_view()}
            {types}
            <Row><Menu label="+Rule" left=true face=face>{items.collect_view()}</Menu></Row>
        </Stack>
    }
    .into_any()
}

/// A rule while there is one. Its words may change without its being drawn anew.
fn when_there(
    text: RwSignal<Option<String>>,
    draw: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let is_there = Memo::new(move |_| text.with(Option::is_some));
    (move || is_there.get().then(&draw)).into_any()
}

/// What the department says already.
fn inherited(above: &RulesDraft) -> Option<String> {
    let limits = LimitKind::OF_WORKSPACES.into_iter().zip(&above.limits);
    let mut all: Vec<_> = limits
        .filter_map(|(kind, text)| Some(format!("{}: {}", kind.label(), text.as_ref()?)))
        .collect();
    all.extend(above.node_types.as_ref().map(|types| format!("{NODE_TYPES}: {types}")));
    let all = all.join("; ");
    (!all.is_empty()).then(|| format!("The department's hold here too – {all}."))
}

fn limit(typed: Typed, at: usize, kind: LimitKind, above: Option<String>) -> AnyView {
    let text = typed.limits[at];
    let value = RwSignal::new(text.get_untracked().unwrap_or_default());
    crate::browser::effect(move || text.set(Some(value.get())));
    let time = typed.limits[0];
    let most = above.clone();
    let wrong = Signal::derive(move || value.with(|text| wrong_limit(text, most.as_deref())));
    let vain = move || {
        let idle = duration::parse(&value.get()).filter(|_| kind != LimitKind::WorkspaceTime)?;
        without_effect(idle, time.get().and_then(|text| duration::parse(&text)))
    };
    let vain = Signal::derive(vain);
    let help = Signal::derive(move || Some(vain.get().unwrap_or_else(|| kind.help().to_owned())));
    let tone = Signal::derive(move || match vain.with(Option::is_some) {
        true => HelpTone::Warn,
        false => HelpTone::Plain,
    });
    let name = kind.wire();
    view! {
        <RepeaterRow label=Signal::stored(kind.label().to_owned()) on_remove=move |()| text.set(None)>
            <Field label=kind.label() name=name help tone error=wrong>
                <TextInput name=name value=value placeholder="8h"/>
            </Field>
        </RepeaterRow>
    }
    .into_any()
}

/// What is wrong with a limit, beside the one that the department sets.
fn wrong_limit(text: &str, above: Option<&str>) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let Some(secs) = duration::parse(text).filter(|secs| *secs > 0) else {
        return Some("A time such as 8h or 1h30m".to_owned());
    };
    let above = above.filter(|above| duration::parse(above).is_some_and(|above| secs > above))?;
    Some(format!("The department allows at most {above}"))
}

fn node_types(text: RwSignal<Option<String>>, allowed: Option<String>, known: String) -> AnyView {
    let value = RwSignal::new(text.get_untracked().unwrap_or_default());
    crate::browser::effect(move || text.set(Some(value.get())));
    let there = match (allowed, known.is_empty()) {
        (Some(allowed), _) => format!(" The department allows {allowed}."),
        (None, false) => format!(" There are {known}."),
        (None, true) => String::new(),
    };
    let help = format!("With commas between them. Whoever submits must choose one.{there}");
    view! {
        <RepeaterRow label=Signal::stored(NODE_TYPES.to_owned()) on_remove=move |()| text.set(None)>
            <Field label=NODE_TYPES name="node-types" help=Some(help)>
                <TextInput name="node-types" value=value mono=true/>
            </Field>
        </RepeaterRow>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_time_and_no_looser_than_the_departments() {
        let told = |text, above| wrong_limit(text, above).unwrap_or_default();
        assert_eq!(told("", None), "", "nothing is typed yet");
        assert_eq!(told("8h", None), "");
        assert_eq!(told("8h", Some("8h")), "");
        assert_eq!(told("12h", Some("8h")), "The department allows at most 8h");
        assert_eq!(told("soon", Some("8h")), "A time such as 8h or 1h30m");
        assert_eq!(told("0s", None), "A time such as 8h or 1h30m");
    }
}
