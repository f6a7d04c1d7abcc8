//! One file or folder a noun of the command line.

pub mod policy;
pub mod simulate;
