//! The pages of Berth, drawn on the server and woken up in the browser. `ui` is the design system,
//! `layout` the frame round every page, `widgets` small views of domain values, `pages` the pages.
#![recursion_limit = "512"]

pub mod browser;
#[cfg(feature = "ssr")]
pub mod caller;
mod csv;
pub mod engine;
pub mod error;
pub mod identity;
pub mod layout;
#[cfg(feature = "hydrate")]
mod module;
pub mod pages;
pub mod programs;
mod shell;
pub mod ui;
pub mod widgets;
pub mod wire;
mod words;

#[cfg(feature = "ssr")]
pub use shell::shell;
pub use shell::{App, AppProps};
