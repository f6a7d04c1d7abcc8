//! Two Berths on one PostgreSQL and one cluster: one leads, both serve, and whoever leads is killed again and again.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::json;
use testkit::kube::Kube;

use crate::{
    NAMESPACE, doubles_nothing,
    program::{Berth, FREE, LEADS, client},
    until_bound,
};

const SUBMISSIONS: usize = 500;
const KILLS: u32 = 20;
/// Until the other one has taken its place, as far as those notice who submit.
const REPLACED_WITHIN: Duration = Duration::from_secs(15);
const BETWEEN_KILLS: Duration = Duration::from_secs(3);

async fn leads(berth: &Berth) -> bool {
    berth.readiness().await.as_deref() == Some(LEADS)
}

/// Submits one after the other, through both in turn, until each is accepted or found accepted.
async fn submit(
    urls: [String; 2],
    token: String,
    around: (serde_json::Value, serde_json::Value),
) -> Duration {
    let (project, cluster) = around;
    let mut longest = Duration::ZERO;
    for number in 0..SUBMISSIONS {
        let spec = json!({"image": "jupyter:1", "compute": {"cpuCoreRequest": 0.01, "cpuMemoryRequest": "1M"}});
        let body = json!({"name": format!("w{number}"), "projectId": project, "clusterId": cluster, "spec": spec});
        let (begun, mut tries) = (Instant::now(), number);
        loop {
            let url = format!("{}/api/v1/workloads/workspaces", urls[tries % 2]);
            let asked = client().post(url).bearer_auth(&token).json(&body);
            let answer = asked.timeout(Duration::from_secs(5)).send().await;
            match answer.map(|answer| answer.status()) {
                // What was accepted before its answer was lost has the name already.
                Ok(StatusCode::ACCEPTED | StatusCode::CONFLICT) => break,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            tries += 1;
        }
        longest = longest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    longest
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_leader_that_is_killed_is_replaced_and_nothing_is_lost_or_doubled() {
    let kube = Kube::start(120);
    kube.nodes(6, 8, "gpu");
    let database = testkit::postgres::database();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let config = kube.config().display().to_string();
    let cluster = ["--cluster", "kubernetes", "--kubeconfig", &config];
    let replica = async |at: &str, which: usize| {
        Berth::replica(at, folders[which].path(), &cluster, &database).await
    };
    let mut both = [replica(FREE, 0).await, replica(FREE, 1).await];
    assert!(leads(&both[0]).await && !leads(&both[1]).await);
    let urls = [both[0].url.clone(), both[1].url.clone()];
    let around = (both[0].project.clone(), both[0].cluster.clone());
    let submitting = tokio::spawn(submit(urls, both[0].token.clone(), around));
    let mut replaced = vec![];
    for kill in 0..KILLS {
        tokio::time::sleep(BETWEEN_KILLS).await;
        let leader = usize::from(leads(&both[1]).await);
        let at = both[leader].url.trim_start_matches("http://").to_owned();
        both[leader].kill_now();
        let begun = Instant::now();
        while !leads(&both[1 - leader]).await {
            assert!(begun.elapsed() < REPLACED_WITHIN, "kill {kill}: nobody leads");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        replaced.push(begun.elapsed());
        doubles_nothing(&kube, kill);
        both[leader] = replica(&at, leader).await;
    }
    let longest = submitting.await.unwrap();
    replaced.sort();
    let (median, most) = (replaced[replaced.len() / 2], replaced[replaced.len() - 1]);
    println!("replaced: median {median:?}, most {most:?}; longest submission {longest:?}");
    assert!(longest < REPLACED_WITHIN + Duration::from_secs(5), "{longest:?}");

    until_bound(&kube, NAMESPACE, SUBMISSIONS, Instant::now()).await;
    doubles_nothing(&kube, KILLS);
    let path = format!("/api/v1/workloads?limit={SUBMISSIONS}");
    let seen = both[0].get(&path).await["workloads"].as_array().unwrap().clone();
    let names: BTreeSet<_> = seen.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!((seen.len(), names.len()), (SUBMISSIONS, SUBMISSIONS));
    let pods = kube.kubectl(&["-n", NAMESPACE, "get", "pods", "-o", "name"]);
    assert_eq!(pods.lines().count(), SUBMISSIONS);
}
