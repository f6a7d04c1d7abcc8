//! Watches that hear nothing while things change, and whose history is gone when they ask for it.

use std::{sync::Arc, time::Instant};

use cluster::{Driver, DriverError, Observed};
use domain::workload::PodState;
use testkit::kube::Kube;

use crate::{
    bed::{Bed, WITHIN, now, pod},
    between::{Between, Fault},
    load::over_a_way,
};

/// What is known of workload `number`, and whether its first node is closed.
fn told(seen: &Observed, bed: &Bed) -> String {
    let pods = (1..=5).map(|number| format!("{number} {}", pod(seen, number).text()));
    let closed = seen.nodes.iter().filter(|node| !node.taints.is_empty());
    let closed = closed.map(|node| format!("{} is closed", node.name));
    let lines: Vec<_> = pods.chain(closed).collect();
    lines.join("\n").replace(&bed.nodes, "N")
}

/// Waits until the driver says that it hears nothing.
async fn until_it_hears_nothing(bed: &Bed) -> String {
    let begun = Instant::now();
    loop {
        match bed.driver.observe(now()).await {
            Err(DriverError::Unreachable { why, is_unwell: true, .. }) => return why,
            other => assert!(begun.elapsed() < WITHIN, "it still tells: {other:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// What is known after a while in which nobody told of anything, and at whose end `forget` made the API server forget it.
async fn read_anew(bed: &mut Bed, between: &Between, forget: impl AsyncFnOnce(&Bed)) -> String {
    for number in 1..=4 {
        bed.run(number, "{}");
        bed.until_runs(number).await;
    }
    let first = |bed: &Bed| bed.kubectl(&["get", "pod", "nb1-1", "-o", "jsonpath={.metadata.uid}"]);
    let before = first(bed);
    between.set(Fault::Mute);
    let why = until_it_hears_nothing(bed).await;
    assert!(why.starts_with("it does not tell of its "), "{why}");
    // One ends, one is deleted, a node is closed; one is stopped, and one more is to run on that node.
    bed.kubectl(&["annotate", "pod", "nb2-1", "testbed.berth/exit-code=0"]);
    bed.kubectl(&["wait", "pod/nb2-1", "--for=jsonpath={.status.phase}=Succeeded"]);
    bed.kubectl(&["delete", "pod", "nb3-1"]);
    bed.kube.kubectl(&["cordon", &format!("{}-2", bed.nodes)]);
    bed.stop(4, 0);
    bed.run_on(5, 2, "busy:1", "{}");
    assert!(bed.try_turn().await.is_err(), "nothing is done while nothing is known");
    assert_eq!(between.expired(), 0);
    forget(bed).await;
    let is_told = |seen: &Observed| {
        matches!(pod(seen, 2).state, Some(PodState::Succeeded))
            && matches!(pod(seen, 3).state, Some(PodState::Displaced { .. }))
            && matches!(pod(seen, 5).state, Some(PodState::Displaced { .. }))
            && pod(seen, 4).state.is_none()
    };
    let begun = Instant::now();
    let seen = loop {
        let seen = bed.turn().await;
        if is_told(&seen) {
            break seen;
        }
        assert!(begun.elapsed() < WITHIN, "{}", told(&seen, bed));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let expired = between.expired();
    println!("{expired} watches were told 410; all of it is known {:?} later", begun.elapsed());
    assert!(expired > 0);
    // One that was made before its node was known to be closed is on none.
    let on_nodes = ["get", "pods", "--field-selector", "spec.nodeName!=", "-o", "name"];
    assert_eq!(bed.kubectl(&on_nodes), "pod/nb1-1\npod/nb2-1\n");
    assert_eq!(first(bed), before);
    // What comes later is told as before.
    bed.run(6, "{}");
    bed.until_runs(6).await;
    told(&seen, bed)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_history_that_etcd_has_compacted_is_read_anew_and_nothing_is_lost_or_doubled() {
    // Without a cache in the API server, a watch is told what etcd still has.
    let flags = [("BERTH_KUBE_API_FLAGS", "--watch-cache=false")];
    let (mut bed, between) = over_a_way(Bed::on(Arc::new(Kube::start_with(40, &flags)), 2)).await;
    let seen = read_anew(&mut bed, &between, async |bed| {
        bed.kube.fault(&["compact"]);
        between.set(Fault::None);
    });
    insta::assert_snapshot!(seen.await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_history_that_is_gone_is_read_anew_where_the_answer_is_a_status_too() {
    let (mut bed, between) = over_a_way(Bed::new()).await;
    let seen = read_anew(&mut bed, &between, async |bed| {
        let list = bed.kubectl(&["get", "--raw", "/api/v1/pods?limit=1"]);
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let version = list["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
        // It goes on, so that what is listed from now on is newer.
        bed.kubectl(&["annotate", "pod", "nb1-1", "testbed.berth/note=newer"]);
        between.set(Fault::Forgotten { version });
    });
    let seen = seen.await;
    insta::assert_snapshot!(
        "a_history_that_etcd_has_compacted_is_read_anew_and_nothing_is_lost_or_doubled",
        seen
    );
    // Each kind once or twice: nobody asks for ever.
    let expired = between.expired();
    assert!(expired <= 12, "{expired}");
}
