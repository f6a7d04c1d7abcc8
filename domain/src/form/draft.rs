//! The form as somebody fills it in: text in every field.

use std::fmt;

use super::{Field, HAS_GPUS, HAS_NGC_KEY, LISTS, List, place, table::FIELDS};
use crate::Problem;

/// The text of `style` in the form with galleries.
pub const ORIGINAL_STYLE: &str = "original";

/// What stands in every field. Empty text means that nothing was said.
#[derive(Clone)]
pub struct Draft {
    texts: Vec<String>,
    /// The rows of each list, in the order of [`LISTS`].
    lists: Vec<Vec<Row>>,
}

/// A row of a list.
#[derive(Clone)]
pub struct Row {
    fields: &'static [Field],
    texts: Vec<String>,
    /// One that the policy adds, taken out: what is submitted excludes it.
    pub out: bool,
}

/// The form as it opens.
impl Default for Draft {
    fn default() -> Self {
        Self { texts: defaults(FIELDS), lists: LISTS.iter().map(|_| vec![]).collect() }
    }
}

impl PartialEq for Draft {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts && self.lists == other.lists
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts && self.out == other.out
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pairs_over(&Self::default()).fmt(f)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts.fmt(f)
    }
}

fn defaults(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.default.to_owned()).collect()
}

impl Draft {
    /// A form of these texts, in the order of the fields, and these rows, in the order of the lists.
    pub fn of_parts(texts: Vec<String>, lists: Vec<Vec<Row>>) -> Self {
        Self { texts, lists }
    }

    /// What stands in the field of that name.
    pub fn text(&self, name: &str) -> &str {
        place(FIELDS, name).and_then(|at| self.texts.get(at)).map_or("", String::as_str)
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// Fills in a field; a name that the form does not have is passed over.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        if let Some(own) = place(FIELDS, name).and_then(|at| self.texts.get_mut(at)) {
            *own = text.into();
        }
    }

    /// The same form with that field filled in.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Self {
        self.set(name, text);
        self
    }

    /// The same form with one more row in a list.
    #[must_use]
    pub fn and(mut self, list: &str, texts: &[(&str, &str)]) -> Self {
        if let Some(of) = super::list(list) {
            self.rows_mut(list).push(Row::filled(of, texts));
        }
        self
    }

    /// Every text, in the order of the fields.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The rows of the list of that name.
    pub fn rows(&self, list: &str) -> &[Row] {
        LISTS.iter().position(|own| own.name == list).map_or(&[], |at| &self.lists[at])
    }

    pub(super) fn rows_mut(&mut self, list: &str) -> &mut Vec<Row> {
        let at = LISTS.iter().position(|own| own.name == list).unwrap_or_default();
        &mut self.lists[at]
    }

    /// Puts other rows in the place of a list's.
    pub fn set_rows(&mut self, list: &str, rows: Vec<Row>) {
        *self.rows_mut(list) = rows;
    }

    /// Whether GPUs are asked for.
    pub fn has_gpus(&self) -> bool {
        has_gpus(self.text("gpu_devices"))
    }

    /// Whether it is filled in as the Original form, with galleries.
    pub fn is_original(&self) -> bool {
        self.text("style") == ORIGINAL_STYLE
    }

    /// The Original form starts nothing without an environment (`form-and-assets.md` §4.1.5).
    pub fn lacks_environment(&self) -> Option<Problem> {
        let is_left = self.is_original() && self.text("environment").is_empty();
        let words = "Choose an environment";
        is_left.then(|| Problem::new("spec.image", "environment.required", words))
    }

    /// Whether the field of that name is there.
    pub fn is_shown(&self, name: &str) -> bool {
        let shown =
            |field: &Field| field.is_shown(|of| told(of, &|name| self.text(name).to_owned()));
        place(FIELDS, name).is_some_and(|at| shown(&FIELDS[at]))
    }

    /// `1 × 50 % GPU`.
    pub fn gpu_words(&self) -> String {
        let devices = self.text("gpu_devices").trim();
        match (devices, self.is_on("fractioning")) {
            ("" | "0", _) => "no GPU".to_owned(),
            ("1", false) => "1 GPU".to_owned(),
            (n, false) => format!("{n} GPUs"),
            (n, true) => {
                format!("{n} × {} {} GPU", self.text("gpu_request"), self.text("gpu_format"))
            }
        }
    }
}

/// What a field says that others depend on, or what follows from several: `text` says what stands in one.
pub fn told(of: &str, text: &dyn Fn(&str) -> String) -> String {
    let is_so = match of {
        HAS_GPUS => has_gpus(&text("gpu_devices")),
        HAS_NGC_KEY => match told("image_source", text).as_str() {
            "catalog" => text("ngc_access") == "authenticated",
            source => source == "registry",
        },
        "image_source" if text("has_ngc") != "on" => return "custom".to_owned(),
        name => return text(name),
    };
    if is_so { "on" } else { "off" }.to_owned()
}

/// Whether this many devices are some.
fn has_gpus(devices: &str) -> bool {
    devices.trim().parse::<i64>().is_ok_and(|n| n > 0)
}

impl Row {
    /// A row as **+** adds it.
    pub fn new(of: &'static List) -> Self {
        Self { fields: of.fields, texts: defaults(of.fields), out: false }
    }

    /// A row with these fields filled in.
    pub fn filled(of: &'static List, texts: &[(&str, &str)]) -> Self {
        let mut row = Self::new(of);
        for (name, text) in texts {
            row.set(name, *text);
        }
        row
    }

    /// A row of these texts, in the order of the list's fields.
    pub fn of_parts(of: &'static List, texts: Vec<String>, out: bool) -> Self {
        Self { fields: of.fields, texts, out }
    }

    /// What stands in the field of that name.
    pub fn text(&self, name: &str) -> &str {
        place(self.fields, name).and_then(|at| self.texts.get(at)).map_or("", String::as_str)
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// What stands in a field that is there; nothing said where it is not, or is empty.
    pub fn said(&self, name: &str) -> Option<String> {
        let is_shown = |field: &Field| field.is_shown(|name| self.text(name).to_owned());
        let at = place(self.fields, name).filter(|at| is_shown(&self.fields[*at]))?;
        let text = self.texts.get(at)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Fills in a field; a name that the row does not have is passed over.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        if let Some(own) = place(self.fields, name).and_then(|at| self.texts.get_mut(at)) {
            *own = text.into();
        }
    }

    /// Every text, in the order of the list's fields.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    pub(super) fn names_and_texts(&self) -> impl Iterator<Item = (&'static Field, &str)> {
        self.fields.iter().zip(self.texts.iter().map(String::as_str))
    }
}
