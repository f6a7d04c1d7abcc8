//! The cases of the repository, files that are no test files, and how results are compared.

use std::{fs, path::PathBuf};

use insta::assert_snapshot;

use super::*;

fn outcome_of(name: &str, text: &str, format: Format) -> Outcome {
    let folder = std::env::temp_dir().join(format!("berth-policy-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the test");
    let file = folder.join("cases.yaml");
    fs::write(&file, text).expect("a file for the test");
    let mut told = outcome(&TestArgs { files: vec![file.clone()], format });
    fs::remove_dir_all(&folder).expect("the folder goes");
    let shown = file.display().to_string();
    told.out = told.out.replace(&shown, "cases.yaml");
    told.err.iter_mut().for_each(|line| *line = line.replace(&shown, "cases.yaml"));
    told
}

/// Code, standard output and standard error.
fn told(name: &str, text: &str) -> String {
    let Outcome { out, err, code } = outcome_of(name, text, Format::Table);
    format!("{code}\n{out}{}", err.join("\n"))
}

#[test]
fn every_case_of_the_repository_passes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/policy-cases");
    let entries = fs::read_dir(folder).expect("the folder of cases");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    assert!(files.len() >= 6);
    let Outcome { out, err, code } = outcome(&TestArgs { files, format: Format::Table });
    assert_eq!((err, code), (vec![], 0), "{out}");
}

#[test]
fn what_fails_says_what_was_expected_and_found() {
    let text = "
cases:
  - name: passes
  - name: fails in many ways
    chain: [{scope: cluster, name: c, policy: {rules: {compute: {gpuDevicesRequest: {max: 2}}}, defaults: {labels: {instances: [{name: a, value: b}]}}}}]
    submission: {image: x, compute: {cpuMemoryRequest: 1G}}
    expect:
      accepted: false
      issues: [{field: image, source: {name: c}}]
      spec: {image: y, compute: {cpuMemoryRequest: 2G, cpuCoreRequest: 1}, labels: [{name: a, value: c}, {name: z}, {value: q}]}
      absent: [image, 'labels[a]', command, 'labels[b].value']
      effective: {rules: {compute: {gpuDevicesRequest: {max: 3}}}}
      save: {scope: project, accepted: true}
      form: {image: {value: z, editable: false}}
  - name: refused by its types
    submission: {compute: {gpuDevicesRequest: two}}
";
    assert_snapshot!(told("fails", text), @r#"
1
passed  cases.yaml  passes
failed  cases.yaml  fails in many ways
        accepted: expected false, found true
        issues[0]: expected {field: image, source: c}, found no such entry
        spec.compute.cpuCoreRequest: expected 1, found nothing
        spec.compute.cpuMemoryRequest: expected "2G", found "1G"
        spec.image: expected "y", found "x"
        spec.labels[a].value: expected "c", found "b"
        spec.labels[z]: expected {"name":"z"}, found no such item
        spec.labels: expected an item {"value":"q"}, found [{"name":"a","value":"b"}]
        spec.image: expected no value, found "x"
        spec.labels[a]: expected no value, found {"name":"a","value":"b"}
        effective.rules.compute.gpuDevicesRequest.max: expected 3, found 2
        save.project: expected a policy of that scope, found none
        form[image].editable: expected false, found true
        form[image].value: expected "z", found "x"
failed  cases.yaml  refused by its types
        submission: spec.compute.gpuDevicesRequest: Must be a whole number
1 passed, 2 failed
"#);
}

#[test]
fn equal_is_what_means_the_same() {
    let text = "
cases:
  - name: numbers, quantities, items, missing rules
    chain:
      - {scope: cluster, name: c, policy: {
          defaults: {storage: {pvc: {instances: [{name: a, path: /a, claimInfo: {size: 1Gi}}]}}},
          rules: {compute: {cpuMemoryRequest: {max: 1G, defaultFrom: {field: cpuMemoryLimit}}}, backoffLimit: {min: 1}, ports: {instances: {canAdd: false}}}}}
    submission: {compute: {cpuMemoryRequest: 1000M, cpuCoreRequest: 2.0, extendedResources: [{resource: r, quantity: 1000}]}}
    expect:
      spec:
        compute: {cpuMemoryRequest: 1000000000, cpuCoreRequest: 2, gpuDevicesRequest: null, extendedResources: [{quantity: 1k}]}
        storage: {pvc: [{name: a, claimInfo: {size: 1024Mi}}, {path: /a}]}
      absent: [nodePools, 'storage.pvc[a].readOnly', 'storage.pvc[b]']
      effective:
        rules: {compute: {cpuMemoryRequest: {max: 1000M, required: false, canEdit: true, defaultFrom: {factor: 1}}}, ports: {instances: {locked: []}}}
      form:
        compute.cpuMemoryRequest: {max: 1000000000, editable: true}
        storage.pvc[a].claimInfo.size: {value: 1024Mi}
        backoffLimit: {value: null, required: false}
";
    assert_snapshot!(told("equal", text), @r#"
0
passed  cases.yaml  numbers, quantities, items, missing rules
1 passed, 0 failed
"#);
}

#[test]
fn a_broken_document_has_only_something_to_say_about_saving() {
    let text = r#"
cases:
  - name: broken
    chain:
      - {scope: tenant, name: t, policyText: "defaults:\n  image: a\n  image: b"}
      - {scope: project, name: p, policy: {defaults: {image: a}}}
    submission: {}
    expect: {save: {scope: tenant, accepted: false, errors: [{code: save.document}]}}
"#;
    let Outcome { out, .. } = outcome_of("broken", text, Format::Json);
    assert_snapshot!(out, @r#"
{
  "files": [
    {
      "file": "cases.yaml",
      "cases": [
        {
          "name": "broken",
          "passed": true,
          "differences": [],
          "actual": {
            "accepted": null,
            "effective": null,
            "form": null,
            "issues": null,
            "save": {
              "project": {
                "accepted": true,
                "errors": [],
                "warnings": []
              },
              "tenant": {
                "accepted": false,
                "errors": [
                  {
                    "code": "save.document",
                    "column": 3,
                    "details": "Line 3, column 3: the key “image” is written twice.",
                    "field": "",
                    "line": 3
                  }
                ],
                "warnings": []
              }
            },
            "spec": null
          }
        }
      ]
    }
  ],
  "passed": 1,
  "failed": 0
}
"#);
}

#[test]
fn files_that_are_no_test_files_are_named() {
    let case = |inside: &str| format!("cases:\n  - name: a\n    {inside}\n");
    let wrong = [
        ("no-cases", "case: []".to_owned()),
        ("list", "- a".to_owned()),
        ("yaml", "cases: [".to_owned()),
        ("scalar", "cases: 5".to_owned()),
        ("nameless", "cases: [{because: x}]".to_owned()),
        ("lines", "cases: [{name: \"a\\nb\"}]".to_owned()),
        ("twice", "cases: [{name: a}, {name: a}]".to_owned()),
        ("key", case("expects: {}")),
        ("scope", case("chain: [{scope: galaxy}]")),
        ("scopes", case("chain: [{scope: project}, {scope: project}]")),
        ("system", case("chain: [{scope: system}]")),
        ("both", case("chain: [{scope: project, policy: {}, policyText: ''}]")),
        ("type", case("workloadType: game")),
        ("asset", case("assets: [{id: a, kind: floppy}]")),
        ("assets", case("assets: [{id: a, kind: nfs}, {id: a, kind: nfs}]")),
        ("issue", case("expect: {issues: [{path: a}]}")),
        ("control", case("expect: {form: {image: {visible: true}}}")),
        ("nothing", case("expect: {accepted: true}")),
        ("submission", case("submission: []")),
    ];
    let lines = wrong.map(|(name, text)| {
        let Outcome { out, err, code } = outcome_of(name, &text, Format::Table);
        assert_eq!((code, out.as_str()), (2, "0 passed, 0 failed\n"), "{name}");
        err.join("\n")
    });
    assert_snapshot!(lines.join("\n"), @r#"
cases.yaml: not a test file: unknown key “case” at line 1, column 1
cases.yaml: not a test file: it must be an object with the key “cases”
cases.yaml: line 2, column 1: this is no YAML: while parsing a node, did not find expected node content
cases.yaml: not a test file: “cases” must be a list
cases.yaml: not a test file: case “#0”: missing field `name`
cases.yaml: not a test file: case “a
b”: “name” must be one line
cases.yaml: not a test file: case “a”: “name” must be unique in the file
cases.yaml: not a test file: case “a”: unknown field `expects`, expected one of `name`, `because`, `workloadType`, `chain`, `withoutSystemPolicies`, `assets`, `submission`, `expect`
cases.yaml: not a test file: case “a”: unknown variant `galaxy`, expected one of `system`, `tenant`, `cluster`, `department`, `project`
cases.yaml: not a test file: case “a”: “chain” has the scope “project” twice
cases.yaml: not a test file: case “a”: “chain” may hold “system” only with “withoutSystemPolicies: true”
cases.yaml: not a test file: case “a”: “policy” and “policyText” of “project” exclude each other
cases.yaml: not a test file: case “a”: unknown variant `game`, expected one of `workspace`, `training`, `distributed`, `inference`, `distributedInference`, `nimService`
cases.yaml: not a test file: case “a”: unknown variant `floppy`, expected one of `environment`, `compute`, `pvc`, `nfs`, `s3`, `git`, `hostPath`, `config-map`, `configMap`, `secret`, `secret-volume`, `data-volume`, `accessKey`, `dockerRegistry`, `password`, `genericSecret`, `ngcApiKey`, `registry`
cases.yaml: not a test file: case “a”: “assets” has the id “a” twice
cases.yaml: not a test file: case “a”: unknown field `path`, expected one of `field`, `rule`, `code`, `details`, `source`
cases.yaml: not a test file: case “a”: unknown field `visible`, a control has value, editable, required, options, min, max, step, source, help, reason, canAdd, removable
cases.yaml: not a test file: case “a”: “expect.accepted” needs a “submission”
cases.yaml: not a test file: case “a”: “submission” must be an object
"#);
}
