//! Values of settings: their JSON, and what fits which setting.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Setting, Shape};

/// Bytes of a logo that are accepted, before they are written as text.
const LOGO_BYTES_MAX: usize = 128 * 1024;
/// Characters of a name or an address.
const TEXT_MAX: usize = 255;
/// Characters of the banner.
const BANNER_MAX: usize = 1_000;
/// Minutes of two weeks, when a session ends in any case.
pub const MINUTES_MAX: u32 = 14 * 24 * 60;

/// What somebody chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    Switch(bool),
    Number(u32),
    Text(String),
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct WrongValue(pub String);

impl SettingValue {
    /// As the list of settings writes it.
    pub fn shown(&self) -> String {
        match self {
            SettingValue::Switch(on) => on.to_string(),
            SettingValue::Number(number) => number.to_string(),
            SettingValue::Text(text) => text.clone(),
        }
    }
}

impl Setting {
    /// Reads a value as it was sent. Switches and numbers are taken as text as well.
    pub fn read(self, sent: &Value) -> Result<SettingValue, WrongValue> {
        let wanted = || WrongValue(self.row().shape.wanted().to_owned());
        let value = match (self.row().shape, sent) {
            (Shape::Switch { .. }, Value::Bool(on)) => SettingValue::Switch(*on),
            (Shape::Switch { .. }, Value::String(text)) => {
                SettingValue::Switch(text.parse().map_err(|_| wanted())?)
            }
            (Shape::Minutes | Shape::Count { .. }, Value::Number(number)) => {
                let minutes = number.as_u64().and_then(|minutes| minutes.try_into().ok());
                SettingValue::Number(minutes.ok_or_else(wanted)?)
            }
            (Shape::Minutes, Value::String(text)) if text.is_empty() => {
                SettingValue::Text(String::new())
            }
            (Shape::Minutes | Shape::Count { .. }, Value::String(text)) => {
                SettingValue::Number(text.parse().map_err(|_| wanted())?)
            }
            (
                Shape::Name { .. } | Shape::Address | Shape::Picture | Shape::Banner,
                Value::String(text),
            ) => SettingValue::Text(text.clone()),
            _ => return Err(wanted()),
        };
        self.check(&value).map(|()| value)
    }

    /// Whether a value fits.
    pub fn check(self, value: &SettingValue) -> Result<(), WrongValue> {
        let shape = self.row().shape;
        let fits = match (shape, value) {
            (Shape::Switch { .. }, SettingValue::Switch(_)) => true,
            (Shape::Minutes, SettingValue::Number(minutes)) => (1..=MINUTES_MAX).contains(minutes),
            (Shape::Minutes, SettingValue::Text(text)) => text.is_empty(),
            (Shape::Count { max, .. }, SettingValue::Number(number)) => (1..=max).contains(number),
            (Shape::Name { .. }, SettingValue::Text(text)) => {
                !text.trim().is_empty() && text.chars().count() <= TEXT_MAX && !has_control(text)
            }
            (Shape::Address, SettingValue::Text(text)) => text.is_empty() || is_address(text),
            (Shape::Picture, SettingValue::Text(text)) => text.is_empty() || is_picture(text),
            (Shape::Banner, SettingValue::Text(text)) => {
                text.chars().count() <= BANNER_MAX && !has_control(text)
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(WrongValue(shape.wanted().to_owned())) }
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && c != '\n')
}

/// A page that a browser may be sent to.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    host && text.len() <= TEXT_MAX && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// An SVG or PNG as a data address.
fn is_picture(text: &str) -> bool {
    let is_base64 =
        |data: &str| data.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    picture(text).is_some_and(|(_, data)| {
        !data.is_empty() && data.len() / 4 * 3 <= LOGO_BYTES_MAX && is_base64(data)
    })
}

/// The media type and the base64 of a picture's data address.
pub fn picture(address: &str) -> Option<(&'static str, &str)> {
    ["image/png", "image/svg+xml"].into_iter().find_map(|media| {
        let rest = address.strip_prefix("data:")?.strip_prefix(media)?;
        Some((media, rest.strip_prefix(";base64,")?))
    })
}
