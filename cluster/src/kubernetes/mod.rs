//! Kubernetes: what a workspace is there, as objects of its interface ([`manifest`]), and the driver. Watches fill the
//! stores ([`stores`], [`pods`]) and say what changed ([`hints`]); what they hold is read by pure functions ([`found`], [`nodes`], [`states`], [`observe`]), what is
//! to be done is one too ([`decide`]), and [`place`] and [`end`] do it. All that the driver has to know after a restart
//! stands in the labels of what it made ([`labels`]).

mod amount;
mod board;
mod claims;
mod decide;
mod driver;
mod end;
mod found;
mod hints;
mod labels;
mod link;
mod logs;
pub mod manifest;
mod namespace;
mod news;
mod nodes;
mod observe;
mod patience;
mod place;
mod pods;
mod reach;
mod refusal;
pub mod rights;
mod secrets;
mod shared;
mod shell;
mod states;
mod stores;
mod usage;

pub use driver::{KubernetesDriver, Settings};
pub use link::{Connection, NoLink, greet, kept};
