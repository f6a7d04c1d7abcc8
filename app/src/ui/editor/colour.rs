//! YAML in colours: each line as pieces of keys, texts, values and comments, with the waves of what is wrong.

use domain::quantity::number_in;

/// What a piece of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Key,
    Text,
    Value,
    Comment,
}

impl Kind {
    pub fn classes(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Key => "tok-k",
            Self::Text => "tok-s",
            Self::Value => "tok-n",
            Self::Comment => "tok-c",
        }
    }
}

/// A line in pieces, in order; together they are the line.
pub fn pieces(line: &str) -> Vec<(Kind, String)> {
    let mut found: Vec<(Kind, String)> = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let after_blank = found.last().is_none_or(|(_, text)| text.ends_with([' ', '\t']));
        let (kind, length) = match first {
            '#' if after_blank => (Kind::Comment, rest.len()),
            '"' | '\'' => quoted(rest, first),
            ' ' | '\t' | '{' | '}' | '[' | ']' | ',' | ':' | '-' if !is_number(rest) => {
                (Kind::Plain, first.len_utf8())
            }
            _ => word(rest),
        };
        let (piece, next) = rest.split_at(length);
        match found.last_mut() {
            Some((last, text)) if *last == kind => text.push_str(piece),
            _ => found.push((kind, piece.to_owned())),
        }
        rest = next;
    }
    found
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A quoted text is a key where a colon follows.
fn quoted(rest: &str, quote: char) -> (Kind, usize) {
    let end = rest[1..].find(quote).map_or(rest.len(), |at| at + 2);
    let kind = if is_key(&rest[end..]) { Kind::Key } else { Kind::Text };
    (kind, end)
}

fn word(rest: &str) -> (Kind, usize) {
    let ends = |(at, c): (usize, char)| {
        let closes = matches!(c, '{' | '}' | '[' | ']' | ',');
        closes || is_key(&rest[at..]) || (c == ' ' && rest[at..].trim_start().starts_with('#'))
    };
    let end = rest.char_indices().skip(1).find(|it| ends(*it)).map_or(rest.len(), |(at, _)| at);
    let text = rest[..end].trim_end();
    let kind = if is_key(&rest[end..]) {
        Kind::Key
    } else if matches!(text, "true" | "false" | "null" | "~") || number_in(text).is_some() {
        Kind::Value
    } else {
        Kind::Text
    };
    (kind, end)
}

fn is_key(after: &str) -> bool {
    after.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        let said = pieces(line).into_iter().map(|(kind, text)| match kind {
            Kind::Plain => text,
            Kind::Key => format!("<k {text}>"),
            Kind::Text => format!("<s {text}>"),
            Kind::Value => format!("<n {text}>"),
            Kind::Comment => format!("<c {text}>"),
        });
        said.collect()
    }

    #[test]
    fn a_line_falls_into_pieces() {
        let lines = [
            "defaults:",
            "  imagePullPolicy: IfNotPresent # not always",
            "      - {name: HTTPS_PROXY, value: \"proxy.lab:3128\"}",
            "  max: -2.5",
            "  canEdit: false",
            "# all of it",
            "  image: registry.lab:5000/a#b",
            "- größe",
            "'half",
        ];
        let told: Vec<_> = lines.iter().map(|line| told(line)).collect();
        assert_eq!(
            told,
            [
                "<k defaults>:",
                "  <k imagePullPolicy>: <s IfNotPresent> <c # not always>",
                "      - {<k name>: <s HTTPS_PROXY>, <k value>: <s \"proxy.lab:3128\">}",
                "  <k max>: <n -2.5>",
                "  <k canEdit>: <n false>",
                "<c # all of it>",
                "  <k image>: <s registry.lab:5000/a#b>",
                "- <s größe>",
                "<s 'half>",
            ]
        );
        for line in lines {
            assert_eq!(pieces(line).into_iter().map(|(_, text)| text).collect::<String>(), line);
        }
    }
}
