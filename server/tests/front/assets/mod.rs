//! Assets over the interface: what is sent, what comes back, what is refused.

mod credentials;
mod data_volumes;
mod legacy;
mod registries;
mod storage_classes;
mod templates;

use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const ENVIRONMENTS: &str = "/api/v1/asset/environment";
const COMPUTE: &str = "/api/v1/asset/compute";
const DATASOURCES: &str = "/api/v1/asset/datasource";

async fn start() -> (Berth, Person) {
    let berth = Berth::start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    (berth, administrator)
}

async fn get(berth: &Berth, who: &Person, path: &str) -> Answer {
    berth.send(who, "GET", path, "").await
}

async fn post(berth: &Berth, who: &Person, path: &str, body: Value) -> Answer {
    berth.send(who, "POST", path, &body.to_string()).await
}

/// The id of what was made.
fn made(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()["meta"]["id"].as_str().unwrap_or_default().to_owned()
}

fn meta(berth: &Berth, name: &str) -> Value {
    json!({"name": name, "scope": "project", "projectId": berth.project.0})
}

/// The body without what differs from run to run.
fn steady(mut value: Value) -> String {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match name.as_str() {
                        "id" | "clusterId" | "environment" | "compute" if field.is_string() => {
                            *field = json!("…");
                        }
                        "createdAt" | "updatedAt" if field.is_string() => *field = json!("…"),
                        _ => walk(field),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// Status and fields at fault, with the sentence.
fn refusal(answer: &Answer) -> String {
    let json = answer.json();
    let issues = json["complianceIssues"].as_array().cloned().unwrap_or_default();
    let issues = issues.iter().map(|issue| {
        format!(
            "\n  {}: {}",
            issue["field"].as_str().unwrap_or(""),
            issue["details"].as_str().unwrap_or("")
        )
    });
    let lines: String = issues.collect();
    match lines.is_empty() {
        true => format!("{} {}", answer.status.as_u16(), answer.message()),
        false => format!("{}{lines}", answer.status.as_u16()),
    }
}

#[tokio::test]
async fn an_environment_lives_and_ends() {
    let (berth, administrator) = start().await;
    let spec = json!({"image": "jupyter/base-notebook", "command": "start-notebook.sh",
        "overrideUidGidInWorkspace": false, "connections": [{"name": "Jupyter", "isExternal": false,
        "internalToolInfo": {"toolType": "jupyter-notebook", "connectionType": "ExternalUrl",
        "containerPort": 8888}}]});
    let body = json!({"meta": meta(&berth, "jupyter"), "spec": spec});
    let answer = post(&berth, &administrator, ENVIRONMENTS, body.clone()).await;
    let id = made(&answer);
    insta::assert_snapshot!(steady(answer.json()), @r#"
    {
      "meta": {
        "autoDelete": false,
        "clusterId": null,
        "createdAt": "…",
        "createdBy": "administrator@example.com",
        "departmentId": null,
        "description": null,
        "id": "…",
        "kind": "environment",
        "name": "jupyter",
        "private": false,
        "projectId": 1,
        "projectName": "default",
        "scope": "project",
        "tenantId": 1,
        "updateCount": 0,
        "updatedAt": "…",
        "updatedBy": "administrator@example.com",
        "workloadSupportedTypes": {
          "distributed": false,
          "inference": false,
          "training": false,
          "workspace": true
        }
      },
      "spec": {
        "command": "start-notebook.sh",
        "connections": [
          {
            "internalToolInfo": {
              "connectionType": "ExternalUrl",
              "containerPort": 8888,
              "toolType": "jupyter-notebook"
            },
            "isExternal": false,
            "name": "Jupyter"
          }
        ],
        "image": "jupyter/base-notebook",
        "overrideUidGidInWorkspace": false
      }
    }
    "#);
    insta::assert_snapshot!(refusal(&post(&berth, &administrator, ENVIRONMENTS, body).await), @"409 Project default already has the environment jupyter");

    let path = format!("{ENVIRONMENTS}/{id}");
    let update = json!({"meta": {"name": "jupyter-2", "description": "d"}, "spec": {"image": "b"}});
    let changed = berth.send(&administrator, "PUT", &path, &update.to_string()).await;
    assert_eq!(changed.status, 202);
    let read = berth
        .send(&administrator, "GET", &format!("{path}?usageInfo=true&statusInfo=true"), "")
        .await;
    insta::assert_snapshot!(steady(read.json()), @r#"
    {
      "meta": {
        "autoDelete": false,
        "clusterId": null,
        "createdAt": "…",
        "createdBy": "administrator@example.com",
        "departmentId": null,
        "description": "d",
        "id": "…",
        "kind": "environment",
        "name": "jupyter-2",
        "private": false,
        "projectId": 1,
        "projectName": "default",
        "scope": "project",
        "tenantId": 1,
        "updateCount": 1,
        "updatedAt": "…",
        "updatedBy": "administrator@example.com",
        "workloadSupportedTypes": {
          "distributed": false,
          "inference": false,
          "training": false,
          "workspace": true
        }
      },
      "spec": {
        "connections": [],
        "image": "b",
        "overrideUidGidInWorkspace": false
      },
      "status": {
        "issues": [],
        "message": "",
        "status": "No status"
      },
      "usedBy": {
        "assets": {
          "computes": [],
          "datasources": [],
          "environments": []
        },
        "distributed": [],
        "inferences": [],
        "templates": [],
        "trainings": [],
        "workspaces": []
      }
    }
    "#);
    // Of another kind, it is not there.
    let elsewhere = berth.send(&administrator, "GET", &format!("{COMPUTE}/{id}"), "").await;
    assert_eq!(elsewhere.status, 404);

    let deleted = berth.send(&administrator, "DELETE", &path, "").await;
    assert_eq!((deleted.status.as_u16(), &deleted.json()["code"]), (202, &json!(202)));
    assert_eq!(berth.send(&administrator, "DELETE", &path, "").await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let (berth, administrator) = start().await;
    let bodies = [
        json!({"meta": {"name": "a", "scope": "system"}, "spec": {}}),
        json!({"meta": {"name": "a", "scope": "planet"}, "spec": {}}),
        json!({"meta": {"name": "a", "scope": "project"}, "spec": {}}),
        json!({"meta": {"name": "a", "scope": "project", "projectId": 999}, "spec": {}}),
        json!({"meta": {"name": "a", "scope": "project", "projectId": "1"}, "spec": {}}),
        json!({"meta": {"name": "a", "scope": "tenant", "private": true}, "spec": {}}),
        json!({"meta": {"name": "A b", "scope": "tenant", "description": "x".repeat(251)},
            "spec": {"gpuDevicesRequest": -1, "gpuRequestType": "slice"}}),
        json!({"meta": {"name": "a", "scope": "tenant"}, "spec": {"gpuDevicesRequest": "one"}}),
        json!({"meta": {"name": "a", "scope": "tenant"}}),
        json!({"spec": {}}),
    ];
    let mut lines = Vec::new();
    for body in bodies {
        lines.push(refusal(&post(&berth, &administrator, COMPUTE, body).await));
    }
    for query in ["scope=planet", "projectId=x", "includeDescendants=true&scope=project"] {
        let path = format!("{COMPUTE}?{query}");
        lines.push(refusal(&berth.send(&administrator, "GET", &path, "").await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400
      meta.scope: Must be tenant, cluster, department or project
    400
      meta.scope: Must be one of tenant, cluster, department, project
    400
      meta.projectId: Must be given with the scope project
    404 there is no project (meta.projectId) 999
    400
      meta.projectId: must be a whole number, not the text "1"
    400
      meta.private: Only Docker registry, generic secret and NGC API key credentials can be private
    400
      spec.gpuDevicesRequest: Must be between 0 and 10000
      spec.gpuRequestType: Must be one of portion, memory
      meta.description: Must have 1 to 250 characters; leave it out for none
      meta.name: Use lowercase letters, digits and hyphens, with a letter or digit at both ends
    400
      spec.gpuDevicesRequest: must be a whole number, not the text "one"
    400
      spec: is required
    400
      meta: is required
    400
      scope: must be one of system, tenant, cluster, department, project
    400
      projectId: must be a decimal number below 2147483648
    400
      includeDescendants: goes with no scope; ask for one
    "#);
}

#[tokio::test]
async fn lists_hold_what_a_project_inherits() {
    let (berth, administrator) = start().await;
    let body = json!({"meta": meta(&berth, "own"), "spec": {"gpuDevicesRequest": 2}});
    made(&post(&berth, &administrator, COMPUTE, body).await);
    let project = berth.project;
    let queries = [
        String::new(),
        format!("projectId={project}"),
        format!("projectId={project}&scope=project"),
        format!("clusterId={}", berth.cluster),
        format!("clusterId={}&includeDescendants=true", berth.cluster),
        "name=one-gpu".to_owned(),
        "scope=tenant&name=own".to_owned(),
    ];
    let mut lines = Vec::new();
    for query in queries {
        let path = format!("{COMPUTE}?{query}");
        let answer = berth.send(&administrator, "GET", &path, "").await.json();
        let names = answer["entries"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> =
            names.iter().filter_map(|e| e["meta"]["name"].as_str().map(str::to_owned)).collect();
        let shown = query.replace(&berth.cluster.to_string(), "…");
        lines.push(format!("{shown:<40} {}", names.join(" ")));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
                                             cpu-only half-gpu one-gpu small-fraction own
    projectId=1                              cpu-only half-gpu one-gpu small-fraction own
    projectId=1&scope=project                own
    clusterId=…                              cpu-only half-gpu one-gpu small-fraction
    clusterId=…&includeDescendants=true      cpu-only half-gpu one-gpu small-fraction own
    name=one-gpu                             one-gpu
    scope=tenant&name=own
    ");
}

#[tokio::test]
async fn data_sources_stand_in_one_list_under_the_name_of_their_kind() {
    let (berth, administrator) = start().await;
    let specs = [
        ("pvc", json!({"path": "/a", "claimInfo": {"size": "10G"}})),
        ("nfs", json!({"server": "nfs", "path": "/x", "mountPath": "/b"})),
        ("s3", json!({"bucket": "b", "path": "/c"})),
        ("git", json!({"repository": "https://example.org/a.git", "path": "/d"})),
        ("host-path", json!({"path": "/mnt", "mountPath": "/e", "readOnly": false})),
        ("config-map", json!({"configMap": "c", "mountPath": "/f"})),
    ];
    for (kind, spec) in specs {
        let body = json!({"meta": meta(&berth, kind), "spec": spec});
        made(&post(&berth, &administrator, &format!("{DATASOURCES}/{kind}"), body).await);
    }
    let all = berth.send(&administrator, "GET", DATASOURCES, "").await.json();
    let all = all["entries"].as_array().cloned().unwrap_or_default();
    let lines = all.iter().map(|e| format!("{} {}", e["meta"]["kind"], e["spec"]));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    "pvc" {"pvc":{"claimInfo":{"size":"10G"},"claimName":"pvc","dataSharing":false,"ephemeral":false,"existingPvc":false,"path":"/a","readOnly":false}}
    "nfs" {"nfs":{"mountPath":"/b","path":"/x","readOnly":true,"server":"nfs"}}
    "s3" {"s3":{"bucket":"b","path":"/c"}}
    "git" {"git":{"path":"/d","repository":"https://example.org/a.git"}}
    "hostPath" {"hostPath":{"mountPath":"/e","path":"/mnt","readOnly":false}}
    "config-map" {"config_map":{"configMap":"c","mountPath":"/f"}}
    "#);
    let id = all[0]["meta"]["id"].as_str().unwrap_or_default();
    let some = berth.send(&administrator, "GET", &format!("{DATASOURCES}?assetIds={id}"), "").await;
    assert_eq!(some.json()["entries"].as_array().map(Vec::len), Some(1));
    let secret = json!({"meta": meta(&berth, "s"), "spec": {"mountPath": "/s"}});
    let secret = post(&berth, &administrator, &format!("{DATASOURCES}/secrets"), secret).await;
    insta::assert_snapshot!(refusal(&secret), @r"
    400
      spec.credentialAssetId: Enter the name of a secret
    ");
}
