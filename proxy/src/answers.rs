//! Whether a tool is there yet.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than a tool on the same machine takes for the first byte of its front page.
const WITHIN: Duration = Duration::from_millis(1_500);

/// Whether something answers HTTP there. That a connection is taken says nothing: engines take it for containers in
/// which nobody listens yet.
pub async fn answers(at: SocketAddr) -> bool {
    let ask = async {
        let mut socket = TcpStream::connect(at).await?;
        socket.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").await?;
        socket.read_u8().await
    };
    matches!(timeout(WITHIN, ask).await, Ok(Ok(_)))
}
