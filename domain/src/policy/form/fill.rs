//! Fills the [`FormView`] from a resolution (`policies.md` §9.2, row by row).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    control::{self, Control},
    sections,
    view::{
        ChoiceView, DefaultView, FieldView, FollowsView, FormView, InputKind, ListView, Origin,
        RowView,
    },
    words::{Who, label_of, required_sentence, rule_words},
};
use crate::{
    policy::{
        catalogue::{Field, ListId, Right, Unit},
        effective::Owned,
        resolve::{ItemState, Resolution},
        rule::Rule,
        scope::Source,
        value::{Amount, Kind, shown},
        violation::{Broken, Violation},
    },
    submission::Priority,
};

/// Who wrote the policy of a source last, where that is known.
pub type Authors<'a> = &'a dyn Fn(&Source) -> Option<String>;

/// The form for what `resolution` was submitted with. Every field and list of the workload type is
/// there, whether a policy mentions it or not.
pub fn form(resolution: &Resolution<'_>, authors: Authors<'_>) -> FormView {
    let filling = Filling { resolution, authors };
    let catalogue = resolution.effective.catalogue;
    let fields: BTreeMap<String, FieldView> = catalogue
        .fields()
        .map(|id| (catalogue.field_path(id).to_owned(), filling.field(Unit::Field(id))))
        .collect();
    let lists: BTreeMap<String, ListView> = catalogue
        .lists()
        .map(|id| (catalogue.list_path(id).to_owned(), filling.list(id)))
        .collect();
    let sections = sections::closed(catalogue, &fields, &lists);
    FormView { is_governed: resolution.effective.is_explicit(), fields, lists, sections }
}

struct Filling<'a> {
    resolution: &'a Resolution<'a>,
    authors: Authors<'a>,
}

/// What is said about one control, apart from its rules.
struct Given<'a> {
    unit: Unit,
    row: &'static Field,
    control: Control,
    default: Option<(&'a Value, &'a Source)>,
    is_computed: bool,
}

impl Filling<'_> {
    fn who(&self, source: &Source) -> Who {
        Who::of(source, (self.authors)(source))
    }

    fn field(&self, unit: Unit) -> FieldView {
        let effective = self.resolution.effective;
        let Unit::Field(id) = unit else { return FieldView::default() };
        let state = self.resolution.field(id);
        let default = state.and_then(|state| state.default.as_ref());
        self.view(Given {
            unit,
            row: effective.catalogue.field(id),
            control: control::field(self.resolution, unit),
            default: default.map(|(value, source)| (value, &**source)),
            is_computed: !effective.defaults.contains_key(&unit),
        })
    }

    fn view(&self, given: Given<'_>) -> FieldView {
        let Given { unit, row, control, default, is_computed } = given;
        let effective = self.resolution.effective;
        let own = effective.rule(unit);
        let words = |value: &Option<Value>| value.as_ref().map(shown);
        FieldView {
            label: row.label.to_owned(),
            input: input(row, own),
            default: default.map(|(value, source)| DefaultView {
                value: value.clone(),
                words: shown(value),
                is_computed,
                by: self.who(source),
            }),
            options: options(row, own),
            required: own.and_then(|own| required_sentence(row.label, own)),
            min: words(&control.min),
            max: words(&control.max),
            step: words(&control.step),
            follows: own.and_then(|own| self.follows(row, &own.value)),
            rules: own.map(|own| rule_words(effective.catalogue, &own.value)).unwrap_or_default(),
            by: control.source.as_ref().map(|source| self.who(source)),
            value: control.value,
            read_only: control.reason,
            help: control.help,
        }
    }

    fn follows(&self, row: &Field, rule: &Rule) -> Option<FollowsView> {
        let from = rule.default_from.as_ref()?;
        let catalogue = self.resolution.effective.catalogue;
        let field = match from.target {
            Unit::Field(id) => catalogue.field_path(id).to_owned(),
            Unit::Attribute(list, at) => catalogue.attribute(list, at).path.to_owned(),
            Unit::Instances(_) => return None,
        };
        let is_whole = matches!(row.kind, Kind::Integer | Kind::Quantity { of: Amount::Bytes });
        Some(FollowsView {
            field,
            label: label_of(catalogue, from.target).to_owned(),
            factor: from.factor().normalize().to_string(),
            is_whole,
        })
    }

    fn list(&self, list: ListId) -> ListView {
        let effective = self.resolution.effective;
        let control = control::list_control(self.resolution, list);
        let states = self.resolution.list(list).into_iter().flat_map(|state| &state.items);
        let own = effective.rule(Unit::Instances(list));
        let attributes = effective.catalogue.list(list).attributes.iter().enumerate();
        let shown = attributes.filter(|(_, row)| row.rules_over.is_none() && row.is_on_form());
        let new_row =
            shown.map(|(at, row)| (row.path.to_owned(), self.new_attribute(list, at as u8)));
        ListView {
            label: effective.catalogue.list(list).section.to_owned(),
            closed: control.reason,
            rows: states.map(|state| self.row(list, state)).collect(),
            new_row: new_row.collect(),
            rules: own.map(|own| rule_words(effective.catalogue, &own.value)).unwrap_or_default(),
            by: control.source.as_ref().map(|source| self.who(source)),
        }
    }

    fn new_attribute(&self, list: ListId, at: u8) -> FieldView {
        let effective = self.resolution.effective;
        let unit = Unit::Attribute(list, at);
        let default = effective.defaults.get(&unit).map(|own| (&*own.value, &*own.source));
        self.view(Given {
            unit,
            row: effective.catalogue.attribute(list, at),
            control: control::new_attribute(self.resolution, list, at),
            default,
            is_computed: false,
        })
    }

    fn row(&self, list: ListId, state: &ItemState) -> RowView {
        let locked = control::locked_reason(self.resolution, list, state);
        let attributes = self.resolution.effective.catalogue.list(list).attributes.iter();
        let attributes = attributes.enumerate().filter(|(_, row)| row.rules_over.is_none());
        let attributes = attributes.map(|(at, row)| {
            let view = self.attribute(list, state, at as u8, locked.as_deref());
            (row.path.to_owned(), view)
        });
        let by = state.imposed_by.as_ref().or(state.default_of.as_ref());
        RowView {
            key: state.shown_key(),
            origin: match (&state.imposed_by, &state.default_of) {
                (Some(_), _) => Origin::Imposed,
                (None, Some(_)) => Origin::Default,
                (None, None) => Origin::Typed,
            },
            place: state.place,
            is_removed: state.value.is_none(),
            by: by.map(|source| self.who(source)),
            attributes: attributes.collect(),
            locked,
        }
    }

    fn attribute(
        &self,
        list: ListId,
        state: &ItemState,
        at: u8,
        locked: Option<&str>,
    ) -> FieldView {
        let unit = Unit::Attribute(list, at);
        let effective = self.resolution.effective;
        let source = self.resolution.attribute_source(unit, state);
        let by = state.imposed_by.as_deref().or(source);
        let default = state.default.values.get(&at).zip(by);
        self.view(Given {
            unit,
            row: effective.catalogue.attribute(list, at),
            control: control::attribute(self.resolution, list, state, at, locked),
            default,
            is_computed: !self.resolution.is_of_item(unit, state)
                && !effective.defaults.contains_key(&unit),
        })
    }
}

fn input(row: &Field, own: Option<&Owned<Rule>>) -> InputKind {
    let limited = own.is_some_and(|own| own.value.options.is_some());
    match row.kind {
        Kind::Boolean => InputKind::Switch,
        Kind::Text if limited || !known(row).is_empty() => InputKind::Select,
        Kind::Text => InputKind::Text,
        Kind::Choice(_) => InputKind::Select,
        Kind::Integer => InputKind::Integer,
        Kind::Number => InputKind::Number,
        Kind::Quantity { .. } => InputKind::Quantity,
        Kind::Array(Some(_)) => InputKind::SelectMany,
        Kind::Array(None) if limited => InputKind::SelectMany,
        Kind::Array(None) => InputKind::Texts,
        Kind::Opaque => InputKind::Opaque,
    }
}

/// The values that a field knows without any policy.
fn known(row: &Field) -> Vec<&'static str> {
    match (row.kind, row.right) {
        (Kind::Choice(of) | Kind::Array(Some(of)), _) | (_, Right::OneOf(of)) => of.to_vec(),
        (_, Right::Priority) => Priority::ALL.map(Priority::name).to_vec(),
        _ => vec![],
    }
}

/// The options of the policy; of what the field knows besides, each closed with the reason.
fn options(row: &Field, own: Option<&Owned<Rule>>) -> Vec<ChoiceView> {
    let open = |value: &str, label: &str| ChoiceView {
        value: value.to_owned(),
        label: label.to_owned(),
        closed: None,
    };
    let known = known(row);
    let limited = own.and_then(|own| own.value.options.as_ref().map(|options| (own, options)));
    let Some((own, options)) = limited else {
        return known.iter().map(|value| open(value, value)).collect();
    };
    let broken = Broken::Options { options: options.iter().map(|o| o.value.clone()).collect() };
    let source = Some((*own.source).clone());
    let field = row.path.to_owned();
    let closed = Violation { field, label: row.label, broken, source }.details();
    let others = known.iter().filter(|value| !options.iter().any(|o| o.value == **value));
    let others =
        others.map(|value| ChoiceView { closed: Some(closed.clone()), ..open(value, value) });
    options.iter().map(|choice| open(&choice.value, choice.label())).chain(others).collect()
}
