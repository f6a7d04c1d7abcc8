//! Wakes the pages up in the browser, and nothing more. Each program is a file in `bin`; `policy` has no
//! pages and needs nothing of this.

use app::{
    App, AppProps,
    layout::press_early,
    programs::{Drawn, Pages},
};

/// Wakes up the page that the server has drawn.
pub fn wake(pages: Pages) {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(move || App(AppProps { drawn: Drawn::By(pages) }));
    press_early();
}
