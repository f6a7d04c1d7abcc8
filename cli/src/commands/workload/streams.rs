//! Verbs that need a stream to a container. They are there so that scripts are told what is missing, rather than that
//! there is no such command.

use clap::{Args, Subcommand};

use crate::failure::{Failure, Result};

/// Verbs of the reference that this release cannot carry out.
#[derive(Debug, Subcommand)]
pub enum Streams {
    /// Run a command in the container (not in this release)
    Exec(Anything),
    /// Open a shell in the container (not in this release)
    Bash(Anything),
    /// Join the process of the container (not in this release)
    Attach(Anything),
    /// Reach a port of the container from here (not in this release)
    PortForward(Anything),
}

/// Whatever the reference takes.
#[derive(Debug, Args)]
pub struct Anything {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _words: Vec<String>,
}

impl Streams {
    /// Says what is missing.
    pub fn refuse(&self) -> Result<()> {
        let verb = match self {
            Self::Exec(_) => "exec",
            Self::Bash(_) => "bash",
            Self::Attach(_) => "attach",
            Self::PortForward(_) => "port-forward",
        };
        Err(Failure::general(format!(
            "{verb} needs a stream to the container, which the server does not offer yet; \
             tools with an external URL are reached in the browser, and berth workspace logs shows what was written"
        )))
    }
}
