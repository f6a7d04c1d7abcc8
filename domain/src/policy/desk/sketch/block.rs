//! Block style: what stands below what says the indentation.

use super::{Caret, Level, Pencil, Pending, Step, after_spaces, ends_key, text_of, word};

impl Pencil {
    /// A line without anything: something could begin at the caret.
    pub(super) fn blank(&mut self, n: usize) {
        let (line, column) = self.caret;
        if line != n || self.found.is_some() {
            return;
        }
        let hangs = self.pending.as_ref().is_some_and(|pending| column > pending.indent);
        let frame = match hangs {
            true => self.map_at(column),
            false => {
                let fits = |level: &&Level| level.indent <= column && !level.is_list;
                self.levels.iter().rev().find(fits).map_or(0, |level| level.frame)
            }
        };
        self.found = Some(Caret::new(frame, None, column, column));
    }

    /// A line with a key, an item, or a part of one.
    pub(super) fn block(&mut self, n: usize, line: &[char], indent: usize) {
        let mut at = indent;
        while line[at] == '-' && line.get(at + 1).is_none_or(|c| c.is_whitespace()) {
            self.dash(at);
            let next = after_spaces(line, at + 1);
            let (caret_line, column) = self.caret;
            let behind = caret_line == n && column > at;
            if behind && (next >= line.len() || column < next) {
                let frame = self.map_at(column);
                self.found = Some(Caret::new(frame, None, column, column));
            }
            if next >= line.len() {
                return;
            }
            at = next;
        }
        if matches!(line[at], '{' | '[') {
            let hang = self.pending.take().map(|pending| (pending.frame, pending.step));
            self.base = hang.is_some().then_some(indent);
            self.open(hang, line[at] == '{');
            return self.flow(n, line, at + 1);
        }
        self.key(n, line, at);
    }

    /// Opens a list at a dash, or goes on with the one that is open.
    fn dash(&mut self, at: usize) {
        let hangs = |pending: &Pending| match pending.step {
            Step::Member(_) => at >= pending.indent,
            Step::Item => at > pending.indent,
        };
        match self.pending.take().filter(hangs) {
            Some(Pending { frame, step, .. }) => {
                let frame = self.frame(frame, step);
                self.levels.push(Level { indent: at, frame, is_list: true });
            }
            None => {
                let goes =
                    |level: &Level| level.indent > at || (!level.is_list && level.indent == at);
                while self.levels.len() > 1 && self.levels.last().is_some_and(goes) {
                    self.levels.pop();
                }
            }
        }
        let frame = self.levels.last().map_or(0, |level| level.frame);
        self.pending = Some(Pending { indent: at, frame, step: Step::Item });
    }

    /// The map whose keys begin at this column.
    fn map_at(&mut self, at: usize) -> usize {
        if let Some(Pending { frame, step, .. }) =
            self.pending.take().filter(|pending| at > pending.indent)
        {
            let frame = self.frame(frame, step);
            self.levels.push(Level { indent: at, frame, is_list: false });
            return frame;
        }
        let goes = |level: &Level| level.indent > at || (level.is_list && level.indent >= at);
        while self.levels.len() > 1 && self.levels.last().is_some_and(goes) {
            self.levels.pop();
        }
        self.levels.last().map_or(0, |level| level.frame)
    }

    fn key(&mut self, n: usize, line: &[char], at: usize) {
        let key = word(line, at, |at| ends_key(line, at, false));
        let colon = after_spaces(line, key.end);
        let is_key = ends_key(line, colon, false);
        let is_caret = self.caret.0 == n && (key.from..=key.to).contains(&self.caret.1);
        if !is_key && !is_caret {
            return self.scalar_below(line, at);
        }
        let frame = self.map_at(at);
        self.at_word(n, line, key, |key| Caret { is_key, ..Caret::of(frame, None, key) });
        if is_key {
            let key = text_of(line, key);
            self.member(frame, key.clone(), None);
            self.value(n, line, colon + 1, (frame, key, at));
        }
    }

    /// A scalar that stands on a line of its own: of a list, or below its key.
    fn scalar_below(&mut self, line: &[char], at: usize) {
        let text = text_of(line, word(line, at, |_| false));
        match self.pending.take() {
            Some(Pending { frame, step: Step::Item, .. }) => {
                self.member(frame, String::new(), Some(text));
            }
            Some(Pending { frame, .. }) => self.set_value(frame, text),
            None => {}
        }
    }

    pub(super) fn set_value(&mut self, frame: usize, text: String) {
        if let Some(member) = self.frames[frame].members.last_mut() {
            member.value = Some(text);
        }
    }

    fn value(&mut self, n: usize, line: &[char], from: usize, of: (usize, String, usize)) {
        let (frame, key, indent) = of;
        let mut at = after_spaces(line, from);
        while matches!(line.get(at), Some('&' | '!')) {
            at = after_spaces(line, word(line, at, |at| line[at].is_whitespace()).end);
        }
        let step = Step::Member(key);
        let caret = |from, to| Caret {
            inline: true,
            indent,
            ..Caret::new(frame, Some(step.clone()), from, to)
        };
        let (caret_line, column) = self.caret;
        let nothing = line.get(at).is_none_or(|c| *c == '#');
        if caret_line == n && column >= from && (column < at || nothing && column <= at) {
            self.found.get_or_insert(caret(column, column));
        }
        match line.get(at) {
            None | Some('#') => self.pending = Some(Pending { indent, frame, step }),
            Some('|' | '>') => self.text = Some(indent),
            Some(bracket @ ('{' | '[')) => {
                self.base = Some(indent);
                self.open(Some((frame, step)), *bracket == '{');
                self.flow(n, line, at + 1);
            }
            Some(_) => {
                let scalar = word(line, at, |_| false);
                self.set_value(frame, text_of(line, scalar));
                self.at_word(n, line, scalar, |word| caret(word.from, word.to));
            }
        }
    }
}
