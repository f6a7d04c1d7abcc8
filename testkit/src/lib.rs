//! What tests of several crates need: a throw-away PostgreSQL and container engine, a wire to it that can be cut, a way to
//! a server that can be closed, a file system so small that it is soon full, chance that can be had again, and a diary of
//! what was asked.

pub mod diary;
pub mod dice;
pub mod engine;
pub mod full;
pub mod fuzz;
pub mod kube;
pub mod postgres;
pub mod tls;
pub mod way;
pub mod wire;
