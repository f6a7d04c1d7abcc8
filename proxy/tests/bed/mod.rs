//! A front and tools for the stories.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "helpers of tests, which clippy does not see as such"
)]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use proxy::{Proxy, Trouble, Way};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

/// How what a tool tells begins where it cannot say how long a request is.
pub const MALFORMED: &str = "malformed";

/// Carries everything to one tool.
pub struct Front {
    pub address: SocketAddr,
    pub cut: CancellationToken,
    /// Requests that came.
    pub asked: Arc<AtomicUsize>,
}

impl Front {
    pub async fn of(tool: SocketAddr) -> Self {
        let (proxy, cut) = (Proxy::<Body>::default(), CancellationToken::new());
        let (token, asked) = (cut.clone(), Arc::new(AtomicUsize::new(0)));
        let count = asked.clone();
        let carry = move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| {
            let (proxy, cut) = (proxy.clone(), token.clone());
            count.fetch_add(1, Ordering::SeqCst);
            async move { carried(&proxy, tool, peer, &cut, request).await }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(carry);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, cut, asked }
    }

    /// A connection that has asked for a WebSocket.
    pub async fn websocket(&self) -> TcpStream {
        let mut browser = TcpStream::connect(self.address).await.unwrap();
        let ask = "GET / HTTP/1.1\r\nHost: nb.localhost\r\nConnection: keep-alive, Upgrade\r\n\
                   Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        browser.write_all(ask.as_bytes()).await.unwrap();
        browser
    }
}

async fn carried(
    proxy: &Proxy<Body>,
    tool: SocketAddr,
    peer: SocketAddr,
    cut: &CancellationToken,
    request: Request,
) -> Response {
    let way = Way {
        tool,
        scheme: "http",
        authority: "nb.localhost".into(),
        peer: Some(peer.ip()),
        own_cookies: &["berth", "__Host-berth"],
        port: None,
    };
    match proxy.carry(request, &way, cut).await {
        Ok(answer) => {
            let mut response = answer.response.map(Body::new);
            if let Some(away) = answer.away {
                response.headers_mut().insert("away", away.parse().unwrap());
            }
            response
        }
        Err(trouble) => {
            let status = match &trouble {
                Trouble::NoAnswer(_) => StatusCode::BAD_GATEWAY,
                _ => StatusCode::METHOD_NOT_ALLOWED,
            };
            (status, trouble.to_string()).into_response()
        }
    }
}

/// A tool that answers each request with a text, in which `TOOL` is its port; and the heads that it saw.
pub async fn tool(
    answer: impl Fn(&str) -> String + Send + Sync + 'static,
) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (tell, heads) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = std::sync::Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (tell, answer) = (tell.clone(), answer.clone());
            tokio::spawn(async move {
                loop {
                    let head = head(&mut socket).await;
                    if head.is_empty() {
                        break;
                    }
                    match body(&mut socket, &head).await {
                        Ok(true) => {}
                        Ok(false) => break,
                        Err(wrong) => {
                            let _ = tell.send(format!("{MALFORMED} {wrong}: {head}"));
                            break;
                        }
                    }
                    let text = answer(&head).replace("TOOL", &address.port().to_string());
                    let _ = tell.send(head);
                    if socket.write_all(text.as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, heads)
}

/// A tool that does with each connection whatever a story wants.
pub async fn tool_at<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(talk(socket));
        }
    });
    address
}

/// The head of a request. Empty when the connection has ended.
pub async fn head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match socket.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return String::new(),
        }
    }
    String::from_utf8_lossy(&head).trim_end().to_owned() + "\r\n"
}

/// Reads the body that follows a head, as strictly as a program can; `false` when the connection ends before.
async fn body(socket: &mut TcpStream, head: &str) -> Result<bool, String> {
    let head = head.to_lowercase();
    let values = |name: &str| -> Vec<String> {
        let found = head.lines().filter_map(|line| line.strip_prefix(name));
        found.map(|value| value.trim().to_owned()).collect()
    };
    match (values("content-length:").as_slice(), values("transfer-encoding:").as_slice()) {
        ([length], []) => {
            let length = length.parse().map_err(|_| format!("{length:?} is no length"))?;
            Ok(socket.read_exact(&mut vec![0; length]).await.is_ok())
        }
        ([], [coding]) if coding == "chunked" => {
            let mut all = Vec::new();
            while !all.ends_with(b"\r\n0\r\n\r\n") && all != b"0\r\n\r\n" {
                let Ok(byte) = socket.read_u8().await else { return Ok(false) };
                all.push(byte);
            }
            Ok(true)
        }
        ([], []) => Ok(true),
        both => Err(format!("more than one length: {both:?}")),
    }
}

/// Everything until the other side ends.
pub async fn read_all(socket: &mut TcpStream) -> String {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(length @ 1..) = socket.read(&mut buffer).await {
        all.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Says this to the front, and gives back everything that it answers.
pub async fn say(front: &Front, text: &str) -> String {
    let mut browser = TcpStream::connect(front.address).await.unwrap();
    // A front that has heard enough need not listen to the end.
    let _ = browser.write_all(text.as_bytes()).await;
    let answer = read_all(&mut browser);
    tokio::time::timeout(std::time::Duration::from_secs(20), answer).await.unwrap()
}
