//! What tests of several crates share. For now a throw-away PostgreSQL.

pub mod postgres;
