//! Somebody between Berth and the API server who answers in its place, late, or with another time: what a real one does
//! under load, and does not do when a test asks for it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::net::TcpListener;

type Problem = Box<dyn std::error::Error + Send + Sync>;

/// What is answered in place of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// So many requests are too many.
    Throttled {
        left: u32,
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
    fault: Arc<Mutex<Fault>>,
    folder: tempfile::TempDir,
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
        let fault = Arc::new(Mutex::new(Fault::None));
        tokio::spawn(serve(listener, client, fault.clone()));
        Self { fault, folder }
    }

    /// The connection that leads over this way.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    pub fn now(&self) -> Fault {
        *self.fault.lock().unwrap()
    }
}

async fn serve(listener: TcpListener, client: kube::Client, fault: Arc<Mutex<Fault>>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (client, fault) = (client.clone(), fault.clone());
        let service = service_fn(move |request| answer(request, client.clone(), fault.clone()));
        let one = hyper::server::conn::http1::Builder::new();
        tokio::spawn(one.serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    client: kube::Client,
    fault: Arc<Mutex<Fault>>,
) -> Result<Response<Body>, Problem> {
    if let Some(instead) = instead(&mut fault.lock().unwrap(), request.uri().path()) {
        return Ok(instead);
    }
    let now = *fault.lock().unwrap();
    if let Fault::Slow(by) = now {
        tokio::time::sleep(by).await;
    }
    let (mut parts, body) = request.into_parts();
    // The way has a name and an identity of its own.
    for name in [header::HOST, header::AUTHORIZATION, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    let body = body.collect().await?.to_bytes();
    let mut response = client.send(Request::from_parts(parts, Body::from(body.to_vec()))).await?;
    if let Fault::Ahead(secs) = now {
        let date = jiff::Timestamp::from_second(crate::bed::now().as_second() + secs)?;
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date)?;
        response.headers_mut().insert(header::DATE, HeaderValue::from_str(&date)?);
    }
    Ok(response)
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
