//! The form that a typed YAML describes, and every mistake in it with its place.

use api::wording::problem;
use domain::{
    form::Draft,
    policy::{Content, Limits, Node, Place, parse_past},
    submission::Submission,
};
use serde_json::Value;

use super::renderings::Mistake;

/// So many mistakes are said at once.
const MISTAKES_MAX: usize = 20;

/// Its name and its draft, or what is wrong with the text.
pub fn read(text: &str) -> Result<(String, Draft), Vec<Mistake>> {
    let (tree, wrong) = parse_past(text, Limits::DOCUMENT, MISTAKES_MAX);
    let mut mistakes: Vec<_> = wrong
        .into_iter()
        .map(|wrong| Mistake { place: Some(wrong.place), words: wrong.what })
        .collect();
    let of_tree = Typed { tree: &tree };
    let read = of_tree.read(&mut mistakes);
    mistakes.truncate(MISTAKES_MAX);
    match read {
        Some(read) if mistakes.is_empty() => Ok(read),
        _ => Err(mistakes),
    }
}

/// A text that was read as YAML.
struct Typed<'a> {
    tree: &'a Node,
}

impl Typed<'_> {
    fn read(&self, mistakes: &mut Vec<Mistake>) -> Option<(String, Draft)> {
        let mut say = |path: &str, words: String| {
            mistakes.push(Mistake {
                place: place_of(self.tree, path),
                words: format!("{path}: {words}"),
            });
        };
        if !matches!(self.tree.content, Content::Map(_) | Content::Null) {
            say("the text", "must be an object with name and spec".to_owned());
            return None;
        }
        for name in members(self.tree).filter(|name| !matches!(*name, "name" | "spec")) {
            say(name, format!("{NO_FIELD}; there are name and spec"));
        }
        let name = match self.tree.member("name").map(|name| &name.content) {
            None => String::new(),
            Some(Content::Text(name)) => name.clone(),
            Some(_) => {
                say("name", "must be a text; set it in quotes".to_owned());
                String::new()
            }
        };
        let spec = self.tree.member("spec").map_or(Value::Null, Node::to_present_value);
        let spec = if spec.is_null() { Value::Object(serde_json::Map::new()) } else { spec };
        let submission: Submission = match serde_path_to_error::deserialize(spec.clone()) {
            Ok(submission) => submission,
            Err(wrong) => {
                let path = match wrong.path().to_string().as_str() {
                    "." => "spec".to_owned(),
                    path => format!("spec.{path}"),
                };
                let (_, words) = problem(&path, &wrong.into_inner().to_string());
                say(&path, words);
                return None;
            }
        };
        let kept = submission.to_spec().ok()?;
        lost("spec", &spec, &kept, &mut |path| say(path, NO_FIELD.to_owned()));
        let draft = Draft::from_submission(&submission);
        let shown = draft.submission().to_spec().ok()?;
        lost("spec", &kept, &shown, &mut |path| say(path, NOT_IN_FORM.to_owned()));
        Some((name, draft))
    }
}

const NO_FIELD: &str = "there is no such field";
const NOT_IN_FORM: &str = "the form has no field for this; the command line and REST take it";

fn members(node: &Node) -> impl Iterator<Item = &str> {
    let members = match &node.content {
        Content::Map(members) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(key, _)| key.text.as_str())
}

/// Says each field that was typed and is not kept.
fn lost(path: &str, typed: &Value, kept: &Value, say: &mut impl FnMut(&str)) {
    match (typed, kept) {
        (Value::Object(typed), kept) => {
            for (name, value) in typed.iter().filter(|(_, value)| !value.is_null()) {
                let below = format!("{path}.{name}");
                match kept.get(name) {
                    Some(kept) => lost(&below, value, kept, say),
                    None => say(&below),
                }
            }
        }
        (Value::Array(typed), Value::Array(kept)) => {
            for (i, (typed, kept)) in typed.iter().zip(kept).enumerate() {
                lost(&format!("{path}[{i}]"), typed, kept, say);
            }
        }
        _ => {}
    }
}

/// Where the text says something of a path such as `spec.storage.pvc[0].size`: at its last name that is there.
fn place_of(tree: &Node, path: &str) -> Option<Place> {
    let names = path.split(['.', '[', ']']).filter(|name| !name.is_empty());
    let (mut node, mut place) = (tree, tree.place);
    for name in names {
        match &node.content {
            Content::Map(members) => {
                let Some((key, value)) = members.iter().find(|(key, _)| key.text == name) else {
                    break;
                };
                (node, place) = (value, key.place);
            }
            Content::List(items) => {
                let Some(item) = name.parse().ok().and_then(|at: usize| items.get(at)) else {
                    break;
                };
                (node, place) = (item, item.place);
            }
            _ => break,
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::rendered::Written, *};

    /// What YAML could take for something else.
    const TRICKY: [&str; 24] = [
        "yes",
        "no",
        "on",
        "null",
        "~",
        "true",
        "1",
        "1.0",
        "1e3",
        "0x10",
        "0o7",
        ".inf",
        "- a",
        "a: b",
        "#a",
        "a #b",
        "'",
        "\"",
        "{a}",
        "[a]",
        "&a",
        "*a",
        "!a",
        "2024-01-01",
    ];

    fn texts() -> impl Strategy<Value = String> {
        let tricky = prop::sample::select(TRICKY.to_vec()).prop_map(str::to_owned);
        prop_oneof![tricky, "[ -~äß\u{2028}]{0,12}", "[a-z:#'\"%@`|> ]{1,6}\n?[a-z:# ]{1,6}"]
    }

    /// Forms with such texts wherever a text is kept as it is typed.
    fn drafts() -> impl Strategy<Value = Draft> {
        let free = ["image", "command", "args", "working_dir"];
        let typed = prop::collection::vec(prop::option::of(texts()), free.len());
        let rows = prop::collection::vec((texts(), texts()), 0..4);
        (typed, rows).prop_map(move |(typed, rows)| {
            let filled = free.iter().zip(typed);
            let draft = filled.fold(Draft::default(), |draft, (name, text)| match text {
                Some(text) => draft.with(name, text),
                None => draft,
            });
            rows.iter().fold(draft, |draft, (name, value)| {
                let pair: &[(&str, &str)] = &[("name", name), ("value", value)];
                draft.and("variable", pair).and("label", pair).and("annotation", pair)
            })
        })
    }

    proptest! {
        #[test]
        fn a_form_comes_back_from_its_yaml(draft in drafts(), name in texts()) {
            let submission = draft.submission();
            let spec = submission.to_spec().expect("it is JSON");
            let text = serde_saphyr::to_string(&Written { name: name.clone(), spec }).expect("it is plain data");
            let (again, read) = read(&text).map_err(|wrong| TestCaseError::fail(format!("{wrong:?}")))?;
            prop_assert_eq!(again, name);
            prop_assert_eq!(read.submission(), submission);
        }
    }

    /// Each mistake, with what stands where it is.
    fn told(text: &str) -> String {
        let at = |place: Place| {
            let line = text.lines().nth(place.line - 1).unwrap_or_default();
            line.chars().skip(place.column - 1).take(place.length).collect::<String>()
        };
        let said = |wrong: &Mistake| match wrong.place {
            Some(place) => {
                format!("{}:{} [{}] {}", place.line, place.column, at(place), wrong.words)
            }
            None => wrong.words.clone(),
        };
        match read(text) {
            Ok((name, draft)) => format!("{name}: {draft:?}"),
            Err(wrong) => wrong.iter().map(said).collect::<Vec<_>>().join("\n"),
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let draft = Draft::default()
            .with("image", "a/b:1")
            .with("gpu_devices", "2")
            .and("variable", &[("name", "A"), ("value", "yes: no")])
            .and("data", &[("kind", "git"), ("repository", "https://a.b/c"), ("path", "/g")]);
        let spec = draft.submission().to_spec().unwrap();
        let text = serde_saphyr::to_string(&Written { name: "nb".into(), spec }).unwrap();
        assert_eq!(read(&text).unwrap(), ("nb".to_owned(), draft));
    }

    #[test]
    fn every_mistake_says_where_it_is() {
        let texts = [
            "name: nb\nnam: x\nspec:\n  imge: a\n  environmentVariables:\n    - name: A\n      valu: b\n  tty: true",
            "name: 7\nspec: {image: [a]}",
            "spec: {compute: {gpuDevicesRequest: many}}",
            "name: a\nspec: [",
            "spec: {image: a, image: b}",
            "- a",
        ];
        let said = texts.map(|text| format!("{text}\n=> {}", told(text).replace('\n', "\n=> ")));
        insta::assert_snapshot!(said.join("\n\n"));
    }
}
