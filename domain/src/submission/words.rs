//! Command and arguments as they are typed, taken apart into words as a POSIX shell does, with the
//! variables of the container filled in: `${NAME}`, as the guide to notebooks writes it, and `$(NAME)`,
//! as Kubernetes does. No shell runs; nothing else of what a shell knows means anything here.

use super::Submission;

/// The text cannot be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A quotation mark is opened and not closed")]
pub struct OpenQuote;

/// What is started, or `None` where the image says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    pub command: Option<Vec<String>>,
    pub args: Option<Vec<String>>,
}

/// The process of a submission, for a container with these variables.
pub fn process(
    submission: &Submission,
    variables: &[(String, String)],
) -> Result<Process, OpenQuote> {
    let filled = |text: &Option<String>| {
        let words = text.as_deref().map(words).transpose()?;
        Ok(words.map(|words| words.iter().map(|word| filled_in(word, variables)).collect()))
    };
    Ok(Process { command: filled(&submission.command)?, args: filled(&submission.args)? })
}

/// The words of a command line.
pub fn words(text: &str) -> Result<Vec<String>, OpenQuote> {
    shell_words::split(text).map_err(|_| OpenQuote)
}

/// A word with its variables filled in. What names no variable stays as it is; `$$(NAME)` is how one
/// writes `$(NAME)` itself.
fn filled_in(word: &str, variables: &[(String, String)]) -> String {
    let mut filled = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("$$") {
            filled.push('$');
            rest = &rest[2..];
            continue;
        }
        match reference(rest, variables) {
            Some((value, length)) => {
                filled.push_str(value);
                rest = &rest[length..];
            }
            None => {
                filled.push('$');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The value that `text` begins with a reference to, and how long the reference is.
fn reference<'v>(text: &str, variables: &'v [(String, String)]) -> Option<(&'v str, usize)> {
    let close = match text.as_bytes().get(1)? {
        b'{' => '}',
        b'(' => ')',
        _ => return None,
    };
    let end = text.find(close)?;
    let name = &text[2..end];
    // The last one wins, as in the container.
    let value = variables.iter().rev().find(|(known, _)| known == name);
    value.map(|(_, value)| (value.as_str(), end + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::submission::command::quoted;

    fn started(command: &str, args: &str) -> String {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let submission =
            Submission { command: text(command), args: text(args), ..Submission::default() };
        let variables = [("RUNAI_PROJECT", "vision"), ("JOB", "nb"), ("EMPTY", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        match process(&submission, &variables) {
            Ok(Process { command, args }) => format!("{command:?} {args:?}"),
            Err(wrong) => wrong.to_string(),
        }
    }

    #[test]
    fn a_command_line_becomes_words() {
        let lines = [
            started(
                "start-notebook.sh",
                "--ServerApp.base_url=/${RUNAI_PROJECT}/$(JOB) --token=''",
            ),
            started("", r#"-c 'echo "$HOME" ${OTHER} ${EMPTY}end' a\ b"#),
            started("sh -c", r#""it's $$(JOB) $${JOB} $ $( ${""#),
            started("", ""),
            started("echo 'open", ""),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        Some(["start-notebook.sh"]) Some(["--ServerApp.base_url=/vision/nb", "--token="])
        None Some(["-c", "echo \"$HOME\" ${OTHER} end", "a b"])
        Some(["sh", "-c"]) Some(["it's $(JOB) ${JOB} $ $( ${"])
        None None
        A quotation mark is opened and not closed
        "#);
    }

    proptest! {
        /// What is quoted for a shell comes back as it was, whatever it is.
        #[test]
        fn quoting_and_taking_apart_are_inverse(texts in prop::collection::vec("[^$\0]{0,12}", 0..6)) {
            let line: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
            prop_assert_eq!(words(&line.join(" ")), Ok(texts));
        }

        /// Nobody's text makes it panic.
        #[test]
        fn any_text_is_filled_in(text in "[${}()A-Zé ]{0,20}") {
            let variables = [("A".to_owned(), "${A}$(A)".to_owned())];
            prop_assert!(filled_in(&text, &variables).len() < 400);
        }
    }
}
