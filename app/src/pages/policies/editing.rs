//! The editor of one policy: YAML, what is wrong with it, what it would have refused, what would hold, and its
//! versions. APPLY closes the editor, SAVE POLICY saves (`policies.md` §9.1).

use domain::{AuditId, Problem, Scope};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    PAGE, asked_scope,
    data::{Opened, open_policy, save_policy},
    draft::Draft,
    holding::PolicyTable,
    ruling::RulesForm,
    tried::{Issues, Replay, WRONG, trying},
    versions::Versions,
};
use crate::{
    error::UiError,
    pages::Loaded,
    ui::{
        Badge, Band, Button, ButtonKind, ButtonSize, Card, Choice, CodeBlock, CodeEditor, Dialog,
        Editing, Field, FileLink, Gap, Grid, Inline, LinkButton, Muted, Note, Page, Row, Segmented,
        Select, Stack, TextInput, Toasts, Tone,
    },
    wire::load,
    words::capital,
};

/// The key of a problem that somebody else's change makes.
const CHANGED: &str = "policy.changed";
/// What is said when the network was lost on the way (`policies.md` §7).
const UNSAVED: &str = "The policy couldn't be saved due to a network or other unknown issue. Download your draft and try pasting and saving it again later.";

#[component]
pub fn EditPolicyPage() -> impl IntoView {
    let scope = asked_scope();
    let version = RwSignal::new(0);
    let opened = load(
        move || (scope.get(), version.get()),
        |(scope, _)| async {
            let scope = scope?;
            open_policy(scope).await.map(|opened| (scope, opened))
        },
    );
    view! {
        <Title text="Edit policy"/>
        <Loaded of=opened view=move |(scope, opened): (Scope, Opened)| {
            view! { <Policy scope opened version/> }.into_any()
        }/>
    }
}

#[component]
fn Policy(scope: Scope, opened: Opened, version: RwSignal<i32>) -> impl IntoView {
    let draft = Draft::of(scope, &opened);
    let saving = Saving::of(draft);
    let (place, about) = (opened.place.clone(), opened.about.clone());
    let (versions, projects) = (opened.versions.clone(), opened.projects.clone());
    let actions = move || {
        view! {
            <Badges draft problem=opened.problem.clone()/>
            <LinkButton href=PAGE.to_owned() caps=true>"Cancel"</LinkButton>
            <Button kind=ButtonKind::Primary caps=true busy=saving.busy() not_now=saving.not_now()
                on_press=move |()| saving.save()>"Save policy"</Button>
        }
    };
    let name = draft.name;
    view! {
        <Page title=capital(&format!("{place}, workspaces")) about=Some(about) actions>
            <Stack gap=Gap::Wide>
                <Refusal saving/>
                <LockoutQuestion saving/>
                <Grid>
                    <Field label="Name" name="name">
                        <TextInput name="name" value=name maxlength=255_u32/>
                    </Field>
                </Grid>
                <Editing>
                    <Yaml draft/>
                    <Replay draft/>
                </Editing>
                <Effective draft projects/>
                <Versions draft versions revision=opened.revision version/>
            </Stack>
        </Page>
    }
}

/// How it stands.
#[component]
fn Badges(draft: Draft, problem: Option<String>) -> impl IntoView {
    let stands = match (draft.revision.get_untracked(), problem) {
        (None, _) => view! { <Badge tone=Tone::Info>"New"</Badge> }.into_any(),
        (Some(_), None) => view! { <Badge tone=Tone::Good>"Ready"</Badge> }.into_any(),
        (Some(_), Some(_)) => view! { <Badge tone=Tone::Warn>"Conflict"</Badge> }.into_any(),
    };
    let changed = move || {
        draft.is_changed().then(|| view! { <Badge tone=Tone::Warn>"Draft, not saved"</Badge> })
    };
    view! { {stands} {changed} }
}

#[component]
fn Yaml(draft: Draft) -> impl IntoView {
    let shown = RwSignal::new("yaml".to_owned());
    let proposals = RwSignal::new(None);
    let on_ask = Callback::new(move |(line, column, asked)| {
        proposals.set(draft.propose(line, column, asked));
    });
    let marks = Signal::derive(move || draft.marks());
    let new_lines = Memo::new(move |_| draft.new_lines());
    let body = move || {
        match (draft.is_open.get(), shown.get().as_str()) {
        (false, _) => view! { <CodeBlock text=draft.applied label="Policy YAML"/> }.into_any(),
        (true, "form") => view! { <RulesForm draft/> }.into_any(),
        (true, _) => view! {
            <CodeEditor name="policy" label="Policy YAML" value=draft.text marks new_lines proposals on_ask described_by=WRONG/>
        }
        .into_any(),
    }
    };
    let actions = move || view! { <YamlActions draft shown new_lines/> };
    view! {
        <Card title="Policy YAML" actions flush=true>
            {body}
            <Issues draft/>
        </Card>
    }
}

/// What can be done to the text.
#[component]
fn YamlActions(
    draft: Draft,
    shown: RwSignal<String>,
    new_lines: Memo<Vec<usize>>,
) -> impl IntoView {
    let changed = move || match new_lines.with(Vec::len) {
        0 => String::new(),
        1 => "1 line changed".to_owned(),
        n => format!("{n} lines changed"),
    };
    let not_now = Signal::derive(move || {
        let why = match (draft.is_checked(), draft.errors()) {
            (false, _) => "It is still being checked",
            (true, 0) => return None,
            (true, _) => "Put right what is marked first",
        };
        Some(why.to_owned())
    });
    let open = move || {
        let choices = vec![Choice::new("yaml", "YAML"), Choice::new("form", "Form")];
        view! {
            <Segmented legend="Edit as" name="edit_as" value=shown small=true choices/>
            <Button size=ButtonSize::Small kind=ButtonKind::Plain on_press=move |()| draft.discard()>"Discard"</Button>
            <Button size=ButtonSize::Small caps=true not_now on_press=move |()| draft.apply()>"Apply"</Button>
        }
    };
    let closed = move || {
        let edit = move |()| draft.is_open.set(true);
        view! { <Button size=ButtonSize::Small caps=true on_press=edit>"Edit"</Button> }
    };
    let buttons = move || match draft.is_open.get() {
        true => open().into_any(),
        false => closed().into_any(),
    };
    view! { <Row><Muted small=true>{changed}</Muted>{buttons}</Row> }
}

#[component]
fn Effective(draft: Draft, projects: Vec<(domain::ProjectId, String)>) -> impl IntoView {
    let choice = |(id, name): &(domain::ProjectId, String)| {
        Choice::new(id.to_string(), format!("project {name}"))
    };
    let own = Choice::new("", "its own scope");
    let choices = projects.iter().map(choice).chain([own]).collect::<Vec<_>>();
    let choices = Signal::stored(choices);
    let actions = move || {
        view! {
            <Inline words="as seen by">
                <Select name="seen_by" value=draft.seen_by choices label="As seen by"/>
            </Inline>
        }
    };
    let is_tried = Memo::new(move |_| draft.tried.with(Option::is_some));
    let sections = Signal::derive(move || {
        draft.tried.with(|tried| {
            tried.as_ref().map(|(_, tried)| tried.sections.clone()).unwrap_or_default()
        })
    });
    let table = move || match is_tried.get() {
        true => {
            view! { <PolicyTable sections label="Effective policy with this draft"/> }.into_any()
        }
        false => trying(draft),
    };
    view! { <Band title="Effective policy" actions>{table}</Band> }
}

fn is_outdated(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.key == CHANGED)
}

/// What saving did.
#[derive(Clone, Copy)]
struct Saving {
    draft: Draft,
    save: Action<(), Result<(), UiError>>,
    /// The revision that somebody else has made since, once it is known.
    theirs: RwSignal<Option<Option<AuditId>>>,
    /// Whether it is asked if nobody shall be able to submit.
    asking: RwSignal<bool>,
}

impl Saving {
    fn of(draft: Draft) -> Self {
        let save = Action::new(move |(): &()| {
            let (name, text) = (draft.name.get_untracked(), draft.applied.get_untracked());
            save_policy(draft.scope, name, text, draft.revision.get_untracked())
        });
        let navigate = use_navigate();
        let toasts = use_context::<Toasts>();
        let saving =
            Self { draft, save, theirs: RwSignal::new(None), asking: RwSignal::new(false) };
        crate::browser::effect(move || match save.value().get() {
            Some(Ok(())) => {
                draft.is_saved();
                if let Some(toasts) = toasts {
                    let said = "The policy is saved and holds from the next submission on.";
                    toasts.say(Tone::Good, said);
                }
                navigate(PAGE, NavigateOptions::default());
            }
            Some(Err(UiError::Invalid(problems))) if is_outdated(&problems) => saving.read_theirs(),
            Some(Err(_)) | None => {}
        });
        saving
    }

    /// Saves; what would lock everybody out only after a question.
    fn save(self) {
        match untrack(|| self.draft.lockouts()).is_empty() {
            true => drop(self.save.dispatch(())),
            false => self.asking.set(true),
        }
    }

    fn save_anyway(self) {
        self.asking.set(false);
        self.save.dispatch(());
    }

    /// Saves over what somebody else has written meanwhile, now that one knows of it.
    fn save_over(self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.draft.revision.set(theirs);
            self.save.dispatch(());
        }
    }

    /// Reads, with the refusal, what stands there now: only that is overwritten.
    fn read_theirs(self) {
        crate::browser::spawn(async move {
            if let Ok(now) = open_policy(self.draft.scope).await {
                self.theirs.try_set(Some(now.revision));
            }
        });
    }

    fn busy(self) -> Signal<bool> {
        self.save.pending().into()
    }

    fn not_now(self) -> Signal<Option<String>> {
        let draft = self.draft;
        Signal::derive(move || {
            let why = if !draft.is_checked() {
                "It is still being checked"
            } else if draft.errors() > 0 {
                "Put right what is marked first"
            } else if draft.is_open.get() {
                "Apply or discard what stands in the editor first"
            } else if draft.name.with(|name| name.trim().is_empty()) {
                "Give it a name first"
            } else if draft.applied.with(|text| text.trim().is_empty()) {
                "Write what it says first"
            } else if draft.revision.with(Option::is_some) && !draft.is_changed() {
                "Nothing is changed"
            } else {
                return None;
            };
            Some(why.to_owned())
        })
    }
}

/// Nobody could submit any more: what would keep them from it.
#[component]
fn LockoutQuestion(saving: Saving) -> impl IntoView {
    let footer = move || {
        view! {
            <Row>
                <Button on_press=move |()| saving.asking.set(false)>"Go back"</Button>
                <Button kind=ButtonKind::Danger on_press=move |()| saving.save_anyway()>"Save it all the same"</Button>
            </Row>
        }
    };
    let why = move || {
        let lines = saving.draft.lockouts().into_iter();
        lines.map(|words| view! { <li>{words}</li> }).collect_view()
    };
    view! {
        <Dialog open=saving.asking title="Lock everybody out?" id="lock-out" footer>
            <p>"With this policy nobody could create a workspace here:"</p>
            <ul>{why}</ul>
        </Dialog>
    }
}

/// Why it was not saved.
#[component]
fn Refusal(saving: Saving) -> impl IntoView {
    let value = saving.save.value();
    let unread = Signal::derive(move || {
        let why = "What they have saved is still being read";
        saving.theirs.with(Option::is_none).then(|| why.to_owned())
    });
    move || {
        let Some(Err(error)) = value.get() else { return ().into_any() };
        let changes = match &error {
            UiError::Invalid(problems) if is_outdated(problems) => {
                problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect()
            }
            _ => Vec::new(),
        };
        if error.may_pass() {
            return unsaved(saving.draft);
        }
        if changes.is_empty() {
            return view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any();
        }
        let changes = changes.into_iter().map(|change| view! { <li>{change}</li> }).collect_view();
        view! {
            <Note tone=Tone::Warn alert=true>
                <Stack gap=Gap::Small>
                    <b>"Somebody else has saved this policy meanwhile. Nothing of yours is lost, nothing of theirs is overwritten."</b>
                    <ul>{changes}</ul>
                    <Row>
                        <Button size=ButtonSize::Small busy=saving.busy() not_now=unread on_press=move |()| saving.save_over()>"Save mine over it"</Button>
                    </Row>
                </Stack>
            </Note>
        }
        .into_any()
    }
}

/// The network was lost on the way: what was typed is here, and can be taken along.
fn unsaved(draft: Draft) -> AnyView {
    let file = Signal::derive(move || {
        let text = draft.applied.with(|text| crate::browser::encode(text));
        format!("data:application/yaml;charset=utf-8,{text}")
    });
    view! {
        <Note tone=Tone::Bad alert=true>
            <Stack gap=Gap::Small>
                <span>{UNSAVED}</span>
                <Row><FileLink href=file name="policy.yaml">"Download draft"</FileLink></Row>
            </Stack>
        </Note>
    }
    .into_any()
}
