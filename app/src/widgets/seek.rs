//! Looking for rows in a table whose rows are all here: search, filters, order, columns, and the table
//! as a file.

use std::{cmp::Ordering, collections::BTreeSet};

use domain::{MemoryBytes, quantity::number_in};
use leptos::prelude::*;

use super::Shown;
use crate::{
    browser::{lower, save},
    csv,
    ui::{
        Button, ButtonFace, ButtonKind, ButtonSize, Choice, Column, FilterChip, Gap, IconName,
        Keep, Popover, SearchInput, Select, Sorted, Stack,
    },
};

/// A column: its title, how it gives way, and whether somebody has to ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Title {
    pub title: &'static str,
    pub keep: Keep,
    pub is_hidden: bool,
}

/// What people look for, and how they see it. Made once a page, so that a refresh of the rows changes
/// nothing of it. Columns are counted from the first, which names the row. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Seek {
    titles: StoredValue<Vec<Title>>,
    search: RwSignal<String>,
    filters: RwSignal<Vec<Filter>>,
    sorted: RwSignal<(usize, Sorted)>,
    shown: Shown,
}

/// A column and what has to stand in it.
type Filter = (usize, String);

impl Seek {
    /// Of the columns after the first.
    pub fn of(first: &'static str, others: impl IntoIterator<Item = Title>) -> Self {
        let others: Vec<_> = others.into_iter().collect();
        let shown = Shown::of(others.iter().map(|column| (column.title, !column.is_hidden)));
        let first = Title { title: first, keep: Keep::Always, is_hidden: false };
        Self {
            titles: StoredValue::new(std::iter::once(first).chain(others).collect()),
            search: RwSignal::new(String::new()),
            filters: RwSignal::new(Vec::new()),
            sorted: RwSignal::new((0, Sorted::Up)),
            shown,
        }
    }

    /// Whether the column is drawn.
    pub fn is_on(self, at: usize) -> bool {
        at == 0 || self.shown.is_on(at - 1)
    }

    /// The places among `rows`, the texts of each row by its columns, of those that are looked for, in order.
    pub fn found(self, rows: &[Vec<String>]) -> Vec<usize> {
        found(rows, &self.search.get(), &self.filters.get(), self.sorted.get())
    }

    /// The heads of the drawn columns, which sort.
    pub fn head(self) -> AnyView {
        let all = self.titles.get_value().into_iter().enumerate();
        let heads = all.map(|(at, column)| move || self.is_on(at).then(|| self.column(at, column)));
        heads.collect_view().into_any()
    }

    fn column(self, at: usize, Title { title, keep, .. }: Title) -> AnyView {
        let sorted = self.sorted;
        let now =
            Signal::derive(move || Some(sorted.get()).filter(|(own, _)| *own == at).map(|it| it.1));
        let sort = Callback::new(move |()| {
            let up = now.get_untracked() != Some(Sorted::Up);
            sorted.set((at, if up { Sorted::Up } else { Sorted::Down }));
        });
        view! { <Column title keep sorted=now on_sort=sort/> }.into_any()
    }

    /// Search and filters, for the beginning of the bar above the table.
    pub fn asking(self, rows: Signal<Vec<Vec<String>>>) -> AnyView {
        view! {
            <SearchInput name="search" value=self.search label="Search"/>
            {move || self.filters.get().into_iter().map(|filter| self.chip(filter)).collect_view()}
            <AddFilter seek=self rows/>
        }
        .into_any()
    }

    fn chip(self, filter: Filter) -> AnyView {
        let title = self.titles.with_value(|all| all[filter.0].title);
        let value = filter.1.clone();
        let remove =
            Callback::new(move |()| self.filters.update(|all| all.retain(|f| *f != filter)));
        view! { <FilterChip about=format!("{title} is") value on_remove=remove/> }.into_any()
    }

    /// The chooser of columns and the file, for the end of the bar.
    pub fn taking(self, file: String, rows: Signal<Vec<Vec<String>>>) -> AnyView {
        let press = move |()| {
            let text = rows.with_untracked(|rows| untrack(|| self.file(rows)));
            save(&file, "text/csv;charset=utf-8", &text);
        };
        view! {
            {self.shown.chooser()}
            <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Download
                on_press=press>"Download CSV"</Button>
        }
        .into_any()
    }

    /// The rows that are looked for, with the columns that are drawn.
    fn file(self, rows: &[Vec<String>]) -> String {
        let titles: Vec<_> = self.titles.with_value(|all| all.iter().map(|t| t.title).collect());
        let on: Vec<_> = (0..titles.len()).filter(|at| self.is_on(*at)).collect();
        let mut text = csv::line(on.iter().map(|at| titles[*at]));
        for row in self.found(rows).into_iter().take(csv::ROWS_MAX) {
            text += &csv::line(on.iter().map(|at| rows[row].get(*at).map_or("", String::as_str)));
        }
        text
    }
}

/// A column, and one of the values that stand in it.
#[component]
fn AddFilter(seek: Seek, rows: Signal<Vec<Vec<String>>>) -> impl IntoView {
    let titles = seek.titles.get_value().into_iter().enumerate();
    let columns: Vec<_> =
        titles.map(|(at, column)| Choice::new(at.to_string(), column.title)).collect();
    let (column, value) = (RwSignal::new("1".to_owned()), RwSignal::new(String::new()));
    let at = move || column.get().parse().unwrap_or(0);
    let values = move || rows.with(|rows| values(rows, at()));
    let add = move |()| {
        let filter: Filter = (at(), value.get_untracked());
        if filter.1.is_empty() || seek.filters.with_untracked(|all| all.contains(&filter)) {
            return;
        }
        value.set(String::new());
        seek.filters.update(|all| all.push(filter));
    };
    let choice = move || {
        // What was chosen in another column is none of this one's.
        value.set(String::new());
        let choices: Vec<_> = std::iter::once(Choice::new("", "Choose a value"))
            .chain(values().into_iter().map(|value| Choice::new(value.clone(), value)))
            .collect();
        view! { <Select name="filter_value" value choices label="Value"/> }
    };
    let face =
        || view! { <ButtonFace kind=ButtonKind::Plain size=ButtonSize::Small text="Add filter"/> };
    view! {
        <Popover label="Add filter" face left=true>
            <Stack gap=Gap::Small>
                <Select name="filter_column" value=column choices=columns label="Column"/>
                {choice}
                <Button kind=ButtonKind::Primary size=ButtonSize::Small on_press=add>"Add"</Button>
            </Stack>
        </Popover>
    }
    .into_any()
}

/// What stands in a column, each once, in order.
fn values(rows: &[Vec<String>], at: usize) -> Vec<String> {
    let all: BTreeSet<_> = rows.iter().filter_map(|row| row.get(at)).collect();
    let mut all: Vec<_> = all.into_iter().filter(|text| !text.is_empty()).cloned().collect();
    all.sort_by(|a, b| Key::of(a).order(&Key::of(b)));
    all
}

/// The rows that have the word anywhere, and in each column that has filters one of their values; in order.
fn found(rows: &[Vec<String>], word: &str, filters: &[Filter], by: (usize, Sorted)) -> Vec<usize> {
    let word = lower(word.trim());
    let text = |row: usize, at: usize| rows[row].get(at).map_or("", String::as_str);
    let has = |row: &usize| rows[*row].iter().any(|text| lower(text).contains(&word));
    let fits = |row: &usize| {
        filters.iter().all(|(at, _)| {
            let mut values = filters.iter().filter(|(own, _)| own == at);
            values.any(|(_, value)| text(*row, *at) == value)
        })
    };
    let mut found: Vec<_> = (0..rows.len()).filter(has).filter(fits).collect();
    let (at, way) = by;
    // A browser is asked for small letters once a cell, and not once a comparison.
    let keys: Vec<_> = (0..rows.len()).map(|row| Key::of(text(row, at))).collect();
    found.sort_by(|a, b| match way {
        Sorted::Up => keys[*a].order(&keys[*b]),
        Sorted::Down => keys[*b].order(&keys[*a]),
    });
    found
}

/// By what a cell is sorted.
struct Key {
    amount: Option<f64>,
    letters: String,
}

impl Key {
    fn of(text: &str) -> Self {
        Self { amount: amount(text), letters: lower(text) }
    }

    /// Amounts by their size, before texts by their letters.
    fn order(&self, other: &Self) -> Ordering {
        match (self.amount, other.amount) {
            (Some(own), Some(other)) => own.total_cmp(&other),
            (None, None) => self.letters.cmp(&other.letters),
            (own, other) => other.is_some().cmp(&own.is_some()),
        }
    }
}

/// The amount that a cell begins with: `2`, `80 %`, `100M`, `2Gi to 4Gi`.
fn amount(text: &str) -> Option<f64> {
    let first = text.split(' ').next()?;
    let bytes = || first.parse::<MemoryBytes>().ok().map(|bytes| bytes.0 as f64);
    number_in(first).or_else(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines()
            .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect())
            .collect()
    }

    #[test]
    fn rows_are_found_by_word_and_values_and_sorted_by_any_column() {
        let table = rows("b | NFS | 10 cores\na | Git | 2 cores\nc | NFS | –");
        let said = |word: &str, filters: &[(usize, &str)], by| {
            let filters: Vec<_> = filters.iter().map(|(at, v)| (*at, (*v).to_owned())).collect();
            let found = found(&table, word, &filters, by);
            found.into_iter().map(|row| table[row][0].clone()).collect::<String>()
        };
        assert_eq!(said("", &[], (0, Sorted::Up)), "abc");
        assert_eq!(said(" nfs ", &[], (0, Sorted::Down)), "cb");
        assert_eq!(said("", &[(1, "Git")], (0, Sorted::Up)), "a");
        assert_eq!(said("", &[(1, "Git"), (1, "NFS")], (0, Sorted::Up)), "abc");
        assert_eq!(said("", &[(1, "NFS"), (0, "c")], (0, Sorted::Up)), "c");
        assert_eq!(said("", &[], (2, Sorted::Up)), "abc");
        assert_eq!(said("", &[], (2, Sorted::Down)), "cba");
        assert_eq!(said("none", &[], (0, Sorted::Up)), "");
    }

    #[test]
    fn amounts_are_sorted_by_size_and_dates_by_time() {
        let mut cells =
            ["2Gi to 4Gi", "–", "100M", "80 %", "2026-11-02 10:00", "9", "2026-03-12 08:00", "a"];
        cells.sort_by(|a, b| Key::of(a).order(&Key::of(b)));
        let sorted =
            ["9", "80 %", "100M", "2Gi to 4Gi", "2026-03-12 08:00", "2026-11-02 10:00", "a", "–"];
        assert_eq!(cells, sorted);
    }
}
