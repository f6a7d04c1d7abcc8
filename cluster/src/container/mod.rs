//! Containers on this machine, through the engine that is there: Podman or Docker, by its socket.
//! What is asked of the engine is worked out by pure functions ([`create`], [`decide`], [`states`],
//! [`trouble`], [`ended`]); [`ContainerDriver`] looks, decides and asks, again and again. All that it
//! has to know after a restart stands in the labels of what it made ([`labels`]).

mod board;
mod create;
mod decide;
mod driver;
mod end;
mod ended;
mod engine;
mod found;
mod labels;
mod libpod;
mod link;
mod look;
mod machine;
mod measure;
mod memory;
mod open;
mod prepare;
mod pull;
mod shell;
mod socket;
mod states;
mod streams;
pub(crate) mod trouble;
mod watch;

pub use driver::{ContainerDriver, Greeting, Settings, greet};
pub use link::NoLink;
pub(crate) use look::line;
pub use socket::{NoSocket, candidates};
