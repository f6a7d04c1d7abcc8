//! Passing requests on, as they are, to the process whose turn it is. Whoever has a connection to this one gets one more
//! answer over it, and is told to open the next one anew.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version, header, uri};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error as ClientError, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio_util::sync::CancellationToken;

use crate::upgrade::{self, Upgrade};

/// The new process may still be opening its database: the system accepts connections for it meanwhile.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);

/// Passes requests on. Cheap to clone.
pub struct Relay<B> {
    client: Client<HttpConnector, B>,
    to: SocketAddr,
}

impl<B> Clone for Relay<B> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), to: self.to }
    }
}

/// Why nothing could be passed on.
#[derive(Debug, thiserror::Error)]
pub enum NoRelay {
    #[error("the address of the request is none")]
    Address(#[source] http::Error),
    #[error("the process whose turn it is does not answer")]
    NoAnswer(#[source] ClientError),
}

impl<B> Relay<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    /// To the process that listens there.
    pub fn to(to: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_WITHIN));
        Self { client: Client::builder(TokioExecutor::new()).build(connector), to }
    }

    /// Where it leads.
    pub fn address(&self) -> SocketAddr {
        self.to
    }

    /// Passes one request on.
    pub async fn pass(&self, mut request: Request<B>) -> Result<Response<Incoming>, NoRelay> {
        let is_http1 = request.version() < Version::HTTP_2;
        let upgrade = Upgrade::of(&mut request);
        name_the_host(&mut request);
        *request.uri_mut() = self.there(request.uri()).map_err(NoRelay::Address)?;
        *request.version_mut() = Version::HTTP_11;
        of_one_connection(request.headers_mut());
        if let Some(upgrade) = &upgrade {
            upgrade.ask(&mut request);
        }
        let mut response = self.client.request(request).await.map_err(NoRelay::NoAnswer)?;
        let new = hyper::upgrade::on(&mut response);
        of_one_connection(response.headers_mut());
        *response.version_mut() = Version::default();
        match (upgrade, response.status()) {
            (Some(upgrade), StatusCode::SWITCHING_PROTOCOLS) => {
                upgrade.accept(&mut response);
                upgrade::join(upgrade, new, CancellationToken::new());
            }
            _ if is_http1 => {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            _ => {}
        }
        Ok(response)
    }

    fn there(&self, uri: &Uri) -> Result<Uri, http::Error> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let builder = uri::Builder::new().scheme(uri::Scheme::HTTP);
        builder.authority(self.to.to_string()).path_and_query(path).build()
    }
}

/// HTTP/2 names the host in the address alone.
fn name_the_host<B>(request: &mut Request<B>) {
    let named = request.uri().authority().and_then(|named| named.as_str().parse().ok());
    if let Some(named) = named {
        request.headers_mut().entry(header::HOST).or_insert(named);
    }
}

/// What is said about a connection holds for that one alone (RFC 9110, 7.6.1).
fn of_one_connection(headers: &mut HeaderMap) {
    for name in [header::CONNECTION, header::UPGRADE, header::TRANSFER_ENCODING, header::TE] {
        headers.remove(name);
    }
    headers.remove("keep-alive");
}
