//! What goes wrong with images, containers, ports and the engine itself: the reason on the row.

use std::net::TcpListener;

use cluster::{Driver, DriverError};
use domain::workload::PodState;

use crate::bed::{Bed, now, pod};

fn without(text: &str, bed: &Bed) -> String {
    text.replace(&bed.engine.registry(), "REGISTRY")
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn an_image_is_pulled_and_one_that_is_absent_says_so() {
    let bed_image = "localhost/busy:1";
    let mut bed = Bed::new();
    testkit::engine::listening(&bed.engine.registry());
    let there = bed.engine.push(bed_image, "lab/busy:1");
    bed.run_image(1, &there, r#"{"command": "sleep", "args": "1000"}"#);
    bed.until_runs(1).await;
    let events: Vec<_> = bed.turn().await.events.into_iter().map(|event| event.reason).collect();
    assert_eq!(events, ["Pulling", "Pulled", "Started"]);

    bed.run_image(
        2,
        &there.replace(":1", ":9").replace("127.0.0:9", "127.0.0.1"),
        r#"{"command": "sleep 9"}"#,
    );
    let text = bed.until_failed(2).await.text();
    insta::assert_snapshot!(without(&text, &bed), @"ImageUnavailable: REGISTRY/lab/busy:9 does not exist in its registry.");

    bed.run_image(3, bed_image, r#"{"command": "sleep 9", "imagePullPolicy": "Never"}"#);
    bed.until_runs(3).await;
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_registry_that_is_down_is_waited_for() {
    let mut bed = Bed::new();
    testkit::engine::listening(&bed.engine.registry());
    let there = bed.engine.push("localhost/busy:1", "lab/busy:2");
    bed.engine.stop_registry();
    bed.run_image(1, &there, r#"{"command": "sleep", "args": "1000"}"#);
    let pod = bed.until(1, |pod| pod.text().contains("Trying again")).await;
    assert!(pod.text().contains("cannot be reached"), "{}", pod.text());
    bed.engine.start_registry();
    bed.until_runs(1).await;
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn exit_codes_and_restarts_up_to_the_limit() {
    let mut bed = Bed::new();
    bed.run(
        1,
        r#"{"command": "sh -c", "args": "'echo one; echo two; exit 3'", "backoffLimit": 1}"#,
    );
    let unwell = bed.until(1, |pod| matches!(pod.state, Some(PodState::Unwell { .. }))).await;
    assert_eq!(unwell.restarts, 0);
    let failed = bed.until_failed(1).await;
    let Some(PodState::Failed { reason }) = &failed.state else { panic!("{}", failed.text()) };
    insta::assert_snapshot!(format!("{reason:?}"), @r#"Crashed { exit_code: 3, restarts: 1, after_secs: 0, last_lines: ["one", "two"] }"#);
    assert_eq!(bed.containers(), "runai-vision_nb1-1 exited\nrunai-vision_nb1-1_restart-1 exited");

    bed.run(2, r#"{"command": "true"}"#);
    bed.until(2, |pod| matches!(pod.state, Some(PodState::Succeeded))).await;
    bed.run(3, r#"{"command": "sh -c", "args": "'exit 4'", "restartPolicy": "Never"}"#);
    assert!(bed.until_failed(3).await.text().contains("code 4"));
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn out_of_memory_is_told_from_a_kill() {
    let mut bed = Bed::new();
    let limit =
        r#""backoffLimit": 0, "compute": {"cpuMemoryRequest": "32Mi", "cpuMemoryLimit": "32Mi"}"#;
    bed.run(1, &format!(r#"{{"command": "tail", "args": "/dev/zero", {limit}}}"#));
    bed.run(2, &format!(r#"{{"command": "sleep", "args": "1000", {limit}}}"#));
    let text = bed.until_failed(1).await.text();
    insta::assert_snapshot!(text, @"OutOfMemory: The container used 33.55 MB, all it may; the system ended it.");
    bed.until_runs(2).await;
    bed.engine.ask(&["kill", "--signal", "KILL", "runai-vision_nb2-1"]);
    let text = bed.until_failed(2).await.text();
    assert!(text.contains("ended with code 137"), "{text}");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_port_in_use_and_a_command_that_is_not_there() {
    let mut bed = Bed::new();
    let taken =
        (30_000..32_768).find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).unwrap();
    let port = taken.local_addr().unwrap().port();
    let ports =
        format!(r#""ports": [{{"container": 80, "serviceType": "NodePort", "external": {port}}}]"#);
    bed.run(1, &format!(r#"{{"command": "sleep", "args": "1000", {ports}}}"#));
    bed.run(2, r#"{"command": "/no/such/program"}"#);
    bed.run(3, r#"{"command": "sleep 9", "security": {"runAsNonRoot": true}}"#);
    let text = bed.until(1, |pod| pod.text().contains("in use on the machine")).await.text();
    assert!(text.contains("Choose another port, or let one be found"), "{text}");
    let absent = bed.until_failed(2).await.text();
    let root = bed.until_failed(3).await.text();
    insta::assert_snapshot!(format!("{absent}\n{root}"), @r#"
    NotStarted: The container could not be started: the image does not have the program that is to be started (runc: runc create failed: unable to start container process: exec: "/no/such/program": stat /no/such/program: no such file or directory: OCI runtime attempted to invoke a command that was not found). Change the command, or use another image.
    NotStarted: The container could not be started: its image runs as root, and it may not (runAsNonRoot is set, and the image names no other user). Choose a user of your own, or another image.
    "#);
    // As soon as the port is free, it runs.
    drop(taken);
    bed.until_runs(1).await;
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn an_engine_that_stops_and_comes_back() {
    let mut bed = Bed::new();
    bed.run(1, r#"{"command": "sleep", "args": "1000"}"#);
    bed.until_runs(1).await;
    bed.engine.halt();
    let first = bed.driver.observe(now()).await;
    assert!(matches!(first, Err(DriverError::Unreachable { .. })), "{first:?}");
    assert!(bed.driver.apply(&bed.orders(), now()).await.is_err());
    bed.engine.resume();
    assert_eq!(pod(&bed.turn().await, 1).state, Some(PodState::Running));
    assert_eq!(bed.containers(), "runai-vision_nb1-1 up");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_container_that_somebody_removes_is_made_again() {
    let mut bed = Bed::new();
    bed.run(1, r#"{"command": "sleep", "args": "1000"}"#);
    bed.until_runs(1).await;
    let before = bed.engine.ask(&["ps", "--format", "{{.ID}}"]);
    bed.engine.ask(&["rm", "--force", "--time", "0", "runai-vision_nb1-1"]);
    bed.until(1, |pod| {
        matches!(pod.state, Some(PodState::Running)) && !bed.containers().is_empty()
    })
    .await;
    assert_ne!(bed.engine.ask(&["ps", "--format", "{{.ID}}"]), before);
}
