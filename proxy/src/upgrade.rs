//! WebSockets: of HTTP/1.1 (RFC 6455), and of HTTP/2 by an extended CONNECT (RFC 8441). No other protocol is passed
//! on: what a tool would speak after `Upgrade: h2c`, nobody here would have looked at.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::{ext::Protocol, upgrade::OnUpgrade};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio_util::sync::CancellationToken;
use tracing::debug;

const WEBSOCKET: &str = "websocket";
/// HTTP/2 has no key, for it needs no proof that the server understood.
const KEY: HeaderValue = HeaderValue::from_static("YmVydGgtb3Zlci1odHRwMg==");

/// A browser's wish for a WebSocket.
pub struct Upgrade {
    browser: OnUpgrade,
    over_http2: bool,
}

impl Upgrade {
    /// The wish of a request, if it has one.
    pub fn of<B>(request: &mut Request<B>) -> Option<Self> {
        let protocol = request.extensions().get::<Protocol>();
        let over_http2 = request.method() == Method::CONNECT
            && protocol.is_some_and(|protocol| protocol.as_str() == WEBSOCKET);
        let over_http1 = request.method() == Method::GET && asks(request.headers());
        let wishes = over_http1 || over_http2;
        wishes.then(|| Self { browser: hyper::upgrade::on(request), over_http2 })
    }

    /// Asks the tool for it.
    pub fn ask<B>(&self, request: &mut Request<B>) {
        *request.method_mut() = Method::GET;
        let headers = request.headers_mut();
        say(headers);
        if self.over_http2 {
            headers.insert(header::SEC_WEBSOCKET_KEY, KEY);
        }
    }

    /// Tells the browser that the tool agrees.
    pub fn accept<B>(&self, response: &mut Response<B>) {
        match self.over_http2 {
            true => {
                *response.status_mut() = StatusCode::OK;
                response.headers_mut().remove(header::SEC_WEBSOCKET_ACCEPT);
            }
            false => say(response.headers_mut()),
        }
    }
}

fn say(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static(WEBSOCKET));
}

fn asks(headers: &HeaderMap) -> bool {
    let names = |name, wanted: &str| {
        let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|one| one.trim().eq_ignore_ascii_case(wanted))
    };
    names(header::CONNECTION, "upgrade") && names(header::UPGRADE, WEBSOCKET)
}

/// Lets browser and tool talk until one of them ends it, or the token does.
pub fn join(upgrade: Upgrade, tool: OnUpgrade, cut: CancellationToken) {
    tokio::spawn(async move {
        let talk = async {
            let (browser, tool) = tokio::try_join!(upgrade.browser, tool)?;
            let (mut browser, mut tool) = (TokioIo::new(browser), TokioIo::new(tool));
            copy_bidirectional(&mut browser, &mut tool).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        };
        tokio::select! {
            ended = talk => if let Err(problem) = ended {
                debug!("a WebSocket to a tool ended: {problem}");
            },
            () = cut.cancelled() => {}
        }
    });
}
