//! What saving a policy has to say about it (`policies.md` §7): as data, with the words made here
//! and nowhere else.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    rule::RuleKind,
    scope::Source,
    tree::Place,
    violation::{Broken, SourceView},
};

/// One error or warning about a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// The path below `defaults` or `rules`, else the top-level key.
    pub field: String,
    pub rule: Option<RuleKind>,
    pub fault: Fault,
    /// Whose rules object is broken, or overrides.
    pub source: Option<Source>,
    pub place: Option<Place>,
}

/// What is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Check 3: no document, or of another shape.
    Document(String),
    /// Check 3: a key that nobody knows.
    UnknownField { name: String },
    /// Check 4: the type of the field does not know the rule.
    RuleKind,
    /// Check 5: what the argument of the rule must be, as the end of "must be …".
    Argument(String),
    /// Check 6: what the default must be, likewise.
    Default(String),
    /// Check 7: a default of its own breaks a rule in force.
    Compliance { value: Option<String>, broken: Broken },
    /// Check 8: locked keys that no default item has.
    Locked { keys: Vec<String> },
    /// Check 9: an asset that cannot be imposed.
    Imposed(ImposedFault),
    /// Check 10: own rules that do not take effect.
    Shadowed,
    /// Check 10: a default of a scope below breaks a rule from now on.
    Descendant { of: Source, value: Option<String>, broken: Broken },
    /// Nothing can be created there any more, for this reason.
    LockedOut { why: String },
    /// An old or wrong spelling that is understood.
    Alias { written: String, stored: String },
    /// A field that has no effect any more, or will have none.
    Deprecated { ignored: bool },
}

/// Why an asset cannot be imposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImposedFault {
    Unknown { id: String },
    NoDataSource { id: String },
    Credentials { id: String },
}

impl ImposedFault {
    /// The asset that it is about.
    pub fn id(&self) -> &str {
        match self {
            Self::Unknown { id } | Self::NoDataSource { id } | Self::Credentials { id } => id,
        }
    }
}

impl Issue {
    /// An issue about what stands at `field`.
    pub fn new(field: impl Into<String>, fault: Fault, place: Option<Place>) -> Self {
        Self { field: field.into(), rule: None, fault, source: None, place }
    }

    pub fn with_rule(self, rule: RuleKind) -> Self {
        Self { rule: Some(rule), ..self }
    }

    pub fn with_source(self, source: Source) -> Self {
        Self { source: Some(source), ..self }
    }

    /// The stable id of the message (`policy-tests.md` §5).
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::Document(_) => "save.document",
            Fault::UnknownField { .. } => "save.unknownField",
            Fault::RuleKind => "save.ruleKind",
            Fault::Argument(_) => "save.argument",
            Fault::Default(_) => "save.default",
            Fault::Compliance { .. } => "save.compliance",
            Fault::Locked { .. } => "save.locked",
            Fault::Imposed(_) => "save.imposed",
            Fault::Shadowed => "save.shadowed",
            Fault::Descendant { .. } => "save.descendant",
            Fault::LockedOut { .. } => "save.lockedOut",
            Fault::Alias { .. } => "save.alias",
            Fault::Deprecated { .. } => "save.deprecated",
        }
    }

    /// Whether the document can be understood all the same: everything beyond checks 3 to 6.
    pub fn is_readable(&self) -> bool {
        !matches!(
            self.fault,
            Fault::Document(_)
                | Fault::UnknownField { .. }
                | Fault::RuleKind
                | Fault::Argument(_)
                | Fault::Default(_)
        )
    }

    /// The sentence.
    pub fn details(&self) -> String {
        let field = &self.field;
        let rule = self.rule.map_or("", RuleKind::name);
        match &self.fault {
            Fault::Document(what) => format!("{}.", capital(what)),
            Fault::UnknownField { name } => {
                format!("Add a valid policy YAML;json: unknown field \"{name}\"")
            }
            Fault::RuleKind => format!("“{field}” can’t have the rule “{rule}”."),
            Fault::Argument(wanted) => {
                format!("The rule “{rule}” of “{field}” must be {wanted}.")
            }
            Fault::Default(wanted) => format!("The default of “{field}” must be {wanted}."),
            Fault::Compliance { value, broken } => {
                format!("Default of {field}{} {}", of_value(value), broken.must())
            }
            Fault::Locked { keys } => {
                let keys: Vec<_> = keys.iter().map(|key| format!("“{key}”")).collect();
                format!("No default item of “{field}” has the locked key {}.", keys.join(", "))
            }
            Fault::Imposed(fault) => imposed(fault),
            Fault::Shadowed => {
                let by = self.source.as_ref().map(Source::to_string).unwrap_or_default();
                format!("Rules for “{field}” are overridden by the policy of {by}.")
            }
            Fault::Descendant { of, value, broken } => {
                let value = of_value(value);
                format!("Default of {field}{value} in the policy of {of} {}.", broken.must())
            }
            Fault::LockedOut { why } => format!(
                "With this policy nobody can create anything here, unless a policy further down allows it: {why}"
            ),
            Fault::Alias { written, stored } => {
                format!("“{written}” is stored as “{stored}”; write “{stored}”.")
            }
            Fault::Deprecated { ignored: true } => {
                format!("“{field}” is deprecated and has no effect; leave it out.")
            }
            Fault::Deprecated { ignored: false } => format!("“{field}” is deprecated."),
        }
    }
}

fn of_value(value: &Option<String>) -> String {
    match value.as_deref() {
        None | Some("") => String::new(),
        Some(value) => format!(" ({value})"),
    }
}

fn imposed(fault: &ImposedFault) -> String {
    match fault {
        ImposedFault::Unknown { id } => {
            format!("No asset “{id}” can be seen here; name a data source of this scope or above.")
        }
        ImposedFault::NoDataSource { id } => {
            format!("Asset “{id}” is no data source; only data sources can be imposed.")
        }
        ImposedFault::Credentials { .. } => {
            "Assets with references to credentials can’t be imposed.".to_owned()
        }
    }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

impl Serialize for Issue {
    /// `{field, rule?, code, details, source?, line?, column?}`.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        if let Some(rule) = self.rule {
            map.serialize_entry("rule", &rule)?;
        }
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("details", &self.details())?;
        if let Some(source) = &self.source {
            map.serialize_entry("source", &SourceView::from(source))?;
        }
        if let Some(place) = self.place {
            map.serialize_entry("line", &place.line)?;
            map.serialize_entry("column", &place.column)?;
        }
        map.end()
    }
}
