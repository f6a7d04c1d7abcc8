//! Scripts and programs that a page loads when somebody first needs them. In the browser alone.

use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = import)]
    fn import(script: &str) -> Promise;
}

/// What a script exports. The browser loads it once in the life of a page.
pub async fn load(script: &str) -> Result<JsValue, JsValue> {
    JsFuture::from(import(script)).await
}

/// Why something failed, in words.
pub fn words(why: &JsValue) -> String {
    use wasm_bindgen::JsCast;
    why.as_string().unwrap_or_else(|| {
        let error = why.dyn_ref::<js_sys::Error>();
        error.map_or_else(|| "for no known reason".into(), |error| error.message().into())
    })
}
