//! Requests that nobody would send, over a real connection to what stands before tools: `cargo xtask fuzz`. However
//! they are told, the tool hears nothing that is Berth's own, and no request that nobody sent; what is kept inside of a
//! path and of a redirect is inside for every browser.
#![allow(clippy::unwrap_used, reason = "a finding is a panic here")]

#[path = "../tests/bed/mod.rs"]
mod bed;

use std::{
    net::SocketAddr,
    process::ExitCode,
    sync::{Mutex, atomic::Ordering},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Uri, header};
use proxy::{Location, Way, authority, location, own_path};
use testkit::{dice::Dice, fuzz};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

/// A request and its answer on a busy machine.
const SLOW: Duration = Duration::from_secs(1);
const BYTES_MAX: usize = 64 << 10;
const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
/// What means something to one of those on the way.
const WORDS: [&str; 40] = [
    "GET / HTTP/1.1\r\nHost: nb.localhost\r\n",
    "POST /x HTTP/1.1\r\nHost: nb.localhost\r\n",
    "CONNECT nb.localhost:1 HTTP/1.1\r\n",
    "GET http://evil.example/ HTTP/1.0\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "Host: evil.example\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: +5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    " Transfer-Encoding: chunked\r\n",
    "Connection: Authorization, Upgrade\r\n",
    "Connection: close\r\n",
    "Upgrade: h2c\r\n",
    "Upgrade: websocket\r\n",
    "Authorization: Bearer secret\r\n",
    "Authorization\t: Bearer secret\r\n",
    "Cookie: berth=secret; a=b\r\n",
    "Cookie: __Host-berth-tool=secret\r\n",
    "X-Forwarded-For: 6.6.6.6\r\n",
    "X-Forwarded-Host: evil.example\r\n",
    "X-Berth-User: secret\r\n",
    "Trailer: Authorization\r\n",
    "Expect: 100-continue\r\n",
    "TE: trailers\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "0\r\nAuthorization: secret\r\n\r\n",
    "\r\n",
    "\n",
    "\r",
    "\0",
    "//evil.example",
    "/\\evil.example",
    "https:",
    "@",
    "%2f..%5c",
    "\u{3002}",
];

fn main() -> ExitCode {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let (front, heads) = runtime.block_on(async {
        let (tool, heads) = bed::tool(|_| HELLO.into()).await;
        (bed::Front::of(tool).await, Mutex::new((heads, 0)))
    });
    fuzz::run(SLOW, text, |text, _| {
        reads(&String::from_utf8_lossy(text));
        runtime.block_on(says(front.address, text));
        let mut told = heads.lock().unwrap();
        while let Ok(head) = told.0.try_recv() {
            assert!(!head.starts_with(bed::MALFORMED), "{head}");
            let head = head.to_lowercase();
            told.1 += 1;
            assert!(told.1 <= front.asked.load(Ordering::SeqCst), "nobody asked for {head}");
            head.lines().skip(1).for_each(|line| is_the_tools(line, &head));
        }
    })
}

/// A line of a head that a tool may hear.
fn is_the_tools(line: &str, head: &str) {
    let Some((name, value)) = line.split_once(':') else { return };
    let right = match name {
        "authorization" | "proxy-authorization" | "forwarded" | "x-real-ip" => false,
        "host" | "x-forwarded-host" => value.trim() == "nb.localhost",
        "x-forwarded-for" => value.trim() == "127.0.0.1",
        "cookie" => value.split(';').all(|pair| {
            !pair.trim().starts_with("berth") && !pair.trim().starts_with("__host-berth")
        }),
        _ => {
            !name.starts_with("x-forwarded-p") && !name.starts_with("x-berth-") || value == " http"
        }
    };
    assert!(right, "{line:?} in {head}");
}

/// Names, paths and redirects, as browsers read them.
fn reads(text: &str) {
    let way = Way {
        tool: SocketAddr::from(([127, 0, 0, 1], 36_631)),
        scheme: "http",
        authority: "vision-nb.localhost:8080".into(),
        peer: None,
        own_cookies: &["berth", "__Host-berth"],
        port: None,
    };
    let own = Url::parse(&way.origin()).unwrap();
    if let Some(Location::Inside(there)) = location(text, text, &way) {
        assert_eq!(Url::parse(&there).unwrap().origin(), own.origin(), "{there:?}");
    }
    assert_eq!(own.join(own_path(text)).unwrap().origin(), own.origin());
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
        headers.insert(header::HOST, value);
    }
    if let Ok((name, _)) = authority(&Uri::from_static("/"), &headers) {
        let inside = name.trim_matches(['[', ']']);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        assert!(inside.bytes().all(plain), "{name:?}");
    }
}

/// Says all of it and no more, and waits for the end.
async fn says(front: SocketAddr, text: &[u8]) {
    let mut browser = TcpStream::connect(front).await.unwrap();
    // Whoever is not understood may be hung up on in the middle.
    if browser.write_all(text).await.is_ok() {
        let _ = browser.shutdown().await;
    }
    let _ = browser.read_to_end(&mut Vec::new()).await;
}

/// A request that begins well, with something wrong in it.
fn text(dice: &Dice) -> Vec<u8> {
    let mut text: Vec<u8> = WORDS[dice.place(2)].into();
    for _ in 0..=dice.place(8) {
        text.extend(dice.pick(&WORDS).bytes());
    }
    text.extend(b"\r\n");
    for _ in 0..dice.place(4) {
        let at = dice.place(text.len() + 1);
        let end = (at + dice.place(20)).min(text.len());
        match dice.place(4) {
            0 => drop(text.splice(at..end, [])),
            1 => drop(text.splice(at..at, dice.pick(&WORDS).bytes())),
            2 => text.iter_mut().skip(at).take(1).for_each(|byte| *byte = dice.roll() as u8),
            _ => {
                let word = dice.pick(&WORDS).repeat(1 << dice.place(10));
                drop(text.splice(at..at, word.bytes()));
            }
        }
        text.truncate(BYTES_MAX);
    }
    text
}
