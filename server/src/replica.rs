//! Several Berths on one PostgreSQL: the one that holds the database decides and drives the clusters; the others pass
//! on to it what comes to them, and the first of them to get the database takes its place.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use proxy::Relay;
use store::{DatabaseUrl, Follower, Store};
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::handover::doorway::{Doorway, Open};

/// Marks what has been passed on.
const PASSED_ON: HeaderName = HeaderName::from_static("x-berth-passed-on");
/// How often it is looked who leads.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Who leads, as far as is known here.
#[derive(Clone, Default)]
struct Leader(Arc<RwLock<Option<Relay<Body>>>>);

impl Leader {
    fn relay(&self) -> Option<Relay<Body>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_at(&self, at: SocketAddr) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|relay| relay.address() != at) {
            info!("what comes is passed on to {at}");
            *known = Some(Relay::to(at));
        }
    }

    /// Passes a request on, once: what has been passed on comes back where nobody has noticed yet who leads.
    async fn pass(&self, mut request: Request) -> Option<Response> {
        let before = request.headers_mut().insert(PASSED_ON, HeaderValue::from_static("1"));
        if before.is_some() {
            return None;
        }
        match self.relay()?.pass(request).await {
            Ok(response) => Some(response.map(Body::new)),
            Err(trouble) => {
                warn!("a request could not be passed on: {}", crate::chain(&trouble));
                None
            }
        }
    }
}

/// One of several Berths.
pub struct Replica {
    database: DatabaseUrl,
    follower: Follower,
    /// Where the others reach this one.
    own: SocketAddr,
}

impl Replica {
    pub fn of(database: &DatabaseUrl, own: SocketAddr) -> Result<Self, store::Error> {
        Ok(Self { database: database.clone(), follower: Follower::of(database)?, own })
    }

    /// Opens the database, as soon as no other Berth holds it. Until then what comes over the socket is passed on; what
    /// is open then goes on, and is passed on to this one.
    pub async fn turn_comes(&self, listener: &Arc<TcpListener>) -> Result<Store, store::Error> {
        let (leader, shut) = (Leader::default(), CancellationToken::new());
        let doorway = Doorway::new(listener.clone(), shut.clone(), Open::default());
        let service = router(leader.clone());
        let serving = tokio::spawn(async move { axum::serve(doorway, service).await });
        let opened = tokio::select! {
            opened = self.opened() => opened,
            never = self.follow(&leader) => match never {},
        };
        shut.cancel();
        // Connections that are open go on without it.
        serving.abort();
        leader.is_at(self.own);
        let store = opened?;
        store.lead(self.own).await?;
        info!("this Berth leads");
        Ok(store)
    }

    /// Returns once another Berth leads.
    pub async fn turn_ends(&self) {
        // A database that is away is said by whoever asks for a change.
        while !matches!(self.follower.leader().await, Ok(Some(other)) if other != self.own) {
            sleep(LOOK_EVERY).await;
        }
    }

    async fn opened(&self) -> Result<Store, store::Error> {
        loop {
            match Store::open(&self.database).await {
                // Each attempt waits a while for the lock, so that this is no busy loop.
                Err(store::Error::InUse { .. }) => {}
                Err(error) if error.trouble() == store::Trouble::Unreachable => {
                    warn!("the database cannot be reached: {}", crate::chain(&error));
                    sleep(LOOK_EVERY).await;
                }
                opened => return opened,
            }
        }
    }

    /// Keeps looking who leads.
    async fn follow(&self, leader: &Leader) -> Infallible {
        loop {
            // A database that is away is said by whoever wants to open it.
            if let Ok(Some(at)) = self.follower.leader().await {
                leader.is_at(at);
            }
            sleep(LOOK_EVERY).await;
        }
    }
}

fn router(leader: Leader) -> Router {
    Router::new()
        .route("/health/live", get(crate::health::live))
        .route("/health/ready", get(ready))
        .fallback(pass_on)
        .with_state(leader)
}

/// Whether whoever leads is ready.
async fn ready(State(leader): State<Leader>, request: Request) -> Response {
    match leader.pass(request).await {
        Some(answer) if answer.status() == StatusCode::OK => {
            "ok, another Berth leads\n".into_response()
        }
        Some(answer) => answer,
        None => (StatusCode::SERVICE_UNAVAILABLE, "not ready: nobody leads yet\n").into_response(),
    }
}

async fn pass_on(State(leader): State<Leader>, request: Request) -> Response {
    let nobody = || {
        let again = [(header::RETRY_AFTER, "1")];
        (StatusCode::SERVICE_UNAVAILABLE, again, "No Berth leads yet; try again\n").into_response()
    };
    leader.pass(request).await.unwrap_or_else(nobody)
}
