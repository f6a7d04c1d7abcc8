//! Values as policies compare them: exactly, by number or by byte, never by spelling. What type a
//! value must have says the catalogue; what is here reads, compares and prints.

use rust_decimal::Decimal;
use serde_json::Value;

/// Values that are this close to the grid of a step lie on it (`policies.md` §4.2).
const STEP_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 9);

/// Suffixes of quantities, each with its factor, largest first within its family.
const BINARY: [(&str, i64); 6] = [
    ("Ei", 1 << 60),
    ("Pi", 1 << 50),
    ("Ti", 1 << 40),
    ("Gi", 1 << 30),
    ("Mi", 1 << 20),
    ("Ki", 1 << 10),
];
const DECIMAL: [(&str, i64); 6] = [
    ("E", 1_000_000_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("T", 1_000_000_000_000),
    ("G", 1_000_000_000),
    ("M", 1_000_000),
    ("k", 1_000),
];

/// The type of a field's value; it decides which rules the field may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Boolean,
    Text,
    /// One of a fixed set of texts.
    Choice(&'static [&'static str]),
    Integer,
    Number,
    /// An amount with a unit: of bytes, or (with thousandths) of anything else.
    Quantity {
        of: Amount,
    },
    /// Texts in an order that matters; with a set, each of it.
    Array(Option<&'static [&'static str]>),
    /// Anything; only looked at as a whole.
    Opaque,
}

/// What a quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Bytes,
    Units,
}

impl Kind {
    /// Whether two values of this kind are the same value (`policies.md` §6.1).
    pub fn same(self, one: &Value, other: &Value) -> bool {
        match self {
            Kind::Integer | Kind::Number | Kind::Quantity { .. } => {
                match (self.exact(one), self.exact(other)) {
                    (Some(one), Some(other)) => one == other,
                    _ => one == other,
                }
            }
            Kind::Boolean | Kind::Text | Kind::Choice(_) | Kind::Array(_) => one == other,
            Kind::Opaque => canonical(one) == canonical(other),
        }
    }

    /// The number that a value of this kind stands for; `None` for kinds without numbers and for
    /// values that are none.
    pub fn exact(self, value: &Value) -> Option<Decimal> {
        match self {
            Kind::Integer | Kind::Number => number(value),
            Kind::Quantity { .. } => quantity(value),
            Kind::Boolean | Kind::Text | Kind::Choice(_) | Kind::Array(_) | Kind::Opaque => None,
        }
    }

    /// Whether `value` has the JSON type of this kind. A bare number passes for a quantity.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Kind::Boolean => value.is_boolean(),
            Kind::Text | Kind::Choice(_) => value.is_string(),
            Kind::Integer => number(value).is_some_and(|number| number.is_integer()),
            Kind::Number => number(value).is_some(),
            Kind::Quantity { .. } => value.is_string() || number(value).is_some(),
            Kind::Array(_) => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            Kind::Opaque => value.is_object() || value.is_array(),
        }
    }

    /// The value as the wire writes it: quantities are text (`policies.md` S5), whole numbers
    /// have no point.
    pub fn on_the_wire(self, value: &Value) -> Value {
        match (self, value) {
            (Kind::Quantity { .. }, Value::Number(number)) => Value::String(number.to_string()),
            (Kind::Integer | Kind::Number, Value::Number(_)) => {
                number(value).and_then(whole).unwrap_or_else(|| value.clone())
            }
            _ => value.clone(),
        }
    }

    /// Whether a default of this kind can be worked out from a value of another: numbers from numbers,
    /// quantities from quantities.
    pub fn may_follow(self, other: Self) -> bool {
        let numeric = |kind: Self| matches!(kind, Kind::Integer | Kind::Number);
        let measured = |kind: Self| matches!(kind, Kind::Quantity { .. });
        (numeric(self) && numeric(other)) || (measured(self) && measured(other))
    }

    /// What must be true of a value of this kind, as the end of "must be …".
    pub fn wanted(self) -> String {
        match self {
            Kind::Boolean => "true or false".into(),
            Kind::Text => "a text".into(),
            Kind::Choice(of) => format!("one of {}", of.join(", ")),
            Kind::Integer => "a whole number".into(),
            Kind::Number => "a number".into(),
            Kind::Quantity { of: Amount::Bytes } => "a quantity such as 500M, 4G or 2Gi".into(),
            Kind::Quantity { of: Amount::Units } => "a quantity such as 2, 500m or 4G".into(),
            Kind::Array(None) => "a list of texts".into(),
            Kind::Array(Some(of)) => format!("a list of {}", of.join(", ")),
            Kind::Opaque => "an object or a list".into(),
        }
    }
}

/// The number in a JSON value, exactly as its digits say. `None` beyond 28 digits.
pub fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(Decimal::from(whole)),
            None => decimal(&number.to_string()),
        },
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    match text.contains(['e', 'E']) {
        true => Decimal::from_scientific(text).ok().or_else(|| rounded(text)),
        false => Decimal::from_str_exact(text).ok(),
    }
}

/// A number with more decimals than fit, to the nearest that does.
fn rounded(text: &str) -> Option<Decimal> {
    let number: f64 = text.parse().ok()?;
    let text = format!("{number:.28}");
    (number.abs() < 1.0).then(|| text.parse().ok()).flatten()
}

/// What a quantity amounts to, in bytes or units. Reads everything that submissions may write, which
/// is more than documents may (`is_written_quantity`).
pub fn quantity(value: &Value) -> Option<Decimal> {
    let Value::String(text) = value else { return number(value) };
    let text = text.strip_prefix('+').unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let mantissa = decimal(&format!("0{}", digits.trim_end_matches('.')))?;
    if digits.is_empty() || digits == "." {
        return None;
    }
    mantissa.checked_mul(factor(unit)?)
}

fn factor(unit: &str) -> Option<Decimal> {
    let named = BINARY.iter().chain(&DECIMAL).find(|(name, _)| *name == unit);
    match unit {
        "" => Some(Decimal::ONE),
        "K" => Some(Decimal::ONE_THOUSAND),
        "m" => Some(Decimal::new(1, 3)),
        "u" => Some(Decimal::new(1, 6)),
        "n" => Some(Decimal::new(1, 9)),
        _ => match named {
            Some((_, factor)) => Some(Decimal::from(*factor)),
            None => decimal(&format!("1e{}", exponent(unit)?)),
        },
    }
}

fn exponent(unit: &str) -> Option<i8> {
    let power: i8 = unit.strip_prefix(['e', 'E'])?.parse().ok()?;
    (-18..=18).contains(&power).then_some(power)
}

/// Whether a policy document may write this quantity: Kubernetes' grammar without a sign,
/// thousandths only of what is not bytes (`policies.md` §13, 10).
pub fn is_written_quantity(text: &str, of: Amount) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let known = match unit {
        "K" | "u" | "n" => false,
        "m" => of == Amount::Units,
        _ => true,
    };
    starts && known && quantity(&Value::String(text.to_owned())).is_some()
}

/// Whether `value` lies on the grid that starts at `base`.
pub fn on_grid(value: Decimal, base: Decimal, step: Decimal) -> bool {
    let off = value.checked_sub(base).and_then(|way| way.checked_rem(step)).map(|rest| rest.abs());
    off.is_some_and(|off| off <= STEP_TOLERANCE || (step - off).abs() <= STEP_TOLERANCE)
}

/// `value` times `factor`, in the kind of a field: bytes and integers are floored, a quantity is
/// written in the unit family of `like`.
pub fn scaled(kind: Kind, value: Decimal, factor: Decimal, like: &Value) -> Option<Value> {
    let product = value.checked_mul(factor)?.normalize();
    match kind {
        Kind::Integer => whole(product.floor()),
        Kind::Number => whole(product).or_else(|| fraction(product)),
        Kind::Quantity { of } => {
            let product = if of == Amount::Bytes { product.floor() } else { product };
            Some(Value::String(written(product.normalize(), like)))
        }
        Kind::Boolean | Kind::Text | Kind::Choice(_) | Kind::Array(_) | Kind::Opaque => None,
    }
}

fn whole(number: Decimal) -> Option<Value> {
    let whole = number.is_integer().then(|| i64::try_from(number).ok()).flatten();
    whole.map(Value::from)
}

fn fraction(number: Decimal) -> Option<Value> {
    let number: f64 = number.to_string().parse().ok()?;
    serde_json::Number::from_f64(number).map(Value::Number)
}

/// The shortest exact writing of an amount, with the suffixes that `like` uses.
fn written(amount: Decimal, like: &Value) -> String {
    let family = match like.as_str() {
        Some(text) if text.ends_with('i') => BINARY,
        _ => DECIMAL,
    };
    let exact = family.iter().find_map(|(suffix, factor)| {
        let count = amount.checked_div(Decimal::from(*factor))?;
        (count.is_integer() && !count.is_zero()).then(|| format!("{}{suffix}", count.normalize()))
    });
    exact.unwrap_or_else(|| amount.to_string())
}

/// A value as messages show it: texts bare, lists joined, everything else as it was written.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Collects into a map or a set one by one. `collect` sorts first, and the sorting weighs more in the
/// browser than it saves here.
pub fn gathered<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

/// The same JSON with every number in one spelling, so that `2` equals `2.0`.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(_) => match number(value) {
            Some(number) => Value::String(format!("\u{0}{}", number.normalize())),
            None => value.clone(),
        },
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Object(members) => {
            let present = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(gathered(present.map(|(key, value)| (key.clone(), canonical(value)))))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const BYTES: Kind = Kind::Quantity { of: Amount::Bytes };

    #[test]
    fn quantities_are_equal_by_bytes() {
        let same = [
            ("1G", "1000M"),
            ("1Gi", "1024Mi"),
            ("1e9", "1G"),
            ("0.5Gi", "512Mi"),
            ("8E", "8000P"),
        ];
        for (one, other) in same {
            assert!(BYTES.same(&json!(one), &json!(other)), "{one} {other}");
        }
        assert!(BYTES.same(&json!("1G"), &json!(1_000_000_000)));
        assert!(!BYTES.same(&json!("1G"), &json!("1Gi")));
    }

    #[test]
    fn documents_write_kubernetes_quantities_without_a_sign() {
        let right = ["0", "1G", "500Mi", "1e9", "1E3", "1.5Gi", ".5G", "5E"];
        let wrong = [
            "", "-1G", "+1G", "1Kb", "K", "1K", "1m", "1 G", "G", ".", "1..2", "0x10", "1e99",
            "NaN",
        ];
        assert_eq!(right.iter().find(|t| !is_written_quantity(t, Amount::Bytes)), None);
        assert_eq!(wrong.iter().find(|t| is_written_quantity(t, Amount::Bytes)), None);
        assert!(is_written_quantity("500m", Amount::Units));
    }

    #[test]
    fn numbers_of_any_size_are_numbers() {
        for tiny in [5e-324, 1e-30, 1.234_567_890_123_456_7e-20] {
            let read = number(&json!(tiny)).unwrap();
            assert!(read < Decimal::new(1, 18), "{tiny}");
        }
        assert_eq!(number(&json!(u64::MAX)), Some(Decimal::from(u64::MAX)));
        assert_eq!(number(&json!(1e300)), None);
    }

    #[test]
    fn computed_quantities_stay_readable() {
        let half = Decimal::new(5, 1);
        let computed = |text: &str| {
            let value = json!(text);
            scaled(BYTES, quantity(&value).unwrap(), half, &value).unwrap()
        };
        assert_eq!(computed("10G"), "5G");
        assert_eq!(computed("3Gi"), "1536Mi");
        assert_eq!(computed("3"), "1");
    }

    proptest! {
        #[test]
        fn steps_of_tenths_are_exact(count in 0_i64..100_000, tenths in 1_i64..100) {
            let step = number(&json!(tenths as f64 / 10.0)).unwrap();
            let value = number(&json!((count * tenths) as f64 / 10.0)).unwrap();
            prop_assert!(on_grid(value, Decimal::ZERO, step));
            prop_assert_eq!(on_grid(value + Decimal::new(1, 2), Decimal::ZERO, step), false);
        }

        #[test]
        fn what_memory_reads_is_read_alike_here(text in "[+]?[0-9]{0,6}[.]?[0-9]{0,4}([kKMGT]i?|m|e[0-9])?") {
            if let Ok(bytes) = text.parse::<crate::MemoryBytes>() {
                let read = quantity(&Value::String(text.clone()));
                prop_assert_eq!(read.map(|bytes| bytes.ceil()), Some(Decimal::from(bytes.0)), "{}", text);
            }
        }
    }
}
