//! `filterBy`: a field, an operator of two characters, a value (`openapi-notes.md` §4).

use std::cmp::Ordering;

use domain::Timestamp;

use super::{BadQuery, Listed, bad, field::Read, read_of};

/// One condition.
pub(super) struct Filter<T>(Test<T>);

/// A field's reader with what it is held against.
enum Test<T> {
    Text(Read<T>, Op, String),
    Number(Read<T>, Order, f64),
    Date(Read<T>, Order, Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Ordered(Order),
    Contains,
    Lacks,
    Starts,
    Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Unequal,
    AtMost,
    AtLeast,
}

impl<T: Listed> Filter<T> {
    /// Reads one expression.
    pub(super) fn parse(expression: &str) -> Result<Self, BadQuery> {
        let wrong = |what: &str| bad("filterBy", format!("{expression:?}: {what}"));
        let name_char = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = expression.find(|c| !name_char(c)).unwrap_or(expression.len());
        let (name, rest) = expression.split_at(end);
        if expression.is_empty() {
            return wrong("a condition such as name==x must stand here, or no comma");
        }
        let read = read_of("filterBy", name)?;
        let Some((op, value)) = rest.get(..2).and_then(Op::of).zip(rest.get(2..)) else {
            return wrong("after the field comes one of == != <= >= =@ !@ =^ =$");
        };
        if value.is_empty() {
            return wrong("a value must follow");
        }
        let order = match op {
            Op::Ordered(order) => Some(order),
            Op::Contains | Op::Lacks | Op::Starts | Op::Ends => None,
        };
        let test = match (read, order) {
            (Read::Text(_) | Read::Texts(_), _) => Test::Text(read, op, value.to_owned()),
            (Read::Number(_) | Read::Date(_), None) => {
                return wrong("this operator is for texts; use == != <= >=");
            }
            (Read::Number(_), Some(order)) => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => Test::Number(read, order, number),
                _ => return wrong("the value must be a number"),
            },
            (Read::Date(_), Some(order)) => match date(value) {
                Some(at) => Test::Date(read, order, at),
                None => return wrong("the value must be a date such as 2026-11-24T10:00:00Z"),
            },
        };
        Ok(Self(test))
    }

    pub(super) fn holds(&self, item: &T) -> bool {
        match &self.0 {
            Test::Text(Read::Text(read), op, with) => match read(item) {
                Some(own) => op.holds(&own, with),
                None => op.is_negative(),
            },
            Test::Text(Read::Texts(read), op, with) => {
                let own = read(item);
                match op.is_negative() {
                    true => own.iter().all(|member| op.holds(member, with)),
                    false => own.iter().any(|member| op.holds(member, with)),
                }
            }
            Test::Number(Read::Number(read), order, with) => {
                order.holds(read(item).and_then(|own| own.partial_cmp(with)))
            }
            Test::Date(Read::Date(read), order, with) => {
                order.holds(read(item).map(|own| own.cmp(with)))
            }
            // A test is made for the kind of its field.
            Test::Text(..) | Test::Number(..) | Test::Date(..) => false,
        }
    }
}

impl Op {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "==" => Op::Ordered(Order::Equal),
            "!=" => Op::Ordered(Order::Unequal),
            "<=" => Op::Ordered(Order::AtMost),
            ">=" => Op::Ordered(Order::AtLeast),
            "=@" => Op::Contains,
            "!@" => Op::Lacks,
            "=^" => Op::Starts,
            "=$" => Op::Ends,
            _ => return None,
        })
    }

    /// Whether it holds for what has no value.
    fn is_negative(self) -> bool {
        matches!(self, Op::Ordered(Order::Unequal) | Op::Lacks)
    }

    /// Equality minds the case of letters, parts of texts do not.
    fn holds(self, own: &str, with: &str) -> bool {
        let lower = || (own.to_lowercase(), with.to_lowercase());
        match self {
            Op::Ordered(order) => order.holds(Some(own.cmp(with))),
            Op::Contains => lower().0.contains(&lower().1),
            Op::Lacks => !lower().0.contains(&lower().1),
            Op::Starts => lower().0.starts_with(&lower().1),
            Op::Ends => lower().0.ends_with(&lower().1),
        }
    }
}

impl Order {
    /// `own` is how the item's value stands to the asked one; nothing where it has none.
    fn holds(self, own: Option<Ordering>) -> bool {
        match self {
            Order::Equal => own == Some(Ordering::Equal),
            Order::Unequal => own != Some(Ordering::Equal),
            Order::AtMost => matches!(own, Some(Ordering::Less | Ordering::Equal)),
            Order::AtLeast => matches!(own, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// RFC 3339; without a zone it is UTC, without a time the day begins.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let whole = text.parse().ok();
    let utc = || format!("{text}Z").parse().ok();
    whole.or_else(utc).or_else(|| format!("{text}T00:00:00Z").parse().ok())
}
