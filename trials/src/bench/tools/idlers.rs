//! What WebSockets cost that nobody says anything over.

use std::time::Duration;

use anyhow::{Context, Result};
use futures::{SinkExt, StreamExt, TryStreamExt, stream};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    bench::table::{Amount, Table},
    workshop::{Tool, Workshop},
};

/// WebSockets that are open at the same time.
const COUNT: usize = 2_000;
/// That are opened at the same time.
const AT_ONCE: usize = 32;
/// How long they are left alone before memory is looked at.
const REST: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub async fn measure(workshop: &Workshop, table: &mut Table) -> Result<()> {
    let before = workshop.berth.memory()?.resident;
    let tools = workshop.tools.iter().cycle().take(COUNT);
    let opened = tools.map(|tool| open(workshop, tool));
    let mut all: Vec<_> = stream::iter(opened).buffer_unordered(AT_ONCE).try_collect().await?;
    tokio::time::sleep(REST).await;
    let grown = workshop.berth.memory()?.resident.saturating_sub(before);
    for socket in &mut all {
        echoes(socket).await?;
    }
    table.at_most(
        format!("memory for {COUNT} idle WebSockets"),
        Amount::Megabytes(grown as f64 / 1e6),
        Amount::Megabytes(100.0),
    );
    Ok(())
}

/// One that has said something, and heard it.
async fn open(workshop: &Workshop, tool: &Tool) -> Result<Socket> {
    let mut request = format!("ws://{}/socket", workshop.address()).into_client_request()?;
    request.headers_mut().insert("host", tool.host.parse()?);
    request.headers_mut().insert("authorization", workshop.bearer().parse()?);
    let (mut socket, _) = connect_async(request).await.context("no WebSocket could be opened")?;
    echoes(&mut socket).await?;
    Ok(socket)
}

async fn echoes(socket: &mut Socket) -> Result<()> {
    socket.send(Message::text("there?")).await?;
    socket.next().await.context("a WebSocket has ended")??;
    Ok(())
}
