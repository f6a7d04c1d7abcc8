//! Opening the tools of workspaces: two real tools in containers, and people who may and may not open them. `cargo
//! xtask test --containers` installs what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::time::{Duration, Instant};

use program::{Berth, WITHIN, browser::Browser, client, free_ports, started};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Within which somebody is cut off who may no longer.
const CUT_WITHIN: Duration = Duration::from_secs(5);

/// A page at 8888 that shows what it was sent; at 8889, to whoever asks, a WebSocket that stays open.
fn tool(access: Value) -> Value {
    let page = "mkdir -p /www/cgi-bin; echo I am ${RUNAI_JOB_NAME} > /www/index.html; \
        echo \"#!/bin/sh\" > /www/cgi-bin/env; \
        echo \"echo Content-Type: text/plain; echo; env\" >> /www/cgi-bin/env; chmod +x /www/cgi-bin/env; \
        echo \"#!/bin/sh\" > /up; \
        echo \"printf \\\"HTTP/1.1 101 Up\\\\\\\\r\\\\\\\\nUpgrade: websocket\\\\\\\\r\\\\\\\\nConnection: Upgrade\\\\\\\\r\\\\\\\\n\\\\\\\\r\\\\\\\\n\\\"; cat\" >> /up; \
        chmod +x /up; nc -ll -p 8889 -e /up & exec httpd -f -p 8888 -h /www";
    let mut first = json!({"container": 8888, "toolName": "Page"});
    if let (Some(first), Some(access)) = (first.as_object_mut(), access.as_object()) {
        first.extend(access.clone());
    }
    let mut second = first.clone();
    second["container"] = json!(8889);
    second["toolName"] = json!("Socket");
    json!({
        "image": "localhost/busy:1", "command": "sh -c", "args": format!("'{page}'"),
        "exposedUrls": [first, second], "terminationGracePeriodSeconds": 1,
    })
}

/// A person with a password and no role.
async fn person(berth: &Berth, email: &str) -> (String, String) {
    let body = json!({"email": email, "resetPassword": false});
    let (status, made) = berth.call(Method::POST, "/api/v1/users", Some(body)).await;
    assert!(status.is_success(), "{made}");
    let password = made["tempPassword"].as_str().unwrap().to_owned();
    (email.to_owned(), password)
}

async fn browser(berth: &Berth, email: &str) -> Browser {
    let (email, password) = person(berth, email).await;
    let mut browser = Browser::new(&berth.url);
    browser.sign_in(&email, &password).await;
    browser
}

async fn path_of(berth: &Berth, email: &str) -> String {
    let users = berth.get("/api/v1/users").await;
    let found = users.as_array().unwrap().iter().find(|user| user["username"] == email);
    format!("/api/v1/users/{}", found.unwrap()["id"].as_str().unwrap())
}

/// Makes somebody a member of these groups and of no others.
async fn put_into(berth: &Berth, email: &str, groups: &[&str]) {
    let path = path_of(berth, email).await;
    let (status, user) = berth.call(Method::PATCH, &path, Some(json!({"groups": groups}))).await;
    assert!(status.is_success() && user["groups"] == json!(groups), "{user}");
}

/// The addresses of a workspace's tools.
async fn addresses(berth: &Berth, id: &str) -> Vec<String> {
    let seen = berth.get(&format!("/api/v1/workloads/{id}")).await;
    let all = seen["externalConnections"].as_array().unwrap();
    all.iter().map(|one| one["url"].as_str().unwrap().to_owned()).collect()
}

/// Opens an address again and again until the tool answers.
async fn until_open(browser: &mut Browser, url: &str) -> String {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = browser.open(url).await;
        if seen.url.as_str() == url && seen.status == StatusCode::OK {
            return seen.text;
        }
        assert!(Instant::now() < until, "{seen:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn each_tool_is_opened_by_whom_it_is_open_to() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let mut ada = browser(&berth, "ada@example.org").await;
    let mut mara = browser(&berth, "mara@example.org").await;
    let all = berth.made("all", tool(json!({}))).await;
    let own =
        json!({"authorizationType": "authorizedUsers", "authorizedUsers": ["ada@example.org"]});
    let own = berth.made("own", tool(own)).await;
    let groups = json!({"authorizationType": "authorizedGroups", "authorizedGroups": ["research"]});
    let groups = berth.made("groups", tool(groups)).await;
    for id in [&all, &own, &groups] {
        berth.until(id, "Running").await;
    }
    let sockets = addresses(&berth, &groups).await.remove(1);
    let [all, own, groups] = [
        addresses(&berth, &all).await.remove(0),
        addresses(&berth, &own).await.remove(0),
        addresses(&berth, &groups).await.remove(0),
    ];
    assert_eq!(until_open(&mut ada, &all).await, "I am all\n");
    assert_eq!(until_open(&mut ada, &own).await, "I am own\n");
    assert_eq!(until_open(&mut mara, &all).await, "I am all\n");
    for (who, url) in [(&mut mara, &own), (&mut ada, &groups)] {
        let seen = who.open(url).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{seen:?}");
        assert!(seen.text.contains("it is open only to"), "{}", seen.text);
    }

    // A member of the group is in while they are one.
    put_into(&berth, "ada@example.org", &["research"]).await;
    assert_eq!(until_open(&mut ada, &groups).await, "I am groups\n");
    let open = socket(&berth, &mut ada, &sockets).await;
    put_into(&berth, "ada@example.org", &["vision"]).await;
    ends(open, "out of the group").await;
    // What she was a moment ago counts for some seconds more, at each tool by itself.
    let until = Instant::now() + CUT_WITHIN;
    while ada.open(&groups).await.status != StatusCode::FORBIDDEN {
        assert!(Instant::now() < until, "she is in still");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    // Somebody who is not signed in is led to sign in.
    let seen = Browser::new(&berth.url).open(&all).await;
    assert_eq!(seen.url.path(), "/sign-in", "{seen:?}");

    // A program brings its token, which the tool does not see.
    let port = berth.url.rsplit(':').next().unwrap();
    let host = format!("{}:{port}", reqwest::Url::parse(&all).unwrap().host_str().unwrap());
    let ask = |bearer: Option<&str>| {
        let request = client().get(format!("{}/cgi-bin/env", berth.url));
        let request = request.header(header::HOST, &host);
        let request = request.header(header::COOKIE, "berth=s; mine=1; __Host-berth-tool=t");
        match bearer {
            Some(token) => request.bearer_auth(token).send(),
            None => request.send(),
        }
    };
    let answer = ask(Some(&berth.token)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let env = answer.text().await.unwrap();
    assert!(env.lines().any(|line| line == "HTTP_COOKIE=mine=1"), "{env}");
    assert_eq!(ask(None).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ask(Some("e30.e30.x")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn without_names_each_tool_is_at_a_port_of_berths_host() {
    let ((engine, data), (first, last)) = (started(), free_ports());
    let berth = Berth::with_ports(data.path(), &engine, &format!("{first}-{last}")).await;
    let mut ada = browser(&berth, "ada@example.org").await;
    let (one, two) =
        (berth.made("one", tool(json!({}))).await, berth.made("two", tool(json!({}))).await);
    for id in [&one, &two] {
        berth.until(id, "Running").await;
    }
    let mut at = Vec::new();
    for (id, says) in [(&one, "I am one\n"), (&two, "I am two\n")] {
        let until = Instant::now() + WITHIN;
        let seen = loop {
            let seen = ada.open(&format!("{}/tools/{id}/8888", berth.url)).await;
            if seen.text == says {
                break seen;
            }
            assert!(Instant::now() < until, "{seen:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let port = seen.url.port().unwrap();
        assert!((first..=last).contains(&port), "{}", seen.url);
        at.push((seen.url, port));
    }
    let [(one_at, one_port), (two_at, two_port)] = [at.remove(0), at.remove(0)];
    assert_ne!(one_port, two_port);

    // A browser sends the cookies of a host to all its ports: none reaches what it is not of.
    ada.plant("127.0.0.1", &format!("at-{one_port}-secret"), "1");
    ada.plant("127.0.0.1", "seen", "by-scripts");
    let heard = ada.open(&format!("{one_at}cgi-bin/env")).await.text;
    assert!(heard.contains("HTTP_COOKIE=secret=1; seen=by-scripts\n"), "{heard}");
    let heard = ada.open(&format!("{two_at}cgi-bin/env")).await.text;
    assert!(heard.contains("HTTP_COOKIE=seen=by-scripts\n"), "{heard}");
    // Who opens one is asked at the next one who they are, and Berth is at none of them.
    let ticket = ada.cookies("127.0.0.1")[&format!("berth-tool-{one_port}")].clone();
    let mut eve = Browser::new(&berth.url);
    eve.plant("127.0.0.1", &format!("berth-tool-{two_port}"), &ticket);
    assert_eq!(eve.open(two_at.as_str()).await.url.path(), "/sign-in");
    assert_eq!(eve.open(&format!("{one_at}workloads")).await.url.path(), "/sign-in");

    // Ports end before workspaces do: it is said.
    let three = berth.made("three", tool(json!({}))).await;
    let told = ada.open(&format!("{}/tools/{three}/8888", berth.url)).await.text;
    assert!(told.contains("no port is left"), "{told}");

    // After a planned restart and a crash each is where it was, and nobody signs in.
    let berth = berth.taken_over(data.path(), &engine).await;
    assert_eq!(ada.open(one_at.as_str()).await.text, "I am one\n");
    let berth = berth.restart(data.path(), &engine).await;
    assert_eq!(until_open(&mut ada, two_at.as_str()).await, "I am two\n");
    // Names again: what had a port has a name.
    let berth = berth.with_names().restart(data.path(), &engine).await;
    let named = addresses(&berth, &three).await.remove(0);
    assert!(named.contains("-three.localhost:"), "{named}");
    assert!(addresses(&berth, &one).await.remove(1).contains("-one-8889.localhost:"));
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn what_opens_one_tool_opens_no_other() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let mut ada = browser(&berth, "ada@example.org").await;
    let (one, two) =
        (berth.made("one", tool(json!({}))).await, berth.made("two", tool(json!({}))).await);
    berth.until(&one, "Running").await;
    berth.until(&two, "Running").await;
    let (one, two) =
        (addresses(&berth, &one).await.remove(0), addresses(&berth, &two).await.remove(0));
    until_open(&mut ada, &one).await;
    let host = |url: &str| reqwest::Url::parse(url).unwrap().host_str().unwrap().to_owned();
    let ticket = ada.cookies(&host(&one))["berth-tool"].clone();
    let session = ada.cookies("127.0.0.1")["berth"].clone();
    assert!(!ada.cookies(&host(&one)).contains_key("berth"), "the session stays at Berth");

    // The ticket of one at the other, and at Berth; the session at a tool.
    let mut thief = Browser::new(&berth.url);
    thief.plant(&host(&two), "berth-tool", &ticket);
    thief.plant(&host(&two), "berth", &session);
    thief.plant("127.0.0.1", "berth", &ticket);
    thief.plant("127.0.0.1", "berth-tool", &ticket);
    assert_eq!(thief.open(&two).await.url.path(), "/sign-in");
    let workloads = format!("{}/workloads", berth.url);
    assert_eq!(thief.open(&workloads).await.url.path(), "/sign-in");

    // A code that somebody else brought is none, and one is good once.
    let begin = ada.ask(Method::GET, &two, None).await.location.unwrap();
    let enter = ada.ask(Method::GET, &begin, None).await.location.unwrap();
    let other = thief.ask(Method::GET, &enter, None).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST, "{other:?}");
    let again = ada.ask(Method::GET, &enter, None).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "{again:?}");

    // Nobody is led away.
    for path in ["//evil.example", "/%5cevil.example", "https:evil.example"] {
        let begin = format!("{}.berth/begin?from={path}", two);
        let there = ada.ask(Method::GET, &begin, None).await.location.unwrap();
        assert!(there.starts_with(&berth.url), "{there}");
        let enter = there.split("&to=").next().unwrap().to_owned() + "&to=" + path;
        let enter = ada.ask(Method::GET, &enter, None).await.location.unwrap();
        let back = ada.ask(Method::GET, &enter, None).await;
        assert_eq!(back.location.as_deref(), Some("/"), "{path}: {back:?}");
        ada.plant(&host(&two), "berth-tool", "none");
    }

    // A page of the one may not ask the other.
    until_open(&mut ada, &two).await;
    let ticket = format!("berth-tool={}", ada.cookies(&host(&two))["berth-tool"]);
    let authority = reqwest::Url::parse(&two).unwrap().authority().to_owned();
    let ask = client().get(&berth.url).header(header::HOST, &authority);
    let ask = ask.header(header::COOKIE, ticket).header("sec-fetch-site", "same-site");
    let answer = ask.header("sec-fetch-mode", "cors").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

/// A connection to the socket of a workspace, with the ticket that the browser has for it. What runs in a container
/// listens a moment after the container runs.
async fn socket(berth: &Berth, browser: &mut Browser, url: &str) -> TcpStream {
    let until = Instant::now() + WITHIN;
    let host = reqwest::Url::parse(url).unwrap().host_str().unwrap().to_owned();
    while !browser.cookies(&host).contains_key("berth-tool") {
        assert!(Instant::now() < until);
        browser.open(&format!("{url}.berth/begin")).await;
    }
    let ticket = browser.cookies(&host)["berth-tool"].clone();
    let mut socket = loop {
        let (socket, seen) = knock(berth, url, &ticket).await;
        if seen.starts_with("HTTP/1.1 101") {
            break socket;
        }
        assert!(seen.starts_with("HTTP/1.1 502") && Instant::now() < until, "{seen}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    socket.write_all(b"hello").await.unwrap();
    let mut echo = [0; 5];
    socket.read_exact(&mut echo).await.unwrap();
    socket
}

/// Asks the tool for a socket: the connection, and the head of the answer.
async fn knock(berth: &Berth, url: &str, ticket: &str) -> (TcpStream, String) {
    let authority = reqwest::Url::parse(url).unwrap().authority().to_owned();
    let mut socket = TcpStream::connect(berth.url.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: {authority}\r\nCookie: berth-tool={ticket}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nOrigin: http://{authority}\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("\r\n\r\n") {
        seen.push(char::from(socket.read_u8().await.unwrap()));
    }
    (socket, seen)
}

/// The socket ends in time.
async fn ends(mut socket: TcpStream, why: &str) {
    let begun = Instant::now();
    let mut rest = Vec::new();
    // Ended or reset: either is an end.
    let end = tokio::time::timeout(CUT_WITHIN, socket.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "{why}: still open after {:?}", begun.elapsed());
    println!("{why}: cut after {} ms", begun.elapsed().as_millis());
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn who_may_no_longer_is_cut_off_in_the_middle() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let mut ada = browser(&berth, "ada@example.org").await;
    let mut mara = browser(&berth, "mara@example.org").await;
    let id = berth.made("nb", tool(json!({}))).await;
    berth.until(&id, "Running").await;
    let url = addresses(&berth, &id).await.remove(1);
    assert!(url.contains("-nb-8889."), "{url}");

    // Signed out.
    let open = socket(&berth, &mut ada, &url).await;
    let stays = socket(&berth, &mut mara, &url).await;
    ada.sign_out().await;
    ends(open, "signed out").await;
    assert_eq!(ada.open(&url).await.url.path(), "/sign-in");

    // The user is gone.
    let path = path_of(&berth, "mara@example.org").await;
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    ends(stays, "deleted").await;

    // The workspace stops: its page says so, and what comes from programs is told to come again.
    let mut eve = browser(&berth, "eve@example.org").await;
    let open = socket(&berth, &mut eve, &url).await;
    berth.action(&id, "suspend").await;
    ends(open, "stopped").await;
    berth.until(&id, "Stopped").await;
    let seen = eve.open(&url).await;
    assert_eq!(seen.url.path(), format!("/tools/{id}/8889"), "{seen:?}");
    assert!(seen.text.contains("Stopped"), "{}", seen.text);

    // Programs are told in a line, and whoever does not see the workspace is not told of whom it speaks.
    let authority = reqwest::Url::parse(&url).unwrap().authority().to_owned();
    let ask = || client().get(&berth.url).header(header::HOST, &authority);
    let ticket = eve.cookies(authority.split(':').next().unwrap())["berth-tool"].clone();
    let strange =
        ask().header(header::COOKIE, format!("berth-tool={ticket}")).send().await.unwrap();
    assert_eq!(strange.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(strange.text().await.unwrap(), "The workspace is Stopped.\n");
    let own = ask().bearer_auth(&berth.token).send().await.unwrap().text().await.unwrap();
    assert!(own.starts_with("Stopped by "), "{own}");
}

/// Berth is killed and comes back: whoever was in is in again without a sign-in.
#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_ticket_is_still_good_after_a_crash() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let mut ada = browser(&berth, "ada@example.org").await;
    let id = berth.made("nb", tool(json!({}))).await;
    berth.until(&id, "Running").await;
    let url = addresses(&berth, &id).await.remove(0);
    until_open(&mut ada, &url).await;
    let berth = berth.restart(data.path(), &engine).await;
    let begun = Instant::now();
    let mut answer = ada.ask(Method::GET, &url, None).await;
    while answer.status != StatusCode::OK {
        assert!(begun.elapsed() < WITHIN, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        answer = ada.ask(Method::GET, &url, None).await;
    }
    println!("answered {} ms after Berth listened again", begun.elapsed().as_millis());
    assert_eq!(answer.text, "I am nb\n");
    drop(berth);
}
