//! Somebody between Berth and the API server who answers in its place, late, or with another time: what a real one does
//! under load, and does not do when a test asks for it. It counts what passes.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::{net::TcpListener, sync::watch};

type Problem = Box<dyn std::error::Error + Send + Sync>;
type Answer = Response<UnsyncBoxBody<Bytes, Problem>>;

/// What is answered in place of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// So many requests are too many.
    Throttled {
        left: u32,
    },
    /// Every request is one too many, until somebody says otherwise; another is welcome after so many seconds.
    Busy {
        retry_secs: u64,
    },
    /// Whoever watches is cut off; everything else is answered.
    Mute,
    /// Whoever asks to watch from this version on, or from an older one, is answered with the status 410.
    Forgotten {
        version: u64,
    },
    /// So many bindings are in conflict.
    Conflict {
        left: u32,
    },
    /// Every answer takes so long.
    Slow(Duration),
    /// It is so many seconds later there.
    Ahead(i64),
}

/// A way to an API server.
pub struct Between {
    way: Arc<Way>,
    folder: tempfile::TempDir,
}

struct Way {
    client: kube::Client,
    fault: Mutex<Fault>,
    /// Those who are carried are cut off whenever this changes.
    cut: watch::Sender<()>,
    asked: AtomicU64,
    expired: AtomicU64,
}

impl Between {
    /// A way over which requests go with the connection of `kubeconfig`.
    pub async fn to(kubeconfig: &Path) -> Self {
        let config = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
        let config = kube::Config::from_custom_kubeconfig(config, &Default::default()).await;
        let client = kube::Client::try_from(config.unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: way\n\
             clusters: [{{name: way, cluster: {{server: \"http://{}\"}}}}]\n\
             users: [{{name: way, user: {{token: nobody-asks}}}}]\n\
             contexts: [{{name: way, context: {{cluster: way, user: way}}}}]\n",
            listener.local_addr().unwrap()
        );
        std::fs::write(folder.path().join("config"), text).unwrap();
        let (fault, cut) = (Mutex::new(Fault::None), watch::channel(()).0);
        let (asked, expired) = (AtomicU64::new(0), AtomicU64::new(0));
        let way = Arc::new(Way { client, fault, cut, asked, expired });
        tokio::spawn(serve(listener, way.clone()));
        Self { way, folder }
    }

    /// The connection that leads over this way.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub fn set(&self, fault: Fault) {
        *self.way.fault.lock().unwrap() = fault;
        if matches!(fault, Fault::Busy { .. } | Fault::Mute) {
            self.way.cut.send_replace(());
        }
    }

    pub fn now(&self) -> Fault {
        *self.way.fault.lock().unwrap()
    }

    /// Requests until now.
    pub fn asked(&self) -> u64 {
        self.way.asked.load(Ordering::Relaxed)
    }

    /// How often the API server said that what was asked for is history (410).
    pub fn expired(&self) -> u64 {
        self.way.expired.load(Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, way: Arc<Way>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (mut cut, of) = (way.cut.subscribe(), way.clone());
        let service = service_fn(move |request| answer(request, of.clone()));
        let one = hyper::server::conn::http1::Builder::new();
        let carried = one.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            tokio::select! { _ = carried => {}, _ = cut.changed() => {} }
        });
    }
}

async fn answer(request: Request<Incoming>, way: Arc<Way>) -> Result<Answer, Problem> {
    way.asked.fetch_add(1, Ordering::Relaxed);
    let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
    let now = *way.fault.lock().unwrap();
    if now == Fault::Mute && is_watch {
        return Err("nothing is told".into());
    }
    if let (Fault::Forgotten { version }, true) = (now, is_watch)
        && request.uri().query().and_then(from).is_some_and(|from| from <= version)
    {
        way.expired.fetch_add(1, Ordering::Relaxed);
        let gone = status(StatusCode::GONE, "Expired", "too old resource version");
        return Ok(gone.map(|body| body.map_err(Into::into).boxed_unsync()));
    }
    if let Some(instead) = instead(&mut way.fault.lock().unwrap(), request.uri().path()) {
        return Ok(instead.map(|body| body.map_err(Into::into).boxed_unsync()));
    }
    if let Fault::Slow(by) = now {
        tokio::time::sleep(by).await;
    }
    let (mut parts, body) = request.into_parts();
    // The way has a name and an identity of its own.
    for name in [header::HOST, header::AUTHORIZATION, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    let body = body.collect().await?.to_bytes();
    let request = Request::from_parts(parts, Body::from(body.to_vec()));
    let mut response = way.client.send(request).await?;
    if let Fault::Ahead(secs) = now {
        let date = jiff::Timestamp::from_second(crate::bed::now().as_second() + secs)?;
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date)?;
        response.headers_mut().insert(header::DATE, HeaderValue::from_str(&date)?);
    }
    Ok(response.map(|body| {
        let counted = body.map_frame(move |frame| {
            let said = frame.data_ref().map_or(&[][..], |bytes| bytes);
            if said.windows(EXPIRED.len()).any(|part| part == EXPIRED) {
                way.expired.fetch_add(1, Ordering::Relaxed);
            }
            frame
        });
        counted.map_err(Into::into).boxed_unsync()
    }))
}

/// What a watch says whose history is gone.
const EXPIRED: &[u8] = br#""reason":"Expired","code":410"#;

/// The version from which somebody asks to be told.
fn from(query: &str) -> Option<u64> {
    let mut fields = query.split('&').filter_map(|field| field.split_once('='));
    fields.find(|(name, _)| *name == "resourceVersion")?.1.parse().ok()
}

/// What is answered without asking.
fn instead(fault: &mut Fault, path: &str) -> Option<Response<Body>> {
    match fault {
        Fault::Throttled { left } if *left > 0 => {
            *left -= 1;
            let mut answer = status(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "too many");
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            Some(answer)
        }
        Fault::Busy { retry_secs } => {
            let mut answer = status(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "too many");
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_secs));
            Some(answer)
        }
        Fault::Conflict { left } if *left > 0 && path.ends_with("/binding") => {
            *left -= 1;
            Some(status(StatusCode::CONFLICT, "Conflict", "the object has been modified"))
        }
        _ => None,
    }
}

fn status(code: StatusCode, reason: &str, message: &str) -> Response<Body> {
    let body = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code.as_u16(),
    });
    let mut answer = Response::new(Body::from(body.to_string().into_bytes()));
    *answer.status_mut() = code;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    answer
}
