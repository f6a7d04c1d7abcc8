//! The form in other words, live: YAML to copy, and to type back into the form; the command line; a call; Kubernetes.

use domain::{ProjectId, form::Draft};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{form::Form, origin::Origin};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    browser,
    error::UiError,
    ui::{
        Button, ButtonSize, CodeBlock, Disclosure, Field, Gap, Muted, Note, Part, Row, Section,
        Stack, Tab, TabPanel, Tabs, TextArea, Tone,
    },
    wire::Call,
};

/// Milliseconds without a change after which they are made anew.
const QUIET_MS: u64 = 400;

/// A form in other words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Renderings {
    pub yaml: String,
    pub command: String,
    /// What the command line cannot say.
    pub left_out: String,
    pub call: String,
    /// The objects of Kubernetes, as `kubectl apply` takes them.
    pub manifest: String,
}

#[server(prefix = "/ui", endpoint = "renderings", protocol = Call)]
pub async fn render(
    project: ProjectId,
    name: String,
    draft: Draft,
    origin: Origin,
) -> Result<Renderings, UiError> {
    let (control, actor) = caller()?;
    super::rendered::renderings(&control, &actor, (&name, project), (&draft, origin))
}

/// The form that a YAML describes, or what is wrong with the text.
#[server(prefix = "/ui", endpoint = "read_form", protocol = Call)]
pub async fn read_form(text: String) -> Result<Result<(String, Draft), String>, UiError> {
    caller()?;
    Ok(super::rendered::read(&text))
}

/// A folded section; nothing is asked before it is opened.
pub fn renderings_view(
    form: Form,
    (name, project, origin): (RwSignal<String>, ProjectId, Origin),
) -> AnyView {
    let shown = RwSignal::new(None::<Renderings>);
    let current = RwSignal::new("yaml".to_owned());
    let open = RwSignal::new(false);
    let newest = StoredValue::new(0_u64);
    crate::browser::effect(move || {
        if !open.get() {
            return;
        }
        let (draft, name) = (form.draft(), name.get());
        newest.update_value(|newest| *newest += 1);
        let question = newest.get_value();
        browser::after(QUIET_MS, move || {
            if newest.try_get_value() != Some(question) {
                return;
            }
            crate::browser::spawn(async move {
                if let Ok(made) = render(project, name, draft, origin).await {
                    shown.try_set(Some(made));
                }
            });
        });
    });
    let tab = |key, label| Tab { key, label };
    let tabs = vec![
        tab("yaml", "YAML"),
        tab("command", "Command line"),
        tab("call", "curl"),
        tab("manifest", "Kubernetes"),
    ];
    let text = move |of: fn(Renderings) -> String| {
        Signal::derive(move || shown.get().map(of).unwrap_or_default())
    };
    let left_out = text(|made| made.left_out);
    let press = Callback::new(move |()| open.set(true));
    view! {
        <Section title="The same in other words" id="renderings"
            summary=Signal::stored("YAML, command line, curl, Kubernetes".to_owned()) open=false>
            <Part title="To copy">
            {move || (!open.get()).then(|| view! {
                <Row><Button size=ButtonSize::Small on_press=press>"Show"</Button></Row>
            })}
            {move || open.get().then(|| view! {
                <Tabs label="Renderings" id="words" tabs=tabs.clone() current/>
                <TabPanel id="words" tab="yaml" current>
                    <Typed form name yaml=text(|made| made.yaml)/>
                </TabPanel>
                <TabPanel id="words" tab="command" current>
                    <Stack gap=Gap::Small>
                        <CodeBlock text=text(|made| made.command) label="Command line"/>
                        {move || (!left_out.get().is_empty()).then(|| view! {
                            <Muted small=true>{format!("The command line has no flag for: {}.", left_out.get())}</Muted>
                        })}
                    </Stack>
                </TabPanel>
                <TabPanel id="words" tab="call" current>
                    <CodeBlock text=text(|made| made.call) label="curl"/>
                </TabPanel>
                <TabPanel id="words" tab="manifest" current>
                    <CodeBlock text=text(|made| made.manifest) label="Kubernetes"/>
                </TabPanel>
            })}
            </Part>
        </Section>
    }
    .into_any()
}

/// The YAML, and the way back into the form.
#[component]
fn Typed(form: Form, name: RwSignal<String>, yaml: Signal<String>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    // The form speaks first; what is being typed stays until it is applied.
    let before = StoredValue::new(String::new());
    crate::browser::effect(move || {
        let new = yaml.get();
        let is_typed = text.with_untracked(|text| before.with_value(|before| text != before));
        if !is_typed {
            text.set(new.clone());
            before.set_value(new);
        }
    });
    let apply = Callback::new(move |()| {
        crate::browser::spawn(async move {
            match read_form(text.get_untracked()).await {
                Ok(Ok((typed, draft))) => {
                    error.try_set(None);
                    before.set_value(text.get_untracked());
                    name.set(typed);
                    form.fill(&draft);
                }
                Ok(Err(wrong)) => drop(error.try_set(Some(wrong))),
                Err(wrong) => drop(error.try_set(Some(wrong.to_string()))),
            }
        });
    });
    view! {
        <Stack gap=Gap::Small>
            <CodeBlock text=yaml label="YAML"/>
            <Disclosure title="Type it instead">
                <Stack gap=Gap::Small>
                    <Field label="Edit as YAML" name="yaml_text" help=Some("Nothing changes before you apply it.".to_owned())>
                        <TextArea name="yaml_text" value=text rows=10 mono=true/>
                    </Field>
                    {move || error.get().map(|text| view! { <Note tone=Tone::Bad alert=true>{text}</Note> })}
                    <Row><Button size=ButtonSize::Small on_press=apply>"Apply to the form"</Button></Row>
                </Stack>
            </Disclosure>
        </Stack>
    }
    .into_any()
}
