//! The columns of the table (`form-and-assets.md` §15.5): one list for the head, the column chooser, the
//! filters, the cells and the CSV file.

use crate::ui::Keep;

/// A column beside the workload's name and its status.
#[derive(Debug)]
pub struct ColumnKind {
    /// Its name in the address.
    pub key: &'static str,
    pub title: &'static str,
    /// The field of the public interface that it is sorted and filtered by.
    pub field: Option<&'static str>,
    pub is_number: bool,
    pub keep: Keep,
}

const fn column(key: &'static str, title: &'static str, field: &'static str) -> ColumnKind {
    let field = if field.is_empty() { None } else { Some(field) };
    ColumnKind { key, title, field, is_number: false, keep: Keep::Fourth }
}

const fn number(key: &'static str, title: &'static str, field: &'static str) -> ColumnKind {
    ColumnKind { is_number: true, ..column(key, title, field) }
}

/// All of them, in the order in which they stand in the table.
pub const COLUMNS: [ColumnKind; 25] = [
    ColumnKind { keep: Keep::Always, ..number("gpus", "GPUs", "allocatedGPU") },
    number("gpuRequest", "GPU compute request", ""),
    number("gpuAllocation", "GPU compute allocation", "allocatedGPU"),
    number("gpuMemory", "GPU memory request", ""),
    number("cpuRequest", "CPU compute request", ""),
    number("cpuAllocation", "CPU compute allocation", ""),
    number("memoryRequest", "CPU memory request", ""),
    number("memoryAllocation", "CPU memory allocation", ""),
    number("pods", "Running/requested pods", ""),
    column("connections", "Connection(s)", ""),
    column("type", "Type", "type"),
    column("category", "Category", "category"),
    column("priority", "Priority", "priorityClassName"),
    column("preemptible", "Preemptible", ""),
    column("project", "Project", "projectName"),
    column("department", "Department", "departmentName"),
    column("nodePools", "Node pool(s)", "nodepool"),
    column("image", "Image", ""),
    column("cluster", "Cluster", ""),
    number("pendingTime", "Total pending time", "totalPendingTimeSeconds"),
    number("runTime", "Total runtime", "totalRunningTimeSeconds"),
    column("guaranteed", "Not interrupted until", "guaranteedRuntimeEndsAt"),
    column("completedAt", "Completion time", "completedAt"),
    ColumnKind { keep: Keep::Third, ..column("submittedBy", "Created by", "submittedBy") },
    column("createdAt", "Creation time", "createdAt"),
];

/// What the table shows before anybody chose.
pub const USUAL: [&str; 5] = ["gpus", "pods", "connections", "submittedBy", "createdAt"];

/// The column of this key.
pub fn column_of(key: &str) -> Option<&'static ColumnKind> {
    COLUMNS.iter().find(|column| column.key == key)
}

/// Fields that filter although no column of their own shows them.
pub const FILTERS: [(&str, &str); 2] = [("name", "Workload"), ("phase", "Status")];

/// What a filter's field is called.
pub fn field_title(field: &str) -> &str {
    let fixed = FILTERS.iter().find(|(own, _)| *own == field).map(|(_, title)| *title);
    let of_column = || COLUMNS.iter().rev().find(|c| c.field == Some(field)).map(|c| c.title);
    fixed.or_else(of_column).unwrap_or(field)
}

/// How a filter compares: its sign in the public interface, and the words for it.
pub const COMPARISONS: [(&str, &str); 8] = [
    ("=@", "contains"),
    ("!@", "does not contain"),
    ("==", "is"),
    ("!=", "is not"),
    ("=^", "starts with"),
    ("=$", "ends with"),
    (">=", "is at least"),
    ("<=", "is at most"),
];

/// Field, words of the comparison, and value of a filter as it stands in the address.
pub fn filter_in_words(filter: &str) -> (String, String) {
    let cut = COMPARISONS.iter().filter_map(|(sign, words)| {
        let (field, value) = filter.split_once(sign)?;
        field.bytes().all(|b| b.is_ascii_alphanumeric()).then_some((field, *words, value))
    });
    match { cut }.next() {
        Some((field, words, value)) => {
            (format!("{} {words}", field_title(field)), value.to_owned())
        }
        None => (String::new(), filter.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_like_a_sentence() {
        let words = |filter| {
            let (about, value) = filter_in_words(filter);
            format!("{about} | {value}")
        };
        assert_eq!(words("projectName=@vision"), "Project contains | vision");
        assert_eq!(words("phase!=Running"), "Status is not | Running");
        assert_eq!(
            words("createdAt>=2026-11-01T00:00:00Z"),
            "Creation time is at least | 2026-11-01T00:00:00Z"
        );
        assert_eq!(words("nonsense"), " | nonsense");
    }

    #[test]
    fn every_usual_column_is_a_column() {
        assert!(USUAL.iter().all(|key| column_of(key).is_some()));
    }
}
