//! A planned restart that nobody notices. A new Berth asks the old one for its listening socket (`--take-over`,
//! [`channel`]). The old one takes no more connections: they wait in the socket until the new one does. What still
//! comes over the connections that it has, it passes on to the new one; what is open goes on until it ends by
//! itself, for an hour at most. It stops changing anything before the new one begins; where the new one does not
//! begin, it begins again itself.

pub mod channel;
pub mod doorway;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use proxy::Relay;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How often it is looked whether something has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Whose turn it is, for everything that serves.
#[derive(Clone, Default)]
pub struct Turn {
    /// Another Berth serves from now on.
    over: CancellationToken,
    /// Requests that are being answered here.
    busy: Arc<AtomicUsize>,
    relay: Arc<std::sync::OnceLock<Relay<Body>>>,
}

impl Turn {
    /// The turn of a Berth that listens there.
    pub fn at(address: SocketAddr) -> Self {
        let turn = Self::default();
        // A new one is empty.
        let _ = turn.relay.set(Relay::to(address));
        turn
    }

    /// Returns once it is over.
    pub fn over(&self) -> CancellationToken {
        self.over.clone()
    }

    /// From now on everything that comes is passed on. Returns when what came before is answered, or after `within`.
    pub async fn end(&self, within: Duration) {
        self.over.cancel();
        let answered = async {
            while self.busy.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        if tokio::time::timeout(within, answered).await.is_err() {
            warn!("some requests take longer than the hand-over waits for them");
        }
    }

    /// One more request is answered here, unless the turn is over.
    pub fn begin(&self) -> Option<Busy> {
        // Counted first: what is counted is waited for.
        self.busy.fetch_add(1, Ordering::SeqCst);
        let busy = Busy(self.busy.clone());
        (!self.over.is_cancelled()).then_some(busy)
    }

    /// Has whoever's turn it is answer.
    pub async fn pass_on(&self, request: Request) -> Response {
        let passed = match self.relay.get() {
            Some(relay) => relay.pass(request).await.map_err(|trouble| crate::chain(&trouble)),
            None => Err("nobody listens".to_owned()),
        };
        match passed {
            Ok(response) => response.map(Body::new),
            Err(trouble) => {
                warn!("a request could not be passed on: {trouble}");
                (StatusCode::BAD_GATEWAY, "Berth is being restarted; try again\n").into_response()
            }
        }
    }
}

/// A request that is being answered.
pub struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
