//! Registries that administrators offer, and images looked up before somebody submits.

#![expect(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use super::*;
use axum::{Router, http::HeaderMap, routing::get as answer};

const REGISTRIES: &str = "/api/v1/asset/registries";

/// A registry that knows one image, and wants name and password.
async fn running() -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let guarded = |body: &'static str| {
        answer(async move |headers: HeaderMap| {
            // ada:planted
            let right = headers.get("authorization").is_some_and(|a| a == "Basic YWRhOnBsYW50ZWQ=");
            let code = if right { 200 } else { 401 };
            (axum::http::StatusCode::from_u16(code).unwrap(), [("www-authenticate", "Basic")], body)
        })
    };
    let router = Router::new()
        .route("/v2/_catalog", guarded(r#"{"repositories": ["lab/busy", "lab/idle"]}"#))
        .route("/v2/lab/busy/tags/list", guarded(r#"{"tags": ["1", "2", "latest"]}"#))
        .route(
            "/v2/lab/busy/manifests/1",
            guarded(r#"{"config": {"size": 5}, "layers": [{"size": 6}]}"#),
        );
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn allow_local(berth: &Berth, administrator: &Person) {
    let on = json!({"key": "registries.local_addresses", "value": true}).to_string();
    assert_eq!(berth.send(administrator, "PUT", "/v1/k8s/setting", &on).await.status, 200);
}

#[tokio::test]
async fn administrators_offer_a_registry_and_everybody_browses_it() {
    let (berth, administrator) = start().await;
    let member = berth.person("member@example.com", false, true).await;
    let address = running().await;
    let spec = json!({"url": format!("http://{address}"), "credentialKind": "password", "user": "ada", "password": "planted"});
    let body = json!({"meta": {"name": "lab", "scope": "tenant"}, "spec": spec});
    assert_eq!(post(&berth, &member, REGISTRIES, body.clone()).await.status, 403);
    let made = post(&berth, &administrator, REGISTRIES, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let one = format!("{REGISTRIES}/{}", made.json()["meta"]["id"].as_str().unwrap_or_default());
    let mut lines = vec![made.json()["spec"].to_string().replace(&address.to_string(), "HERE")];
    let browse = async |path: &str| {
        let answer = get(&berth, &member, &format!("{one}{path}")).await;
        if answer.status == 200 { answer.text } else { refusal(&answer) }
            .replace(&address.to_string(), "HERE")
            .replace("127.0.0.1", "HERE")
    };
    lines.push(browse("/repositories").await);
    allow_local(&berth, &administrator).await;
    lines.push(browse("/repositories?searchName=busy").await);
    lines.push(browse("/repositories/tags?repository=lab/busy").await);
    lines.push(browse("/repositories/tags?repository=lab/none").await);
    // Without a password it keeps its own; with a wrong one it is refused.
    let mut update = json!({"meta": {"name": "lab"}, "spec": made.json()["spec"]});
    assert_eq!(berth.send(&administrator, "PUT", &one, &update.to_string()).await.status, 200);
    lines.push(browse("/repositories/tags?repository=lab/busy&searchName=late").await);
    update["spec"]["password"] = json!("wrong");
    assert_eq!(berth.send(&administrator, "PUT", &one, &update.to_string()).await.status, 200);
    lines.push(browse("/repositories").await);
    assert!(!lines.join("").contains("planted"));
    assert_eq!(berth.send(&administrator, "DELETE", &one, "").await.status, 204);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"credentialKind":"password","password":"********","url":"http://HERE","user":"ada"}
    400
      registry: HERE is not asked: it is this machine or its link, which the general settings do not allow
    {"repositories":["lab/busy"],"truncated":false}
    {"tags":["1","2","latest"],"truncated":false}
    400
      repository: The registry does not have it
    {"tags":["latest"],"truncated":false}
    400
      registry: The registry refuses access; it may be private, or the credential may be wrong
    "#);
}

#[tokio::test]
async fn an_image_is_looked_up_with_the_credential_of_its_registry() {
    use control::preflight::Preflight;
    use domain::access::Actor;

    let (berth, administrator) = start().await;
    let address = running().await;
    let look = async |image: &str| {
        let image = format!("{address}/{image}");
        berth.control.preflight(&Actor::berth(), berth.project, &image).await.unwrap()
    };
    let told = async |image: &str| match look(image).await {
        Preflight::Found { size, .. } => format!("found, {} bytes", size.unwrap_or_default()),
        Preflight::Missing => "missing".to_owned(),
        Preflight::Unknown { why } => why.replace("127.0.0.1", "HERE"),
    };
    let mut lines = vec![told("lab/busy:1").await];
    allow_local(&berth, &administrator).await;
    lines.push(told("lab/busy:1").await);
    let spec = json!({"url": format!("http://{address}"), "user": "ada", "password": "planted"});
    let body = json!({"meta": meta(&berth, "lab"), "spec": spec});
    made(&post(&berth, &administrator, "/api/v1/asset/credentials/docker-registry", body).await);
    lines.push(told("lab/busy:1").await);
    lines.push(told("lab/busy:3").await);
    let off = json!({"key": "registries.lookup", "value": false}).to_string();
    assert_eq!(berth.send(&administrator, "PUT", "/v1/k8s/setting", &off).await.status, 200);
    lines.push(told("lab/busy:1").await);
    insta::assert_snapshot!(lines.join("\n"), @r"
    HERE is not asked: it is this machine or its link, which the general settings do not allow
    the registry refuses access; it may be private, or the credential may be wrong
    found, 11 bytes
    missing
    the general settings say that registries are not asked
    ");
}
