//! The live stream of the page: changed rows are pushed, never polled. In the browser alone.

use leptos::prelude::Signal;

use super::data::LiveEvent;

/// Calls `on_event` for every message until the page is left, with rows of these columns. Whenever the
/// stream has been opened, it says [`LiveEvent::Reload`]: what changed before that, nobody pushed.
pub fn listen(columns: Signal<String>, on_event: impl Fn(LiveEvent) + Copy + 'static) {
    #[cfg(feature = "hydrate")]
    crate::browser::effect(move || {
        subscribe(&leptos::prelude::Get::get(&columns), on_event);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (columns, on_event);
}

#[cfg(feature = "hydrate")]
fn subscribe(columns: &str, on_event: impl Fn(LiveEvent) + Copy + 'static) {
    use leptos::prelude::on_cleanup;
    use wasm_bindgen::{JsCast, closure::Closure};
    let Ok(source) = web_sys::EventSource::new(&format!("/live?columns={columns}")) else { return };
    let take =
        Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |message: web_sys::MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            if let Ok(event) = crate::wire::read(&text) {
                on_event(event);
            }
        });
    let opened = Closure::<dyn Fn()>::new(move || on_event(LiveEvent::Reload));
    source.set_onmessage(Some(take.as_ref().unchecked_ref()));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    let kept = send_wrapper::SendWrapper::new((source, take, opened));
    on_cleanup(move || kept.0.close());
}
