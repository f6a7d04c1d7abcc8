//! Kubernetes: what a workspace is there, as objects of its interface.

pub mod manifest;
