//! What a form says, in other words: YAML that can be typed back, the command line, a call of the interface, and the
//! objects of Kubernetes.

use api::workspaces::curl;
use control::ControlPlane;
use domain::{
    ProjectId,
    access::Actor,
    form::Draft,
    org::Project,
    submission::{
        Submission,
        command::{Command, command},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{data::facts, origin::Origin, renderings::Renderings};
use crate::error::UiError;

/// The YAML of a form: its name, and the spec of the wire.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    name: String,
    spec: Value,
}

/// The renderings of a draft.
pub fn renderings(
    control: &ControlPlane,
    actor: &Actor,
    (name, project): (&str, ProjectId),
    (draft, origin): (&Draft, Origin),
) -> Result<Renderings, UiError> {
    let world = control.world();
    let project = control.project(actor, &world, project)?;
    let base = facts::base(control, actor, project.id, (draft, origin))?;
    let submission = draft.submission_over(base);
    let spec = submission.to_spec().unwrap_or_default();
    let Command { text, left_out } = command(name, project.name.as_str(), &submission);
    let written = Written { name: name.to_owned(), spec: spec.clone() };
    Ok(Renderings {
        yaml: serde_saphyr::to_string(&written)
            .map_err(|wrong| UiError::Unavailable(wrong.to_string()))?,
        command: text,
        left_out: left_out.join(", "),
        call: curl(name, project.id, project.cluster, &submission),
        manifest: manifest(&project, name, submission)?,
    })
}

/// The objects of Kubernetes as documents of YAML; where something is still missing, that.
fn manifest(project: &Project, name: &str, submission: Submission) -> Result<String, UiError> {
    let namespace = project.namespace();
    let made = control::manifest::manifest(project.name.as_str(), &namespace, name, submission);
    let documents = match made {
        Ok(documents) => documents,
        Err(problems) => {
            let lines = problems.iter().map(|p| format!("# {}: {}", p.field, p.message));
            let head = ["# Not yet a workspace:".to_owned()];
            return Ok(head.into_iter().chain(lines).collect::<Vec<_>>().join("\n"));
        }
    };
    let documents = documents.iter().map(serde_saphyr::to_string).collect::<Result<Vec<_>, _>>();
    Ok(documents.map_err(|wrong| UiError::Unavailable(wrong.to_string()))?.join("---\n"))
}

/// The form that a typed YAML describes: its name and its draft, or what is wrong with the text, with line and column.
pub fn read(text: &str) -> Result<(String, Draft), String> {
    let written: Written = serde_saphyr::from_str(text).map_err(|wrong| wrong.to_string())?;
    let submission =
        Submission::from_spec(written.spec.clone()).map_err(|wrong| format!("spec: {wrong}"))?;
    let kept = submission.to_spec().map_err(|wrong| wrong.to_string())?;
    if let Some(unknown) = unknown("spec", &written.spec, &kept) {
        return Err(format!("{unknown}: there is no such field"));
    }
    let draft = Draft::from_submission(&submission);
    let shown = draft.submission().to_spec().map_err(|wrong| wrong.to_string())?;
    match unknown("spec", &kept, &shown) {
        Some(lost) => Err(format!(
            "{lost}: the form has no field for this; the command line and REST take it"
        )),
        None => Ok((written.name, draft)),
    }
}

/// The first field that a submission does not have.
fn unknown(path: &str, typed: &Value, kept: &Value) -> Option<String> {
    match (typed, kept) {
        (Value::Object(typed), kept) => {
            typed.iter().filter(|(_, value)| !value.is_null()).find_map(|(name, value)| {
                let below = format!("{path}.{name}");
                match kept.get(name) {
                    Some(kept) => unknown(&below, value, kept),
                    None => Some(below),
                }
            })
        }
        (Value::Array(typed), Value::Array(kept)) => {
            let pairs = typed.iter().zip(kept).enumerate();
            pairs
                .into_iter()
                .find_map(|(i, (typed, kept))| unknown(&format!("{path}[{i}]"), typed, kept))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            let (again, read) = read(&text).map_err(TestCaseError::fail)?;
            prop_assert_eq!(again, name);
            prop_assert_eq!(read.submission(), submission);
        }
    }

    fn told(text: &str) -> String {
        match read(text) {
            Ok((name, draft)) => format!("{name}: {draft:?}"),
            Err(wrong) => wrong.lines().next().unwrap_or_default().to_owned(),
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
    fn mistakes_say_where_they_are() {
        assert_eq!(told("spec: {imge: a}"), "spec.imge: there is no such field");
        assert_eq!(
            told("spec: {environmentVariables: [{name: A, valu: b}]}"),
            "spec.environmentVariables[0].valu: there is no such field"
        );
        assert_eq!(
            told("spec: {image: a, tty: true}"),
            "spec.tty: the form has no field for this; the command line and REST take it"
        );
        let wrong = told("name: a\nspec: [\n");
        assert!(wrong.contains("line"), "{wrong}");
    }
}
