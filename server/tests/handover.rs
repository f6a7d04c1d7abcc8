//! A planned restart of the real program: a newer one takes the place of the one that runs, and nobody notices.
//! `cargo xtask test --containers` installs what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use program::{Berth, WITHIN, client, free_ports, started};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UnixListener},
};

/// Between two requests: 50 a second.
const EVERY: Duration = Duration::from_millis(20);

/// A page at 8888; at 8889 a WebSocket that says what it hears.
fn tool() -> Value {
    let script = "mkdir -p /www; echo here > /www/index.html; \
        echo \"#!/bin/sh\" > /up; \
        echo \"printf \\\"HTTP/1.1 101 Up\\\\\\\\r\\\\\\\\nUpgrade: websocket\\\\\\\\r\\\\\\\\nConnection: Upgrade\\\\\\\\r\\\\\\\\n\\\\\\\\r\\\\\\\\n\\\"; cat\" >> /up; \
        chmod +x /up; nc -ll -p 8889 -e /up & exec httpd -f -p 8888 -h /www";
    json!({
        "image": "localhost/busy:1", "command": "sh -c", "args": format!("'{script}'"),
        "exposedUrls": [{"container": 8888}, {"container": 8889}], "terminationGracePeriodSeconds": 1,
    })
}

/// Somebody who uses a tool all the time, over connections that stay and over new ones.
struct User {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicU32>,
    failed: Arc<AtomicU32>,
    longest_ms: Arc<AtomicU64>,
    work: tokio::task::JoinHandle<()>,
}

impl User {
    fn of(url: &str, host: &str, token: &str) -> Self {
        let stays = client();
        let (url, host, token) = (url.to_owned(), host.to_owned(), token.to_owned());
        let stop = Arc::new(AtomicBool::new(false));
        let (asked, failed) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let longest_ms = Arc::new(AtomicU64::new(0));
        let all = (stop.clone(), asked.clone(), failed.clone(), longest_ms.clone());
        let work = tokio::spawn(async move {
            let (stop, asked, failed, longest_ms) = all;
            let mut each = tokio::time::interval(EVERY);
            let mut requests = tokio::task::JoinSet::new();
            while !stop.load(Ordering::SeqCst) {
                each.tick().await;
                let number = asked.fetch_add(1, Ordering::SeqCst);
                let client = if number.is_multiple_of(2) { stays.clone() } else { client() };
                let request = client.get(&url).header(header::HOST, &host).bearer_auth(&token);
                let (failed, longest_ms) = (failed.clone(), longest_ms.clone());
                requests.spawn(async move {
                    let begun = Instant::now();
                    let answer = match request.send().await {
                        Ok(answer) => (answer.status(), answer.text().await.unwrap_or_default()),
                        Err(wrong) => (StatusCode::IM_A_TEAPOT, format!("{wrong:?}")),
                    };
                    if answer != (StatusCode::OK, "here\n".to_owned()) {
                        println!("request {number} failed: {answer:?}");
                        failed.fetch_add(1, Ordering::SeqCst);
                    }
                    let took = u64::try_from(begun.elapsed().as_millis()).unwrap();
                    longest_ms.fetch_max(took, Ordering::SeqCst);
                });
            }
            while requests.join_next().await.is_some() {}
        });
        Self { stop, asked, failed, longest_ms, work }
    }

    /// How many requests there were, how many failed, and the longest in milliseconds.
    async fn end(self) -> (u32, u32, u64) {
        self.stop.store(true, Ordering::SeqCst);
        self.work.await.unwrap();
        let number = |of: &AtomicU32| of.load(Ordering::SeqCst);
        (number(&self.asked), number(&self.failed), self.longest_ms.load(Ordering::SeqCst))
    }
}

async fn host_of(berth: &Berth, id: &str, which: usize) -> String {
    let seen = berth.get(&format!("/api/v1/workloads/{id}")).await;
    let url = seen["externalConnections"][which]["url"].as_str().unwrap().to_owned();
    url::Url::parse(&url).unwrap().authority().to_owned()
}

async fn says(socket: &mut TcpStream, text: &str) {
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut heard = vec![0; text.len()];
    tokio::time::timeout(WITHIN, socket.read_exact(&mut heard)).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&heard), text);
}

/// A WebSocket to a tool, and all that was said before it opened.
async fn websocket(berth: &Berth, host: &str) -> TcpStream {
    let until = Instant::now() + WITHIN;
    loop {
        let mut socket = TcpStream::connect(berth.url.trim_start_matches("http://")).await.unwrap();
        let ask = format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            berth.token
        );
        socket.write_all(ask.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        if head.starts_with(b"HTTP/1.1 101") {
            // What the tool was sent of the request comes back first.
            tokio::time::sleep(Duration::from_millis(300)).await;
            let mut rest = vec![0; 64 << 10];
            let _ = socket.try_read(&mut rest);
            return socket;
        }
        assert!(Instant::now() < until, "{}", String::from_utf8_lossy(&head));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn until_it_answers(url: &str, host: &str, token: &str) {
    let until = Instant::now() + WITHIN;
    loop {
        let asked = client().get(url).header(header::HOST, host).bearer_auth(token).send().await;
        if asked.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            return;
        }
        assert!(Instant::now() < until, "the tool does not answer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_newer_berth_takes_over_and_nobody_notices() {
    let (engine, data) = started();
    let mut old = Berth::start(data.path(), &engine).await;
    let id = old.made("nb", tool()).await;
    old.until(&id, "Running").await;
    let (page, socket) = (host_of(&old, &id, 0).await, host_of(&old, &id, 1).await);
    until_it_answers(&old.url, &page, &old.token).await;
    let mut socket = websocket(&old, &socket).await;
    says(&mut socket, "before").await;
    let container = engine.ask(&["ps", "--format", "{{.ID}}"]);

    let user = User::of(&old.url, &page, &old.token);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begun = Instant::now();
    let new = old.taken_over(data.path(), &engine).await;
    println!("the new one serves after {} ms", begun.elapsed().as_millis());
    assert_eq!(new.url, old.url);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (asked, failed, longest) = user.end().await;
    println!("{asked} requests, {failed} failed, the longest took {longest} ms");
    assert_eq!(failed, 0);
    // Fifty a second where nobody else wants the processors.
    assert!(asked > 100, "{asked}");

    // What was open is open, over the old one; everything else is the new one's.
    says(&mut socket, "after").await;
    assert!(!old.has_ended());
    assert_eq!(engine.ask(&["ps", "--format", "{{.ID}}"]), container);
    let other = new
        .made(
            "other",
            json!({"image": "localhost/busy:1", "command": "sleep",
        "args": "1000", "terminationGracePeriodSeconds": 1}),
        )
        .await;
    new.until(&other, "Running").await;
    new.until(&id, "Running").await;

    // The old one ends with the last of its connections, and one may be taken over again.
    drop(socket);
    let until = Instant::now() + WITHIN;
    while !old.has_ended() {
        assert!(Instant::now() < until, "the old one stays");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let newest = new.taken_over(data.path(), &engine).await;
    newest.until(&id, "Running").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn tools_at_ports_are_taken_over_as_well() {
    let ((engine, data), (first, last)) = (started(), free_ports());
    let old = Berth::with_ports(data.path(), &engine, &format!("{first}-{last}")).await;
    let id = old.made("nb", tool()).await;
    old.until(&id, "Running").await;
    let port = host_of(&old, &id, 0).await.rsplit_once(':').unwrap().1.to_owned();
    let (url, host) = (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
    until_it_answers(&url, &host, &old.token).await;
    let user = User::of(&url, &host, &old.token);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let _new = old.taken_over(data.path(), &engine).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (asked, failed, longest) = user.end().await;
    println!("{asked} requests, {failed} failed, the longest took {longest} ms");
    assert_eq!(failed, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn where_the_newer_one_does_not_begin_the_old_one_goes_on() {
    let (engine, data) = started();
    let mut old = Berth::start(data.path(), &engine).await;
    let id = old.made("nb", tool()).await;
    old.until(&id, "Running").await;
    let page = host_of(&old, &id, 0).await;
    until_it_answers(&old.url, &page, &old.token).await;
    let user = User::of(&old.url, &page, &old.token);
    // Containers are never exchanged for simulated ones: it refuses, after it was given the place.
    let mut heir = Command::new(env!("CARGO_BIN_EXE_berth"));
    heir.args(["serve", "--take-over", "--cluster", "simulated", "--data"]).arg(data.path());
    let refused = heir.output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("workspaces that run as containers"), "{said}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (asked, failed, longest) = user.end().await;
    println!("{asked} requests, {failed} failed, the longest took {longest} ms");
    assert_eq!(failed, 0);
    assert!(!old.has_ended());
    let other = old
        .made(
            "other",
            json!({"image": "localhost/busy:1", "command": "sleep",
        "args": "1000", "terminationGracePeriodSeconds": 1}),
        )
        .await;
    old.until(&other, "Running").await;
    // Nobody to take over from is said as such.
    let nobody = tempfile::tempdir().unwrap();
    let mut heir = Command::new(env!("CARGO_BIN_EXE_berth"));
    heir.args(["serve", "--take-over", "--data"]).arg(nobody.path());
    let said = heir.output().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("could not take over from a Berth"));
}

#[tokio::test]
async fn while_the_newer_one_waits_for_an_engine_the_old_one_works() {
    let data = tempfile::tempdir().unwrap();
    let mut old = Berth::simulated(data.path(), None).await;
    let silent = data.path().join("silent.sock");
    let engine = UnixListener::bind(&silent).unwrap();
    let mut heir = Command::new(env!("CARGO_BIN_EXE_berth"));
    heir.args(["serve", "--take-over", "--data"]).arg(data.path());
    heir.arg("--engine").arg(format!("unix://{}", silent.display()));
    let mut heir = heir.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let _asked = tokio::time::timeout(WITHIN, engine.accept()).await.unwrap().unwrap();
    // Half as long as an engine is waited for.
    let made = tokio::time::timeout(Duration::from_secs(10), old.made("nb", json!({"image": "a"})));
    made.await.expect("the old one works");
    heir.kill().unwrap();
    heir.wait().unwrap();
    assert!(!old.has_ended());
}
