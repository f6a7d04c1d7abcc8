//! A submission as the command that submits it, both ways: `berth workspace submit` with the flags of the reference's
//! command line, and a few more where that has none. [`FLAGS`] is the one table of them. What no flag says is left out;
//! [`Command::left_out`] names it.

mod flag;
mod item;
mod items;
mod read;
mod scalar;
mod table;
#[cfg(test)]
mod tests;
mod write;

pub use flag::{Flag, Group, Shape};
pub use read::{process, read};
pub use table::FLAGS;
pub use write::{Command, command};

/// As one word of a POSIX shell.
pub fn quoted(word: &str) -> String {
    match is_plain(word) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Whether a shell takes it for itself.
fn is_plain(word: &str) -> bool {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    !word.is_empty() && word.chars().all(is_safe)
}
