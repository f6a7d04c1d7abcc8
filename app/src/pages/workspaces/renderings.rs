//! The form in other words, live: YAML to copy, and to type back into the form; the command line; a call; Kubernetes.

use domain::{ProjectId, form::Draft, policy::Place};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{form::Form, origin::Origin};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    browser,
    error::UiError,
    ui::{
        Button, ButtonSize, Card, CodeBlock, Disclosure, Gap, Mark, MarkedText, Muted, Note, Part,
        Row, Section, Stack, Tab, TabPanel, Tabs, Tone,
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

/// What is wrong with a typed text, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    pub place: Option<Place>,
    pub words: String,
}

/// The form that a YAML describes, or what is wrong with the text.
#[server(prefix = "/ui", endpoint = "read_form", protocol = Call)]
pub async fn read_form(text: String) -> Result<Result<(String, Draft), Vec<Mistake>>, UiError> {
    caller()?;
    Ok(super::typed::read(&text))
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
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
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
            let wrong = match read_form(text.get_untracked()).await {
                Ok(Ok((typed, draft))) => {
                    before.set_value(text.get_untracked());
                    name.set(typed);
                    form.fill(&draft);
                    Vec::new()
                }
                Ok(Err(wrong)) => wrong,
                Err(wrong) => vec![Mistake { place: None, words: wrong.to_string() }],
            };
            mistakes.try_set(wrong);
        });
    });
    view! {
        <Stack gap=Gap::Small>
            <CodeBlock text=yaml label="YAML"/>
            <Disclosure title="Type it instead">
                <Stack gap=Gap::Small>
                    <Card>
                        <MarkedText name="yaml_text" label="Edit as YAML" value=text marks=marks(mistakes)
                            described_by="yaml-said"/>
                    </Card>
                    <Muted small=true>"Nothing changes before you apply it."</Muted>
                    {said(mistakes)}
                    <Row><Button size=ButtonSize::Small on_press=apply>"Apply to the form"</Button></Row>
                </Stack>
            </Disclosure>
        </Stack>
    }
    .into_any()
}

/// What stands out in the text.
fn marks(mistakes: RwSignal<Vec<Mistake>>) -> Signal<Vec<Mark>> {
    let mark = |Place { line, column, length }| Mark { line, column, length, is_bad: true };
    Signal::derive(move || {
        mistakes.with(|all| all.iter().filter_map(|m| m.place).map(mark).collect())
    })
}

/// The mistakes, one below the other, with their lines.
fn said(mistakes: RwSignal<Vec<Mistake>>) -> AnyView {
    let sentence = |Mistake { place, words }: Mistake| match place {
        Some(place) => view! { <p>{format!("Line {}: {words}", place.line)}</p> },
        None => view! { <p>{words}</p> },
    };
    let shown = move || {
        let all = mistakes.get();
        (!all.is_empty()).then(|| {
            let all = all.into_iter().map(sentence).collect_view();
            view! { <Note tone=Tone::Bad alert=true>{all}</Note> }
        })
    };
    view! { <div id="yaml-said">{shown}</div> }.into_any()
}
