//! What the editor of policies and the form need of the engine while somebody types: questions in,
//! plain words and places out. The browser's `engine.wasm` answers them without the server, which
//! only says once what there is [around](Around) the document. Who shows the answers needs the words
//! (`wire`) and no engine.

mod wire;

pub use wire::{Around, Checked, Completion, Judged, Mark, Offer, Refusal, Severity};

#[cfg(feature = "policy-yaml")]
pub use engine::Desk;

#[cfg(feature = "policy-yaml")]
mod check;
#[cfg(feature = "policy-yaml")]
mod engine;
#[cfg(feature = "policy-yaml")]
mod judge;
#[cfg(feature = "policy-yaml")]
mod offers;
#[cfg(feature = "policy-yaml")]
mod place;
#[cfg(feature = "policy-yaml")]
mod right;
#[cfg(feature = "policy-yaml")]
mod rules;
#[cfg(feature = "policy-yaml")]
mod sketch;
#[cfg(feature = "policy-yaml")]
mod spot;
#[cfg(feature = "policy-yaml")]
mod values;
