//! What opens a tool ends: the code of a browser on its way, and the session that it goes back to.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

#[allow(dead_code, reason = "shared by tests, each of which uses a part")]
#[path = "../program/browser.rs"]
mod browser;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use browser::{Answer, Browser};
use control::clock::{Clock, SystemClock};
use domain::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::{Berth, PASSWORD};

/// The system's clock, so many seconds ahead.
#[derive(Debug, Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        let seconds = jiff::SignedDuration::from_secs(self.0.load(Ordering::SeqCst));
        SystemClock.now() + seconds
    }
}

/// One more request of a way that redirects lead along.
async fn next(browser: &mut Browser, answer: &Answer) -> Answer {
    assert!(answer.status.is_redirection(), "{answer:?}");
    browser.ask(Method::GET, answer.location.as_ref().unwrap(), None).await
}

#[tokio::test]
async fn who_comes_too_late_is_not_in() {
    let clock = Arc::new(Ahead::default());
    let wait = |seconds: i64| clock.0.fetch_add(seconds, Ordering::SeqCst);
    let (berth, url) = Berth::with_tools(clock.clone()).await;
    let ada = berth.person("ada@example.com", true, false).await;
    let spec = json!({"image": "busy:1", "exposedUrls": [{"container": 8888}]});
    let body = json!({"name": "nb", "projectId": berth.project.to_string(),
        "clusterId": berth.cluster, "spec": spec});
    let made = berth.send(&ada, "POST", "/api/v1/workloads/workspaces", &body.to_string()).await;
    let id = made.json()["workloadId"].as_str().unwrap().to_owned();
    let tool = format!("http://default-nb.localhost:{}", url.rsplit(':').next().unwrap());
    testkit::tls::provide();
    let mut browser = Browser::new(&url);
    browser.sign_in("ada@example.com", PASSWORD).await;

    // A code is good for half a minute.
    let begun = browser.ask(Method::GET, &format!("{tool}/lab"), None).await;
    let coming = next(&mut browser, &begun).await;
    wait(31);
    let late = next(&mut browser, &coming).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert!(late.text.contains("Opening took too long"), "{}", late.text);
    // And no second time.
    let begun = browser.ask(Method::GET, &format!("{tool}/lab"), None).await;
    let coming = next(&mut browser, &begun).await;
    let there = next(&mut browser, &coming).await;
    assert_eq!(there.location.as_deref(), Some("/lab"));
    assert_eq!(next(&mut browser, &coming).await.status, StatusCode::BAD_REQUEST);

    // Whoever is in is told of the tool; it runs nowhere, for the cluster is simulated.
    let tools_own = format!("{url}/tools/{id}/8888");
    let is_in = |answer: &Answer| answer.location.as_ref().unwrap().starts_with(&tools_own);
    wait(3_600);
    let seen = browser.ask(Method::GET, &format!("{tool}/lab"), None).await;
    assert!(is_in(&seen), "{seen:?}");
    // A session that nobody uses ends, and the ticket with it.
    wait(25 * 3_600);
    let seen = browser.ask(Method::GET, &format!("{tool}/lab"), None).await;
    assert!(!is_in(&seen), "{seen:?}");
    let signing_in = browser.open(&format!("{tool}/lab")).await;
    assert_eq!(signing_in.url.path(), "/sign-in", "{signing_in:?}");
}
