//! How values lie in the database: times as microseconds, bodies as JSON.

use domain::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Result};

/// A time as it is stored.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A stored time; one out of range becomes the nearest.
pub fn time(micros: i64) -> Timestamp {
    let edge = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(edge)
}

/// A body as it is stored.
pub fn body<T: Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| Error::Content { what, cause })
}

/// A stored body.
pub fn read<T: DeserializeOwned>(what: &'static str, body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|cause| Error::Content { what, cause })
}

/// Bytes as text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a text that [`hex`] made.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.len().is_multiple_of(2).then(|| pairs.map(byte).collect()).flatten()
}
