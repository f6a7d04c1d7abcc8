//! `berth.wasm`: see `app::programs`.

use app::programs::BERTH;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    frontend::wake(BERTH);
}

fn main() {}
