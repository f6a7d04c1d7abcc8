//! What stays where, and for how long.

use std::fs;

use crate::bed::Bed;

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_volume_stays_for_its_workspace_and_the_rest_goes_at_each_stop() {
    let mut bed = Bed::new();
    let submission = serde_json::json!({
        "command": "sh -c",
        "args": "'for d in /keep /run /empty /fast /claim; do ls $d; touch $d/from-before && echo $d; done; sleep 1000'",
        "terminationGracePeriodSeconds": 0,
        "security": {"uidGidSource": "custom", "runAsUid": 1000, "runAsGid": 1000},
        "storage": {
            "pvc": [
                {"path": "/keep", "claimInfo": {"size": "1G"}},
                {"path": "/run", "ephemeral": true, "claimInfo": {"size": "1G"}},
                {"path": "/claim", "existingPvc": true, "claimName": "team"}
            ],
            "emptyDirVolume": [{"path": "/empty"}, {"path": "/fast", "medium": "Memory", "sizeLimit": "1M"}]
        }
    })
    .to_string();
    bed.run(1, &submission);
    bed.until_runs(1).await;
    let first = bed.until_says(1, "/claim").await;
    assert_eq!(first, "/keep\n/run\n/empty\n/fast\n/claim");
    bed.stop(1, 0);
    bed.until_gone(1).await;

    bed.run(1, &submission);
    bed.until_runs(1).await;
    let second = bed.until_says(1, "/claim").await;
    assert_eq!(second, "from-before\n/keep\n/run\n/empty\n/fast\nfrom-before\n/claim");
    assert_eq!(bed.volumes().len(), 4);

    // Stopped, only what outlives a stop is there; deleted, only the project's claim.
    bed.stop(1, 0);
    bed.until_gone(1).await;
    bed.until(1, |_| bed.volumes().len() == 2).await;
    bed.desired.clear();
    bed.until(1, |_| bed.volumes() == ["runai-vision_team"]).await;
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_data_volume_shows_the_claim_of_another_project_and_cannot_be_written() {
    let mut bed = Bed::new();
    let shows = r#"{"command": "sh -c",
        "args": "'cat /data/news; touch /data/x || echo cannot write; sleep 1000'", "terminationGracePeriodSeconds": 0,
        "storage": {"dataVolume": [{"id": "00000000-0000-0000-0000-000000000007", "mountPath": "/data"}]}}"#;
    bed.run(1, shows);
    bed.show(1, 7, "runai-speech", "team");
    let lacks = "no workspace has made volume runai-speech_team yet";
    bed.until(1, |pod| pod.text().contains(lacks)).await;

    // The project that shares it writes into it as ever.
    bed.run(
        2,
        r#"{"command": "sh -c", "args": "'echo hello from speech > /files/news; sleep 1000'",
            "storage": {"pvc": [{"path": "/files", "existingPvc": true, "claimName": "team"}]}}"#,
    );
    bed.move_to(2, "runai-speech");
    bed.until_runs(2).await;
    bed.until_runs(1).await;
    let said = bed.until_says(1, "cannot write").await;
    assert!(said.starts_with("hello from speech\n"), "{said}");
    assert_eq!(bed.volumes(), ["runai-speech_team"]);
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_folder_of_the_machine_is_opened_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (open, secret) = (folder.path().join("open"), folder.path().join("secret"));
    fs::create_dir(&open).unwrap();
    fs::create_dir(&secret).unwrap();
    fs::write(open.join("data"), "hello from the machine\n").unwrap();
    std::os::unix::fs::symlink(&secret, open.join("way-out")).unwrap();
    let mut bed = Bed::with_folders(&[open.to_str().unwrap()]);
    let mount = |path: &std::path::Path| {
        serde_json::json!({
            "command": "sh -c", "args": "'cat /m/data; touch /m/x || echo cannot write; sleep 1000'",
            "storage": {"hostPath": [{"path": path, "mountPath": "/m", "readOnly": true}]}
        })
        .to_string()
    };
    bed.run(1, &mount(&open));
    bed.until_runs(1).await;
    let log = bed.until_says(1, "cannot write").await;
    assert!(log.contains("hello from the machine"), "{log}");

    bed.run(2, &mount(&secret));
    let refused = bed.until_failed(2).await;
    assert!(refused.text().starts_with("NotHere: "), "{}", refused.text());
    bed.run(3, &mount(&open.join("way-out")));
    let text = bed.until(3, |pod| pod.text().contains("leads out")).await.text();
    assert!(text.contains("a volume could not be mounted"), "{text}");
}
