//! The tool of a workspace, as small as a tool can be: a page, one that takes some work, a download as large as one likes,
//! a WebSocket that says what it hears, and a log that says what it is told.

use std::{convert::Infallible, net::Ipv4Addr, time::Instant};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{
        Path,
        ws::{WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::get,
};
use futures::stream;
use tokio::net::TcpListener;

/// Bytes of the page.
const PAGE: usize = 1_000;
/// Bytes of a download that are written at once.
const PIECE: usize = 64 << 10;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where it listens, in its container
    port: u16,
}

/// Serves until it is killed.
pub async fn serve(args: Args) -> Result<()> {
    let page = Bytes::from(vec![b'x'; PAGE]);
    let (worked, pace) = (page.clone(), pace());
    let router = Router::new()
        .route("/", get(move || std::future::ready(page.clone())))
        .route("/busy/{micros}", get(move |Path(micros)| work(micros, pace, worked.clone())))
        .route("/bytes/{pieces}", get(download))
        .route("/say/{text}", get(say))
        .route("/socket", get(socket));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, args.port)).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// The path of a download with this many bytes.
pub fn download_of(bytes: usize) -> String {
    format!("/bytes/{}", bytes / PIECE)
}

/// The path of a page for which the tool works so long.
pub fn work_of(micros: u64) -> String {
    format!("/busy/{micros}")
}

/// How far a processor of this machine counts in a microsecond. To wait for a time to pass would be less work the more often
/// somebody else has the processor meanwhile.
fn pace() -> u64 {
    const COUNTS: u64 = 1_000_000;
    let once = || {
        let begun = Instant::now();
        count(COUNTS);
        begun.elapsed()
    };
    let best = (0..10).map(|_| once()).min().unwrap_or_default();
    COUNTS / u64::try_from(best.as_micros()).unwrap_or(1).max(1)
}

fn count(to: u64) {
    for number in 0..to {
        std::hint::black_box(number);
    }
}

async fn work(micros: u64, pace: u64, page: Bytes) -> Bytes {
    count(micros * pace);
    page
}

async fn download(Path(pieces): Path<usize>) -> Response {
    let piece = Bytes::from(vec![b'x'; PIECE]);
    let pieces = std::iter::repeat_n(piece, pieces).map(Ok::<_, Infallible>);
    Response::new(Body::from_stream(stream::iter(pieces)))
}

async fn say(Path(text): Path<String>) {
    println!("{text}");
}

async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            break;
        }
    }
}
