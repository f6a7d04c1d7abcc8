//! The manifest with which Berth runs in a cluster, held against the program: its variables are known, its probes answer.

use std::process::Command;

use crate::program::Berth;

const MANIFEST: &str = include_str!("../../../deploy/kubernetes/berth.yaml");
/// Where variables stand that are no flags.
const README: &str = include_str!("../../../README.md");

/// What follows a word, as far as it has letters of a name or a path.
fn after(word: &str) -> impl Iterator<Item = &'static str> {
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '-');
    let parts = MANIFEST.match_indices(word).map(move |(at, _)| &MANIFEST[at + word.len()..]);
    parts.map(move |rest| rest.split(|c| !is_of_it(c)).next().unwrap_or_default())
}

#[test]
fn every_variable_of_the_manifest_is_known_to_the_program() {
    let help = Command::new(env!("CARGO_BIN_EXE_berth")).args(["serve", "--help"]).output();
    let help = String::from_utf8_lossy(&help.unwrap().stdout).into_owned();
    let names: Vec<_> = after("{name: BERTH_").collect();
    assert_eq!(names.len(), 10, "{names:?}");
    for name in names {
        let name = format!("BERTH_{name}");
        let is_known =
            help.contains(&format!("[env: {name}")) || README.contains(&format!("`{name}`"));
        assert!(is_known, "{name}");
    }
}

#[tokio::test]
async fn the_probes_of_the_manifest_are_answered_whoever_asks() {
    let data = tempfile::tempdir().unwrap();
    let berth = Berth::simulated(data.path(), None).await;
    let paths: Vec<_> = after("httpGet: {path: ").collect();
    assert_eq!(paths, ["/health/live", "/health/live", "/health/ready"]);
    for path in paths {
        // A kubelet asks the pod by its address.
        let asked = reqwest::Client::new().get(format!("{}{path}", berth.url));
        let answer = asked.header("host", "10.1.0.7:8080").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}
