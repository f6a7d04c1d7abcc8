//! A document as a form: every field with its default and its rules as they are written now, and what somebody
//! types there as a value of the document. Items of lists stay with the text.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

use super::words::label_of;
use crate::policy::{
    catalogue::{Catalogue, FormSection, Unit},
    document::Document,
    rule::{Rule, RuleKind},
    value::{Kind, shown},
};

/// The rows of one section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleSection {
    pub title: String,
    pub rows: Vec<RuleRow>,
}

/// One field, or one list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleRow {
    /// The path below `defaults` and `rules`.
    pub path: String,
    pub label: String,
    pub cells: Vec<RuleCell>,
}

/// One value that can be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleCell {
    /// Where it stands in the document, dotted: `rules.compute.gpuDevicesRequest.max`.
    pub at: String,
    pub label: String,
    /// Empty where nothing is written.
    pub value: String,
    pub kind: CellKind,
}

/// How a value is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellKind {
    /// `true` or `false`.
    Truth,
    Number,
    /// An amount, with or without a unit.
    Quantity,
    Text,
    /// Several, with commas between them.
    List,
    /// As a list, of what may be chosen.
    Options,
}

impl RuleRow {
    /// Whether the document says anything about it.
    pub fn is_said(&self) -> bool {
        self.cells.iter().any(|cell| !cell.value.is_empty())
    }
}

/// Every field that a document may speak of, section by section.
pub fn rule_sections(document: &Document) -> Vec<RuleSection> {
    let catalogue = document.catalogue;
    let mut units = catalogue.units();
    units.retain(|unit| match unit {
        Unit::Field(id) => !catalogue.field(*id).deprecated,
        Unit::Instances(_) => true,
        Unit::Attribute(..) => false,
    });
    let section = |section: FormSection| {
        let own = units.iter().filter(|unit| catalogue.section(**unit) == section);
        let rows = own.map(|unit| row(document, *unit)).collect();
        RuleSection { title: section.title().to_owned(), rows }
    };
    FormSection::ALL.into_iter().map(section).collect()
}

fn row(document: &Document, unit: Unit) -> RuleRow {
    let catalogue = document.catalogue;
    let path = catalogue.path(unit);
    let nothing = Rule::default();
    let rule = document.rules.get(&unit).map_or(&nothing, |rule| rule);
    let default = default_kind(catalogue, unit).map(|kind| RuleCell {
        at: format!("defaults.{path}"),
        label: "Default".to_owned(),
        value: document.defaults.get(&unit).map(|value| shown(value)).unwrap_or_default(),
        kind,
    });
    // Options with words of their own are more than a line can say.
    let named = rule.options.iter().flatten().any(|option| option.displayed.is_some());
    let can_say = |kind: &RuleKind| *kind != RuleKind::Options || !named;
    let rules = RuleKind::ALL.into_iter().filter(|kind| catalogue.allows(unit, *kind));
    let rules = rules.filter(can_say);
    let rules = rules.filter_map(|kind| {
        let (label, cell) = face(kind)?;
        let value = written(rule, kind);
        let at = format!("rules.{path}.{}", kind.name());
        Some(RuleCell { at, label: label.to_owned(), value, kind: cell })
    });
    let cells = default.into_iter().chain(rules).collect();
    RuleRow { label: label_of(catalogue, unit).to_owned(), path, cells }
}

fn default_kind(catalogue: &Catalogue, unit: Unit) -> Option<CellKind> {
    let Unit::Field(id) = unit else { return None };
    match catalogue.field(id).kind {
        Kind::Boolean => Some(CellKind::Truth),
        Kind::Integer | Kind::Number => Some(CellKind::Number),
        Kind::Array(_) => Some(CellKind::List),
        Kind::Opaque => None,
        Kind::Quantity { .. } => Some(CellKind::Quantity),
        Kind::Text | Kind::Choice(_) => Some(CellKind::Text),
    }
}

/// What a rule is called, and how it is typed; `None` for what only the text can say.
fn face(kind: RuleKind) -> Option<(&'static str, CellKind)> {
    Some(match kind {
        RuleKind::Required => ("Required", CellKind::Truth),
        RuleKind::CanEdit => ("Can be changed", CellKind::Truth),
        RuleKind::Blocked => ("Blocked", CellKind::Truth),
        RuleKind::Options => ("Options", CellKind::Options),
        RuleKind::Min => ("At least", CellKind::Quantity),
        RuleKind::Max => ("At most", CellKind::Quantity),
        RuleKind::Step => ("In steps of", CellKind::Quantity),
        RuleKind::CanAdd => ("Others can be added", CellKind::Truth),
        RuleKind::Locked => ("Locked items", CellKind::List),
        RuleKind::DefaultFrom => return None,
    })
}

/// What a rule says, as it is typed.
fn written(rule: &Rule, kind: RuleKind) -> String {
    let object = rule.to_value();
    match (kind, object.get(kind.name())) {
        (RuleKind::Options, Some(Value::Array(options))) => {
            let values = options.iter().filter_map(|option| option.get("value"));
            values.map(shown).collect::<Vec<_>>().join(", ")
        }
        (_, Some(value)) => shown(value),
        (_, None) => String::new(),
    }
}

/// What is typed, as a value of the document; `None` takes it out. What fits where, checking says.
pub fn typed(kind: CellKind, text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let parts = || text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Some(match kind {
        CellKind::Truth => Value::Bool(text == "true"),
        CellKind::Text => Value::String(text.to_owned()),
        CellKind::Number | CellKind::Quantity => match text.parse::<Number>() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(text.to_owned()),
        },
        CellKind::List => parts().map(|part| json!(part)).collect(),
        CellKind::Options => parts().map(|part| json!({"value": part})).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{WorkloadType, read_value};

    #[test]
    fn a_document_fills_in_its_form() {
        let document = json!({
            "defaults": {"imagePullPolicy": "Always", "nodePools": ["a", "b"], "createHomeDir": true},
            "rules": {
                "imagePullPolicy": {"canEdit": false, "options": [{"value": "Always"}]},
                "compute": {"gpuDevicesRequest": {"max": 2}},
                "environmentVariables": {"instances": {"locked": ["A", "B"]}},
            },
        });
        let reading = read_value(&document, WorkloadType::Workspace);
        let sections = rule_sections(&reading.document);
        let rows = sections.iter().flat_map(|section| &section.rows).filter(|row| row.is_said());
        let cells = rows.flat_map(|row| {
            let said = row.cells.iter().filter(|cell| !cell.value.is_empty());
            said.map(move |cell| {
                format!("{}: {} {}, {:?}", row.label, cell.at, cell.value, cell.kind)
            })
        });
        insta::assert_snapshot!(cells.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn what_is_typed_is_a_value() {
        let said =
            |kind, text| typed(kind, text).map(|value| value.to_string()).unwrap_or_default();
        let lines = [
            said(CellKind::Truth, "false"),
            said(CellKind::Quantity, " 2.5 "),
            said(CellKind::Quantity, "64G"),
            said(CellKind::Text, "1.10"),
            said(CellKind::Number, "2"),
            said(CellKind::List, "a, b,,"),
            said(CellKind::Options, "Always, Never"),
            said(CellKind::Text, " "),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        false
        2.5
        "64G"
        "1.10"
        2
        ["a","b"]
        [{"value":"Always"},{"value":"Never"}]
        "#);
    }
}
