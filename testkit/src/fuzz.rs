//! Texts that nobody would write, against what reads them: `cargo xtask fuzz`. Each is made by chance with a seed, so a
//! finding can be made again. A panic and an answer that takes too long end it with the text. It is a loop of its own
//! rather than a coverage-guided fuzzer: those need a nightly compiler and a tool, which people who build Berth do not
//! have.

use std::{
    env, fs,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use crate::dice::Dice;

/// Nothing that hangs is waited for longer.
const STUCK: Duration = Duration::from_secs(10);

/// Makes texts and has them answered for as many seconds as the first argument of the program says, with the seed of
/// the second. An answer may take `slow`; the clock is looked at three times before that is said.
pub fn run(
    slow: Duration,
    make: impl Fn(&Dice) -> Vec<u8>,
    answer: impl Fn(&[u8], &Dice),
) -> ExitCode {
    let mut args = env::args().skip(1);
    let mut number = |or: u64| args.next().and_then(|arg| arg.parse().ok()).unwrap_or(or);
    let (seconds, seed) = (number(60), number(1));
    let (begun, tell) = watch();
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut texts, mut bytes, mut slowest) = (0_u64, 0, Duration::ZERO);
    let timed = |text: &[u8], dice: &Dice| {
        let begin = Instant::now();
        let answered = panic::catch_unwind(AssertUnwindSafe(|| answer(text, dice)));
        (answered.is_ok(), begin.elapsed())
    };
    while Instant::now() < until {
        let dice = Dice::of(seed << 32 | texts);
        let text = make(&dice);
        let _ = begun.send(texts);
        let (answered, took) = timed(&text, &dice);
        slowest = slowest.max(took);
        // A busy machine makes one measurement slow, not three.
        let is_slow = took > slow && (0..3).all(|_| timed(&text, &Dice::of(1)).1 > slow);
        if !answered || is_slow {
            let what = if is_slow { "takes too long" } else { "panics" };
            let file = env::temp_dir().join(format!("berth-fuzz-{seed}-{texts}"));
            let kept = fs::write(&file, &text);
            eprintln!("fuzz: text {texts} of seed {seed} {what}: {} ({kept:?})", file.display());
            return ExitCode::FAILURE;
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
