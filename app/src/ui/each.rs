//! Lists whose rows are told apart by a key. One list of boxes, so that the browser's program has its walk through rows
//! once.
use leptos::prelude::*;
use std::sync::Arc;

/// One row.
pub struct Each {
    /// Tells rows apart; a row that keeps its key keeps its controls.
    pub key: String,
    draw: Box<dyn Fn() -> AnyView + Send + Sync>,
}

impl Each {
    pub fn new(key: impl ToString, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self { key: key.to_string(), draw: Box::new(draw) }
    }
}

/// The rows, drawn anew where they differ.
pub fn each(rows: impl Fn() -> Vec<Each> + Send + Sync + 'static) -> AnyView {
    each_boxed(Arc::new(rows))
}

fn each_boxed(rows: Arc<dyn Fn() -> Vec<Each> + Send + Sync>) -> AnyView {
    view! { <For each=move || rows() key=|row| row.key.clone() children=|row| (row.draw)()/> }
        .into_any()
}
