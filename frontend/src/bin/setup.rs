//! `setup.wasm`: see `app::programs`.

use app::programs::SETUP;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    frontend::wake(SETUP);
}

fn main() {}
