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
    let version = RwSignal::new(0);
    let groups = load(move || version.get(), |_| list_settings());
    view! {
        <Title text="General settings"/>
        <Page title="General settings" about=Some(ABOUT.to_owned())>
            <Loaded of=groups view=move |groups| view! { <Settings groups version/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Settings(groups: Vec<Group>, version: RwSignal<i32>) -> impl IntoView {
    let anchors: Vec<_> =
        groups.iter().map(|group| (id_of(&group.title), group.title.clone())).collect();
    let groups = groups.into_iter().map(move |group| {
        let rows = group.settings.into_iter().map(move |row| view! { <Setting row version/> });
        let rows = rows.collect_view();
        view! { <SettingsGroup id=id_of(&group.title) title=group.title>{rows}</SettingsGroup> }
    });
    view! { <SettingsFrame anchors>{groups.collect_view()}</SettingsFrame> }.into_any()
}

fn id_of(title: &str) -> String {
    title.to_lowercase()
}

/// What choosing a value does.
type Choosing = Action<String, Result<(), UiError>>;

#[component]
fn Setting(row: SettingRow, version: RwSignal<i32>) -> impl IntoView {
    let (key, label) = (row.key.clone(), row.label.clone());
    let choosing: Choosing =
        Action::new(move |value: &String| change_setting(key.clone(), value.clone()));
    let toasts = use_context::<Toasts>();
    let said = label.clone();
    crate::browser::effect(move || {
        if let Some(Ok(())) = choosing.value().get() {
            version.update(|n| *n += 1);
            if let Some(toasts) = toasts {
                toasts.say(
                    Tone::Good,
                    format!("{said} is changed. Pages that are open now do not show it yet."),
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
    let below = match row.control {
        Control::Switch => {
            return view! { <Toggle row choosing>{refused}</Toggle> }.into_any();
        }
        Control::Number { .. } | Control::Line | Control::Lines | Control::Picture => {
            let row = row.clone();
            move || view! { {refused} <Text row=row.clone() choosing/> }
        }
    };
    view! { <SettingItem head=head(&row) effect=row.effect by=row.by below/> }.into_any()
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
fn Toggle(row: SettingRow, choosing: Choosing, children: ChildrenFn) -> impl IntoView {
    let is_on = row.value == "true";
    let value = RwSignal::new(is_on);
    let asking = RwSignal::new(false);
    let (label, asks) = (StoredValue::new(row.label.clone()), StoredValue::new(row.asks.clone()));
    // The value and not the click: who is quicker than the page's waking up means it as well.
    crate::browser::effect(move || {
        let on = value.get();
        if on == is_on {
            return;
        }
        if asks.with_value(Option::is_some) {
            value.set(is_on);
            asking.set(true);
        } else {
            choosing.dispatch(on.to_string());
        }
    });
    // What was refused is as it was.
    crate::browser::effect(move || {
        if let Some(Err(_)) = choosing.value().get() {
            value.set(is_on);
        }
    });
    let question = move || {
        let about = asks.get_value().filter(|_| asking.get())?;
        let choose = Callback::new(move |()| drop(choosing.dispatch((!is_on).to_string())));
        Some(view! { <Question label=label.get_value() is_on about asking choose/> })
    };
    let (name, head) = (row.key.clone(), head(&row));
    let switch =
        move || view! { <Switch name=name.clone() value label=label.get_value() bare=true/> };
    view! {
        <SettingItem head effect=row.effect by=row.by control=switch
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
    asking: RwSignal<bool>,
    choose: Callback<()>,
) -> impl IntoView {
    let (word, other) = if is_on { ("Turn off", "Keep on") } else { ("Turn on", "Keep off") };
    view! {
        <Note tone=Tone::Warn alert=true>
            <Stack>
                <div><b>{format!("{word} {label}?")}</b> " " {about}</div>
                <Row>
                    <Button size=ButtonSize::Small on_press=choose>{word}</Button>
                    <Button size=ButtonSize::Small kind=ButtonKind::Plain on_press=move |()| asking.set(false)>{other}</Button>
                </Row>
            </Stack>
        </Note>
    }
}

/// A setting with a text, which is saved.
#[component]
fn Text(row: SettingRow, choosing: Choosing) -> impl IntoView {
    let value = RwSignal::new(row.value.clone());
    let (name, was) = (row.key.clone(), row.value.clone());
    let not_now = Signal::derive(move || {
        value.with(|value| *value == was).then(|| "Nothing is changed".to_owned())
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
