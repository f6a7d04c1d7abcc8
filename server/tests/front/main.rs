//! The program from the front: what is asked over HTTP and on the command line, and what is answered. All in one program,
//! for each links the whole server, and two of these tests run beside each other where the machine lets them.

mod access;
mod asset_permissions;
mod assets;
mod cli;
mod common;
mod expiry;
mod form;
mod node_pools;
mod openapi;
mod pages;
mod permissions;
mod policies;
mod policy_wording;
mod policy_words;
mod rest;
mod settings;
