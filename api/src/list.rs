//! Lists: filter, search, sort and paging, the same rules for every resource (`openapi-notes.md`
//! §3–5). A filter is never silently dropped; pages neither overlap nor skip.

use std::cmp::Ordering;

use domain::Timestamp;

/// Items of a page when nobody said.
pub const LIMIT_DEFAULT: usize = 50;
/// Items of a page at most.
pub const LIMIT_MAX: usize = 500;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Number,
    Date,
    /// Several texts.
    List,
}

/// A field that can be filtered and sorted by.
pub type Field = (&'static str, FieldKind);

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Text(&'a str),
    /// A text that was made for the occasion.
    Owned(String),
    Number(f64),
    Date(Timestamp),
    List(Vec<&'a str>),
    Null,
}

/// Something that stands in a list.
pub trait Filterable {
    /// The fields by which it is filtered and sorted.
    const FIELDS: &'static [Field];

    /// The value of one of [`Filterable::FIELDS`].
    fn value(&self, field: &str) -> Value<'_>;

    /// The texts that a search looks into.
    fn texts(&self) -> Vec<&str>;

    /// Breaks ties, so that the order is total.
    fn id(&self) -> String;
}

/// What a caller asks of a list. Made by [`ListQuery::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    pub offset: usize,
    pub limit: usize,
    pub sort_by: Option<&'static str>,
    pub descending: bool,
    pub filters: Vec<Filter>,
    pub search: Option<String>,
    pub deleted: bool,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    field: &'static str,
    op: Op,
    with: With,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Equal,
    Unequal,
    AtMost,
    AtLeast,
    Contains,
    Lacks,
    Starts,
    Ends,
}

#[derive(Clone, Debug, PartialEq)]
enum With {
    Text(String),
    Number(f64),
    Date(Timestamp),
}

/// A list parameter is wrong; names it and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {wrong}")]
pub struct BadQuery {
    pub parameter: &'static str,
    pub wrong: String,
}

fn bad<T>(parameter: &'static str, wrong: impl Into<String>) -> Result<T, BadQuery> {
    Err(BadQuery { parameter, wrong: wrong.into() })
}

/// A page of items, and the offset of the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Paged<T> {
    pub items: Vec<T>,
    pub next: Option<usize>,
    /// Items on all pages.
    pub total: usize,
}

impl ListQuery {
    /// Reads the parameters of a list of `T`. Unknown parameters are passed over, as clients of other
    /// releases send more.
    pub fn parse<'a, T: Filterable>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadQuery> {
        let mut query = Self::all();
        for (name, value) in pairs {
            match name {
                "offset" => match value.parse() {
                    Ok(offset) => query.offset = offset,
                    Err(_) => return bad("offset", "must be a whole number, 0 or more"),
                },
                "limit" => match value.parse() {
                    Ok(limit) if (1..=LIMIT_MAX).contains(&limit) => query.limit = limit,
                    _ => return bad("limit", format!("must be between 1 and {LIMIT_MAX}")),
                },
                "sortBy" => query.sort_by = Some(field::<T>("sortBy", value)?.0),
                "sortOrder" => match value {
                    "asc" => query.descending = false,
                    "desc" => query.descending = true,
                    _ => return bad("sortOrder", "must be asc or desc"),
                },
                "filterBy" => {
                    let parts = value.split(',').filter(|part| !part.is_empty());
                    for part in parts {
                        query.filters.push(filter::<T>(part)?);
                    }
                }
                "search" => query.search = Some(value.to_lowercase()).filter(|s| !s.is_empty()),
                "deleted" => match value {
                    "true" => query.deleted = true,
                    "false" | "" => query.deleted = false,
                    _ => return bad("deleted", "must be true or false"),
                },
                _ => {}
            }
        }
        Ok(query)
    }

    /// The first page of everything, oldest first.
    pub fn all() -> Self {
        Self {
            offset: 0,
            limit: LIMIT_DEFAULT,
            sort_by: None,
            descending: false,
            filters: vec![],
            search: None,
            deleted: false,
        }
    }

    /// Whether an item belongs to the list.
    pub fn takes<T: Filterable>(&self, item: &T) -> bool {
        let found =
            |words: &str| item.texts().iter().any(|text| text.to_lowercase().contains(words));
        self.filters.iter().all(|filter| filter.holds(item))
            && self.search.as_deref().is_none_or(found)
    }

    /// The page of `items` that was asked for. Items come in the order of creation.
    pub fn page<T: Filterable>(&self, items: impl IntoIterator<Item = T>) -> Paged<T> {
        let mut taken: Vec<T> = items.into_iter().filter(|item| self.takes(item)).collect();
        if let Some(field) = self.sort_by {
            taken.sort_by(|a, b| self.order(field, a, b));
        } else if self.descending {
            taken.reverse();
        }
        let total = taken.len();
        let end = self.offset.saturating_add(self.limit);
        let items = taken.into_iter().skip(self.offset).take(self.limit).collect();
        Paged { items, next: (end < total).then_some(end), total }
    }

    fn order<T: Filterable>(&self, field: &str, a: &T, b: &T) -> Ordering {
        let (left, right) = (a.value(field), b.value(field));
        // Nulls come last in ascending order, so first in descending.
        let order = compare(&left, &right);
        let order = if self.descending { order.reverse() } else { order };
        order.then_with(|| a.id().cmp(&b.id()))
    }
}

fn compare(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Text(a), Value::Text(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        (Value::Owned(a), Value::Owned(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

fn field<T: Filterable>(parameter: &'static str, name: &str) -> Result<Field, BadQuery> {
    match T::FIELDS.iter().find(|(own, _)| *own == name) {
        Some(field) => Ok(*field),
        None => {
            let names: Vec<_> = T::FIELDS.iter().map(|(own, _)| *own).collect();
            bad(
                parameter,
                format!("there is no field {name:?}; the fields are {}", names.join(", ")),
            )
        }
    }
}

fn filter<T: Filterable>(expression: &str) -> Result<Filter, BadQuery> {
    let name_char = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = expression.find(|c| !name_char(c)).unwrap_or(expression.len());
    let (name, rest) = expression.split_at(end);
    let (name, kind) = field::<T>("filterBy", name)?;
    let wrong = |what: &str| bad("filterBy", format!("{expression:?}: {what}"));
    let Some((op, value)) = rest.get(..2).and_then(op).zip(rest.get(2..)) else {
        return wrong("after the field comes one of == != <= >= =@ !@ =^ =$");
    };
    if value.is_empty() {
        return wrong("a value must follow");
    }
    let on_text = matches!(op, Op::Contains | Op::Lacks | Op::Starts | Op::Ends);
    let with = match kind {
        FieldKind::Number | FieldKind::Date if on_text => {
            return wrong("this operator is for texts; use == != <= >=");
        }
        FieldKind::Number => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => With::Number(number),
            _ => return wrong("the value must be a number"),
        },
        FieldKind::Date => match date(value) {
            Some(at) => With::Date(at),
            None => return wrong("the value must be a date such as 2026-11-24T10:00:00Z"),
        },
        FieldKind::Text | FieldKind::List => With::Text(value.to_owned()),
    };
    Ok(Filter { field: name, op, with })
}

fn op(text: &str) -> Option<Op> {
    Some(match text {
        "==" => Op::Equal,
        "!=" => Op::Unequal,
        "<=" => Op::AtMost,
        ">=" => Op::AtLeast,
        "=@" => Op::Contains,
        "!@" => Op::Lacks,
        "=^" => Op::Starts,
        "=$" => Op::Ends,
        _ => return None,
    })
}

/// RFC 3339; without a zone it is UTC, without a time the day begins.
fn date(text: &str) -> Option<Timestamp> {
    let whole = text.parse().ok();
    let utc = || format!("{text}Z").parse().ok();
    whole.or_else(utc).or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

impl Filter {
    fn holds<T: Filterable>(&self, item: &T) -> bool {
        match (item.value(self.field), &self.with) {
            // A null equals nothing.
            (Value::Null, _) => matches!(self.op, Op::Unequal | Op::Lacks),
            (Value::Text(own), With::Text(with)) => text_holds(self.op, own, with),
            (Value::Owned(own), With::Text(with)) => text_holds(self.op, &own, with),
            (Value::Number(own), With::Number(with)) => ordered(self.op, own.partial_cmp(with)),
            (Value::Date(own), With::Date(with)) => ordered(self.op, Some(own.cmp(with))),
            (Value::List(own), With::Text(with)) => {
                let holds = |member: &&str| text_holds(self.op, member, with);
                match self.op {
                    Op::Unequal | Op::Lacks => own.iter().all(holds),
                    _ => own.iter().any(holds),
                }
            }
            _ => false,
        }
    }
}

fn text_holds(op: Op, own: &str, with: &str) -> bool {
    let lower = || (own.to_lowercase(), with.to_lowercase());
    match op {
        Op::Equal => own == with,
        Op::Unequal => own != with,
        Op::AtMost => own <= with,
        Op::AtLeast => own >= with,
        Op::Contains => lower().0.contains(&lower().1),
        Op::Lacks => !lower().0.contains(&lower().1),
        Op::Starts => lower().0.starts_with(&lower().1),
        Op::Ends => lower().0.ends_with(&lower().1),
    }
}

fn ordered(op: Op, order: Option<Ordering>) -> bool {
    match op {
        Op::Equal => order == Some(Ordering::Equal),
        Op::Unequal => order != Some(Ordering::Equal),
        Op::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Op::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Op::Contains | Op::Lacks | Op::Starts | Op::Ends => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Boat(&'static str, f64, Option<&'static str>);

    impl Filterable for Boat {
        const FIELDS: &'static [Field] = &[
            ("name", FieldKind::Text),
            ("length", FieldKind::Number),
            ("built", FieldKind::Date),
            ("ports", FieldKind::List),
        ];

        fn value(&self, field: &str) -> Value<'_> {
            match field {
                "name" => Value::Text(self.0),
                "length" => Value::Number(self.1),
                "built" => self.2.and_then(date).map_or(Value::Null, Value::Date),
                _ => Value::List(self.0.split(' ').collect()),
            }
        }

        fn texts(&self) -> Vec<&str> {
            vec![self.0]
        }

        fn id(&self) -> String {
            self.0.to_owned()
        }
    }

    const FLEET: [Boat; 4] = [
        Boat("Ada Kiel", 12.0, Some("2020-01-01")),
        Boat("berta Bremen", 7.5, None),
        Boat("Clara Kiel", 12.0, Some("2022-06-01T12:00:00Z")),
        Boat("Dora", 30.0, Some("2021-01-01")),
    ];

    /// The names of the boats that a query gives, and the next offset.
    fn list(query: &str) -> String {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        match ListQuery::parse::<Boat>(pairs) {
            Err(wrong) => wrong.to_string(),
            Ok(query) => {
                let page = query.page(FLEET);
                let names: Vec<_> = page.items.iter().map(|boat| &boat.0[..1]).collect();
                let next = page.next.map(|n| format!(" next {n}")).unwrap_or_default();
                format!("{}{next}", names.join(""))
            }
        }
    }

    #[test]
    fn filters() {
        let cases = [
            ("filterBy=name==Dora", "D"),
            ("filterBy=name!=Dora", "AbC"),
            ("filterBy=name=@KIEL", "AC"),
            ("filterBy=name!@kiel", "bD"),
            ("filterBy=name=^a", "A"),
            ("filterBy=name=$BREMEN", "b"),
            ("filterBy=length>=12,name=@Kiel", "AC"),
            ("filterBy=length<=7.5", "b"),
            ("filterBy=length>=12&filterBy=length<=12", "AC"),
            ("filterBy=built>=2021-01-01", "CD"),
            ("filterBy=built!=2020-01-01", "bCD"),
            ("filterBy=ports==Kiel", "AC"),
            ("filterBy=ports!=Kiel", "bD"),
            ("search=ie", "AC"),
            ("search=KIEL&filterBy=name=^c", "C"),
        ];
        for (query, names) in cases {
            assert_eq!(list(query), names, "{query}");
        }
    }

    #[test]
    fn sorting_and_paging() {
        let cases = [
            ("", "AbCD"),
            ("sortOrder=desc", "DCbA"),
            ("sortBy=name", "AbCD"),
            ("sortBy=length", "bACD"),
            ("sortBy=length&sortOrder=desc", "DACb"),
            ("sortBy=built", "ADCb"),
            ("sortBy=built&sortOrder=desc", "bCDA"),
            ("limit=2", "Ab next 2"),
            ("limit=2&offset=2", "CD"),
            ("offset=9", ""),
        ];
        for (query, names) in cases {
            assert_eq!(list(query), names, "{query}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for query in [
            "limit=0",
            "limit=501",
            "limit=x",
            "offset=-1",
            "sortOrder=up",
            "sortBy=colour",
            "filterBy=colour==red",
            "filterBy=name",
            "filterBy=name=",
            "filterBy=name==",
            "filterBy=name~~x",
            "filterBy=length==long",
            "filterBy=length=@1",
            "filterBy=built>=soon",
            "filterBy=name=é",
        ] {
            let parameter = query.split('=').next().unwrap();
            assert!(list(query).starts_with(&format!("{parameter}: ")), "{query}: {}", list(query));
        }
    }
}
