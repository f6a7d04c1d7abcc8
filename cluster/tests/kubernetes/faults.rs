//! What goes wrong with the control plane and with whole nodes. Each test has a control plane of its own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cluster::{Driver, DriverError};
use domain::workload::PodState;
use testkit::kube::Kube;

use crate::bed::{Bed, WITHIN, now};

/// One that a test may break. Nodes are lost after eight seconds.
fn alone() -> Bed {
    Bed::on(Arc::new(Kube::start(8)), 2)
}

/// The same, where no node is lost while nobody can renew its lease.
fn alone_and_patient() -> Bed {
    Bed::on(Arc::new(Kube::start(40)), 2)
}

/// Waits until the driver says that the cluster does not serve; gives its words and how long that took.
async fn until_silent(bed: &Bed) -> (String, Duration) {
    let begun = Instant::now();
    loop {
        match bed.driver.observe(now()).await {
            Err(DriverError::Unreachable { why, .. }) => return (why, begun.elapsed()),
            other => assert!(begun.elapsed() < WITHIN, "it still answers: {other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until the driver says that its credentials are not accepted. A watch may be the first to be told.
async fn until_refused(bed: &Bed) {
    let begun = Instant::now();
    while !until_silent(bed).await.0.contains("credentials") {
        assert!(begun.elapsed() < WITHIN, "nothing is said of credentials");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn uids(bed: &Bed) -> String {
    bed.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.uid}"])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn an_api_server_that_is_killed_and_comes_back_costs_nothing() {
    let mut bed = alone_and_patient();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    let before = uids(&bed);
    bed.kube.fault(&["kill", "kube-apiserver"]);
    let (why, after) = until_silent(&bed).await;
    assert!(after < Duration::from_secs(12), "{why} after {after:?}");
    // What is wanted meanwhile is done afterwards, once; the watches find their history expired (410).
    bed.run(2, "{}");
    assert!(bed.try_turn().await.is_err());
    tokio::time::sleep(Duration::from_secs(10)).await;
    bed.kube.fault(&["start", "kube-apiserver"]);
    let begun = Instant::now();
    bed.until_runs(2).await;
    println!("serves again {:?} after its start", begun.elapsed());
    bed.until_runs(1).await;
    assert!(uids(&bed).starts_with(&before), "{before} became {}", uids(&bed));
    assert_eq!(bed.names("pods"), "pod/nb1-1 pod/nb2-1");
    // Stops and runs go on as before.
    bed.stop(1, 0);
    bed.until_gone(1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn an_api_server_that_hangs_is_found_out_and_forgiven() {
    let mut bed = alone_and_patient();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    bed.kube.fault(&["pause", "kube-apiserver"]);
    let (why, after) = until_silent(&bed).await;
    assert!(after < Duration::from_secs(20), "{why} after {after:?}");
    assert!(why.contains("did not answer within"), "{why}");
    bed.kube.fault(&["resume", "kube-apiserver"]);
    bed.until_runs(1).await;
    // Slow is not silent: five seconds for every answer, as its process is stopped most of the time.
    for _ in 0..3 {
        bed.kube.fault(&["pause", "kube-apiserver"]);
        tokio::time::sleep(Duration::from_secs(5)).await;
        bed.kube.fault(&["resume", "kube-apiserver"]);
        assert!(bed.try_turn().await.is_ok());
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn storage_that_is_gone_is_said_and_nothing_is_taken_for_gone() {
    let mut bed = alone_and_patient();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    bed.kube.fault(&["kill", "etcd"]);
    let (why, _) = until_silent(&bed).await;
    println!("without etcd: {why}");
    bed.kube.fault(&["start", "etcd"]);
    bed.run(2, "{}");
    bed.until_runs(2).await;
    bed.until_runs(1).await;
    assert_eq!(bed.names("pods"), "pod/nb1-1 pod/nb2-1");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_was_begun_without_controllers_is_finished_when_they_come_back() {
    let mut bed = alone();
    bed.kube.fault(&["pause", "kube-controller-manager"]);
    bed.run(1, "{}");
    let told = bed.until_unwell(1).await;
    assert!(told.contains("serviceaccount") || told.contains("service account"), "{told}");
    bed.kube.fault(&["resume", "kube-controller-manager"]);
    bed.until_runs(1).await;
}

/// Keeps a pod from going, or lets it go.
fn hold(bed: &Bed, finalizers: &str) {
    let patch = format!(r#"{{"metadata":{{"finalizers":{finalizers}}}}}"#);
    bed.kubectl(&["patch", "pod", "nb1-1", "--type=merge", "-p", &patch]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_node_that_is_silent_is_said_and_its_pod_is_never_doubled() {
    let mut bed = alone();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    let node = format!("{}-1", bed.nodes);
    // Whoever plays the node may be slow to notice that it is silent, and would end the pod.
    hold(&bed, r#"["testbed.berth/held"]"#);
    bed.kube.fault(&["lose", &node]);
    let told = bed.until_unwell(1).await;
    assert!(told.contains("NodeLost") && told.contains("N-1"), "{told}");
    // The pod is asked to end, and nobody says that it has: it may still run.
    bed.until(1, |pod| matches!(pod.state, Some(PodState::Displaced { .. }))).await;
    bed.run_on(1, 2, "busy:1", "{}");
    for _ in 0..20 {
        bed.turn().await;
        assert_eq!(bed.names("pods"), "pod/nb1-1");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    hold(&bed, "null");
    bed.kube.fault(&["recover", &node]);
    let there = bed.until(1, |pod| pod.generation == 2 && pod.text() == "running").await;
    assert!(there.detail.is_some_and(|pod| pod.node.as_str().ends_with("-2")));
    assert_eq!(bed.names("pods"), "pod/nb1-2");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn credentials_that_are_not_accepted_any_more_are_said_and_read_again() {
    let kube = Arc::new(Kube::start(8));
    let mut bed = Bed::on(kube.clone(), 1);
    bed.run(1, "{}");
    bed.until_runs(1).await;
    // A token of a service account that is made anew is no longer good.
    let role =
        kube.kubectl(&["get", "serviceaccount", "berth", "-n", "berth-system", "-o", "json"]);
    assert!(role.contains("berth"));
    kube.kubectl(&["delete", "serviceaccount", "berth", "-n", "berth-system"]);
    let (why, after) = until_silent(&bed).await;
    assert!(why.contains("credentials"), "{why}");
    println!("an expired token is found after {after:?}");
    kube.kubectl(&["create", "serviceaccount", "berth", "-n", "berth-system"]);
    let token = kube.kubectl(&["create", "token", "berth", "-n", "berth-system"]);
    let text = std::fs::read_to_string(kube.config()).unwrap();
    let old = text.split("token: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    std::fs::write(kube.config(), text.replace(old, token.trim())).unwrap();
    bed.until_runs(1).await;
    bed.run(2, "{}");
    bed.until_runs(2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_token_that_expires_while_the_api_server_is_away_is_replaced_by_the_new_one() {
    let kube = Arc::new(Kube::start(40));
    let path = kube.config();
    // Tokens that the API server knows from a file, of the same account: each start knows others.
    let tokens = kube.folder().join("tokens.csv");
    let (text, others) = (read(&path), read(&tokens));
    let old = text.split("token: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let restart_with = |token: &str| {
        let berth = format!("{token},system:serviceaccount:berth-system:berth,berth\n");
        kube.fault(&["kill", "kube-apiserver"]);
        std::fs::write(&tokens, format!("{others}{berth}")).unwrap();
        kube.fault(&["start", "kube-apiserver"]);
    };
    let connect_with = |token| std::fs::write(&path, text.replace(old, token)).unwrap();
    restart_with("first");
    connect_with("first");
    let mut bed = Bed::on(kube.clone(), 1);
    bed.run(1, "{}");
    bed.until_runs(1).await;
    let before = uids(&bed);

    kube.fault(&["kill", "kube-apiserver"]);
    let (why, _) = until_silent(&bed).await;
    assert!(!why.contains("credentials"), "{why}");
    bed.run(2, "{}");
    connect_with("second");
    restart_with("second");
    let begun = Instant::now();
    bed.until_runs(2).await;
    println!("the new token serves {:?} after the start", begun.elapsed());
    bed.until_runs(1).await;
    assert!(uids(&bed).starts_with(&before), "{before} became {}", uids(&bed));
    // The other way round: the file follows after the API server.
    restart_with("third");
    until_refused(&bed).await;
    connect_with("third");
    bed.run(3, "{}");
    bed.until_runs(3).await;
    assert_eq!(bed.names("pods"), "pod/nb1-1 pod/nb2-1 pod/nb3-1");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn nothing_is_asked_while_nothing_happens() {
    let mut bed = alone();
    for number in 1..=5 {
        bed.run(number, "{}");
        bed.until_runs(number).await;
    }
    for _ in 0..20 {
        bed.turn().await;
    }
    let audit = || std::fs::read_to_string(bed.kube.folder().join("audit.jsonl")).unwrap();
    let before = audit().lines().count();
    for _ in 0..20 {
        bed.turn().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let audited = audit();
    let new = audited.lines().skip(before).filter(|line| !line.contains("/readyz"));
    let new = new.filter(|line| !line.contains("selfsubjectaccessreviews"));
    let new: Vec<_> = new.filter(|line| !line.contains("watch=true")).collect();
    assert!(new.is_empty(), "{new:#?}");
    // No list without a limit.
    let lists = audited.lines().filter(|line| line.contains("\"verb\":\"list\""));
    assert!(lists.clone().count() > 0);
    assert!(lists.into_iter().all(|line| line.contains("limit=500")));
}
