//! Every case of `scenarios/` comes out as it says (`scenarios.md` §6).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod judge;

use std::{fs, path::Path};

use serde_json::Value;

/// Cases that come out otherwise, and why.
const KNOWN: [(&str, &str); 1] = [
    // Four devices: three whole ones are given out, and two parts of 0.26 of different devices
    // beside one of 0.6. No node has room for that; the reference counts a device twice.
    ("random-0254", "over-commits a device"),
];

fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read =
        |path| serde_json::from_str::<Vec<Value>>(&fs::read_to_string(path).unwrap()).unwrap();
    files.into_iter().flat_map(read).collect()
}

/// What is wrong with the outcome of a case.
fn problems(case: &Value) -> Vec<String> {
    let mut given = case.clone();
    for key in ["expect", "reference", "needs"] {
        given.as_object_mut().unwrap().remove(key);
    }
    match cli::simulate(&given.to_string(), None) {
        Ok(output) => judge::judge(case, &serde_json::from_str(&output).unwrap()),
        Err(wrong) => vec![wrong],
    }
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut failures = vec![];
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        let found = problems(&case);
        match KNOWN.iter().find(|(known, _)| *known == id) {
            None => failures.extend(found.iter().map(|problem| format!("{id}: {problem}"))),
            Some(_) if found.is_empty() => failures.push(format!("{id} is right now")),
            Some(_) => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let mut case = cases().into_iter().find(|case| case["id"] == "conformance-T04").unwrap();
    assert_eq!(problems(&case), Vec::<String>::new());
    case["expect"]["workloads"]["x0"]["state"] = "pending".into();
    case["expect"]["maxEvictionsPerCycle"] = 3.into();
    case["expect"]["fairShare"]["projects"]["a"]["gpu"] = 5.into();
    assert_eq!(problems(&case).len(), 5, "{:?}", problems(&case));
}

#[test]
fn through_time_work_comes_runs_and_ends() {
    let file = "
        nodes: [{name: g, gpus: 2}]
        projects: [{name: a, gpu: 1}, {name: b, gpu: 1}]
        options: {period: 10, terminationSeconds: 30}
        workloads:
          - {id: one, project: a, gpus: 2, runsFor: 100}
          - {id: two, project: b, gpus: 1, arrives: 25, runsFor: 50}
          - {id: three, project: a, gpus: 1, arrives: 500, runsFor: 20}";
    let output = cli::simulate(file, Some(1_000)).unwrap();
    let report = &serde_json::from_str::<Value>(&output).unwrap()["report"];
    // One is reclaimed at 30, gone at 60, and can begin anew only when two has ended at 110.
    let one = serde_json::json!({
        "arrived": 0, "started": 0, "finished": 210, "waited": 80, "evictions": 1,
    });
    assert_eq!(report["workloads"]["one"], one);
    assert_eq!(report["workloads"]["two"]["started"], 60);
    assert_eq!(report["workloads"]["three"]["waited"], 0);
    let counts = [&report["finished"], &report["running"], &report["waiting"], &report["cycles"]];
    assert_eq!(counts, [3, 0, 0, 7]);
}

#[test]
fn work_that_resumes_keeps_what_it_has_done() {
    let file = |how: &str| {
        format!(
            "
        nodes: [{{name: g, gpus: 2}}]
        projects: [{{name: a, gpu: 1}}, {{name: b, gpu: 1}}]
        workloads:
          - {{id: one, project: a, gpus: 2, runsFor: 100, onEviction: {how}}}
          - {{id: two, project: b, gpus: 1, arrives: 40, runsFor: 50}}"
        )
    };
    let end = |how| {
        let output = cli::simulate(&file(how), Some(1_000)).unwrap();
        serde_json::from_str::<Value>(&output).unwrap()["report"]["workloads"]["one"]["finished"]
            .as_i64()
    };
    assert_eq!((end("restart"), end("resume")), (Some(191), Some(151)));
}

#[test]
fn who_waits_is_told_when_it_will_start_if_everybody_says_how_long_they_run() {
    let scenario = |runs_for: &str| {
        format!(
            "nodes: [{{name: g, gpus: 8}}]\nprojects: [{{name: a, gpu: 8}}]\nworkloads:\n\
             - {{id: long, project: a, gpus: 4, started: -60, pods: [{{node: g}}], runsFor: 600}}\n\
             - {{id: short, project: a, gpus: 4, started: -60, pods: [{{node: g}}]{runs_for}}}\n\
             - {{id: next, project: a, gpus: 8}}\n"
        )
    };
    let estimate = |text: String| {
        let played: Value = serde_json::from_str(&cli::simulate(&text, None).unwrap()).unwrap();
        played["cycles"][0]["workloads"]["next"]["estimate"].clone()
    };
    assert_eq!(estimate(scenario(", runsFor: 300")), 540);
    assert_eq!(estimate(scenario("")), Value::Null, "nobody knows when the short one ends");
}
