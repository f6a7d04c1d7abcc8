//! The engine of policies in the browser: `engine.wasm`, a program of its own that is loaded when a
//! page first asks. Opening a [`Desk`] takes a moment, its answers do not. On the server there is
//! none, and none is needed.

use domain::{
    Problem,
    form::Draft,
    policy::{
        CellKind, RuleSection,
        desk::{Around, Checked, Completion, Judged},
    },
};
use serde_json::Value;

/// Why there is no answer. What the server says still holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error("The policy engine could not be loaded: {0}")]
    NotLoaded(String),
    #[error("The policy engine gave no answer: {0}")]
    NoAnswer(String),
}

/// The engine, set up for one document or submission.
#[derive(Clone)]
pub struct Desk(browser::Desk);

impl Desk {
    /// Loads the engine, once in the life of a page, and sets it up.
    pub async fn open(around: &Around) -> Result<Self, EngineError> {
        browser::Desk::open(&text(around)?).await.map(Self)
    }

    /// Every mistake of a document, with its place.
    pub fn check(&self, document: &str) -> Result<Checked, EngineError> {
        read(&self.0.check(document)?)
    }

    /// What may stand at the caret; line and column count from 1, in characters.
    pub fn complete(
        &self,
        document: &str,
        line: usize,
        column: usize,
    ) -> Result<Completion, EngineError> {
        read(&self.0.complete(document, line, column)?)
    }

    /// The rules as a form; `None` while the text cannot be read.
    pub fn rules(&self, document: &str) -> Result<Option<Vec<RuleSection>>, EngineError> {
        read(&self.0.rules(document)?)
    }

    /// The document with what somebody typed into a cell of that form.
    pub fn write(
        &self,
        document: &str,
        at: &str,
        kind: CellKind,
        new: &str,
    ) -> Result<String, EngineError> {
        self.0.write(document, at, &text(&kind)?, new)
    }

    /// What the policies make of a spec.
    pub fn judge(&self, spec: &Value) -> Result<Judged, EngineError> {
        read(&self.0.judge(&text(spec)?)?)
    }
}

/// The engine, asked about forms: what is wrong with one as far as no server is needed to know it.
#[derive(Clone)]
pub struct Checker(browser::Checker);

impl Checker {
    /// Loads the engine, once in the life of a page. `around` is what the server says of the policies.
    pub async fn open(around: &str) -> Result<Self, EngineError> {
        browser::Checker::open(around).await.map(Self)
    }

    /// Every mistake of a form, at its field.
    pub fn check(&self, draft: &Draft) -> Result<Vec<Problem>, EngineError> {
        read(&self.0.check(&text(&draft.pairs())?)?)
    }
}

fn text(value: &impl serde::Serialize) -> Result<String, EngineError> {
    serde_json::to_string(value).map_err(|wrong| EngineError::NoAnswer(wrong.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, EngineError> {
    crate::wire::read(answer).map_err(|wrong| EngineError::NoAnswer(wrong.to_string()))
}

#[cfg(feature = "hydrate")]
mod browser {
    //! The other program, as this one sees it.

    use std::{cell::RefCell, sync::Arc};

    use js_sys::{Function, Object, Promise, Reflect};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
    use wasm_bindgen_futures::{JsFuture, future_to_promise};

    use super::EngineError;
    use crate::module::{load as load_module, words};

    const SCRIPT: &str = "/pkg/engine.js";
    const PROGRAM: &str = "/pkg/engine.wasm";

    #[wasm_bindgen]
    extern "C" {
        type Module;
        /// Loads the program.
        #[wasm_bindgen(method, js_name = default)]
        fn start(this: &Module, options: &JsValue) -> Promise;

        type Engine;
        #[wasm_bindgen(method, catch)]
        fn check(this: &Engine, text: &str) -> Result<String, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn complete(
            this: &Engine,
            text: &str,
            line: usize,
            column: usize,
        ) -> Result<String, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn rules(this: &Engine, text: &str) -> Result<String, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn write(
            this: &Engine,
            text: &str,
            at: &str,
            kind: &str,
            new: &str,
        ) -> Result<String, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn judge(this: &Engine, spec: &str) -> Result<String, JsValue>;
    }

    #[derive(Clone)]
    pub struct Desk(Arc<SendWrapper<Engine>>);

    impl Desk {
        pub async fn open(around: &str) -> Result<Self, EngineError> {
            let loaded = loaded().await.map_err(|why| EngineError::NotLoaded(words(&why)))?;
            let engine = set_up(&loaded, "Desk", around).map_err(no_answer)?;
            Ok(Self(Arc::new(SendWrapper::new(engine))))
        }

        pub fn check(&self, text: &str) -> Result<String, EngineError> {
            self.0.check(text).map_err(no_answer)
        }

        pub fn complete(
            &self,
            text: &str,
            line: usize,
            column: usize,
        ) -> Result<String, EngineError> {
            self.0.complete(text, line, column).map_err(no_answer)
        }

        pub fn rules(&self, text: &str) -> Result<String, EngineError> {
            self.0.rules(text).map_err(no_answer)
        }

        pub fn write(
            &self,
            text: &str,
            at: &str,
            kind: &str,
            new: &str,
        ) -> Result<String, EngineError> {
            self.0.write(text, at, kind, new).map_err(no_answer)
        }

        pub fn judge(&self, spec: &str) -> Result<String, EngineError> {
            self.0.judge(spec).map_err(no_answer)
        }
    }

    #[derive(Clone)]
    pub struct Checker(Arc<SendWrapper<Engine>>);

    impl Checker {
        pub async fn open(around: &str) -> Result<Self, EngineError> {
            let loaded = loaded().await.map_err(|why| EngineError::NotLoaded(words(&why)))?;
            let engine = set_up(&loaded, "FormDesk", around).map_err(no_answer)?;
            Ok(Self(Arc::new(SendWrapper::new(engine))))
        }

        pub fn check(&self, pairs: &str) -> Result<String, EngineError> {
            self.0.check(pairs).map_err(no_answer)
        }
    }

    thread_local! {
        /// The one program on its way or there. A second would take the first one's place, and what
        /// was set up in that would be lost.
        static LOADED: RefCell<Option<Promise>> = const { RefCell::new(None) };
    }

    async fn loaded() -> Result<JsValue, JsValue> {
        let load = || future_to_promise(load());
        let loading = LOADED.with_borrow_mut(|kept| kept.get_or_insert_with(load).clone());
        let loaded = JsFuture::from(loading).await;
        if loaded.is_err() {
            // It may be there the next time.
            LOADED.take();
        }
        loaded
    }

    async fn load() -> Result<JsValue, JsValue> {
        let module = load_module(SCRIPT).await?;
        let options = Object::new();
        Reflect::set(&options, &"module_or_path".into(), &PROGRAM.into())?;
        JsFuture::from(module.unchecked_ref::<Module>().start(&options)).await?;
        Ok(module)
    }

    fn set_up(module: &JsValue, class: &str, around: &str) -> Result<Engine, JsValue> {
        let class = Reflect::get(module, &class.into())?.dyn_into::<Function>()?;
        let engine = Reflect::construct(&class, &js_sys::Array::of1(&around.into()))?;
        Ok(engine.unchecked_into())
    }

    fn no_answer(why: JsValue) -> EngineError {
        EngineError::NoAnswer(words(&why))
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server has the engine itself, and nobody who types.

    use std::convert::Infallible;

    use super::EngineError;

    #[derive(Clone)]
    pub struct Desk(Infallible);

    impl Desk {
        pub async fn open(_: &str) -> Result<Self, EngineError> {
            Err(EngineError::NotLoaded("this is no browser".into()))
        }

        pub fn check(&self, _: &str) -> Result<String, EngineError> {
            match self.0 {}
        }

        pub fn complete(&self, _: &str, _: usize, _: usize) -> Result<String, EngineError> {
            match self.0 {}
        }

        pub fn rules(&self, _: &str) -> Result<String, EngineError> {
            match self.0 {}
        }

        pub fn write(&self, _: &str, _: &str, _: &str, _: &str) -> Result<String, EngineError> {
            match self.0 {}
        }

        pub fn judge(&self, _: &str) -> Result<String, EngineError> {
            match self.0 {}
        }
    }

    #[derive(Clone)]
    pub struct Checker(Infallible);

    impl Checker {
        pub async fn open(_: &str) -> Result<Self, EngineError> {
            Err(EngineError::NotLoaded("this is no browser".into()))
        }

        pub fn check(&self, _: &str) -> Result<String, EngineError> {
            match self.0 {}
        }
    }
}
