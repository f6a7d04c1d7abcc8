//! People and what they may (`rest-api.md` §11).

pub mod clients;
pub mod roles;
pub mod rules;
pub mod users;
