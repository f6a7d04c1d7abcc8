//! Requests a second, how long they take, and what each costs the proxy.

use std::time::Duration;

use anyhow::Result;

use super::jupyterhub::JupyterHub;
use crate::{
    bench::{
        Args,
        load::{self, Answers, CONNECTIONS, Question},
        table::{Amount, Table},
    },
    process,
    workshop::Workshop,
};

/// Each way is measured this often, in turn, so that no way has the quiet moments alone; the best counts.
const ROUNDS: usize = 3;

/// One way to the tool.
struct Way {
    question: Question,
    /// The proxy in between.
    proxy: Option<u32>,
}

/// How it went over one way.
struct Ride {
    answers: Answers,
    /// Processor time of the proxy for one request.
    cost: Duration,
}

pub async fn measure(args: &Args, workshop: &Workshop, table: &mut Table) -> Result<()> {
    let tool = &workshop.tools[0];
    let jupyterhub = JupyterHub::before(&tool.direct)?;
    let way = |address: &str, headers, proxy| {
        let question = Question { address: address.into(), path: "/".into(), headers };
        Way { question, proxy }
    };
    let who = vec![("host", tool.host.clone()), ("authorization", workshop.bearer())];
    let ways = [
        way(&tool.direct, vec![], None),
        way(workshop.address(), who, Some(workshop.berth.pid())),
        way(&jupyterhub.address, vec![], Some(jupyterhub.pid())),
    ];
    let mut rounds = vec![];
    for _ in 0..ROUNDS {
        for way in &ways {
            rounds.push(way.ride(Duration::from_secs(args.seconds)).await?);
        }
    }
    let best = |at: usize| {
        let rides = rounds.iter().skip(at).step_by(ways.len());
        rides.max_by(|a, b| a.answers.per_second.total_cmp(&b.answers.per_second))
    };
    if let (Some(direct), Some(ours), Some(theirs)) = (best(0), best(1), best(2)) {
        compare(direct, ours, theirs, table);
    }
    Ok(())
}

impl Way {
    async fn ride(&self, during: Duration) -> Result<Ride> {
        let used = || self.proxy.map_or(Ok(Duration::ZERO), process::cpu);
        let before = used()?;
        let answers = load::ask(&self.question, during).await?;
        let count = answers.per_second * during.as_secs_f64();
        Ok(Ride { answers, cost: (used()? - before).div_f64(count.max(1.0)) })
    }
}

fn compare(direct: &Ride, ours: &Ride, theirs: &Ride, table: &mut Table) {
    for (name, ride) in [("past Berth", direct), ("through Berth", ours), ("JupyterHub", theirs)] {
        let what = format!("requests to a tool, {CONNECTIONS} connections, {name}");
        table.figure(what, Amount::PerSecond(ride.answers.per_second));
        table.figure("    median", Amount::of(ride.answers.median));
        table.figure("    99th of 100", Amount::of(ride.answers.p99));
        if !ride.cost.is_zero() {
            table.figure("    processor of the proxy for one", Amount::Microseconds(micros(ride)));
        }
    }
    let times =
        |of: &Ride, within: &Ride| Amount::Times(of.answers.per_second / within.answers.per_second);
    table.at_most("past Berth in through Berth", times(direct, ours), Amount::Times(2.0));
    let added = ours.answers.p99.saturating_sub(direct.answers.p99);
    table.at_most("99th of 100, added by Berth", Amount::of(added), Amount::Milliseconds(2.0));
    table.at_most("JupyterHub's speed in Berth's", times(theirs, ours), Amount::Times(1.0));
    let cost = Amount::Times(micros(ours) / micros(theirs));
    table.at_most("Berth's processor time in JupyterHub's", cost, Amount::Times(1.0));
}

fn micros(ride: &Ride) -> f64 {
    ride.cost.as_secs_f64() * 1e6
}
