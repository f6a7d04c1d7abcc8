//! Lists: filter, search, sort and paging, the same rules for every resource (`openapi-notes.md`
//! §3–5). A filter is never silently dropped; pages neither overlap nor skip. What is filtered and
//! sorted is the thing itself; views are made of the page alone.

mod field;
mod filter;
mod paging;
#[cfg(feature = "openapi")]
mod params;

#[cfg(test)]
mod tests;

pub use field::{Fields, Listed, lent, made};
pub use paging::{LIMIT_DEFAULT, LIMIT_MAX, OFFSET_MAX, Paging};
#[cfg(feature = "openapi")]
pub use params::{ListParams, PagingParams};

use field::{Key, Read};
use filter::Filter;

/// What a caller asks of a list. Made by [`ListQuery::parse`].
pub struct ListQuery<T> {
    pub paging: Paging,
    /// Deleted things alone, rather than those that are there.
    pub deleted: bool,
    sort_by: Option<Read<T>>,
    filters: Vec<Filter<T>>,
    /// In lower case.
    search: Option<String>,
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

impl<T: Listed> ListQuery<T> {
    /// Reads the parameters of a list of `T`. Unknown parameters are passed over, as clients of other
    /// releases send more.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadQuery> {
        let mut query = Self {
            paging: Paging::default(),
            deleted: false,
            sort_by: None,
            filters: vec![],
            search: None,
        };
        pairs.into_iter().try_for_each(|(name, value)| query.set(name, value))?;
        Ok(query)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), BadQuery> {
        match name {
            "sortBy" => self.sort_by = Some(read_of("sortBy", value)?),
            "filterBy" => {
                for expression in value.split(',') {
                    self.filters.push(Filter::parse(expression)?);
                }
            }
            "search" => self.search = Some(value.to_lowercase()).filter(|s| !s.is_empty()),
            "deleted" => self.deleted = flag("deleted", value)?,
            _ => self.paging.set(name, value)?,
        }
        Ok(())
    }

    /// Whether an item belongs to the list.
    pub fn takes(&self, item: &T) -> bool {
        let found = |words: &str| item.texts().iter().any(|text| contains(text, words));
        self.filters.iter().all(|filter| filter.holds(item))
            && self.search.as_deref().is_none_or(found)
    }

    /// How many of `items` belong to the list.
    pub fn count(&self, items: impl IntoIterator<Item = T>) -> usize {
        items.into_iter().filter(|item| self.takes(item)).count()
    }

    /// The page of `items` that was asked for. Items come in the order of creation.
    pub fn page(&self, items: impl IntoIterator<Item = T>) -> Paged<T> {
        let all = self.all(items);
        let total = all.len();
        let Paging { offset, limit, .. } = self.paging;
        let items = all.into_iter().skip(offset).take(limit).collect();
        Paged { items, next: self.paging.next(total), total }
    }

    /// Everything that belongs to the list, in the order that was asked for, on one page.
    pub fn all(&self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        let taken = items.into_iter().filter(|item| self.takes(item));
        match self.sort_by {
            Some(read) => self.sorted(taken, read),
            None if self.descends() => taken.collect::<Vec<_>>().into_iter().rev().collect(),
            None => taken.collect(),
        }
    }

    /// Nulls come last in ascending order, so first in descending.
    fn sorted(&self, items: impl Iterator<Item = T>, by: Read<T>) -> Vec<T> {
        let mut keyed: Vec<(Key, T)> = items.map(|item| (by.key(&item), item)).collect();
        keyed.sort_by(|(a, left), (b, right)| {
            let order = a.order(b);
            let order = if self.descends() { order.reverse() } else { order };
            order.then_with(|| left.id().cmp(&right.id()))
        });
        keyed.into_iter().map(|(_, item)| item).collect()
    }

    fn descends(&self) -> bool {
        self.paging.descending.unwrap_or_default()
    }
}

/// A parameter that says yes or no.
pub fn flag(parameter: &'static str, value: &str) -> Result<bool, BadQuery> {
    match value {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => bad(parameter, "must be true or false"),
    }
}

fn read_of<T: Listed>(parameter: &'static str, name: &str) -> Result<Read<T>, BadQuery> {
    T::fields().named(name).map_or_else(
        || {
            let names = T::fields().names().join(", ");
            bad(parameter, format!("there is no field {name:?}; the fields are {names}"))
        },
        Ok,
    )
}

/// Whether `text` holds `words`, which are in lower case, whatever the case of its letters.
fn contains(text: &str, words: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(words);
    }
    let (text, words) = (text.as_bytes(), words.as_bytes());
    text.windows(words.len().max(1)).any(|part| part.eq_ignore_ascii_case(words))
}
