//! Walking the working tree, without what is built or fetched.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Every file below `folder`, in a stable order; a missing folder has none.
pub fn below(folder: impl AsRef<Path>) -> impl Iterator<Item = PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_ours)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(DirEntry::into_path)
}

/// Whether the file's name ends with one of these, written without the dot.
pub fn ends_with(file: &Path, endings: &[&str]) -> bool {
    file.extension().and_then(|ending| ending.to_str()).is_some_and(|it| endings.contains(&it))
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let fetched = ["target", "node_modules", "screenshots", "test-results", "data", "__pycache__"];
    let built = entry.depth() > 0 && fetched.contains(&name.as_ref()) && entry.path().is_dir();
    let is_source_data = entry.path().components().any(|part| part.as_os_str() == "src");
    let hidden = entry.depth() > 0 && name.starts_with('.') && name != ".ci" && name != ".cargo";
    !hidden && (!built || (name == "data" && is_source_data))
}
