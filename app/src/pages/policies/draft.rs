//! A policy while it is edited: what was saved, what is applied, what stands in the editor. The editor's text
//! is kept in this browser until it is saved or thrown away, so that nothing is lost with the network.

use std::collections::BTreeSet;

use domain::{AuditId, ProjectId, Scope};
use leptos::prelude::*;

use super::data::{Opened, Tried, try_policy};
use crate::{browser, error::UiError, ui::Mark};

/// Milliseconds without a key after which the draft is tried.
const QUIET_MS: u64 = 200;

/// The state of the editor. Signals, so it is copied about.
#[derive(Clone, Copy)]
pub struct Draft {
    pub scope: Scope,
    pub name: RwSignal<String>,
    /// As it was loaded.
    pub saved: RwSignal<String>,
    /// What **SAVE POLICY** saves.
    pub applied: RwSignal<String>,
    /// What stands in the editor.
    pub text: RwSignal<String>,
    pub is_open: RwSignal<bool>,
    pub revision: RwSignal<Option<AuditId>>,
    /// What the last text that was tried would do, and that text.
    pub tried: RwSignal<Option<(String, Tried)>>,
    /// Why it could not be tried.
    pub untried: RwSignal<Option<UiError>>,
    pub seen_by: RwSignal<Option<ProjectId>>,
    pub last: RwSignal<usize>,
}

impl Draft {
    pub fn of(scope: Scope, opened: &Opened) -> Self {
        let draft = Self {
            scope,
            name: RwSignal::new(opened.name.clone()),
            saved: RwSignal::new(opened.text.clone()),
            applied: RwSignal::new(opened.text.clone()),
            text: RwSignal::new(opened.text.clone()),
            is_open: RwSignal::new(opened.revision.is_none()),
            revision: RwSignal::new(opened.revision),
            tried: RwSignal::new(None),
            untried: RwSignal::new(None),
            seen_by: RwSignal::new(opened.projects.first().map(|(id, _)| *id)),
            last: RwSignal::new(200),
        };
        draft.keep();
        draft.try_it();
        draft
    }

    fn key(self) -> String {
        format!("policy-draft:{}:{}", self.scope.level().name(), self.scope.id())
    }

    /// Takes up what this browser kept, then keeps what is typed.
    fn keep(self) {
        Effect::new(move |woken: Option<()>| {
            let text = self.text.get();
            if woken.is_none() {
                let kept = browser::kept(&self.key());
                if let Some(kept) = kept.filter(|kept| *kept != self.saved.get_untracked()) {
                    self.is_open.set(true);
                    self.text.set(kept);
                }
            } else if text == self.saved.get_untracked() {
                browser::forget(&self.key());
            } else {
                browser::keep(&self.key(), &text);
            }
        });
    }

    /// Tries every text that stands for a moment; an answer to an older question is dropped.
    fn try_it(self) {
        let asked = StoredValue::new(0_u32);
        Effect::new(move |first: Option<()>| {
            let question = (self.text.get(), self.seen_by.get(), self.last.get());
            let number = asked.get_value() + 1;
            asked.set_value(number);
            let wait = if first.is_none() { 0 } else { QUIET_MS };
            browser::after(wait, move || {
                let is_newest = move || asked.try_get_value() == Some(number);
                if !is_newest() {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let (text, seen_by, last) = question;
                    let answer = try_policy(self.scope, text.clone(), seen_by, last).await;
                    if is_newest() {
                        match answer {
                            Ok(tried) => {
                                self.untried.set(None);
                                self.tried.set(Some((text, tried)));
                            }
                            Err(wrong) => self.untried.set(Some(wrong)),
                        }
                    }
                });
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
        self.saved.with(|saved| self.text.with(|text| text != saved))
    }

    /// Errors of the text in the editor, once they are known.
    pub fn errors(self) -> usize {
        self.tried.with(|tried| {
            tried
                .as_ref()
                .map_or(0, |(_, tried)| tried.issues.iter().filter(|issue| issue.is_error).count())
        })
    }

    /// What is marked in the editor: only what was said about this very text.
    pub fn marks(self) -> Vec<Mark> {
        self.tried.with(|tried| {
            let now = tried.as_ref().filter(|(about, _)| self.text.with(|text| text == about));
            let issues = now.map(|(_, tried)| tried.issues.as_slice()).unwrap_or_default();
            let mark = |issue: &super::data::IssueLine| {
                let (line, column) = issue.place?;
                Some(Mark { line, column, length: 0, is_bad: issue.is_error })
            };
            issues.iter().filter_map(mark).collect()
        })
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
