//! Volumes that lie on some nodes: from where they can be reached is told, and nothing is bound elsewhere.

use std::time::Instant;

use cluster::Observed;

use crate::bed::{Bed, WITHIN};

/// A volume that the nodes with a label can reach, and the claim that has it.
fn local(bed: &Bed, name: &str, key: &str, value: &str) {
    let (namespace, volume) = (&bed.namespace, format!("{}-{name}", bed.nodes));
    bed.kube.create(&format!(
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {volume}}}\n\
         spec: {{capacity: {{storage: 1Gi}}, accessModes: [ReadWriteMany], storageClassName: '', \
         local: {{path: /disk}}, claimRef: {{namespace: {namespace}, name: {name}}}, \
         nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: \
         [{{key: {key}, operator: In, values: [{value}]}}]}}]}}}}}}\n---\n\
         apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: {namespace}}}\n\
         spec: {{volumeName: {volume}, storageClassName: '', accessModes: [ReadWriteMany], \
         resources: {{requests: {{storage: 1Gi}}}}}}\n"
    ));
}

/// What is said of the volumes of the namespace.
fn told(bed: &Bed, seen: &Observed) -> String {
    let own = seen.reaches.iter().filter(|reach| reach.namespace == bed.namespace);
    let one = |reach: &cluster::Reach| {
        let nodes: Vec<_> = reach.nodes.iter().map(ToString::to_string).collect();
        format!("{} on {}", reach.claim, nodes.join(" and "))
    };
    own.map(one).collect::<Vec<_>>().join(", ").replace(&bed.nodes, "N")
}

async fn until_told(bed: &Bed, wanted: &str) {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = bed.turn().await;
        if told(bed, &seen) == wanted {
            return;
        }
        assert!(Instant::now() < until, "it is still {:?}", told(bed, &seen));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_volume_says_from_where_it_can_be_reached_as_nodes_come_and_go() {
    let mut bed = Bed::new();
    // Its namespace is there once something ran in it.
    bed.run(1, "{}");
    bed.until_runs(1).await;
    let (one, two) = (format!("{}-1", bed.nodes), format!("{}-2", bed.nodes));
    local(&bed, "disk", "kubernetes.io/hostname", &two);
    until_told(&bed, "disk on N-2").await;
    let zone = format!("zone-{}", bed.nodes);
    local(&bed, "shelf", "example.com/zone", &zone);
    until_told(&bed, "disk on N-2, shelf on ").await;
    for node in [&one, &two] {
        bed.kube.kubectl(&["label", "node", node, &format!("example.com/zone={zone}")]);
    }
    until_told(&bed, "disk on N-2, shelf on N-1 and N-2").await;
    bed.kube.kubectl(&["label", "node", &one, "example.com/zone-"]);
    until_told(&bed, "disk on N-2, shelf on N-2").await;
    bed.kubectl(&["delete", "pvc", "shelf"]);
    until_told(&bed, "disk on N-2").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn nothing_is_bound_where_its_volume_cannot_be_reached() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    local(&bed, "disk", "kubernetes.io/hostname", &format!("{}-2", bed.nodes));
    until_told(&bed, "disk on N-2").await;
    let bound = ["get", "pvc", "disk", "-o", "jsonpath={.status.phase}"];
    while bed.kubectl(&bound) != "Bound" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let uses =
        r#"{"storage": {"pvc": [{"path": "/disk", "existingPvc": true, "claimName": "disk"}]}}"#;
    bed.run(2, uses);
    insta::assert_snapshot!(bed.until_unwell(2).await, @"displaced: PlaceLost: Its place on N-1 is lost: the node was closed before the pod was there (volume disk cannot be reached from it).");
    bed.run_on(2, 2, "busy:1", uses);
    bed.until_runs(2).await;
}
