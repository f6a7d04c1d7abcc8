//! Submissions as text, with the names that their secrets get.

use domain::{AssetId, WorkloadId, reason::StartTrouble, submission::Spec, workload::Placement};

use super::*;
use crate::{Place, Wanted};

fn with(submission: &str, kept: &[(&str, bool, bool)]) -> DesiredPod {
    let secrets = kept.iter().zip(1..).map(|((name, is_own, pulls), id)| crate::KeptSecret {
        credential: AssetId(uuid::Uuid::from_u128(id)),
        of: SecretUse { name: (*name).into(), is_own: *is_own, pulls: *pulls },
    });
    let mut submission: Submission = serde_json::from_str(submission).unwrap();
    submission.image = Some("a".into());
    let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    DesiredPod {
        workload: WorkloadId(uuid::Uuid::from_u128(7)),
        generation: 2,
        namespace: "berth-vision".into(),
        name: "nb-2".into(),
        wanted: Wanted::Running,
        place: Place::Chosen(Placement {
            pool: "a".parse().unwrap(),
            node: "n1".into(),
            gpus: Vec::new(),
        }),
        submission: spec.submission,
        request: spec.pod,
        backoff_limit: 2,
        env: Vec::new(),
        secrets: secrets.collect(),
        shared: vec![],
    }
}

/// The submission with its new names, without the digests at their ends.
fn told(order: &DesiredPod) -> String {
    let named = serde_json::to_string(&named(order)).unwrap();
    let mut text = named;
    for kept in &order.secrets {
        let whole = name(order, &kept.of);
        let (short, _) = whole.rsplit_once('-').unwrap();
        text = text.replace(&whole, &format!("{short}-#"));
    }
    text
}

#[test]
fn what_berth_keeps_has_a_name_of_the_run_and_everything_else_its_own() {
    let order = with(
        r#"{"environmentVariables": [{"name": "A", "secret": {"name": "kept", "key": "k"}},
            {"name": "B", "secret": {"name": "there", "key": "k"}},
            {"name": "C", "userCredential": {"name": "mine", "key": "k"}}],
            "imagePullSecrets": [{"name": "key"}, {"name": "reg", "userCredential": true}],
            "storage": {"git": [{"repository": "r", "path": "/g", "secretRef": {"name": "kept"}}]}}"#,
        &[("kept", false, false), ("mine", true, false), ("key", false, true), ("reg", true, true)],
    );
    insta::assert_snapshot!(told(&order), @r#"{"image":"a","imagePullSecrets":[{"name":"nb-2-key-#"},{"name":"nb-2-reg-#"}],"environmentVariables":[{"name":"A","secret":{"name":"nb-2-kept-#","key":"k"}},{"name":"B","secret":{"name":"there","key":"k"}},{"name":"C","secret":{"name":"nb-2-mine-#","key":"k"}}],"storage":{"git":[{"repository":"r","path":"/g","secretRef":{"name":"nb-2-kept-#"}}]},"preemptibility":"non-preemptible","priorityClass":"high"}"#);
}

#[test]
fn a_registry_that_nobody_names_is_there_for_every_pod() {
    let once = r#"{"image":"a","imagePullSecrets":[{"name":"nb-2-hub-#"}],"preemptibility":"non-preemptible","priorityClass":"high"}"#;
    assert_eq!(told(&with("{}", &[("hub", false, true)])), once);
    let named_too = with(r#"{"imagePullSecrets": [{"name": "hub"}]}"#, &[("hub", false, true)]);
    assert_eq!(told(&named_too), once);
}

#[test]
fn every_use_of_every_run_has_its_own_name() {
    let long = "x".repeat(250);
    let uses = [("s", false, false), ("s", true, false), ("s", false, true), (&long, false, false)];
    let (mut order, mut names) = (with("{}", &uses), std::collections::BTreeSet::new());
    for generation in 1..=2 {
        order.generation = generation;
        names.extend(order.secrets.iter().map(|kept| name(&order, &kept.of)));
    }
    assert_eq!(names.len(), 8, "{names:?}");
    assert!(names.iter().all(|name| name.len() <= 253 && domain::submission::is_dns_name(name)));
}

#[test]
fn a_cluster_that_repeats_a_value_is_not_repeated() {
    let said = |answer: &str| {
        let refused = Setback::not_started(StartTrouble::Refused, answer.to_owned());
        match discreet(refused, "nb-1-s") {
            Setback::Refused(reason) => match *reason {
                Reason::NotStarted { answer, .. } => answer,
                other => other.to_string(),
            },
            _ => "silence".to_owned(),
        }
    };
    let all = [
        "secrets \"nb-1-s\" is forbidden: exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1",
        "secrets \"nb-1-s\" is forbidden: User \"berth\" cannot patch resource \"secrets\"",
        "secrets \"nb-1-s\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: aHVudGVyMg==",
        "admission webhook \"w\" denied the request: hunter2 is too short",
    ];
    insta::assert_snapshot!(all.map(said).join("\n"), @r#"
    secrets "nb-1-s" is forbidden: exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1
    secrets "nb-1-s" is forbidden: User "berth" cannot patch resource "secrets"
    the cluster does not take secret nb-1-s
    the cluster does not take secret nb-1-s
    "#);
}
