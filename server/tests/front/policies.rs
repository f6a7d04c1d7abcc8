//! Policies over the interface: written, kept to, checked without being written, and removed.

use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const POLICY: &str = "/api/v2/policy/workspaces";
const WORKSPACES: &str = "/api/v1/workloads/workspaces";

struct Story {
    berth: Berth,
    administrator: Person,
    member: Person,
}

impl Story {
    async fn begin() -> Self {
        let berth = Berth::start().await;
        let administrator = berth.person("administrator@example.com", true, false).await;
        let member = berth.person("member@example.com", false, true).await;
        Self { berth, administrator, member }
    }

    fn meta(&self, scope: &str) -> Value {
        let project: i32 = self.berth.project.0;
        match scope {
            "project" => json!({"scope": scope, "projectId": project, "name": "limits"}),
            "cluster" => json!({"scope": scope, "clusterId": self.berth.cluster, "name": "caps"}),
            _ => json!({"scope": scope, "name": "all"}),
        }
    }

    async fn write(&self, method: &str, query: &str, body: Value) -> Answer {
        let path = format!("{POLICY}{query}");
        self.berth.send(&self.administrator, method, &path, &body.to_string()).await
    }

    async fn put(&self, scope: &str, policy: Value) -> Answer {
        self.write("PUT", "", json!({"meta": self.meta(scope), "policy": policy})).await
    }

    async fn at_project(&self, method: &str, who: &Person) -> Answer {
        let path = format!("{POLICY}?scope=project&projectId={}", self.berth.project);
        self.berth.send(who, method, &path, "").await
    }

    async fn submit(&self, path: &str, name: &str, spec: Value) -> Answer {
        let body = json!({"name": name, "projectId": self.berth.project,
            "clusterId": self.berth.cluster, "spec": spec});
        self.berth.send(&self.member, "POST", path, &body.to_string()).await
    }

    async fn create(&self, name: &str, spec: Value) -> Answer {
        self.submit(WORKSPACES, name, spec).await
    }
}

/// Status, sentence and issues of an answer, a line each.
fn told(answer: &Answer) -> String {
    let json = answer.json();
    let mut lines = vec![format!("{} {}", answer.status.as_u16(), answer.message())];
    for issue in json["complianceIssues"].as_array().into_iter().flatten() {
        let of = |name: &str| issue[name].as_str().unwrap_or("-").to_owned();
        lines.push(format!("{} / {}: {}", of("field"), of("rule"), of("details")));
    }
    lines.join("\n")
}

fn limits() -> Value {
    json!({
        "defaults": {
            "imagePullPolicy": "IfNotPresent",
            "environmentVariables": {"instances": [{"name": "TEAM", "value": "vision"}]},
        },
        "rules": {
            "image": {"options": [{"value": "jupyter/base-notebook"}]},
            "compute": {"gpuDevicesRequest": {"max": 2}},
            "environmentVariables": {"instances": {"locked": ["TEAM"]}},
        },
    })
}

#[tokio::test]
async fn what_breaks_a_policy_is_refused_with_every_reason() {
    let story = Story::begin().await;
    let put = story.put("project", limits()).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let wrong = json!({"image": "other", "compute": {"gpuDevicesRequest": 4},
        "environmentVariables": [{"name": "TEAM", "value": "speech"}]});
    let refused = story.create("wrong", wrong.clone()).await;
    insta::assert_snapshot!(told(&refused), @r#"
    400 The workload does not comply with the policy
    image / options: Image must be one of: jupyter/base-notebook.
    compute.gpuDevicesRequest / max: GPU devices per pod must not be greater than 2 (requested 4).
    environmentVariables[TEAM] / locked: “TEAM” is locked by the policy of project “default” and can’t be changed.
    "#);
    assert_eq!(refused.json()["details"], "3 policy violations");
    // The question before tells the same, at the fields of the form.
    let verdict = story.submit(&format!("{WORKSPACES}/verdict"), "wrong", wrong).await.json();
    let said = verdict.to_string();
    for field in ["spec.image", "spec.compute.gpuDevicesRequest"] {
        assert!(said.contains(&format!("\"{field}\"")), "{field} in {said}");
    }
}

#[tokio::test]
async fn what_complies_keeps_the_defaults() {
    let story = Story::begin().await;
    story.put("project", limits()).await;
    let spec = json!({"compute": {"gpuDevicesRequest": 1}, "image": "jupyter/base-notebook",
        "environmentVariables": [{"name": "MODE", "value": "dev"}]});
    let made = story.create("right", spec).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let id = made.json()["workloadId"].as_str().unwrap_or_default().to_owned();
    let kept = story.berth.send(&story.member, "GET", &format!("{WORKSPACES}/{id}"), "").await;
    let spec = &kept.json()["spec"];
    assert_eq!(spec["imagePullPolicy"], "IfNotPresent");
    assert_eq!(spec["terminationGracePeriodSeconds"], 30);
    let variables = json!([{"name": "TEAM", "value": "vision"}, {"name": "MODE", "value": "dev"}]);
    assert_eq!(spec["environmentVariables"], variables);
}

#[tokio::test]
async fn a_default_can_be_what_the_submission_leaves_out() {
    let story = Story::begin().await;
    story.put("tenant", json!({"defaults": {"image": "jupyter/base-notebook"}})).await;
    let made = story.create("bare", json!({})).await;
    assert_eq!(made.status, 202, "{}", made.text);
    assert_eq!(made.json()["spec"]["image"], "jupyter/base-notebook");
}

#[tokio::test]
async fn a_lower_scope_does_not_override_a_rule_on_compute() {
    let story = Story::begin().await;
    let max = |max: i32| json!({"rules": {"compute": {"gpuDevicesRequest": {"max": max}}}});
    story.put("cluster", max(3)).await;
    let shadowed = story.put("project", max(1)).await.json();
    let warning = shadowed["warnings"][0]["details"].as_str().unwrap_or_default();
    assert!(
        warning.starts_with("Rules for “compute.gpuDevicesRequest” are overridden"),
        "{shadowed}"
    );
    let seen = story.at_project("GET", &story.member).await.json();
    let rule = &seen["effective"]["rules"]["compute"]["gpuDevicesRequest"];
    let source = json!({"scope": "cluster", "clusterId": story.berth.cluster});
    assert_eq!(rule, &json!({"max": 3, "sourceOfRule": source}));
    let spec = |gpus| json!({"image": "a", "compute": {"gpuDevicesRequest": gpus}});
    assert_eq!(story.create("two", spec(2)).await.status, 202);
    assert_eq!(story.create("four", spec(4)).await.status, 400);
}

#[tokio::test]
async fn the_built_in_policy_holds_until_one_is_written() {
    let story = Story::begin().await;
    let spec = || json!({"image": "a", "terminationGracePeriodSeconds": 600});
    insta::assert_snapshot!(told(&story.create("long", spec()).await), @r#"
    400 The workload does not comply with the policy
    terminationGracePeriodSeconds / max: Grace period for preemption must not be greater than 300 (requested 600).
    "#);
    let privileged = json!({"image": "a", "privileged": true});
    assert_eq!(story.create("root", privileged).await.status, 400);
    let raised = json!({"rules": {"terminationGracePeriodSeconds": {"max": 1800}}});
    assert_eq!(story.put("tenant", raised).await.status, 200);
    assert_eq!(story.create("long", spec()).await.status, 202);
}

#[tokio::test]
async fn what_is_only_checked_is_not_written() {
    let story = Story::begin().await;
    let body = json!({"meta": story.meta("project"), "policy": limits()});
    let checked = story.write("PUT", "?validateOnly=true", body).await;
    assert_eq!(checked.status, 200, "{}", checked.text);
    assert_eq!(checked.json()["effective"]["rules"]["compute"]["gpuDevicesRequest"]["max"], 2);
    assert_eq!(story.at_project("GET", &story.member).await.json()["policy"], Value::Null);
    let wrong = [
        json!({"rules": {"nothing": {"max": 1}}}),
        json!({"rules": {"compute": {"gpuDevicesRequest": {"min": 3, "max": 2}}}}),
        json!({"defaults": {"compute": {"gpuDevicesRequest": 4}},
            "rules": {"compute": {"gpuDevicesRequest": {"max": 2}}}}),
        json!({"imposedAssets": ["4ba37689-f528-4eb6-9377-5e322780cc27"]}),
    ];
    let mut lines = Vec::new();
    for policy in wrong {
        lines.push(told(&story.put("project", policy).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400 nothing: Add a valid policy YAML;json: unknown field "nothing"
    nothing / -: Add a valid policy YAML;json: unknown field "nothing"
    400 compute.gpuDevicesRequest: The rule “min” of “compute.gpuDevicesRequest” must be at most 2, the max.
    compute.gpuDevicesRequest / min: The rule “min” of “compute.gpuDevicesRequest” must be at most 2, the max.
    400 compute.gpuDevicesRequest: Default of compute.gpuDevicesRequest (4) must not be greater than 2
    compute.gpuDevicesRequest / max: Default of compute.gpuDevicesRequest (4) must not be greater than 2
    400 imposedAssets: No asset “4ba37689-f528-4eb6-9377-5e322780cc27” can be seen here; name a data source of this scope or above.
    imposedAssets / -: No asset “4ba37689-f528-4eb6-9377-5e322780cc27” can be seen here; name a data source of this scope or above.
    "#);
}

#[tokio::test]
async fn a_part_is_changed_and_the_whole_removed() {
    let story = Story::begin().await;
    story.put("project", limits()).await;
    let body = json!({"meta": story.meta("project"), "reset": ["image"],
        "policy": {"rules": {"compute": {"gpuDevicesRequest": {"max": 5}}}}});
    let rules = story.write("PATCH", "", body).await.json()["policy"]["rules"].clone();
    assert_eq!(rules["compute"]["gpuDevicesRequest"]["max"], 5);
    assert_eq!(rules["image"], Value::Null);
    assert_eq!(rules["environmentVariables"]["instances"]["locked"], json!(["TEAM"]));
    let rows = story.berth.send(&story.member, "GET", "/api/v2/policy?scope=project", "").await;
    assert_eq!(rows.json()["policies"].as_array().map(Vec::len), Some(1), "{}", rows.text);

    assert_eq!(story.at_project("DELETE", &story.member).await.status, 403);
    assert_eq!(story.at_project("DELETE", &story.administrator).await.status, 204);
    assert_eq!(story.at_project("DELETE", &story.administrator).await.status, 404);
    let spec = json!({"image": "other", "compute": {"gpuDevicesRequest": 7}});
    assert_eq!(story.create("free", spec).await.status, 202);
}

#[tokio::test]
async fn a_scope_is_named_in_full_and_exists() {
    let story = Story::begin().await;
    let asked = [
        "",
        "?scope=system",
        "?scope=project",
        "?scope=tenant&projectId=1",
        "?scope=project&projectId=999",
    ];
    let mut lines = Vec::new();
    for query in asked {
        let path = format!("{POLICY}{query}");
        lines.push(told(&story.berth.send(&story.administrator, "GET", &path, "").await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400 scope: is required
    scope / -: is required
    400 scope: must be one of tenant, cluster, department, project
    scope / -: must be one of tenant, cluster, department, project
    400 projectId: is required with the scope project
    projectId / -: is required with the scope project
    400 projectId: does not go with the scope tenant
    projectId / -: does not go with the scope tenant
    404 there is no project 999
    "#);
}

#[tokio::test]
async fn an_imposed_data_source_is_mounted_and_every_value_says_who_gave_it() {
    let story = Story::begin().await;
    let nfs = |name: &str, meta: Value| {
        json!({"meta": meta, "spec": {"server": name,
        "path": "/export", "mountPath": "/data"}})
    };
    let mut ids = Vec::new();
    for meta in [
        json!({"name": "shared", "scope": "tenant"}),
        json!({"name": "own", "scope": "project", "projectId": story.berth.project.0}),
    ] {
        let body = nfs("nfs.example", meta).to_string();
        let path = "/api/v1/asset/datasource/nfs";
        let made = story.berth.send(&story.administrator, "POST", path, &body).await;
        ids.push(made.json()["meta"]["id"].as_str().unwrap_or_default().to_owned());
    }
    let compute =
        json!({"meta": {"name": "small", "scope": "tenant"}, "spec": {"cpuCoreRequest": 1}});
    let path = "/api/v1/asset/compute";
    let made = story.berth.send(&story.administrator, "POST", path, &compute.to_string()).await;
    ids.push(made.json()["meta"]["id"].as_str().unwrap_or_default().to_owned());
    let [shared, own, small] = &ids[..] else { panic!("three assets: {ids:?}") };

    // What belongs further down, or is no data source, cannot be imposed.
    let refused = story.put("cluster", json!({"imposedAssets": [own, small]})).await;
    let issues = told(&refused).replace(own.as_str(), "OWN").replace(small.as_str(), "SMALL");
    insta::assert_snapshot!(issues, @r#"
    400 imposedAssets: No asset “OWN” can be seen here; name a data source of this scope or above. (and 1 more)
    imposedAssets / -: No asset “OWN” can be seen here; name a data source of this scope or above.
    imposedAssets / -: Asset “SMALL” is no data source; only data sources can be imposed.
    "#);
    let policy = json!({"defaults": {"workingDir": "/home"}, "rules": {"workingDir": {"canEdit": false}},
        "imposedAssets": [shared]});
    let put = story.put("cluster", policy).await;
    assert_eq!(put.status, 200, "{}", put.text);

    let taken = json!({"image": "a", "storage": {"emptyDirVolume": [{"path": "/data"}]}});
    insta::assert_snapshot!(told(&story.create("taken", taken).await), @r#"
    400 The workload does not comply with the policy
    storage.emptyDirVolume[#0] / -: Container path “/data” is used by a data source imposed by the policy of cluster “local”.
    spec.storage.emptyDirVolume[0].path / -: Another item already uses this path
    "#);
    let made = story.create("right", json!({"image": "a"})).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let id = made.json()["workloadId"].as_str().unwrap_or_default().to_owned();
    let kept = story.berth.send(&story.member, "GET", &format!("{WORKSPACES}/{id}"), "").await;
    let kept = kept.json().to_string().replace(shared.as_str(), "SHARED");
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    insta::assert_snapshot!(kept["spec"]["storage"], @r#"{"nfs":[{"mountPath":"/data","name":"imposed:SHARED","path":"/export","readOnly":true,"server":"nfs.example"}]}"#);
    let sources = kept["sources"].as_object().cloned().unwrap_or_default();
    let lines: Vec<_> = sources.iter().map(|(path, source)| format!("{path}: {source}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    spec.image: {"from":"you"}
    spec.preemptibility: {"from":"platform"}
    spec.priorityClass: {"from":"platform"}
    spec.privileged: {"from":"policy","name":"","rule":"forced","scope":"system"}
    spec.storage.nfs[0].mountPath: {"from":"policy","name":"local","rule":"imposed","scope":"cluster"}
    spec.storage.nfs[0].name: {"from":"policy","name":"local","rule":"imposed","scope":"cluster"}
    spec.storage.nfs[0].path: {"from":"policy","name":"local","rule":"imposed","scope":"cluster"}
    spec.storage.nfs[0].readOnly: {"from":"policy","name":"local","rule":"imposed","scope":"cluster"}
    spec.storage.nfs[0].server: {"from":"policy","name":"local","rule":"imposed","scope":"cluster"}
    spec.terminationGracePeriodSeconds: {"from":"policy","name":"","rule":"default","scope":"system"}
    spec.workingDir: {"from":"policy","name":"local","rule":"forced","scope":"cluster"}
    "#);

    // While a policy imposes it, it stays.
    let path = format!("/api/v1/asset/datasource/nfs/{shared}");
    let deleted = story.berth.send(&story.administrator, "DELETE", &path, "").await;
    insta::assert_snapshot!(told(&deleted), @"412 shared is used by the policy of cluster “local”");
}

#[tokio::test]
async fn what_can_be_chosen_says_whether_it_complies() {
    let story = Story::begin().await;
    let project = story.berth.project;
    for (name, gpus) in [("small", 1), ("large", 4)] {
        let asset = json!({"meta": {"name": name, "scope": "tenant"},
            "spec": {"gpuDevicesRequest": gpus}});
        let path = "/api/v1/asset/compute";
        story.berth.send(&story.administrator, "POST", path, &asset.to_string()).await;
        let template = json!({"meta": {"name": name, "scopeType": "tenant"},
            "spec": {"compute": {"gpuDevicesRequest": gpus}}});
        let path = "/api/v1/workload-templates/workspaces";
        story.berth.send(&story.administrator, "POST", path, &template.to_string()).await;
    }
    let policy = json!({"defaults": {"image": "ubuntu"},
        "rules": {"compute": {"gpuDevicesRequest": {"max": 2}}}});
    assert_eq!(story.put("cluster", policy).await.status, 200);

    let path = format!(
        "/api/v1/asset/compute?complyToProject={project}&complyToWorkloadType=Workspace&scope=tenant"
    );
    let listed = story.berth.send(&story.member, "GET", &path, "").await;
    let line = |name: &Value, compliance: &Value| {
        format!("{}: {compliance}", name.as_str().unwrap_or_default())
            .replace(&story.berth.cluster.to_string(), "CLUSTER")
    };
    let entries = listed.json()["entries"].as_array().cloned().unwrap_or_default();
    let mut lines: Vec<_> =
        entries.iter().map(|e| line(&e["meta"]["name"], &e["compliance"])).collect();
    let path = format!("/api/v1/workload-templates?complyToProject={project}&search=small");
    let path = [path.clone(), path.replace("small", "large")];
    for path in path {
        let listed = story.berth.send(&story.member, "GET", &path, "").await.json();
        let entry = &listed["entries"][0];
        lines.push(line(&entry["meta"]["name"], &entry["runnable"]));
        lines.push(line(&entry["meta"]["name"], &entry["complianceIssues"]));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    cpu-only: {"compliance":true,"imposed":false,"reason":[]}
    half-gpu: {"compliance":true,"imposed":false,"reason":[]}
    one-gpu: {"compliance":true,"imposed":false,"reason":[]}
    small-fraction: {"compliance":true,"imposed":false,"reason":[]}
    small: {"compliance":true,"imposed":false,"reason":[]}
    large: {"compliance":false,"imposed":false,"reason":[{"details":"GPU devices per pod must not be greater than 2 (requested 4).","field":"compute.gpuDevicesRequest","rule":"max","source":{"clusterId":"CLUSTER","name":"local","scope":"cluster"}}]}
    small: {"isRunnable":true,"issue":null}
    small: []
    large: {"isRunnable":false,"issue":"spec.compute.gpuDevicesRequest: GPU devices per pod must not be greater than 2 (requested 4)."}
    large: [{"details":"GPU devices per pod must not be greater than 2 (requested 4).","field":"compute.gpuDevicesRequest","rule":"max","source":{"clusterId":"CLUSTER","name":"local","scope":"cluster"}}]
    "#);

    // Half of the question is none, and what somebody may not see does not exist.
    let outsider = story.berth.person("outsider@example.com", false, false).await;
    let asked = [
        (&story.member, "/api/v1/asset/compute?complyToProject=1".to_owned()),
        (&story.member, "/api/v1/workload-templates?complyToProject=x".to_owned()),
        (&story.administrator, "/api/v1/workload-templates?complyToProject=999".to_owned()),
        (&outsider, format!("/api/v1/workload-templates?complyToProject={project}")),
    ];
    let mut refused = Vec::new();
    for (who, path) in asked {
        refused.push(told(&story.berth.send(who, "GET", &path, "").await));
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
    400 complyToWorkloadType: goes with complyToProject
    complyToWorkloadType / -: goes with complyToProject
    400 complyToProject: must be a decimal number below 2147483648
    complyToProject / -: must be a decimal number below 2147483648
    404 there is no project 999
    404 there is no project 1
    "#);
}

#[tokio::test]
async fn a_copy_leaves_out_what_is_blocked_and_imposed() {
    let story = Story::begin().await;
    let spec = json!({"image": "a", "workingDir": "/home", "command": "run",
        "ports": [{"name": "web", "container": 80, "serviceType": "NodePort", "external": 30001}],
        "storage": {"emptyDirVolume": [{"name": "scratch", "path": "/scratch", "sizeLimit": "1G"}]}});
    let made = story.create("original", spec).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let id = made.json()["workloadId"].as_str().unwrap_or_default().parse().expect("an id");
    let policy = json!({"rules": {"workingDir": {"blocked": true},
        "ports": {"attributes": {"customExternalPort": {"blocked": true}}}}});
    assert_eq!(story.put("cluster", policy).await.status, 200);
    let (berth, by) = (&story.berth, domain::access::Actor::berth());
    let copy = berth.control.copy_of_workload(&by, id, berth.project).expect("a copy");
    let copy = copy.to_spec().expect("plain data");
    insta::assert_snapshot!(copy, @r#"{"command":"run","image":"a","ports":[{"container":80,"name":"web","serviceType":"NodePort"}],"preemptibility":"non-preemptible","priorityClass":"high","privileged":false,"storage":{"emptyDirVolume":[{"name":"scratch","path":"/scratch","sizeLimit":"1G"}]},"terminationGracePeriodSeconds":30}"#);
    let again = story.create("copy", copy).await;
    assert_eq!(again.status, 202, "{}", again.text);
}

#[tokio::test]
async fn of_two_who_save_at_once_the_second_is_told_what_the_first_changed() {
    let story = Story::begin().await;
    let max = |max: i32| json!({"rules": {"compute": {"gpuDevicesRequest": {"max": max}}}});
    let send = async |who: &Person, (header, tag): (&str, &str), policy: Value| {
        let body = json!({"meta": story.meta("project"), "policy": policy}).to_string();
        story.berth.send_with(who, "PUT", POLICY, (header, tag), &body).await
    };
    let first = send(&story.administrator, ("if-none-match", "*"), max(2)).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let tag = first.headers["etag"].to_str().expect("text").to_owned();
    let ada = story.berth.person("ada@example.com", true, false).await;
    assert_eq!(send(&ada, ("if-match", &tag), max(4)).await.status, 200);
    let refused = send(&story.administrator, ("if-match", &tag), max(1)).await;
    insta::assert_snapshot!(told(&refused), @r#"
    412 somebody else has changed this meanwhile; nothing was saved
    policy.rules.compute.gpuDevicesRequest.max / -: ada@example.com changed this meanwhile: it was 2, is 4.
    "#);
    let refused = send(&story.administrator, ("if-none-match", "*"), max(1)).await;
    insta::assert_snapshot!(told(&refused), @r#"
    412 somebody else has changed this meanwhile; nothing was saved
    name / -: administrator@example.com changed this meanwhile: it is new: "limits".
    policy.imposedAssets / -: administrator@example.com changed this meanwhile: it is new: [].
    policy.rules.compute.gpuDevicesRequest.max / -: administrator@example.com changed this meanwhile: it is new: 2.
    policy.rules.compute.gpuDevicesRequest.max / -: ada@example.com changed this meanwhile: it was 2, is 4.
    "#);
    let kept = story.at_project("GET", &story.member).await;
    assert_eq!(kept.json()["policy"]["rules"]["compute"]["gpuDevicesRequest"]["max"], 4);
    // Who has seen the newest may write; a client without tags writes as before.
    let tag = kept.headers["etag"].to_str().expect("text").to_owned();
    assert_eq!(send(&story.administrator, ("if-match", &tag), max(3)).await.status, 200);
    assert_eq!(story.put("project", max(5)).await.status, 200);
}

#[tokio::test]
async fn versions_are_kept_and_can_be_gone_back_to() {
    let story = Story::begin().await;
    let max = |max: i32| json!({"rules": {"compute": {"gpuDevicesRequest": {"max": max}}}});
    story.put("project", max(2)).await;
    story.put("project", max(4)).await;
    assert_eq!(story.at_project("DELETE", &story.administrator).await.status, 204);
    let query = format!("?scope=project&projectId={}", story.berth.project);
    let versions = async || {
        let path = format!("{POLICY}/versions{query}");
        story.berth.send(&story.administrator, "GET", &path, "").await.json()["versions"].clone()
    };
    let all = versions().await;
    let line = |version: &Value| {
        let differences = version["differences"].as_array().into_iter().flatten();
        let told: Vec<_> =
            differences.map(|d| format!("{} {}→{}", d["path"], d["before"], d["after"])).collect();
        format!("{}: {}", version["by"], told.join(", "))
    };
    let lines: Vec<_> = all.as_array().into_iter().flatten().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "administrator@example.com": "name" "limits"→null, "policy.imposedAssets" []→null, "policy.rules.compute.gpuDevicesRequest.max" 4→null
    "administrator@example.com": "policy.rules.compute.gpuDevicesRequest.max" 2→4
    "administrator@example.com": "name" null→"limits", "policy.imposedAssets" null→[], "policy.rules.compute.gpuDevicesRequest.max" null→2
    "#);
    let body = json!({"revision": all[2]["revision"]}).to_string();
    let path = format!("{POLICY}/restore{query}");
    let restored = story.berth.send(&story.administrator, "POST", &path, &body).await;
    assert_eq!(restored.status, 200, "{}", restored.text);
    assert_eq!(restored.json()["policy"]["rules"]["compute"]["gpuDevicesRequest"]["max"], 2);
    assert_eq!(versions().await.as_array().map(Vec::len), Some(4));
    let gone = json!({"revision": all[0]["revision"]}).to_string();
    let refused = story.berth.send(&story.administrator, "POST", &path, &gone).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
}

#[tokio::test]
async fn a_draft_is_tried_on_what_was_submitted() {
    let story = Story::begin().await;
    let gpus = |gpus: i32| json!({"image": "a", "compute": {"gpuDevicesRequest": gpus}});
    for (name, count) in [("one", 1), ("four", 4), ("eight", 8)] {
        assert_eq!(story.create(name, gpus(count)).await.status, 202);
    }
    let policy = json!({"rules": {"compute": {"gpuDevicesRequest": {"max": 2}}}});
    let replay = async |who: &Person, last: Value| {
        let body = json!({"meta": story.meta("cluster"), "policy": policy, "last": last});
        let path = format!("{POLICY}/replay");
        story.berth.send(who, "POST", &path, &body.to_string()).await
    };
    let tried = replay(&story.administrator, Value::Null).await.json();
    let refused = tried["refused"].as_array().cloned().unwrap_or_default();
    let line = |r: &Value| format!("{}: {}", r["name"], r["complianceIssues"][0]["details"]);
    let mut lines: Vec<_> = refused.iter().map(line).collect();
    lines.push(tried["summary"].to_string());
    lines.push(replay(&story.administrator, json!(1)).await.json()["summary"].to_string());
    lines.push(told(&replay(&story.administrator, json!(0)).await));
    lines.push(told(&replay(&story.member, json!(1)).await));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "eight": "GPU devices per pod must not be greater than 2 (requested 8)."
    "four": "GPU devices per pod must not be greater than 2 (requested 4)."
    "2 of 3 would have been refused"
    "1 of 1 would have been refused"
    400 last: must be from 1 to 1000
    last / -: must be from 1 to 1000
    403 member@example.com may not change policies of this cluster
    "#);
    // Nothing was written.
    assert_eq!(
        story.at_project("GET", &story.member).await.json()["effective"]["rules"]["compute"],
        Value::Null
    );
}

#[tokio::test]
async fn a_policy_whose_defaults_break_from_above_is_marked() {
    let story = Story::begin().await;
    story.put("project", json!({"defaults": {"compute": {"gpuDevicesRequest": 4}}})).await;
    let written = story
        .put("cluster", json!({"rules": {"compute": {"gpuDevicesRequest": {"max": 2}}, "image": {"canEdit": false}}}))
        .await
        .json();
    let warnings = written["warnings"].as_array().cloned().unwrap_or_default();
    let lines: Vec<_> = warnings.iter().map(|w| w["details"].to_string()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "Default of compute.gpuDevicesRequest (4) in the policy of project “default” must not be greater than 2."
    "With this policy nobody can create anything here, unless a policy further down allows it: Image can’t be set. It is disabled by the policy of cluster “local”."
    "#);
    let rows = story.berth.send(&story.administrator, "GET", "/api/v2/policy", "").await.json();
    let rows = rows["policies"].as_array().cloned().unwrap_or_default();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| format!("{}: {}", row["meta"]["scope"], row["status"]["validation"]))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "cluster": null
    "project": {"errorMessage":"Default of compute.gpuDevicesRequest (4) must not be greater than 2"}
    "#);
}
