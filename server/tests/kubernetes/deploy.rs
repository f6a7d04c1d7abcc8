//! The manifests with which Berth runs in a cluster, held against the program and against a cluster: their variables are
//! known, their probes answer, they are what the chart says, and an API server takes them.

use std::{path::PathBuf, process::Command};

use serde_json::Value;
use testkit::kube::Kube;

use crate::program::{Berth, client};

const ONE: &str = include_str!("../../../deploy/kubernetes/berth.yaml");
const TWO: &str = include_str!("../../../deploy/kubernetes/replicas/berth.yaml");
/// Where variables stand that are no flags.
const README: &str = include_str!("../../../README.md");

/// What follows a word, as far as it has letters of a name or a path.
fn after(text: &'static str, word: &str) -> impl Iterator<Item = &'static str> {
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '-');
    let parts = text.match_indices(word).map(move |(at, _)| &text[at + word.len()..]);
    parts.map(move |rest| rest.split(|c| !is_of_it(c)).next().unwrap_or_default())
}

/// A file or folder of the repository.
fn ours(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn every_variable_of_the_manifests_is_known_to_the_program() {
    let help = Command::new(env!("CARGO_BIN_EXE_berth")).args(["serve", "--help"]).output();
    let help = String::from_utf8_lossy(&help.unwrap().stdout).into_owned();
    for (manifest, count) in [(ONE, 10), (TWO, 12)] {
        let names: Vec<_> = after(manifest, "{name: BERTH_").collect();
        assert_eq!(names.len(), count, "{names:?}");
        for name in names {
            let name = format!("BERTH_{name}");
            let is_known =
                help.contains(&format!("[env: {name}")) || README.contains(&format!("`{name}`"));
            assert!(is_known, "{name}");
        }
    }
}

#[tokio::test]
async fn the_probes_of_the_manifests_are_answered_whoever_asks() {
    let data = tempfile::tempdir().unwrap();
    let berth = Berth::simulated(data.path(), None).await;
    let paths: Vec<_> = after(ONE, "httpGet: {path: ").collect();
    assert_eq!(paths, ["/health/live", "/health/live", "/health/ready"]);
    assert_eq!(paths, after(TWO, "httpGet: {path: ").collect::<Vec<_>>());
    for path in paths {
        // A kubelet asks the pod by its address.
        let asked = client().get(format!("{}{path}", berth.url));
        let answer = asked.header("host", "10.1.0.7:8080").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}

/// What the chart says, with values set as Helm reads them.
fn rendered(values: &str) -> Result<String, String> {
    let mut helm = Command::new(ours("kube/helm.sh"));
    helm.args(["template", "berth"]).arg(ours("deploy/helm/berth"));
    let said = helm.args(["--namespace", "berth-system", "--set", values]).output().unwrap();
    match said.status.success() {
        true => Ok(String::from_utf8(said.stdout).unwrap()),
        false => Err(String::from_utf8(said.stderr).unwrap()),
    }
}

#[test]
#[ignore = "needs Helm: cargo xtask test --kubernetes"]
fn the_manifests_are_what_the_chart_says() {
    let update =
        "`helm template berth deploy/helm/berth -n berth-system --set replicas=…` writes it";
    assert_eq!(rendered("replicas=1").unwrap(), ONE, "deploy/kubernetes/berth.yaml: {update}");
    assert_eq!(rendered("replicas=2").unwrap(), TWO, "…/replicas/berth.yaml: {update}");
}

#[test]
#[ignore = "needs Helm: cargo xtask test --kubernetes"]
fn a_value_that_the_chart_does_not_know_or_cannot_take_is_said() {
    let unknown = rendered("replica=3").unwrap_err();
    assert!(unknown.contains("additional properties 'replica' not allowed"), "{unknown}");
    let few = rendered("replicas=0").unwrap_err();
    assert!(few.contains("at '/replicas': minimum: got 0, want 1"), "{few}");
}

/// The ways in that the chart can make.
const WAYS_IN: &str = "publicUrl=https://Berth.example.org:8443,toolsDomain=tools.example.org,\
    ingress.enabled=true,ingress.className=public,ingress.tlsSecret=berth-tls,ingress.hosts={nb.example.org},\
    ingress.annotations.example\\.org/timeout=1h,\
    gateway.enabled=true,gateway.parentRefs[0].name=public,gateway.parentRefs[0].namespace=gateways,\
    gateway.hosts={nb.example.org}";

#[test]
#[ignore = "needs Helm: cargo xtask test --kubernetes"]
fn a_way_in_that_lacks_a_name_is_not_made() {
    let lacks = |values: &str| rendered(values).unwrap_err();
    for way in ["ingress", "gateway"] {
        let url = lacks(&format!("{way}.enabled=true,toolsDomain=tools.example.org"));
        assert!(url.contains("need publicUrl, such as https://berth.example.org"), "{url}");
        let domain = lacks(&format!("{way}.enabled=true,publicUrl=https://berth.example.org"));
        assert!(domain.contains("need toolsDomain, such as tools.example.org"), "{domain}");
    }
    let names = "publicUrl=https://berth.example.org,toolsDomain=tools.example.org";
    let gateway = lacks(&format!("{names},gateway.enabled=true"));
    assert!(gateway.contains("gateway.enabled needs gateway.parentRefs"), "{gateway}");
    let host = lacks("ingress.hosts={https://nb.example.org}");
    assert!(host.contains("at '/ingress/hosts/0'"), "{host}");
}

/// What the Gateway API asks of an HTTPRoute, as far as the chart has a say; its own definition comes with a gateway.
const HTTP_ROUTE: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                parentRefs:
                  type: array
                  items:
                    type: object
                    required: [name]
                    properties:
                      name: {type: string}
                      namespace: {type: string}
                      sectionName: {type: string}
                hostnames:
                  type: array
                  maxItems: 16
                  items:
                    type: string
                    pattern: '^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'
                rules:
                  type: array
                  items:
                    type: object
                    properties:
                      matches:
                        type: array
                        items:
                          type: object
                          properties:
                            path:
                              type: object
                              properties:
                                type: {type: string, enum: [Exact, PathPrefix, RegularExpression]}
                                value: {type: string}
                      backendRefs:
                        type: array
                        items:
                          type: object
                          required: [name]
                          properties:
                            name: {type: string}
                            port: {type: integer, minimum: 1, maximum: 65535}
                      timeouts:
                        type: object
                        properties:
                          request: {type: string, pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$'}
                          backendRequest: {type: string, pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$'}
"#;

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_cluster_takes_the_ways_in_and_they_lead_to_berth_alone() {
    let kube = Kube::start(40);
    kube.create(HTTP_ROUTE);
    let kind = "crd/httproutes.gateway.networking.k8s.io";
    kube.kubectl(&["wait", "--for=condition=Established", "--timeout=60s", kind]);
    let chart = kube.folder().join("chart.yaml");
    std::fs::write(&chart, rendered(WAYS_IN).unwrap()).unwrap();
    let chart = chart.display().to_string();
    // Strict: a field that the API server does not know is refused.
    kube.kubectl(&["apply", "--server-side", "--validate=strict", "-f", &chart]);
    let seen = |kind: &str, path: &str| {
        let path = format!("jsonpath={path}");
        kube.kubectl(&["-n", "berth-system", "get", kind, "berth", "-o", &path])
    };
    let paths = "{range .spec.rules[*]}{.host}{range .http.paths[*]} {.pathType} {.path} {.backend.service.name} \
        {.backend.service.port.name}{end}{\"\\n\"}{end}";
    insta::assert_snapshot!(seen("ingress", paths), @r"
    berth.example.org Prefix / berth http
    *.tools.example.org Prefix / berth http
    nb.example.org Prefix / berth http
    ");
    let tls = "{.spec.ingressClassName} {.spec.tls} {.metadata.annotations.example\\.org/timeout}";
    insta::assert_snapshot!(
        seen("ingress", tls),
        @r#"public [{"hosts":["berth.example.org","*.tools.example.org","nb.example.org"],"secretName":"berth-tls"}] 1h"#
    );
    let route = "{.spec.parentRefs}{\"\\n\"}{.spec.hostnames}{\"\\n\"}{.spec.rules}";
    insta::assert_snapshot!(seen("httproute", route), @r#"
    [{"name":"public","namespace":"gateways"}]
    ["berth.example.org","*.tools.example.org","nb.example.org"]
    [{"backendRefs":[{"name":"berth","port":80}],"matches":[{"path":{"type":"PathPrefix","value":"/"}}],"timeouts":{"request":"0s"}}]
    "#);
    // Where both lead to.
    assert_eq!(seen("service", "{.spec.ports[*].name} {.spec.ports[*].port}"), "http 80");
}

/// The pods of Berth in the cluster, once there are so many.
async fn pods(kube: &Kube, count: usize) -> Vec<Value> {
    let until = std::time::Instant::now() + crate::WITHIN;
    loop {
        let said = kube.kubectl(&["-n", "berth-system", "get", "pods", "-o", "json"]);
        let said: Value = serde_json::from_str(&said).unwrap();
        let there = said["items"].as_array().unwrap().clone();
        if there.len() == count {
            return there;
        }
        assert!(std::time::Instant::now() < until, "{said:#}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_cluster_takes_the_manifests_and_makes_their_pods() {
    let kube = Kube::start(40);
    let apply = |folder: &str| {
        let folder = ours(folder).display().to_string();
        kube.kubectl(&["apply", "--server-side", "--force-conflicts", "-k", &folder])
    };
    apply("deploy/kubernetes");
    // The namespace takes nothing but what is restricted: a pod that is there has been let in.
    assert!(pods(&kube, 1).await[0]["spec"]["volumes"].to_string().contains("persistentVolume"));
    // Nothing runs these pods, so that none becomes ready and makes way for the next ones.
    kube.kubectl(&["-n", "berth-system", "delete", "deployment", "berth"]);
    pods(&kube, 0).await;
    apply("deploy/kubernetes/replicas");
    let both = pods(&kube, 2).await;
    assert!(both.iter().all(|pod| pod.to_string().contains("BERTH_REPLICA")), "{both:#?}");
}
