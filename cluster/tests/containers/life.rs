//! Create, run, stop, run, delete; what the container is given; what a killed Berth finds again.

use cluster::Driver;
use domain::workload::PodState;
use futures::StreamExt;

use crate::bed::{Bed, now};

const SLEEPS: &str = r#"{"command": "sleep", "args": "1000", "terminationGracePeriodSeconds": 1}"#;

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_workspace_runs_stops_and_runs_again() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    assert_eq!(bed.containers(), "runai-vision_nb1-1 up");
    // Told again and again, it is there once.
    for _ in 0..5 {
        bed.turn().await;
    }
    assert_eq!(bed.containers(), "runai-vision_nb1-1 up");

    bed.stop(1, 0);
    let ending = bed.turn().await;
    assert_eq!(crate::bed::pod(&ending, 1).state, Some(PodState::Ending));
    bed.until_gone(1).await;
    assert_eq!(bed.containers(), "");

    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    assert_eq!(bed.containers(), "runai-vision_nb1-2 up");
    bed.desired.clear();
    bed.until_gone(1).await;
    assert_eq!((bed.containers().as_str(), bed.volumes().len()), ("", 0));
    let events: Vec<_> = bed.turn().await.events.into_iter().map(|event| event.reason).collect();
    assert_eq!(events, ["Started", "Killing", "Started", "Killing"]);
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_newer_run_waits_for_the_end_of_the_older_one() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    bed.run(1, SLEEPS);
    let seen = bed.until(1, |_| bed.containers() == "runai-vision_nb1-2 up").await;
    assert!(!matches!(seen.state, Some(PodState::Failed { .. })), "{}", seen.text());
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn the_container_is_given_what_was_asked() {
    let mut bed = Bed::new();
    let script = "echo $MODE $RUNAI_PROJECT ${RUNAI_PROJECT}; id; pwd; hostname; \
        df -k /dev/shm | tail -n 1; touch /here || echo read-only; \
        grep -i nonewprivs /proc/self/status; cat /sys/fs/cgroup/memory/memory.limit_in_bytes \
        /sys/fs/cgroup/memory.max; httpd -f -p 8080";
    let submission = serde_json::json!({
        "command": "sh -c", "args": format!("'{script}'"), "workingDir": "/tmp",
        "environmentVariables": [{"name": "MODE", "value": "a b"}],
        "exposedUrls": [{"container": 8080}],
        "compute": {"cpuMemoryLimit": "64Mi", "cpuMemoryRequest": "32Mi", "cpuCoreLimit": 0.5},
        "security": {"uidGidSource": "custom", "runAsUid": 1000, "runAsGid": 1000, "supplementalGroups": "55",
            "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false}
    });
    bed.run(1, &submission.to_string());
    let pod = bed.until_runs(1).await;
    let log = bed.until_says(1, "67108864").await;
    for said in [
        "a b vision vision",
        "uid=1000(ada) gid=1000(1000) groups=55,1000(1000)",
        "/tmp",
        "nb1-1",
        "65536",
        "read-only",
        "NoNewPrivs:\t1",
        "67108864",
    ] {
        assert!(log.contains(said), "{said:?} is missing in\n{log}");
    }
    let address = pod.address.unwrap();
    assert!(address.ip().is_loopback(), "{address}");
    testkit::engine::listening(&address.to_string());
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_killed_berth_finds_everything_again() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    bed.until_runs(1).await;
    let before = bed.engine.ask(&["ps", "--format", "{{.ID}}"]);
    bed.restart_berth();
    // What is there is said at once, before anybody orders anything.
    let seen = bed.driver.observe(now()).await.unwrap();
    assert_eq!(crate::bed::pod(&seen, 1).state, Some(PodState::Running));
    bed.turn().await;
    assert_eq!(bed.engine.ask(&["ps", "--format", "{{.ID}}"]), before);

    // What ended while nobody looked is found too.
    bed.engine.ask(&["stop", "--time", "0", "runai-vision_nb1-1"]);
    bed.restart_berth();
    let pod = bed.until(1, |pod| pod.restarts == 1).await;
    assert!(
        matches!(pod.state, Some(PodState::Starting { .. } | PodState::Running)),
        "{}",
        pod.text()
    );
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn killed_in_the_middle_of_anything_it_makes_nothing_twice() {
    let mut bed = Bed::new();
    bed.run(1, SLEEPS);
    for pause in [0, 5, 20, 60, 150, 300] {
        bed.turn().await;
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        bed.restart_berth();
    }
    bed.until_runs(1).await;
    assert_eq!(bed.containers(), "runai-vision_nb1-1 up");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn its_log_is_followed_to_its_end() {
    let mut bed = Bed::new();
    let submission = serde_json::json!({
        "command": "sh -c",
        "args": "'echo first; for i in 1 2 3; do sleep 1; echo line $i; done'"
    });
    bed.run(1, &submission.to_string());
    bed.until_runs(1).await;
    let log = bed.driver.follow(crate::bed::id(1), 10).await.unwrap();
    // The log ends with the container.
    let lines: Vec<_> = log.map(|line| line.text).collect().await;
    assert_eq!(lines, ["first", "line 1", "line 2", "line 3"]);
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn what_everything_uses_is_measured_between_two_looks() {
    let mut bed = Bed::new();
    // Without a limit, of which Podman 4 has no statistics.
    let busy = r#"{"command": "sh -c", "args": "'while true; do :; done'", "terminationGracePeriodSeconds": 1}"#;
    bed.run(1, busy);
    bed.run(2, r#"{"command": "sleep", "args": "1000", "compute": {"cpuMemoryLimit": "32Mi", "cpuMemoryRequest": "32Mi"}}"#);
    bed.until_runs(1).await;
    bed.until_runs(2).await;
    let first = bed.driver.measure(now()).await.unwrap();
    assert!(first.workloads.is_empty(), "nothing to compare with: {first:?}");
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let used = bed.driver.measure(now()).await.unwrap().workloads;
    let of = |number| used[&crate::bed::id(number)];
    assert!(of(1).cpu.0 > 50, "{used:?}");
    assert!(of(2).cpu.0 < 50, "{used:?}");
    assert!(of(1).memory.0 > 0 && of(2).memory.0 > 0, "{used:?}");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn the_log_of_the_instance_before_is_kept() {
    let mut bed = Bed::new();
    let submission = serde_json::json!({
        "command": "sh -c", "args": "'wc -l < /kept/starts; echo >> /kept/starts; sleep 1; exit 3'",
        "storage": {"pvc": [{"path": "/kept", "existingPvc": false, "claimInfo": {"size": "1G"}}]}
    });
    bed.run(1, &submission.to_string());
    bed.until(1, |pod| pod.restarts == 2).await;
    bed.until_says(1, "2").await;
    let earlier = bed.driver.earlier_logs(crate::bed::id(1), 10).await.unwrap();
    assert_eq!(earlier.last().map(|line| line.text.as_str()), Some("1"), "{earlier:?}");
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn containers_of_others_are_left_alone() {
    let mut bed = Bed::new();
    bed.engine.ask(&["run", "--detach", "--name", "theirs", "localhost/busy:1", "sleep", "1000"]);
    bed.engine.ask(&["create", "--name", "runai-vision_nb1-1", "localhost/busy:1", "true"]);
    bed.run(1, SLEEPS);
    let pod = bed.until(1, |pod| pod.text().contains("has its name")).await;
    insta::assert_snapshot!(pod.text().split(" Trying").next().unwrap(), @"The container could not be started: a container that is not Berth's has its name (runai-vision_nb1-1). Rename or remove that container.");
    assert_eq!(bed.containers(), "runai-vision_nb1-1 created\ntheirs up");

    // One of the same name that Berth made for something else goes.
    bed.engine.ask(&["rm", "runai-vision_nb1-1"]);
    let cluster = "berth.cluster=00000000-0000-0000-0000-000000000007";
    let labels = [
        cluster,
        "berth.workload=00000000-0000-0000-0000-0000000000ff",
        "berth.generation=1",
        "berth.restart=0",
        "berth.backoff-limit=6",
        "berth.pod=nb1-1",
        "berth.namespace=runai-vision",
    ];
    let mut create = vec!["create", "--name", "runai-vision_nb1-1"];
    create.extend(labels.iter().flat_map(|label| ["--label", label]));
    create.extend(["localhost/busy:1", "true"]);
    bed.engine.ask(&create);
    bed.until_runs(1).await;
    assert_eq!(bed.containers(), "runai-vision_nb1-1 up\ntheirs up");
}
