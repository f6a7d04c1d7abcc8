//! What crosses between the browser and the server functions: JSON, and one way to read it. Values in the
//! page and answers to calls are the same types; read by one function, each has one reader in the
//! browser's program.

use std::future::Future;

use bytes::Bytes;
use leptos::{
    prelude::Resource,
    server::codee::{Decoder, Encoder},
    server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::UiError;

/// The encoding of everything that crosses.
pub struct Wire;

/// How server functions are called and answer: JSON in the body of a POST.
pub type Json = Post<Wire>;

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
