//! What the storage class of a new volume asks for: a field for each, made when the class is chosen; what it begins
//! with, and what it refuses.

use domain::form::{AskedAttribute, Field as Of, Offer, attribute, pairs_of, with_attribute};
use leptos::prelude::*;

use super::{
    fields::{Place, checks},
    form::Texts,
    offers::Offers,
};
use crate::ui::{Choice, Field, Fieldset, Note, Select, TextInput, Tone};

/// The fields; nothing where the class asks for nothing.
pub fn attributes_view(of: &'static Of, value: RwSignal<String>, place: Place) -> AnyView {
    let offers = expect_context::<Offers>();
    let class = place.texts.signal("class");
    let asked = Memo::new(move |_| {
        let all = offers.of(Offer::ClassAttributes).into_iter();
        let all = all.map(|choice| (AskedAttribute::read(&choice.value), choice));
        let class = class.get();
        all.filter(|(asked, _)| asked.class == class).map(|(_, choice)| choice).collect::<Vec<_>>()
    });
    begin_with_class(place.texts, offers);
    let error = checks().error(place.path);
    let place = StoredValue::new(place);
    let legend = of.label;
    let inside = move |all: Vec<Choice>| -> AnyView {
        let fields = all.into_iter().map(move |choice| {
            let about = offers.about(Offer::ClassAttributes, &choice.value);
            attribute_field(choice, about, value, place.get_value())
        });
        view! {
            <Fieldset legend>
                {fields.collect_view()}
                {move || error.get().map(|text| view! { <Note tone=Tone::Bad>{text}</Note> })}
            </Fieldset>
        }
        .into_any()
    };
    let name = place.with_value(|place| place.name.clone());
    view! {
        <input type="hidden" name=name value=move || value.get()/>
        {move || Some(asked.get()).filter(|all| !all.is_empty()).map(inside)}
    }
    .into_any()
}

/// Another class begins with other values, in the fields that nobody changed.
fn begin_with_class(texts: Texts, offers: Offers) {
    let begins = move |class: &str| offers.called(Offer::ClassBegins, class).unwrap_or_default();
    let begin = move |class: &String, before: Option<&String>, _: Option<()>| {
        let old = before.map(|class| begins(class)).unwrap_or_default();
        let new = begins(class);
        let value = |all: &str, name: &str| match attribute(all, name) {
            none if none.is_empty() => texts.field(name).0.default.to_owned(),
            given => given,
        };
        for (field, unit) in [("modes", None), ("volume_mode", None), ("size", Some("size_unit"))] {
            if texts.text(field) != value(&old, field) {
                continue;
            }
            for name in [Some(field), unit].into_iter().flatten() {
                texts.signal(name).set(value(&new, name));
            }
        }
    };
    Effect::watch(move || texts.text("class"), begin, false);
}

/// Why the class of the row does not take this value of a field; nothing for rows without a class.
pub fn refused_by_class(
    of: &'static Of,
    (texts, offers): (Texts, Offers),
    value: &str,
) -> Option<String> {
    let is_of_volume = texts.fields().iter().any(|field| field.name == "class");
    let class =
        is_of_volume.then(|| texts.signal("class").get()).filter(|class| !class.is_empty())?;
    let refused = format!("{class}/{}/{value}", of.name);
    offers.called(Offer::ClassRefuses, &refused)
}

fn attribute_field(
    Choice { value: text, label, .. }: Choice,
    about: Option<String>,
    all: RwSignal<String>,
    place: Place,
) -> AnyView {
    let asked = AskedAttribute::read(&text);
    let own = RwSignal::new(attribute(&all.get_untracked(), &asked.key));
    let key = StoredValue::new(asked.key.clone());
    // Both ways: what is typed, and what something else, such as a reset, puts there.
    Effect::watch(
        move || own.get(),
        move |typed, _, _| {
            let now = key.with_value(|key| with_attribute(&all.get_untracked(), key, typed));
            if now != all.get_untracked() {
                all.set(now);
            }
        },
        false,
    );
    Effect::watch(
        move || key.with_value(|key| all.with(|all| attribute(all, key))),
        move |value, _, _| {
            if *value != own.get_untracked() {
                own.set(value.clone());
            }
        },
        false,
    );
    let list = place.path;
    let path = Signal::derive(move || {
        let at =
            key.with_value(|key| all.with(|all| pairs_of(all).iter().position(|(n, _)| n == key)));
        at.map(|at| format!("{}[{at}].value", list.get())).unwrap_or_default()
    });
    let (error, on_leave) = (checks().error(path), checks().leave(path));
    let id = format!("{}-{}", place.id, asked.key.replace(['/', '.'], "-"));
    let name = format!("{}.{}", place.name, asked.key);
    let hint = if asked.default.is_empty() { asked.placeholder } else { asked.default };
    let is_boolean = asked.format == "boolean";
    let (is_required, control_name) = (asked.is_required, name.clone());
    let control = move || {
        let (name, placeholder) = (control_name.clone(), hint.clone());
        if is_boolean {
            let unsaid = if placeholder.is_empty() { "Not said" } else { &*placeholder };
            let choices = [("", unsaid), ("true", "true"), ("false", "false")]
                .map(|(value, label)| Choice::new(value, label));
            return view! { <Select name value=own choices=Signal::stored(choices.to_vec())/> }
                .into_any();
        }
        view! { <TextInput name value=own placeholder on_leave/> }.into_any()
    };
    view! {
        <Field label name id required=is_required optional=!is_required help=Signal::stored(about) error>
            {control()}
        </Field>
    }
    .into_any()
}
