//! A rules object: what one unit of a policy may carry (`policies.md` §4).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    catalogue::Unit,
    value::{Kind, shown},
};

/// The kinds of rule. The last two belong to submissions, not to rules objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RuleKind {
    Required,
    CanEdit,
    Blocked,
    Options,
    Min,
    Max,
    Step,
    DefaultFrom,
    CanAdd,
    Locked,
}

impl RuleKind {
    pub const ALL: [Self; 10] = [
        Self::Required,
        Self::CanEdit,
        Self::Blocked,
        Self::Options,
        Self::Min,
        Self::Max,
        Self::Step,
        Self::DefaultFrom,
        Self::CanAdd,
        Self::Locked,
    ];

    /// The word of documents.
    pub fn name(self) -> &'static str {
        match self {
            RuleKind::Required => "required",
            RuleKind::CanEdit => "canEdit",
            RuleKind::Blocked => "blocked",
            RuleKind::Options => "options",
            RuleKind::Min => "min",
            RuleKind::Max => "max",
            RuleKind::Step => "step",
            RuleKind::DefaultFrom => "defaultFrom",
            RuleKind::CanAdd => "canAdd",
            RuleKind::Locked => "locked",
        }
    }

    /// The kind of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The rules of one unit. What is `None` was not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    pub required: Option<bool>,
    pub can_edit: Option<bool>,
    pub blocked: Option<bool>,
    pub options: Option<Vec<Choice>>,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    pub step: Option<Bound>,
    pub default_from: Option<DefaultFrom>,
    pub can_add: Option<bool>,
    /// Keys of default items.
    pub locked: Option<Vec<String>>,
}

/// A value that may be chosen, and what the form calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub displayed: Option<String>,
}

impl Choice {
    pub fn label(&self) -> &str {
        self.displayed.as_deref().unwrap_or(&self.value)
    }
}

/// A number in a rule: as it was written, and what it stands for.
#[derive(Clone, Debug)]
pub struct Bound {
    pub written: Value,
    pub exact: Decimal,
}

impl Bound {
    /// `None` when `written` is no number of that kind.
    pub fn of(kind: Kind, written: Value) -> Option<Self> {
        let exact = kind.exact(&written)?;
        Some(Self { written, exact })
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.exact == other.exact
    }
}

/// A default that follows another field.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultFrom {
    /// As it was written: the field's own name or its path.
    pub field: String,
    /// The field or attribute that is meant.
    pub target: Unit,
    /// Above 0; 1 when it was not written.
    pub factor: Option<Bound>,
}

impl DefaultFrom {
    pub fn factor(&self) -> Decimal {
        self.factor.as_ref().map_or(Decimal::ONE, |factor| factor.exact)
    }
}

impl Rule {
    /// Whether it says nothing, and so does not count as a mention of its unit.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn is_required(&self) -> bool {
        self.required == Some(true)
    }

    pub fn may_edit(&self) -> bool {
        self.can_edit != Some(false)
    }

    pub fn is_blocked(&self) -> bool {
        self.blocked == Some(true)
    }

    pub fn may_add(&self) -> bool {
        self.can_add != Some(false)
    }

    pub fn locks(&self, key: &str) -> bool {
        self.locked.iter().flatten().any(|locked| locked == key)
    }

    /// Whether `value`, or each text of it, may be chosen.
    pub fn offers(&self, value: &Value) -> bool {
        let Some(options) = &self.options else { return true };
        let offered = |text: &str| options.iter().any(|choice| choice.value == text);
        match value {
            Value::Array(all) => all.iter().all(|one| offered(&shown(one))),
            one => offered(&shown(one)),
        }
    }

    /// The same rules without one of them.
    pub fn without(&self, kind: RuleKind) -> Self {
        let mut rest = self.clone();
        match kind {
            RuleKind::Required => rest.required = None,
            RuleKind::CanEdit => rest.can_edit = None,
            RuleKind::Blocked => rest.blocked = None,
            RuleKind::Options => rest.options = None,
            RuleKind::Min => rest.min = None,
            RuleKind::Max => rest.max = None,
            RuleKind::Step => rest.step = None,
            RuleKind::DefaultFrom => rest.default_from = None,
            RuleKind::CanAdd => rest.can_add = None,
            RuleKind::Locked => rest.locked = None,
        }
        rest
    }

    /// The rules object as documents write it.
    pub fn to_value(&self) -> Map<String, Value> {
        let mut object = Map::new();
        let mut put = |kind: RuleKind, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(kind.name().to_owned(), value);
            }
        };
        let written = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.written.clone());
        put(RuleKind::Required, self.required.map(Value::from));
        put(RuleKind::CanEdit, self.can_edit.map(Value::from));
        put(RuleKind::Blocked, self.blocked.map(Value::from));
        put(RuleKind::Options, self.options.as_deref().map(options_value));
        put(RuleKind::Min, written(&self.min));
        put(RuleKind::Max, written(&self.max));
        put(RuleKind::Step, written(&self.step));
        put(RuleKind::DefaultFrom, self.default_from.as_ref().map(default_from_value));
        put(RuleKind::CanAdd, self.can_add.map(Value::from));
        put(RuleKind::Locked, self.locked.clone().map(Value::from));
        object
    }
}

fn options_value(options: &[Choice]) -> Value {
    let one = |choice: &Choice| match &choice.displayed {
        Some(displayed) => json!({"value": choice.value, "displayed": displayed}),
        None => json!({"value": choice.value}),
    };
    options.iter().map(one).collect()
}

fn default_from_value(from: &DefaultFrom) -> Value {
    match &from.factor {
        Some(factor) => json!({"field": from.field, "factor": factor.written}),
        None => json!({"field": from.field}),
    }
}
