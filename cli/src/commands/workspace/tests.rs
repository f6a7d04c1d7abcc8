//! Command lines of `workspace`, and what they become.

use std::vec;

use api::workspaces::{WORKSPACES, WorkspaceCreation, curl};
use clap::{CommandFactory, Parser};
use domain::{
    ClusterId, ProjectId,
    submission::{
        Submission,
        command::{Command, FLAGS, command},
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::submit::{SubmitArgs, submission};

#[derive(Parser)]
#[command(name = "submit")]
struct Line {
    #[command(flatten)]
    args: SubmitArgs,
}

const EVERY_FIELD: &str = include_str!("../../../../domain/src/submission/every-field.json");

/// The submission that a command says, as a shell and this program read it.
fn parsed(text: &str) -> Submission {
    // A shell joins lines that end so; the crate makes an empty word of them.
    let words = shlex::split(&text.replace(" \\\n  --", " --")).expect("the quotes are closed");
    assert_eq!(words[..2], ["berth", "workspace"]);
    let line = Line::try_parse_from(&words[2..]).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    submission(&line.args).unwrap_or_else(|wrong| panic!("{:?}\n{text}", wrong.lines()))
}

fn refused(words: &[&str]) -> String {
    let wrong = match Line::try_parse_from([&["submit"], words].concat()) {
        Err(wrong) => {
            return format!(
                "{} {}",
                wrong.exit_code(),
                wrong.to_string().lines().next().unwrap_or_default()
            );
        }
        Ok(line) => submission(&line.args).expect_err("it is wrong"),
    };
    format!("{} {}", wrong.code, wrong.lines().join(" | "))
}

/// Choices, one after the other; the first one again when they have run out.
struct Choices(vec::IntoIter<u8>);

const TEXTS: [&str; 20] = [
    "",
    "a",
    "a b",
    "a,b",
    "x=y",
    "\"q\"",
    "it's",
    "-dash",
    "--",
    "$HOME `x`",
    "é\nü",
    "true",
    "false",
    "# no",
    "\\",
    "=",
    ",",
    "a\"b,c",
    "*?[~]",
    "10",
];

impl Choices {
    fn of(&mut self, most: u8) -> u8 {
        self.0.next().unwrap_or_default() % most
    }

    /// Another value of the same type, or nothing of it.
    fn vary(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let kept =
                    fields.iter().filter(|_| self.of(4) > 0).map(|(k, v)| (k.clone(), v.clone()));
                let kept: Vec<_> = kept.collect();
                kept.into_iter().map(|(name, value)| (name, self.vary(&value))).collect()
            }
            Value::Array(all) => {
                let mut varied = vec![];
                for item in all {
                    (0..self.of(3)).for_each(|_| varied.push(self.vary(item)));
                }
                varied.into()
            }
            Value::String(text) => match self.of(2) {
                0 => text.clone().into(),
                _ => TEXTS[usize::from(self.of(TEXTS.len() as u8))].into(),
            },
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                [json!(number), json!(-1), json!(i64::MAX), json!(0)][usize::from(self.of(4))]
                    .clone()
            }
            Value::Number(number) => [json!(number), json!(-0.25), json!(1e300), json!(3.0)]
                [usize::from(self.of(4))]
            .clone(),
            Value::Bool(_) => (self.of(2) == 0).into(),
            Value::Null => Value::Null,
        }
    }
}

fn submissions() -> impl Strategy<Value = Submission> {
    prop::collection::vec(any::<u8>(), 0..900).prop_map(|choices| {
        let every: Value = serde_json::from_str(EVERY_FIELD).expect("it is JSON");
        let mut spec = Choices(choices.into_iter()).vary(&every);
        // Only this may not be said by everybody, so it is not among all fields.
        spec["privileged"] = json!(spec["tty"] == json!(true));
        Submission::from_spec(spec).expect("the types are right")
    })
}

/// Takes out the value at `tolerations[0].key`.
fn take_out(spec: &mut Value, path: &str) {
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    let place = spec.pointer_mut(&pointer);
    *place.unwrap_or_else(|| panic!("{path} is not in it")) = Value::Null;
}

/// Without what says nothing.
fn pruned(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let said = |(name, value): (&String, &Value)| {
                let is_silent = name == "exclude" && *value == json!(false);
                pruned(value).filter(|_| !is_silent).map(|value| (name.clone(), value))
            };
            let fields: serde_json::Map<_, _> = fields.iter().filter_map(said).collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Array(all) => {
            let all: Vec<_> = all.iter().filter_map(pruned).collect();
            (!all.is_empty()).then_some(Value::Array(all))
        }
        other => Some(other.clone()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What a form is rendered as says the same submission again; what it does not say is named, and nothing else is
    /// missing.
    #[test]
    fn a_command_says_what_it_was_made_of(of in submissions()) {
        let Command { text, left_out } = command("nb", "vision", &of);
        let again = parsed(&text);
        let mut wanted = of.to_spec().expect("it is JSON");
        left_out.iter().for_each(|path| take_out(&mut wanted, path));
        prop_assert_eq!(pruned(&wanted), pruned(&again.to_spec().expect("it is JSON")), "{}", text);
    }

    /// The body that a shell hands to curl is the submission, to the letter.
    #[test]
    fn a_call_says_what_it_was_made_of(of in submissions()) {
        let text = curl("nb", ProjectId(7), ClusterId(Uuid::nil()), &of);
        let words = shlex::split(&text.replace(" \\\n  --", " --")).expect("the quotes are closed");
        prop_assert_eq!(&words[2], &format!("$BERTH_URL{WORKSPACES}"));
        let at = words.iter().position(|word| word == "--json").expect("there is a body");
        let body: WorkspaceCreation = serde_json::from_str(&words[at + 1]).expect("it is a body");
        prop_assert_eq!((body.name.as_str(), body.project_id), ("nb", ProjectId(7)));
        prop_assert_eq!(body.spec, Some(of));
        prop_assert_eq!(words.len(), at + 2);
    }
}

#[test]
fn every_flag_is_in_the_manual() {
    let manual = Line::command().render_long_help().to_string();
    let missing = FLAGS.iter().filter(|flag| !manual.contains(&format!("--{}", flag.name)));
    assert_eq!(missing.map(|flag| flag.name).collect::<Vec<_>>(), Vec::<&str>::new());
    insta::assert_snapshot!(manual);
}

#[test]
fn what_cannot_be_meant_ends_with_the_code_for_usage() {
    let told = [
        refused(&["--colour", "red"]),
        refused(&["--priority", "urgent"]),
        refused(&["nb", "--name-prefix", "n"]),
        refused(&["-g", "two", "--nfs", "path=/a,host=n"]),
        refused(&["--image", "a", "--image", "b"]),
        refused(&["--stdin=perhaps"]),
        refused(&["--command"]),
        refused(&["--run-as-user", "--run-as-uid", "7"]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    2 error: unexpected argument '--colour' found
    2 error: invalid value 'urgent' for '--priority <WORD>'
    2 error: the argument '[NAME]' cannot be used with '--name-prefix <PREFIX>'
    2 berth: some flags are wrong | --gpu-devices-request: must be a whole number | --nfs: there is no "host" in it; there is path, server, mountpath, readwrite, name, exclude
    2 error: the argument '--image <TEXT>' cannot be used multiple times
    2 error: invalid value 'perhaps' for '--stdin[=<true|false>]'
    2 error: the following required arguments were not provided:
    2 berth: --run-as-user says who runs it; leave out --run-as-uid
    "#);
}

#[test]
fn short_flags_and_words_after_two_dashes_say_the_same() {
    let text = "berth workspace submit jup -p team-a -i jupyter/scipy-notebook -g 1 -e A=1 -t --stdin \
                --external-url container=8888 --preemptible --exclude-node n1 --exclude-node n2 --command -- \
                start-notebook.sh --NotebookApp.base_url='/${PROJECT}/${NAME}' --NotebookApp.token=''";
    let spec = parsed(text).to_spec().expect("it is JSON");
    insta::assert_snapshot!(format!("{spec:#}"), @r#"
    {
      "args": "'--NotebookApp.base_url=/${PROJECT}/${NAME}' --NotebookApp.token=",
      "command": "start-notebook.sh",
      "compute": {
        "gpuDevicesRequest": 1
      },
      "environmentVariables": [
        {
          "name": "A",
          "value": "1"
        }
      ],
      "exposedUrls": [
        {
          "container": 8888
        }
      ],
      "image": "jupyter/scipy-notebook",
      "nodeAffinityRequired": {
        "nodeSelectorTerms": [
          {
            "matchExpressions": [
              {
                "key": "kubernetes.io/hostname",
                "operator": "NotIn",
                "values": [
                  "n1",
                  "n2"
                ]
              }
            ]
          }
        ]
      },
      "preemptibility": "preemptible",
      "stdin": true,
      "tty": true
    }
    "#);
}
