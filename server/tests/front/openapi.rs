//! The description of the interface: checked in as it is, sound, and with a page to try it.

use std::{collections::BTreeSet, env, fs};

use serde_json::Value;

use crate::common::{Berth, Person, contract::description};

const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/openapi.json");

#[test]
fn the_description_is_checked_in() {
    let now = serde_json::to_string_pretty(description()).unwrap() + "\n";
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(CHECKED_IN, &now).unwrap();
    }
    let kept = fs::read_to_string(CHECKED_IN).unwrap();
    let first = kept.lines().zip(now.lines()).position(|(kept, now)| kept != now);
    assert!(
        kept == now,
        "api/openapi.json differs from what the handlers say, first in line {:?}; \
         UPDATE_OPENAPI=1 cargo test -p server --test front openapi writes it",
        first.map(|line| line + 1)
    );
}

/// Every `$ref` below a value.
fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_description_is_sound() {
    let parsed = oas3::from_json(description().to_string()).unwrap();
    assert_eq!(parsed.openapi, "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, method, operation) in parsed.operations() {
        let id = operation.operation_id.clone().unwrap_or_default();
        assert!(ids.insert(id), "{method} {path}: the operation's id is taken");
        assert!(operation.summary.is_some(), "{method} {path} says nothing about itself");
        let codes: Vec<String> =
            operation.responses.iter().flat_map(|r| r.keys().cloned()).collect();
        assert!(codes.iter().any(|code| code.starts_with('2')), "{method} {path}: {codes:?}");
        let named = operation.parameters.len();
        assert!(named >= path.matches('{').count(), "{method} {path}: parameters are missing");
    }
    let mut found = BTreeSet::new();
    references(description(), &mut found);
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(description().pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (name, schema) in description()["components"]["schemas"].as_object().unwrap() {
        let sound = jsonschema::draft202012::meta::validate(schema);
        assert!(sound.is_ok(), "{name} is no schema: {}", sound.unwrap_err());
    }
}

#[tokio::test]
async fn the_description_is_served_as_it_is() {
    let berth = Berth::start().await;
    let answer = berth.send(&Person::Anonymous, "GET", "/api/openapi.json", "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(&answer.json(), description());
}

#[tokio::test]
async fn the_page_to_try_it_needs_nothing_from_elsewhere() {
    let berth = Berth::start().await;
    let get = async |path: &str| berth.send(&Person::Anonymous, "GET", path, "").await;
    let moved = get("/api/docs").await;
    assert_eq!(
        (moved.status.as_u16(), &moved.headers["location"]),
        (308, &"/api/docs/".parse().unwrap())
    );
    let page = get("/api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    // Its policy lets files of ours run, and nothing that stands in the page.
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let scripts = page.text.split("<script").skip(1);
    let inline = scripts.filter(|script| !script.contains("src=")).count();
    assert_eq!(inline, 0, "{}", page.text);
    for file in page.text.split(['"', '\'']).filter(|text| text.starts_with("./")) {
        let answer = get(&format!("/api/docs/{}", &file[2..])).await;
        assert_eq!(answer.status, 200, "{file}");
    }
    let start = get("/api/docs/swagger-initializer.js").await;
    assert!(start.text.contains("/api/openapi.json"), "{}", start.text);
    assert_eq!(get("/api/docs/none.js").await.status, 404);
}
