//! `assets.wasm`: see `app::programs`.

use app::programs::Pages;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    frontend::wake(Pages::of_assets());
}

fn main() {}
