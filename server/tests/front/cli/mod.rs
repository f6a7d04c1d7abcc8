//! The client's commands, run as people run them: the real program beside a real server.

#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod lists;
mod refusals;
mod stories;

use control::FirstAccounts;

use crate::common::{Berth, terminal::Terminal};

const SECRET: &str = "a secret of this test";

/// A server that listens, and a terminal where a program with every right is signed in.
async fn start() -> (Berth, Terminal) {
    let berth = Berth::start().await;
    let client = Some(("ci-bot".to_owned(), SECRET.to_owned()));
    let first = FirstAccounts { admin: None, client };
    berth.control.bootstrap(true, &[], first).await.unwrap();
    let terminal = Terminal::at(format!("http://{}", berth.listen().await));
    let line = format!("login access-key --client-id ci-bot --secret '{SECRET}'");
    let said = terminal.run(&line).await;
    assert_eq!((said.code, said.out.as_str()), (0, "Signed in at URL as ci-bot.\n"), "{said:?}");
    (berth, terminal)
}

/// Without what is different each time: ids, times, tokens.
fn steady(story: &str) -> String {
    let hidden = |word: &str| {
        if let Some((prefix, _)) = word.split_once("night-") {
            return format!("{prefix}night-…");
        }
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = bare.len() == 36 && bare.matches('-').count() == 4;
        let is_day = bare.len() == 10 && bare.starts_with("20") && bare.matches('-').count() == 2;
        let is_time = bare.len() == 5 && bare.as_bytes().get(2) == Some(&b':');
        match (is_id, is_day, is_time) {
            (true, ..) => word.replace(bare, "ID"),
            (_, true, _) => word.replace(bare, "DAY"),
            (.., true) => word.replace(bare, "TIME"),
            _ => word.to_owned(),
        }
    };
    let line = |line: &str| line.split(' ').map(hidden).collect::<Vec<_>>().join(" ");
    story.lines().map(|of| format!("{}\n", line(of))).collect()
}
