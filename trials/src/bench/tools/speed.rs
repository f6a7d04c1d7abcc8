//! Requests a second, how long they take, and what each costs the proxy.

use std::time::Duration;

use anyhow::Result;

use super::{jupyterhub, nginx};
use crate::{
    bench::{
        Args,
        load::{self, Answers, CONNECTIONS, Question},
        table::{Amount, Table},
    },
    process, tool,
    workshop::Workshop,
};

/// Each way is measured this often, in turn, so that no way has the quiet moments alone; the best counts.
const ROUNDS: usize = 3;

/// How long a tool works for an answer, where it does anything at all. JupyterLab takes some 470.
const WORK_MICROS: [u64; 3] = [25, 50, 100];

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
    let (jupyterhub, nginx) = (jupyterhub::before(&tool.direct)?, nginx::before(&tool.direct)?);
    let way = |address: &str, headers, proxy| {
        let question = Question { address: address.into(), path: "/".into(), headers };
        Way { question, proxy }
    };
    let who = vec![("host", tool.host.clone()), ("authorization", workshop.bearer())];
    let mut ways = vec![
        way(&tool.direct, vec![], None),
        way(workshop.address(), who, Some(workshop.berth.pid())),
        way(&jupyterhub.address, vec![], Some(jupyterhub.pid())),
    ];
    match &nginx {
        Some(nginx) => ways.push(way(&nginx.address, vec![], Some(nginx.pid()))),
        None => eprintln!("trials: nginx is not measured: it is not installed"),
    }
    let during = Duration::from_secs(args.seconds);
    compare(&rides(&ways, during).await?, table);
    for micros in WORK_MICROS {
        ways.iter_mut().for_each(|way| way.question.path = tool::work_of(micros));
        compare_working(micros, &rides(&ways[..2], during).await?, table);
    }
    ways.iter_mut().for_each(|way| way.question.path = "/".into());
    let all: Vec<usize> = (0..std::thread::available_parallelism()?.get()).collect();
    if all.len() > 1 {
        apart(&ways, workshop, &all[..1], &all[1..])?;
        let rides = rides(&ways, during).await;
        apart(&ways, workshop, &all, &all)?;
        compare_apart(&rides?, table);
    }
    Ok(())
}

/// Puts load and tool on some processors, and what is between them on others: then none is slow for want of one.
fn apart(ways: &[Way], workshop: &Workshop, ends: &[usize], between: &[usize]) -> Result<()> {
    for end in [std::process::id(), workshop.tool_pid()?] {
        process::pin(end, ends)?;
    }
    ways.iter().filter_map(|way| way.proxy).try_for_each(|proxy| process::pin(proxy, between))
}

/// The best ride over each way.
async fn rides(ways: &[Way], during: Duration) -> Result<Vec<Ride>> {
    let mut best: Vec<Option<Ride>> = ways.iter().map(|_| None).collect();
    for _ in 0..ROUNDS {
        for (way, best) in ways.iter().zip(&mut best) {
            let ride = way.ride(during).await?;
            let fastest = best.as_ref().map_or(0.0, |best| best.answers.per_second);
            if ride.answers.per_second > fastest {
                *best = Some(ride);
            }
        }
    }
    Ok(best.into_iter().flatten().collect())
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

/// What the ways are called, in their order.
const NAMES: [&str; 4] = ["past Berth", "through Berth", "JupyterHub", "nginx"];

/// Load, tool and proxy on the same processors, as on a machine that has no others. How far nginx is there, which asks
/// nobody who they are, stands beside it.
fn compare(rides: &[Ride], table: &mut Table) {
    for (name, ride) in NAMES.iter().zip(rides) {
        let what = format!("requests to a tool, {CONNECTIONS} connections, {name}");
        table.figure(what, Amount::PerSecond(ride.answers.per_second));
        table.figure("    median", Amount::of(ride.answers.median));
        table.figure("    99th of 100", Amount::of(ride.answers.p99));
        if !ride.cost.is_zero() {
            table.figure("    processor of the proxy for one", Amount::Microseconds(micros(ride)));
        }
    }
    let [direct, ours, theirs, nginx @ ..] = rides else { return };
    table.at_most("past Berth in through Berth", times(direct, ours), Amount::Times(2.0));
    for nginx in nginx {
        table.figure("past Berth in through nginx", times(direct, nginx));
    }
    let added = ours.answers.p99.saturating_sub(direct.answers.p99);
    table.at_most("99th of 100, added by Berth", Amount::of(added), Amount::Milliseconds(2.0));
    table.at_most("JupyterHub's speed in Berth's", times(theirs, ours), Amount::Times(1.0));
    let cost = Amount::Times(micros(ours) / micros(theirs));
    table.at_most("Berth's processor time in JupyterHub's", cost, Amount::Times(1.0));
}

/// The same with a tool that does something.
fn compare_working(micros: u64, rides: &[Ride], table: &mut Table) {
    let [direct, ours] = rides else { return };
    for (name, ride) in NAMES.iter().zip(rides) {
        let what = format!("the same, {micros} us of work for an answer, {name}");
        table.figure(what, Amount::PerSecond(ride.answers.per_second));
    }
    table.at_most("past Berth in through Berth", times(direct, ours), Amount::Times(2.0));
}

/// Proxies with processors of their own.
fn compare_apart(rides: &[Ride], table: &mut Table) {
    for (name, ride) in NAMES.iter().zip(rides) {
        let what = format!("the same, a processor to the proxy alone, {name}");
        table.figure(what, Amount::PerSecond(ride.answers.per_second));
    }
    let [direct, ours, ..] = rides else { return };
    table.at_most("past Berth in through Berth", times(direct, ours), Amount::Times(2.0));
}

fn times(of: &Ride, within: &Ride) -> Amount {
    Amount::Times(of.answers.per_second / within.answers.per_second)
}

fn micros(ride: &Ride) -> f64 {
    ride.cost.as_secs_f64() * 1e6
}
