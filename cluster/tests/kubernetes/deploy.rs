//! The manifests with which Berth itself runs in a cluster: taken by a namespace that enforces *restricted*, and moved by
//! a drain.

use std::path::Path;

use testkit::kube::Kube;

const NAMESPACE: &str = "berth-system";

fn kubectl(kube: &Kube, words: &[&str]) -> String {
    kube.kubectl(&[&["-n", NAMESPACE], words].concat())
}

/// Waits until the deployment is as it should be; gives the node that it is on.
fn until_available(kube: &Kube) -> String {
    kubectl(kube, &["rollout", "status", "deployment/berth", "--timeout=90s"]);
    let is_ready = "--field-selector=status.phase=Running";
    kubectl(kube, &["get", "pods", is_ready, "-o", "jsonpath={.items[*].spec.nodeName}"])
}

#[test]
#[ignore = "needs a real API server"]
fn berth_runs_in_a_restricted_namespace_and_a_drain_moves_it() {
    let kube = Kube::start(40);
    kube.nodes(2, 8, "gpu");
    // Something else puts Berth on its node.
    kube.fault(&["start", "kube-scheduler"]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kubernetes");
    let folder = folder.display().to_string();
    kube.kubectl(&["apply", "--server-side", "--force-conflicts", "-k", &folder]);
    let refused = ["-n", NAMESPACE, "run", "any", "--image=a"];
    let refused = String::from_utf8_lossy(&kube.try_kubectl(&refused).stderr).into_owned();
    assert!(refused.contains("violates PodSecurity \"restricted"), "{refused}");

    let node = until_available(&kube);
    let status = "jsonpath={.status.currentHealthy} of {.status.expectedPods}";
    let budget =
        ["wait", "pdb/berth", "--for=jsonpath={.status.currentHealthy}=1", "--timeout=60s"];
    kubectl(&kube, &budget);
    assert_eq!(kubectl(&kube, &["get", "pdb", "berth", "-o", status]), "1 of 1");
    assert_eq!(kubectl(&kube, &["get", "pvc", "berth", "-o", "jsonpath={.status.phase}"]), "Bound");
    let slice = ["get", "endpointslices", "-l", "kubernetes.io/service-name=berth", "-o"];
    let port = "jsonpath={.items[*].ports[*].port} {.items[*].endpoints[*].conditions.ready}";
    assert_eq!(kubectl(&kube, &[&slice[..], &[port]].concat()), "8080 true");

    kube.kubectl(&["drain", &node, "--delete-emptydir-data", "--force", "--timeout=60s"]);
    let other = until_available(&kube);
    assert!(other != node && other.starts_with("gpu-"), "{node} then {other}");
}
