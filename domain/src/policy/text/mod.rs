//! YAML and JSON texts to trees, by the core schema of YAML 1.2. Everything that could make a small
//! text large or a parser slow is bounded here; meaning is for `read`.

mod scalar;

use std::collections::{BTreeSet, HashMap};

use saphyr_parser::{Event, Marker, Parser, Span};

use scalar::{scalar, untagged};

use super::tree::{Content, Key, Limits, Node, Place, TextError, short};

type Result<T> = std::result::Result<T, TextError>;

/// Reads one document; an empty text is null.
pub fn parse(text: &str, limits: Limits) -> Result<Node> {
    let (tree, mistakes) = parse_past(text, limits, 0);
    mistakes.into_iter().next().map_or(Ok(tree), Err)
}

/// Reads past so many mistakes that concern one key or one value, which is then not there. The tree is
/// null where there is no reading on; that mistake is the last.
pub fn parse_past(text: &str, limits: Limits, most: usize) -> (Node, Vec<TextError>) {
    if text.len() > limits.bytes {
        return (Node::null(), vec![too_long(text, limits.bytes)]);
    }
    if let Some(at) = text.find('\0') {
        let what = "the character NUL is not allowed".into();
        return (Node::null(), vec![TextError { place: place_of(text, at), what }]);
    }
    let plain = without_surrogates(text);
    let mut reader = Reader::new(&plain, limits, most);
    let read = reader.document();
    let mut mistakes = reader.mistakes;
    let tree = read.unwrap_or_else(|last| {
        mistakes.push(last);
        Node::null()
    });
    (tree, mistakes)
}

/// Reads one document from bytes, which must be UTF-8.
pub fn parse_bytes(bytes: &[u8], limits: Limits) -> Result<Node> {
    if bytes.len() > limits.bytes {
        return Err(too_long(&String::from_utf8_lossy(bytes), limits.bytes));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text, limits),
        Err(wrong) => {
            let before = String::from_utf8_lossy(&bytes[..wrong.valid_up_to()]);
            let what = "the text is not UTF-8; save it as such".to_owned();
            Err(TextError { place: place_of(&before, before.len()), what })
        }
    }
}

fn too_long(text: &str, bytes: usize) -> TextError {
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let what = format!("the text is longer than {} kB; write less", bytes >> 10);
    TextError { place: place_of(text, end), what }
}

fn place_of(text: &str, end: usize) -> Place {
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        length: 0,
    }
}

/// JSON writes characters beyond U+FFFF as two escapes, which YAML does not know. They are rewritten
/// as YAML's one; a half of a pair stays, and is refused.
fn without_surrogates(text: &str) -> std::borrow::Cow<'_, str> {
    let is_json = text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if !is_json || !text.contains("\\u") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (escape, length) = escape(&rest[at..]);
        out.push_str(&escape);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out.into()
}

/// The escape at the beginning of `text` in YAML's spelling, and its length in JSON's.
fn escape(text: &str) -> (String, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let pair = unit(0).zip(unit(6)).map(|(high, low)| [high, low]);
    let character = pair.and_then(|pair| match char::decode_utf16(pair).next() {
        Some(Ok(character)) if u32::from(character) > 0xFFFF => Some(character),
        _ => None,
    });
    match character {
        Some(character) => (format!("\\U{:08X}", u32::from(character)), 12),
        None => {
            let length = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
            (text[..length].to_owned(), length)
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    limits: Limits,
    nodes: usize,
    depth: usize,
    /// What was anchored, with its size.
    anchored: HashMap<usize, (Node, usize)>,
    /// What could be read past.
    mistakes: Vec<TextError>,
    mistakes_max: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, limits: Limits, mistakes_max: usize) -> Self {
        let parser = Parser::new_from_str(text);
        Self {
            parser,
            limits,
            nodes: 0,
            depth: 0,
            anchored: HashMap::new(),
            mistakes: Vec::new(),
            mistakes_max,
        }
    }

    fn document(&mut self) -> Result<Node> {
        let mut root = Node::null();
        let mut documents = 0;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(_) if documents > 0 => {
                    return Err(error(&span, "only one document is allowed; leave out “---”"));
                }
                Event::DocumentStart(_) => documents += 1,
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                event => root = self.node(event, &span)?,
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(wrong)) => {
                let what = format!("this is no YAML: {}", wrong.info());
                Err(TextError { place: place(*wrong.marker()), what })
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'t>, span: &Span) -> Result<Node> {
        let before = self.nodes;
        self.count(1, span)?;
        let (content, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (self.pass(scalar(&text, style, tag.as_deref(), span))?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                let tagged = untagged(tag.as_deref(), "seq", span);
                self.pass(tagged)?;
                (self.nested(span, Self::list)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                let tagged = untagged(tag.as_deref(), "map", span);
                self.pass(tagged)?;
                (self.nested(span, Self::map)?, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => return Err(error(span, "this is no YAML: a value was expected")),
        };
        let node = Node { content, place: Some(place_of_span(span)) };
        if anchor > 0 {
            self.anchored.insert(anchor, (node.clone(), self.nodes - before));
        }
        Ok(node)
    }

    /// What is wrong is not there, as long as there is not too much of it.
    fn pass<T: Default>(&mut self, read: Result<T>) -> Result<T> {
        let wrong = match read {
            Err(wrong) if self.mistakes.len() < self.mistakes_max => wrong,
            read => return read,
        };
        self.mistakes.push(wrong);
        Ok(T::default())
    }

    fn count(&mut self, nodes: usize, span: &Span) -> Result<()> {
        self.nodes += nodes;
        match self.nodes > self.limits.nodes {
            true => {
                let what = format!("more than {} values, aliases included", self.limits.nodes);
                Err(error(span, &what))
            }
            false => Ok(()),
        }
    }

    fn nested(&mut self, span: &Span, inside: fn(&mut Self) -> Result<Content>) -> Result<Content> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            let what = format!("nested deeper than {} levels", self.limits.depth);
            return Err(error(span, &what));
        }
        let content = inside(self);
        self.depth -= 1;
        content
    }

    fn list(&mut self) -> Result<Content> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Content::List(items)),
                (event, span) => items.push(self.node(event, &span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Content> {
        let mut members = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let (event, span) = self.next()?;
            let text = match event {
                Event::MappingEnd => return Ok(Content::Map(members)),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(error(&span, "a key must be a text")),
            };
            self.count(1, &span)?;
            let is_new = seen.insert(text.clone());
            if !is_new {
                let what = format!("the key “{}” is written twice", short(&text));
                self.pass(Err::<(), _>(error(&span, &what)))?;
            }
            let (event, value_span) = self.next()?;
            let value = self.node(event, &value_span)?;
            if is_new {
                members.push((Key { text, place: Some(place_of_span(&span)) }, value));
            }
        }
    }

    fn alias(&mut self, anchor: usize, span: &Span) -> Result<Node> {
        let size = self.anchored.get(&anchor).map_or(0, |(_, size)| *size);
        self.count(size, span)?;
        match self.anchored.get(&anchor) {
            Some((node, _)) => Ok(Node { place: Some(place_of_span(span)), ..node.clone() }),
            None => Err(error(span, "this alias names no complete value")),
        }
    }
}

fn place(marker: Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1, length: 0 }
}

fn place_of_span(span: &Span) -> Place {
    Place { length: span.len(), ..place(span.start) }
}

fn error(span: &Span, what: &str) -> TextError {
    TextError { place: place_of_span(span), what: what.to_owned() }
}
