//! The live stream of the page: changed rows are pushed, never polled. In the browser alone.

use api::events::LiveEvent;
#[cfg(feature = "hydrate")]
use leptos::prelude::on_cleanup;

/// Calls `on_event` for every message until the page is left.
pub fn listen(on_event: impl Fn(LiveEvent) + 'static) {
    subscribe(on_event);
}

#[cfg(feature = "hydrate")]
fn subscribe(on_event: impl Fn(LiveEvent) + 'static) {
    use wasm_bindgen::{JsCast, closure::Closure};
    let Ok(source) = web_sys::EventSource::new("/live") else { return };
    let take =
        Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |message: web_sys::MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            if let Ok(event) = serde_json::from_str(&text) {
                on_event(event);
            }
        });
    source.set_onmessage(Some(take.as_ref().unchecked_ref()));
    let kept = send_wrapper::SendWrapper::new((source, take));
    on_cleanup(move || kept.0.close());
}

#[cfg(not(feature = "hydrate"))]
fn subscribe(_: impl Fn(LiveEvent) + 'static) {}
