//! The pages of Berth, drawn on the server and woken up in the browser. `ui` is the design system, `layout` the
//! frame round every page.
#![recursion_limit = "256"]

pub mod layout;
pub mod ui;
