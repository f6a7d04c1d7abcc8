//! The editor's questions, as text in and text out: mistakes marked where they stand, and what may
//! stand at the caret (`‸`).

use domain::ScopeLevel;
use domain::policy::{
    LayerView,
    desk::{Around, Desk, Mark, Severity},
};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::{assets, documents, source, value};

/// Each mistake below its line, as an editor would draw it.
fn marked(text: &str, around: Around) -> String {
    let mark = |mark: &Mark| {
        let Mark { line, column, length, message, right, severity, .. } = mark;
        let level = if *severity == Severity::Error { "error" } else { "warning" };
        let written = text.lines().nth(line - 1).unwrap_or_default();
        let under = format!("{}{}", " ".repeat(column - 1), "^".repeat(*length));
        let right = right.as_ref().map(|right| format!(" {right}")).unwrap_or_default();
        format!("{line:>2} {written}\n   {under} {level}: {message}{right}")
    };
    Desk::new(around).check(text).problems.iter().map(mark).collect::<Vec<_>>().join("\n")
}

fn alone(text: &str) -> String {
    marked(text, Around::default())
}

/// The text without its caret, and the caret's line and column.
fn caret(text: &str) -> (String, usize, usize) {
    let (before, after) = text.split_once('‸').expect("a caret");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() + 1;
    (format!("{before}{after}"), before.matches('\n').count() + 1, column)
}

/// What may stand at `‸`: the text with the first offer taken, then all labels.
fn offered(text: &str) -> String {
    let around = Around {
        assets: ["a", "b"].into_iter().filter_map(assets).collect(),
        names: [("a".to_owned(), "Exports".to_owned())].into(),
        ..Around::default()
    };
    let (text, line, column) = caret(text);
    let completion = Desk::new(around).complete(&text, line, column);
    let Some(first) = completion.items.first() else { return "nothing".to_owned() };
    let written: Vec<char> = text.lines().nth(line - 1).unwrap_or_default().chars().collect();
    let part = |from: usize, to: usize| written[from - 1..to - 1].iter().collect::<String>();
    let taken = format!(
        "{}{}{}",
        part(1, completion.from),
        first.text,
        part(completion.to, written.len() + 1)
    );
    let labels: Vec<_> = completion.items.iter().map(|offer| offer.label.as_str()).collect();
    format!("{taken}\n→ {}", labels.join(" "))
}

fn details(text: &str) -> String {
    let (text, line, column) = caret(text);
    let completion = Desk::new(Around::default()).complete(&text, line, column);
    let told = completion.items.iter().map(|offer| format!("{}: {}", offer.label, offer.detail));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_mistake_is_marked_under_the_characters() {
    let text = "
default: {image: a}
defaults:
  imagePullPolicy: Sometimes
  backoffLimit: 101
  nodePools: pool-a
  compute: {cpuCores: 2, gpuDevicesRequest: '2'}
  ports:
    instances:
      - {name: web, container: 99999}
      - {name: web, container: 80}
rules:
  image: {maximum: 5}
  createHomeDir: {max: 2}
  compute:
    gpuDevicesRequest: {min: 3, max: 2}
    cpuCoreRequest:
      step: 0
      options: []
  environmentVariables: {attributes: {value: {required: true}}}
imposedAssets: 7
";
    assert_snapshot!(alone(text));
}

#[test]
fn a_text_that_is_no_document_is_marked_where_it_breaks() {
    let texts = [
        "defaults:\n  image: a\n  image: b",
        "defaults:\n\timage: a",
        "rules: {image: {required: true",
        "- a\n- b",
        "defaults: {backoffLimit: 18446744073709551616}",
        "defaults: {image: !secret x}",
        "defaults: *nobody",
        "defaults: {image: \"a\n\n",
        "defaults: {nodePools: [a, b}",
        "defaults:\n  image: a: b",
        "defaults:\n  image: a\n   command: b",
        "defaults:\n  image: a\n command: b",
        "defaults:\n  image\n  command: b",
        "defaults:\n  nodePools:\n    - a\n   - b",
        "defaults:\n  image: \"\\q\"",
    ];
    assert_snapshot!(texts.map(alone).join("\n\n"));
}

#[test]
fn a_mistake_in_one_value_hides_no_other() {
    let text = "
defaults:
  image: a
  image: b
  backoffLimit: 99999999999999999999
  category: !secret x
  imagePullPolicy: Sometimes
rules:
  compute: {gpuDevicesRequest: {max: .inf, max: 2, most: 3}}
";
    assert_snapshot!(alone(text));
}

#[test]
fn thousands_of_mistakes_are_told_in_part() {
    let text: String = (0..9_000).map(|n| format!("key{n}: [1\n]\n")).collect();
    let begin = std::time::Instant::now();
    let problems = Desk::new(Around::default()).check(&text).problems;
    // Far above what is needed, so that a busy machine does not fail the test.
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    assert_eq!(problems.len(), 1, "more values than are read: {:?}", problems.first());
    let text: String = (0..4_000).map(|n| format!("key{n}: 1\n")).collect();
    let begin = std::time::Instant::now();
    let problems = Desk::new(Around::default()).check(&text).problems;
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    assert_eq!((problems.len(), problems[199].line), (200, 200));
}

#[test]
fn what_concerns_the_whole_is_marked_at_its_field() {
    let text = "
rules:
  compute: {gpuDeviceRequest: {max: 2}}
  security:
    runAsUid: {min: 400}
  ports: {instances: {locked: [web]}}
  privileged: {blocked: true, required: true}
defaults:
  security: {runAsUid: 100}
  compute: {cpuCoreRequest: 4, cpuCoreLimit: 2}
  storage:
    hostPath: {instances: [{name: a, path: /a, mountPath: /data}]}
imposedAssets: [a, b, zz]
";
    let view = |scope, policy: &str| LayerView { source: source(scope), policy: value(policy) };
    let around = Around {
        scope: source(ScopeLevel::Cluster),
        above: vec![view(ScopeLevel::Account, "rules: {compute: {gpuDevicesRequest: {max: 1}}}")],
        below: vec![vec![view(ScopeLevel::Project, "defaults: {security: {runAsUid: 200}}")]],
        assets: ["a", "b"].map(|id| assets(id).unwrap()).to_vec(),
        ..Around::default()
    };
    assert_snapshot!(marked(text, around.clone()));
    // Read by another mistake first, so that the rest can be judged.
    let readable = text.replace("cpuCoreLimit: 2", "cpuCoreLimit: 4");
    assert_snapshot!(marked(&readable, around));
}

#[test]
fn a_right_document_has_nothing_marked() {
    let text = include_str!("full.yaml").split("imposedAssets").next().unwrap();
    assert_eq!(alone(text), "");
    assert_eq!(alone(""), "");
}

#[test]
fn keys_are_completed_wherever_they_may_stand() {
    let texts = [
        "‸",
        "de‸",
        "defaults:\n  im‸",
        "defaults:\n  image: a\n  im‸",
        "defaults:\n  compute:\n    ‸\n    cpuCoreLimit: 2\n  image: a",
        "rules:\n  compute:\n    gpuDevicesRequest:\n      ‸",
        "rules:\n  compute: {gpuDevicesRequest: {m‸}}",
        "rules:\n  compute: {gpuDevicesRequest: {max: 2, m‸",
        "rules: {imagePullPolicy: {‸}}",
        "rules:\n  ports:\n    ‸",
        "rules:\n  ports:\n    instances: {‸}",
        "rules:\n  ports:\n    attributes:\n      c‸",
        "defaults:\n  environmentVariables:\n    ‸",
        "defaults:\n  ports:\n    instances:\n      - name: a\n        c‸",
        "defaults:\n  ports:\n    instances:\n    - name: a\n    - ‸",
        "defaults:\n  ports:\n    instances:\n      ‸",
        "defaults:\n  storage: {pvc: {instances: [{claimInfo: {accessModes: {‸}}}]}}",
        "rules:\n  image:\n    options:\n      - ‸",
        "rules: {compute: {cpuCoreRequest: {defaultFrom: {‸}}}}",
        "{\"rules\": {\"image\": {\"re‸\": true}}}",
    ];
    assert_snapshot!(texts.map(|text| format!("{text}\n{}", offered(text))).join("\n\n"));
}

#[test]
fn values_are_completed_wherever_they_may_stand() {
    let texts = [
        "defaults:\n  imagePullPolicy: ‸",
        "defaults:\n  imagePullPolicy: Nev‸er",
        "defaults: {createHomeDir: t‸}",
        "defaults: {priorityClass: ‸",
        "defaults:\n  security:\n    capabilities: [CHOWN, NET_‸]",
        "defaults:\n  security:\n    capabilities:\n      - SYS_T‸",
        "defaults:\n  security:\n    capabilities: ‸",
        "defaults: {storage: {emptyDirVolume: {instances: [{medium: ‸}]}}}",
        "rules:\n  image:\n    required: ‸",
        "rules:\n  imagePullPolicy:\n    options: [{value: A‸}]",
        "rules:\n  imagePullPolicy:\n    options: ‸",
        "rules: {compute: {cpuMemoryRequest: {defaultFrom: {field: ‸}}}}",
        "defaults: {ports: {instances: [{name: web}, {name: ssh}]}}\nrules: {ports: {instances: {locked: [web, ‸]}}}",
        "imposedAssets:\n  - ‸",
        "defaults:\n  image: ‸",
        "rules:\n  compute: ‸",
        "defaults:\n  image: a # im‸",
        "defaults:\n  args: |\n    im‸",
    ];
    assert_snapshot!(texts.map(|text| format!("{text}\n{}", offered(text))).join("\n\n"));
}

#[test]
fn a_mistake_elsewhere_does_not_silence_the_caret() {
    let texts = [
        "nonsense\n}}}\nrules:\n  image: {requ\n  compute:\n    cpuCoreL‸",
        "defaults:\n  image: \"open\n  imagePullPolicy: ‸\nrules: [",
        "rules:\n\tcompute: 5\n  ima‸",
        "defaults: {image: a\nrules:\n  imagePullP‸",
    ];
    assert_snapshot!(texts.map(|text| format!("{text}\n{}", offered(text))).join("\n\n"));
}

#[test]
fn every_offer_says_what_it_is() {
    let texts = [
        "rules: {compute: {gpuDevicesRequest: {‸}}}",
        "defaults: {compute: {gpu‸}}",
        "defaults: {security: {‸}}",
    ];
    assert_snapshot!(texts.map(|text| format!("{text}\n{}", details(text))).join("\n\n"));
}

#[test]
fn a_submission_is_judged_without_a_server() {
    let policy = "{rules: {compute: {gpuDevicesRequest: {max: 2}}}, defaults: {image: ubuntu}, imposedAssets: [a]}";
    let around = Around {
        above: vec![LayerView { source: source(ScopeLevel::Cluster), policy: value(policy) }],
        assets: vec![assets("a").unwrap()],
        ..Around::default()
    };
    let desk = Desk::new(around);
    let judged = |submission| serde_json::to_string(&desk.judge(&submission)).unwrap();
    assert_snapshot!(judged(json!({"compute": {"gpuDevicesRequest": 4}})));
    assert_snapshot!(judged(json!({"compute": {"gpuDevicesRequest": "four"}})));
}

/// A document in block style, or with everything below some depth in brackets.
fn written(value: &Value, depth: usize, blocks: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if depth < blocks && !members.is_empty() => {
            for (key, value) in members {
                out.push_str(&format!("\n{indent}{key}:"));
                written(value, depth + 1, blocks, out);
            }
        }
        Value::Array(items) if depth < blocks && !items.is_empty() => {
            for item in items {
                out.push_str(&format!("\n{indent}-"));
                written(item, depth + 1, blocks, out);
            }
        }
        other => out.push_str(&format!(" {other}")),
    }
}

/// Every key of a text in this style: its line and column, both from 1, and the key.
fn keys(text: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate() {
        for (colon, _) in line.match_indices(':') {
            let before = line[..colon].trim_end_matches('"');
            let begin = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            // A value with a colon in it is no key.
            if begin < before.len() && !before[..begin].ends_with(['/', '.', ':']) {
                found.push((n + 1, begin + 1, &before[begin..]));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_stands_in_a_right_document_is_offered_there(document in documents(), blocks in 0_usize..9) {
        let mut text = String::new();
        written(&document, 0, blocks, &mut text);
        let desk = Desk::new(Around::default());
        let unknown = |mark: &&Mark| mark.code == "save.unknownField" || mark.code == "save.document";
        let checked = desk.check(&text);
        prop_assert_eq!(checked.problems.iter().find(unknown), None, "{}", text);
        // What is deprecated is understood and not proposed; nobody knows what opaque values hold.
        let old = |key: &str| checked.problems.iter().any(|mark| {
            mark.code == "save.deprecated" && mark.field.ends_with(key)
        });
        for (line, column, key) in keys(&text).into_iter().filter(|(.., key)| *key != "k" && !old(key)) {
            let offers = desk.complete(&text, line, column);
            let own = offers.items.iter().find(|offer| offer.label == key);
            prop_assert!(own.is_some(), "{key} at {line}:{column} of {text}: {offers:?}");
            prop_assert_eq!((offers.from, offers.to), (column, column + key.len()));
            prop_assert_eq!(&own.unwrap().text, key);
        }
    }
}
