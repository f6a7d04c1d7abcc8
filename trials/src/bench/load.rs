//! How many pages and lists the program hands out, beside a server of the same making that does
//! nothing but hand out as many bytes from memory.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Empty};
use hyper::{HeaderMap, Request, StatusCode, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{
    Args, WORKLOADS, populate, setup,
    table::{Amount, Table, percentile},
};
use crate::client;

/// Connections at the same time.
pub const CONNECTIONS: usize = 16;

/// One question, as often as there is time.
#[derive(Clone, Debug)]
pub struct Question {
    /// Host and port.
    pub address: String,
    pub path: String,
    /// What says who asks, and of whom where that is not the address.
    pub headers: Vec<(&'static str, String)>,
}

/// What came of it.
pub struct Answers {
    pub per_second: f64,
    pub median: Duration,
    pub p99: Duration,
    bytes: usize,
}

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let berth = setup(args, folder.path()).start()?;
    let rest = populate(&berth, WORKLOADS).await?;
    let cookie = client::cookie(&berth.url).await?;
    let address = berth.url.trim_start_matches("http://").to_owned();
    let bearer = vec![("authorization", format!("Bearer {}", rest.token))];
    let cookie = vec![("cookie", cookie)];
    // Everything has started by then, and the page shows what it shows most of the time.
    tokio::time::sleep(Duration::from_secs(5)).await;
    for (what, path, headers) in [
        ("GET /api/v1/workloads (50 rows)", "/api/v1/workloads", &bearer),
        ("GET /api/v1/workloads?limit=500", "/api/v1/workloads?limit=500", &bearer),
        ("the page /workloads", "/workloads", &cookie),
    ] {
        let (address, headers) = (address.clone(), headers.clone());
        let question = Question { address, path: path.into(), headers };
        let during = Duration::from_secs(args.seconds);
        let ours = ask(&question, during).await.with_context(|| what.to_owned())?;
        let plain = beside(folder.path(), ours.bytes, during).await?;
        table.figure(
            format!("{what} of {} KB, {CONNECTIONS} connections", ours.bytes / 1000),
            Amount::PerSecond(ours.per_second),
        );
        table.figure("    median", Amount::of(ours.median));
        table.figure("    99th of 100", Amount::of(ours.p99));
        table.figure("    as many bytes, plain", Amount::PerSecond(plain.per_second));
        table.figure("    plain, median", Amount::of(plain.median));
        table.figure("    plain, 99th of 100", Amount::of(plain.p99));
        table.figure("    plain in ours", Amount::Times(plain.per_second / ours.per_second));
    }
    Ok(())
}

/// Asks the plain server for as many bytes.
async fn beside(folder: &std::path::Path, bytes: usize, during: Duration) -> Result<Answers> {
    let file = folder.join("plain");
    std::fs::write(&file, vec![b'x'; bytes])?;
    let mut plain = Plain(
        Command::new(std::env::current_exe()?)
            .arg("plain")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let mut address = String::new();
    BufReader::new(plain.0.stdout.take().context("no output")?).read_line(&mut address)?;
    let address = address.trim().into();
    let question = Question { address, path: "/".into(), headers: vec![] };
    ask(&question, during).await
}

/// Ends with the value.
struct Plain(Child);

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks over several connections at the same time.
pub async fn ask(question: &Question, during: Duration) -> Result<Answers> {
    // What is made at the first question is not measured.
    one_connection(question, Duration::from_millis(200)).await?;
    let begun = Instant::now();
    let askers = (0..CONNECTIONS).map(|_| {
        let question = question.clone();
        tokio::spawn(async move { one_connection(&question, during).await })
    });
    let (mut times, mut bytes) = (vec![], 0);
    for asker in askers.collect::<Vec<_>>() {
        let (mut some, size) = asker.await??;
        times.append(&mut some);
        bytes = size;
    }
    let per_second = times.len() as f64 / begun.elapsed().as_secs_f64();
    let (median, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
    Ok(Answers { per_second, median, p99, bytes })
}

/// Asks again and again; gives how long each answer took, and the size of the last.
async fn one_connection(question: &Question, during: Duration) -> Result<(Vec<Duration>, usize)> {
    let stream = TcpStream::connect(&question.address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let headers = headers(question)?;
    let until = Instant::now() + during;
    let (mut times, mut size) = (vec![], 0);
    while Instant::now() < until {
        let mut request = Request::get(&question.path).body(Empty::<Bytes>::new())?;
        request.headers_mut().clone_from(&headers);
        sender.ready().await?;
        let begun = Instant::now();
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        size = answer.into_body().collect().await?.to_bytes().len();
        times.push(begun.elapsed());
        ensure!(status == StatusCode::OK, "{}: {status}", question.path);
    }
    Ok((times, size))
}

fn headers(question: &Question) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert("host", question.address.parse()?);
    for (name, value) in &question.headers {
        headers.insert(*name, value.parse()?);
    }
    Ok(headers)
}
