//! A file as one value: JSON or YAML, whichever it is.

use serde_json::Value;

use super::{Error, standard_input};

/// Reads it. JSON is tried first: it is the quicker one, and its errors are the clearer ones when
/// the text looks like JSON.
pub(super) fn read(name: &str) -> Result<Value, Error> {
    let text = match name {
        "-" => standard_input(),
        name => std::fs::read_to_string(name),
    };
    let text = text.map_err(|cause| Error::Read { file: name.to_owned(), cause })?;
    parse(&text).map_err(|cause| Error::Syntax { file: name.to_owned(), cause })
}

pub(super) fn parse(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(cause) if text.trim_start().starts_with(['{', '[']) => {
            serde_saphyr::from_str(text).map_err(|_| cause.to_string())
        }
        Err(_) => serde_saphyr::from_str(text).map_err(|cause| cause.to_string()),
    }
}
