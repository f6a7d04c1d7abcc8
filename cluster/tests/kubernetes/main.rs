//! The Kubernetes driver on a real API server, with etcd, controllers and nodes that are played. Such a control plane is
//! not on every machine: `cargo xtask test --kubernetes` builds it and runs these.

mod bed;
mod faults;
mod life;
mod objects;
mod rights;
mod troubles;
