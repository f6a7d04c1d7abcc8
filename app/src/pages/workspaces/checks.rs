//! What is wrong with the form, at each field: said when the field is left, and at once while it is
//! being corrected; all of it after somebody pressed the button.

use std::collections::{BTreeMap, BTreeSet};

use domain::Problem;
use leptos::prelude::*;

use crate::words::{apart, capital};

/// The problems of the form, and which fields show theirs.
#[derive(Clone, Copy)]
pub struct Checks {
    /// What the newest verdict found: mistakes, and what policies forbid.
    judged: RwSignal<Vec<Problem>>,
    /// What the server found, which the form cannot know.
    refused: RwSignal<Vec<Problem>>,
    left: RwSignal<BTreeSet<String>>,
    all: RwSignal<bool>,
    /// What the fields at these paths are called.
    labels: StoredValue<BTreeMap<String, String>>,
}

impl Checks {
    pub fn new() -> Self {
        Self {
            judged: RwSignal::new(vec![]),
            refused: RwSignal::new(vec![]),
            left: RwSignal::new(BTreeSet::new()),
            all: RwSignal::new(false),
            labels: StoredValue::default(),
        }
    }

    /// The field at `path` has this label.
    pub fn label(self, path: String, label: &str) {
        self.labels.update_value(|labels| drop(labels.insert(path, label.to_owned())));
    }

    /// What the field at `path` is called in a list of problems.
    pub fn name(self, path: &str) -> String {
        let label = self.labels.with_value(|labels| labels.get(path).cloned());
        label.unwrap_or_else(|| field_name(path))
    }

    /// What is shown at the field whose path this is.
    pub fn error(self, path: Signal<String>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let path = path.get();
            let shown = self.all.get() || self.left.with(|left| left.contains(&path));
            let found = self.judged.with(|found| message(found, &path));
            found.filter(|_| shown).or_else(|| self.refused.with(|found| message(found, &path)))
        })
    }

    /// Somebody has left the field.
    pub fn leave(self, path: Signal<String>) -> Callback<()> {
        Callback::new(move |()| {
            self.left.update(|left| {
                left.insert(path.get_untracked());
            });
            self.refused.update(|refused| refused.clear());
        })
    }

    /// Everything that is wrong, the server's words included; of a field the first.
    pub fn problems(self) -> Vec<Problem> {
        let mut all = self.judged.get();
        for problem in self.refused.get() {
            if all.iter().all(|known| known.field != problem.field) {
                all.push(problem);
            }
        }
        all
    }

    /// Takes over what a verdict found. A page that has been left takes nothing.
    pub fn judge(self, problems: Vec<Problem>) {
        self.judged.try_set(problems);
    }

    /// From now on every field shows what is wrong with it.
    pub fn show_all(self) {
        self.all.set(true);
    }

    pub fn is_showing_all(self) -> bool {
        self.all.get()
    }

    /// The server's answer to a submission.
    pub fn refuse(self, problems: Vec<Problem>) {
        self.refused.set(problems);
        self.all.set(true);
    }

    /// How many problems a section shows, by the beginnings of its paths.
    pub fn count(self, starts: &'static [&'static str]) -> Signal<usize> {
        Signal::derive(move || {
            let left = self.left.get();
            let all = self.all.get();
            let refused = self.refused.get();
            let is_shown = |p: &&Problem| {
                all || left.contains(&p.field) || refused.iter().any(|r| r.field == p.field)
            };
            let of = |p: &&Problem| starts.iter().any(|start| p.field.starts_with(start));
            self.problems().iter().filter(is_shown).filter(of).count()
        })
    }
}

/// A name for what has no label: a row, a list.
fn field_name(path: &str) -> String {
    let tail = path.rsplit('.').next().unwrap_or(path);
    capital(&apart(&tail.replace(['[', ']'], "")))
}

fn message(problems: &[Problem], path: &str) -> Option<String> {
    problems.iter().find(|problem| problem.field == path).map(|problem| problem.message.clone())
}

#[cfg(test)]
mod tests {
    use super::field_name;

    #[test]
    fn fields_have_names_for_people() {
        assert_eq!(field_name("spec.compute.gpuPortionRequest"), "Gpu portion request");
        assert_eq!(field_name("name"), "Name");
    }
}
