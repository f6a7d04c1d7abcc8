//! What passes between a browser and a tool, over real sockets: a front that carries everything to one tool, and
//! tools that are as simple, as slow or as hostile as a story wants them.

#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod bed;

use std::time::Duration;

use bed::{Front, read_all, say, tool, tool_at};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Long enough for a busy machine; nothing waits so long unless something is wrong.
const SOON: Duration = Duration::from_secs(20);

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

#[tokio::test]
async fn a_tool_sees_the_request_and_nothing_of_who_asks() {
    let (tool, mut heads) = tool(|_| HELLO.into()).await;
    let front = Front::of(tool).await;
    let answer = say(
        &front,
        "GET //lab/%2e%2e/x?a=b HTTP/1.1\r\nHost: nb.localhost\r\nCookie: berth-tool=s; mine=1\r\n\
         Authorization: Bearer s\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-User: root\r\n\
         X-Berth-User: root\r\nForwarded: for=6.6.6.6\r\nX-Real-Ip: 6.6.6.6\r\nTE: trailers\r\n\
         Connection: keep-alive, X-Secret-Hop\r\nX-Secret-Hop: 1\r\nProxy-Authorization: Basic s\r\n\
         Upgrade: h2c\r\nHTTP2-Settings: x\r\nX-Own: kept\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.ends_with("hello"), "{answer}");
    let head = heads.recv().await.unwrap();
    let mut lines: Vec<_> = head.lines().map(str::to_lowercase).collect();
    let first = lines.remove(0);
    lines.sort();
    assert_eq!(first, "get //lab/%2e%2e/x?a=b http/1.1");
    assert_eq!(
        lines,
        [
            "cookie: mine=1",
            "host: nb.localhost",
            "http2-settings: x",
            "x-forwarded-for: 127.0.0.1",
            "x-forwarded-host: nb.localhost",
            "x-forwarded-proto: http",
            "x-own: kept",
        ]
    );
}

#[tokio::test]
async fn a_tool_speaks_for_itself_alone() {
    let (tool, _heads) = tool(|_| {
        "HTTP/1.1 302 Found\r\nLocation: http://localhost:TOOL//x\r\nSet-Cookie: berth=mine\r\n\
         Set-Cookie: a=b; Domain=localhost\r\nAlt-Svc: h2=\":666\"\r\nKeep-Alive: timeout=5\r\n\
         Strict-Transport-Security: max-age=9; includeSubDomains\r\nContent-Length: 0\r\n\r\n"
            .into()
    })
    .await;
    let front = Front::of(tool).await;
    let answer =
        say(&front, "GET / HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\n\r\n").await;
    let answer = answer.to_lowercase();
    assert!(answer.contains("location: http://nb.localhost//x\r\n"), "{answer}");
    assert!(answer.contains("set-cookie: a=b\r\n"), "{answer}");
    for gone in ["berth=", "alt-svc", "keep-alive", "strict-transport", "domain="] {
        assert!(!answer.contains(gone), "{gone} in {answer}");
    }
}

#[tokio::test]
async fn a_redirect_to_somebody_else_is_told_and_not_followed() {
    let (tool, _heads) = tool(|_| {
        "HTTP/1.1 302 Found\r\nLocation: /\\evil.example/x\r\nContent-Length: 0\r\n\r\n".into()
    })
    .await;
    let front = Front::of(tool).await;
    let answer =
        say(&front, "GET / HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains("away: http://evil.example/x\r\n"), "{answer}");
    assert!(!answer.to_lowercase().contains("location:"), "{answer}");
}

/// A request hidden in the body of another (request smuggling) stays a body, or is refused.
#[tokio::test]
async fn two_lengths_are_one_request_or_none() {
    let smuggled = "GET /admin HTTP/1.1\r\nHost: nb.localhost\r\n\r\n";
    let chunked = format!("{:x}\r\n{smuggled}\r\n0\r\n\r\n", smuggled.len());
    let bodies = [
        format!("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n\r\n{chunked}", chunked.len()),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n{chunked}"),
        format!("Transfer-Encoding:\x0bchunked\r\nContent-Length: 0\r\n\r\n{chunked}"),
        format!("Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n{smuggled}"),
        format!("Content-Length: 0\r\nContent-Length: {}\r\n\r\n{smuggled}", smuggled.len()),
        format!("Content-Length: +0\r\n\r\n{smuggled}"),
        format!("X: a\r\n Transfer-Encoding: chunked\r\n\r\n{smuggled}"),
    ];
    for body in bodies {
        let (tool, mut heads) = tool(|_| HELLO.into()).await;
        let front = Front::of(tool).await;
        let request =
            format!("POST /x HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\n{body}");
        let answer = say(&front, &request).await;
        let mut seen = Vec::new();
        while let Ok(head) = heads.try_recv() {
            seen.push(head.lines().next().unwrap_or_default().to_owned());
        }
        let is_one = seen == ["POST /x HTTP/1.1"] && answer.matches("HTTP/1.1").count() == 1;
        let is_refused = seen.is_empty() && answer.starts_with("HTTP/1.1 400");
        assert!(is_one || is_refused, "{body:?} became {seen:?}, answered {answer}");
    }
}

#[tokio::test]
async fn a_head_of_a_megabyte_and_a_line_break_in_a_header_are_refused() {
    let (tool, mut heads) = tool(|_| HELLO.into()).await;
    let front = Front::of(tool).await;
    let large =
        format!("GET / HTTP/1.1\r\nHost: nb.localhost\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let answer = say(&front, &large).await;
    assert!(answer.starts_with("HTTP/1.1 431") || answer.is_empty(), "{answer}");
    for line in ["X: a\rEvil: b", "X: a\0b", "X\n: b"] {
        let request = format!("GET / HTTP/1.1\r\nHost: nb.localhost\r\n{line}\r\n\r\n");
        let answer = say(&front, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{line:?}: {answer}");
    }
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn what_a_tool_says_is_passed_on_as_it_comes() {
    let tool = tool_at(|mut socket| async move {
        bed::head(&mut socket).await;
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n";
        socket.write_all(head.as_bytes()).await.unwrap();
        // Never ends by itself.
        std::future::pending::<()>().await;
    })
    .await;
    let front = Front::of(tool).await;
    let mut browser = TcpStream::connect(front.address).await.unwrap();
    browser.write_all(b"GET / HTTP/1.1\r\nHost: nb.localhost\r\n\r\n").await.unwrap();
    let mut seen = String::new();
    let first = async {
        let mut buffer = [0; 1_024];
        while !seen.contains("data: one") {
            let length = browser.read(&mut buffer).await.unwrap();
            assert!(length > 0, "it ended with {seen}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    };
    timeout(SOON, first).await.unwrap();
    // Whoever may see it no longer sees the end of it.
    front.cut.cancel();
    timeout(SOON, read_all(&mut browser)).await.unwrap();
}

#[tokio::test]
async fn bytes_of_a_websocket_go_both_ways_and_each_end_may_close_its_half() {
    let tool = tool_at(|mut socket| async move {
        let head = bed::head(&mut socket).await.to_lowercase();
        assert!(head.contains("upgrade: websocket\r\n"), "{head}");
        assert!(head.contains("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==".to_lowercase().as_str()));
        let agree = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                     Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        socket.write_all(agree.as_bytes()).await.unwrap();
        // Answers only once the browser has said all.
        let said = read_all(&mut socket).await;
        socket.write_all(format!("heard {said}").as_bytes()).await.unwrap();
    })
    .await;
    let front = Front::of(tool).await;
    let mut browser = front.websocket().await;
    browser.write_all(b"ping").await.unwrap();
    browser.shutdown().await.unwrap();
    let answer = timeout(SOON, read_all(&mut browser)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 101") && answer.ends_with("heard ping"), "{answer}");
}

#[tokio::test]
async fn an_open_websocket_ends_when_access_does() {
    let tool = tool_at(|mut socket| async move {
        bed::head(&mut socket).await;
        let agree =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        socket.write_all(agree.as_bytes()).await.unwrap();
        read_all(&mut socket).await;
    })
    .await;
    let front = Front::of(tool).await;
    let mut browser = front.websocket().await;
    let mut first = [0; 12];
    timeout(SOON, browser.read_exact(&mut first)).await.unwrap().unwrap();
    front.cut.cancel();
    timeout(SOON, read_all(&mut browser)).await.unwrap();
}

/// A tool that answers a request for a WebSocket with something else opens no way past the front.
#[tokio::test]
async fn a_refused_websocket_is_no_tunnel() {
    let (tool, mut heads) = tool(|_| HELLO.into()).await;
    let front = Front::of(tool).await;
    let mut browser = front.websocket().await;
    browser
        .write_all(b"GET /admin HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    timeout(SOON, read_all(&mut browser)).await.unwrap();
    let first = heads.recv().await.unwrap();
    assert!(first.starts_with("GET / "), "{first}");
    if let Ok(second) = heads.try_recv() {
        assert!(second.contains("x-forwarded-for"), "it came past the front: {second}");
    }
}

#[tokio::test]
async fn nobody_there_is_said_and_tunnels_are_refused() {
    let front = Front::of("127.0.0.1:1".parse().unwrap()).await;
    let answer =
        say(&front, "GET / HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502") && answer.contains("does not answer"), "{answer}");
    for request in [
        "CONNECT evil:22 HTTP/1.1\r\nHost: evil:22\r\n",
        "TRACE / HTTP/1.1\r\nHost: nb.localhost\r\n",
    ] {
        let answer = say(&front, &format!("{request}Connection: close\r\n\r\n")).await;
        assert!(answer.contains("is not for tools"), "{answer}");
    }
}

#[tokio::test]
async fn a_large_body_passes_in_both_directions() {
    const LENGTH: usize = 32 << 20;
    let tool = tool_at(|mut socket| async move {
        bed::head(&mut socket).await;
        let mut got = 0;
        let mut buffer = vec![0; 1 << 16];
        while got < LENGTH {
            got += socket.read(&mut buffer).await.unwrap();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&vec![b'x'; LENGTH]).await.unwrap();
    })
    .await;
    let front = Front::of(tool).await;
    let mut browser = TcpStream::connect(front.address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: nb.localhost\r\nConnection: close\r\nContent-Length: {LENGTH}\r\n\r\n"
    );
    browser.write_all(head.as_bytes()).await.unwrap();
    browser.write_all(&vec![b'y'; LENGTH]).await.unwrap();
    let answer = timeout(SOON, read_all(&mut browser)).await.unwrap();
    assert!(answer.len() > LENGTH && answer.ends_with("xxxx"), "{}", answer.len());
}
