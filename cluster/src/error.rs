//! What can go wrong between Berth and a cluster.

use std::{io, path::PathBuf};

use domain::Timestamp;

/// A driver could not do what it was asked; asking again later is right.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    #[error("the cluster does not answer since {since}: {why}")]
    Unreachable {
        since: Timestamp,
        why: String,
        /// It answers, and cannot serve.
        is_unwell: bool,
    },
    #[error("could not {what}")]
    Cluster {
        what: &'static str,
        #[source]
        cause: Box<kube::Error>,
    },
    #[error("could not {what}")]
    Engine {
        what: &'static str,
        #[source]
        cause: bollard::errors::Error,
    },
    /// There is no terminal, and asking again changes nothing.
    #[error("there is no shell: {why}")]
    NoShell { why: String },
    #[error("could not {what} {path}")]
    File {
        what: &'static str,
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("could not understand {path}: {why}")]
    Content { path: PathBuf, why: String },
}
