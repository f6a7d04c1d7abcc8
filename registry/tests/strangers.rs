//! Registries that answer slowly, wrongly, endlessly, or lead somewhere else: each is bounded, and
//! what it was is said.
#![allow(clippy::unwrap_used)]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::secret::Secret;
use registry::{Client, Login, Registry, Trouble};
use std::collections::HashMap;

const MANIFEST: &str = r#"{"schemaVersion": 2, "config": {"digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "size": 10}, "layers": [{"size": 90}]}"#;

/// A registry with one repository for each way to behave.
async fn stranger() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let at = |name: &str| format!("/v2/{name}/manifests/latest");
    let router = Router::new()
        .route(&at("slow"), get(slow))
        .route(&at("nonsense"), get(async || "<html>welcome</html>"))
        .route(&at("empty"), get(async || "{}"))
        .route(&at("endless"), get(endless))
        .route(&at("broken"), get(async || StatusCode::BAD_GATEWAY))
        .route(&at("busy"), get(async || StatusCode::TOO_MANY_REQUESTS))
        .route(&at("inside"), get(async || Redirect::temporary("https://10.0.0.1/latest")))
        .route(&at("cloud"), get(async || Redirect::temporary("https://169.254.169.254/latest")))
        .route(&at("plain"), get(async || Redirect::temporary("http://example.com/")))
        .route(&at("file"), get(async || Redirect::temporary("file:///etc/passwd")))
        .route(&at("round"), get(async || Redirect::temporary("/v2/round/manifests/latest")))
        .route(&at("realm"), get(async || challenge("https://10.0.0.1/token")))
        .route(&at("private"), get(private))
        .route("/token", get(token))
        .route("/v2/many/tags/list", get(many))
        .route("/v2/heavy/tags/list", get(heavy))
        .route("/v2/forever/tags/list", get(forever))
        .route("/v2/search/catalog/resources/CONTAINER", get(catalog))
        .with_state(address);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// As the NGC catalog answers: the search as JSON in the address, groups of resources.
async fn catalog(Query(said): Query<HashMap<String, String>>) -> Response {
    let asked: serde_json::Value = serde_json::from_str(&said["q"]).unwrap();
    match asked["query"].as_str().unwrap() {
        "broken" => "{\"results\": 5}".into_response(),
        search => serde_json::json!({ "results": [
            { "groupValue": "HELM_CHART", "totalCount": 1, "resources": [{ "resourceId": "nvidia/chart" }] },
            { "groupValue": "CONTAINER", "totalCount": 30, "resources": [
                { "resourceId": format!("nvidia/{search}"), "name": search },
                { "name": "one without an id" },
            ] },
        ]})
        .to_string()
        .into_response(),
    }
}

async fn slow() -> Response {
    tokio::time::sleep(Duration::from_secs(60)).await;
    MANIFEST.into_response()
}

/// Bytes without an end and without a length.
async fn endless() -> Response {
    let chunk = vec![b'x'; 1 << 16];
    Body::from_stream(futures(chunk)).into_response()
}

fn futures(chunk: Vec<u8>) -> impl futures::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    futures::stream::repeat_with(move || Ok(chunk.clone()))
}

fn challenge(realm: &str) -> Response {
    let header =
        format!("Bearer realm=\"{realm}\",service=\"here\",scope=\"repository:private:pull\"");
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, header)]).into_response()
}

async fn private(State(address): State<SocketAddr>, headers: HeaderMap) -> Response {
    match headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        Some("Bearer the-token") => MANIFEST.into_response(),
        _ => challenge(&format!("http://{address}/token")),
    }
}

async fn token(Query(said): Query<HashMap<String, String>>, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let right = said.get("scope").is_some_and(|scope| scope == "repository:private:pull");
    match authorization {
        // ada:secret
        Some("Basic YWRhOnNlY3JldA==") if right => {
            r#"{"access_token": "the-token"}"#.into_response()
        }
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// Three pages.
async fn many(Query(said): Query<HashMap<String, String>>) -> Response {
    let page: u32 = said.get("page").and_then(|page| page.parse().ok()).unwrap_or_default();
    let tags: Vec<_> = (0..100).map(|i| format!("v{page}.{i}")).collect();
    let body = serde_json::json!({"name": "many", "tags": tags}).to_string();
    let link = format!("</v2/many/tags/list?page={}>; rel=\"next\"", page + 1);
    match page {
        0 | 1 => ([(header::LINK, link)], body).into_response(),
        _ => body.into_response(),
    }
}

/// Fifty megabytes of tags.
async fn heavy() -> Response {
    format!("{{\"tags\": [{}\"last\"]}}", "\"a-tag\", ".repeat(6_000_000)).into_response()
}

/// Always one page more.
async fn forever(Query(said): Query<HashMap<String, String>>) -> Response {
    let page: u64 = said.get("page").and_then(|page| page.parse().ok()).unwrap_or_default();
    let link = format!("</v2/forever/tags/list?page={}>; rel=\"next\"", page + 1);
    ([(header::LINK, link)], r#"{"tags": ["x"]}"#).into_response()
}

async fn asked(address: SocketAddr, name: &str, login: Option<&Login>) -> String {
    let image = format!("{address}/{name}").parse().unwrap();
    let registry = Registry::of_image(&image, true).unwrap();
    let started = Instant::now();
    let told = match Client::new().unwrap().look_up(&registry, &image, login).await {
        Ok(found) => format!("{} bytes, {:?}", found.size.unwrap_or_default(), found.platforms),
        Err(trouble) => trouble.to_string(),
    };
    assert!(started.elapsed() < Duration::from_secs(4), "{name} took {:?}", started.elapsed());
    told
}

#[tokio::test]
async fn whatever_a_stranger_does_it_is_bounded_and_said() {
    let address = stranger().await;
    let mut lines = Vec::new();
    for name in [
        "absent", "slow", "nonsense", "empty", "endless", "broken", "busy", "inside", "cloud",
        "plain", "file", "round", "realm", "private",
    ] {
        lines.push(format!("{name:<9} {}", asked(address, name, None).await));
    }
    insta::assert_snapshot!(lines.join("\n").replace(&address.to_string(), "HERE"), @r"
    absent    the registry does not have it
    slow      the registry did not answer within 2 seconds
    nonsense  the registry answers with something that is no manifest
    empty     the registry answers with something that is no manifest
    endless   the registry answers with more than 4 MB
    broken    the registry answers with the status 502
    busy      the registry answers that it was asked too often; try again later
    inside    10.0.0.1 is not asked: the registry leads to a private address
    cloud     169.254.169.254 is not asked: the registry leads to a private address
    plain     example.com is not asked: the registry leads there without TLS
    file      file:///etc/passwd is not asked: the registry leads there without TLS
    round     the registry answers with more than 3 redirects
    realm     10.0.0.1 is not asked: the registry leads to a private address
    private   the registry refuses access; it may be private, or the credential may be wrong
    ");
}

#[tokio::test]
async fn a_token_is_fetched_with_name_and_password() {
    let address = stranger().await;
    let login =
        |password: &str| Login { user: "ada".into(), password: Secret::new(password.into()) };
    assert_eq!(asked(address, "private", Some(&login("secret"))).await, "100 bytes, []");
    let wrong = asked(address, "private", Some(&login("wrong"))).await;
    assert_eq!(wrong, Trouble::Denied.to_string());
}

#[tokio::test]
async fn tags_are_read_page_by_page_up_to_an_end() {
    let address = stranger().await;
    let registry = Registry::at(&format!("http://{address}"), true).unwrap();
    let client = Client::new().unwrap();
    let tags = async |repository: &str, search: &str| match client
        .tags(&registry, repository, search, None)
        .await
    {
        Ok(found) => format!("{} of them, more: {}", found.names.len(), found.is_cut),
        Err(trouble) => trouble.to_string(),
    };
    let lines = [
        tags("many", "").await,
        tags("many", "V2.9").await,
        tags("forever", "").await,
        tags("heavy", "").await,
        tags("absent", "").await,
        tags("../../secret", "").await,
        tags("a?n=1", "").await,
    ];
    insta::assert_snapshot!(lines.join("\n"), @r"
    200 of them, more: true
    11 of them, more: false
    10 of them, more: true
    the registry answers with more than 4 MB
    the registry does not have it
    ../../secret is not asked: this is no name of a repository
    a?n=1 is not asked: this is no name of a repository
    ");
}

#[tokio::test]
async fn this_machine_is_not_asked_unless_an_administrator_allows_it() {
    let address = stranger().await;
    for host in [address.to_string(), format!("localhost:{}", address.port())] {
        let image = format!("{host}/private").parse().unwrap();
        let registry = Registry::of_image(&image, false).unwrap();
        let told = Client::new().unwrap().look_up(&registry, &image, None).await.unwrap_err();
        assert!(
            matches!(&told, Trouble::Refused(_, why) if why.contains("general settings")),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_registry_that_is_down_is_said_to_be() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(asked(address, "any", None).await, Trouble::Unreachable.to_string());
}

#[tokio::test]
async fn the_catalog_of_ngc_is_searched() {
    let at = stranger().await;
    let client = Client::new().unwrap();
    let registry = Registry::at(&format!("http://{at}"), true).unwrap();
    let found = client.catalog(&registry, "pytorch & more").await.unwrap();
    assert_eq!(found.names, ["nvidia/pytorch & more"]);
    assert!(found.is_cut, "there are 30");
    let broken = client.catalog(&registry, "broken").await.unwrap_err();
    assert_eq!(broken.to_string(), "the registry answers with something that is no catalog");
}
