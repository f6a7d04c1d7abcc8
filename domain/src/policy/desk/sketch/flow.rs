//! Flow style: what stands in what say the brackets.

use super::{Caret, Flow, Pencil, Step, Word, after_spaces, ends_key, text_of, word};

impl Pencil {
    /// Opens brackets below something, or around everything.
    pub(super) fn open(&mut self, hang: Option<(usize, Step)>, is_map: bool) {
        let frame = match hang {
            Some((frame, step)) => self.frame(frame, step),
            None => 0,
        };
        self.flows.push(Flow { frame, is_map, key: None });
    }

    /// Goes on inside brackets, until they close or the line ends.
    pub(super) fn flow(&mut self, n: usize, line: &[char], from: usize) {
        let mut at = from;
        while at < line.len() {
            let Some(top) = self.flows.last_mut() else { return };
            match line[at] {
                '#' if at == 0 || line[at - 1].is_whitespace() => return self.gap(n, at),
                ',' => {
                    self.gap(n, at);
                    self.flows.last_mut().into_iter().for_each(|top| top.key = None);
                }
                '{' | '[' => {
                    let step = top.key.take().map_or(Step::Item, Step::Member);
                    let hang = Some((top.frame, step));
                    self.gap(n, at);
                    self.open(hang, line[at] == '{');
                }
                '}' | ']' => {
                    self.gap(n, at);
                    self.flows.pop();
                }
                c if c.is_whitespace() || c == ':' => self.gap(n, at),
                _ => {
                    at = self.word(n, line, at);
                    continue;
                }
            }
            at += 1;
        }
        self.gap(n, line.len());
    }

    /// Takes the caret down if it is here, between words.
    fn gap(&mut self, n: usize, at: usize) {
        let Some(top) = self.flows.last() else { return };
        if self.caret == (n, at) && self.found.is_none() {
            self.found = Some(top.caret(Word { from: at, to: at, quoted: false, end: at }));
        }
    }

    /// A key or a scalar; says where it ends.
    fn word(&mut self, n: usize, line: &[char], at: usize) -> usize {
        let ends =
            |at: usize| matches!(line[at], ',' | '{' | '}' | '[' | ']') || ends_key(line, at, true);
        let found = word(line, at, ends);
        let colon = after_spaces(line, found.end);
        let is_key = line.get(colon) == Some(&':') && (found.quoted || ends_key(line, colon, true));
        let Some(top) = self.flows.last_mut() else { return line.len() };
        let caret = Caret { is_key, ..top.caret(found) };
        let (frame, text) = (top.frame, text_of(line, found));
        match (is_key && top.is_map, top.is_map, &top.key) {
            (true, ..) => {
                top.key = Some(text.clone());
                self.member(frame, text, None);
            }
            // A key without its colon.
            (false, true, None) => {}
            (false, true, Some(_)) => self.set_value(frame, text),
            (false, false, _) => self.member(frame, String::new(), Some(text)),
        }
        self.at_word(n, line, found, |_| caret);
        if is_key { colon + 1 } else { found.end.max(at + 1) }
    }
}

impl Flow {
    fn caret(&self, word: Word) -> Caret {
        let below = match (&self.key, self.is_map) {
            (Some(key), _) => Some(Step::Member(key.clone())),
            (None, true) => None,
            (None, false) => Some(Step::Item),
        };
        let inline = below.is_some();
        Caret { inline, flow: true, ..Caret::of(self.frame, below, word) }
    }
}
