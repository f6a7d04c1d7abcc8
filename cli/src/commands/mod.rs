//! One file, or folder, a resource.

pub(crate) mod simulate;
