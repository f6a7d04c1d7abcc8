//! General settings: every one with what it changes for whom, who chose it last, and its control. A switch
//! takes effect at once; a text when it is saved.

pub mod data;
#[cfg(feature = "ssr")]
mod made;

use leptos::prelude::*;
use leptos_meta::Title;

use self::data::{Control, Group, SettingRow, change_setting, list_settings};
use crate::{
    error::UiError,
    pages::Loaded,
    ui::{
        Badge, Button, ButtonKind, ButtonSize, Field, Note, NumberInput, Page, PictureInput, Row,
        SettingItem, SettingsFrame, SettingsGroup, Stack, Switch, TextArea, TextInput, Toasts,
        Tone,
    },
    wire::load,
};

/// The page's path.
pub const PAGE: &str = "/settings";

const ABOUT: &str = "For the whole account. Every change is written down and holds from the next time a page is opened.";

#[component]
pub fn SettingsPage() -> impl IntoView {
    let groups = load(|| (), |()| list_settings());
    view! {
        <Title text="General settings"/>
        <Page title="General settings" about=Some(ABOUT.to_owned())>
            <Loaded of=groups view=|groups| view! { <Settings groups/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Settings(groups: Vec<Group>) -> impl IntoView {
    let anchors: Vec<_> =
        groups.iter().map(|group| (id_of(&group.title), group.title.clone())).collect();
    let groups = groups.into_iter().map(|group| {
        let rows = group.settings.into_iter().map(|row| view! { <Setting row/> });
        let rows = rows.collect_view();
        view! { <SettingsGroup id=id_of(&group.title) title=group.title>{rows}</SettingsGroup> }
    });
    view! { <SettingsFrame anchors>{groups.collect_view()}</SettingsFrame> }.into_any()
}

fn id_of(title: &str) -> String {
    title.to_ascii_lowercase()
}

/// What choosing a value does.
type Choosing = Action<String, Result<SettingRow, UiError>>;

/// Drawn once: what was chosen is told in place, and who pressed a key stays where they are.
#[component]
fn Setting(row: SettingRow) -> impl IntoView {
    let (key, label) = (row.key.clone(), row.label.clone());
    let choosing: Choosing =
        Action::new(move |value: &String| change_setting(key.clone(), value.clone()));
    let now = RwSignal::new(row.clone());
    let toasts = use_context::<Toasts>();
    crate::browser::effect(move || {
        if let Some(Ok(row)) = choosing.value().get() {
            now.set(row);
            if let Some(toasts) = toasts {
                toasts.say(
                    Tone::Good,
                    format!("{label} is changed. Pages that are open now do not show it yet."),
                );
            }
        }
    });
    let refused = move || match choosing.value().get() {
        Some(Err(error)) => {
            Some(view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> })
        }
        _ => None,
    };
    let by = Signal::derive(move || now.with(|row| row.by.clone()));
    let below = match row.control {
        Control::Switch => {
            return view! { <Toggle row now choosing>{refused}</Toggle> }.into_any();
        }
        Control::Number { .. } | Control::Line | Control::Lines | Control::Picture => {
            let row = row.clone();
            move || view! { {refused} <Text row=row.clone() now choosing/> }
        }
    };
    view! { <SettingItem head=head(&row) effect=row.effect by below/> }.into_any()
}

/// Its name, and whether it is new.
fn head(row: &SettingRow) -> ViewFn {
    let (label, is_beta) = (row.label.clone(), row.is_beta);
    ViewFn::from(move || {
        let beta = is_beta.then(|| view! { <Badge tone=Tone::Info>"Beta"</Badge> });
        view! { {label.clone()} {beta} }
    })
}

/// A setting that is on or off.
#[component]
fn Toggle(
    row: SettingRow,
    /// As it stands.
    now: RwSignal<SettingRow>,
    choosing: Choosing,
    children: ChildrenFn,
) -> impl IntoView {
    let value = RwSignal::new(row.is_on());
    let asking = RwSignal::new(false);
    // The value and not the click: who is quicker than the page's waking up means it as well.
    crate::browser::effect(move || {
        let on = value.get();
        let (is_on, asks) = now.with_untracked(|now| (now.is_on(), now.asks.is_some()));
        if on == is_on {
            return;
        }
        if asks {
            value.set(is_on);
            asking.set(true);
        } else {
            choosing.dispatch(on.to_string());
        }
    });
    // What was chosen beside the switch shows on it, and what was refused is as it was.
    let is_refused = move || choosing.value().with(|said| matches!(said, Some(Err(_))));
    Effect::watch(
        move || (now.with(SettingRow::is_on), is_refused()),
        move |(is_on, _), _, _| value.set(*is_on),
        false,
    );
    let (label, key) = (StoredValue::new(row.label.clone()), StoredValue::new(row.key.clone()));
    let question = move || {
        let about = now.with(|now| now.asks.clone()).filter(|_| asking.get())?;
        let answer = Callback::new(move |is_meant: bool| {
            asking.set(false);
            if is_meant {
                choosing.dispatch((!now.with_untracked(SettingRow::is_on)).to_string());
            }
            // The question goes, and with it what was pressed.
            key.with_value(|key| crate::browser::focus(key));
        });
        let is_on = now.with(SettingRow::is_on);
        Some(view! { <Question label=label.get_value() is_on about answer/> })
    };
    let (name, head) = (row.key.clone(), head(&row));
    let by = Signal::derive(move || now.with(|row| row.by.clone()));
    let switch =
        move || view! { <Switch name=name.clone() value label=label.get_value() bare=true/> };
    view! {
        <SettingItem head effect=row.effect by control=switch
            below=move || view! { {children()} {question} }/>
    }
    .into_any()
}

/// What switching it does at once, before it is done.
#[component]
fn Question(
    label: String,
    is_on: bool,
    about: String,
    /// Told whether it is meant.
    answer: Callback<bool>,
) -> impl IntoView {
    let (word, other) = if is_on { ("Turn off", "Keep on") } else { ("Turn on", "Keep off") };
    view! {
        <Note tone=Tone::Warn alert=true>
            <Stack>
                <div><b>{format!("{word} {label}?")}</b> " " {about}</div>
                <Row>
                    <Button size=ButtonSize::Small on_press=move |()| answer.run(true)>{word}</Button>
                    <Button size=ButtonSize::Small kind=ButtonKind::Plain on_press=move |()| answer.run(false)>{other}</Button>
                </Row>
            </Stack>
        </Note>
    }
}

/// A setting with a text, which is saved.
#[component]
fn Text(
    row: SettingRow,
    /// As it stands.
    now: RwSignal<SettingRow>,
    choosing: Choosing,
) -> impl IntoView {
    let value = RwSignal::new(row.value.clone());
    let name = row.key.clone();
    let not_now = Signal::derive(move || {
        let is_same = value.with(|value| now.with(|now| *value == now.value));
        is_same.then(|| "Nothing is changed".to_owned())
    });
    // Made inside the field, where it learns of its label.
    let control = move || match row.control {
        Control::Number { max, step, unit } => {
            view! { <NumberInput name value min=1.0 max=f64::from(max) step=f64::from(step) unit/> }
                .into_any()
        }
        Control::Lines => view! { <TextArea name value rows=2/> }.into_any(),
        Control::Picture => view! { <PictureInput name value/> }.into_any(),
        Control::Line | Control::Switch => view! { <TextInput name value/> }.into_any(),
    };
    view! {
        <Stack>
            <Field label=row.label name=row.key>{control()}</Field>
            <Row>
                <Button size=ButtonSize::Small busy=choosing.pending() not_now
                    on_press=move |()| drop(choosing.dispatch(value.get_untracked()))>"Save"</Button>
            </Row>
        </Stack>
    }
    .into_any()
}
