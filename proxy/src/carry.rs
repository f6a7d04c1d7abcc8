//! One request to a tool and its answer.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, Version, uri};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error as ClientError, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Cut, Way,
    inward::inward,
    outward::outward,
    upgrade::{self, Upgrade},
};

/// A tool is on this machine or in the same network: what does not answer by then is not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// Unused connections to a tool are kept this long.
const IDLE: Duration = Duration::from_secs(30);

/// Carries requests. Cheap to clone; connections to tools are shared and used again.
pub struct Proxy<B> {
    client: Client<HttpConnector, Cut<B>>,
}

impl<B> Clone for Proxy<B> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone() }
    }
}

/// An answer of a tool.
#[derive(Debug)]
pub struct Answer {
    pub response: Response<Cut<Incoming>>,
    /// Where it sends the browser, where that is somebody else.
    pub away: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Neither tunnels nor reflections are for browsers.
    #[error("{0} is not for tools")]
    Method(Method),
    #[error("the address of the request is none")]
    Address(#[source] http::Error),
    #[error("the tool does not answer")]
    NoAnswer(#[source] ClientError),
    #[error("whoever opened the tool may do so no longer")]
    Cut,
}

impl Trouble {
    /// Whether nothing listens there, or not yet.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::NoAnswer(_))
    }
}

impl<B> Default for Proxy<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_WITHIN));
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        Self { client: builder.build(connector) }
    }
}

impl<B> Proxy<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    /// Carries a request to the tool, until the token is cancelled: then bodies end in both directions, and so does
    /// a WebSocket.
    pub async fn carry(
        &self,
        mut request: Request<B>,
        way: &Way,
        cut: &CancellationToken,
    ) -> Result<Answer, Trouble> {
        let upgrade = Upgrade::of(&mut request);
        if upgrade.is_none() && matches!(*request.method(), Method::CONNECT | Method::TRACE) {
            return Err(Trouble::Method(request.method().clone()));
        }
        let path = request.uri().path().to_owned();
        *request.uri_mut() = there(request.uri(), way).map_err(Trouble::Address)?;
        *request.version_mut() = Version::HTTP_11;
        inward(request.headers_mut(), way);
        if let Some(upgrade) = &upgrade {
            upgrade.ask(&mut request);
        }
        let answered = self.client.request(request.map(|body| Cut::new(body, cut)));
        let mut response = tokio::select! {
            answered = answered => answered.map_err(Trouble::NoAnswer)?,
            () = cut.cancelled() => return Err(Trouble::Cut),
        };
        let tool = hyper::upgrade::on(&mut response);
        let away = outward(response.headers_mut(), &path, way);
        match (upgrade, response.status()) {
            (Some(upgrade), StatusCode::SWITCHING_PROTOCOLS) => {
                upgrade.accept(&mut response);
                upgrade::join(upgrade, tool, cut.clone());
            }
            // Nobody asked for another protocol.
            (None, StatusCode::SWITCHING_PROTOCOLS) => {
                *response.status_mut() = StatusCode::BAD_GATEWAY;
            }
            _ => {}
        }
        *response.version_mut() = Version::default();
        Ok(Answer { response: response.map(|body| Cut::new(body, cut)), away })
    }
}

/// The same path at the tool.
fn there(uri: &Uri, way: &Way) -> Result<Uri, http::Error> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    uri::Builder::new()
        .scheme(uri::Scheme::HTTP)
        .authority(way.tool.to_string())
        .path_and_query(path)
        .build()
}
