//! What a path of a policy text leads to, by the catalogue: which keys or values may stand there.

use super::sketch::Step;
use crate::policy::{
    alias,
    catalogue::{Catalogue, Entry, Field, ListId, Section, Unit},
    rule::RuleKind,
};

/// The two trees of a document that have the same sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Defaults,
    Rules,
}

/// The things that a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Workload,
    /// The attributes of one default item.
    Item(ListId),
    /// What holds for every item of a list.
    Attributes(ListId),
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub enum Spot {
    Document,
    Section(Side, Of, &'static Section),
    /// `instances` and `attributes` of a list.
    List(Side, ListId),
    /// The default items of a list.
    Items(ListId),
    Rule(Unit),
    /// One boolean.
    Truth,
    /// What the rules of this unit may offer; one of it; its value.
    Options(Unit),
    Option(Unit),
    DefaultFrom(Unit),
    /// The field that the default of this one follows.
    Followed(Unit),
    /// Keys of default items.
    Locked(ListId),
    LockedKey(ListId),
    Value(&'static Field),
    /// One text of a list.
    Element(&'static Field),
    Imposed,
    ImposedId,
    /// Nothing that is known, or nothing that could be proposed.
    Nowhere,
}

/// Goes from the document along a path.
pub fn spot(catalogue: &'static Catalogue, path: &[&Step]) -> Spot {
    let mut spot = Spot::Document;
    let mut context = String::new();
    for step in path {
        spot = match step {
            Step::Item => spot.item(catalogue),
            Step::Member(written) => {
                let name = alias::name(&context, written).unwrap_or(written);
                let next = spot.member(catalogue, name);
                context = match next {
                    Spot::Section(_, Of::Workload, _) if !matches!(spot, Spot::Document) => {
                        join(&context, name)
                    }
                    Spot::List(_, list) => catalogue.list_path(list).to_owned(),
                    _ => context,
                };
                next
            }
        };
    }
    spot
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Spot {
    fn member(self, catalogue: &'static Catalogue, name: &str) -> Self {
        match (self, name) {
            (Spot::Document, "defaults") => {
                Spot::Section(Side::Defaults, Of::Workload, catalogue.root())
            }
            (Spot::Document, "rules") => Spot::Section(Side::Rules, Of::Workload, catalogue.root()),
            (Spot::Document, "imposedAssets") => Spot::Imposed,
            (Spot::Section(side, of, section), _) => match section.get(name) {
                Some(entry) => entered(catalogue, side, of, entry),
                None => Spot::Nowhere,
            },
            (Spot::List(Side::Defaults, list), "instances") => Spot::Items(list),
            (Spot::List(Side::Rules, list), "instances") => Spot::Rule(Unit::Instances(list)),
            (Spot::List(side, list), "attributes") => {
                Spot::Section(side, Of::Attributes(list), catalogue.attributes(list))
            }
            (Spot::Rule(unit), _) => {
                RuleKind::named(name).map_or(Spot::Nowhere, |kind| argument(unit, kind))
            }
            (Spot::Option(unit), "value") => match catalogue.row(unit) {
                Some(row) => Spot::Element(row),
                None => Spot::Nowhere,
            },
            (Spot::DefaultFrom(unit), "field") => Spot::Followed(unit),
            _ => Spot::Nowhere,
        }
    }

    fn item(self, catalogue: &'static Catalogue) -> Self {
        match self {
            Spot::Items(list) => {
                Spot::Section(Side::Defaults, Of::Item(list), catalogue.attributes(list))
            }
            Spot::Options(unit) => Spot::Option(unit),
            Spot::Locked(list) => Spot::LockedKey(list),
            Spot::Imposed => Spot::ImposedId,
            Spot::Value(row) => Spot::Element(row),
            // `attributes` may be given as a list of one.
            Spot::Section(_, Of::Attributes(_), _) => self,
            _ => Spot::Nowhere,
        }
    }
}

fn entered(catalogue: &'static Catalogue, side: Side, of: Of, entry: &'static Entry) -> Spot {
    match (entry, side, of) {
        (Entry::Section(inner), ..) => Spot::Section(side, of, inner),
        (Entry::List(list), ..) => Spot::List(side, *list),
        (Entry::Field(id), Side::Defaults, _) => Spot::Value(catalogue.field(*id)),
        (Entry::Field(id), Side::Rules, _) => Spot::Rule(Unit::Field(*id)),
        (Entry::Attribute(at), Side::Defaults, Of::Item(list) | Of::Attributes(list)) => {
            Spot::Value(catalogue.attribute(list, *at))
        }
        (Entry::Attribute(at), Side::Rules, Of::Attributes(list)) => {
            Spot::Rule(Unit::Attribute(list, *at))
        }
        _ => Spot::Nowhere,
    }
}

fn argument(unit: Unit, kind: RuleKind) -> Spot {
    match (kind, unit) {
        (RuleKind::Required | RuleKind::CanEdit | RuleKind::Blocked | RuleKind::CanAdd, _) => {
            Spot::Truth
        }
        (RuleKind::Options, _) => Spot::Options(unit),
        (RuleKind::DefaultFrom, _) => Spot::DefaultFrom(unit),
        (RuleKind::Locked, Unit::Instances(list)) => Spot::Locked(list),
        _ => Spot::Nowhere,
    }
}
