//! What crosses between the browser and the server functions: JSON, and one way to read it. Values in the
//! page and answers to calls are the same types; read by one function, each has one reader in the
//! browser's program.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use http::Method;
use leptos::{
    prelude::Resource,
    server::codee::{Decoder, Encoder},
    server_fn::{
        ContentType, Decodes, Encodes, Format, FormatType, Http, Protocol, client::Client,
        codec::Post, server::Server,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::UiError;

/// The encoding of everything that crosses.
pub struct Wire;

/// How server functions are called and answer: JSON in the body of a POST. The browser makes all calls by one
/// function, which knows texts; each server function adds its types alone.
pub struct Call;

type OverHttp = Http<Post<Wire>, Post<Wire>>;

impl<I, O, C, S> Protocol<I, O, C, S, UiError> for Call
where
    OverHttp: Protocol<I, O, C, S, UiError>,
    I: Serialize + Send,
    O: DeserializeOwned,
    C: Client<UiError>,
    S: Server<UiError>,
{
    const METHOD: Method = Method::POST;

    fn run_server<F, A>(
        request: S::Request,
        of: F,
    ) -> impl Future<Output = Result<S::Response, UiError>> + Send
    where
        F: Fn(I) -> A + Send,
        A: Future<Output = Result<O, UiError>> + Send,
    {
        OverHttp::run_server(request, move |input| {
            let answer = of(input);
            async move { answer.await.inspect_err(say_status) }
        })
    }

    fn run_client(path: &str, input: I) -> impl Future<Output = Result<O, UiError>> + Send {
        let lost = |wrong: serde_json::Error| UiError::Lost(wrong.to_string());
        let answer = serde_json::to_string(&input).map_err(lost).map(|body| call(path, body));
        async move { read(&answer?.await?).map_err(lost) }
    }
}

/// What is refused is refused by the words of HTTP as well: only the server's own failures are failures of the server.
fn say_status(_error: &UiError) {
    #[cfg(feature = "ssr")]
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(_error.status());
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<String, UiError>> + Send>>;

/// One call of the server. What it refuses comes back as its words say.
#[cfg(feature = "hydrate")]
fn call(path: &str, body: String) -> Answer {
    use leptos::server_fn::{
        client::browser::BrowserClient,
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };
    let kind = Wire::CONTENT_TYPE;
    let request = <BrowserRequest as ClientReq<UiError>>::try_new_post(path, kind, kind, body);
    Box::pin(async move {
        let response = <BrowserClient as Client<UiError>>::send(request?).await?;
        let status = ClientRes::<UiError>::status(&response);
        let text = ClientRes::<UiError>::try_into_string(response).await?;
        match (400..=599).contains(&status) {
            true => Err(read(&text).unwrap_or(UiError::Lost(text))),
            false => Ok(text),
        }
    })
}

/// The server calls nobody.
#[cfg(not(feature = "hydrate"))]
fn call(_: &str, _: String) -> Answer {
    Box::pin(async { Err(UiError::Lost("this is no browser".to_owned())) })
}

/// Data of a page: loaded on the server with the page, later by the browser.
pub type Loading<T> = Resource<Result<T, UiError>, Wire>;

/// Data of a page, loaded again whenever `source` changes.
pub fn load<T, S, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loading<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: Send + Sync + Clone + PartialEq + 'static,
    F: Future<Output = Result<T, UiError>> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}

/// Reads one value.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Wire {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = String;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(|wrong| wrong.to_string())?;
        read(text).map_err(|wrong| wrong.to_string())
    }
}

impl<T: Serialize> Encoder<T> for Wire {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Wire {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        read(text)
    }
}
