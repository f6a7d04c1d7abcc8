//! What an API server that has too much to do is spared: while it says so, everybody waits as long as it asks for, and
//! then one request at a time finds out whether it still has. Nobody waits for ever: who has waited long enough is told.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{Request, Response, StatusCode, header::RETRY_AFTER};
use kube::{Client, Error, client::Body, core::Status};
use tokio::{sync::Notify, time::Instant};

/// How long one request waits, all in all.
const WAITS_MAX: Duration = Duration::from_secs(12);
/// The pause where the API server names none, and the longest that it may ask for.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// Whether an API server has too much to do. It outlives the connections to it.
#[derive(Default)]
pub struct Patience {
    busy: Mutex<Option<Busy>>,
    changed: Notify,
}

#[derive(Clone, Copy)]
struct Busy {
    /// When it said so first, and last.
    since: Instant,
    last: Instant,
    /// When somebody may ask again.
    until: Instant,
    /// Whether somebody does.
    is_asked: bool,
}

/// The turn of a request.
struct Turn<'a> {
    patience: &'a Patience,
    /// Whether the others wait for it.
    asks: bool,
}

impl Patience {
    /// A client whose requests are sent by `plain`, in their turn.
    pub fn client(self: &Arc<Self>, plain: Client) -> Client {
        let (of, namespace) = (self.clone(), plain.default_namespace().to_owned());
        let service = move |request| {
            let (of, plain) = (of.clone(), plain.clone());
            async move { of.send(&plain, request).await }
        };
        Client::new(tower::service_fn(service), namespace)
    }

    /// For how long it has had too much to do without a break.
    pub fn busy_for(&self) -> Duration {
        self.busy().map_or(Duration::ZERO, |busy| busy.last.duration_since(busy.since))
    }

    async fn send(
        &self,
        plain: &Client,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Error> {
        let until = Instant::now() + WAITS_MAX;
        loop {
            let turn = tokio::time::timeout_at(until, self.turn()).await.map_err(|_| too_busy())?;
            let again = copy(&request);
            let answer = plain.send(request).await?;
            let (Some(pause), Some(next)) = (pause(&answer), again) else {
                turn.free();
                return Ok(answer);
            };
            turn.busy(pause);
            request = next;
        }
    }

    fn busy(&self) -> MutexGuard<'_, Option<Busy>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn turn(&self) -> Turn<'_> {
        loop {
            let changed = self.changed.notified();
            let until = match self.busy().as_mut() {
                None => return Turn { patience: self, asks: false },
                Some(busy) if busy.is_asked => None,
                Some(busy) if busy.until <= Instant::now() => {
                    busy.is_asked = true;
                    return Turn { patience: self, asks: true };
                }
                Some(busy) => Some(busy.until),
            };
            match until {
                Some(until) => drop(tokio::time::timeout_at(until, changed).await),
                None => changed.await,
            }
        }
    }
}

impl Turn<'_> {
    fn free(self) {
        // Who was sent before it became busy says nothing about it.
        if self.asks {
            *self.patience.busy() = None;
        }
    }

    fn busy(self, pause: Duration) {
        let now = Instant::now();
        let mut busy = self.patience.busy();
        let old = busy.filter(|old| now.duration_since(old.until) < WAITS_MAX);
        let old = old.unwrap_or(Busy { since: now, last: now, until: now, is_asked: self.asks });
        *busy = Some(Busy { last: now, until: old.until.max(now + pause), ..old });
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.asks {
            if let Some(busy) = self.patience.busy().as_mut() {
                busy.is_asked = false;
            }
            self.patience.changed.notify_waiters();
        }
    }
}

/// How long an API server wants to be left alone.
pub fn pause(answer: &Response<Body>) -> Option<Duration> {
    use StatusCode as Is;
    if !matches!(
        answer.status(),
        Is::TOO_MANY_REQUESTS | Is::SERVICE_UNAVAILABLE | Is::GATEWAY_TIMEOUT
    ) {
        return None;
    }
    let told = answer.headers().get(RETRY_AFTER).and_then(|secs| secs.to_str().ok()?.parse().ok());
    Some(told.map_or(PAUSE, Duration::from_secs).clamp(PAUSE, PAUSE_MAX))
}

/// What is said in its place.
pub fn too_busy() -> Error {
    let said = "the API server has too much to do";
    let code = StatusCode::TOO_MANY_REQUESTS.as_u16();
    Error::Api(Status::failure(said, "TooManyRequests").with_code(code).boxed())
}

/// A request whose body is not a stream.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;

    /// An API server that has too much to do until it was asked so many times, and how often it was asked.
    fn server(busy: u32) -> (Client, Arc<AtomicU32>) {
        let asked = Arc::<AtomicU32>::default();
        let count = asked.clone();
        let service = move |_: Request<Body>| {
            let mut answer = Response::new(Body::empty());
            if count.fetch_add(1, Relaxed) < busy {
                *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            }
            async move { Ok::<_, Error>(answer) }
        };
        (Client::new(tower::service_fn(service), "default"), asked)
    }

    fn request() -> Request<Body> {
        Request::new(Body::empty())
    }

    #[tokio::test]
    async fn one_asks_for_all_while_it_has_too_much_to_do() {
        let patience = Arc::<Patience>::default();
        // Twenty are under way when it begins; two find out that it lasts.
        let (plain, asked) = server(20 + 2);
        let client = patience.client(plain);
        let all = (0..20).map(|_| client.send(request()));
        let answers = futures::future::try_join_all(all).await.unwrap();
        assert!(answers.iter().all(|answer| answer.status() == StatusCode::OK));
        assert_eq!(asked.load(Relaxed), 20 + 2 + 20);
        assert_eq!(patience.busy_for(), Duration::ZERO);
    }

    #[tokio::test]
    async fn who_asks_for_all_and_goes_leaves_its_turn_to_another() {
        let patience = Arc::<Patience>::default();
        patience.turn().await.busy(Duration::ZERO);
        let asks = patience.turn().await;
        assert!(asks.asks);
        let next = patience.turn();
        drop(asks);
        assert!(next.await.asks);
    }
}
