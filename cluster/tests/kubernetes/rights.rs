//! The rights that we ship: every test here runs with them, so they suffice; and none of them is superfluous, for Berth
//! uses each.

use std::{collections::BTreeSet, sync::Arc};

use cluster::{Driver, TerminalSize, kubernetes::rights};
use serde_json::Value;
use testkit::kube::Kube;
use tokio::io::AsyncWriteExt;

use crate::{
    bed::{Bed, id, now},
    shared, usage,
};

/// Everything that the driver ever asks for.
const WITH_ALL: &str = r#"{"exposedUrls": [{"container": 8888}],
    "environmentVariables": [{"name": "TOKEN", "secret": {"name": "genericsecret-hub", "key": "token"}}],
    "storage": {"pvc": [{"path": "/kept", "existingPvc": false, "claimInfo": {"size": "1G"}}]}}"#;

const WAITS: &str = r#"{"storage": {"pvc": [{"path": "/kept", "existingPvc": false,
    "claimInfo": {"size": "1G", "storageClass": "nobody"}}]}}"#;

/// What a role allows, as `verb group/resource`.
fn granted(kube: &Kube) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for role in ["berth", "berth-project", "berth-data-volumes"] {
        let text = kube.kubectl(&["get", "clusterrole", role, "-o", "json"]);
        let role: Value = serde_json::from_str(&text).unwrap();
        for rule in role["rules"].as_array().unwrap() {
            let list = |field: &str| {
                rule[field].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned())
            };
            for (group, resource) in list("apiGroups")
                .flat_map(|group| list("resources").map(move |one| (group.clone(), one)))
            {
                all.extend(list("verbs").map(|verb| format!("{verb} {group}/{resource}")));
            }
        }
    }
    assert!(all.iter().all(|one| !one.contains('*')), "{all:?}");
    all
}

/// What Berth asked for, as the API server wrote it down.
fn used(kube: &Kube) -> BTreeSet<String> {
    let text = std::fs::read_to_string(kube.folder().join("audit.jsonl")).unwrap();
    let mut all = BTreeSet::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let of = |field: &str| event["objectRef"][field].as_str().unwrap_or_default();
        let (group, resource, verb) =
            (of("apiGroup"), of("resource"), event["verb"].as_str().unwrap());
        if resource.is_empty() || resource.starts_with("selfsubject") {
            continue;
        }
        let sub = if of("subresource").is_empty() {
            String::new()
        } else {
            format!("/{}", of("subresource"))
        };
        all.insert(format!("{verb} {group}/{resource}{sub}"));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn every_right_is_used() {
    let mut bed = Bed::on(Arc::new(Kube::start(40)), 1);
    bed.kube.create(rights::DATA_VOLUMES);
    bed.kube.kubectl(&["create", "namespace", "origin"]);
    shared::origin(&bed.kube, "data", "[ReadOnlyMany]");
    bed.run(3, shared::SHOWS);
    bed.show(3, 7, "origin", "data");
    bed.until_runs(3).await;
    bed.run(1, WITH_ALL);
    bed.keep(1, "genericsecret-hub", false);
    bed.safe.put("genericsecret-hub", "token=hunter2");
    bed.until_runs(1).await;
    // One whose labels are gone is looked at.
    bed.kubectl(&["label", "pod", "nb1-1", "berth.dev/cluster-"]);
    bed.until_runs(1).await;
    bed.kubectl(&["set", "image", "pod/nb1-1", "workspace=evil:1"]);
    let image = ["get", "pod", "nb1-1", "-o", "jsonpath={.spec.containers[0].image}"];
    while bed.kubectl(&image) != "busy:1" {
        bed.turn().await;
    }
    let _ = bed.driver.logs(id(1), 5).await;
    usage::begin(&bed.kube);
    bed.driver.measure(now()).await.unwrap();
    if let Ok(mut terminal) = bed.driver.terminal(id(1), TerminalSize::of(80, 24)).await {
        drop(terminal.input.write_all(b"exit\n").await);
    }
    // A claim that waits for its first pod is told the node; nobody provisions this one.
    bed.kube.create(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: nobody}\n\
         provisioner: example.com/nobody\nvolumeBindingMode: WaitForFirstConsumer\n",
    );
    bed.run(2, WAITS);
    let told = bed.until_unwell(2).await;
    assert!(told.contains("volume nb2-volume-0 is not bound yet"), "{told}");
    let node = r"jsonpath={.metadata.annotations.volume\.kubernetes\.io/selected-node}";
    assert!(bed.kubectl(&["get", "pvc", "nb2-volume-0", "-o", node]).ends_with("-1"));
    bed.desired.clear();
    bed.until_names("pods,pvc", "").await;
    bed.until_names("pv", "persistentvolume/pv-data").await;
    // A watch is written down when it ends.
    bed.restart_berth();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;

    let (granted, used) = (granted(&bed.kube), used(&bed.kube));
    let of_secrets = granted.iter().filter(|one| one.ends_with("/secrets")).cloned();
    assert_eq!(of_secrets.collect::<Vec<_>>(), ["create /secrets", "patch /secrets"]);
    // These are asked for where somebody applies what is not there yet, or binds a role; no log names them.
    let implied = [
        "create /pods/exec",
        "create /pods",
        "create /secrets",
        "create /services",
        "create networking.k8s.io/networkpolicies",
        "bind rbac.authorization.k8s.io/clusterroles",
    ];
    let missing: Vec<_> = used.difference(&granted).collect();
    let superfluous: Vec<_> =
        granted.difference(&used).filter(|one| !implied.contains(&one.as_str())).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty(),
        "missing {missing:?}, superfluous {superfluous:?}"
    );
}

/// Takes a verb out of the rule of a role that names a resource, by its name alone or with its group.
pub fn without(kube: &Kube, role: &str, resource: &str, verb: &str) {
    let text = kube.kubectl(&["get", "clusterrole", role, "-o", "json"]);
    let mut role: Value = serde_json::from_str(&text).unwrap();
    let rules = role["rules"].as_array_mut().unwrap();
    let (name, group) = resource.split_once('.').unzip();
    let of = |rule: &Value| {
        let has = |one: &str| rule["resources"].as_array().unwrap().iter().any(|of| of == one);
        has(name.unwrap_or(resource)) && group.is_none_or(|group| rule["apiGroups"][0] == group)
    };
    let rule = rules.iter_mut().find(|rule| of(rule)).unwrap();
    rule["verbs"].as_array_mut().unwrap().retain(|one| one != verb);
    if rule["verbs"].as_array().unwrap().is_empty() {
        rules.retain(|rule| !of(rule));
    }
    let path = kube.folder().join("role.json");
    std::fs::write(&path, role.to_string()).unwrap();
    kube.kubectl(&["replace", "-f", &path.display().to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_is_implied_is_needed_too() {
    let kube = Arc::new(Kube::start(40));
    let taken = [
        ("berth", "clusterroles", "bind"),
        ("berth-project", "secrets", "create"),
        ("berth-project", "services", "create"),
        ("berth-project", "networkpolicies", "create"),
        ("berth-project", "pods", "create"),
    ];
    let mut told = Vec::new();
    for (role, resource, verb) in taken {
        let before = kube.kubectl(&["get", "clusterrole", role, "-o", "json"]);
        without(&kube, role, resource, verb);
        let mut bed = Bed::on(kube.clone(), 1);
        bed.run(1, WITH_ALL);
        bed.keep(1, "genericsecret-hub", false);
        bed.safe.put("genericsecret-hub", "token=hunter2");
        let said = bed.until_unwell(1).await;
        assert!(
            said.contains("forbidden") || said.contains("cannot"),
            "without {verb} {resource}: {said}"
        );
        told.push(format!("without {verb} {resource}: {said}"));
        let path = kube.folder().join("before.json");
        let mut before: Value = serde_json::from_str(&before).unwrap();
        before["metadata"].as_object_mut().unwrap().remove("resourceVersion");
        std::fs::write(&path, before.to_string()).unwrap();
        kube.kubectl(&["replace", "-f", &path.display().to_string()]);
        bed.until_runs(1).await;
    }
    println!("{}", told.join("\n"));
    // A terminal needs both rights on its pod.
    let mut bed = Bed::on(kube.clone(), 1);
    bed.run(1, "{}");
    bed.until_runs(1).await;
    without(&kube, "berth-project", "pods/exec", "create");
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let refused = bed.driver.terminal(id(1), TerminalSize::of(80, 24)).await.err().unwrap();
    assert!(refused.to_string().contains("shell"), "{refused}");
    println!("{refused}");
}
