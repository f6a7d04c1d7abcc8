//! Scalars of YAML, by the core schema of YAML 1.2.

use saphyr_parser::{ScalarStyle, Span, Tag};
use serde_json::Number;

use super::{Result, error};
use crate::policy::tree::{Content, short};

/// Refuses tags, but for the one that says what is there anyway.
pub fn untagged(tag: Option<&Tag>, allowed: &str, span: &Span) -> Result<()> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == allowed) => {
            Err(error(span, "tags are not allowed here; leave out what starts with “!”"))
        }
        _ => Ok(()),
    }
}

/// What a scalar stands for.
pub fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Result<Content> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            return Ok(Content::Text(text.to_owned()));
        }
        Some(_) => untagged(tag, "str", span)?,
        None => {}
    }
    match style {
        ScalarStyle::Plain => plain(text, span),
        _ => Ok(Content::Text(text.to_owned())),
    }
}

/// The core schema of YAML 1.2 (its chapter 10.3.2).
fn plain(text: &str, span: &Span) -> Result<Content> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ => match number(text) {
            Some(Some(number)) => Content::Number(number),
            Some(None) => {
                let what = format!("“{}” is not a number that fits into 64 bits", short(text));
                return Err(error(span, &what));
            }
            None => Content::Text(text.to_owned()),
        },
    })
}

/// `None`: not written as a number. `Some(None)`: a number that nobody can hold.
fn number(text: &str) -> Option<Option<Number>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(None);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('+').unwrap_or(text);
    if digits {
        let whole = text.parse::<i64>().map(Number::from);
        return Some(whole.or_else(|_| text.parse::<u64>().map(Number::from)).ok());
    }
    if !is_float(unsigned) {
        return None;
    }
    let number: Option<f64> = text.parse().ok();
    Some(number.and_then(Number::from_f64))
}

fn radix(digits: &str, radix: u32) -> Option<Option<Number>> {
    let right = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    right.then(|| u64::from_str_radix(digits, radix).ok().map(Number::from))
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then perhaps an exponent.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let signless = |power: &str| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power).to_owned();
        !power.is_empty() && all_digits(&power)
    };
    all_digits(whole)
        && all_digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(signless)
}
