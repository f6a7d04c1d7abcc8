//! What workspaces use, from the metrics API. Metrics-server asks kubelets, and there are none: objects of a kind of the
//! same name say what it would say, through the same interface, under the same rights.

use std::{sync::Arc, time::Instant};

use cluster::{Driver, Measured};
use testkit::kube::Kube;

use crate::{
    bed::{Bed, WITHIN, id, now},
    rights,
};

const KIND: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pods.metrics.k8s.io, annotations: {api-approved.kubernetes.io: "unapproved, for it is played"}}
spec:
  group: metrics.k8s.io
  scope: Namespaced
  names: {kind: PodMetrics, plural: pods}
  versions:
    - name: v1beta1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"#;

/// One whose server is not there.
const SILENT: &str = r#"
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  group: metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: metrics-server, namespace: kube-system}
"#;

/// The cluster has a metrics API from now on.
pub fn begin(kube: &Kube) {
    kube.create(KIND);
    kube.kubectl(&["wait", "--for=condition=Established", "crd/pods.metrics.k8s.io"]);
}

/// It says of a pod of the bed that it uses so much.
pub fn uses(bed: &Bed, pod: &str, cluster: &str, cpu: &str, memory: &str) {
    bed.kube.create(&format!(
        "apiVersion: metrics.k8s.io/v1beta1\nkind: PodMetrics\n\
         metadata: {{name: {pod}, namespace: {}, labels: {{berth.dev/cluster: \"{cluster}\"}}}}\n\
         containers: [{{name: workspace, usage: {{cpu: {cpu}, memory: {memory}}}}}]\n",
        bed.namespace
    ));
}

/// Measures until what is said of it is so.
async fn until(bed: &Bed, is: impl Fn(&Measured, Option<&str>) -> bool) -> String {
    let until = Instant::now() + WITHIN;
    loop {
        bed.turn().await;
        let measured = bed.driver.measure(now()).await.unwrap();
        let why = bed.turn().await.abilities.unmeasured;
        if is(&measured, why.as_deref()) {
            return why.unwrap_or_default();
        }
        assert!(Instant::now() < until, "it is still {measured:?}, for {why:?}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn until_unknown(bed: &Bed, why: &str) -> String {
    let is = |measured: &Measured, said: Option<&str>| {
        measured.workloads.is_empty() && said.is_some_and(|said| said.contains(why))
    };
    until(bed, is).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_workspaces_use_is_known_or_it_is_said_why_not() {
    let mut bed = Bed::on(Arc::new(Kube::start(40)), 1);
    bed.run(1, "{}");
    bed.run(2, "{}");
    bed.until_runs(1).await;
    bed.until_runs(2).await;
    let why = until_unknown(&bed, "no metrics API").await;
    insta::assert_snapshot!(why, @"the cluster has no metrics API: what workspaces use of CPU and memory is not known. Metrics-server gives it one.");

    begin(&bed.kube);
    let ours = bed.settings.cluster.to_string();
    uses(&bed, "nb1-1", &ours, "1234567n", "512Mi");
    // Of the second one nothing is told yet; others are no affair of ours.
    uses(&bed, "gone-1", &ours, "1000m", "1Gi");
    uses(&bed, "foreign", "another", "1000m", "1Gi");
    until(&bed, |measured, why| measured.workloads.len() == 1 && why.is_none()).await;
    let measured = bed.driver.measure(now()).await.unwrap();
    let used = measured.workloads[&id(1)];
    assert_eq!((used.cpu.0, used.memory.0), (1, 512 << 20));

    rights::without(&bed.kube, "berth", "pods.metrics.k8s.io", "list");
    let why = until_unknown(&bed, "may not").await;
    insta::assert_snapshot!(why, @"Berth may not list pods.metrics.k8s.io: what workspaces use of CPU and memory is not known. `berth cluster kubernetes manifest | kubectl apply -f -` grants what is missing.");

    let rule = r#"[{"op": "add", "path": "/rules/-", "value": {"apiGroups": ["metrics.k8s.io"], "resources": ["pods"], "verbs": ["list"]}}]"#;
    bed.kube.kubectl(&["patch", "clusterrole", "berth", "--type=json", "-p", rule]);
    until(&bed, |measured, why| measured.workloads.len() == 1 && why.is_none()).await;

    bed.kube.kubectl(&["delete", "crd", "pods.metrics.k8s.io"]);
    until_unknown(&bed, "no metrics API").await;
    bed.kube.create(SILENT);
    let why = until_unknown(&bed, "does not answer").await;
    insta::assert_snapshot!(why, @"the metrics API does not answer – service unavailable (503): what workspaces use of CPU and memory is not known. `kubectl get apiservice v1beta1.metrics.k8s.io` says more.");
    // A service that is away is no API server that has too much to do.
    assert!(bed.try_turn().await.is_ok());
}
