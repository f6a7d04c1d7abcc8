//! Credentials: what goes in never comes out again, and who uses one keeps it.

use super::*;

const CREDENTIALS: &str = "/api/v1/asset/credentials";

/// A body of each kind, with a secret that can be searched for.
fn bodies() -> [(&'static str, Value); 5] {
    [
        ("password", json!({"user": "ada", "password": "planted-1"})),
        ("access-key", json!({"accessKeyId": "AKIA", "secretAccessKey": "planted-2"})),
        (
            "docker-registry",
            json!({"url": "https://r.example.com", "user": "ada", "password": "planted-3"}),
        ),
        (
            "generic-secret",
            json!({"keyValuePairs": [{"key": "token", "value": "planted-4"}, {"key": "ssh", "value": "planted-5"}]}),
        ),
        ("ngc-api-key", json!({"ngc_api_key": "planted-6"})),
    ]
}

#[tokio::test]
async fn every_kind_lives_and_ends_and_never_says_its_secret() {
    let (berth, administrator) = start().await;
    let mut lines = Vec::new();
    let mut said = String::new();
    for (kind, spec) in bodies() {
        let path = format!("{CREDENTIALS}/{kind}");
        let body = json!({"meta": meta(&berth, kind), "spec": spec});
        let answer = post(&berth, &administrator, &path, body).await;
        let one = format!("{path}/{}", made(&answer));
        let mut shown = answer.json();
        assert!(shown["spec"]["keyId"].as_i64().is_some_and(|id| id > 0), "{shown}");
        shown["spec"]["keyId"] = json!("…");
        lines.push(format!("{} {} {}", shown["meta"]["kind"], shown["spec"], shown["clusterInfo"]));
        let update = json!({"meta": {"description": "seen"}}).to_string();
        let updated = berth.send(&administrator, "PUT", &one, &update).await;
        assert_eq!((updated.status.as_u16(), &updated.json()["meta"]["name"]), (202, &json!(kind)));
        let listed =
            get(&berth, &administrator, &format!("{path}?usageInfo=true&statusInfo=true")).await;
        said.push_str(&[answer.text, updated.text, listed.text].concat());
        let all = get(&berth, &administrator, CREDENTIALS).await.json();
        let spec = all["entries"][0]["spec"].as_object().cloned().unwrap_or_default();
        lines.push(format!("  in the list of all: {:?}", spec.keys().collect::<Vec<_>>()));
        let deleted = berth.send(&administrator, "DELETE", &one, "").await;
        lines.push(format!("  deleted: {}", deleted.status.as_u16()));
    }
    assert!(!said.contains("planted"), "{said}");
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "password" {"keyId":"…","user":"ada"} {"resources":[{"name":"password-password"}]}
      in the list of all: ["password"]
      deleted: 202
    "accessKey" {"accessKeyId":"AKIA","keyId":"…"} {"resources":[{"name":"accesskey-access-key"}]}
      in the list of all: ["accessKey"]
      deleted: 202
    "dockerRegistry" {"keyId":"…","url":"https://r.example.com","user":"ada"} {"resources":[{"name":"dockerreg-docker-registry"}]}
      in the list of all: ["dockerRegistry"]
      deleted: 202
    "genericSecret" {"keyId":"…","keyValuePairs":[{"key":"token"},{"key":"ssh"}]} {"resources":[{"name":"genericsecret-generic-secret"}]}
      in the list of all: ["genericSecret"]
      deleted: 204
    "ngcApiKey" {"keyId":"…"} {"resources":[{"name":"ngcapikey-ngc-api-key"}]}
      in the list of all: ["ngcApiKey"]
      deleted: 204
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_credential_is_named_without_its_secret() {
    let (berth, administrator) = start().await;
    let bodies = [
        ("password", json!({})),
        ("password", json!({"user": "ada", "password": 4711})),
        ("password", json!({"existingSecretName": "a", "user": "ada", "password": "planted"})),
        ("access-key", json!({"existingSecretName": "Not A Name"})),
        ("docker-registry", json!({"url": "two words", "user": "a", "password": "planted"})),
        ("generic-secret", json!({"keyValuePairs": []})),
        (
            "generic-secret",
            json!({"keyValuePairs": [{"key": "a b", "value": "planted"},
            {"key": "a", "value": "planted"}, {"key": "a", "value": "planted"}, {"key": "c", "value": ""}]}),
        ),
        ("ngc-api-key", json!({"ngc_api_key": "planted planted"})),
        ("ngc-api-key", json!({"existingSecretName": "a"})),
    ];
    let mut lines = Vec::new();
    for (kind, spec) in bodies {
        let body = json!({"meta": meta(&berth, "a"), "spec": spec});
        let answer = post(&berth, &administrator, &format!("{CREDENTIALS}/{kind}"), body).await;
        assert!(
            !answer.text.contains("planted") && !answer.text.contains("4711"),
            "{}",
            answer.text
        );
        lines.push(format!("{kind} {}", refusal(&answer)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    password 400
      spec.user: Must be given; or name an existing secret with existingSecretName
      spec.password: Must be given; or name an existing secret with existingSecretName
    password 400
      spec.password: must be a text
    password 400
      spec.existingSecretName: Goes with no values; name a secret or give its values
    access-key 400
      spec.existingSecretName: The name of a secret has lowercase letters, digits and hyphens
    docker-registry 400
      spec.url: Enter the address of a registry, such as https://registry.example.com
    generic-secret 400
      spec.keyValuePairs: Give 1 to 100 keys with their values
    generic-secret 400
      spec.keyValuePairs[0].key: Letters, digits, "-", "_" and ".", at most 253
      spec.keyValuePairs[2].key: This key is in the list already
      spec.keyValuePairs[3].value: Enter a value
    ngc-api-key 400
      spec.ngc_api_key: An NGC API key has letters, digits, "-", "." and "_"
    ngc-api-key 400
      spec.existingSecretName: An NGC API key cannot be an existing secret
    "#);
}

/// Makes a credential of the project; gives its id.
async fn credential(berth: &Berth, who: &Person, kind: &str, name: &str, spec: Value) -> String {
    let body = json!({"meta": meta(berth, name), "spec": spec});
    made(&post(berth, who, &format!("{CREDENTIALS}/{kind}"), body).await)
}

#[tokio::test]
async fn assets_refer_to_credentials_that_fit() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let key = credential(&berth, who, "access-key", "bucket", bodies()[1].1.clone()).await;
    let login = credential(&berth, who, "password", "git", bodies()[0].1.clone()).await;
    let keys = credential(&berth, who, "generic-secret", "keys", bodies()[3].1.clone()).await;
    let git = |repository: &str, id: &str| {
        ("git", json!({"repository": repository, "path": "/code", "credentialId": id}))
    };
    let bodies = [
        ("s3", json!({"bucket": "b", "path": "/b", "accessKeyAssetId": key})),
        ("s3", json!({"bucket": "b", "path": "/b", "accessKeyAssetId": login})),
        git("https://example.org/a.git", &login),
        git("git@example.org:a.git", &login),
        git("git@example.org:a.git", &keys),
        git("https://example.org/a.git", &keys),
        git("https://example.org/a.git", &key),
        ("secrets", json!({"credentialAssetId": keys, "mountPath": "/s"})),
        ("secrets", json!({"credentialAssetId": berth.cluster, "mountPath": "/s"})),
    ];
    let mut lines = Vec::new();
    for (i, (kind, spec)) in bodies.into_iter().enumerate() {
        let body = json!({"meta": meta(&berth, &format!("d-{i}")), "spec": spec});
        let answer = post(&berth, who, &format!("{DATASOURCES}/{kind}"), body).await;
        let told = if answer.status == 202 { "202".to_owned() } else { refusal(&answer) };
        lines.push(format!("{i} {kind} {}", told.replace(&berth.cluster.to_string(), "…")));
    }
    let variable = |key: &str| json!({"image": "a", "environmentVariables": [{"name": "A", "credential": {"assetId": keys, "key": key}}]});
    for key in ["token", "nothing"] {
        let body = json!({"meta": meta(&berth, &format!("e-{key}")), "spec": variable(key)});
        let answer = post(&berth, who, ENVIRONMENTS, body).await;
        lines.push(if answer.status == 202 {
            "environment 202".to_owned()
        } else {
            refusal(&answer)
        });
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    0 s3 202
    1 s3 400
      spec.accessKeyAssetId: A bucket is opened by an access key
    2 git 202
    3 git 400
      spec.credentialId: User name and password go with an address that begins with https://
    4 git 202
    5 git 400
      spec.credentialId: An SSH key goes with an address such as git@host:path
    6 git 400
      spec.credentialId: A repository is opened by user name and password, or by a generic secret with the key ssh
    7 secrets 202
    8 secrets 400
      spec.credentialAssetId: There is no credential … to use here
    environment 202
    400
      spec.environmentVariables[0].credential.assetId: This credential has the keys token, ssh
    ");
}

#[tokio::test]
async fn a_workspace_gets_the_name_of_the_secret_and_keeps_the_credential() {
    let (berth, administrator) = start().await;
    let who = &administrator;
    let keys = credential(&berth, who, "generic-secret", "keys", bodies()[3].1.clone()).await;
    let source =
        json!({"repository": "git@example.org:a.git", "path": "/code", "credentialId": keys});
    let source = json!({"meta": meta(&berth, "code"), "spec": source});
    let source = made(&post(&berth, who, &format!("{DATASOURCES}/git"), source).await);
    let path = format!("{CREDENTIALS}/generic-secret/{keys}");
    let refused = async || refusal(&berth.send(who, "DELETE", &path, "").await);
    let mut lines = vec![refused().await];

    let workspace = json!({"name": "uses", "projectId": berth.project.to_string(), "clusterId": berth.cluster,
        "assets": {"datasources": [{"id": source, "kind": "git"}]},
        "spec": {"image": "a", "environmentVariables":
            [{"name": "TOKEN", "secret": {"name": "genericsecret-keys", "key": "token"}}]}});
    let answer = post(&berth, who, "/api/v1/workloads/workspaces", workspace).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    lines.push(answer.json()["spec"]["storage"]["git"][0]["secretRef"].to_string());
    lines.push(refused().await);
    let used = get(&berth, who, &format!("{path}?usageInfo=true")).await.json();
    lines.push(format!(
        "workspaces {}, data sources {}",
        used["usedBy"]["workspaces"][0]["name"], used["usedBy"]["assets"]["datasources"][0]["name"]
    ));
    let rename = json!({"meta": {"name": "other"}}).to_string();
    lines.push(refusal(&berth.send(who, "PUT", &path, &rename).await));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    412 keys is used by Git data source code
    {"authenticationMethod":"ssh-key","name":"genericsecret-keys","secretKeyOfPassword":"ssh"}
    412 keys is used by workspace uses, Git data source code
    workspaces "uses", data sources "code"
    412 It is in use under its name; the description can be changed
    "#);
}

#[tokio::test]
async fn what_is_mine_is_seen_by_nobody_else() {
    let (berth, administrator) = start().await;
    let ada = berth.person("ada@example.com", false, true).await;
    let eve = berth.person("eve@example.com", false, true).await;
    let path = format!("{CREDENTIALS}/generic-secret");
    let body = json!({"meta": {"name": "hf", "scope": "tenant", "private": true},
        "spec": {"keyValuePairs": [{"key": "token", "value": "planted"}]}});
    let own = made(&post(&berth, &ada, &path, body.clone()).await);
    // Each has a name of their own.
    made(&post(&berth, &eve, &path, body.clone()).await);
    let mut lines = vec![refusal(&post(&berth, &ada, &path, body).await)];
    for (name, who) in [("ada", &ada), ("eve", &eve), ("administrator", &administrator)] {
        let listed = get(&berth, who, &path).await.json()["entries"].as_array().map_or(0, Vec::len);
        let one = get(&berth, who, &format!("{path}/{own}")).await.status.as_u16();
        lines.push(format!("{name} lists {listed}, and gets {one}"));
    }
    for who in [&eve, &administrator] {
        let gone = berth.send(who, "DELETE", &format!("{path}/{own}"), "").await;
        assert_eq!(gone.status, 404);
    }
    // Not for what several people use.
    let source =
        json!({"meta": meta(&berth, "s"), "spec": {"credentialAssetId": own, "mountPath": "/s"}});
    lines.push(
        refusal(&post(&berth, &ada, &format!("{DATASOURCES}/secrets"), source).await)
            .replace(&own, "…"),
    );
    let password = json!({"meta": {"name": "p", "scope": "tenant", "private": true},
        "spec": {"user": "a", "password": "b"}});
    lines.push(refusal(&post(&berth, &ada, &format!("{CREDENTIALS}/password"), password).await));
    assert_eq!(berth.send(&ada, "DELETE", &format!("{path}/{own}"), "").await.status, 204);
    insta::assert_snapshot!(lines.join("\n"), @r"
    409 you already have the generic secret credential hf
    ada lists 1, and gets 200
    eve lists 1, and gets 404
    administrator lists 0, and gets 404
    400
      spec.credentialAssetId: There is no credential … to use here
    400
      meta.private: Only Docker registry, generic secret and NGC API key credentials can be private
    ");
}
