//! Asks the server: REST, with a token, within bounds of time, and in the server's own words where it refuses.

use std::time::{Duration, Instant};

use api::ErrorBody;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::failure::{Failure, Result};

/// How long it may take until somebody answers at all, and until all has come.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(30);
/// Longer than anybody follows anything.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3_600);
/// Before a request that is safe to repeat is sent once more.
const PAUSE: Duration = Duration::from_millis(300);

/// A server, and as whom it is asked.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    debug: bool,
}

/// Parameters of a request.
pub type Query<'a> = &'a [(&'a str, String)];

impl Client {
    /// `base` is the address of the server without a path.
    pub fn new(base: &str, token: Option<String>, debug: bool) -> Result<Self> {
        // Another part of the program may have set it up already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .user_agent(concat!("berth/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|cause| {
                Failure::general(format!("could not prepare a request: {}", chain(&cause)))
            })?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), token, debug })
    }

    /// The same server, asked with this token.
    pub fn with_token(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }

    pub async fn get(&self, path: &str, query: Query<'_>) -> Result<Value> {
        json(self.send(Method::GET, path, query, None).await?).await
    }

    /// The same, as the type that the interface gives it.
    pub async fn read<T: DeserializeOwned>(&self, path: &str, query: Query<'_>) -> Result<T> {
        typed(self.get(path, query).await?)
    }

    pub async fn text(&self, path: &str, query: Query<'_>) -> Result<String> {
        let response = self.send(Method::GET, path, query, None).await?;
        response.text().await.map_err(broken)
    }

    /// Hands over each line of an answer as it comes, however long that goes on.
    pub async fn lines(
        &self,
        path: &str,
        query: Query<'_>,
        mut each: impl FnMut(&str),
    ) -> Result<()> {
        let request = self.http.get(self.url(path, query)).timeout(FOREVER);
        let request = self.token.iter().fold(request, RequestBuilder::bearer_auth);
        let answer = self.try_once(&Method::GET, path, request).await;
        let mut answer = refused(answer.map_err(|cause| self.away(&cause))?).await?;
        let mut rest = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(broken)? {
            rest.extend_from_slice(&part);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = rest.drain(..=end).collect();
                each(String::from_utf8_lossy(&line[..end]).as_ref());
            }
        }
        Ok(())
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Result<Value> {
        let body =
            serde_json::to_value(body).map_err(|wrong| Failure::general(wrong.to_string()))?;
        json(self.send(Method::POST, path, &[], Some(body)).await?).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value> {
        json(self.send(Method::DELETE, path, &[], None).await?).await
    }

    /// Sends it, and once more where that does no harm: what nobody took, and what changes nothing.
    async fn send(
        &self,
        method: Method,
        path: &str,
        query: Query<'_>,
        body: Option<Value>,
    ) -> Result<Response> {
        let request = || {
            let request = self.http.request(method.clone(), self.url(path, query));
            let request = self.token.iter().fold(request, RequestBuilder::bearer_auth);
            body.iter().fold(request, RequestBuilder::json)
        };
        let mut answer = self.try_once(&method, path, request()).await;
        let is_safe = method.is_safe();
        let is_worth = match &answer {
            Ok(response) => is_safe && is_away(response.status()),
            Err(cause) => cause.is_connect() || (is_safe && cause.is_timeout()),
        };
        if is_worth {
            tokio::time::sleep(PAUSE).await;
            answer = self.try_once(&method, path, request()).await;
        }
        refused(answer.map_err(|cause| self.away(&cause))?).await
    }

    fn url(&self, path: &str, query: Query<'_>) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{}", self.base, pairs.finish())
    }

    async fn try_once(
        &self,
        method: &Method,
        path: &str,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let start = Instant::now();
        let answer = request.send().await;
        if self.debug {
            let how = match &answer {
                Ok(response) => response.status().to_string(),
                Err(cause) => chain(cause),
            };
            eprintln!("berth: {method} {path}: {how} after {} ms", start.elapsed().as_millis());
        }
        answer
    }

    fn away(&self, cause: &reqwest::Error) -> Failure {
        let base = &self.base;
        Failure::general(match (cause.is_builder(), cause.is_timeout()) {
            (true, _) => {
                format!("{base:?} is no address of a server; one looks like http://127.0.0.1:8080")
            }
            (_, true) => format!("the server at {base} did not answer in time"),
            _ => format!("the server at {base} cannot be reached: {}", innermost(cause)),
        })
    }
}

fn is_away(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502..=504)
}

/// The answer, or the refusal in the server's words.
async fn refused(response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await.map_err(broken)?;
    let body = serde_json::from_str(&text).unwrap_or_else(|_| {
        let said = status.canonical_reason().unwrap_or("no reason given");
        ErrorBody::new(status.as_u16(), format!("the server answered {}: {said}", status.as_u16()))
    });
    Err(Failure::of_body(&body))
}

async fn json(response: Response) -> Result<Value> {
    let text = response.text().await.map_err(broken)?;
    match text.is_empty() {
        true => Ok(Value::Null),
        false => serde_json::from_str(&text)
            .map_err(|wrong| Failure::general(format!("the server's answer is no JSON: {wrong}"))),
    }
}

/// An answer as its type; what does not fit comes from another release.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|wrong| {
        Failure::general(format!("the server's answer is not what this release expects: {wrong}"))
    })
}

fn broken(cause: reqwest::Error) -> Failure {
    Failure::general(format!("the answer broke off: {}", innermost(&cause)))
}

fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
