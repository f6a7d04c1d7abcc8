//! Data & storage, both ways: rows of the form, and the lists of a submission.

mod read;
mod write;

use super::{Row, table::DATA};

pub(super) use read::rows;
pub(super) use write::storage;

/// A kind of data, as the menu offers it.
#[derive(Debug)]
pub struct DataKind {
    /// The row's `kind`.
    pub name: &'static str,
    pub label: &'static str,
    /// The list of the submission that such rows lie in.
    pub path: &'static str,
    /// Whether it can be typed here, and need not be loaded from an asset.
    pub is_one_time: bool,
}

impl DataKind {
    pub(super) const fn of(name: &'static str, label: &'static str, path: &'static str) -> Self {
        Self { name, label, path, is_one_time: false }
    }

    pub(super) const fn one_time(self) -> Self {
        Self { is_one_time: true, ..self }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        DATA.iter().find(|kind| kind.name == name)
    }
}

/// Whether a kind calls the container path `mountPath` (`form-and-assets.md` §8.2).
pub(super) fn has_mount_path(kind: &str) -> bool {
    matches!(kind, "nfs" | "hostPath" | "configMap" | "secret" | "dataVolume")
}

/// The list of the submission and the place in it of a row: `spec.storage.nfs[0]`.
pub(super) fn path(rows: &[Row], index: usize) -> Option<String> {
    let list = |row: &Row| DataKind::named(row.text("kind")).map(|kind| kind.path);
    let own = list(rows.get(index)?)?;
    let before = rows[..index].iter().filter(|row| list(row) == Some(own)).count();
    Some(format!("{own}[{before}]"))
}
