//! The policy engine as a whole: stories told as text, invariants on random policies, and texts that
//! want to break the reader.

mod desk;
mod documents;
mod drafts;
mod form;
mod given;
mod properties;
mod stories;
mod texts;
mod words;
