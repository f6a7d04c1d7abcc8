//! Texts that nobody would write, against everything that reads policies: `cargo xtask fuzz`. Each is
//! made from the corpus by chance with a seed, so a finding can be made again. A panic, an answer
//! that takes too long and memory beyond the limit (which the chore sets) end it with the text.
//! It is a loop of its own rather than a coverage-guided fuzzer: those need a nightly compiler and a
//! tool, which people who build Berth do not have.

use std::{
    env, fs,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use domain::policy::{
    WorkloadType,
    cases::read,
    desk::{Around, Desk},
    read_bytes,
};

/// One text may take this long to read; the issue promises it of what is refused.
const SLOW: Duration = Duration::from_millis(100);
/// Nothing that hangs is waited for longer.
const STUCK: Duration = Duration::from_secs(10);
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

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let mut number = |or: u64| args.next().and_then(|arg| arg.parse().ok()).unwrap_or(or);
    let (seconds, seed) = (number(60), number(1));
    let corpus = corpus();
    let desk = Desk::new(Around::default());
    let (begun, tell) = watch();
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut texts, mut bytes, mut slowest) = (0_u64, 0, Duration::ZERO);
    while Instant::now() < until {
        let mut dice = Dice((seed << 32 | texts) * 2 + 1);
        // Neighbouring seeds begin alike.
        (0..4).for_each(|_| _ = dice.roll());
        let text = text(&corpus, &mut dice);
        let _ = begun.send(texts);
        let begin = Instant::now();
        let answered = panic::catch_unwind(AssertUnwindSafe(|| answers(&desk, &text, &mut dice)));
        let took = begin.elapsed();
        slowest = slowest.max(took);
        // A busy machine makes one measurement slow, not three.
        let slow = took > SLOW && (0..3).all(|_| again(&desk, &text) > SLOW);
        if answered.is_err() || slow {
            return found(seed, texts, &text, if slow { "takes too long" } else { "panics" });
        }
        (texts, bytes) = (texts + 1, bytes + text.len());
    }
    drop(begun);
    let _ = tell.join();
    println!("{texts} texts, {} MB, seed {seed}: no panic, slowest {slowest:?}", bytes >> 20);
    if texts > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends the program when one text is never done.
fn watch() -> (mpsc::Sender<u64>, thread::JoinHandle<()>) {
    let (begun, texts) = mpsc::channel();
    let watch = move || {
        let mut last = None;
        loop {
            match texts.recv_timeout(STUCK) {
                Ok(text) => last = Some(text),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    eprintln!("fuzz: text {last:?} is never done");
                    std::process::exit(1);
                }
            }
        }
    };
    (begun, thread::spawn(watch))
}

fn found(seed: u64, text: u64, bytes: &[u8], what: &str) -> ExitCode {
    let file = env::temp_dir().join(format!("berth-fuzz-{seed}-{text}.yaml"));
    let kept = fs::write(&file, bytes);
    eprintln!("fuzz: text {text} of seed {seed} {what}: {} ({kept:?})", file.display());
    ExitCode::FAILURE
}

/// Everything that reads texts which people write.
fn answers(desk: &Desk, bytes: &[u8], dice: &mut Dice) {
    let reading = read_bytes(bytes, *dice.pick(&WorkloadType::ALL));
    for issue in reading.errors.iter().chain(&reading.warnings) {
        assert!(!issue.details().is_empty());
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count().max(1);
    for mark in desk.check(&text).problems {
        assert!((1..=lines).contains(&mark.line) && mark.column > 0 && mark.length > 0, "{mark:?}");
    }
    let line = dice.below(lines + 2);
    let width = text.lines().nth(line.saturating_sub(1)).map_or(0, |line| line.chars().count());
    let completion = desk.complete(&text, line, dice.below(width + 3));
    assert!(completion.from <= completion.to, "{completion:?}");
    // What is wrong with a test file has words; what it says is for the cases.
    let _ = read(bytes).map_err(|wrong| assert!(!wrong.to_string().is_empty()));
}

fn again(desk: &Desk, bytes: &[u8]) -> Duration {
    let begin = Instant::now();
    let _ = panic::catch_unwind(AssertUnwindSafe(|| answers(desk, bytes, &mut Dice(1))));
    begin.elapsed()
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

fn text(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut text = dice.pick(corpus).clone();
    for _ in 0..=dice.below(8) {
        mutate(&mut text, corpus, dice);
        text.truncate(BYTES_MAX);
    }
    text
}

fn mutate(text: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(text.len() + 1);
    let end = (at + dice.below(40)).min(text.len());
    match dice.below(9) {
        0 => drop(text.splice(at..end, [])),
        1 => drop(text.splice(at..at, dice.pick(&WORDS).bytes())),
        2 => drop(text.splice(at..end, dice.pick(&WORDS).bytes())),
        3 => {
            let other = dice.pick(corpus);
            let from = dice.below(other.len());
            let to = (from + dice.below(300)).min(other.len());
            drop(text.splice(at..end, other[from..to].iter().copied()));
        }
        4 => {
            let part = text[at..end].to_vec();
            let times = 1 << dice.below(12);
            drop(text.splice(at..at, part.repeat(times)));
        }
        5 => {
            let word = dice.pick(&WORDS).repeat(1 << dice.below(14));
            drop(text.splice(at..at, word.bytes()));
        }
        6 => text.iter_mut().skip(at).take(1).for_each(|byte| *byte = dice.roll() as u8),
        7 => {
            let (spaces, count) = (" ".repeat(dice.below(6)), 1 << dice.below(13));
            let keys: String = (0..count).map(|n| format!("\n{spaces}key{n}: {n}")).collect();
            drop(text.splice(at..at, keys.bytes()));
        }
        _ => {
            let spaces = " ".repeat(dice.below(6));
            drop(text.splice(at..at, format!("\n{spaces}").bytes()));
        }
    }
}
