//! A terminal: the script that draws it and speaks to the server is loaded when one is first shown
//! (`public/terminal/terminal.mjs`). Here are its place on the page and the words about how it stands.

use leptos::{html, prelude::*};

use super::{
    button::{Button, ButtonSize},
    layout::{Muted, Row, Stack},
    marks::{Status, StatusShape, Tone},
};

/// How a terminal stands. On the server it has not begun.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the browser says the rest"))]
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stands {
    Opening,
    Open,
    /// The connection broke; it opens itself again.
    Lost,
    /// It opens again when somebody says so.
    Ended(String),
}

impl Stands {
    #[cfg(feature = "hydrate")]
    fn of(state: &str, words: String) -> Self {
        match state {
            "opening" => Self::Opening,
            "open" => Self::Open,
            "lost" => Self::Lost,
            _ => Self::Ended(words),
        }
    }

    fn shown(&self) -> (StatusShape, Tone, String) {
        match self {
            Self::Opening => (StatusShape::Half, Tone::Info, "Connecting".into()),
            Self::Open => (StatusShape::Disc, Tone::Good, "Connected".into()),
            Self::Lost => {
                let words = "The connection is lost; connecting again";
                (StatusShape::Triangle, Tone::Warn, words.into())
            }
            Self::Ended(why) => (StatusShape::Square, Tone::Plain, crate::words::capital(why)),
        }
    }
}

/// A shell, over the WebSocket at `path`. It is open as long as it is shown.
#[component]
pub fn Terminal(#[prop(into)] path: String, #[prop(into)] label: String) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let stands = RwSignal::new(Stands::Opening);
    let open = browser::Opened::new();
    browser::open(place, path, label, stands, open);
    let status = move || {
        let (shape, tone, word) = stands.with(Stands::shown);
        view! { <Status shape tone word/> }
    };
    let again = move || {
        stands.with(|stands| matches!(stands, Stands::Ended(_))).then(|| {
            view! {
                <Button size=ButtonSize::Small on_press=move |()| open.again()>"Connect again"</Button>
            }
        })
    };
    view! {
        <Stack>
            <Row apart=true>
                <span role="status">{status}</span>
                {again}
                <Muted small=true>"Esc, then Tab leaves the terminal"</Muted>
            </Row>
            <div class="terminal-frame" node_ref=place></div>
        </Stack>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    //! The script, as this program sees it.

    use js_sys::Function;
    use leptos::{html, prelude::*};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

    use super::Stands;
    use crate::module;

    const SCRIPT: &str = "/terminal/terminal.mjs";

    #[wasm_bindgen]
    extern "C" {
        type Script;
        #[wasm_bindgen(method, catch)]
        fn open(
            this: &Script,
            place: &JsValue,
            path: &str,
            label: &str,
            tell: &Function,
        ) -> Result<Shown, JsValue>;

        type Shown;
        #[wasm_bindgen(method)]
        fn again(this: &Shown);
        #[wasm_bindgen(method)]
        fn close(this: &Shown);
    }

    type Tell = Closure<dyn Fn(String, String)>;

    /// The terminal that is shown, once it is.
    #[derive(Clone, Copy)]
    pub struct Opened(StoredValue<Option<SendWrapper<(Shown, Tell)>>>);

    impl Opened {
        pub fn new() -> Self {
            let own = Self(StoredValue::new(None));
            on_cleanup(move || own.close());
            own
        }

        pub fn again(self) {
            self.0.with_value(|shown| {
                if let Some(shown) = shown {
                    shown.0.again();
                }
            });
        }

        fn close(self) {
            let shown = self.0.try_update_value(Option::take).flatten();
            if let Some(shown) = shown {
                shown.0.close();
            }
        }
    }

    /// Draws the terminal once the page is awake.
    pub fn open(
        place: NodeRef<html::Div>,
        path: String,
        label: String,
        stands: RwSignal<Stands>,
        opened: Opened,
    ) {
        crate::browser::effect(move || {
            let Some(place) = place.get() else { return };
            let (path, label) = (path.clone(), label.clone());
            crate::browser::spawn(async move {
                let script = module::load(SCRIPT).await;
                // Whoever has left the page meanwhile wants none.
                if opened.0.is_disposed() {
                    return;
                }
                let tell = Tell::new(move |state: String, words: String| {
                    stands.try_set(Stands::of(&state, words));
                });
                let shown = script.and_then(|script| {
                    let script: Script = script.unchecked_into();
                    script.open(&place, &path, &label, tell.as_ref().unchecked_ref())
                });
                match shown {
                    Ok(shown) => opened.0.set_value(Some(SendWrapper::new((shown, tell)))),
                    Err(why) => drop(stands.try_set(Stands::Ended(module::words(&why)))),
                }
            });
        });
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server draws the place alone.

    use leptos::{html, prelude::*};

    use super::Stands;

    #[derive(Clone, Copy)]
    pub struct Opened;

    impl Opened {
        pub fn new() -> Self {
            Self
        }

        pub fn again(self) {}
    }

    pub fn open(_: NodeRef<html::Div>, _: String, _: String, _: RwSignal<Stands>, _: Opened) {}
}
