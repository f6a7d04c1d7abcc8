//! The few things that only a browser has: its address bar, its timers. On the server they do
//! nothing.

use std::time::Duration;

use leptos::prelude::set_timeout;

/// Runs `work` after so many milliseconds.
pub fn after(milliseconds: u64, work: impl FnOnce() + 'static) {
    set_timeout(work, Duration::from_millis(milliseconds));
}

/// Writes these pairs into the address without loading anything.
pub fn replace_query(pairs: &[(String, String)]) {
    let Some(window) = web_sys::window() else { return };
    let path = window.location().pathname().unwrap_or_default();
    let query: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let address = format!("{path}?{}", query.join("&"));
    let Ok(history) = window.history() else { return };
    // A browser that refuses keeps its old address; nothing else depends on it.
    let state = history.state().unwrap_or_default();
    let _ = history.replace_state_with_url(&state, "", Some(&address));
}

/// Percent-encodes what an address cannot hold.
pub fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/');
    let one = |b: u8| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

/// Offers a text as a file to save.
pub fn save_file(name: &str, text: &str) {
    use wasm_bindgen::{JsCast, JsValue};
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence(&parts);
    let url = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let document = web_sys::window().and_then(|window| window.document());
    let (Ok(url), Some(document)) = (url, document) else { return };
    let link = document.create_element("a").ok();
    if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&url);
}
