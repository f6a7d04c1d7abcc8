//! The form while somebody fills it in: a signal for every field of `domain::form`, and the draft that they make.

use domain::form::{Draft, FIELDS, Field, LISTS, List, Row, list, told};
use leptos::prelude::*;

use crate::ui::OrderItem;

/// The texts of the fields of a table. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts {
    fields: &'static [Field],
    signals: StoredValue<Vec<RwSignal<String>>>,
}

impl Texts {
    fn of(fields: &'static [Field], texts: &[String]) -> Self {
        let signals = texts.iter().map(|text| RwSignal::new(text.clone())).collect();
        Self { fields, signals: StoredValue::new(signals) }
    }

    /// The field of that name and its text; the first of the table where there is none.
    pub fn field(self, name: &str) -> (&'static Field, RwSignal<String>) {
        let at = domain::form::place(self.fields, name).unwrap_or_default();
        (&self.fields[at], self.signals.with_value(|all| all[at]))
    }

    pub fn signal(self, name: &str) -> RwSignal<String> {
        self.field(name).1
    }

    pub fn text(self, name: &str) -> String {
        self.signal(name).get()
    }

    /// Every field of the table.
    pub fn fields(self) -> &'static [Field] {
        self.fields
    }

    /// Whether a field is on the page now.
    pub fn is_shown(self, field: &Field) -> bool {
        field.is_shown(|of| told(of, &|name| self.text(name)))
    }

    /// Where the problems of a field are found.
    pub fn path_of(self, field: &Field) -> String {
        field.path_in(|name| self.text(name))
    }

    fn texts(self) -> Vec<String> {
        self.signals.with_value(|all| all.iter().map(|text| text.get()).collect())
    }

    fn fill(self, texts: &[String]) {
        self.signals.with_value(|all| {
            for (signal, text) in all.iter().zip(texts) {
                if signal.with_untracked(|old| old != text) {
                    signal.set(text.clone());
                }
            }
        });
    }
}

/// A row of a list. Rows are told apart by `key`, which never changes.
#[derive(Clone, Copy)]
pub struct FormRow {
    pub key: usize,
    pub texts: Texts,
    /// Taken out, though the policy adds it.
    pub out: RwSignal<bool>,
}

impl FormRow {
    fn of(key: usize, list: &'static List, row: &Row) -> Self {
        Self { key, texts: Texts::of(list.fields, row.texts()), out: RwSignal::new(row.out) }
    }

    fn row(self, list: &'static List) -> Row {
        Row::of_parts(list, self.texts.texts(), self.out.get())
    }
}

/// The rows of a list.
#[derive(Clone, Copy)]
pub struct FormList {
    pub of: &'static List,
    pub rows: RwSignal<Vec<FormRow>>,
    /// Whose the rows are: they outlive the button or the pane that added them.
    owner: StoredValue<Option<Owner>>,
}

impl FormList {
    fn of(of: &'static List, rows: &[Row]) -> Self {
        let rows = RwSignal::new(numbered(of, rows, 0));
        Self { of, rows, owner: StoredValue::new(Owner::current()) }
    }

    fn owning<T>(self, make: impl FnOnce() -> T) -> T {
        match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// Adds a row with these fields filled in.
    pub fn add(self, texts: &[(&str, &str)]) {
        let row = Row::filled(self.of, texts);
        self.rows.update(|rows| {
            let key = rows.iter().map(|row| row.key + 1).max().unwrap_or_default();
            rows.push(self.owning(|| FormRow::of(key, self.of, &row)));
        });
    }

    pub fn remove(self, key: usize) {
        self.rows.update(|rows| rows.retain(|row| row.key != key));
    }

    /// What stands in the rows now.
    pub fn draft(self) -> Vec<Row> {
        self.rows.get().into_iter().map(|row| row.row(self.of)).collect()
    }

    /// Puts other rows there. Rows that stay the same keep their controls.
    fn fill(self, rows: &[Row]) {
        let now: Vec<_> = untrack(|| self.draft());
        if now != rows {
            let first = self.rows.with_untracked(|all| all.iter().map(|r| r.key + 1).max());
            let rows = self.owning(|| numbered(self.of, rows, first.unwrap_or_default()));
            self.rows.set(rows);
        }
    }
}

fn numbered(of: &'static List, rows: &[Row], first: usize) -> Vec<FormRow> {
    rows.iter().enumerate().map(|(at, row)| FormRow::of(first + at, of, row)).collect()
}

/// Every field as a signal. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Form {
    pub texts: Texts,
    lists: StoredValue<Vec<FormList>>,
    /// The list that people put in order.
    pub pools: RwSignal<Vec<OrderItem>>,
    /// How many setups are on their way into it.
    pub filling: RwSignal<u32>,
}

const POOLS: &str = "node_pools";

impl Form {
    /// The form filled in with `draft`.
    pub fn of(draft: &Draft) -> Self {
        let lists = LISTS.iter().map(|of| FormList::of(of, draft.rows(of.name))).collect();
        Self {
            texts: Texts::of(FIELDS, draft.texts()),
            lists: StoredValue::new(lists),
            pools: RwSignal::new(pools_of(draft)),
            filling: RwSignal::new(0),
        }
    }

    /// Fills the form in anew, after a fix or a reset.
    pub fn fill(self, draft: &Draft) {
        self.texts.fill(draft.texts());
        self.lists.with_value(|lists| {
            for list in lists {
                list.fill(draft.rows(list.of.name));
            }
        });
        self.pools.set(pools_of(draft));
    }

    /// What the form says now. Whoever reads it is told of every change.
    pub fn draft(self) -> Draft {
        let rows = |list: &FormList| match list.of.name {
            POOLS => self.pools.get().iter().map(|pool| pool_row(list.of, &pool.value)).collect(),
            _ => list.draft(),
        };
        let lists = self.lists.with_value(|lists| lists.iter().map(rows).collect());
        Draft::of_parts(self.texts.texts(), lists)
    }

    pub fn signal(self, name: &str) -> RwSignal<String> {
        self.texts.signal(name)
    }

    pub fn text(self, name: &str) -> String {
        self.texts.text(name)
    }

    /// The list of that name; the first where there is none.
    pub fn list(self, name: &str) -> FormList {
        let at = LISTS.iter().position(|own| own.name == name).unwrap_or_default();
        self.lists.with_value(|lists| lists[at])
    }
}

fn pool_row(of: &'static List, name: &str) -> Row {
    Row::filled(of, &[("name", name)])
}

fn pools_of(draft: &Draft) -> Vec<OrderItem> {
    let item = |row: &Row| {
        let name = row.text("name").to_owned();
        OrderItem { label: name.clone(), value: name, sub: None }
    };
    list(POOLS).map_or_else(Vec::new, |of| draft.rows(of.name).iter().map(item).collect())
}
