//! What Berth keeps and a workspace uses: in its namespace while it runs, in nobody's words, and gone afterwards.

use k8s_openapi::api::core::v1::Secret;
use serde_json::Value;

use crate::bed::Bed;

const USES: &str = r#"{"environmentVariables": [
        {"name": "TOKEN", "secret": {"name": "genericsecret-hub", "key": "token"}},
        {"name": "THEIRS", "secret": {"name": "prepared", "key": "k"}}],
    "imagePullSecrets": [{"name": "dockerreg-lab"}],
    "storage": {"secretVolume": [{"secret": "genericsecret-hub", "mountPath": "/secret"}]}}"#;

/// The secrets of the namespace: names without the digests that no two share, what they are, and what stands in them.
fn told(bed: &Bed) -> String {
    let said = bed.kubectl(&["get", "secrets", "-o", "json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let all: Vec<Secret> = serde_json::from_value(said["items"].clone()).unwrap();
    let line = |secret: Secret| {
        let meta = secret.metadata;
        let (name, owner) = (meta.name.unwrap(), &meta.owner_references.unwrap()[0].name);
        let (name, _) = name.rsplit_once('-').unwrap();
        assert!(meta.labels.unwrap().contains_key("berth.dev/workload"));
        let mut lines = format!("{name} {} of {owner}\n", secret.type_.unwrap());
        for (key, value) in secret.data.unwrap() {
            lines.push_str(&format!("  {key}: {}\n", String::from_utf8_lossy(&value.0)));
        }
        lines
    };
    let mut lines: Vec<_> = all.into_iter().map(line).collect();
    lines.sort();
    lines.concat()
}

fn uses_two(bed: &mut Bed) {
    bed.run(1, USES);
    bed.keep(1, "genericsecret-hub", false);
    bed.keep(1, "dockerreg-lab", true);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn they_are_there_while_it_runs_and_the_next_run_takes_the_newer_ones() {
    let mut bed = Bed::new();
    bed.safe.put("genericsecret-hub", "token=hunter2 other=3");
    bed.safe.put("dockerreg-lab", "ada pa$$ https://registry.example.com");
    uses_two(&mut bed);
    bed.until_runs(1).await;
    insta::assert_snapshot!(told(&bed), @r#"
    nb1-1-dockerreg-lab kubernetes.io/dockerconfigjson of nb1-1
      .dockerconfigjson: {"auths":{"https://registry.example.com":{"auth":"YWRhOnBhJCQ=","password":"pa$$","username":"ada"}}}
    nb1-1-genericsecret-hub Opaque of nb1-1
      other: 3
      token: hunter2
    "#);
    let pod = bed.kubectl(&["get", "pod", "nb1-1", "-o", "json"]);
    let pod: Value = serde_json::from_str(&pod).unwrap();
    let env = pod["spec"]["containers"][0]["env"].as_array().unwrap();
    let names = env.iter().filter_map(|one| one["valueFrom"]["secretKeyRef"]["name"].as_str());
    let short = |name: &str| match name.rsplit_once('-') {
        Some((short, _)) => format!("{short}-#"),
        None => name.to_owned(),
    };
    assert_eq!(names.map(short).collect::<Vec<_>>(), ["nb1-1-genericsecret-hub-#", "prepared"]);

    // A Berth that is killed and comes back leaves all as it is.
    bed.restart_berth();
    bed.until_runs(1).await;
    assert_eq!(told(&bed).lines().count(), 5);

    bed.safe.put("genericsecret-hub", "token=hunter3");
    uses_two(&mut bed);
    bed.until(1, |pod| pod.generation == 2 && pod.text() == "running").await;
    let newer = told(&bed);
    assert!(newer.contains("nb1-2-genericsecret-hub Opaque of nb1-2\n  token: hunter3"), "{newer}");
    assert!(!newer.contains("hunter2"), "{newer}");

    bed.stop(1, 0);
    bed.until_gone(1).await;
    bed.until_names("pods,secrets", "").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_berth_that_is_killed_again_and_again_leaves_none_behind() {
    let mut bed = Bed::new();
    bed.safe.put("genericsecret-hub", "token=hunter2");
    bed.safe.put("dockerreg-lab", "ada pa$$ registry.example.com");
    for _ in 0..5 {
        uses_two(&mut bed);
        for _ in 0..3 {
            drop(bed.try_turn().await);
            bed.restart_berth();
        }
    }
    bed.until_runs(1).await;
    bed.until_names("pods", "pod/nb1-5").await;
    let until = std::time::Instant::now() + crate::bed::WITHIN;
    while bed.names("secrets").split(' ').count() != 2 {
        assert!(std::time::Instant::now() < until, "{}", bed.names("secrets"));
    }
    bed.desired.clear();
    bed.until_names("pods,secrets", "").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_cannot_be_opened_keeps_it_from_running_until_it_can() {
    let mut bed = Bed::new();
    bed.safe.put("genericsecret-hub", "token=hunter2");
    uses_two(&mut bed);
    // A registry that nobody names keeps nobody from running.
    bed.keep(1, "dockerreg-lost", true);
    insta::assert_snapshot!(bed.until_unwell(1).await, @"unwell: NotStarted: The container could not be started: a secret or a config map that it names is not in the cluster (the credential dockerreg-lab is not there any more). Correct the name, or have it made.");
    assert!(bed.kubectl(&["get", "pod", "nb1-1", "-o", "jsonpath={.spec.nodeName}"]).is_empty());
    // A registry that comes meanwhile is for the next run: what a pod pulls with does not change.
    bed.keep(1, "dockerreg-other", true);
    bed.safe.put("dockerreg-lab", "ada pa$$ registry.example.com");
    bed.until_runs(1).await;
    assert_eq!(bed.names("secrets").split(' ').count(), 2);
}

/// Refuses secrets, with their values in its words.
const LOUD: &str = "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: loud}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]
  validations:
    - {expression: 'false', messageExpression: \"'token is ' + string(object.data.token)\"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: loud}
spec:
  policyName: loud
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAMESPACE}}}
";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_policy_that_repeats_a_value_is_not_repeated() {
    let mut bed = Bed::new();
    bed.kube.create(&LOUD.replace("loud", &bed.nodes).replace("NAMESPACE", &bed.namespace));
    bed.safe.put("genericsecret-hub", "token=hunter2");
    bed.safe.put("dockerreg-lab", "ada pa$$ registry.example.com");
    // A policy is in force a moment after it was made.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    uses_two(&mut bed);
    let said = bed.until_unwell(1).await;
    let (said, _) = said.rsplit_once('-').unwrap();
    insta::assert_snapshot!(said, @"unwell: NotStarted: The container could not be started: the cluster's admission control refuses it (the cluster does not take secret nb1-1-genericsecret-hub");
    // Whereas the cluster itself says it to whoever asks.
    let words =
        ["-n", &bed.namespace, "create", "secret", "generic", "s", "--from-literal=token=hunter2"];
    let loud = bed.kube.try_kubectl(&words).stderr;
    let loud = String::from_utf8_lossy(&loud).into_owned();
    assert!(loud.contains("token is aHVudGVyMg=="), "{loud}");
}
