//! Terminals over the real program and a real engine: who may open one, a connection that breaks and is taken up
//! again, and who is cut off. `cargo xtask test --containers` installs what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use program::{Berth, WITHIN, browser::Browser, client, started};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// Within which somebody is cut off who may no longer.
const CUT_WITHIN: Duration = Duration::from_secs(5);

fn sleeps() -> Value {
    json!({"image": "localhost/busy:1", "command": "sleep", "args": "1000",
        "terminationGracePeriodSeconds": 1})
}

/// A page's end of a line.
struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    shell: String,
    seen: u64,
    text: String,
}

impl Page {
    async fn opened(
        berth: &Berth,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Error> {
        let url = format!("{}{path}", berth.url.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let (socket, _) = connect_async(request).await?;
        let mut page = Self { socket, shell: String::new(), seen: 0, text: String::new() };
        let first = page.socket.next().await.unwrap()?;
        let told: Value = serde_json::from_str(first.to_text()?).unwrap();
        page.shell = told["shell"]["id"].as_str().unwrap().to_owned();
        page.seen = told["shell"]["from"].as_u64().unwrap();
        Ok(page)
    }

    async fn types(&mut self, text: &str) {
        self.socket.send(Message::binary(text.as_bytes().to_vec())).await.unwrap();
    }

    /// Reads up to where it was written.
    async fn sees(&mut self, text: &str) {
        let until = Instant::now() + WITHIN;
        loop {
            if let Some(at) = self.text.find(text) {
                self.text.drain(..at + text.len());
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, self.socket.next()).await {
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    self.seen += bytes.len() as u64;
                    self.text.push_str(&String::from_utf8_lossy(&bytes));
                }
                Ok(Some(Ok(Message::Ping(_) | Message::Text(_)))) => {}
                other => panic!("{text:?} is not in {:?}: {other:?}", self.text),
            }
        }
    }

    /// Reads until the line is closed; says why.
    async fn end(mut self) -> (u16, String) {
        let until = Instant::now() + WITHIN;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, self.socket.next()).await.expect("it stays open") {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The status that somebody is refused with.
async fn refused(berth: &Berth, path: &str, headers: &[(&'static str, &str)]) -> u16 {
    match Page::opened(berth, path, headers).await {
        Ok(_) => 101,
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
    }
}

/// A signed-in browser of a new user with this role on the project, and its cookie.
async fn member(berth: &Berth, email: &str, role: Option<&str>) -> (Browser, String) {
    let body = json!({"email": email, "resetPassword": false});
    let (status, made) = berth.call(Method::POST, "/api/v1/users", Some(body)).await;
    assert!(status.is_success(), "{made}");
    if let Some(role) = role {
        let roles = berth.get("/api/v1/authorization/roles").await;
        let known = roles.as_array().unwrap().iter().find(|known| known["name"] == role);
        let project =
            berth.project.as_str().map_or_else(|| berth.project.to_string(), str::to_owned);
        let rule = json!({"subjectType": "user", "subjectId": email, "scopeType": "project",
            "roleId": known.unwrap()["id"], "scopeId": project});
        let path = "/api/v1/authorization/access-rules";
        let (status, said) = berth.call(Method::POST, path, Some(rule)).await;
        assert!(status.is_success(), "{said}");
    }
    let mut browser = Browser::new(&berth.url);
    browser.sign_in(email, made["tempPassword"].as_str().unwrap()).await;
    let cookie = format!("berth={}", browser.cookies("127.0.0.1")["berth"]);
    (browser, cookie)
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_terminal_is_for_those_who_may_change_the_workspace() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let id = berth.made("nb", sleeps()).await;
    berth.until(&id, "Running").await;
    let path = format!("/workloads/{id}/terminal");
    let (mut ada, cookie) = member(&berth, "ada@example.org", Some("AI practitioner")).await;
    let (_, viewer) = member(&berth, "vera@example.org", Some("Viewer")).await;
    let (_, stranger) = member(&berth, "sam@example.org", None).await;
    let origin = berth.url.as_str();

    assert_eq!(refused(&berth, &path, &[]).await, 401);
    assert_eq!(refused(&berth, &path, &[("origin", origin), ("cookie", &stranger)]).await, 404);
    assert_eq!(refused(&berth, &path, &[("origin", origin), ("cookie", &viewer)]).await, 403);
    // A page of another origin, a tool's for instance, has the browser send the cookie too.
    assert_eq!(refused(&berth, &path, &[("cookie", &cookie)]).await, 403);
    for other in ["http://default-nb.localhost:1", "null", "http://127.0.0.1.example.org"] {
        assert_eq!(refused(&berth, &path, &[("origin", other), ("cookie", &cookie)]).await, 403);
    }
    let same_site = [("sec-fetch-site", "same-site"), ("origin", origin), ("cookie", &cookie)];
    assert_eq!(refused(&berth, &path, &same_site).await, 403);
    // Asked plainly, the address says why there is none, or that it wants a WebSocket.
    let (status, _) = berth.call(Method::GET, &path, None).await;
    assert!(status.is_client_error() && status != StatusCode::CONFLICT, "{status}");

    // Cut off within seconds: by signing out, and by the end of the workspace.
    let mine = [("origin", origin), ("cookie", cookie.as_str())];
    let mut page = Page::opened(&berth, &path, &mine).await.unwrap();
    page.types("echo h''ere\n").await;
    page.sees("here").await;
    let begun = Instant::now();
    ada.sign_out().await;
    assert_eq!(page.end().await, (1008, "sign in first".to_owned()));
    assert!(begun.elapsed() < CUT_WITHIN, "{:?}", begun.elapsed());
    assert_eq!(refused(&berth, &path, &mine).await, 401);

    let bearer = format!("Bearer {}", berth.token);
    let program = [("authorization", bearer.as_str())];
    let page = Page::opened(&berth, &path, &program).await.unwrap();
    berth.action(&id, "suspend").await;
    let (code, why) = page.end().await;
    assert!(code == 1000 || code == 1008 && why.starts_with("It is Stop"), "{code} {why}");
    berth.until(&id, "Stopped").await;
    assert_eq!(refused(&berth, &path, &program).await, 409);
    let (status, said) = berth.call(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(said["message"], "It is Stopped. A terminal is there while it runs.");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_terminal_goes_on_where_its_line_broke() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let id = berth.made("nb", sleeps()).await;
    berth.until(&id, "Running").await;
    let bearer = format!("Bearer {}", berth.token);
    let program = [("authorization", bearer.as_str())];
    let named = "/cluster-api/api/v1/default/workloads/workspace/none/nb/exec";
    let mut page =
        Page::opened(&berth, &format!("{named}?columns=90&rows=30"), &program).await.unwrap();
    page.types("stty size; mine=6; echo b''egun\n").await;
    page.sees("30 90").await;
    page.sees("begun").await;
    page.types("(sleep 2; echo mis''sed) &\n").await;
    page.sees("missed").await;
    let (shell, seen) = (page.shell.clone(), page.seen);
    // No farewell: the line is gone.
    drop(page);
    let again = format!("/workloads/{id}/terminal?columns=70&rows=20&shell={shell}");
    let mut page = Page::opened(&berth, &format!("{again}&seen={seen}"), &program).await.unwrap();
    assert_eq!((page.shell.as_str(), page.seen), (shell.as_str(), seen));
    page.types("stty size; echo $((mine * 7))\n").await;
    page.sees("20 70").await;
    page.sees("42").await;

    // What was written while nobody was there comes first, and nothing twice.
    page.types("for i in 1 2 3 4; do sleep 0.5; echo n''ow $i; done\n").await;
    page.sees("now 1").await;
    let seen = page.seen;
    drop(page);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut page = Page::opened(&berth, &format!("{again}&seen={seen}"), &program).await.unwrap();
    page.sees("now 2").await;
    page.sees("now 4").await;

    // Opened again elsewhere, the old line is told so.
    let mut other = Page::opened(&berth, &format!("{again}&seen=0"), &program).await.unwrap();
    assert_eq!(page.end().await.0, 4001);
    other.sees("begun").await;
    // Nobody else is given it.
    let (_, cookie) = member(&berth, "ada@example.org", Some("AI practitioner")).await;
    let ada = [("origin", berth.url.as_str()), ("cookie", cookie.as_str())];
    let hers = Page::opened(&berth, &format!("{again}&seen=0"), &ada).await.unwrap();
    assert_ne!(hers.shell, shell);

    other.types("exit 3\n").await;
    assert_eq!(other.end().await, (1000, "the shell has ended".to_owned()));

    // A killed Berth opens a new one by itself.
    let berth = berth.restart(data.path(), &engine).await;
    berth.until(&id, "Running").await;
    let bearer = format!("Bearer {}", berth.token);
    let program = [("authorization", bearer.as_str())];
    let mut page = Page::opened(&berth, &format!("{again}&seen=9"), &program).await.unwrap();
    assert_ne!(page.shell, shell);
    page.types("echo f''resh\n").await;
    page.sees("fresh").await;
}

/// Writes into its log what is said to it.
fn listens() -> Value {
    json!({"image": "localhost/busy:1", "command": "sh -c",
        "args": "'mkfifo /said; while :; do cat /said; done'", "terminationGracePeriodSeconds": 1})
}

/// Reads on in a log up to a word.
async fn hears(log: &mut reqwest::Response, word: &str) {
    let mut heard = String::new();
    while !heard.contains(word) {
        let piece = tokio::time::timeout(WITHIN, log.chunk()).await.expect(word).unwrap();
        heard.push_str(&String::from_utf8_lossy(&piece.expect("the log goes on")));
    }
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_terminal_and_a_log_go_on_through_a_planned_restart() {
    let (engine, data) = started();
    let mut old = Berth::start(data.path(), &engine).await;
    let id = old.made("nb", listens()).await;
    old.until(&id, "Running").await;
    let bearer = format!("Bearer {}", old.token);
    let (path, program) =
        (format!("/workloads/{id}/terminal"), [("authorization", bearer.as_str())]);
    let follow = |berth: &Berth| {
        let url = format!("{}/api/v1/workloads/{id}/logs?follow=true", berth.url);
        client().get(url).bearer_auth(&berth.token).send()
    };
    let mut log = follow(&old).await.unwrap();
    let mut page = Page::opened(&old, &path, &program).await.unwrap();
    page.types("echo be''fore | tee /said\n").await;
    page.sees("before").await;
    hears(&mut log, "before").await;

    let new = old.taken_over(data.path(), &engine).await;
    page.types("echo af''ter | tee /said\n").await;
    page.sees("after").await;
    hears(&mut log, "after").await;
    assert!(!old.has_ended());

    // New ones are the newer one's.
    let mut other = follow(&new).await.unwrap();
    let mut page = Page::opened(&new, &path, &program).await.unwrap();
    old.kill();
    page.types("echo al''one | tee /said\n").await;
    page.sees("alone").await;
    hears(&mut other, "alone").await;
}

#[tokio::test]
async fn a_simulated_cluster_has_no_terminal_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let berth = Berth::simulated(data.path(), None).await;
    let id = berth.made("nb", json!({"image": "a"})).await;
    let (status, said) = berth.call(Method::GET, &format!("/workloads/{id}/terminal"), None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(said["message"].as_str().unwrap().starts_with("This cluster is simulated"), "{said}");
}
