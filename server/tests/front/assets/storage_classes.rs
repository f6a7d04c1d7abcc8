//! Storage classes: what administrators configure holds for data sources and workspaces alike.

use super::*;

const CONFIGURATIONS: &str = "/api/v1/storage-class-configuration";

fn rules(berth: &Berth) -> Value {
    json!({"scopeType": "cluster", "scopeId": berth.cluster, "name": "fast",
        "permissions": {"allowedForAssets": false, "allowedForEphemeralVolumes": false},
        "customization": {"claimSize": {"min": "10G", "max": "50G", "step": "10G"},
            "attributes": [{"key": "tier", "validationRegexp": "^(hot|cold)$", "validationError": "hot or cold"}]}})
}

fn workspace(berth: &Berth, name: &str, volume: Value) -> Value {
    json!({"name": name, "projectId": berth.project.to_string(), "clusterId": berth.cluster,
        "spec": {"image": "a", "storage": {"pvc": [volume]}}})
}

#[tokio::test]
async fn a_class_is_configured_and_its_claims_keep_to_it() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let answer = post(&berth, who, CONFIGURATIONS, rules(&berth)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let one = format!("{CONFIGURATIONS}/{}", answer.json()["id"].as_str().unwrap_or_default());
    let mut lines = vec![refusal(&post(&berth, who, CONFIGURATIONS, rules(&berth)).await)];

    let claim = json!({"meta": meta(&berth, "data"),
        "spec": {"path": "/d", "claimInfo": {"size": "10G", "storageClass": "fast"}}});
    let claim = post(&berth, who, &format!("{DATASOURCES}/pvc"), claim).await;
    lines.push(refusal(&claim));
    let info = json!({"size": "15G", "storageClass": "fast", "addedAttrValues": [{"key": "tier", "value": "warm"}]});
    let volume = json!({"path": "/d", "ephemeral": true, "claimInfo": info});
    let create = "/api/v1/workloads/workspaces";
    lines.push(refusal(&post(&berth, who, create, workspace(&berth, "a", volume)).await));
    let right = json!({"path": "/d", "claimInfo": {"size": "20G", "storageClass": "fast"}});
    assert_eq!(post(&berth, who, create, workspace(&berth, "b", right)).await.status, 202);

    let patch = json!({"permissions": {"allowedForAssets": true}}).to_string();
    let patched = berth.send(who, "PATCH", &one, &patch).await.json();
    lines.push(patched["permissions"].to_string());
    let replaced = berth.send(who, "PUT", &one, "{}").await.json();
    lines.push(format!("{} {}", replaced["permissions"], replaced["customization"]));
    assert_eq!(berth.send(who, "DELETE", &one, "").await.status, 204);
    assert_eq!(get(&berth, who, &one).await.status, 404);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    409 storage class fast of this cluster is configured already
    400
      spec.claimInfo.storageClass: Storage class fast is not for data sources
    400
      spec.storage.pvc[0].ephemeral: Storage class fast has no ephemeral volumes
      spec.storage.pvc[0].claimInfo.size: Sizes go from 10G to 50G in steps of 10G
      spec.storage.pvc[0].claimInfo.addedAttrValues[0].value: hot or cold
    {"allowedForAssets":true,"allowedForEphemeralVolumes":false}
    null null
    "#);
}

#[tokio::test]
async fn forms_read_what_there_is() {
    let (berth, administrator) = start().await;
    assert_eq!(post(&berth, &administrator, CONFIGURATIONS, rules(&berth)).await.status, 201);
    let mut lines = Vec::new();
    for query in ["", "&includeNone=true&name=runai-none", "&name=fast"] {
        let path = format!("/api/v2/storage-classes?clusterId={}{query}", berth.cluster);
        let items = get(&berth, &administrator, &path).await.json()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let line = items.iter().map(|i| {
            format!("{} {} {}", i["storageClassName"], i["spec"]["isDefault"], i["permissions"])
        });
        lines.push(line.collect::<Vec<_>>().join("; "));
    }
    let path = format!("/api/v1/storage-classes?clusterId={}", berth.cluster);
    lines.push(
        get(&berth, &administrator, &path).await.json()["items"][0]["storage_class_name"]
            .to_string(),
    );
    lines.push(refusal(&get(&berth, &administrator, "/api/v2/storage-classes?clusterId=x").await));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "standard" true null; "fast" false {"allowedForAssets":false,"allowedForEphemeralVolumes":false}
    "runai-none" false null
    "fast" false {"allowedForAssets":false,"allowedForEphemeralVolumes":false}
    "standard"
    400
      clusterId: must be a UUID
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_configuration_is_named() {
    let (berth, administrator) = start().await;
    let mut body = rules(&berth);
    body["name"] = json!("Not a class");
    body["customization"] = json!({
        "accessMode": {"supportedValues": {"readWriteOnce": false, "readOnlyMany": false, "readWriteMany": false}},
        "volumeMode": {"default": "Tape", "supportedValues": {"filesystem": false, "block": false}},
        "claimSize": {"min": "many", "supportedUnits": ["MB", "PB"]},
        "attributes": [{"key": "-"}, {"key": "a", "format": "colour", "validationRegexp": "("},
            {"key": "a", "minValue": 3, "maxValue": 2}]});
    insta::assert_snapshot!(refusal(&post(&berth, &administrator, CONFIGURATIONS, body).await), @r#"
    400
      name: Enter the name of a class: lowercase letters, digits and hyphens
      customization.accessMode.supportedValues: At least one access mode must be supported
      customization.volumeMode.default: Must be one of Filesystem, Block
      customization.volumeMode.supportedValues: At least one volume mode must be supported
      customization.claimSize.min: Enter a number with a unit, such as 500M, 4G or 2Gi
      customization.claimSize.supportedUnits[1]: Must be one of MB, MiB, GB, GiB, TB, TiB
      customization.attributes[0].key: Letters, digits, "-", "_" and ".", a letter or digit at both ends, at most 63
      customization.attributes[1].format: Must be one of text, number, boolean
      customization.attributes[1].validationRegexp: This is no regular expression
      customization.attributes[2].key: This key is in the list already
      customization.attributes[2].maxValue: Must not be below the minimum
    "#);
}
