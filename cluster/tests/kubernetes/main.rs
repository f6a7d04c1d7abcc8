//! The Kubernetes driver on a real API server, with etcd, controllers and nodes that are played. Such a control plane is
//! not on every machine: `cargo xtask test --kubernetes` builds it and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod bed;
mod between;
mod deploy;
mod faults;
mod history;
mod life;
mod load;
mod objects;
mod reach;
mod rights;
mod secrets;
mod shared;
mod troubles;
mod usage;
