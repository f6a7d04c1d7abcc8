//! Lists: pages of more than five hundred, and the same fields as the interface.

use serde_json::{Value, json};

use super::{Berth, Terminal, start};
use crate::common::Person;

/// Makes so many workspaces that nothing has to run.
async fn many(berth: &Berth, who: &Person, count: usize) {
    for i in 0..count {
        let body = berth.workspace(&format!("w{i:03}"), 0);
        let made = berth.send(who, "POST", "/api/v1/workloads/workspaces", &body).await;
        assert_eq!(made.status, 202, "{}", made.text);
    }
}

async fn lines(terminal: &Terminal, flags: &str) -> (Vec<String>, String) {
    let line = format!("workspace list -A --columns workload --no-headers {flags}");
    let said = terminal.run(&line).await;
    assert_eq!(said.code, 0, "{}", said.err);
    (said.out.lines().map(str::to_owned).collect(), said.err)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_through_all_pages_or_tells_where_the_next_begins() {
    const COUNT: usize = 510;
    let (berth, terminal) = start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    many(&berth, &administrator, COUNT).await;
    let names = |from: usize, to: usize| (from..to).map(|i| format!("w{i:03}")).collect::<Vec<_>>();
    assert_eq!(lines(&terminal, "").await, (names(0, COUNT), String::new()));
    assert_eq!(lines(&terminal, "--page-size 500").await.0, names(0, COUNT));
    assert_eq!(lines(&terminal, "--max-items 7 --page-size 3").await.0, names(0, 7));
    assert_eq!(lines(&terminal, "--limit 2 --offset 505").await.0, names(505, 507));
    let (first, told) = lines(&terminal, "--page-size 500 --no-pagination").await;
    assert_eq!((first, told.as_str()), (names(0, 500), "There is more: --next-token 500\n"));
    let (rest, told) = lines(&terminal, "--next-token 500 --no-pagination").await;
    assert_eq!((rest, told.as_str()), (names(500, COUNT), ""));
    let said = terminal.run("workspace list -A --page-size 501").await;
    assert_eq!((said.code, said.err.as_str()), (2, "berth: --page-size must be from 1 to 500\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_and_yaml_have_the_fields_of_the_interface() {
    let (berth, terminal) = start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    let lists = [
        ("project list", "/api/v1/org-unit/projects?limit=100&sortBy=name", "/projects"),
        ("department list", "/api/v1/org-unit/departments?limit=100&sortBy=name", "/departments"),
        ("cluster list", "/api/v1/clusters", ""),
        ("node list", "/api/v1/nodes?limit=100&sortBy=name", "/nodes"),
        ("nodepool list", "/api/v1/node-pools?limit=100", "/nodepools"),
        ("environment list", "/api/v1/asset/environment", "/entries"),
        ("compute list", "/api/v1/asset/compute", "/entries"),
        ("template list", "/api/v1/workload-templates/workspaces?limit=100", "/entries"),
    ];
    for (line, path, items) in lists {
        let answer = berth.send(&administrator, "GET", path, "").await.json();
        let wanted = without_times(answer.pointer(items).unwrap());
        let json = terminal.run(&format!("{line} --json")).await.out;
        assert_eq!(without_times(&serde_json::from_str(&json).unwrap()), wanted, "{line}");
        let yaml = terminal.run(&format!("{line} -o yaml")).await.out;
        assert_eq!(without_times(&serde_saphyr::from_str(&yaml).unwrap()), wanted, "{line}");
        let raw = terminal.run(&format!("{line} --raw")).await.out;
        assert_eq!(
            without_times(&serde_json::from_str(&raw).unwrap()),
            without_times(&answer),
            "{line}"
        );
        let again = terminal.run(&format!("{line} --json")).await.out;
        assert_eq!(again.lines().count(), json.lines().count(), "{line}: the same each time");
    }
    many(&berth, &administrator, 1).await;
    let described = terminal.run("workspace describe w000 -p default --json").await.out;
    let described: Value = serde_json::from_str(&described).unwrap();
    let id = described["workload"]["id"].as_str().unwrap();
    let path = format!("/api/v1/workloads/workspaces/{id}");
    let workspace = berth.send(&administrator, "GET", &path, "").await.json();
    assert_eq!(described["workspace"]["spec"], workspace["spec"]);
}

/// What moves by itself between two questions.
fn without_times(of: &Value) -> Value {
    match of {
        Value::Object(fields) => {
            let stays = |name: &str| !name.ends_with("At") && name != "lastLiveness";
            let kept = fields.iter().filter(|(name, _)| stays(name));
            kept.map(|(name, value)| (name.clone(), without_times(value))).collect()
        }
        Value::Array(all) => all.iter().map(without_times).collect(),
        other => other.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_chosen_and_remembered() {
    let (_berth, terminal) = start().await;
    let made = terminal.run("workspace submit nb -p default -i a").await;
    assert_eq!(made.code, 0, "{}", made.err);
    let story = terminal
        .story(&[
            "workspace list -A --columns workload,image --set-default-columns",
            "workspace list -A",
            "workspace list -A --columns workload,colour",
            "workload list -A --columns workload --no-headers --type training",
        ])
        .await;
    insta::assert_snapshot!(story, @r#"
    $ berth workspace list -A --columns workload,image --set-default-columns
    Workload  Image
    nb        a
    $ berth workspace list -A
    Workload  Image
    nb        a
    $ berth workspace list -A --columns workload,colour
    berth: there is no column "colour"; there is workload, type, status, project, pods, gpu-alloc, reason, priority, preemptible, node-pool, nodes, created-by, created-at, gpu-request, gpu-mem, cpu-request, cpu-mem, image, id
    (2)
    $ berth workload list -A --columns workload --no-headers --type training
    "#);
    let settings: Value =
        serde_json::from_str(&std::fs::read_to_string(terminal.file("config.json")).unwrap())
            .unwrap();
    assert_eq!(settings, json!({"columns": {"workload": ["workload", "image"]}}));
}
