//! The commands, a file or a folder each.

pub mod assets;
pub mod auth;
pub mod config;
pub mod credentials;
pub mod organisation;
pub mod policy;
pub mod resources;
pub mod simulate;
pub mod templates;
pub mod workload;
pub mod workspace;
