//! What tests of several crates need: a throw-away PostgreSQL, a wire to it that can be cut, and a
//! file system so small that it is soon full.

pub mod full;
pub mod postgres;
pub mod wire;
