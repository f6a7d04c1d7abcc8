//! Flags as a submission.

use serde_json::{Value, json};

use super::{
    FLAGS,
    flag::{Flag, Shape},
    item, quoted, scalar,
};
use crate::{Problem, submission::Submission};

/// The label by which a node is known.
const HOST: &str = "kubernetes.io/hostname";

/// The submission that flags say, each with its text, in the order in which they were given. Everything that is wrong
/// is said at once, each at its flag.
pub fn read<'a>(
    given: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Submission, Vec<Problem>> {
    let (mut spec, mut wrong) = (json!({}), vec![]);
    for (name, text) in given {
        let done = match FLAGS.iter().find(|flag| flag.name == name) {
            Some(flag) => take(flag, text, &mut spec),
            None => Err("there is no such flag".to_owned()),
        };
        wrong.extend(done.err().map(|why| Problem::new(format!("--{name}"), "flag.wrong", why)));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Submission::from_spec(spec)
        .map_err(|why| vec![Problem::new("spec", "flag.wrong", why.to_string())])
}

/// The flags that the words after `--` stand for: arguments, or an entry point with its arguments.
pub fn process(words: &[String], is_entry_point: bool) -> Vec<(&'static str, String)> {
    let joined = |words: &[String]| {
        let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
        words.join(" ")
    };
    match words {
        [] => vec![],
        [first, rest @ ..] if is_entry_point => {
            let arguments = (!rest.is_empty()).then(|| ("arguments", joined(rest)));
            std::iter::once(("entry-point", quoted(first))).chain(arguments).collect()
        }
        words => vec![("arguments", joined(words))],
    }
}

fn take(flag: &Flag, text: &str, spec: &mut Value) -> Result<(), String> {
    match flag.shape {
        Shape::Names => push(spec, flag.path, text.into()),
        Shape::Item(of) => push(spec, flag.path, item::read(of, text)?),
        Shape::Object(of) => item::put(spec, flag.path, item::read(of, text)?),
        Shape::NotOnNode => push_node(spec, flag.path, text),
        _ => item::put(spec, flag.path, scalar::read(&flag.shape, text)?),
    }
    Ok(())
}

fn push(spec: &mut Value, path: &str, value: Value) {
    let mut all = item::at(spec, path).and_then(Value::as_array).cloned().unwrap_or_default();
    all.push(value);
    item::put(spec, path, all.into());
}

fn push_node(spec: &mut Value, path: &str, name: &str) {
    let before = item::at(spec, path).and_then(nodes).unwrap_or_default();
    let names: Vec<_> = before.into_iter().chain([name.to_owned()]).collect();
    item::put(spec, path, away_from(&names));
}

/// The affinity that keeps away from these nodes.
pub(super) fn away_from(names: &[String]) -> Value {
    json!({"nodeSelectorTerms": [
        {"matchExpressions": [{"key": HOST, "operator": "NotIn", "values": names}]},
    ]})
}

/// The nodes that an affinity keeps away from, where it does that alone.
pub(super) fn nodes(affinity: &Value) -> Option<Vec<String>> {
    let values = affinity.pointer("/nodeSelectorTerms/0/matchExpressions/0/values")?;
    let names: Vec<String> = values
        .as_array()?
        .iter()
        .map(|name| name.as_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    (*affinity == away_from(&names)).then_some(names)
}
