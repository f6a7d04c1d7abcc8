//! What things are called in a cluster, and by which labels they are found.

use std::collections::BTreeMap;

use super::{Workspace, kept};

/// The label that names the workspace.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// A label has at most so many characters, and so has a name that becomes one.
const LENGTH_MAX: usize = 63;

/// The labels of an object: those that were typed, and ours, which win.
pub fn labels(workspace: &Workspace<'_>) -> BTreeMap<String, String> {
    let typed = kept(&workspace.submission.labels, |label| label.exclude);
    let typed = typed.filter_map(|(_, label)| {
        Some((label.name.clone()?, label.value.clone().unwrap_or_default()))
    });
    let ours = [(INSTANCE, workspace.name), (MANAGED_BY, "berth")];
    let ours = ours.map(|(name, value)| (name.to_owned(), value.to_owned()));
    typed.chain(ours).chain(workspace.tags.iter().cloned()).collect()
}

/// A name that is made of the workspace's: what does not fit is cut off it, and not off the end.
pub fn of(workspace: &str, part: &str) -> String {
    let room = LENGTH_MAX.saturating_sub(part.len() + 1);
    let name: String = workspace.chars().take(room).collect();
    format!("{}-{part}", name.trim_end_matches('-'))
}

/// The secret in which a credential of the person who submits is put for the workspace.
pub fn own_secret(credential: &str) -> String {
    format!("user-credential-{credential}")
}

/// The claim through which a project mounts a data volume.
pub fn data_volume(id: &str) -> String {
    format!("data-volume-{id}")
}
