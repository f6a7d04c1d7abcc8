//! What somebody sees of a restart who uses a tool all the time, over connections that stay and over
//! new ones: of a planned one nothing, of a crash a short gap.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use reqwest::Client;
use tokio::{sync::Notify, task::JoinSet, time::interval};

use crate::{
    bench::table::{Amount, Table},
    workshop::Workshop,
};

/// Between two requests: 50 a second.
const EVERY: Duration = Duration::from_millis(20);
/// How long the tool is used before and after.
const AROUND: Duration = Duration::from_secs(3);
/// Restarts of each kind.
const TIMES: usize = 3;

pub async fn measure(mut workshop: Workshop, table: &mut Table) -> Result<()> {
    let mut planned = vec![];
    for _ in 0..TIMES {
        let user = User::of(&workshop);
        tokio::time::sleep(AROUND).await;
        let newer = workshop.setup.clone();
        let newer = tokio::task::spawn_blocking(move || newer.take_over()).await??;
        tokio::time::sleep(AROUND).await;
        planned.append(&mut user.end().await?);
        workshop.berth = newer;
    }
    let failed = planned.iter().filter(|request| !request.is_right).count();
    let what = format!("failed of {} requests in {TIMES} planned restarts", planned.len());
    table.at_most(what, Amount::Count(failed as f64), Amount::Count(0.0));
    let longest = planned.iter().map(Request::took).max().unwrap_or_default();
    table.figure("    the longest took", Amount::of(longest));

    let mut gaps = vec![];
    for _ in 0..TIMES {
        let user = User::of(&workshop);
        tokio::time::sleep(AROUND).await;
        workshop = workshop.after_a_crash().await?;
        tokio::time::sleep(AROUND).await;
        gaps.push(gap(&user.end().await?));
    }
    let longest = gaps.into_iter().max().unwrap_or_default();
    let what = format!("longest gap of a tool in {TIMES} crashes");
    table.at_most(what, Amount::of(longest), Amount::Milliseconds(2_000.0));
    Ok(())
}

/// The longest time in which no request was answered.
fn gap(requests: &[Request]) -> Duration {
    let mut answered: Vec<_> =
        requests.iter().filter(|request| request.is_right).map(|request| request.ended).collect();
    answered.sort_unstable();
    let gaps = answered.windows(2).map(|pair| pair[1] - pair[0]);
    gaps.max().unwrap_or_default()
}

struct Request {
    begun: Instant,
    ended: Instant,
    is_right: bool,
}

impl Request {
    fn took(&self) -> Duration {
        self.ended - self.begun
    }
}

/// Somebody who uses the tool until they are asked to stop.
struct User {
    stop: Arc<Notify>,
    work: tokio::task::JoinHandle<Result<Vec<Request>>>,
}

impl User {
    fn of(workshop: &Workshop) -> Self {
        let stop = Arc::new(Notify::new());
        let (url, host) = (workshop.berth.url.clone(), workshop.tools[0].host.clone());
        let (token, stopped) = (workshop.rest.token.clone(), stop.clone());
        let work = tokio::spawn(async move {
            let stays = Client::new();
            let ask = |client: &Client| client.get(&url).header("host", &host).bearer_auth(&token);
            let mut requests = JoinSet::new();
            let mut each = interval(EVERY);
            for is_new in [false, true].into_iter().cycle() {
                tokio::select! {
                    _ = each.tick() => {}
                    () = stopped.notified() => break,
                }
                let client = if is_new { Client::new() } else { stays.clone() };
                requests.spawn(made(ask(&client)));
            }
            Ok(requests.join_all().await)
        });
        Self { stop, work }
    }

    /// All their requests.
    async fn end(self) -> Result<Vec<Request>> {
        self.stop.notify_one();
        self.work.await?
    }
}

async fn made(request: reqwest::RequestBuilder) -> Request {
    let begun = Instant::now();
    let answer = async { request.send().await?.error_for_status()?.bytes().await };
    let answer = answer.await;
    Request { begun, ended: Instant::now(), is_right: answer.is_ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_where_nothing_was_answered() {
        let begun = Instant::now();
        let request = |ended, is_right| Request {
            begun,
            ended: begun + Duration::from_millis(ended),
            is_right,
        };
        let all = [(20, true), (60, false), (90, true), (40, true), (100, true)];
        let all: Vec<_> = all.into_iter().map(|(at, is_right)| request(at, is_right)).collect();
        assert_eq!(gap(&all), Duration::from_millis(50));
        assert_eq!(gap(&[]), Duration::ZERO);
    }
}
