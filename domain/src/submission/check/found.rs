//! What has been found wrong so far, and the rules that many fields share.

use std::{collections::BTreeSet, fmt::Display, ops::RangeInclusive};

use crate::{MemoryBytes, Problem, name::check_text};

/// Items of any list in a submission.
pub const ITEMS_MAX: usize = 200;
/// Characters of any text in a submission.
pub const TEXT_MAX: usize = 4_096;

/// The problems, in the order in which they were found.
#[derive(Default)]
pub struct Found {
    pub problems: Vec<Problem>,
}

impl Found {
    /// A problem of `field`, whose path is below `spec`.
    pub fn add(&mut self, field: &str, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(format!("spec.{field}"), key, message));
    }

    pub fn range(&mut self, field: &str, key: &str, value: Option<i64>, in_: RangeInclusive<i64>) {
        if value.is_some_and(|value| !in_.contains(&value)) {
            let message = format!("Must be between {} and {}", in_.start(), in_.end());
            self.add(field, key, message);
        }
    }

    pub fn one_of(&mut self, field: &str, value: Option<&str>, allowed: &[&str]) {
        if value.is_some_and(|value| !allowed.contains(&value)) {
            self.add(field, "enum", format!("Must be one of {}", allowed.join(", ")));
        }
    }

    /// A text that may be left out, but says something where it is there.
    pub fn text(&mut self, field: &str, value: Option<&str>) {
        match value {
            Some("") => self.add(field, "empty", "Must not be empty"),
            value => self.characters(field, value),
        }
    }

    /// A text that may be empty.
    pub fn characters(&mut self, field: &str, value: Option<&str>) {
        if let Some(Err(wrong)) = value.map(|text| check_text(text, TEXT_MAX)) {
            self.add(field, "text", wrong.to_string());
        }
    }

    pub fn required(&mut self, field: &str, key: &str, value: Option<&str>, message: &str) {
        match value {
            None | Some("") => self.add(field, key, message),
            value => self.characters(field, value),
        }
    }

    pub fn items(&mut self, field: &str, count: usize) {
        if count > ITEMS_MAX {
            self.add(field, "many", format!("At most {ITEMS_MAX} items; these are {count}"));
        }
    }

    /// Texts of a list, each of which says something and stands there once.
    pub fn texts(&mut self, field: &str, texts: &[String]) {
        self.items(field, texts.len());
        let mut seen = BTreeSet::new();
        for (i, text) in texts.iter().enumerate() {
            let field = format!("{field}[{i}]");
            self.text(&field, Some(text));
            if !seen.insert(text) {
                self.add(&field, "duplicate", "This is in the list already");
            }
        }
    }

    /// A Kubernetes quantity; the bytes, or the count, where it is one.
    pub fn quantity(&mut self, field: &str, text: Option<&str>) -> Option<MemoryBytes> {
        match text?.parse::<MemoryBytes>() {
            Ok(MemoryBytes(0)) => self.add(field, "quantity", "Must be above 0"),
            Ok(bytes) => return Some(bytes),
            Err(wrong) => self.add(field, "quantity", wrong.to_string()),
        }
        None
    }

    /// Says that a limit is below its request.
    pub fn at_least<T: PartialOrd>(
        &mut self,
        field: &str,
        key: &str,
        limit: Option<T>,
        request: Option<T>,
    ) {
        if limit.zip(request).is_some_and(|(limit, request)| limit < request) {
            self.add(field, key, "Limit must be equal to or higher than the request");
        }
    }
}

/// The items of a list that are not taken out, each with its path.
pub fn kept<T>(
    list: impl Display,
    items: &Option<Vec<T>>,
    excluded: impl Fn(&T) -> Option<bool>,
) -> Vec<(String, &T)> {
    let items = items.iter().flatten().enumerate();
    let kept = items.filter(|(_, item)| excluded(item) != Some(true));
    kept.map(|(i, item)| (format!("{list}[{i}]"), item)).collect()
}
