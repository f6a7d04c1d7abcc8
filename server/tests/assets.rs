//! Assets and templates over the interface: what is sent, what comes back, what is refused.

mod common;

use common::{Answer, Berth, Person};
use serde_json::{Value, json};

const ENVIRONMENTS: &str = "/api/v1/asset/environment";
const COMPUTE: &str = "/api/v1/asset/compute";
const DATASOURCES: &str = "/api/v1/asset/datasource";
const TEMPLATES: &str = "/api/v1/workload-templates/workspaces";
const MISSING: &str = "00000000-0000-4000-8000-000000000000";
const WORKSPACES: &str = "/api/v1/workloads/workspaces";

async fn start() -> (Berth, Person) {
    let berth = Berth::start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    (berth, administrator)
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
      meta.projectId: invalid type: string "1", expected i32
    400
      meta.private: only credentials can be private
    400
      spec.gpuDevicesRequest: Must be between 0 and 10000
      spec.gpuRequestType: Must be one of portion, memory
      meta.description: Must have 1 to 250 characters; leave it out for none
      meta.name: Use lowercase letters, digits and hyphens, with a letter or digit at both ends
    400
      spec.gpuDevicesRequest: invalid type: string "one", expected i64
    400
      body: missing field `spec`
    400
      body: missing field `meta`
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
    "pvc" {"pvc":{"claimInfo":{"size":"10G"},"dataSharing":false,"ephemeral":false,"existingPvc":false,"path":"/a","readOnly":false}}
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
      spec.credentialAssetId: Choose a credential
    ");
}

#[tokio::test]
async fn a_template_lives_and_ends() {
    let (berth, administrator) = start().await;
    let compute =
        json!({"meta": {"name": "two", "scope": "tenant"}, "spec": {"gpuDevicesRequest": 2}});
    let compute = made(&post(&berth, &administrator, COMPUTE, compute).await);
    let meta = json!({"name": "t", "scopeType": "project", "scopeId": berth.project.to_string()});
    let body = json!({"meta": meta, "spec": {"priorityClass": "low",
        "labels": [{"name": "a", "value": "1"}]}, "assets": {"compute": compute}});
    let answer = post(&berth, &administrator, TEMPLATES, body.clone()).await;
    let id = made(&answer);
    insta::assert_snapshot!(steady(answer.json()), @r#"
    {
      "assets": {
        "compute": "…"
      },
      "combinedSpec": {
        "compute": {
          "gpuDevicesRequest": 2
        },
        "labels": [
          {
            "name": "a",
            "value": "1"
          }
        ],
        "priorityClass": "low"
      },
      "meta": {
        "clusterId": null,
        "createdAt": "…",
        "createdBy": "administrator@example.com",
        "departmentId": null,
        "description": null,
        "id": "…",
        "name": "t",
        "projectId": 1,
        "scopeId": "1",
        "scopeType": "project",
        "updatedAt": null,
        "updatedBy": null,
        "workloadType": "Workspace"
      },
      "runnable": {
        "isRunnable": false,
        "issue": "spec.image: Enter an image"
      },
      "spec": {
        "labels": [
          {
            "name": "a",
            "value": "1"
          }
        ],
        "priorityClass": "low"
      }
    }
    "#);
    insta::assert_snapshot!(refusal(&post(&berth, &administrator, TEMPLATES, body).await), @"409 Project default already has the template t");
    let needed = berth.send(&administrator, "DELETE", &format!("{COMPUTE}/{compute}"), "").await;
    insta::assert_snapshot!(refusal(&needed), @"412 two is used by template t");

    let path = format!("{TEMPLATES}/{id}");
    let patch = json!({"meta": {"description": "d"}, "spec": {"image": "jupyter",
        "labels": [{"name": "b", "value": "2"}]}, "fieldsToClear": ["priorityClass", "assets.compute"]});
    let patched = berth.send(&administrator, "PATCH", &path, &patch.to_string()).await;
    insta::assert_snapshot!(steady(patched.json()), @r#"
    {
      "combinedSpec": {
        "image": "jupyter",
        "labels": [
          {
            "name": "a",
            "value": "1"
          },
          {
            "name": "b",
            "value": "2"
          }
        ]
      },
      "meta": {
        "clusterId": null,
        "createdAt": "…",
        "createdBy": "administrator@example.com",
        "departmentId": null,
        "description": "d",
        "id": "…",
        "name": "t",
        "projectId": 1,
        "scopeId": "1",
        "scopeType": "project",
        "updatedAt": "…",
        "updatedBy": "administrator@example.com",
        "workloadType": "Workspace"
      },
      "runnable": {
        "isRunnable": true,
        "issue": null
      },
      "spec": {
        "image": "jupyter",
        "labels": [
          {
            "name": "a",
            "value": "1"
          },
          {
            "name": "b",
            "value": "2"
          }
        ]
      }
    }
    "#);
    let replaced = json!({"meta": {"name": "u"}, "spec": {"image": "c"}}).to_string();
    let replaced = berth.send(&administrator, "PUT", &path, &replaced).await.json();
    assert_eq!(
        (&replaced["spec"], &replaced["meta"]["description"]),
        (&json!({"image": "c"}), &Value::Null)
    );

    let queries = [
        "",
        "?filterBy=runnable==true",
        "?sortBy=name&sortOrder=desc&limit=1",
        "?search=jupyter",
        "?filterBy=scopeType==tenant&offset=1",
    ];
    let mut lines = Vec::new();
    for query in queries {
        let answer =
            berth.send(&administrator, "GET", &format!("{TEMPLATES}{query}"), "").await.json();
        let names = answer["entries"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> =
            names.iter().filter_map(|e| e["meta"]["name"].as_str().map(str::to_owned)).collect();
        lines.push(format!("{query:<40} {} {}", names.join(" "), answer["pagination"]));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
                                             jupyter-lab-one-gpu u {"limit":50,"offset":0}
    ?filterBy=runnable==true                 jupyter-lab-one-gpu u {"limit":50,"offset":0}
    ?sortBy=name&sortOrder=desc&limit=1      u {"limit":1,"nextOffset":1,"offset":0}
    ?search=jupyter                          jupyter-lab-one-gpu {"limit":50,"offset":0}
    ?filterBy=scopeType==tenant&offset=1      {"limit":50,"offset":1}
    "#);
    let count = berth.send(&administrator, "GET", "/api/v1/workload-templates/count", "").await;
    assert_eq!(count.json(), json!({"count": 2}));
    let free = async |name: &str| {
        let path = format!(
            "/api/v1/workload-templates/name-availability?templateName={name}&scopeType=project&scopeId={}",
            berth.project
        );
        berth.send(&administrator, "GET", &path, "").await.status.as_u16()
    };
    let free =
        [free("u").await, free("jupyter-lab-one-gpu").await, free("v").await, free("V").await];
    assert_eq!(free, [409, 409, 204, 400]);
    assert_eq!(berth.send(&administrator, "DELETE", &path, "").await.status, 204);
    assert_eq!(berth.send(&administrator, "GET", &path, "").await.status, 404);
}

#[tokio::test]
async fn a_workspace_is_made_from_template_assets_and_spec() {
    let (berth, administrator) = start().await;
    let template = berth.send(&administrator, "GET", TEMPLATES, "").await.json();
    let template = template["entries"][0]["meta"]["id"].clone();
    let nfs = json!({"meta": meta(&berth, "data"), "spec": {"server": "nfs", "path": "/x", "mountPath": "/data"}});
    let nfs = made(&post(&berth, &administrator, &format!("{DATASOURCES}/nfs"), nfs).await);
    let body = json!({
        "name": "nb", "projectId": berth.project.to_string(), "clusterId": berth.cluster,
        "templateId": template,
        "assets": {"datasources": [{"id": nfs, "kind": "nfs", "overrides": {"containerPath": "/work"}}]},
        "spec": {"compute": {"gpuDevicesRequest": 0}, "imagePullPolicy": "Always"},
    });
    let verdict =
        post(&berth, &administrator, &format!("{WORKSPACES}/verdict"), body.clone()).await;
    assert_eq!(verdict.json()["verdict"], "startsNow", "{}", verdict.text);
    let made = post(&berth, &administrator, WORKSPACES, body).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let id = made.json()["workloadId"].as_str().unwrap_or_default().to_owned();
    let shown = berth.send(&administrator, "GET", &format!("{WORKSPACES}/{id}"), "").await.json();
    let parts =
        json!({"spec": shown["spec"], "assets": shown["assets"], "sources": shown["sources"]});
    insta::assert_snapshot!(steady(parts), @r#"
    {
      "assets": {
        "compute": {
          "id": "…",
          "kind": "compute",
          "name": "one-gpu"
        },
        "datasources": [
          {
            "id": "…",
            "kind": "nfs",
            "name": "data"
          }
        ],
        "environment": {
          "id": "…",
          "kind": "environment",
          "name": "jupyter-lab"
        },
        "template": {
          "id": "…",
          "name": "jupyter-lab-one-gpu"
        }
      },
      "sources": {
        "spec.args": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.command": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.compute.cpuCoreRequest": {
          "from": "asset",
          "name": "one-gpu"
        },
        "spec.compute.cpuMemoryRequest": {
          "from": "asset",
          "name": "one-gpu"
        },
        "spec.compute.gpuDevicesRequest": {
          "from": "you"
        },
        "spec.exposedUrls[0].container": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.exposedUrls[0].name": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.exposedUrls[0].toolName": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.exposedUrls[0].toolType": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.image": {
          "from": "asset",
          "name": "jupyter-lab"
        },
        "spec.imagePullPolicy": {
          "from": "you"
        },
        "spec.preemptibility": {
          "from": "template",
          "name": "jupyter-lab-one-gpu"
        },
        "spec.priorityClass": {
          "from": "platform"
        },
        "spec.storage.nfs[0].mountPath": {
          "from": "you"
        },
        "spec.storage.nfs[0].name": {
          "from": "asset",
          "name": "data"
        },
        "spec.storage.nfs[0].path": {
          "from": "asset",
          "name": "data"
        },
        "spec.storage.nfs[0].readOnly": {
          "from": "asset",
          "name": "data"
        },
        "spec.storage.nfs[0].server": {
          "from": "asset",
          "name": "data"
        }
      },
      "spec": {
        "args": "--NotebookApp.token=''",
        "command": "start-notebook.sh",
        "compute": {
          "cpuCoreRequest": 0.1,
          "cpuMemoryRequest": "100M",
          "gpuDevicesRequest": 0
        },
        "exposedUrls": [
          {
            "container": 8888,
            "name": "Jupyter",
            "toolName": "Jupyter",
            "toolType": "jupyter-notebook"
          }
        ],
        "image": "jupyter/scipy-notebook",
        "imagePullPolicy": "Always",
        "preemptibility": "preemptible",
        "priorityClass": "high",
        "storage": {
          "nfs": [
            {
              "mountPath": "/work",
              "name": "data",
              "path": "/x",
              "readOnly": true,
              "server": "nfs"
            }
          ]
        }
      }
    }
    "#);

    let nfs_path = format!("{DATASOURCES}/nfs/{nfs}");
    let used =
        berth.send(&administrator, "GET", &format!("{nfs_path}?usageInfo=true"), "").await.json();
    assert_eq!(used["usedBy"]["workspaces"][0]["name"], "nb");
    insta::assert_snapshot!(refusal(&berth.send(&administrator, "DELETE", &nfs_path, "").await), @"412 data is used by workspace nb");

    let unknown = json!({"name": "x", "projectId": berth.project.to_string(), "clusterId": berth.cluster,
        "templateId": MISSING, "assets": {"environment": MISSING}, "spec": {"image": "a"}});
    insta::assert_snapshot!(refusal(&post(&berth, &administrator, WORKSPACES, unknown.clone()).await), @r"
    400
      templateId: There is no template 00000000-0000-4000-8000-000000000000 for this project
      assets.environment: There is no environment 00000000-0000-4000-8000-000000000000 to use here
    ");
    let verdict = post(&berth, &administrator, &format!("{WORKSPACES}/verdict"), unknown).await;
    assert_eq!((verdict.status.as_u16(), &verdict.json()["verdict"]), (200, &json!("refused")));
}
