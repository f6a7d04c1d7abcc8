//! What is wrong with the form, at each field: said when the field is left, and at once while it is
//! being corrected; all of it after somebody pressed the button. Once somebody types, the engine of the
//! browser says it with every key; what it cannot know, and before it is there, the server says with the verdict.

use domain::Problem;
use leptos::prelude::*;

use super::{data::Judged, form::Form, rules::found};
use crate::{
    engine::Checker,
    words::{apart, capital},
};

/// The problems of the form, and which fields show theirs.
#[derive(Clone, Copy)]
pub struct Checks {
    /// What the engine found in what the form says now; nothing while it is not there.
    own: RwSignal<Option<Vec<Problem>>>,
    /// Mistakes that the newest verdict found.
    judged: RwSignal<Vec<Problem>>,
    /// What else it found, which only the server knows: what policies forbid, what is not there.
    beyond: RwSignal<Vec<Problem>>,
    /// What the server found, which the form cannot know.
    refused: RwSignal<Vec<Problem>>,
    left: RwSignal<Vec<String>>,
    all: RwSignal<bool>,
    /// What the fields at these paths are called.
    labels: StoredValue<Vec<(String, String)>>,
}

impl Checks {
    pub fn new() -> Self {
        Self {
            own: RwSignal::new(None),
            judged: RwSignal::new(vec![]),
            beyond: RwSignal::new(vec![]),
            refused: RwSignal::new(vec![]),
            left: RwSignal::new(vec![]),
            all: RwSignal::new(false),
            labels: StoredValue::default(),
        }
    }

    /// The field at `path` has this label.
    pub fn label(self, path: String, label: &str) {
        self.labels.update_value(|labels| {
            labels.retain(|(of, _)| *of != path);
            labels.push((path, label.to_owned()));
        });
    }

    /// What the field at `path` is called in a list of problems.
    pub fn name(self, path: &str) -> String {
        let label = self.labels.with_value(|labels| found(labels, path));
        label.unwrap_or_else(|| field_name(path))
    }

    /// What is shown at the field whose path this is.
    pub fn error(self, path: Signal<String>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let path = path.get();
            let shown = self.all.get() || self.left.with(|left| left.contains(&path));
            let found = message(&self.found(), &path);
            found.filter(|_| shown).or_else(|| self.refused.with(|found| message(found, &path)))
        })
    }

    /// Somebody has left the field.
    pub fn leave(self, path: Signal<String>) -> Callback<()> {
        Callback::new(move |()| {
            self.left.update(|left| {
                let path = path.get_untracked();
                if !left.contains(&path) {
                    left.push(path);
                }
            });
            take_over(self.refused, vec![]);
        })
    }

    /// Mistakes, as the engine or else the newest verdict finds them, and what only the server knows.
    fn found(self) -> Vec<Problem> {
        let beyond = self.beyond.get().into_iter();
        match self.own.get() {
            // Of policies on its fields the engine knows what the form says now, and the verdict what it said then.
            Some(own) => own.into_iter().chain(beyond.filter(|of| !is_judged(of))).collect(),
            None => self.judged.get().into_iter().chain(beyond).collect(),
        }
    }

    /// From now on the engine of the browser checks the form with every change.
    pub fn check_with_engine(self, form: Form, around: String) {
        let around = StoredValue::new(around);
        let checker = RwSignal::new(None::<Checker>);
        Effect::watch(
            move || form.draft(),
            move |draft, _, _| {
                if let Some(checker) = checker.get_untracked() {
                    take_over(self.own, checker.check(draft).ok());
                    return;
                }
                crate::browser::spawn(async move {
                    // Without it the server's word is there a moment later.
                    let Some(around) = around.try_get_value() else { return };
                    let Ok(loaded) = Checker::open(&around).await else { return };
                    if checker.try_get_untracked().is_some_and(|known| known.is_none()) {
                        let now = untrack(|| form.draft());
                        take_over(self.own, loaded.check(&now).ok());
                        checker.try_set(Some(loaded));
                    }
                });
            },
            false,
        );
    }

    /// Everything that is wrong, the server's words included; of a field the first.
    pub fn problems(self) -> Vec<Problem> {
        let mut all = self.found();
        for problem in self.refused.get() {
            if all.iter().all(|known| known.field != problem.field) {
                all.push(problem);
            }
        }
        all
    }

    /// Takes over what a verdict found. A page that has been left takes nothing.
    pub fn judge(self, judged: &Judged) {
        take_over(self.judged, judged.problems.clone());
        take_over(self.beyond, judged.beyond.clone());
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

/// Takes over what was found where it is something else than before: all fields look at it, and few keys change it. A
/// page that has been left takes nothing.
fn take_over<T: PartialEq + Send + Sync + 'static>(found: RwSignal<T>, new: T) {
    if found.try_with_untracked(|old| *old != new) == Some(true) {
        found.try_set(new);
    }
}

/// Whether a policy forbids it, at a field that the form has.
fn is_judged(problem: &Problem) -> bool {
    problem.key.starts_with("policy.") && domain::form::has_path(&problem.field)
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
