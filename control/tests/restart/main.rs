//! Berth is killed again and again, at any moment, while people make, stop, run and delete
//! workspaces. Whatever was answered is kept, whatever was not is there whole or not at all, nothing
//! runs twice, and in the end everything is where people wanted it.
//!
//! Each life is a process of its own, so that the kill is a real one; the files are all that is left
//! of it. `RESTART_SEED` begins another story.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod checks;
mod diary;
mod life;

use std::{
    env,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use life::Life;
use testkit::dice::Dice;

/// How often Berth is killed.
const KILLS: u64 = 30;
/// How long a life may take to begin, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a life may work.
const WORK_MAX: Duration = Duration::from_secs(2);

#[test]
fn nothing_is_lost_and_nothing_runs_twice_with_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", dir.path().join("berth.db").display());
    kill_again_and_again(dir.path(), &database);
}

#[test]
fn nothing_is_lost_and_nothing_runs_twice_with_postgres() {
    kill_again_and_again(tempfile::tempdir().unwrap().path(), &testkit::postgres::database());
}

fn kill_again_and_again(dir: &Path, database: &str) {
    let seed = env::var("RESTART_SEED").map_or(1, |text| text.parse().unwrap());
    let dice = Dice::of(seed);
    for number in 1..=KILLS {
        let mut child = begin(dir, database, seed, number);
        // Most are killed at work, whatever the machine's pace; some while they open their files.
        if dice.below(6) > 0 {
            wait_for(&mut child, dir, number);
            work(dir, dice.below(12));
            sleep(Duration::from_micros(dice.below(20_000)));
        } else {
            sleep(Duration::from_micros(dice.below(150_000)));
        }
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), None, "life {number} ended by itself");
    }
    let diary = diary::read(dir);
    let cut_off = diary.cut_off();
    println!("{} workspaces, {} answers, {cut_off} cut off", diary.len(), diary.answers);
    assert!(diary.answers > KILLS as usize, "too little happened: {} answers", diary.answers);
    tokio::runtime::Runtime::new().unwrap().block_on(checks::all(dir, database, seed, &diary));
}

/// One life of Berth, until it is killed; nothing when nobody began it.
#[test]
#[ignore = "run by the other test, in a process of its own"]
fn one_life() {
    let told = |name| env::var(name).ok();
    let (Some(dir), Some(database)) = (told("RESTART_DIR"), told("RESTART_DATABASE")) else {
        return;
    };
    let number = |name| told(name).unwrap().parse::<u64>().unwrap();
    let (seed, life) = (number("RESTART_SEED"), number("RESTART_LIFE"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let life = Life::begin(Path::new(&dir), &database, seed, life).await;
        life.live(Path::new(&dir)).await;
    });
}

fn begin(dir: &Path, database: &str, seed: u64, number: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "one_life", "--ignored", "--nocapture"])
        .env("RESTART_DIR", dir)
        .env("RESTART_DATABASE", database)
        .env("RESTART_SEED", seed.to_string())
        .env("RESTART_LIFE", number.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_for(child: &mut Child, dir: &Path, number: u64) {
    let begun = Instant::now();
    while !diary::has_begun(dir, number) {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "life {number} ended by itself: {ended:?}");
        assert!(begun.elapsed() < PATIENCE, "life {number} does not begin");
        sleep(Duration::from_millis(2));
    }
}

/// Returns when `answers` more have been given, or soon when people have nothing to ask.
fn work(dir: &Path, answers: u64) {
    let (begun, before) = (Instant::now(), diary::read(dir).answers as u64);
    while (diary::read(dir).answers as u64) < before + answers && begun.elapsed() < WORK_MAX {
        sleep(Duration::from_millis(2));
    }
}
