//! Templates made of assets alone: they are templates like the others, and launch like them.

use super::*;

const LEGACY: &str = "/api/v1/asset/workload-template";

async fn predefined(berth: &Berth, who: &Person, path: &str, name: &str) -> String {
    let found = get(berth, who, &format!("{path}?name={name}")).await.json();
    found["entries"][0]["meta"]["id"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_template_of_assets_lives_launches_and_ends() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let environment = json!({"meta": meta(&berth, "lab"), "spec": {"image": "lab", "connections": [
        {"name": "web", "internalToolInfo": {"toolType": "custom", "connectionType": "ExternalUrl",
         "containerPort": 80, "externalUrlInfo": {"isCustomUrl": true}}},
        {"name": "node", "internalToolInfo": {"toolType": "custom", "connectionType": "NodePort",
         "containerPort": 22, "nodePortInfo": {"isCustomPort": true}}}]}});
    let environment = made(&post(&berth, who, ENVIRONMENTS, environment).await);
    let compute = predefined(&berth, who, COMPUTE, "one-gpu").await;
    let body = json!({"meta": meta(&berth, "start"), "spec": {
        "assets": {"environment": environment, "compute": compute, "datasources": null, "workloadVolumes": []},
        "specificEnv": {"args": "--here", "backoffLimit": 1, "runAsUid": null,
            "labels": [{"name": "team", "value": "a"}],
            "environmentVariables": [{"name": "A", "value": "1"}],
            "connections": [{"name": "web", "externalUrl": "https://a.example.com", "authorizedUsers": ["a@example.com"]},
                {"name": "node", "nodePort": 30001}]}}});
    let answer = post(&berth, who, LEGACY, body).await;
    let id = made(&answer);
    let mut lines = vec![
        steady(answer.json()["spec"].clone()).replace(&compute, "…").replace(&environment, "…"),
    ];
    let one = format!("{LEGACY}/{id}");

    let grid = get(&berth, who, &format!("/api/v1/workload-templates/{id}")).await.json();
    lines.push(format!(
        "in the other list: {}, runnable {}",
        grid["meta"]["name"], grid["runnable"]["isRunnable"]
    ));
    let workspace = json!({"name": "a", "projectId": berth.project.to_string(), "clusterId": berth.cluster,
        "templateId": id, "spec": {}});
    let launched = post(&berth, who, "/api/v1/workloads/workspaces", workspace).await;
    assert_eq!(launched.status, 202, "{}", launched.text);
    let spec = &launched.json()["spec"];
    lines.push(format!("{} {} {}", spec["image"], spec["exposedUrls"], spec["ports"]));

    let update =
        json!({"meta": {"name": "start-2"}, "spec": {"assets": {"environment": environment}}});
    let changed = berth.send(who, "PUT", &one, &update.to_string()).await;
    lines.push(format!("{} {}", changed.status.as_u16(), changed.json()["spec"]["specificEnv"]));
    lines.push(refusal(
        &berth.send(who, "DELETE", &format!("{ENVIRONMENTS}/{environment}"), "").await,
    ));
    assert_eq!(berth.send(who, "DELETE", &one, "").await.status, 202);
    assert_eq!(get(&berth, who, &one).await.status, 404);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {
      "assets": {
        "compute": {
          "id": "…",
          "name": "one-gpu"
        },
        "datasources": [],
        "environment": {
          "id": "…",
          "name": "lab",
          "toolTypes": [
            "custom",
            "custom"
          ]
        }
      },
      "specificEnv": {
        "args": "--here",
        "backoffLimit": 1,
        "connections": [
          {
            "authorizedUsers": [
              "a@example.com"
            ],
            "externalUrl": "https://a.example.com",
            "name": "web"
          },
          {
            "name": "node",
            "nodePort": 30001
          }
        ],
        "environmentVariables": [
          {
            "name": "A",
            "value": "1"
          }
        ],
        "labels": [
          {
            "name": "team",
            "value": "a"
          }
        ]
      }
    }
    in the other list: "start", runnable true
    "lab" [{"authorizationType":"authorizedUsers","authorizedUsers":["a@example.com"],"container":80,"name":"web","toolName":"web","toolType":"custom","url":"https://a.example.com"}] [{"container":22,"external":30001,"name":"node","serviceType":"NodePort","toolName":"node","toolType":"custom"}]
    202 {}
    412 lab is used by template start-2
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_template_of_assets_is_named() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let environment = predefined(&berth, who, ENVIRONMENTS, "jupyter-lab").await;
    let bodies = [
        json!({"assets": {}}),
        json!({"assets": {"environment": berth.cluster}}),
        json!({"assets": {"environment": environment}, "specificEnv": {"backoffLimit": 1000}}),
    ];
    let mut lines = Vec::new();
    for spec in bodies {
        let body = json!({"meta": meta(&berth, "t"), "spec": spec});
        lines.push(
            refusal(&post(&berth, who, LEGACY, body).await)
                .replace(&berth.cluster.to_string(), "…"),
        );
    }
    // One of fields is not in this list.
    let id = predefined(&berth, who, "/api/v1/workload-templates", "jupyter-lab-one-gpu").await;
    lines.push(get(&berth, who, &format!("{LEGACY}/{id}")).await.status.as_u16().to_string());
    insta::assert_snapshot!(lines.join("\n"), @r"
    400
      spec.assets.environment: is required
    400
      assets.environment: There is no environment … to use here
    400
      spec.backoffLimit: Must be between 0 and 100
    404
    ");
}
