//! What people asked for and were answered. Whatever happened to the server in between, it says what
//! may be true of each workload.

use std::collections::{BTreeMap, BTreeSet};

/// What may be true of a workload: what is wanted of it, `None` where it was never made. More than
/// one where the answer was cut off.
pub type Possible = BTreeSet<Option<String>>;

/// All of it, by the names of the workloads.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    entries: BTreeMap<String, Entry>,
    /// How many questions were answered.
    pub answers: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    possible: Possible,
    /// What was possible before the last question.
    before: Possible,
}

impl Diary {
    /// Somebody asks for this; nobody asks twice about a workload before an answer.
    pub fn asked(&mut self, name: &str, wanted: &str) {
        let nothing = || Entry { possible: [None].into(), before: Possible::new() };
        let entry = self.entries.entry(name.to_owned()).or_insert_with(nothing);
        entry.before = entry.possible.clone();
        entry.possible.insert(Some(wanted.to_owned()));
    }

    /// It was accepted.
    pub fn done(&mut self, name: &str, wanted: &str) {
        self.answers += 1;
        if let Some(entry) = self.entries.get_mut(name) {
            entry.possible = [Some(wanted.to_owned())].into();
        }
    }

    /// It was refused, and so has changed nothing.
    pub fn refused(&mut self, name: &str) {
        self.answers += 1;
        if let Some(entry) = self.entries.get_mut(name) {
            entry.possible = std::mem::take(&mut entry.before);
        }
    }

    /// How many workloads it tells of.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Of how many it is not known what became of them.
    pub fn cut_off(&self) -> usize {
        self.entries.values().filter(|entry| entry.possible.len() > 1).count()
    }

    /// What is wrong with what was found, by name: everything that was accepted must be there, and
    /// nothing that nobody asked for.
    pub fn contradictions(&self, found: &BTreeMap<String, String>) -> Vec<String> {
        let entries = self.entries.iter().filter_map(|(name, Entry { possible, .. })| {
            let found = found.get(name).cloned();
            let text = || format!("{name} is {found:?}, and may be {possible:?}");
            (!possible.contains(&found)).then(text)
        });
        let strange = found.keys().filter(|name| !self.entries.contains_key(*name));
        entries.chain(strange.map(|name| format!("nobody asked for {name}"))).collect()
    }

    /// What was found is what is true from now on.
    pub fn settle(&mut self, found: &BTreeMap<String, String>) {
        for (name, entry) in &mut self.entries {
            entry.possible = [found.get(name).cloned()].into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(diary: &Diary, found: &[(&str, &str)]) -> Vec<String> {
        let found = found.iter().map(|(name, wanted)| ((*name).into(), (*wanted).into()));
        diary.contradictions(&found.collect())
    }

    #[test]
    fn what_was_accepted_must_be_there() {
        let mut diary = Diary::default();
        diary.asked("a", "running");
        assert!(wrong(&diary, &[]).is_empty() && wrong(&diary, &[("a", "running")]).is_empty());
        assert_eq!(diary.cut_off(), 1);
        diary.done("a", "running");
        assert_eq!(wrong(&diary, &[]), [r#"a is None, and may be {Some("running")}"#]);
    }

    #[test]
    fn what_was_refused_has_changed_nothing() {
        let mut diary = Diary::default();
        diary.asked("a", "running");
        diary.done("a", "running");
        diary.asked("a", "stopped");
        diary.refused("a");
        assert!(wrong(&diary, &[("a", "running")]).is_empty());
        assert_eq!(wrong(&diary, &[("a", "stopped")]).len(), 1);
    }

    #[test]
    fn nobody_may_be_there_uncalled_and_nobody_may_waver() {
        let mut diary = Diary::default();
        diary.asked("a", "running");
        assert_eq!(wrong(&diary, &[("b", "running")]), ["nobody asked for b"]);
        diary.settle(&BTreeMap::new());
        assert_eq!(wrong(&diary, &[("a", "running")]).len(), 1);
    }
}
