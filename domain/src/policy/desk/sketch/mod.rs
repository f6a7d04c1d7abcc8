//! A text that somebody is typing, as far as it can be understood: which keys stand below which, and
//! where the caret is among them. Block style is read by its indentation, flow style by its brackets;
//! what is broken is passed over, so that a mistake elsewhere does not silence the caret's line.

mod block;
mod flow;

/// How one collection hangs in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Member(String),
    Item,
}

/// A collection of the text.
#[derive(Debug)]
struct Frame {
    parent: usize,
    /// `None` for the outermost.
    step: Option<Step>,
    members: Vec<Member>,
}

/// A key and the scalar beside it; a scalar of a list has no key.
#[derive(Debug)]
struct Member {
    key: String,
    value: Option<String>,
}

/// Where the caret is.
#[derive(Debug)]
pub struct Caret {
    frame: usize,
    /// Below the frame; `None` where keys of the frame stand.
    below: Option<Step>,
    /// The columns of the word at the caret, from 0.
    pub from: usize,
    pub to: usize,
    /// The word up to the caret, and all of it.
    pub typed: String,
    pub word: String,
    /// Whether only what fits on the line may stand here: a scalar, or a collection in brackets.
    pub inline: bool,
    /// Whether brackets are around it.
    pub flow: bool,
    /// Whether a colon follows.
    pub is_key: bool,
    /// Where the line's content begins: the key, for what is written below it.
    pub indent: usize,
}

/// What could be understood.
#[derive(Debug)]
pub struct Sketch {
    frames: Vec<Frame>,
    /// `None` inside comments and blocks of text.
    pub caret: Option<Caret>,
}

/// Draws the sketch of `text`; `line` and `column` of the caret count from 1.
pub fn sketch(text: &str, line: usize, column: usize) -> Sketch {
    let lines: Vec<Vec<char>> =
        text.split('\n').map(|line| line.trim_end_matches('\r').chars().collect()).collect();
    let line = line.saturating_sub(1).min(lines.len() - 1);
    let caret = (line, column.saturating_sub(1).min(lines[line].len()));
    let mut pencil = Pencil::new(caret);
    for (n, line) in lines.iter().enumerate() {
        pencil.line(n, line);
    }
    Sketch { frames: pencil.frames, caret: pencil.found }
}

impl Sketch {
    /// The way from the outermost collection to the caret.
    pub fn path<'s>(&'s self, caret: &'s Caret) -> Vec<&'s Step> {
        let mut way: Vec<&Step> = caret.below.iter().collect();
        let mut at = caret.frame;
        while let Some(step) = &self.frames[at].step {
            way.push(step);
            at = self.frames[at].parent;
        }
        way.reverse();
        way
    }

    /// Keys and scalars that stand beside the caret already, the word at the caret left out.
    pub fn taken(&self, caret: &Caret) -> Vec<&str> {
        let members = &self.frames[caret.frame].members;
        let is_item = caret.below == Some(Step::Item);
        let beside = members.iter().filter_map(|member| match is_item {
            true => member.value.as_deref(),
            false => Some(member.key.as_str()),
        });
        let mut beside: Vec<&str> = beside.collect();
        if let Some(own) = beside.iter().position(|text| *text == caret.word) {
            beside.remove(own);
        }
        beside
    }

    /// The values of `key` in the items of the list at a path.
    pub fn values(&self, path: &[&str], key: &str) -> Vec<&str> {
        let all = 0..self.frames.len();
        let child = |of: usize, step: &Step| {
            all.clone().find(|at| {
                self.frames[*at].parent == of && self.frames[*at].step.as_ref() == Some(step)
            })
        };
        let list = path.iter().try_fold(0, |at, name| child(at, &Step::Member((*name).to_owned())));
        let Some(list) = list else { return Vec::new() };
        let items = self
            .frames
            .iter()
            .filter(|frame| frame.parent == list && frame.step == Some(Step::Item));
        let members = items.flat_map(|item| &item.members).filter(|member| member.key == key);
        members.filter_map(|member| member.value.as_deref()).collect()
    }
}

/// Reads line after line.
struct Pencil {
    /// Line and column, from 0.
    caret: (usize, usize),
    frames: Vec<Frame>,
    found: Option<Caret>,
    /// Block collections that are open, the outermost first.
    levels: Vec<Level>,
    /// Where something that is indented further hangs.
    pending: Option<Pending>,
    /// The indentation of the key that a block of text belongs to.
    text: Option<usize>,
    /// Collections in brackets that are open.
    flows: Vec<Flow>,
    /// The indentation of the key that the outermost brackets belong to.
    base: Option<usize>,
}

struct Level {
    indent: usize,
    frame: usize,
    is_list: bool,
}

struct Pending {
    indent: usize,
    frame: usize,
    step: Step,
}

struct Flow {
    frame: usize,
    is_map: bool,
    /// The key whose value comes next.
    key: Option<String>,
}

/// A word of a line.
#[derive(Clone, Copy)]
struct Word {
    from: usize,
    /// Behind its last character.
    to: usize,
    /// Whether it stands in quotes; `from` and `to` are inside of them.
    quoted: bool,
    /// Behind the closing quote.
    end: usize,
}

impl Pencil {
    fn new(caret: (usize, usize)) -> Self {
        let root = Frame { parent: 0, step: None, members: Vec::new() };
        Self {
            caret,
            frames: vec![root],
            found: None,
            levels: vec![Level { indent: 0, frame: 0, is_list: false }],
            pending: None,
            text: None,
            flows: Vec::new(),
            base: None,
        }
    }

    fn frame(&mut self, parent: usize, step: Step) -> usize {
        self.frames.push(Frame { parent, step: Some(step), members: Vec::new() });
        self.frames.len() - 1
    }

    fn member(&mut self, frame: usize, key: String, value: Option<String>) {
        self.frames[frame].members.push(Member { key, value });
    }

    fn line(&mut self, n: usize, line: &[char]) {
        // A tab is wrong there; this is not the place to say so.
        let indent = line.iter().take_while(|c| c.is_whitespace()).count();
        let is_blank = line.iter().all(|c| c.is_whitespace());
        if !self.flows.is_empty() {
            let closes = matches!(line.get(indent), Some('}' | ']'));
            let leaves = self.base.is_some_and(|base| indent <= base);
            match is_blank || closes || !leaves {
                true => return self.flow(n, line, 0),
                false => self.flows.clear(),
            }
        }
        match self.text {
            Some(base) if is_blank || indent > base => return,
            _ => self.text = None,
        }
        match line.get(indent) {
            None => self.blank(n),
            Some('#') => {}
            Some('-') if line.starts_with(&['-', '-', '-']) => {}
            Some(_) => self.block(n, line, indent),
        }
    }

    /// Takes the caret down if it is in this word.
    fn at_word(&mut self, n: usize, line: &[char], word: Word, caret: impl FnOnce(Word) -> Caret) {
        let (at, column) = self.caret;
        if at == n && self.found.is_none() && (word.from..=word.to).contains(&column) {
            let text = |to: usize| line[word.from..to].iter().collect();
            self.found = Some(Caret { typed: text(column), word: text(word.to), ..caret(word) });
        }
    }
}

impl Caret {
    fn new(frame: usize, below: Option<Step>, from: usize, to: usize) -> Self {
        Self {
            frame,
            below,
            from,
            to,
            typed: String::new(),
            word: String::new(),
            inline: false,
            flow: false,
            is_key: false,
            indent: from,
        }
    }

    fn of(frame: usize, below: Option<Step>, word: Word) -> Self {
        Self::new(frame, below, word.from, word.to)
    }
}

/// The word that begins at `at` and ends before a character that `ends` it, at a comment, or with
/// the line.
fn word(line: &[char], at: usize, ends: impl Fn(usize) -> bool) -> Word {
    if let quote @ ('"' | '\'') = line[at] {
        let mut to = at + 1;
        while to < line.len() && line[to] != quote {
            to += if line[to] == '\\' && quote == '"' { 2 } else { 1 };
        }
        let to = to.min(line.len());
        return Word { from: at + 1, to, quoted: true, end: (to + 1).min(line.len()) };
    }
    let comment = |at: usize| line[at] == '#' && at > 0 && line[at - 1].is_whitespace();
    let end = (at..line.len()).find(|at| ends(*at) || comment(*at)).unwrap_or(line.len());
    let tail = line[at..end].iter().rev().take_while(|c| c.is_whitespace()).count();
    Word { from: at, to: end - tail, quoted: false, end }
}

fn text_of(line: &[char], word: Word) -> String {
    line[word.from..word.to].iter().collect()
}

fn after_spaces(line: &[char], at: usize) -> usize {
    let spaces = line[at.min(line.len())..].iter().take_while(|c| c.is_whitespace()).count();
    at + spaces
}

/// Whether a colon here ends a key.
fn ends_key(line: &[char], at: usize, flow: bool) -> bool {
    let next = line.get(at + 1);
    let brackets = flow && next.is_some_and(|c| matches!(c, ',' | '{' | '}' | '[' | ']'));
    line.get(at) == Some(&':') && (next.is_none_or(|c| c.is_whitespace()) || brackets)
}
