//! The interface at its edges: what is sent wrongly, what is not there, what comes twice, and what
//! comes from a page of somebody else.

use control::FirstAccounts;
use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const WORKSPACES: &str = "/api/v1/workloads/workspaces";
const MISSING: &str = "00000000-0000-4000-8000-000000000000";

async fn start() -> (Berth, Person) {
    let berth = Berth::start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    (berth, administrator)
}

async fn create(berth: &Berth, who: &Person, name: &str, gpus: u32) -> String {
    let made = berth.send(who, "POST", WORKSPACES, &berth.workspace(name, gpus)).await;
    assert_eq!(made.status, 202, "{}", made.text);
    made.json()["workloadId"].as_str().unwrap_or_default().to_owned()
}

/// A refusal says its status in the body, and a sentence.
fn assert_refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["code"], status);
    assert!(!answer.message().is_empty(), "{}", answer.text);
}

/// The fields at fault.
fn fields(answer: &Answer) -> Vec<String> {
    let issues = answer.json()["complianceIssues"].as_array().cloned().unwrap_or_default();
    issues.iter().filter_map(|issue| issue["field"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn what_is_no_json_or_has_a_wrong_type_is_named() {
    let (berth, administrator) = start().await;
    let spec = |spec: Value| {
        json!({"name": "a", "projectId": "1", "clusterId": MISSING, "spec": spec}).to_string()
    };
    let cases = [
        ("{".to_owned(), "body"),
        (String::new(), "body"),
        ("[]".to_owned(), "body"),
        (spec(json!({"backoffLimit": "six"})), "spec.backoffLimit"),
        (spec(json!({"compute": {"gpuDevicesRequest": 1.5}})), "spec.compute.gpuDevicesRequest"),
        (spec(json!({"image": ["a"]})), "spec.image"),
        (json!({"name": "a", "projectId": "1", "clusterId": 7}).to_string(), "clusterId"),
    ];
    for (body, field) in cases {
        for path in [WORKSPACES, "/api/v1/workloads/workspaces/verdict"] {
            let answer = berth.send(&administrator, "POST", path, &body).await;
            assert_refused(&answer, 400);
            assert_eq!(fields(&answer), [field], "{path} {body}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_whatever_its_id_looks_like() {
    let (berth, administrator) = start().await;
    let paths = [
        "/api/v1/clusters/",
        "/api/v1/node-pools/",
        "/api/v1/org-unit/departments/",
        "/api/v1/org-unit/projects/",
        "/api/v1/workloads/",
        "/api/v1/workloads/workspaces/",
    ];
    for path in paths {
        for id in [MISSING, "123456789", "no-id", "%F0%9F%9A%A2", "-1", "99999999999999999999999"] {
            assert_refused(
                &berth.send(&administrator, "GET", &format!("{path}{id}"), "").await,
                404,
            );
        }
    }
    for what in ["pods", "events", "history", "logs"] {
        let path = format!("/api/v1/workloads/{MISSING}/{what}");
        assert_refused(&berth.send(&administrator, "GET", &path, "").await, 404);
    }
    assert_refused(&berth.send(&administrator, "GET", "/api/v1/harbours", "").await, 404);
}

#[tokio::test]
async fn a_method_that_is_not_offered_is_405_with_those_that_are() {
    let (berth, administrator) = start().await;
    for (method, path) in [("DELETE", "/api/v1/clusters"), ("PUT", "/api/v1/workloads")] {
        let answer = berth.send(&administrator, method, path, "").await;
        assert_refused(&answer, 405);
        assert_eq!(answer.headers["allow"], "GET,HEAD");
    }
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let (berth, administrator) = start().await;
    let unit =
        |name: &str| json!({"name": name, "clusterId": berth.cluster, "resources": []}).to_string();
    let cases = [
        (WORKSPACES, berth.workspace("twice", 0), 202),
        ("/api/v1/org-unit/projects", unit("twice"), 201),
        ("/api/v1/org-unit/departments", unit("twice"), 201),
    ];
    for (path, body, made) in cases {
        let first = berth.send(&administrator, "POST", path, &body).await;
        assert_eq!(first.status, made, "{}", first.text);
        assert_refused(&berth.send(&administrator, "POST", path, &body).await, 409);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let (berth, administrator) = start().await;
    let body = format!("\"{}\"", "a".repeat(10 << 20));
    let answer = berth.send(&administrator, "POST", WORKSPACES, &body).await;
    assert_refused(&answer, 413);
}

#[tokio::test]
async fn mistakes_in_list_parameters_are_named() {
    let (berth, administrator) = start().await;
    let cases = [
        ("filterBy=colour==red", "filterBy"),
        ("filterBy=name", "filterBy"),
        ("filterBy=name~~a", "filterBy"),
        ("filterBy=createdAt==yesterday", "filterBy"),
        ("sortBy=colour", "sortBy"),
        ("sortOrder=up", "sortOrder"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("offset=-1", "offset"),
    ];
    for path in ["/api/v1/workloads", "/api/v1/org-unit/projects", "/api/v1/org-unit/departments"] {
        for (query, parameter) in cases {
            let answer = berth.send(&administrator, "GET", &format!("{path}?{query}"), "").await;
            assert_refused(&answer, 400);
            assert_eq!(fields(&answer), [parameter], "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn a_verdict_is_an_answer_whatever_it_says() {
    let (berth, administrator) = start().await;
    let ask = async |gpus: u32| {
        let body = berth.workspace("asked", gpus);
        let path = "/api/v1/workloads/workspaces/verdict";
        let answer = berth.send(&administrator, "POST", path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["verdict"].as_str().unwrap_or_default().to_owned()
    };
    // One node with two GPUs.
    assert_eq!(ask(2).await, "startsNow");
    assert_eq!(ask(3).await, "never");
    create(&berth, &administrator, "taker", 2).await;
    for _ in 0..100 {
        if ask(1).await == "waits" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("with both GPUs taken the verdict is {}", ask(1).await);
}

#[tokio::test]
async fn what_is_done_twice_is_accepted_twice_and_what_is_deleted_is_gone() {
    let (berth, administrator) = start().await;
    let id = create(&berth, &administrator, "short-lived", 0).await;
    let path = format!("{WORKSPACES}/{id}");
    for action in ["suspend", "suspend", "resume", "resume"] {
        let answer = berth.send(&administrator, "POST", &format!("{path}/{action}"), "").await;
        assert_eq!(answer.status, 202, "{action}: {}", answer.text);
    }
    assert_eq!(berth.send(&administrator, "DELETE", &path, "").await.status, 202);
    for _ in 0..200 {
        let answer = berth.send(&administrator, "GET", &path, "").await;
        if answer.status == 404 {
            assert_refused(&berth.send(&administrator, "DELETE", &path, "").await, 404);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the workspace is still there ten seconds after it was deleted");
}

#[tokio::test]
async fn a_cookie_does_not_help_a_page_of_another_site() {
    let (berth, administrator) = start().await;
    for site in ["cross-site", "same-site"] {
        let body = berth.workspace("forged", 0);
        let answer = berth.send_from(site, &administrator, "POST", WORKSPACES, body).await;
        assert_refused(&answer, 403);
    }
    assert!(berth.control.world().workloads.is_empty());
    let stolen = Person::SignedIn("guessed".to_owned());
    assert_refused(&berth.send(&stolen, "GET", "/api/v1/workloads", "").await, 401);
}

#[tokio::test]
async fn a_program_signs_in_with_its_secret_and_nothing_else() {
    let (berth, _) = start().await;
    let secret = Some("a secret of this test".to_owned());
    let first = FirstAccounts { client: secret.map(|s| ("ci-bot".to_owned(), s)), admin: None };
    berth.control.bootstrap(true, &[], first).await.unwrap();
    let token = async |id: &str, secret: &str| {
        let body = json!({"grantType": "app_token", "appId": id, "appSecret": secret});
        berth.send(&Person::Anonymous, "POST", "/api/v1/token", &body.to_string()).await
    };
    // 400 rather than 401, which clients repeat.
    assert_refused(&token("ci-bot", "another").await, 400);
    assert_refused(&token("nobody", "a secret of this test").await, 400);
    let granted = token("ci-bot", "a secret of this test").await.json();
    let granted = granted["accessToken"].as_str().unwrap().to_owned();

    // A program says nothing of pages.
    let program = Person::Program(granted.clone());
    let body = berth.workspace("by-a-program", 0);
    let made = berth.send_from("cross-site", &program, "POST", WORKSPACES, body).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let (signed, _) = granted.rsplit_once('.').unwrap();
    for wrong in ["", "a.b.c", signed, &format!("{signed}."), &format!("{signed}.AAAA")] {
        let forger = Person::Program(wrong.to_owned());
        assert_refused(&berth.send(&forger, "GET", "/api/v1/workloads", "").await, 401);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let (berth, administrator) = start().await;
    let paths = ["/api/v1/workloads", "/api/v1/harbours", "/sign-in", "/health/live", "/pkg/x.js"];
    for path in paths {
        let answer = berth.send(&administrator, "GET", path, "").await;
        let has = |name: &str, part: &str| {
            let value = answer.headers.get(name).and_then(|value| value.to_str().ok());
            assert!(value.is_some_and(|v| v.contains(part)), "{path}: {name} is {value:?}");
        };
        has("x-content-type-options", "nosniff");
        has("x-frame-options", "DENY");
        has("referrer-policy", "same-origin");
        has("cross-origin-opener-policy", "same-origin");
        has("permissions-policy", "camera=()");
        has("content-security-policy", "frame-ancestors 'none'");
    }
}
