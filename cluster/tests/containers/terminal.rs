//! A shell in a container: what is typed and written, its window, its end, and that nothing of it stays.

use std::time::{Duration, Instant};

use cluster::{Driver, DriverError, Terminal, TerminalSize};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::bed::{Bed, id};

const SLEEPS: &str = r#"{"command": "sleep", "args": "1000", "terminationGracePeriodSeconds": 1}"#;
const WITHIN: Duration = Duration::from_secs(60);

/// Somebody at a terminal.
struct Person {
    terminal: Terminal,
    seen: Vec<u8>,
}

impl Person {
    async fn at(bed: &Bed) -> Self {
        let size = TerminalSize::of(111, 33);
        Self { terminal: bed.driver.terminal(id(1), size).await.unwrap(), seen: vec![] }
    }

    async fn types(&mut self, text: &str) {
        self.terminal.input.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads up to where it was written.
    async fn sees(&mut self, text: &str) {
        let until = Instant::now() + WITHIN;
        loop {
            let found = self.seen.windows(text.len()).position(|seen| seen == text.as_bytes());
            if let Some(at) = found {
                self.seen.drain(..at + text.len());
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, self.terminal.output.next()).await {
                Ok(Some(chunk)) => self.seen.extend_from_slice(&chunk),
                _ => panic!("{text:?} is not in {:?}", String::from_utf8_lossy(&self.seen)),
            }
        }
    }
}

fn processes(bed: &Bed) -> String {
    bed.engine.ask(&["exec", "runai-vision_nb1-1", "ps", "-o", "comm,args"])
}

async fn until(is: impl Fn() -> bool, bed: &Bed) {
    let until = Instant::now() + WITHIN;
    while !is() {
        assert!(Instant::now() < until, "{}", processes(bed));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_shell_is_typed_to_and_ends() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    let mut person = Person::at(&bed).await;
    person.types("stty size; echo $((6 * 7))-$TERM\n").await;
    person.sees("33 111").await;
    person.sees("42-xterm-256color").await;
    person.terminal.shell.resize(TerminalSize::of(70, 20)).await;
    person.types("stty size\n").await;
    person.sees("20 70").await;

    // Bytes that look like the frames of an engine are what they are.
    person.types("printf 'a\\000\\001\\002b'; echo; echo over\n").await;
    person.sees("a\0\u{1}\u{2}b").await;

    // Much at once arrives whole, and what runs can be interrupted.
    person
        .types("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i + 1)); done; echo d''one\n")
        .await;
    person.sees("line 19999\r\ndone").await;
    person.types("sleep 4141\n").await;
    until(|| processes(&bed).contains("4141"), &bed).await;
    person.types("\u{3}").await;
    until(|| !processes(&bed).contains("4141"), &bed).await;

    person.types("exit 7\n").await;
    while person.terminal.output.next().await.is_some() {}
    assert_eq!(person.terminal.shell.exit_code().await, Some(7));
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_shell_that_is_left_is_hung_up() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    let mut person = Person::at(&bed).await;
    person.types("echo r''eady; sleep 4242\n").await;
    person.sees("ready").await;
    until(|| processes(&bed).contains("sleep 4242"), &bed).await;
    drop(person);
    until(|| !processes(&bed).contains("4242"), &bed).await;
    assert!(!processes(&bed).contains("sh "), "{}", processes(&bed));
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn where_there_is_no_shell_it_says_so() {
    let mut bed = Bed::new();
    let why = |wrong: Result<Terminal, DriverError>| match wrong {
        Ok(_) => "there is one".to_owned(),
        Err(wrong) => wrong.to_string(),
    };
    let size = TerminalSize::of(80, 24);
    bed.turn().await;
    assert_eq!(
        why(bed.driver.terminal(id(1), size).await),
        "there is no shell: there is no container"
    );
    let script = r#"{"command": "sh -c", "args": "'rm /bin/sh; exec sleep 1000'", "terminationGracePeriodSeconds": 1}"#;
    bed.run(1, script);
    bed.until_runs(1).await;
    let until = Instant::now() + WITHIN;
    loop {
        let why = why(bed.driver.terminal(id(1), size).await);
        if why == "there is no shell: its image has no shell (/bin/sh)" {
            break;
        }
        assert!(Instant::now() < until, "{why}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
