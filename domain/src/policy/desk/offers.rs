//! Completion: the keys and values that may stand at the caret.

use std::collections::BTreeSet;

use super::{
    Completion, Desk, Offer,
    sketch::{Caret, Sketch, sketch},
    spot::{Of, Side, Spot, spot},
    values::{about_field, about_rule, values},
};
use crate::policy::{
    catalogue::{Catalogue, Entry, Field, ListId, Section, Unit},
    rule::RuleKind,
    value::Kind,
};

impl Desk {
    /// What may stand at the caret of a text, complete or half-written; `line` and `column` count
    /// from 1. What begins like the word at the caret comes first, then what holds it.
    pub fn complete(&self, text: &str, line: usize, column: usize) -> Completion {
        let sketch = sketch(text, line, column);
        let Some(caret) = &sketch.caret else {
            return Completion { from: column, to: column, items: Vec::new() };
        };
        let typed = caret.typed.to_lowercase();
        let taken: BTreeSet<&str> = sketch.taken(caret).into_iter().collect();
        let mut offers = self.offers(&sketch, caret);
        offers.retain(|offer| {
            offer.label.to_lowercase().contains(&typed) && !taken.contains(offer.label.as_str())
        });
        offers.sort_by_key(|offer| !offer.label.to_lowercase().starts_with(&typed));
        Completion { from: caret.from + 1, to: caret.to + 1, items: offers }
    }

    /// The names of the keys that belong where the word at this place stands.
    pub(super) fn names_at(&self, text: &str, line: usize, column: usize) -> Vec<String> {
        let sketch = sketch(text, line, column);
        let all = sketch.caret.as_ref().map(|caret| self.offers(&sketch, caret));
        all.into_iter().flatten().map(|offer| offer.label).collect()
    }

    fn offers(&self, sketch: &Sketch, caret: &Caret) -> Vec<Offer> {
        let catalogue = self.catalogue();
        let spot = spot(catalogue, &sketch.path(caret));
        Offering { catalogue, sketch, caret, desk: self }.offers(spot)
    }
}

struct Offering<'a> {
    catalogue: &'static Catalogue,
    sketch: &'a Sketch,
    caret: &'a Caret,
    desk: &'a Desk,
}

/// What comes below a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Scalar,
    Map,
    List,
}

impl Offering<'_> {
    fn offers(&self, spot: Spot) -> Vec<Offer> {
        match spot {
            Spot::Document => self.keys(&[
                ("defaults", Below::Map, "values that submissions leave out"),
                ("rules", Below::Map, "what submissions must keep to"),
                ("imposedAssets", Below::List, "data sources that every workload gets"),
            ]),
            Spot::Section(side, of, section) => self.section(side, of, section),
            Spot::List(side, list) => self.list(side, list),
            Spot::Rule(unit) => self.rules(unit),
            Spot::Option(_) => self.keys(&[
                ("value", Below::Scalar, "what may be chosen"),
                ("displayed", Below::Scalar, "what the form calls it"),
            ]),
            Spot::DefaultFrom(_) => self.keys(&[
                ("field", Below::Scalar, "the field of the same section that is followed"),
                ("factor", Below::Scalar, "what it is multiplied with; 1 where it is missing"),
            ]),
            Spot::Truth => {
                self.texts(["true", "false"].map(|text| (text.to_owned(), String::new())))
            }
            Spot::Value(row) if matches!(row.kind, Kind::Array(_)) => {
                self.items(self.elements(row))
            }
            Spot::Value(row) | Spot::Element(row) => self.texts(self.elements(row)),
            Spot::Followed(unit) => self.texts(self.followed(unit)),
            Spot::LockedKey(list) => self.texts(self.locked(list)),
            Spot::Locked(list) => self.items(self.locked(list)),
            Spot::ImposedId => self.texts(self.assets()),
            Spot::Imposed => self.items(self.assets()),
            Spot::Items(list) => self.item(self.key_of(list)),
            Spot::Options(_) => self.item("value"),
            Spot::Nowhere => Vec::new(),
        }
    }

    fn section(&self, side: Side, of: Of, section: &'static Section) -> Vec<Offer> {
        let known = section.iter().filter_map(|(name, entry)| {
            let about = match entry {
                Entry::Section(_) => (Below::Map, "a section".to_owned()),
                Entry::List(list) => {
                    (Below::Map, format!("{}: items", self.catalogue.list(*list).section))
                }
                Entry::Field(id) => self.leaf(side, self.catalogue.field(*id)),
                Entry::Attribute(at) => self.attribute(side, of, *at)?,
                Entry::Ignored => return None,
            };
            Some((*name, about.0, about.1))
        });
        let known: Vec<_> = known.collect();
        let known: Vec<_> =
            known.iter().map(|(name, below, about)| (*name, *below, about.as_str())).collect();
        self.keys(&known)
    }

    fn leaf(&self, side: Side, row: &Field) -> (Below, String) {
        let below = match (side, row.kind) {
            (Side::Rules, _) | (_, Kind::Opaque) => Below::Map,
            (_, Kind::Array(_)) => Below::List,
            _ => Below::Scalar,
        };
        (below, about_field(row))
    }

    fn attribute(&self, side: Side, of: Of, at: u8) -> Option<(Below, String)> {
        let (Of::Item(list) | Of::Attributes(list)) = of else { return None };
        let row = self.catalogue.attribute(list, at);
        let (key, _) = self.catalogue.key(list);
        let may = match (side, of) {
            (Side::Rules, _) => row.is_ruled(),
            (Side::Defaults, Of::Item(_)) => row.rules_over.is_none() && !row.deprecated,
            (Side::Defaults, _) => row.rules_over.is_none() && (row.is_ruled() || at != key),
        };
        may.then(|| self.leaf(side, row))
    }

    fn list(&self, side: Side, list: ListId) -> Vec<Offer> {
        let of_list = match side {
            Side::Defaults => ("instances", Below::List, "items that every workload gets"),
            Side::Rules => ("instances", Below::Map, "which items may be added, changed, removed"),
        };
        let attributes = match side {
            Side::Defaults => ("attributes", Below::Map, "values that items leave out"),
            Side::Rules => ("attributes", Below::Map, "what holds for every item"),
        };
        match self.catalogue.list(list).bare {
            true => self.keys(&[of_list]),
            false => self.keys(&[of_list, attributes]),
        }
    }

    fn rules(&self, unit: Unit) -> Vec<Offer> {
        let below = |kind: RuleKind| match kind {
            RuleKind::Options | RuleKind::Locked => Below::List,
            RuleKind::DefaultFrom => Below::Map,
            _ => Below::Scalar,
        };
        let kinds = RuleKind::ALL.into_iter();
        let kinds = kinds.filter(|kind| self.catalogue.allows(unit, *kind));
        let known: Vec<_> =
            kinds.map(|kind| (kind.name(), below(kind), about_rule(kind))).collect();
        self.keys(&known)
    }

    fn elements(&self, row: &Field) -> Vec<(String, String)> {
        values(row).into_iter().map(|text| (text.to_owned(), String::new())).collect()
    }

    /// The fields that the default of `unit` could follow.
    fn followed(&self, unit: Unit) -> Vec<(String, String)> {
        let catalogue = self.catalogue;
        let Some(own) = catalogue.row(unit) else { return Vec::new() };
        let fits = |row: &Field| {
            own.kind.may_follow(row.kind) && row.rules_over.is_none() && row.path != own.path
        };
        let named = |row: &Field| (row.path.to_owned(), row.label.to_owned());
        match unit {
            Unit::Field(id) => {
                let path = |of| catalogue.field_path(of);
                let near =
                    catalogue.fields().filter(|of| catalogue.sibling(id, path(*of)).is_some());
                let rows = near.map(|of| (path(of), catalogue.field(of)));
                let rows = rows.filter(|(_, row)| fits(row));
                rows.map(|(path, row)| (path.to_owned(), row.label.to_owned())).collect()
            }
            Unit::Attribute(list, _) => {
                catalogue.list(list).attributes.iter().filter(|row| fits(row)).map(named).collect()
            }
            Unit::Instances(_) => Vec::new(),
        }
    }

    /// Keys of the default items that the text has itself.
    fn locked(&self, list: ListId) -> Vec<(String, String)> {
        let mut path = vec!["defaults"];
        path.extend(self.catalogue.list_path(list).split('.'));
        path.push("instances");
        let keys = self.sketch.values(&path, self.key_of(list));
        keys.into_iter().map(|key| (key.to_owned(), "a default item".to_owned())).collect()
    }

    fn key_of(&self, list: ListId) -> &'static str {
        self.catalogue.attribute(list, self.catalogue.key(list).0).path
    }

    fn assets(&self) -> Vec<(String, String)> {
        let can_be = self
            .desk
            .assets
            .iter()
            .filter(|asset| asset.is_data_source() && !asset.has_credentials());
        let named = |id: &String| self.desk.names.get(id).cloned().unwrap_or_default();
        can_be.map(|asset| (asset.id.clone(), named(&asset.id))).collect()
    }

    /// Keys, with what has to follow each; nothing where only a scalar fits.
    fn keys(&self, known: &[(&str, Below, &str)]) -> Vec<Offer> {
        let Caret { inline, flow, is_key, indent, .. } = *self.caret;
        let offer = |(name, below, about): &(&str, Below, &str)| {
            let text = match (is_key, flow, below) {
                (true, ..) => (*name).to_owned(),
                (_, false, Below::Map) => format!("{name}:\n{}", " ".repeat(indent + 2)),
                (_, false, Below::List) => format!("{name}:\n{}- ", " ".repeat(indent + 2)),
                _ => format!("{name}: "),
            };
            Offer { text, label: (*name).to_owned(), detail: (*about).to_owned() }
        };
        if inline { Vec::new() } else { known.iter().map(offer).collect() }
    }

    fn texts(&self, known: impl IntoIterator<Item = (String, String)>) -> Vec<Offer> {
        let offer = |(text, detail): (String, String)| {
            let text = if text.is_empty() { "\"\"".to_owned() } else { text };
            Offer { label: text.clone(), text, detail }
        };
        known.into_iter().map(offer).collect()
    }

    /// Items of a list of texts, at the place of the list itself.
    fn items(&self, known: Vec<(String, String)>) -> Vec<Offer> {
        let inline = self.caret.inline;
        let offer = |offer: Offer| {
            let text =
                if inline { format!("[{}]", offer.text) } else { format!("- {}", offer.text) };
            Offer { text, ..offer }
        };
        self.texts(known).into_iter().map(offer).collect()
    }

    /// The first item of a list of objects, at the place of the list itself.
    fn item(&self, key: &str) -> Vec<Offer> {
        let text = if self.caret.inline { format!("[{{{key}: }}]") } else { format!("- {key}: ") };
        vec![Offer { text, label: key.to_owned(), detail: "an item".to_owned() }]
    }
}
