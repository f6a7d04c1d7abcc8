//! The few things that only a browser has: its address bar, its timers. On the server they do
//! nothing.

use std::{future::Future, pin::Pin, time::Duration};

use leptos::prelude::{Effect, set_timeout};
use wasm_bindgen::JsCast;

/// Runs `work` after so many milliseconds.
pub fn after(milliseconds: u64, work: impl FnOnce() + 'static) {
    set_timeout(work, Duration::from_millis(milliseconds));
}

/// Runs `work` beside everything else. Boxed, as in [`effect`]: what drives it is compiled once.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(work));
}

fn spawn_boxed(work: Pin<Box<dyn Future<Output = ()>>>) {
    leptos::task::spawn_local(work);
}

/// Runs `work` once the page is awake, and whenever something changes that it has read. It runs in the browser
/// alone.
pub fn effect(mut work: impl FnMut() + 'static) {
    effect_boxed(Box::new(move |_| work()));
}

/// As [`effect`], for work that must know whether it runs for the first time.
pub fn effect_from(work: impl FnMut(bool) + 'static) {
    effect_boxed(Box::new(work));
}

fn effect_boxed(mut work: Box<dyn FnMut(bool)>) {
    Effect::new(move |before: Option<()>| work(before.is_none()));
}

/// Puts the focus on the first control of that name.
pub fn focus(name: &str) {
    let named = format!("[name=\"{name}\"]");
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector(&named).ok().flatten());
    if let Some(control) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A control that cannot take it leaves it where it was.
        let _ = control.focus();
    }
}

/// Loads the page at the present address anew.
pub fn reload() {
    let Some(window) = web_sys::window() else { return };
    // Only a browser that is closing the page refuses.
    let _ = window.location().reload();
}

/// Loads the page at this address.
pub fn open(address: &str) {
    let Some(window) = web_sys::window() else { return };
    // Only an address that is none is refused.
    let _ = window.location().set_href(address);
}

/// Path and query of the present address.
pub fn present() -> String {
    let location = web_sys::window().map(|window| window.location());
    let part = |of: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
        location.as_ref().and_then(|location| of(location).ok()).unwrap_or_default()
    };
    part(web_sys::Location::pathname) + &part(web_sys::Location::search)
}

/// A path with these pairs as its query.
pub fn address(path: &str, pairs: &[(String, String)]) -> String {
    let query: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    format!("{path}?{}", query.join("&"))
}

/// Writes these pairs into the address without loading anything.
pub fn replace_query(pairs: &[(String, String)]) {
    let Some(window) = web_sys::window() else { return };
    let path = window.location().pathname().unwrap_or_default();
    let address = address(&path, pairs);
    let Ok(history) = window.history() else { return };
    // A browser that refuses keeps its old address; nothing else depends on it.
    let state = history.state().unwrap_or_default();
    let _ = history.replace_state_with_url(&state, "", Some(&address));
}

/// Gives the person a file of this name and type to keep.
pub fn save(name: &str, kind: &str, text: &str) {
    // A browser that makes no files has its reasons, and says them itself.
    let _ = try_save(name, kind, text);
}

fn try_save(name: &str, kind: &str, text: &str) -> Result<(), wasm_bindgen::JsValue> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Ok(());
    };
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&address)
}

/// A text that this browser keeps between visits.
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a text. A browser that keeps nothing has it for this visit.
pub fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Keeps a text no longer.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Percent-encodes what an address cannot hold.
pub fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/');
    let one = |b: u8| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

/// In small letters, for a search. The browser knows the letters of all languages; a program of ours need not.
pub fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    return text.to_lowercase();
}
