//! Files that are wrong are refused with the place and what would be right, whatever is in them.

use insta::assert_snapshot;
use proptest::prelude::*;

const BASE: &str = "
nodes:     [{name: gpu-1, gpus: 8}]
projects:  [{name: team-a, gpu: 4}, {name: team-b, gpu: 4}]
workloads:
  - {id: train, project: team-a, gpus: 8, pods: [{node: gpu-1}]}
  - {id: notebook, project: team-b, gpus: 1}
";

/// What is said of the smallest file after `from` was replaced by `to`.
fn wrong(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    match cli::simulate(&BASE.replace(from, to), None) {
        Ok(_) => "right".to_owned(),
        Err(wrong) => wrong,
    }
}

#[test]
fn the_smallest_file_is_right() {
    assert_eq!(wrong("gpu-1", "gpu-1"), "right");
}

#[test]
fn a_wrong_file_names_the_field_and_what_would_be_right() {
    let cases = [
        ("notebook, project: team-b", "notebook, project: tem-a"),
        ("id: notebook", "id: train"),
        ("id: notebook, project", "id: notebook, projct"),
        ("node: gpu-1", "node: gpu-2"),
        ("gpus: 1}", "gpus: -1}"),
        ("gpus: 1}", "gpus: 1.5}"),
        ("gpus: 1}", "gpus: many}"),
        ("gpus: 1}", "gpus: 1, gpuFraction: 0.5}"),
        ("gpus: 1}", "gpus: 1, cpu: lots}"),
        ("gpus: 1}", "gpus: 1, minPods: 2}"),
        ("gpus: 1}", "gpus: 1, priority: hihg}"),
        ("gpus: 1}", "gpus: 1, nodePools: [defualt]}"),
        ("name: gpu-1, gpus: 8", "name: gpu-1, gpus: 4"),
        ("name: gpu-1, gpus: 8", "name: gpu-1, count: 2, gpus: 8"),
        ("name: team-b", "name: team-a"),
        ("name: team-b, gpu: 4", "name: team-b, gpu: {deserved: 4, max: 5}"),
        ("nodes: ", "departments: [{name: a, parent: b}, {name: b, parent: a}]\nnodes: "),
    ];
    let said: Vec<_> = cases.iter().map(|(from, to)| wrong(from, to)).collect();
    assert_snapshot!(said.join("\n"), @r#"
    workloads[1].project: no project "tem-a"; did you mean "team-a"?
    workloads[1].id: "train" is taken by workloads[0].id
    workloads[1].projct: no such key; did you mean "project"?
    workloads[0].pods[0].node: no node "gpu-2"; did you mean "gpu-1"?
    workloads[1].gpus: must be from 0 to 1000000
    workloads[1].gpus: must be a whole number
    workloads[1].gpus: must be a number, not text
    workloads[1].gpuFraction: only one of gpus, gpuFraction, gpuMemory and mig may be given
    workloads[1].cpu: must be a number or a quantity like "500m"
    workloads[1].minPods: must be from 0 to 1
    workloads[1].priority: "hihg" is not one of very-low, low, medium-low, medium, medium-high, high, very-high; did you mean "high"?
    workloads[1].nodePools[0]: no node pool "defualt"; did you mean "default"?
    workloads[0].pods[0]: does not fit on node gpu-1: too few GPUs for its pods
    workloads[0].pods[0].node: no node "gpu-1"; did you mean "gpu-1-0"?
    projects[1].name: "team-a" is taken by projects[0].name
    projects[1].gpu.max: no such key
    departments[1].parent: departments stand in a ring; one of them must have no parent
    "#);
}

#[test]
fn absurd_numbers_are_refused() {
    let cases = [
        ("name: gpu-1, gpus: 8", "name: gpu-1, gpus: 1000000000000000000"),
        ("name: gpu-1, gpus: 8", "name: gpu-1, gpus: 8, count: 1000000000"),
        ("gpus: 1}", "gpus: 1000000000000000000}"),
        ("gpus: 1}", "gpus: 1, pods: 1000000}"),
        ("gpus: 1}", "gpus: 1, pods: [{count: 9000000000000000000}]}"),
        ("gpus: 1}", "gpus: 1, cpu: 1e300}"),
        ("gpus: 1}", "gpus: 1, memory: 9E}"),
        ("gpus: 1}", "gpus: 1, created: -9223372036854775808}"),
        ("gpus: 1}", "gpus: 1, priority: 99999999999}"),
        ("nodes: ", "options: {cycles: 1000000000000}\nnodes: "),
        ("nodes: ", "options: {period: 0}\nnodes: "),
    ];
    let said: Vec<_> = cases.iter().map(|(from, to)| wrong(from, to)).collect();
    assert_snapshot!(said.join("\n"), @r#"
    nodes[0].gpus: must be from 0 to 1024
    nodes[0].count: must be from 0 to 50000
    workloads[1].gpus: must be from 0 to 1000000
    workloads[1].pods: at most 200000 pods in all
    workloads[1].pods[0].count: must be from 0 to 2251799813685247
    workloads[1].cpu: must be from 0 to 1000000000
    workloads[1].memory: must be a number or a quantity like "16Gi"
    workloads[1].created: must be from -1000000000 to 1000000000
    workloads[1].priority: must be from -2147483648 to 2147483647
    options.cycles: must be from 1 to 100000
    options.period: must be from 1 to 1000000000
    "#);
}

/// Any value of a small size.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-2_i64..20).prop_map(Into::into),
        any::<f64>().prop_map(|number| serde_json::json!(number)),
        "[a-z]{0,6}".prop_map(Into::into),
        prop::sample::select(vec!["a", "b", "n-0", "unlimited", "high", "16Gi", "running"])
            .prop_map(Into::into),
    ];
    let keys = prop::sample::select(vec![
        "name",
        "id",
        "gpus",
        "gpu",
        "deserved",
        "limit",
        "pods",
        "node",
        "nodes",
        "count",
        "projects",
        "workloads",
        "project",
        "department",
        "departments",
        "gpuFraction",
        "gpuMemory",
        "gpuDevices",
        "cpu",
        "memory",
        "minPods",
        "priority",
        "state",
        "devices",
        "options",
        "cycles",
        "subGroups",
        "subGroup",
        "topology",
        "taints",
        "labels",
        "nodePools",
    ]);
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = cli::simulate(&text, None);
    }

    #[test]
    fn no_value_panics(nodes in value(), projects in value(), workloads in value()) {
        let file = serde_json::json!({
            "nodes": [{"name": "n", "gpus": 4}, nodes], "projects": [{"name": "a"}, projects],
            "workloads": [{"id": "w", "project": "a", "gpus": 1}, workloads],
        });
        let _ = cli::simulate(&file.to_string(), None);
        let _ = cli::simulate(&file.to_string(), Some(1_000));
    }
}
