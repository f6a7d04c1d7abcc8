//! Data volumes: shared, mounted where they are shared, and kept while they are mounted.

use domain::{Scope, access::Role};

use super::*;

const VOLUMES: &str = "/api/v1/datavolumes";

fn volume(berth: &Berth, name: &str) -> Value {
    json!({"name": name, "originPvcName": "data", "projectId": berth.project.to_string()})
}

fn workspace(berth: &Berth, project: &str, name: &str, volume: &str) -> Value {
    json!({"name": name, "projectId": project, "clusterId": berth.cluster,
        "spec": {"image": "a", "storage": {"dataVolume": [{"id": volume, "mountPath": "/data"}]}}})
}

#[tokio::test]
async fn a_data_volume_is_shared_and_mounted_and_kept() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let unit = json!({"name": "elsewhere", "clusterId": berth.cluster, "resources": []});
    let other = post(&berth, who, "/api/v1/org-unit/projects", unit).await.json()["id"].clone();
    let other = other.as_str().unwrap_or_default().to_owned();
    let answer = post(&berth, who, VOLUMES, volume(&berth, "corpus")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap_or_default().to_owned();
    let one = format!("{VOLUMES}/{id}");
    let told = |answer: &Answer| refusal(answer).replace(&id, "…");
    let phase = async || get(&berth, who, &one).await.json()["status"].clone();
    let mut lines = vec![phase().await.to_string()];
    let claim =
        json!({"meta": meta(&berth, "data"), "spec": {"path": "/d", "claimInfo": {"size": "10G"}}});
    made(&post(&berth, who, &format!("{DATASOURCES}/pvc"), claim).await);
    lines.push(phase().await.to_string());

    // Not shared: here alone.
    let create = "/api/v1/workloads/workspaces";
    lines.push(told(&post(&berth, who, create, workspace(&berth, &other, "early", &id)).await));
    let share = json!({"add": [{"scopeType": "project", "scopeId": other}]}).to_string();
    let shared = berth.send(who, "PATCH", &format!("{one}/sharedScopes"), &share).await;
    lines.push(format!("{} {}", shared.status.as_u16(), shared.json()[0]["scopeName"]));
    let usable = get(
        &berth,
        who,
        &format!("{VOLUMES}?requestType=UsableInProject&usableInProjectId={other}"),
    )
    .await;
    lines.push(format!("usable there: {}", usable.json()["datavolumes"][0]["name"]));
    let mounted = post(&berth, who, create, workspace(&berth, &other, "late", &id)).await;
    assert_eq!(mounted.status, 202, "{}", mounted.text);

    // In use.
    lines.push(told(&berth.send(who, "DELETE", &one, "").await));
    let unshare = json!({"remove": [{"scopeType": "project", "scopeId": other}]}).to_string();
    lines.push(told(&berth.send(who, "PATCH", &format!("{one}/shared-scopes"), &unshare).await));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"conditions":[],"datavolumePvcName":"data","phase":"NotReady","phaseMessage":"Its project has no PVC data source with the claim data"}
    {"conditions":[],"datavolumePvcName":"data","phase":"Ready","phaseMessage":null}
    400
      spec.storage.dataVolume[0].id: There is no data volume … for this project
    200 "elsewhere"
    usable there: "corpus"
    412 corpus is used by workspace late
    412 corpus is used by workspace late there
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_data_volume_is_named() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let with = |name: &str, field: &str, value: Value| {
        let mut body = volume(&berth, name);
        body[field] = value;
        body
    };
    let bodies = [
        with("1-a", "description", json!("x".repeat(128))),
        with("a", "originPvcName", json!("Not A Claim")),
        with("a", "projectId", json!("999")),
        with("a", "shouldDeleteOriginalVolume", json!(true)),
        with(
            "a",
            "sharedScopes",
            json!([{"scopeType": "tenant"}, {"scopeType": "project", "scopeId": "x"}]),
        ),
        with("a", "sharedScopes", json!([{"scopeType": "project", "scopeId": "999"}])),
    ];
    let mut lines = Vec::new();
    for body in bodies {
        lines.push(refusal(&post(&berth, who, VOLUMES, body).await));
    }
    assert_eq!(post(&berth, who, VOLUMES, volume(&berth, "taken")).await.status, 201);
    lines.push(refusal(&post(&berth, who, VOLUMES, volume(&berth, "taken")).await));
    for name in ["taken", "free", "1"] {
        let path =
            format!("{VOLUMES}/name-availability?dataName={name}&clusterId={}", berth.cluster);
        lines.push(format!("{name} {}", get(&berth, who, &path).await.status.as_u16()));
    }
    for query in [
        "requestType=Mine",
        "requestType=UsableInProject",
        "sortBy=colour",
        "filterBy=phase==NotReady",
    ] {
        let answer = get(&berth, who, &format!("{VOLUMES}?{query}")).await;
        let told = match answer.status.as_u16() {
            200 => format!("200 {}", answer.json()["datavolumes"].as_array().map_or(0, Vec::len)),
            _ => refusal(&answer),
        };
        lines.push(told);
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400
      description: At most 127 characters
      name: Begin with a letter; use lowercase letters, digits and hyphens, at most 63
    400
      originPvcName: Enter the name of a claim: lowercase letters, digits and hyphens
    404 there is no project (projectId) 999
    400
      shouldDeleteOriginalVolume: the claim belongs to its project and stays; must be false
    400
      sharedScopes[0].scopeType: Must be cluster, department or project
      sharedScopes[1].scopeId: Must be the id of a project
    400
      sharedScopes[0].scopeId: There is no project 999 in this cluster
    409 the cluster already has the data volume taken
    taken 409
    free 204
    1 400
    400
      requestType: must be one of Originated, UsableInProject
    400
      usableInProjectId: must be the id of a project
    400
      sortBy: there is no field "colour"; the fields are name, projectId, clusterId, departmentId, projectName, createdBy, phase, createdAt
    200 1
    "#);
}

#[tokio::test]
async fn members_share_with_their_own_projects_alone() {
    let (berth, _administrator) = start().await;
    let role = (Role::DataAdministrator, Scope::Project(berth.project));
    let member = berth.person_with("member@example.com", [role]).await;
    let mut body = volume(&berth, "mine");
    assert_eq!(post(&berth, &member, VOLUMES, body.clone()).await.status, 201);
    body["name"] = json!("wide");
    body["sharedScopes"] = json!([{"scopeType": "cluster", "scopeId": berth.cluster}]);
    let refused = post(&berth, &member, VOLUMES, body).await;
    insta::assert_snapshot!(refusal(&refused), @"403 member@example.com may not create data volumes of this cluster");
}

#[tokio::test]
async fn switched_off_nobody_mounts_one() {
    let (berth, administrator) = start().await;
    let made = post(&berth, &administrator, VOLUMES, volume(&berth, "corpus")).await.json();
    let id = made["id"].as_str().unwrap_or_default();
    let off = json!({"key": "workloads.data_volumes", "value": false}).to_string();
    assert_eq!(berth.send(&administrator, "PUT", "/v1/k8s/setting", &off).await.status, 200);
    let project = berth.project.to_string();
    let body = workspace(&berth, &project, "a", id);
    let refused = post(&berth, &administrator, "/api/v1/workloads/workspaces", body).await;
    insta::assert_snapshot!(refusal(&refused), @r"
    400
      spec.storage.dataVolume[0].id: Data volumes are switched off in the general settings
    ");
}
