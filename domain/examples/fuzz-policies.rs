//! Texts that nobody would write, against everything that reads policies: `cargo xtask fuzz`. They are made from the
//! corpus; the chore limits the memory besides.

use std::{fs, process::ExitCode, time::Duration};

use domain::policy::{
    WorkloadType,
    cases::read,
    desk::{Around, Desk},
    read_bytes,
};
use testkit::{dice::Dice, fuzz};

/// One text may take this long to read; the issue promises it of what is refused.
const SLOW: Duration = Duration::from_millis(100);
/// Texts grow to this at most, a little more than what is read of one.
const BYTES_MAX: usize = 300 << 10;
/// Words that mean something to the readers.
const WORDS: [&str; 44] = [
    "defaults:",
    "rules:",
    "imposedAssets:",
    "cases:",
    "chain:",
    "policyText: |",
    "submission:",
    "instances:",
    "attributes:",
    "locked:",
    "options:",
    "defaultFrom:",
    "field:",
    "factor:",
    "min:",
    "max:",
    "step:",
    "exclude: true",
    "compute:",
    "storage:",
    "ports:",
    "pvc:",
    "&a",
    "*a",
    "<<: *a",
    "!!str",
    "!x",
    "---",
    "...",
    "? ",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"\\ud800\"",
    "\"\\U0010FFFF\"",
    ".nan",
    "1e309",
    "18446744073709551616",
    "0x",
    "|2-",
    "\u{feff}",
];

fn main() -> ExitCode {
    let (corpus, desk) = (corpus(), Desk::new(Around::default()));
    fuzz::run(SLOW, |dice| text(&corpus, dice), |text, dice| answers(&desk, text, dice))
}

/// Everything that reads texts which people write.
fn answers(desk: &Desk, bytes: &[u8], dice: &Dice) {
    let reading = read_bytes(bytes, *dice.pick(&WorkloadType::ALL));
    for issue in reading.errors.iter().chain(&reading.warnings) {
        assert!(!issue.details().is_empty());
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count().max(1);
    for mark in desk.check(&text).problems {
        assert!((1..=lines).contains(&mark.line) && mark.column > 0 && mark.length > 0, "{mark:?}");
    }
    let line = dice.place(lines + 2);
    let width = text.lines().nth(line.saturating_sub(1)).map_or(0, |line| line.chars().count());
    let completion = desk.complete(&text, line, dice.place(width + 3));
    assert!(completion.from <= completion.to, "{completion:?}");
    // What is wrong with a test file has words; what it says is for the cases.
    let _ = read(bytes).map_err(|wrong| assert!(!wrong.to_string().is_empty()));
}

/// The cases of the repository, and a document with everything.
fn corpus() -> Vec<Vec<u8>> {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = format!("{root}/../cli/tests/policy-cases");
    let files = fs::read_dir(folder).expect("the folder of cases").flatten();
    let mut names: Vec<_> = files.map(|file| file.path()).collect();
    names.push(format!("{root}/tests/policy/full.yaml").into());
    names.sort();
    let mut corpus: Vec<Vec<u8>> = names.iter().flat_map(fs::read).collect();
    // Parts are mutated more deeply than whole files.
    let parts = corpus.iter().flat_map(|file| parts(file)).collect::<Vec<_>>();
    corpus.extend(parts);
    corpus
}

fn parts(file: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(file);
    let cases = text.split("\n  - name:").skip(1);
    cases.map(|case| format!("cases:\n  - name:{case}").into_bytes()).collect()
}

fn text(corpus: &[Vec<u8>], dice: &Dice) -> Vec<u8> {
    let mut text = dice.pick(corpus).clone();
    for _ in 0..=dice.place(8) {
        mutate(&mut text, corpus, dice);
        text.truncate(BYTES_MAX);
    }
    text
}

fn mutate(text: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &Dice) {
    let at = dice.place(text.len() + 1);
    let end = (at + dice.place(40)).min(text.len());
    match dice.place(9) {
        0 => drop(text.splice(at..end, [])),
        1 => drop(text.splice(at..at, dice.pick(&WORDS).bytes())),
        2 => drop(text.splice(at..end, dice.pick(&WORDS).bytes())),
        3 => {
            let other = dice.pick(corpus);
            let from = dice.place(other.len());
            let to = (from + dice.place(300)).min(other.len());
            drop(text.splice(at..end, other[from..to].iter().copied()));
        }
        4 => {
            let part = text[at..end].to_vec();
            let times = 1 << dice.place(12);
            drop(text.splice(at..at, part.repeat(times)));
        }
        5 => {
            let word = dice.pick(&WORDS).repeat(1 << dice.place(14));
            drop(text.splice(at..at, word.bytes()));
        }
        6 => text.iter_mut().skip(at).take(1).for_each(|byte| *byte = dice.roll() as u8),
        7 => {
            let (spaces, count) = (" ".repeat(dice.place(6)), 1 << dice.place(13));
            let keys: String = (0..count).map(|n| format!("\n{spaces}key{n}: {n}")).collect();
            drop(text.splice(at..at, keys.bytes()));
        }
        _ => {
            let spaces = " ".repeat(dice.place(6));
            drop(text.splice(at..at, format!("\n{spaces}").bytes()));
        }
    }
}
