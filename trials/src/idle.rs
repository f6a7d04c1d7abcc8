//! A terminal and a log that nobody looks at for a long time, with a planned restart in the middle:
//! afterwards both go on over the same connections, and new ones reach the newer program. Then it is
//! killed, and both are opened once more.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures::{SinkExt, Stream, StreamExt, stream::SplitSink};
use reqwest::Client;
use tokio::{
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver},
    time::{sleep, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{client, workshop::Workshop};

/// How long an answer may take.
const SOON: Duration = Duration::from_secs(20);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The program
    #[arg(long, env = "BERTH_BIN", default_value = "berth")]
    program: PathBuf,
    /// How long nobody does anything
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
}

pub async fn run(args: Args) -> Result<()> {
    let mut workshop = Workshop::open(&args.program).await?;
    let mut old = Watched::open(&workshop).await?;
    old.goes_on(&workshop, "begun").await?;
    let half = Duration::from_secs_f64(args.minutes * 30.0);
    sleep(half).await;
    let newer = workshop.setup.take_over()?;
    let mut older = std::mem::replace(&mut workshop.berth, newer);
    println!("restarted after {:.1} minutes", half.as_secs_f64() / 60.0);
    sleep(half).await;
    ensure!(!older.has_ended()?, "the older program has ended, with connections open");
    old.goes_on(&workshop, "rested").await?;
    println!("after as long again the old connections go on: terminal, page's log, program's log");
    Watched::open(&workshop).await?.goes_on(&workshop, "renewed").await?;
    println!("new ones reach the newer program");
    drop((old, older));

    let workshop = workshop.after_a_crash().await?;
    Watched::open(&workshop).await?.goes_on(&workshop, "revived").await?;
    println!("after a crash both can be opened again");
    Ok(())
}

/// What is left alone.
struct Watched {
    typing: SplitSink<WebSocketStream<MaybeTlsStream<TcpStream>>, Message>,
    terminal: Heard,
    /// Server-sent events.
    page: Heard,
    /// Lines.
    program: Heard,
}

impl Watched {
    async fn open(workshop: &Workshop) -> Result<Self> {
        let id = &workshop.id;
        let (typing, terminal) = terminal(workshop).await?;
        let cookie = client::cookie(&workshop.berth.url).await?;
        let page = log(workshop, &format!("/workloads/{id}/log"), ("cookie", cookie)).await?;
        let path = format!("/api/v1/workloads/{id}/logs?follow=true");
        let program = log(workshop, &path, ("authorization", workshop.bearer())).await?;
        Ok(Self { typing, terminal, page, program })
    }

    /// What is typed comes back, and what the tool writes is in the logs.
    async fn goes_on(&mut self, workshop: &Workshop, word: &str) -> Result<()> {
        let (begin, end) = word.split_at(1);
        // The echo of what is typed is not yet what the shell says.
        self.typing.send(Message::binary(format!("echo {begin}''{end}\n").into_bytes())).await?;
        self.terminal.until(word).await.context("the terminal")?;
        workshop.ask(&format!("/say/{word}")).await?;
        self.page.until(word).await.context("the page's log")?;
        self.program.until(word).await.context("the program's log")
    }
}

async fn terminal(
    workshop: &Workshop,
) -> Result<(SplitSink<WebSocketStream<MaybeTlsStream<TcpStream>>, Message>, Heard)> {
    let url = format!("ws://{}/workloads/{}/terminal", workshop.address(), workshop.id);
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("authorization", workshop.bearer().parse()?);
    let (socket, _) = connect_async(request).await?;
    let (typing, said) = socket.split();
    let bytes = said.filter_map(|message| async {
        match message {
            Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
            _ => None,
        }
    });
    Ok((typing, Heard::of(bytes)))
}

async fn log(workshop: &Workshop, path: &str, who: (&str, String)) -> Result<Heard> {
    let request = Client::new().get(format!("{}{path}", workshop.berth.url)).header(who.0, who.1);
    let answer = request.send().await?.error_for_status()?;
    let pieces = futures::stream::unfold(answer, |mut answer| async {
        let piece = answer.chunk().await.ok().flatten()?;
        Some((piece.to_vec(), answer))
    });
    Ok(Heard::of(pieces))
}

/// Everything that comes over a connection, which is read all the time, as browsers do.
struct Heard {
    pieces: UnboundedReceiver<Vec<u8>>,
    text: String,
}

impl Heard {
    fn of(pieces: impl Stream<Item = Vec<u8>> + Send + 'static) -> Self {
        let (told, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut pieces = std::pin::pin!(pieces);
            while let Some(piece) = pieces.next().await {
                if told.send(piece).is_err() {
                    break;
                }
            }
        });
        Self { pieces: heard, text: String::new() }
    }

    async fn until(&mut self, word: &str) -> Result<()> {
        let until = Instant::now() + SOON;
        while !self.text.contains(word) {
            let piece = timeout_at(until.into(), self.pieces.recv()).await;
            let piece = piece.with_context(|| format!("{word:?} is not in {:?}", self.text))?;
            let piece = piece.with_context(|| format!("it ended before {word:?}"))?;
            self.text.push_str(&String::from_utf8_lossy(&piece));
        }
        Ok(())
    }
}
