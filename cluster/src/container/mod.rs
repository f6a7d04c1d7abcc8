//! Containers on this machine, through the engine that is there: Podman or Docker, by its socket.
//! What is asked of the engine is worked out by pure functions ([`create`], [`decide`], [`states`],
//! [`trouble`], [`ended`]); [`ContainerDriver`] looks, decides and asks, again and again. All that it
//! has to know after a restart stands in the labels of what it made ([`labels`]).

mod create;
mod decide;
mod ended;
mod engine;
mod found;
mod labels;
mod machine;
mod memory;
mod pull;
mod socket;
mod states;
mod trouble;
