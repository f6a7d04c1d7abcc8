//! Pages: where one begins, how long it is, and which end of the list comes first.

use super::{BadQuery, bad};

/// Items of a page when nobody said.
pub const LIMIT_DEFAULT: usize = 50;
/// Items of a page at most.
pub const LIMIT_MAX: usize = 500;
/// Items that are passed over at most; far more than any list has.
pub const OFFSET_MAX: usize = 1 << 31;

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    pub offset: usize,
    pub limit: usize,
    /// Where the caller said so.
    pub descending: Option<bool>,
}

impl Default for Paging {
    fn default() -> Self {
        Self { offset: 0, limit: LIMIT_DEFAULT, descending: None }
    }
}

impl Paging {
    /// Reads the parameters of paging, and passes over the others.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadQuery> {
        let mut paging = Self::default();
        pairs.into_iter().try_for_each(|(name, value)| paging.set(name, value))?;
        Ok(paging)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), BadQuery> {
        match (name, value, value.parse()) {
            ("offset", _, Ok(offset)) if offset <= OFFSET_MAX => self.offset = offset,
            ("offset", ..) => {
                return bad("offset", format!("must be a whole number from 0 to {OFFSET_MAX}"));
            }
            ("limit", _, Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => self.limit = limit,
            ("limit", ..) => {
                return bad("limit", format!("must be a whole number from 1 to {LIMIT_MAX}"));
            }
            ("sortOrder", "asc", _) => self.descending = Some(false),
            ("sortOrder", "desc", _) => self.descending = Some(true),
            ("sortOrder", ..) => return bad("sortOrder", "must be asc or desc"),
            _ => {}
        }
        Ok(())
    }

    /// The offset of the page after this one, of a list of `total`.
    pub fn next(&self, total: usize) -> Option<usize> {
        let end = self.offset.saturating_add(self.limit);
        (end < total).then_some(end)
    }
}
