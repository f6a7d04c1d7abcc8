//! Containers on this machine, through the engine that is there: Podman or Docker, by its socket.
//! What is asked of the engine is worked out by pure functions ([`create`], [`engine`], [`trouble`],
//! [`ended`]); [`ContainerDriver`] asks, again and again. All that it has to know after a restart
//! stands in the labels of what it made ([`labels`]).

mod create;
mod ended;
mod engine;
mod labels;
mod machine;
mod memory;
mod pull;
mod socket;
mod trouble;
