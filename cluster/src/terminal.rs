//! A terminal in a container: what a shell writes, what is typed, and how large the window is. Who may open one is
//! decided further up; a shell ends with whoever holds it.

use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use tokio::io::AsyncWrite;

/// Columns and rows at most; a larger window is no window.
const SIDE_MAX: u16 = 1_000;

/// How many characters a window holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    pub columns: u16,
    pub rows: u16,
}

impl TerminalSize {
    /// The nearest size that a window can have.
    pub fn of(columns: u16, rows: u16) -> Self {
        Self { columns: columns.clamp(1, SIDE_MAX), rows: rows.clamp(1, SIDE_MAX) }
    }
}

/// A shell that was just started, with its two directions.
pub struct Terminal {
    /// What it writes, as it comes; ends with the shell.
    pub output: BoxStream<'static, Bytes>,
    /// What is typed.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    pub shell: Box<dyn Shell>,
}

/// The shell behind a terminal. Dropped, it hangs up: the shell and what it runs are told so, as when a line breaks.
#[async_trait]
pub trait Shell: Send + Sync {
    /// The window is another one now. Where that fails, lines break at the wrong place until the next time.
    async fn resize(&self, size: TerminalSize);

    /// What it ended with, once it has.
    async fn exit_code(&self) -> Option<i64>;
}
