//! A policy while it is edited: what was saved, what is applied, what stands in the editor. The editor's text
//! is kept in this browser until it is saved or thrown away, so that nothing is lost with the network.

use std::collections::BTreeSet;

use domain::{
    AuditId, Scope,
    policy::{
        CellKind, RuleSection,
        desk::{self, Around, Completion, Offer, Severity},
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::data::{IssueLine, Opened, Tried, try_policy};
use crate::{
    browser,
    engine::Desk,
    error::UiError,
    ui::{Mark, Proposal, Proposals},
    wire,
};

/// Milliseconds without a key after which the draft is tried.
const QUIET_MS: u64 = 200;
/// Milliseconds after which a draft that nobody could try is tried again.
const AGAIN_MS: u64 = 2_000;
/// Submissions that a draft is tried on at first.
const LAST: usize = 200;
/// Words that are offered at most.
const OFFERED: usize = 40;

/// What this browser keeps of a draft.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    /// What was saved when it was begun.
    revision: Option<AuditId>,
}

/// What the server is asked about: the text, the project that looks at it, and on how many submissions.
type Question = (String, String, String);

/// The state of the editor. Signals, so it is copied about.
#[derive(Clone, Copy)]
pub struct Draft {
    pub scope: Scope,
    pub name: RwSignal<String>,
    saved_name: StoredValue<String>,
    /// As it was loaded.
    pub saved: RwSignal<String>,
    /// What **SAVE POLICY** saves.
    pub applied: RwSignal<String>,
    /// What stands in the editor.
    pub text: RwSignal<String>,
    pub is_open: RwSignal<bool>,
    pub revision: RwSignal<Option<AuditId>>,
    /// The engine, once it is loaded: it checks and completes without the server.
    desk: RwSignal<Option<Desk>>,
    /// Why it could not be loaded; the server checks instead.
    pub no_engine: RwSignal<Option<String>>,
    /// What is wrong with the text in the editor.
    pub issues: Memo<Vec<IssueLine>>,
    /// What the last text that was tried would do, and that text.
    pub tried: RwSignal<Option<(String, Tried)>>,
    /// Why it could not be tried.
    pub untried: RwSignal<Option<UiError>>,
    /// The id of the project that the policy is looked at from; empty for its own scope.
    pub seen_by: RwSignal<String>,
    /// On how many submissions it is tried.
    pub last: RwSignal<String>,
}

impl Draft {
    pub fn of(scope: Scope, opened: &Opened) -> Self {
        let text = RwSignal::new(opened.text.clone());
        let (desk, tried) = (RwSignal::new(None::<Desk>), RwSignal::new(None));
        let draft = Self {
            desk,
            no_engine: RwSignal::new(None),
            issues: Memo::new(move |_| {
                text.with(|text| desk.with(|desk| issues(text, desk.as_ref(), tried)))
            }),
            scope,
            name: RwSignal::new(opened.name.clone()),
            saved_name: StoredValue::new(opened.name.clone()),
            saved: RwSignal::new(opened.text.clone()),
            applied: RwSignal::new(opened.text.clone()),
            text,
            is_open: RwSignal::new(opened.revision.is_none()),
            revision: RwSignal::new(opened.revision),
            tried,
            untried: RwSignal::new(None),
            seen_by: RwSignal::new(
                opened.projects.first().map(|(id, _)| id.to_string()).unwrap_or_default(),
            ),
            last: RwSignal::new(LAST.to_string()),
        };
        draft.keep();
        draft.try_it();
        draft.set_up(opened.around.clone());
        draft
    }

    /// Loads the engine.
    fn set_up(self, around: Around) {
        crate::browser::effect(move || {
            let around = around.clone();
            crate::browser::spawn(async move {
                match Desk::open(&around).await {
                    Ok(desk) => drop(self.desk.try_set(Some(desk))),
                    Err(why) => drop(self.no_engine.try_set(Some(why.to_string()))),
                }
            });
        });
    }

    /// The rules as a form; `None` while the text cannot be read, or there is no engine.
    pub fn rules(self) -> Signal<Option<Vec<RuleSection>>> {
        Signal::derive(move || {
            let text = self.text.get();
            self.desk.with(|desk| desk.as_ref()?.rules(&text).ok().flatten())
        })
    }

    /// Writes what was typed into a cell of that form; or says what is wrong with it.
    pub fn write(self, at: &str, kind: CellKind, new: &str) -> Result<(), String> {
        let text = self.text.get_untracked();
        let written =
            self.desk.with_untracked(|desk| Some(desk.as_ref()?.write(&text, at, kind, new)));
        // Without the engine there is no form to write in.
        let written = written.unwrap_or(Ok(text)).map_err(|why| why.to_string())?;
        self.text.set(written);
        Ok(())
    }

    /// What may stand at the caret. Nobody is offered what they did not ask for before the first letter.
    pub fn propose(self, line: usize, column: usize, asked: bool) -> Option<Proposals> {
        let text = self.text.get_untracked();
        let found =
            self.desk.with_untracked(|desk| desk.as_ref()?.complete(&text, line, column).ok())?;
        let Completion { from, to, items } = found;
        let typed: String = text
            .split('\n')
            .nth(line - 1)
            .map(|own| own.chars().skip(from - 1).take(column.saturating_sub(from)).collect())
            .unwrap_or_default();
        let is_whole = items.iter().any(|item| item.label == typed);
        if items.is_empty() || (!asked && (typed.is_empty() || is_whole)) {
            return None;
        }
        let items = items.into_iter().take(OFFERED).map(|Offer { text, label, detail }| Proposal {
            text,
            label,
            about: detail,
        });
        Some(Proposals { line, from, to, items: items.collect() })
    }

    fn key(self) -> String {
        format!("policy-draft:{}:{}", self.scope.level().name(), self.scope.id())
    }

    /// Takes up what this browser kept, then keeps what is typed.
    fn keep(self) {
        crate::browser::effect_from(move |is_first| {
            let text = self.text.get();
            if is_first {
                self.take_up();
            } else if text == self.saved.get_untracked() {
                browser::forget(&self.key());
            } else {
                let kept = Kept { text, revision: self.revision.get_untracked() };
                browser::keep(&self.key(), &serde_json::to_string(&kept).unwrap_or_default());
            }
        });
    }

    /// The text that this browser kept, over the revision that it was written over: who has saved since is not
    /// overwritten blindly.
    fn take_up(self) {
        let kept = browser::kept(&self.key()).and_then(|kept| wire::read::<Kept>(&kept).ok());
        if let Some(Kept { text, revision }) =
            kept.filter(|kept| kept.text != self.saved.get_untracked())
        {
            self.is_open.set(true);
            self.revision.set(revision);
            self.text.set(text);
        }
    }

    /// Tries every text that stands for a moment; an answer to an older question is dropped.
    fn try_it(self) {
        let asked = StoredValue::new(0_u32);
        crate::browser::effect_from(move |is_first| {
            let question = (self.text.get(), self.seen_by.get(), self.last.get());
            let number = asked.get_value() + 1;
            asked.set_value(number);
            let is_newest = move || asked.try_get_value() == Some(number);
            self.ask(question, is_newest, if is_first { 0 } else { QUIET_MS });
        });
    }

    /// Asks the server about one text after a while. Where it does not answer, it is asked again, until it does or
    /// something newer is to be asked.
    fn ask(self, question: Question, is_newest: impl Fn() -> bool + Copy + 'static, wait: u64) {
        browser::after(wait, move || {
            if !is_newest() {
                return;
            }
            crate::browser::spawn(async move {
                let (text, seen_by, last) = question.clone();
                let (seen_by, last) = (seen_by.parse().ok(), last.parse().unwrap_or(LAST));
                let answer = try_policy(self.scope, text.clone(), seen_by, last).await;
                if !is_newest() {
                    return;
                }
                match answer {
                    Ok(tried) => {
                        self.untried.set(None);
                        self.tried.set(Some((text, tried)));
                    }
                    Err(why) => {
                        if why.may_pass() {
                            self.ask(question, is_newest, AGAIN_MS);
                        }
                        self.untried.set(Some(why));
                    }
                }
            });
        });
    }

    /// Closes the editor; what was typed is what will be saved.
    pub fn apply(self) {
        self.applied.set(self.text.get_untracked());
        self.is_open.set(false);
    }

    /// Goes back to what is saved.
    pub fn discard(self) {
        browser::forget(&self.key());
        let saved = self.saved.get_untracked();
        self.applied.set(saved.clone());
        self.text.set(saved);
        self.is_open.set(false);
    }

    /// It was saved: nothing needs to be kept any more.
    pub fn is_saved(self) {
        browser::forget(&self.key());
    }

    pub fn is_changed(self) -> bool {
        let renamed = self.name.with(|name| self.saved_name.with_value(|saved| saved != name));
        renamed || self.saved.with(|saved| self.text.with(|text| text != saved))
    }

    /// Whether it is known what is wrong with the text in the editor.
    pub fn is_checked(self) -> bool {
        let tried = || {
            self.tried.with(|tried| {
                tried.as_ref().is_some_and(|(about, _)| self.text.with(|text| text == about))
            })
        };
        self.desk.with(Option::is_some) || tried()
    }

    /// Errors of the text in the editor, once they are known.
    pub fn errors(self) -> usize {
        self.issues.with(|issues| issues.iter().filter(|issue| issue.is_error).count())
    }

    /// What keeps everybody from submitting, in words, once the server has tried the draft.
    pub fn lockouts(self) -> Vec<String> {
        self.tried.with(|tried| {
            let now = tried.iter().filter(|(about, _)| self.applied.with(|text| about == text));
            let issues = now.flat_map(|(_, tried)| &tried.issues);
            issues.filter(|issue| issue.locks_out).map(|issue| issue.words.clone()).collect()
        })
    }

    /// What is marked in the editor.
    pub fn marks(self) -> Vec<Mark> {
        let mark = |issue: &IssueLine| {
            let (line, column) = issue.place?;
            Some(Mark { line, column, length: issue.length, is_bad: issue.is_error })
        };
        self.issues.with(|issues| issues.iter().filter_map(mark).collect())
    }

    /// Lines that are not in what was saved.
    pub fn new_lines(self) -> Vec<usize> {
        self.saved.with(|saved| {
            let known: BTreeSet<&str> = saved.lines().map(str::trim_end).collect();
            self.text.with(|text| {
                let lines = text.lines().enumerate();
                let new = lines.filter(|(_, line)| {
                    let line = line.trim_end();
                    !line.is_empty() && !known.contains(line)
                });
                new.map(|(n, _)| n + 1).collect()
            })
        })
    }
}

/// What is wrong with a text, by the engine; without it, what the server said of this very text.
fn issues(
    text: &str,
    desk: Option<&Desk>,
    tried: RwSignal<Option<(String, Tried)>>,
) -> Vec<IssueLine> {
    if let Some(Ok(checked)) = desk.map(|desk| desk.check(text)) {
        return checked.problems.into_iter().map(issue).collect();
    }
    tried.with(|tried| {
        let now = tried.as_ref().filter(|(about, _)| about == text);
        now.map(|(_, tried)| tried.issues.clone()).unwrap_or_default()
    })
}

fn issue(mark: desk::Mark) -> IssueLine {
    let words = match mark.right {
        Some(right) => format!("{} {right}", mark.message),
        None => mark.message,
    };
    IssueLine {
        place: Some((mark.line, mark.column)),
        length: mark.length,
        is_error: mark.severity == Severity::Error,
        // That is known of the whole chain, which the server alone has.
        locks_out: false,
        words,
    }
}
