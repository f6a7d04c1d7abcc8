//! Single values, both ways.

use serde_json::Value;

use super::flag::Shape;
use crate::duration;

/// The text of a value; `None` where the flag cannot say it.
pub(super) fn write(shape: &Shape, value: &Value) -> Option<String> {
    let text = match (shape, value) {
        (Shape::Span, Value::Number(secs)) => format!("{secs}s"),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Bool(is)) => is.to_string(),
        _ => return None,
    };
    (read(shape, &text).as_ref() == Ok(value)).then_some(text)
}

/// The value that a text says.
pub(super) fn read(shape: &Shape, text: &str) -> Result<Value, String> {
    let whole = |text: &str| text.parse::<i64>().map(Value::from);
    match shape {
        Shape::OneOf(words) if !words.contains(&text) => {
            Err(format!("must be one of {}", words.join(", ")))
        }
        Shape::Means(word) => Ok((*word).into()),
        Shape::Whole => whole(text).map_err(|_| "must be a whole number".to_owned()),
        Shape::Number => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Value::from).ok_or_else(|| "must be a number".to_owned())
        }
        Shape::Switch => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err("must be true or false".to_owned()),
        },
        Shape::Span => {
            let secs = duration::parse(text).map(Value::from);
            secs.ok_or_else(|| "must be a span of time such as 30s, 5m or 1h30m".to_owned())
        }
        _ => Ok(text.into()),
    }
}
