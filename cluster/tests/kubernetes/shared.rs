//! Data volumes: the storage of one namespace, shown to the pods of another, by whom Berth is allowed to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cluster::kubernetes::rights;
use domain::abilities::Ability;
use testkit::kube::Kube;

use crate::bed::{Bed, WITHIN};

/// Mounts the data volume with the number 7.
pub const SHOWS: &str = r#"{"storage": {"dataVolume": [
    {"id": "00000000-0000-0000-0000-000000000007", "mountPath": "/data"}]}}"#;
pub const CLAIM: &str = "data-volume-00000000-0000-0000-0000-000000000007";

/// A claim in the namespace `origin`, bound to a volume of its own that has these access modes.
pub fn origin(kube: &Kube, claim: &str, modes: &str) {
    kube.create(&format!(
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: pv-{claim}}}\n\
         spec: {{capacity: {{storage: 5Gi}}, accessModes: {modes}, storageClassName: nas, \
         persistentVolumeReclaimPolicy: Retain, nfs: {{server: nas, path: /{claim}}}}}\n---\n\
         apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {claim}, namespace: origin}}\n\
         spec: {{accessModes: {modes}, storageClassName: nas, volumeName: pv-{claim}, \
         resources: {{requests: {{storage: 5Gi}}}}}}\n"
    ));
    until(kube, &format!("pvc/{claim}"), "{.status.phase}", "Bound");
}

/// Waits until an object of `origin`, or of none, is so.
fn until(kube: &Kube, what: &str, path: &str, is: &str) {
    let path = format!("jsonpath={path}");
    let said = || kube.kubectl(&["-n", "origin", "get", what, "--ignore-not-found", "-o", &path]);
    let until = Instant::now() + WITHIN;
    while said() != is {
        assert!(Instant::now() < until, "{what}: {}", said());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_data_volume_shows_the_storage_of_another_namespace_read_only() {
    let mut bed = Bed::on(Arc::new(Kube::start(40)), 1);
    // Without the right, a submission is refused beforehand, with what grants it.
    let lacks = bed.turn().await.abilities.lacks.get(&Ability::DataVolumes).cloned();
    insta::assert_snapshot!(lacks.unwrap(), @"Berth may not make persistent volumes here; `berth cluster kubernetes manifest --data-volumes | kubectl apply -f -` grants it");
    bed.kube.create(rights::DATA_VOLUMES);
    bed.restart_berth();
    let seen = bed.turn().await.abilities;
    assert!(!seen.lacks.contains_key(&Ability::DataVolumes) && seen.shortcomings.is_empty());

    bed.kube.kubectl(&["create", "namespace", "origin"]);
    bed.run(1, SHOWS);
    bed.show(1, 7, "origin", "data");
    let said = bed.until_unwell(1).await;
    assert!(said.contains("claim origin/data is not there"), "{said}");
    origin(&bed.kube, "data", "[ReadWriteOnce, ReadWriteMany]");
    bed.until_runs(1).await;
    let of_claim = "jsonpath={.status.phase} {.spec.accessModes} {.spec.volumeName}";
    let claim = bed.kubectl(&["get", "pvc", CLAIM, "-o", of_claim]);
    let volume = format!("{CLAIM}.{}", bed.namespace);
    assert_eq!(claim, format!(r#"Bound ["ReadWriteMany"] {volume}"#));
    let of_volume = "jsonpath={.spec.nfs} {.spec.persistentVolumeReclaimPolicy}";
    let shown = bed.kubectl(&["get", "pv", &volume, "-o", of_volume]);
    assert_eq!(shown, r#"{"path":"/data","readOnly":true,"server":"nas"} Retain"#);
    let mount = "jsonpath={.spec.containers[0].volumeMounts[?(@.mountPath=='/data')]}";
    let mount = bed.kubectl(&["get", "pod", "nb1-1", "-o", mount]);
    assert_eq!(mount, r#"{"mountPath":"/data","name":"data-0","readOnly":true}"#);

    // It stays while somebody needs it, goes with the last one, and comes again.
    bed.run(2, SHOWS);
    bed.show(2, 7, "origin", "data");
    bed.until_runs(2).await;
    bed.stop(1, 0);
    bed.until_gone(1).await;
    assert_eq!(bed.names("pvc"), format!("persistentvolumeclaim/{CLAIM}"));
    bed.stop(2, 0);
    bed.desired.clear();
    bed.until_names("pods,pvc", "").await;
    let volumes = "persistentvolume/pv-data";
    bed.until_names("pv", volumes).await;
    bed.run(1, SHOWS);
    bed.show(1, 7, "origin", "data");
    bed.until_runs(1).await;
    until(&bed.kube, "pvc/data", "{.status.phase}", "Bound");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_cannot_be_shown_is_said_on_the_row() {
    let mut bed = Bed::on(Arc::new(Kube::start(40)), 1);
    bed.kube.create(rights::DATA_VOLUMES);
    bed.kube.kubectl(&["create", "namespace", "origin"]);
    origin(&bed.kube, "alone", "[ReadWriteOnce]");
    bed.run(1, SHOWS);
    bed.show(1, 7, "origin", "alone");
    insta::assert_snapshot!(bed.until_unwell(1).await, @"unwell: NotStarted: The container could not be started: what a data volume shows is not to be had here (volume pv-alone can be had by one node at a time only). Ask the project that shares it, or leave it out.");
    // Somebody else's claim of that name is left alone.
    bed.kubectl(&["create", "-f", &foreign(&bed)]);
    bed.desired.clear();
    bed.turn().await;
    bed.run(2, SHOWS);
    bed.show(2, 7, "origin", "alone");
    insta::assert_snapshot!(bed.until_unwell(2).await, @"unwell: NotStarted: The container could not be started: a container that is not Berth's has its name (volume claim NS/data-volume-00000000-0000-0000-0000-000000000007). Rename or remove that container.");
    assert_eq!(bed.names("pvc"), format!("persistentvolumeclaim/{CLAIM}"));
}

/// A file with a claim that Berth did not make.
fn foreign(bed: &Bed) -> String {
    let path = bed.kube.folder().join("foreign.yaml");
    let claim = format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {CLAIM}}}\n\
         spec: {{accessModes: [ReadWriteOnce], storageClassName: nas, resources: {{requests: {{storage: 1Gi}}}}}}\n"
    );
    std::fs::write(&path, claim).unwrap();
    path.display().to_string()
}
