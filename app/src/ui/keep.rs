//! Keeps what a person typed before the page woke up, and keeps a native control and its signal equal after that.
use leptos::prelude::*;
use leptos::tachys::html::element::ElementType;
use wasm_bindgen::{JsCast, JsValue};

fn read(element: &JsValue, property: &str) -> JsValue {
    js_sys::Reflect::get(element, &JsValue::from_str(property)).unwrap_or(JsValue::UNDEFINED)
}

fn write(element: &JsValue, property: &str, value: &JsValue) {
    // A control that lacks the property has nothing to keep.
    let _ = js_sys::Reflect::set(element, &JsValue::from_str(property), value);
}

/// Ties the text of a native control to a signal. The first time, what stands in the control wins;
/// afterwards the signal does. Use it instead of `prop:value`, which would overwrite what was typed.
pub fn keep_typed<E>(node: NodeRef<E>, value: RwSignal<String>)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<JsValue> + 'static,
{
    keep_text(node, value, |_| true);
}

/// As [`keep_typed`], for selects: one that has no options yet shows nothing, which nobody chose.
pub fn keep_selected(node: NodeRef<leptos::html::Select>, value: RwSignal<String>) {
    keep_text(node, value, |shown| !shown.is_empty());
}

fn keep_text<E>(node: NodeRef<E>, value: RwSignal<String>, counts: fn(&str) -> bool)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<JsValue> + 'static,
{
    let drawn_with = value.get_untracked();
    let mut woken = false;
    crate::browser::effect(move || {
        let wanted = value.get();
        let Some(element) = node.get() else { return };
        let element: &JsValue = element.as_ref();
        let shown = read(element, "value").as_string().unwrap_or_default();
        if !woken && shown != drawn_with && counts(&shown) {
            value.set(shown);
        } else if shown != wanted {
            write(element, "value", &JsValue::from_str(&wanted));
        }
        woken = true;
    });
}

/// As [`keep_typed`], for check boxes and switches.
pub fn keep_checked<E>(node: NodeRef<E>, value: super::choice::Toggle)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<JsValue> + 'static,
{
    let drawn_with = value.get.get_untracked();
    let mut woken = false;
    crate::browser::effect(move || {
        let wanted = value.get.get();
        let Some(element) = node.get() else { return };
        let element: &JsValue = element.as_ref();
        let shown = read(element, "checked").is_truthy();
        if !woken && shown != drawn_with {
            value.set.run(shown);
        } else if shown != wanted {
            write(element, "checked", &JsValue::from_bool(wanted));
        }
        woken = true;
    });
}

/// Marks the one radio button that stands for the signal, and reads which one was chosen before the page woke up.
pub fn keep_chosen(node: NodeRef<leptos::html::Input>, own: String, chosen: RwSignal<String>) {
    let drawn_with = chosen.with_untracked(|chosen| *chosen == own);
    let mut woken = false;
    crate::browser::effect(move || {
        let wanted = chosen.with(|chosen| *chosen == own);
        let Some(element) = node.get() else { return };
        if !woken && element.checked() && !drawn_with {
            chosen.set(own.clone());
        } else if (woken || wanted != drawn_with) && element.checked() != wanted {
            element.set_checked(wanted);
        }
        woken = true;
    });
}
