//! The real program with a real engine: a workspace through the REST interface, a program that is
//! killed and finds its container again, what is refused beforehand, and what is said when the engine
//! is away. `cargo xtask test --containers` installs what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use program::{Berth, WITHIN, client, started};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::engine::Engine;

/// From CREATE to a container that runs, with the image there; the engine's own time is in it.
const START_WITHIN: Duration = Duration::from_secs(5);

fn notebook() -> Value {
    json!({
        "image": "localhost/busy:1", "command": "sh -c",
        "args": "'echo hello from ${RUNAI_JOB_NAME}; date >> /files/starts; wc -l < /files/starts; exec httpd -f -p 8888'",
        "exposedUrls": [{"container": 8888}], "terminationGracePeriodSeconds": 1,
        "storage": {"pvc": [{"path": "/files", "existingPvc": false, "claimInfo": {"size": "1G"}}]}
    })
}

/// Waits until the engine lists nothing.
async fn gone(engine: &Engine, list: &[&str]) {
    let until = Instant::now() + WITHIN;
    while !engine.ask(list).is_empty() {
        assert!(Instant::now() < until, "something of it stayed: {}", engine.ask(list));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_workspace_outlives_a_berth_that_is_killed() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let begun = Instant::now();
    let id = berth.made("nb", notebook()).await;
    berth.until(&id, "Running").await;
    let took = begun.elapsed();
    println!("from CREATE to Running: {} ms", took.as_millis());
    assert!(took < START_WITHIN, "{took:?}");
    let container = engine.ask(&["ps", "--format", "{{.ID}}"]);
    assert!(!container.is_empty());
    let log = berth.get(&format!("/api/v1/workloads/{id}/logs")).await;
    assert!(log.as_str().unwrap().contains("hello from nb"), "{log}");

    berth.kill();
    assert_eq!(engine.ask(&["ps", "--format", "{{.ID}}"]), container);
    let berth = Berth::start(data.path(), &engine).await;
    berth.until(&id, "Running").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(engine.ask(&["ps", "--all", "--format", "{{.ID}}"]), container);

    // Killed while it ends, too.
    berth.action(&id, "suspend").await;
    berth.kill();
    let berth = Berth::start(data.path(), &engine).await;
    berth.until(&id, "Stopped").await;
    // It is stopped once its container has ended, and the container goes next.
    gone(&engine, &["ps", "--all", "--quiet"]).await;

    berth.action(&id, "resume").await;
    berth.until(&id, "Running").await;
    let until = Instant::now() + WITHIN;
    // The volume has what the first run wrote.
    while !berth.get(&format!("/api/v1/workloads/{id}/logs")).await.to_string().contains(" 2\\n") {
        assert!(Instant::now() < until, "the volume was lost");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Followed, the log goes on until its container ends.
    let follow = format!("{}/api/v1/workloads/{id}/logs?follow=true", berth.url);
    let followed = client().get(follow).bearer_auth(&berth.token);
    let mut followed = followed.send().await.unwrap();
    let begun = followed.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&begun).contains("hello from nb"), "{begun:?}");
    let path = format!("/api/v1/workloads/workspaces/{id}");
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    assert!(tokio::time::timeout(WITHIN, followed.text()).await.unwrap().is_ok());
    gone(&engine, &["ps", "--all", "--quiet"]).await;
    gone(&engine, &["volume", "ls", "--quiet"]).await;
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn what_the_engine_has_not_is_refused_before_and_what_goes_wrong_is_said_after() {
    let (mut engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let id = berth.made("first", notebook()).await;
    berth.until(&id, "Running").await;

    let git = json!({"image": "localhost/busy:1",
        "storage": {"git": [{"repository": "https://example.org/x", "path": "/code"}]}});
    let (status, body) = berth.create("git", git.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    let said = body.to_string();
    assert!(said.contains("spec.storage.git[0]") && said.contains("clones nothing"), "{said}");
    let ask =
        json!({"name": "git", "projectId": berth.project, "clusterId": berth.cluster, "spec": git});
    let (_, verdict) =
        berth.call(Method::POST, "/api/v1/workloads/workspaces/verdict", Some(ask)).await;
    assert_eq!(verdict["verdict"], "refused", "{verdict}");
    assert_eq!(verdict["violations"][0]["key"], "NotHere", "{verdict}");

    let mut greedy = notebook();
    greedy["args"] = json!("'tail /dev/zero'");
    greedy["backoffLimit"] = json!(0);
    greedy["compute"] = json!({"cpuMemoryRequest": "32Mi", "cpuMemoryLimit": "32Mi"});
    let id = berth.made("greedy", greedy).await;
    let failed = berth.until(&id, "Failed").await;
    assert!(failed.to_string().contains("all it may; the system ended it"), "{failed:#}");

    // Podman that is killed while it removes a container does not list any afterwards.
    let until = Instant::now() + WITHIN;
    while engine.ask(&["ps", "--all", "--quiet"]).lines().count() > 1 {
        assert!(Instant::now() < until, "{}", engine.ask(&["ps", "--all"]));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    engine.halt();
    let until = Instant::now() + WITHIN;
    while berth.get("/api/v1/clusters").await[0]["status"]["state"] == "Connected" {
        assert!(Instant::now() < until, "{}", berth.get("/api/v1/clusters").await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    engine.resume();
    let until = Instant::now() + WITHIN;
    while berth.get("/api/v1/clusters").await[0]["status"]["state"] != "Connected" {
        assert!(Instant::now() < until, "{}", berth.get("/api/v1/clusters").await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What an image of the base that the Containerfile names has of a C library; nothing of it is pulled here.
const BASE: [&str; 4] = [
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib/x86_64-linux-gnu/libm.so.6",
    "/lib/x86_64-linux-gnu/libgcc_s.so.1",
];

#[test]
#[ignore = "needs Podman: cargo xtask test --containers"]
fn the_image_that_we_ship_starts_as_nobody_on_a_root_that_it_cannot_write() {
    let (engine, folder) = (Engine::start(), tempfile::tempdir().unwrap());
    let done = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?}");
    // A base with nothing in it but these, and nobody.
    let root = folder.path().join("root");
    for file in BASE {
        let to = root.join(file.trim_start_matches('/'));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(file, to).unwrap();
    }
    fs::create_dir_all(root.join("etc")).unwrap();
    fs::create_dir_all(root.join("tmp")).unwrap();
    fs::write(root.join("etc/passwd"), "nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n")
        .unwrap();
    let archive = folder.path().join("base.tar");
    done(Command::new("tar").arg("-C").arg(&root).arg("-cf").arg(&archive).arg("."));
    engine.import("localhost/base:1", &archive, &["USER 65532"]);

    // Built as docs/kubernetes.md says, from the folder in which `cargo xtask build --release` has left the program.
    let built = folder.path().join("context/target/release");
    fs::create_dir_all(&built).unwrap();
    let program = built.join("berth");
    done(Command::new("strip").arg("-o").arg(&program).arg(env!("CARGO_BIN_EXE_berth")));
    let context = folder.path().join("context").display().to_string();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/Containerfile");
    let ours = ours.display().to_string();
    let build =
        ["build", "--from", "localhost/base:1", "--file", &ours, "--tag", "localhost/berth:1"];
    engine.ask(&[&build[..], &[&context]].concat());
    let config = "{{.Config.User}} {{.Config.Entrypoint}} {{.Config.Cmd}}";
    assert_eq!(
        engine.ask(&["image", "inspect", "--format", config, "localhost/berth:1"]),
        "65532 [/berth] []"
    );

    // As the chart starts it.
    let run = ["run", "--rm", "--read-only", "--read-only-tmpfs=false", "--network", "none"];
    let limited = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "localhost/berth:1"];
    let said = engine.ask(&[&run[..], &limited, &["--version"]].concat());
    assert_eq!(said, format!("berth {}", env!("CARGO_PKG_VERSION")));
    let help = engine.ask(&[&run[..], &limited, &["serve", "--help"]].concat());
    assert!(help.contains("BERTH_DATA"), "{help}");
}
