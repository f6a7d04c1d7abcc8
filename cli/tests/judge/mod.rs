//! Judges what a scenario expects against what happened (`scenarios.md` §6).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What tells the pods of one workload apart.
const LOOK: [&str; 15] = [
    "gpus",
    "gpuFraction",
    "gpuMemory",
    "gpuDevices",
    "cpu",
    "memory",
    "mig",
    "node",
    "state",
    "devices",
    "subGroup",
    "order",
    "nodeSelector",
    "labels",
    "affinity",
];

/// Everything that is not as expected.
pub fn judge(case: &Value, output: &Value) -> Vec<String> {
    let (options, expect) = (&case["options"], &case["expect"]);
    let first = options["cycles"].as_u64().unwrap_or(1) as usize;
    let stable = options["stableCycles"].as_u64().unwrap_or(0) as usize;
    let cycles = output["cycles"].as_array().unwrap();
    let mut problems = vec![];
    fair_shares(case, &cycles[0], &mut problems);
    let decided = expect["when"].as_str().unwrap_or("decided") == "decided";
    let after = &cycles[first..first + stable];
    let last = if decided { &cycles[first - 1] } else { &cycles[first + stable - 1] };
    if decided {
        state(case, &last["workloads"], "decided", true, &mut problems);
        devices(case, &last["workloads"], &mut problems);
    } else {
        let settled = completed(case, &cycles[first - 1]["workloads"]);
        state(case, &settled, "settled", stable == 0, &mut problems);
        for cycle in after {
            state(case, &cycle["workloads"], "stable", true, &mut problems);
        }
        devices(case, &completed(case, &last["workloads"]), &mut problems);
    }
    evictions(expect, cycles, &mut problems);
    if expect["quiet"] == true {
        let busy = after.iter().filter(|cycle| !cycle["decisions"].as_array().unwrap().is_empty());
        problems.extend(busy.map(|cycle| format!("cycle {} is not quiet", cycle["cycle"])));
    }
    nodes(expect, last, &mut problems);
    problems
}

fn evictions(expect: &Value, cycles: &[Value], problems: &mut Vec<String>) {
    let Some(most) = expect["maxEvictionsPerCycle"].as_u64() else { return };
    for cycle in cycles {
        let evicted = cycle["counts"]["evict"].as_u64().unwrap();
        if evicted > most {
            problems.push(format!("cycle {}: {evicted} evictions, at most {most}", cycle["cycle"]));
        }
    }
}

fn nodes(expect: &Value, last: &Value, problems: &mut Vec<String>) {
    for (name, want) in entries(&expect["nodes"]) {
        for (key, value) in entries(want) {
            if !near(&last["nodes"][name][key], value) {
                let got = &last["nodes"][name][key];
                problems.push(format!("node {name}: {key} {got}, expected {value}"));
            }
        }
    }
}

/// The pairs of a mapping, none where there is none.
fn entries(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    of.as_object().into_iter().flatten()
}

fn near(got: &Value, want: &Value) -> bool {
    let (Some(got), Some(want)) = (got.as_f64(), want.as_f64()) else { return false };
    (got - want).abs() <= 0.005 * want.abs().max(1.0)
}

/// The pods of a workload as the file gives them, one entry each.
fn pods_of(workload: &Value) -> Vec<Value> {
    match &workload["pods"] {
        Value::Array(pods) => {
            let count = |pod: &Value| pod["count"].as_u64().unwrap_or(1) as usize;
            pods.iter().flat_map(|pod| vec![pod.clone(); count(pod)]).collect()
        }
        number => vec![json!({}); number.as_u64().unwrap_or(1) as usize],
    }
}

/// Pods that are alike in the file may stand for each other.
fn classes(workload: &Value) -> Vec<Vec<usize>> {
    let mut classes: Vec<(Vec<Value>, Vec<usize>)> = vec![];
    for (at, pod) in pods_of(workload).iter().enumerate() {
        let look: Vec<_> =
            LOOK.iter().chain(&["antiAffinity"]).map(|key| pod[*key].clone()).collect();
        match classes.iter_mut().find(|(own, _)| *own == look) {
            Some((_, members)) => members.push(at),
            None => classes.push((look, vec![at])),
        }
    }
    classes.into_iter().map(|(_, members)| members).collect()
}

fn fits(want: &Value, pod: &Value) -> bool {
    ["state", "node"].iter().all(|key| want[*key].is_null() || want[*key] == pod[*key])
}

/// Whether each wanted entry has a pod of its own.
fn all_match(wanted: &[&Value], pods: &[&Value]) -> bool {
    let mut owner = vec![None; pods.len()];
    (0..wanted.len()).all(|at| find_pod(at, wanted, pods, &mut owner, &mut BTreeSet::new()))
}

fn find_pod(
    at: usize,
    wanted: &[&Value],
    pods: &[&Value],
    owner: &mut [Option<usize>],
    seen: &mut BTreeSet<usize>,
) -> bool {
    for pod in 0..pods.len() {
        if !fits(wanted[at], pods[pod]) || !seen.insert(pod) {
            continue;
        }
        let is_free = match owner[pod] {
            None => true,
            Some(other) => find_pod(other, wanted, pods, owner, seen),
        };
        if is_free {
            owner[pod] = Some(at);
            return true;
        }
    }
    false
}

fn state(case: &Value, got: &Value, label: &str, last: bool, problems: &mut Vec<String>) {
    for (id, want) in entries(&case["expect"]["workloads"]) {
        let all = case["workloads"].as_array().unwrap();
        let spec = all.iter().find(|workload| workload["id"] == id.as_str()).unwrap();
        let pods = got[id]["pods"].as_array().unwrap();
        for pod in pods.iter().filter(|pod| !fits(want, pod)) {
            problems.push(format!("{label}: {id}: {pod}, expected {want}"));
        }
        for members in classes(spec) {
            let is_member =
                |want: &&Value| members.contains(&(want["pod"].as_u64().unwrap() as usize));
            let wanted: Vec<_> =
                want["pods"].as_array().into_iter().flatten().filter(is_member).collect();
            let found: Vec<_> = members.iter().map(|at| &pods[*at]).collect();
            if !all_match(&wanted, &found) {
                problems.push(format!("{label}: {id}: {found:?}, expected {wanted:?}"));
            }
        }
        if last && !want["gpus"].is_null() && !near(&got[id]["gpus"], &want["gpus"]) {
            problems.push(format!("{label}: {id} holds {}, not {}", got[id]["gpus"], want["gpus"]));
        }
        let code = &got[id]["reason"]["code"];
        if last && !want["reason"].is_null() && *code != want["reason"] {
            problems.push(format!("{label}: {id}: reason {code}, expected {}", want["reason"]));
        }
    }
}

/// The state after the outside world has done what a cycle decided.
fn completed(case: &Value, workloads: &Value) -> Value {
    let mut after = workloads.clone();
    for workload in case["workloads"].as_array().unwrap() {
        let id = workload["id"].as_str().unwrap();
        for pod in after[id]["pods"].as_array_mut().unwrap() {
            match pod["state"].as_str().unwrap() {
                "bound" => pod["state"] = "running".into(),
                "releasing" if workload["terminates"] == "never" => {}
                "releasing" | "pipelined" => *pod = json!({"state": "pending"}),
                _ => {}
            }
        }
    }
    after
}

fn devices(case: &Value, workloads: &Value, problems: &mut Vec<String>) {
    let devices_of = |pod: &Value| {
        let (id, at) = pod.as_str().unwrap().rsplit_once('.').unwrap();
        let pod = &workloads[id]["pods"][at.parse::<usize>().unwrap()];
        let devices = pod["devices"].as_array().into_iter().flatten();
        devices.map(|device| (pod["node"].to_string(), device.to_string())).collect::<BTreeSet<_>>()
    };
    for (kind, shared) in [("sameDevice", true), ("differentDevice", false)] {
        for pair in case["expect"][kind].as_array().into_iter().flatten() {
            let (a, b) = (devices_of(&pair[0]), devices_of(&pair[1]));
            if a.is_empty() || b.is_empty() || a.is_disjoint(&b) == shared {
                problems.push(format!("{pair}: {a:?} and {b:?}, expected {kind}"));
            }
        }
    }
}

fn fair_shares(case: &Value, first: &Value, problems: &mut Vec<String>) {
    let pools = case["nodePools"].as_array();
    let named = |pool: &Value| pool["name"].as_str().unwrap().to_owned();
    let pools: Vec<_> =
        pools.map_or_else(|| vec!["default".to_owned()], |all| all.iter().map(named).collect());
    for level in ["projects", "departments"] {
        for (name, want) in entries(&case["expect"]["fairShare"][level]) {
            let by_pool = match pools.as_slice() {
                [only] => json!({ only.as_str(): want }),
                _ => want.clone(),
            };
            for (pool, resources) in entries(&by_pool) {
                for (resource, value) in entries(resources) {
                    let got = &first[level][name][pool][resource]["fairShare"];
                    if !near(got, value) {
                        let what = format!("fair share of {name} ({level}), {resource}");
                        problems.push(format!("{what}: {got}, expected {value}"));
                    }
                }
            }
        }
    }
}
