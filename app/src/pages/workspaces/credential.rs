//! A credential of one's own, made where one is chosen. It is kept under User settings as well.

use domain::{asset::keys, form::Offer};
use leptos::prelude::*;

use super::{fields::choices_of, offers::Offers};
use crate::{
    error::UiError,
    pages::assets::{
        data::make_item,
        fields::{Control, DOCKER_REGISTRY, FieldRow, Form, GENERIC_SECRET, NGC_API_KEY},
    },
    ui::{
        Button, ButtonFace, ButtonKind, ButtonSize, Field, Note, Popover, Select, Stack, TextInput,
        Tone,
    },
};

/// The kinds that fit where own credentials are chosen; none where others are.
fn kinds(offer: Offer) -> &'static [Form] {
    match offer {
        Offer::MyNgcKeys => &[Form::NgcApiKey],
        Offer::MyPullSecrets => &[Form::DockerRegistry],
        Offer::MyCredentials => &[Form::GenericSecret, Form::DockerRegistry, Form::NgcApiKey],
        _ => &[],
    }
}

/// What can be chosen where a credential of this kind can.
fn offers_of(form: Form) -> &'static [Offer] {
    match form {
        Form::NgcApiKey => &[Offer::MyCredentials, Offer::MyNgcKeys],
        Form::DockerRegistry => &[Offer::MyCredentials, Offer::MyPullSecrets],
        _ => &[Offer::MyCredentials],
    }
}

/// Paths and labels of a kind's fields. A generic secret begins with one pair.
fn rows(form: Form) -> Vec<(String, &'static FieldRow, &'static str)> {
    let own = match form {
        Form::NgcApiKey => NGC_API_KEY,
        Form::DockerRegistry => DOCKER_REGISTRY,
        _ => GENERIC_SECRET,
    };
    let row = |row: &'static FieldRow| match row.control {
        Control::Pairs => vec![
            (format!("{}[0].key", row.path), row, "Key"),
            (format!("{}[0].value", row.path), row, "Value"),
        ],
        _ => vec![(row.path.to_owned(), row, row.label)],
    };
    own.iter().flat_map(row).collect()
}

/// The key under which a credential of this kind keeps its value.
fn key_of(form: Form, values: Typed) -> Option<String> {
    match form {
        Form::NgcApiKey => Some(keys::NGC_API_KEY.to_owned()),
        Form::DockerRegistry => Some(keys::DOCKER_CONFIG.to_owned()),
        _ => values.with_value(|all| all.first().map(|(_, key)| key.get_untracked())),
    }
}

/// What is typed, by path.
type Typed = StoredValue<Vec<(String, RwSignal<String>)>>;

/// The button beside the choice, and the small form that it opens; what was made is chosen at once.
pub fn new_credential(offer: Offer, chosen: RwSignal<String>) -> Option<AnyView> {
    let kinds = kinds(offer);
    let first = kinds.first()?;
    let kind = RwSignal::new(first.slug().to_owned());
    let name = RwSignal::new(String::new());
    let form = move || kind.with(|kind| Form::named(kind)).unwrap_or(*first);
    let values: Typed = StoredValue::new(vec![]);
    let fields = move || {
        let rows = rows(form());
        values
            .set_value(rows.iter().map(|(path, ..)| (path.clone(), RwSignal::default())).collect());
        let texts = values.get_value().into_iter();
        let field = |((path, row, label), (_, text)): (
            (String, &'static FieldRow, &'static str),
            (String, RwSignal<String>),
        )| {
            let secret = matches!(row.control, Control::Secret) || label == "Value";
            let name = path.replace(['.', '[', ']'], "-");
            let kind = if secret { "password" } else { "text" };
            view! { <Field label name=name.clone()><TextInput name value=text kind autocomplete="new-password"/></Field> }
        };
        rows.into_iter().zip(texts).map(field).collect_view()
    };
    let save = Action::new(move |(): &()| {
        let texts = values.get_value().into_iter();
        let mut said: Vec<_> = texts.map(|(path, text)| (path, text.get_untracked())).collect();
        said.push(("meta.name".to_owned(), name.get_untracked().trim().to_owned()));
        make_item(untrack(form), true, said)
    });
    let offers = expect_context::<Offers>();
    crate::browser::effect(move || {
        if let Some(Ok(_)) = save.value().get() {
            let (made, of) = (untrack(|| name.get()).trim().to_owned(), untrack(form));
            offers.add(offers_of(of), &made, &format!("{made} ({})", of.title()));
            if let Some(key) = key_of(of, values) {
                offers.add(&[Offer::Keys], &format!("userCredential/{made}/{key}"), &key);
            }
            chosen.set(made);
            name.set(String::new());
            save.value().set(None);
        }
    });
    let wrong = move || {
        let Some(Err(error)) = save.value().get() else { return None };
        let words = match error {
            UiError::Invalid(problems) => {
                let words = problems.into_iter().map(|problem| problem.message);
                words.collect::<Vec<_>>().join(". ")
            }
            other => other.to_string(),
        };
        Some(view! { <Note tone=Tone::Bad alert=true>{words}</Note> })
    };
    let types = (kinds.len() > 1).then(|| {
        view! {
            <Field label="Type" name="own-type">
                <Select name="own-type" value=kind choices=choices_of(kinds.iter().map(|kind| (kind.slug(), kind.title())))/>
            </Field>
        }
    });
    let press = Callback::new(move |()| drop(save.dispatch(())));
    let enter = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            press.run(());
        }
    };
    Some(
        view! {
            <Popover label="New credential" face=|| view! { <ButtonFace size=ButtonSize::Small text="+New credential"/> }>
                // The form around it is not sent by Enter in here.
                <div on:keydown=enter><Stack>
                    {types}
                    <Field label="Name of the credential" name="own-name">
                        <TextInput name="own-name" value=name/>
                    </Field>
                    {fields}
                    {wrong}
                    <Button kind=ButtonKind::Primary size=ButtonSize::Small on_press=press busy=save.pending()>"Keep it"</Button>
                </Stack></div>
            </Popover>
        }
        .into_any(),
    )
}
