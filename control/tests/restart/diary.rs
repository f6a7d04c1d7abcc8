//! What people asked for and were answered, written down by each life as it happens. Read after all
//! the kills, it says what may be true.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use domain::workload::DesiredPhase;

const FILE: &str = "diary";

/// What may be true of a workload: what is wanted of it, `None` where it was never made. More than
/// one where the answer was cut off.
pub type Possible = BTreeSet<Option<&'static str>>;

/// All of it.
#[derive(Debug, Default)]
pub struct Diary {
    pub workloads: BTreeMap<String, Possible>,
    /// How many questions were answered.
    pub answers: usize,
    /// What was possible before the last question.
    before: Possible,
}

/// The desired phase as the diary has it.
pub fn word(desired: DesiredPhase) -> &'static str {
    match desired {
        DesiredPhase::Running => "running",
        DesiredPhase::Stopped => "stopped",
        DesiredPhase::Deleted => "deleted",
    }
}

/// Adds a line, by one write, so that a kill leaves all of it or nothing.
pub fn write(dir: &Path, line: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(dir.join(FILE)).unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

impl Diary {
    pub fn has_begun(dir: &Path, life: u64) -> bool {
        let text = fs::read_to_string(dir.join(FILE)).unwrap_or_default();
        text.lines().any(|line| line == format!("begun {life}"))
    }

    pub fn read(dir: &Path) -> Self {
        let mut diary = Self::default();
        let text = fs::read_to_string(dir.join(FILE)).unwrap();
        for line in text.lines() {
            diary.take(&line.split(' ').collect::<Vec<_>>());
        }
        diary
    }

    fn take(&mut self, words: &[&str]) {
        let (happened, name, wanted) = match words {
            ["begun", _] => return,
            [happened, name, wanted] => (*happened, *name, known(wanted)),
            _ => panic!("the diary says {words:?}"),
        };
        let possible = self.workloads.entry(name.to_owned()).or_insert([None].into());
        match happened {
            "asked" => {
                self.before = possible.clone();
                possible.insert(wanted);
            }
            "done" => *possible = [wanted].into(),
            "refused" => *possible = std::mem::take(&mut self.before),
            _ => panic!("the diary says {words:?}"),
        }
        self.answers += usize::from(happened != "asked");
    }
}

fn known(wanted: &str) -> Option<&'static str> {
    let known = ["running", "stopped", "deleted"].into_iter().find(|word| *word == wanted);
    Some(known.unwrap())
}
