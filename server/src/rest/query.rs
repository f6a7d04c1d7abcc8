//! The parameters after the question mark: of any request, of a list, of a page.

use api::{ListQuery, Listed, Paging};
use axum::{extract::FromRequestParts, http::request::Parts};

use super::RestError;
use crate::Doors;

/// The parameters, in order.
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The value of a parameter that is one of `words`, the first where nobody said.
    pub fn choice<'w>(&self, name: &str, words: &[&'w str]) -> Result<&'w str, RestError> {
        let value = self.get(name).or(words.first().copied()).unwrap_or_default();
        let found = words.iter().find(|word| **word == value).copied();
        found.ok_or_else(|| RestError::field(name, format!("must be one of {}", words.join(", "))))
    }

    fn of(parts: &Parts) -> Result<Self, RestError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::from_str(query);
        pairs.map(Query).map_err(|wrong| RestError::field("query", wrong.to_string()))
    }
}

impl FromRequestParts<Doors> for Query {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, RestError> {
        Self::of(parts)
    }
}

/// What is asked of a list of `T`.
pub struct List<T>(pub ListQuery<T>);

impl<T: Listed> FromRequestParts<Doors> for List<T> {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, RestError> {
        Ok(Self(ListQuery::parse(Query::of(parts)?.pairs())?))
    }
}

/// Which page is asked of something that is paged and nothing else.
pub struct Page(pub Paging);

impl FromRequestParts<Doors> for Page {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, RestError> {
        Ok(Self(Paging::parse(Query::of(parts)?.pairs())?))
    }
}
