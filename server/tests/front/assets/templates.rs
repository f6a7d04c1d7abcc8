//! Templates over the interface, and workspaces that are made from them.

use serde_json::{Value, json};

use super::{COMPUTE, DATASOURCES, made, meta, post, refusal, start, steady};

const TEMPLATES: &str = "/api/v1/workload-templates/workspaces";
const WORKSPACES: &str = "/api/v1/workloads/workspaces";
const MISSING: &str = "00000000-0000-4000-8000-000000000000";

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
        "spec.privileged": {
          "from": "policy",
          "name": "",
          "rule": "forced",
          "scope": "system"
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
        },
        "spec.terminationGracePeriodSeconds": {
          "from": "policy",
          "name": "",
          "rule": "default",
          "scope": "system"
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
        "privileged": false,
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
        },
        "terminationGracePeriodSeconds": 30
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
