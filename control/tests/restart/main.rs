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

use diary::Diary;
use life::{Dice, Life};

/// How often Berth is killed.
const KILLS: u64 = 30;
/// How long a life may take to begin, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn nothing_is_lost_and_nothing_runs_twice_over_thirty_kills() {
    let seed = env::var("RESTART_SEED").map_or(1, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let dice = Dice::of(seed);
    for number in 1..=KILLS {
        let mut child = begin(dir.path(), seed, number);
        // Most are killed at work; some while they are still opening their files.
        if dice.below(6) > 0 {
            wait_for(&mut child, dir.path(), number);
        }
        sleep(Duration::from_micros(dice.below(150_000)));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), None, "life {number} ended by itself");
    }
    let diary = Diary::read(dir.path());
    let cut_off = diary.workloads.values().filter(|possible| possible.len() > 1).count();
    println!("{} workspaces, {} answers, {cut_off} cut off", diary.workloads.len(), diary.answers);
    assert!(diary.answers > KILLS as usize, "too little happened: {} answers", diary.answers);
    tokio::runtime::Runtime::new().unwrap().block_on(checks::all(dir.path(), seed, &diary));
}

/// One life of Berth, until it is killed; nothing when nobody began it.
#[test]
#[ignore = "run by the other test, in a process of its own"]
fn one_life() {
    let told = |name| env::var(name).ok();
    let (Some(dir), Some(seed), Some(number)) =
        (told("RESTART_DIR"), told("RESTART_SEED"), told("RESTART_LIFE"))
    else {
        return;
    };
    let (seed, number) = (seed.parse().unwrap(), number.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let life = Life::begin(Path::new(&dir), seed, number).await;
        life.live(Path::new(&dir)).await;
    });
}

fn begin(dir: &Path, seed: u64, number: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "one_life", "--ignored", "--nocapture"])
        .env("RESTART_DIR", dir)
        .env("RESTART_SEED", seed.to_string())
        .env("RESTART_LIFE", number.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_for(child: &mut Child, dir: &Path, number: u64) {
    let begun = Instant::now();
    while !Diary::has_begun(dir, number) {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "life {number} ended by itself: {ended:?}");
        assert!(begun.elapsed() < PATIENCE, "life {number} does not begin");
        sleep(Duration::from_millis(2));
    }
}
