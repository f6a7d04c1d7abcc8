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

/// Calls `on_line` for every message of the stream at `url` while there is one, until the page is left. Whenever the
/// stream has been opened `on_open` is called: it begins anew.
pub fn follow(
    url: Signal<Option<String>>,
    on_open: impl Fn() + Copy + 'static,
    on_line: impl Fn(String) + Copy + 'static,
) {
    #[cfg(feature = "hydrate")]
    crate::browser::effect(move || {
        if let Some(url) = leptos::prelude::Get::get(&url) {
            open(&url, on_open, on_line);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (url, on_open, on_line);
}

#[cfg(feature = "hydrate")]
fn subscribe(columns: &str, on_event: impl Fn(LiveEvent) + Copy + 'static) {
    let reload = move || on_event(LiveEvent::Reload);
    open(&format!("/live?columns={columns}"), reload, move |text| {
        if let Ok(event) = crate::wire::read(&text) {
            on_event(event);
        }
    });
}

/// Opens a stream until whoever asked for it goes. One that says that it has ended is not opened again.
#[cfg(feature = "hydrate")]
fn open(url: &str, on_open: impl Fn() + 'static, on_text: impl Fn(String) + 'static) {
    use leptos::prelude::on_cleanup;
    use wasm_bindgen::{JsCast, closure::Closure};
    let Ok(source) = web_sys::EventSource::new(url) else { return };
    let take =
        Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |message: web_sys::MessageEvent| {
            on_text(message.data().as_string().unwrap_or_default());
        });
    let opened = Closure::<dyn Fn()>::new(on_open);
    let own = source.clone();
    let end = Closure::<dyn Fn()>::new(move || own.close());
    source.set_onmessage(Some(take.as_ref().unchecked_ref()));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    // A browser that cannot listen for it opens the stream again, which does no harm.
    let _ = source.add_event_listener_with_callback("end", end.as_ref().unchecked_ref());
    let kept = send_wrapper::SendWrapper::new((source, take, opened, end));
    on_cleanup(move || kept.0.close());
}
