//! A small editor: a native text area over the same text in colours, with numbers, marks under what is wrong,
//! and words to choose from at the caret. It knows no policy; whoever uses it says what is marked and proposed.

mod colour;
mod keys;

use std::collections::BTreeMap;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use self::{
    colour::{Kind, pieces},
    keys::{Caret, caret, indented_break, place, type_in},
};
use super::{input::text_of_area, keep::keep_typed};

/// What stands out in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters; 0 marks the word that begins there.
    pub length: usize,
    /// Wrong, rather than worth a look.
    pub is_bad: bool,
}

/// What may stand at the caret instead of the characters from `from` up to `to`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    pub line: usize,
    /// Columns from 1.
    pub from: usize,
    pub to: usize,
    pub items: Vec<Proposal>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What is typed in.
    pub text: String,
    pub label: String,
    pub about: String,
}

/// The words that are offered, and what keys do with them.
#[derive(Clone, Copy)]
struct Offering {
    node: NodeRef<html::Textarea>,
    proposals: RwSignal<Option<Proposals>>,
    /// Which of them is chosen.
    chosen: RwSignal<usize>,
    on_ask: Callback<(usize, usize, bool)>,
}

impl Offering {
    fn of(proposals: RwSignal<Option<Proposals>>, on_ask: Callback<(usize, usize, bool)>) -> Self {
        let chosen = RwSignal::new(0);
        crate::browser::effect(move || {
            proposals.track();
            chosen.set(0);
        });
        Self { node: NodeRef::new(), proposals, chosen, on_ask }
    }

    fn ask(self, asked: bool) {
        let caret = self.node.get_untracked().and_then(|area| caret(&area));
        if let Some(Caret { line, column }) = caret {
            self.on_ask.run((line, column, asked));
        }
    }

    /// Types the `n`th word over what it stands for.
    fn take(self, n: usize) {
        let (area, offered) = (self.node.get_untracked(), self.proposals.get_untracked());
        if let (Some(area), Some(offered)) = (area, offered)
            && let Some(item) = offered.items.get(n)
        {
            type_in(&area, &offered, &item.text);
        }
        self.close();
    }

    fn close(self) {
        self.proposals.set(None);
    }

    fn press(self, event: &KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let Self { chosen, .. } = self;
        let count =
            self.proposals.with_untracked(|shown| shown.as_ref().map_or(0, |p| p.items.len()));
        match (event.key().as_str(), count) {
            (" ", _) if event.ctrl_key() => self.ask(true),
            ("ArrowDown", 1..) => chosen.update(|at| *at = (*at + 1) % count),
            ("ArrowUp", 1..) => chosen.update(|at| *at = (*at + count - 1) % count),
            ("Enter" | "Tab", 1..) if !event.shift_key() => self.take(chosen.get_untracked()),
            ("Escape", 1..) => {
                event.stop_propagation();
                self.close();
            }
            // They belong to the place where the caret was.
            ("ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown" | "Tab", 1..) => {
                return self.close();
            }
            ("Enter", 0) => match self.node.get_untracked() {
                Some(area) => indented_break(&area),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    }
}

/// The editor. Ctrl and the space bar ask for words; arrows choose, Enter or Tab takes one, Escape closes.
#[component]
pub fn CodeEditor(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] marks: Signal<Vec<Mark>>,
    /// Lines that are new.
    #[prop(optional, into)]
    new_lines: Signal<Vec<usize>>,
    #[prop(default = RwSignal::new(None))] proposals: RwSignal<Option<Proposals>>,
    /// Asks for proposals at a line and column, both from 1; true when the person asked for them.
    on_ask: Callback<(usize, usize, bool)>,
    /// The id of what says what is wrong.
    #[prop(into)]
    described_by: String,
) -> impl IntoView {
    let offering = Offering::of(proposals, on_ask);
    let Offering { node, chosen, .. } = offering;
    keep_typed(node, value);
    let type_ = move |text: String| {
        value.set(text);
        offering.ask(false);
    };
    let id = format!("{name}-words");
    let (listed, active) = (id.clone(), id.clone());
    let is_open = move || proposals.with(Option::is_some);
    let is_wrong = move || marks.with(|marks| marks.iter().any(|mark| mark.is_bad));
    view! {
        <div class="editor">
            <ol class="editor-lines" aria-hidden="true">{move || numbers(&value.read(), &marks.read(), &new_lines.read())}</ol>
            <div class="editor-text">
                <div class="editor-colours" aria-hidden="true">{move || coloured(&value.read(), &marks.read())}</div>
                <textarea
                    node_ref=node
                    id=name.clone()
                    name=name
                    aria-label=label
                    aria-describedby=described_by
                    aria-autocomplete="list"
                    aria-controls=move || is_open().then(|| listed.clone())
                    aria-activedescendant=move || is_open().then(|| format!("{active}-{}", chosen.get()))
                    aria-invalid=move || is_wrong().then_some("true")
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    on:input:target=move |event| type_(event.target().value())
                    on:keydown=move |event| offering.press(&event)
                    on:blur=move |_| offering.close()
                    on:mousedown=move |_| offering.close()
                    inner_html=text_of_area(&value.read_untracked())
                ></textarea>
                {move || proposals.get().map(|shown| words(shown, id.clone(), offering))}
            </div>
        </div>
    }
    .into_any()
}

/// The same without colours and words, for pages to which every byte counts.
#[component]
pub fn MarkedText(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] marks: Signal<Vec<Mark>>,
    /// The id of what says what is wrong.
    #[prop(into)]
    described_by: String,
) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    keep_typed(node, value);
    let is_wrong = move || marks.with(|marks| marks.iter().any(|mark| mark.is_bad));
    view! {
        <div class="editor">
            <ol class="editor-lines" aria-hidden="true">{move || numbers(&value.read(), &marks.read(), &[])}</ol>
            <div class="editor-text">
                <div class="editor-colours" aria-hidden="true">{move || marked(&value.read(), &marks.read())}</div>
                <textarea
                    node_ref=node
                    name=name
                    aria-label=label
                    aria-describedby=described_by
                    aria-invalid=move || is_wrong().then_some("true")
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    on:input:target=move |event| value.set(event.target().value())
                    inner_html=text_of_area(&value.read_untracked())
                ></textarea>
            </div>
        </div>
    }
    .into_any()
}

/// A row for each line, with its marks alone.
fn marked(text: &str, marks: &[Mark]) -> Vec<AnyView> {
    let line = |(n, line): (usize, &str)| {
        let own: Vec<_> = marks.iter().filter(|mark| mark.line == n + 1).collect();
        let parts = cut(line, 1, line, &own).into_iter();
        let parts = parts.map(|(marked, part)| view! { <span class=wave(marked)>{part}</span> });
        view! { <div>{parts.collect_view()}</div> }.into_any()
    };
    lines(text).enumerate().map(line).collect()
}

fn words(shown: Proposals, id: String, offering: Offering) -> AnyView {
    let chosen = offering.chosen;
    let (left, top) = place(shown.line, shown.from);
    let items = shown.items.into_iter().enumerate().map(|(n, item)| {
        view! {
            <li
                role="option"
                id=format!("{id}-{n}")
                aria-selected=move || (chosen.get() == n).to_string()
                on:mousedown=move |event| {
                    event.prevent_default();
                    offering.take(n);
                }
            >
                {item.label}
                <span>{item.about}</span>
            </li>
        }
    });
    let items = items.collect_view();
    view! { <ul class="editor-words" role="listbox" aria-label="Proposals" id=id style:left=left style:top=top>{items}</ul> }
        .into_any()
}

/// The lines of a text; the last one may be empty.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
}

fn numbers(text: &str, marks: &[Mark], new: &[usize]) -> Vec<AnyView> {
    let mut worst: BTreeMap<usize, bool> = BTreeMap::new();
    for mark in marks {
        let is_bad = worst.entry(mark.line).or_default();
        *is_bad |= mark.is_bad;
    }
    let number = |n: usize| {
        let classes = match worst.get(&n) {
            Some(true) => "ln-bad",
            Some(false) => "ln-warn",
            None if new.contains(&n) => "ln-new",
            None => "",
        };
        view! { <li class=classes>{n}</li> }.into_any()
    };
    (1..=lines(text).count()).map(number).collect()
}

/// A row for each line: a `pre` would lose a first empty one.
fn coloured(text: &str, marks: &[Mark]) -> Vec<AnyView> {
    let line = |(n, line): (usize, &str)| {
        let mut column = 1;
        let own: Vec<_> = marks.iter().filter(|mark| mark.line == n + 1).collect();
        let mut shown = Vec::new();
        for (kind, piece) in pieces(line) {
            for (marked, part) in cut(&piece, column, line, &own) {
                shown.push(span(kind, marked, part));
            }
            column += piece.chars().count();
        }
        view! { <div>{shown}</div> }.into_any()
    };
    lines(text).enumerate().map(line).collect()
}

/// A piece that begins at `column`, in parts that are wholly marked or not at all.
fn cut(piece: &str, column: usize, line: &str, marks: &[&Mark]) -> Vec<(Option<bool>, String)> {
    let mut parts: Vec<(Option<bool>, String)> = Vec::new();
    for (n, letter) in piece.chars().enumerate() {
        let at = column + n;
        let here =
            marks.iter().filter(|mark| mark.column <= at && at < mark.column + width(mark, line));
        let marked = here.map(|mark| mark.is_bad).max();
        match parts.last_mut() {
            Some((last, text)) if *last == marked => text.push(letter),
            _ => parts.push((marked, letter.to_string())),
        }
    }
    parts
}

/// How many characters a mark covers: at least the word that begins there.
fn width(mark: &Mark, line: &str) -> usize {
    let ends = |c: &char| matches!(c, ' ' | ':' | ',' | '{' | '}' | '[' | ']');
    let word = line.chars().skip(mark.column - 1).take_while(|c| !ends(c)).count();
    if mark.length > 0 { mark.length } else { word.max(1) }
}

fn span(kind: Kind, marked: Option<bool>, text: String) -> AnyView {
    view! { <span class=format!("{} {}", kind.classes(), wave(marked))>{text}</span> }.into_any()
}

/// The wave below what is marked.
fn wave(marked: Option<bool>) -> &'static str {
    match marked {
        Some(true) => "sq sq-bad",
        Some(false) => "sq sq-warn",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_covers_its_word_or_its_length() {
        let line = "  maxx: 2";
        let mark = |column, length| Mark { line: 1, column, length, is_bad: true };
        let told = |mark: Mark| {
            let parts = cut(line, 1, line, &[&mark]);
            let said = parts.into_iter().map(|(marked, text)| match marked {
                Some(_) => format!("[{text}]"),
                None => text,
            });
            said.collect::<String>()
        };
        assert_eq!(told(mark(3, 0)), "  [maxx]: 2");
        assert_eq!(told(mark(3, 7)), "  [maxx: 2]");
        assert_eq!(told(mark(7, 0)), "  maxx[:] 2");
        assert_eq!(told(mark(40, 0)), line);
    }
}
