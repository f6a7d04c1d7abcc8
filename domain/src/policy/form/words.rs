//! Rules in the words of tables and explanations, and whose they are.

use serde::{Deserialize, Serialize};

use crate::{
    ScopeLevel,
    policy::{
        catalogue::{Catalogue, Unit},
        effective::Owned,
        rule::{Bound, DefaultFrom, Rule, RuleKind},
        scope::Source,
        value::shown,
    },
};

/// Whose a rule or a default is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    pub scope: ScopeLevel,
    /// As messages call it: `cluster “dgx-1”`.
    pub words: String,
    /// Who wrote that policy last, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
}

impl Who {
    pub fn of(source: &Source, author: Option<String>) -> Self {
        Self { scope: source.scope, words: source.to_string(), author }
    }

    /// `Set by the policy of cluster “dgx-1”, written by ada@example.com.`
    pub fn sentence(&self) -> String {
        match &self.author {
            Some(author) => format!("Set by the policy of {}, written by {author}.", self.words),
            None => format!("Set by the policy of {}.", self.words),
        }
    }
}

/// One rule, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleWords {
    pub rule: RuleKind,
    /// `At most 2`.
    pub says: String,
}

/// What the rules object of a unit says, a line a rule, in the order of the specification.
pub fn rule_words(catalogue: &Catalogue, rule: &Rule) -> Vec<RuleWords> {
    let mut words = Vec::new();
    let mut say = |rule: RuleKind, says: Option<String>| {
        words.extend(says.map(|says| RuleWords { rule, says }));
    };
    let switch = |value: Option<bool>, yes: &str, no: &str| {
        value.map(|is| if is { yes.to_owned() } else { no.to_owned() })
    };
    let number = |bound: &Option<Bound>, before: &str| {
        bound.as_ref().map(|bound| format!("{before} {}", shown(&bound.written)))
    };
    say(RuleKind::Required, switch(rule.required, "Required", "Not required"));
    say(RuleKind::CanEdit, switch(rule.can_edit, "Can be changed", "Can’t be changed"));
    say(RuleKind::Blocked, switch(rule.blocked, "Blocked", "Not blocked"));
    say(RuleKind::Options, options(rule));
    say(RuleKind::Min, number(&rule.min, "At least"));
    say(RuleKind::Max, number(&rule.max, "At most"));
    say(RuleKind::Step, number(&rule.step, "In steps of"));
    say(RuleKind::DefaultFrom, rule.default_from.as_ref().map(|from| follows(catalogue, from)));
    say(RuleKind::CanAdd, switch(rule.can_add, "Others can be added", "No others can be added"));
    let locked = rule.locked.as_ref().filter(|keys| !keys.is_empty());
    say(RuleKind::Locked, locked.map(|keys| format!("Locked: {}", keys.join(", "))));
    words
}

fn options(rule: &Rule) -> Option<String> {
    let options = rule.options.as_ref()?;
    if options.is_empty() {
        return Some("No value is allowed".to_owned());
    }
    let one = |choice: &super::super::Choice| match &choice.displayed {
        Some(displayed) => format!("{displayed} ({})", choice.value),
        None => choice.value.clone(),
    };
    Some(format!("One of {}", options.iter().map(one).collect::<Vec<_>>().join(", ")))
}

fn follows(catalogue: &Catalogue, from: &DefaultFrom) -> String {
    let label = label_of(catalogue, from.target);
    match &from.factor {
        Some(factor) => format!("Follows {label}, times {}", shown(&factor.written)),
        None => format!("Follows {label}"),
    }
}

/// The word of the form for what a unit is about.
pub(super) fn label_of(catalogue: &Catalogue, unit: Unit) -> &'static str {
    match unit {
        Unit::Instances(list) => catalogue.list(list).section,
        _ => catalogue.row(unit).map_or("", |row| row.label),
    }
}

/// Why a field has to be filled in.
pub(super) fn required_sentence(label: &str, own: &Owned<Rule>) -> Option<String> {
    own.value.is_required().then(|| format!("{label} is required by the policy of {}.", own.source))
}
