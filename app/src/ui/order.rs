//! A list in an order that people set: by mouse, by Alt+Up and Alt+Down, or by menu. Moves are announced.
use super::{
    each::{Each, each},
    icon::{Icon, IconName},
    overlay::{Announcer, Menu, MenuItem},
};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

/// One entry: the value that is sent, the words shown, and a second line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderItem {
    /// What is sent, and what tells entries apart.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// More about it.
    pub sub: Option<String>,
}

/// Where an entry goes.
#[derive(Clone, Copy)]
enum Step {
    Up,
    Down,
    Out,
}

/// The new order after one entry moved, and what to say about it. `None` when nothing changes.
fn moved(items: &[OrderItem], value: &str, step: Step) -> Option<(Vec<OrderItem>, String)> {
    let from = items.iter().position(|item| item.value == value)?;
    let mut next = items.to_vec();
    let item = next.remove(from);
    let label = item.label.clone();
    let to = match step {
        Step::Out => return Some((next, format!("{label} removed"))),
        Step::Up => from.checked_sub(1)?,
        Step::Down if from + 1 < items.len() => from + 1,
        Step::Down => return None,
    };
    next.insert(to, item);
    Some((next, format!("{label} is now {} of {}", to + 1, items.len())))
}

/// The new order after one entry was dropped on another.
fn dropped(items: &[OrderItem], held: &str, onto: &str) -> Option<(Vec<OrderItem>, String)> {
    let from = items.iter().position(|item| item.value == held)?;
    let to = items.iter().position(|item| item.value == onto).filter(|to| *to != from)?;
    let mut next = items.to_vec();
    let item = next.remove(from);
    let said = format!("{} is now {} of {}", item.label, to + 1, items.len());
    next.insert(to, item);
    Some((next, said))
}

/// A list to put in order. Every entry is a hidden input called `name`, in order.
#[component]
pub fn OrderList(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    items: RwSignal<Vec<OrderItem>>,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let held = RwSignal::new(None::<String>);
    let over = RwSignal::new(None::<String>);
    let list = NodeRef::<html::Ol>::new();
    let apply = move |change: Option<(Vec<OrderItem>, String)>| {
        if let Some((next, words)) = change {
            items.set(next);
            said.set(words);
        }
    };
    let step = Callback::new(move |(value, step): (String, Step)| {
        apply(items.with_untracked(|items| moved(items, &value, step)));
        refocus(list, value);
    });
    let drop = Callback::new(move |onto: String| {
        if let Some(held) = held.get_untracked() {
            apply(items.with_untracked(|items| dropped(items, &held, &onto)));
        }
        held.set(None);
        over.set(None);
    });
    let position = move |value: &str| {
        items.with(|items| items.iter().position(|item| item.value == value).unwrap_or(0) + 1)
    };
    let row = move |item: OrderItem| {
        let value = StoredValue::new(item.value.clone());
        let name = name.clone();
        view! {
            <li
                class="order"
                draggable="true"
                data-value=item.value.clone()
                data-held=move || held.with(|held| held.as_ref() == Some(&value.get_value())).then_some("")
                data-over=move || over.with(|over| over.as_ref() == Some(&value.get_value())).then_some("")
                on:dragstart=move |event| { carry(&event, &value.get_value()); held.set(Some(value.get_value())); }
                on:dragend=move |_| { held.set(None); over.set(None); }
                on:dragover=move |event| { event.prevent_default(); over.set(Some(value.get_value())); }
                on:drop=move |event| { event.prevent_default(); drop.run(value.get_value()); }
                on:keydown=move |event| by_key(&event, value, step)
            >
                <input type="hidden" name=name value=item.value.clone()/>
                <button type="button" class="grip" aria-label=format!("Move {} with Alt and the arrow keys", item.label)>
                    <Icon name=IconName::Grip/>
                </button>
                <span class="pos">{move || position(&value.get_value())}</span>
                <b>{item.label.clone()}</b>
                <span class="grow text-ink-muted">{item.sub.clone()}</span>
                <Menu label=format!("Actions for {}", item.label)>
                    <MenuItem icon=IconName::Up on_press=move |()| step.run((value.get_value(), Step::Up))>"Move up"</MenuItem>
                    <MenuItem icon=IconName::Down on_press=move |()| step.run((value.get_value(), Step::Down))>"Move down"</MenuItem>
                    <MenuItem icon=IconName::X on_press=move |()| step.run((value.get_value(), Step::Out))>"Remove"</MenuItem>
                </Menu>
            </li>
        }
        .into_any()
    };
    let row_of = move |item: OrderItem| {
        let row = row.clone();
        Each::new(item.value.clone(), move || row(item.clone()))
    };
    view! {
        <ol class="rows" aria-label=label node_ref=list>
            {each(move || items.get().into_iter().map(row_of.clone()).collect())}
        </ol>
        <Announcer text=said/>
    }
    .into_any()
}

/// Some browsers drag only what carries something.
fn carry(event: &web_sys::DragEvent, value: &str) {
    if let Some(data) = event.data_transfer() {
        // Where it is refused, the entry still moves by key and by menu.
        let _ = data.set_data("text/plain", value);
    }
}

fn by_key(event: &KeyboardEvent, value: StoredValue<String>, step: Callback<(String, Step)>) {
    let way = match event.key().as_str() {
        "ArrowUp" if event.alt_key() => Step::Up,
        "ArrowDown" if event.alt_key() => Step::Down,
        _ => return,
    };
    event.prevent_default();
    step.run((value.get_value(), way));
}

/// A moved row loses the focus when the browser takes it out and puts it in again: give it back.
fn refocus(list: NodeRef<html::Ol>, value: String) {
    request_animation_frame(move || {
        let Some(list) = list.get_untracked() else { return };
        let rows = list.children();
        let row = (0..rows.length())
            .filter_map(|n| rows.item(n))
            .find(|row| row.get_attribute("data-value").as_deref() == Some(&value))
            .or_else(|| rows.item(0));
        let grip = row.and_then(|row| row.query_selector(".grip").ok().flatten());
        if let Some(grip) = grip.and_then(|grip| grip.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = grip.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{OrderItem, Step, dropped, moved};

    fn items(names: &str) -> Vec<OrderItem> {
        names
            .split(' ')
            .map(|name| OrderItem { value: name.into(), label: name.into(), sub: None })
            .collect()
    }

    fn names(change: Option<(Vec<OrderItem>, String)>) -> Option<String> {
        let (items, said) = change?;
        let names: Vec<&str> = items.iter().map(|item| item.value.as_str()).collect();
        Some(format!("{}: {said}", names.join(" ")))
    }

    #[test]
    fn an_entry_moves_and_the_list_says_where_it_is() {
        let list = items("a100 l40s t4");
        assert_eq!(
            names(moved(&list, "t4", Step::Up)).as_deref(),
            Some("a100 t4 l40s: t4 is now 2 of 3")
        );
        assert_eq!(names(moved(&list, "a100", Step::Up)), None);
        assert_eq!(names(moved(&list, "t4", Step::Down)), None);
        assert_eq!(
            names(moved(&list, "l40s", Step::Out)).as_deref(),
            Some("a100 t4: l40s removed")
        );
        assert_eq!(
            names(dropped(&list, "a100", "t4")).as_deref(),
            Some("l40s t4 a100: a100 is now 3 of 3")
        );
    }
}
