//! The diary as a file: each life adds to it as things happen, and it is read after all the kills.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use domain::workload::DesiredPhase;
use testkit::diary::Diary;

const FILE: &str = "diary";

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

pub fn has_begun(dir: &Path, life: u64) -> bool {
    let text = fs::read_to_string(dir.join(FILE)).unwrap_or_default();
    text.lines().any(|line| line == format!("begun {life}"))
}

pub fn read(dir: &Path) -> Diary {
    let mut diary = Diary::default();
    for line in fs::read_to_string(dir.join(FILE)).unwrap().lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["begun", _] => {}
            ["asked", name, wanted] => diary.asked(name, wanted),
            ["done", name, wanted] => diary.done(name, wanted),
            ["refused", name, _] => diary.refused(name),
            _ => panic!("the diary says {line:?}"),
        }
    }
    diary
}
