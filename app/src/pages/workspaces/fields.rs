//! Fields of the form: each row of `domain::form`'s tables becomes a `Field` of the design system, bound to its text
//! and to the path under which its problems are found.

use domain::form::{Field as Of, Input, Need, Offer, Words};
use domain::quantity::{number_in, rounded};
use leptos::prelude::*;

use super::{
    attributes::{attributes_view, refused_by_class},
    checks::Checks,
    credential::new_credential,
    form::Texts,
    given::Gifts,
    images::searched,
    load::Loading,
    offers::Offers,
    rules::{Follows, Governed, Ruled},
    style::Style,
};
use crate::identity::me;
use crate::ui::{
    Checkbox, Choice, Disclosure, Field, FieldContext, Fieldset, IconName, Muted, Note,
    NumberInput, QuantityInput, Reset, Select, SourceChip, Switch, TextInput, Toggle, Tone,
};

/// Values and words as choices.
pub fn choices(words: Words) -> Vec<Choice> {
    choices_of(words.iter().copied())
}

/// As [`choices`], of words that stand in no table of the form.
pub fn choices_of(words: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    words.map(|(value, label)| Choice::new(value, label)).collect()
}

pub fn checks() -> Checks {
    expect_context::<Checks>()
}

/// Where a field stands: its table's texts, its path, and what its control is called.
#[derive(Clone)]
pub struct Place {
    pub texts: Texts,
    pub path: Signal<String>,
    /// In a plain form.
    pub name: String,
    pub id: String,
    /// It belongs to a row that the policy adds, which says itself where its values come from.
    pub is_of_policy: bool,
    /// It belongs to a row that the policy holds.
    pub locked: bool,
    /// An environment keeps it as it is.
    pub fixed: bool,
    /// How the name of what assets and templates gave it begins; see [`Gifts`].
    pub given_as: String,
}

/// Why the user cannot be changed.
const FIXED: &str = "The environment does not let workspaces change this.";

/// The field of that name, while it is there.
pub fn shown_field(name: &'static str, place: Place) -> AnyView {
    let (of, value) = place.texts.field(name);
    if of.when.is_empty() && !of.may_be_fixed() {
        return form_field(of, value, place);
    }
    let texts = place.texts;
    let is_shown = Memo::new(move |_| texts.is_shown(of));
    // A share of a GPU is another field to policies when it is asked for as memory.
    let own = Memo::new(move |_| texts.path_of(of));
    // A form that is for no project is where it is decided.
    let is_for_work = expect_context::<Loading>().project.is_some();
    let is_fixed = Memo::new(move |_| is_for_work && of.is_fixed(|name| texts.text(name)));
    (move || {
        own.track();
        let place = Place { fixed: is_fixed.get(), ..place.clone() };
        is_shown.get().then(|| form_field(of, value, place))
    })
    .into_any()
}

/// A field with its label, where its value comes from, its control, and what is wrong with it.
pub fn form_field(of: &'static Of, value: RwSignal<String>, place: Place) -> AnyView {
    checks().label(place.path.get_untracked(), of.label);
    let governed = expect_context::<Governed>();
    let rule = governed.field(&place.path.get_untracked());
    if let Some(follows) = &rule.follows {
        follow(value, place.texts, follows, of.input);
    }
    let (source, reset) = (source(of, value, &place, &rule), reset(of, value, &place, &rule));
    let is_required = of.need == Need::Required || rule.is_required;
    let locked = place.locked || place.fixed || rule.is_locked;
    let fixed = place.fixed.then(|| FIXED.to_owned());
    let help =
        fixed.or(rule.help.clone()).or(Some(of.help.to_owned()).filter(|help| !help.is_empty()));
    let error = checks().error(place.path);
    match of.input {
        // A switch says its own label; check boxes stand under a legend.
        Input::Switch => return switch(of, value, place, (rule, help, source, reset)),
        Input::Several(words) => return boxes(of, value, place, (choices(words), rule)),
        Input::Names(names) => return names_field(of, value, place, (names, rule)),
        Input::ClassAttributes => return attributes_view(of, value, place),
        _ => {}
    }
    let control = StoredValue::new((place.clone(), rule));
    let control = move || control.with_value(|(place, rule)| control_of(of, value, place, rule));
    view! {
        <Field label=of.label name=place.name.clone() id=place.id.clone() required=is_required
            optional=of.need == Need::Optional && !is_required help=Signal::stored(help) error
            locked=locked source=Some(source) reset=Some(reset)>
            // Made inside the field, where it learns of label and help.
            {control()}
        </Field>
    }
    .into_any()
}

/// The chip: what a policy rules, or who gave the value.
fn source(of: &'static Of, value: RwSignal<String>, place: &Place, rule: &Ruled) -> ViewFn {
    let gifts = expect_context::<Gifts>();
    // Of a row it is said once, at its head.
    let (says, is_given) = (rule.says.clone(), place.given_as.is_empty());
    ViewFn::from(move || {
        if !says.is_empty() {
            return policy_chip(of.label.to_owned(), says.clone());
        }
        let given = is_given.then(|| gifts.of_field(of.name)).flatten();
        let given = given.filter(|given| value.with(|text| *text == given.text));
        given.map(|given| given_chip(of.label, &given.by)).into_any()
    })
}

/// The way back to what was given, or to what the policy fills in.
fn reset(of: &'static Of, value: RwSignal<String>, place: &Place, rule: &Ruled) -> Reset {
    let governed = expect_context::<Governed>();
    let gifts = expect_context::<Gifts>();
    let by_policy = rule.has_default && !rule.is_locked && !place.is_of_policy;
    let (given_as, texts, path) =
        (StoredValue::new(place.given_as.clone()), place.texts, place.path);
    let given_to =
        move |name: &str| gifts.of_field(&given_as.with_value(|start| format!("{start}{name}")));
    let given = move || given_to(of.name);
    let can = Signal::derive(move || {
        by_policy || given().is_some_and(|given| value.with(|text| *text != given.text))
    });
    let press = Callback::new(move |()| {
        let given = untrack(given);
        let path = path.get_untracked();
        let filled = |name: &str| governed.filled(&path, name);
        value.set(given.map_or_else(|| filled(of.name), |given| given.text));
        if let Input::Quantity { unit, .. } = of.input {
            let given = untrack(|| given_to(unit));
            texts.signal(unit).set(given.map_or_else(|| filled(unit), |given| given.text));
        }
    });
    Reset { can, press }
}

/// A value that follows another field's, times a factor, until somebody edits it.
fn follow(value: RwSignal<String>, texts: Texts, of: &Follows, input: Input) {
    let (path, factor) = (of.path.as_str(), of.factor);
    let Some(source) = texts.fields().iter().find(|field| field.path == path) else { return };
    let from = texts.signal(source.name);
    let unit = |input: Input| match input {
        Input::Quantity { unit, .. } => Some(texts.signal(unit)),
        _ => None,
    };
    let (from_unit, own_unit) = (unit(source.input), unit(input));
    let is_whole = matches!(input, Input::Whole { .. });
    let followed = move |text: &str| {
        let times = number_in(text).map(|number| times(number, factor, is_whole));
        times.unwrap_or_default()
    };
    Effect::watch(
        move || (from.get(), from_unit.map(|unit| unit.get())),
        move |(now, now_unit), before, _| {
            let was = before.map(|(text, _)| followed(text)).unwrap_or_default();
            if value.with_untracked(|text| *text != was) {
                return;
            }
            value.set(followed(now));
            if let (Some(own), Some(unit)) = (own_unit, now_unit) {
                own.set(unit.clone());
            }
        },
        false,
    );
}

/// The product as people write it; of what is counted, the whole part.
fn times(number: f64, factor: f64, is_whole: bool) -> String {
    let product = rounded(number * factor, 9);
    match product.split_once('.') {
        Some((whole, _)) if is_whole => whole.to_owned(),
        _ => product,
    }
}

pub fn given_chip(about: &str, by: &str) -> AnyView {
    let words =
        format!("The value comes from {by}. Change it here and it holds for this workspace alone.");
    let (label, about) = (by.to_owned(), about.to_owned());
    view! { <SourceChip label about icon=IconName::Workloads says=vec![words]/> }.into_any()
}

/// The chip of what a policy rules, which opens what it says.
pub fn policy_chip(about: String, says: Vec<String>) -> AnyView {
    view! { <SourceChip label="Policy" about icon=IconName::Policy policy=true says/> }.into_any()
}

fn switch(
    of: &'static Of,
    value: RwSignal<String>,
    place: Place,
    (rule, help, source, reset): (Ruled, Option<String>, ViewFn, Reset),
) -> AnyView {
    let not_now = rule.says.into_iter().next().filter(|_| rule.is_locked);
    let help = help.unwrap_or_default();
    view! {
        <Switch name=place.name own="on" value=Toggle::of_text(value) label=of.label help
            not_now=Signal::stored(not_now) source=Some(source) reset=Some(reset)/>
    }
    .into_any()
}

fn control_of(of: &'static Of, value: RwSignal<String>, place: &Place, rule: &Ruled) -> AnyView {
    let name = place.name.clone();
    let placeholder = of.placeholder.to_owned();
    let on_leave = checks().leave(place.path);
    match of.input {
        // Options of a policy take the place of what is typed freely.
        Input::Line | Input::Code if !rule.options.is_empty() => {
            chosen(name, value, (Signal::stored(rule.options.clone()), rule.options.clone()))
        }
        Input::Whole { unit, min, max } => {
            let (min, step) = (rule.min.unwrap_or(min), rule.step.unwrap_or(1.0));
            let max = rule.max.unwrap_or(max);
            view! { <NumberInput name value min max step unit=unit.to_owned() on_leave/> }
                .into_any()
        }
        Input::Quantity { unit, units } => {
            let unit_name = name.replace(of.name, unit);
            let unit = place.texts.signal(unit);
            let in_unit = |bound: Option<f64>| {
                Signal::derive(move || {
                    Some(bound? / unit.with(|unit| domain::form::per_unit(unit)))
                })
            };
            let (min, max, step) = (in_unit(rule.min), in_unit(rule.max), in_unit(rule.step));
            view! { <QuantityInput name value unit_name unit units=choices(units) placeholder on_leave min max step/> }
                .into_any()
        }
        Input::OneOf(words) => {
            let is_original = use_context::<Style>().is_some_and(Style::is_original);
            let is_there =
                |(own, _): &(&str, &str)| !(is_original && of.flexible_only.contains(own));
            let own = choices_of(words.iter().copied().filter(is_there));
            let row = (place.texts, expect_context::<Offers>());
            let own = Signal::derive(move || {
                let own = own.iter().cloned();
                own.map(|choice| Choice {
                    not_now: refused_by_class(of, row, &choice.value),
                    ..choice
                })
                .collect()
            });
            chosen(name, value, (own, rule.options.clone()))
        }
        Input::People => people(value, (name, on_leave)),
        Input::KeyOfCredential => keys_of_credential(value, place, (name, on_leave)),
        Input::Searched(search) => searched(search, value, place, (name, on_leave)),
        Input::Offered(offer) => offered(offer, of, (name, value), rule),
        _ => {
            let mono = matches!(of.input, Input::Code);
            view! { <TextInput name value mono placeholder on_leave/> }.into_any()
        }
    }
}

/// One of several. What a policy forbids stays in the list, with the reason; what stands there already stays.
fn chosen(
    name: String,
    value: RwSignal<String>,
    (own, ruled): (Signal<Vec<Choice>>, Vec<Choice>),
) -> AnyView {
    let locked = use_context::<FieldContext>().map(|field| field.locked);
    let choices = Signal::derive(move || {
        let (now, own) = (value.get(), own.get());
        let is_known = own.iter().any(|choice| choice.value == now);
        let now = (!is_known).then(|| match now.as_str() {
            "" if locked.is_some_and(|locked| locked.get()) => Choice::new("", ""),
            "" => Choice::new("", "Choose"),
            _ => Choice::new(now.clone(), now),
        });
        let own = own.into_iter().map(|choice| {
            let rule = ruled.iter().find(|option| option.value == choice.value);
            // What the policy calls it goes before the form's own word; a bare value is no word.
            let called = rule.filter(|rule| rule.label != rule.value);
            Choice {
                not_now: rule.and_then(|rule| rule.not_now.clone()).or(choice.not_now.clone()),
                label: called.map_or(choice.label, |rule| rule.label.clone()),
                value: choice.value,
            }
        });
        now.into_iter().chain(own).collect::<Vec<_>>()
    });
    view! { <Select name value choices/> }.into_any()
}

/// One of what the project has. What stands there already stays, though the project has it no longer.
fn offered(
    offer: Offer,
    of: &'static Of,
    (name, value): (String, RwSignal<String>),
    rule: &Ruled,
) -> AnyView {
    let offers = expect_context::<Offers>();
    let own = match (of.need, of.placeholder) {
        (Need::Optional, words) => {
            Some(Choice::new("", if words.is_empty() { "None" } else { words }))
        }
        _ => None,
    };
    let all = Signal::derive(move || own.clone().into_iter().chain(offers.of(offer)).collect());
    view! {
        {chosen(name, value, (all, rule.options.clone()))}
        {move || offers.about(offer, &value.get()).map(|words| view! { <Muted small=true>{words}</Muted> })}
        {new_credential(offer, value)}
    }
    .into_any()
}

/// A line of names, which says so when whoever types is not among them.
fn people(value: RwSignal<String>, (name, on_leave): (String, Callback<()>)) -> AnyView {
    let own = me().with_value(|me| me.name.clone());
    let is_left_out = move || {
        let own = own.as_deref()?;
        let text = value.get();
        let others = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut others = others.peekable();
        (others.peek().is_some() && !others.any(|name| name == own)).then(|| {
            let words =
                format!("You ({own}) are not among them: you will not be able to open this tool.");
            view! { <Note tone=Tone::Warn>{words}</Note> }
        })
    };
    view! {
        <TextInput name value on_leave/>
        {is_left_out}
    }
    .into_any()
}

/// A line with the keys that the chosen credential is known to have.
fn keys_of_credential(
    value: RwSignal<String>,
    place: &Place,
    (name, on_leave): (String, Callback<()>),
) -> AnyView {
    let (texts, offers) = (place.texts, expect_context::<Offers>());
    let options = Memo::new(move |_| {
        let source = texts.text("source");
        let of = texts.text(domain::form::name_field(&source));
        let start = format!("{source}/{of}/");
        let keys = offers.of(Offer::Keys).into_iter();
        keys.filter_map(|key| Some(key.value.strip_prefix(&start)?.to_owned())).collect()
    });
    view! { <TextInput name value mono=true on_leave options=Signal::from(options)/> }.into_any()
}

/// Check boxes, one for each that may be among the value. What a policy forbids stays in sight, with the reason.
fn boxes(
    of: &'static Of,
    value: RwSignal<String>,
    place: Place,
    (all, rule): (Vec<Choice>, Ruled),
) -> AnyView {
    let error = checks().error(place.path);
    let (source, reset) = (source(of, value, &place, &rule), reset(of, value, &place, &rule));
    let held = rule.is_locked || place.locked;
    let why = rule.says.first().cloned().filter(|_| held);
    let not_now = |choice: &Choice| {
        let option = rule.options.iter().find(|option| option.value == choice.value);
        option.and_then(|option| option.not_now.clone()).filter(|_| !held)
    };
    let row = (place.texts, expect_context::<Offers>());
    let boxes = all.into_iter().map(|choice| {
        let toggle = Toggle::among(value, choice.value.clone());
        let (ruled, own) = (not_now(&choice), choice.value.clone());
        let not_now =
            Signal::derive(move || ruled.clone().or_else(|| refused_by_class(of, row, &own)));
        view! { <Checkbox name=place.name.clone() own=choice.value value=toggle label=choice.label not_now held/> }
    });
    let boxes = boxes.collect_view();
    let is_optional = of.need == Need::Optional && !rule.is_required;
    view! {
        <Fieldset legend=of.label optional=is_optional source=Some(source) reset=Some(reset)>
            {why.map(|why| view! { <Muted small=true>{why}</Muted> })}
            {boxes}
            {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
        </Fieldset>
    }
    .into_any()
}

/// As many as to need folding away: what is chosen in a line, the boxes below it.
fn names_field(
    of: &'static Of,
    value: RwSignal<String>,
    place: Place,
    (names, rule): (&'static [&'static str], Ruled),
) -> AnyView {
    let words = move || match value.get() {
        text if text.is_empty() => "None chosen".to_owned(),
        text => text.replace(',', ", "),
    };
    let all = names.iter().map(|name| Choice::new(*name, *name)).collect();
    let title = format!("Choose {}", of.label);
    view! {
        <Disclosure title>{boxes(of, value, place, (all, rule))}</Disclosure>
        <Muted small=true>{words}</Muted>
    }
    .into_any()
}

/// What is said of a section in which nothing can be done.
pub fn closed_note(section: &str) -> Option<AnyView> {
    let why = expect_context::<Governed>().closed(section)?;
    Some(view! { <Note tone=Tone::Info>{why}</Note> }.into_any())
}

/// Why nothing can be added to any of these lists.
pub fn closed_lists(lists: &[&str]) -> Option<String> {
    let governed = expect_context::<Governed>();
    let closed: Option<Vec<_>> = lists.iter().map(|list| governed.list(list).closed).collect();
    closed?.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn a_value_follows_another_one_exactly() {
        assert_eq!(times(4.0, 0.5, false), "2");
        assert_eq!(times(0.3, 0.1, false), "0.03");
        assert_eq!(times(7.0, 0.5, true), "3");
    }
}
