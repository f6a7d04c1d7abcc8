//! **VIEW POLICY**: an effective policy as a table, a section of the form each: parameter, type (of
//! data sources), default, rule, source (`policies.md` §9.1).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{
    fill::Authors,
    words::{Who, label_of, rule_words},
};
use crate::policy::{
    catalogue::{FormSection, ListId, Unit},
    effective::{Effective, OwnedItem},
    scope::Source,
    value::shown,
};

/// What is known of an imposed asset: its name, and what kind of data source it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImposedName {
    pub name: String,
    pub kind: String,
}

/// The table, section by section; those without a row are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyTable {
    pub sections: Vec<TableSection>,
}

/// The rows of one section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSection {
    pub section: FormSection,
    pub title: String,
    pub rows: Vec<TableRow>,
}

/// One parameter.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TableRow {
    /// The path below `rules`, or the item: `storage.nfs[data]`.
    pub field: String,
    pub parameter: String,
    /// Of a data source: what kind.
    pub kind: Option<String>,
    pub default: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    pub default_by: Option<Who>,
    pub rules_by: Option<Who>,
}

impl TableRow {
    /// The last column. Where default and rule come from two scopes, it says which is whose.
    pub fn source(&self) -> String {
        match (&self.default_by, &self.rules_by) {
            (Some(default), Some(rules)) if default.words != rules.words => {
                format!("default: {}; rule: {}", default.words, rules.words)
            }
            (Some(one), _) | (None, Some(one)) => one.words.clone(),
            (None, None) => String::new(),
        }
    }
}

/// The table of an effective policy. `imposed` knows the names of assets.
pub fn policy_table(
    effective: &Effective,
    authors: Authors<'_>,
    imposed: &dyn Fn(&str) -> Option<ImposedName>,
) -> PolicyTable {
    let table = Table { effective, authors };
    let mut rows: BTreeMap<FormSection, Vec<TableRow>> = BTreeMap::new();
    for unit in table.units() {
        rows.entry(effective.catalogue.section(unit)).or_default().extend(table.rows(unit));
    }
    let storage = effective.imposed.iter().map(|(id, by)| table.imposed(id, by, imposed(id)));
    let storage: Vec<_> = storage.collect();
    rows.entry(FormSection::Storage).or_default().extend(storage);
    let section = |(section, rows): (FormSection, Vec<TableRow>)| {
        let title = section.title().to_owned();
        (!rows.is_empty()).then_some(TableSection { section, title, rows })
    };
    PolicyTable { sections: rows.into_iter().filter_map(section).collect() }
}

struct Table<'a> {
    effective: &'a Effective,
    authors: Authors<'a>,
}

impl Table<'_> {
    /// Everything that is mentioned, in the order of the catalogue; attributes follow their list.
    fn units(&self) -> Vec<Unit> {
        let effective = self.effective;
        let items = effective.instances.keys().map(|list| Unit::Instances(*list));
        let said = effective.defaults.keys().chain(effective.rules.keys()).copied();
        let units: BTreeSet<Unit> = said.chain(items).collect();
        let mut units: Vec<Unit> = units.into_iter().collect();
        units.sort_by_key(|unit| match unit {
            Unit::Field(_) => (None, *unit),
            Unit::Instances(list) | Unit::Attribute(list, _) => (Some(*list), *unit),
        });
        units
    }

    fn who(&self, source: &Source) -> Who {
        Who::of(source, (self.authors)(source))
    }

    fn rows(&self, unit: Unit) -> Vec<TableRow> {
        let mut rows = vec![self.row(unit)];
        if let Unit::Instances(list) = unit {
            let items = self.effective.instances.get(&list).into_iter().flatten().enumerate();
            rows.extend(items.map(|(n, item)| self.item(list, n, item)));
        }
        rows.retain(|row| row.default.is_some() || !row.rules.is_empty());
        rows
    }

    fn row(&self, unit: Unit) -> TableRow {
        let effective = self.effective;
        let catalogue = effective.catalogue;
        let rule = effective.rule(unit);
        let default = effective.defaults.get(&unit);
        let label = label_of(catalogue, unit);
        let parameter = match unit {
            Unit::Attribute(list, _) => format!("{}: {label}", catalogue.list(list).section),
            Unit::Field(_) | Unit::Instances(_) => label.to_owned(),
        };
        let words = rule.map(|own| rule_words(catalogue, &own.value)).unwrap_or_default();
        TableRow {
            field: catalogue.path(unit),
            parameter,
            kind: self.kind(unit),
            default: default.map(|own| shown(&own.value)),
            rules: words.into_iter().map(|words| words.says).collect(),
            default_by: default.map(|own| self.who(&own.source)),
            rules_by: rule.map(|own| self.who(&own.source)),
        }
    }

    /// A default item: what it is called, and what it says.
    fn item(&self, list: ListId, n: usize, own: &OwnedItem) -> TableRow {
        let catalogue = self.effective.catalogue;
        let key = own.key.shown(n);
        let (named, _) = catalogue.key(list);
        let values = own.value.values.iter().filter(|(at, _)| **at != named);
        let said = values.map(|(at, value)| {
            format!("{}: {}", catalogue.attribute(list, *at).label, shown(value))
        });
        TableRow {
            field: format!("{}[{key}]", catalogue.list_path(list)),
            parameter: format!("{}: {key}", catalogue.list(list).section),
            kind: self.kind(Unit::Instances(list)),
            default: Some(said.collect::<Vec<_>>().join(", ")),
            default_by: Some(self.who(&own.source)),
            ..TableRow::default()
        }
    }

    fn kind(&self, unit: Unit) -> Option<String> {
        let (Unit::Instances(list) | Unit::Attribute(list, _)) = unit else { return None };
        let catalogue = self.effective.catalogue;
        let is_storage = catalogue.section(unit) == FormSection::Storage;
        is_storage.then(|| catalogue.list(list).section.to_owned())
    }

    fn imposed(&self, id: &str, by: &Source, asset: Option<ImposedName>) -> TableRow {
        let name = asset.as_ref().map_or(id, |asset| &asset.name);
        TableRow {
            field: "imposedAssets".to_owned(),
            parameter: format!("Data source: {name}"),
            kind: asset.as_ref().map(|asset| asset.kind.clone()),
            rules: vec!["Imposed".to_owned()],
            rules_by: Some(self.who(by)),
            ..TableRow::default()
        }
    }
}
