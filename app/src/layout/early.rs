//! Presses that come before the page has woken up: kept by a script of the document, and done then. Links, forms and
//! what folds are native and need nothing of it.

use wasm_bindgen::{JsCast, JsValue};

/// Keeps presses of buttons that do nothing without the browser's program, until [`press_early`] asks for them.
pub const EARLY_SCRIPT: &str = "(()=>{const early=[];\
    const keep=e=>{const b=e.target.closest('button[type=button]');if(b)early.push(b)};\
    addEventListener('click',keep,true);\
    window.berthAwake=()=>{removeEventListener('click',keep,true);\
    for(const b of early.splice(0))if(b.isConnected)b.click()}})()";

/// Does what was pressed, once everything that listens is there.
pub fn press_early() {
    crate::browser::after(0, || {
        let Some(window) = web_sys::window() else { return };
        let awake = js_sys::Reflect::get(&window, &JsValue::from_str("berthAwake"));
        if let Some(awake) = awake.ok().and_then(|awake| awake.dyn_into::<js_sys::Function>().ok())
        {
            // What a press does wrong, it says itself.
            let _ = awake.call0(&window);
        }
    });
}
