//! The container driver on a real engine. `cargo xtask test --containers` installs what is needed and
//! runs these; plain `cargo test` leaves them out and says so.
#![allow(clippy::unwrap_used)]

mod bed;
mod life;
mod terminal;
mod trouble;
mod volumes;
