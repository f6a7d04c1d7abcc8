//! An API server that has too much to do, and admission that refuses or does not answer.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use cluster::{Driver, DriverError, kubernetes::Connection};

use crate::{
    bed::{Bed, now, pod},
    between::{Between, Fault},
};

/// A driver that reaches the cluster over a way on which faults are made.
async fn on_the_way() -> (Bed, Between) {
    over_a_way(Bed::new()).await
}

pub async fn over_a_way(mut bed: Bed) -> (Bed, Between) {
    let between = Between::to(&bed.kube.config()).await;
    bed.settings.connection = Connection::File { path: between.config(), context: None };
    bed.restart_berth();
    bed.turn().await;
    (bed, between)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn too_many_requests_cost_time_and_nothing_else() {
    let (mut bed, between) = on_the_way().await;
    between.set(Fault::Throttled { left: 12 });
    bed.run(1, "{}");
    bed.until(1, |pod| {
        assert!(!pod.text().contains("unwell"), "{}", pod.text());
        pod.text() == "running"
    })
    .await;
    assert_eq!(between.now(), Fault::Throttled { left: 0 });
    assert_eq!(bed.names("pods"), "pod/nb1-1");
}

/// How long it lasts; `BERTH_KUBE_BUSY=60` takes another time.
fn busy_for() -> Duration {
    let asked = std::env::var("BERTH_KUBE_BUSY").ok();
    Duration::from_secs(asked.map_or(30, |secs| secs.parse().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn an_api_server_that_has_too_much_to_do_is_said_and_left_alone() {
    let (mut bed, between) = on_the_way().await;
    for number in 1..=3 {
        bed.run(number, "{}");
        bed.until_runs(number).await;
    }
    for number in 4..=43 {
        bed.run(number, "{}");
    }
    let (before, begun) = (between.asked(), Instant::now());
    between.set(Fault::Busy { retry_secs: 1 });
    let (mut told, mut each) = (BTreeSet::new(), vec![before]);
    while begun.elapsed() < busy_for() {
        match bed.try_turn().await {
            Ok(seen) => (1..=3).for_each(|number| assert_eq!(pod(&seen, number).text(), "running")),
            Err(DriverError::Unreachable { why, is_unwell, .. }) => {
                told.insert(format!("{why}; unwell: {is_unwell}"));
            }
            Err(wrong) => panic!("{wrong}"),
        }
        if each.len() as u64 <= begun.elapsed().as_secs() {
            each.push(between.asked());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let asked = between.asked() - before;
    let each: Vec<_> = each.windows(2).map(|two| two[1] - two[0]).collect();
    println!("{asked} requests in {:?}; second by second {each:?}", begun.elapsed());
    // Everything that was under way, and then a few a second.
    assert!(asked < 60 + 3 * begun.elapsed().as_secs(), "{asked}");
    insta::assert_snapshot!(told.into_iter().collect::<Vec<_>>().join("\n"));
    between.set(Fault::None);
    let begun = Instant::now();
    for number in 1..=43 {
        bed.until_runs(number).await;
    }
    println!("all runs {:?} later", begun.elapsed());
    assert_eq!(bed.names("pods").split(' ').count(), 43);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_binding_in_conflict_is_tried_again() {
    let (mut bed, between) = on_the_way().await;
    between.set(Fault::Conflict { left: 2 });
    bed.run(1, "{}");
    bed.until_runs(1).await;
    assert_eq!(between.now(), Fault::Conflict { left: 0 });
    assert_eq!(bed.names("pods"), "pod/nb1-1");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn answers_that_take_five_seconds_are_waited_for() {
    let (mut bed, between) = on_the_way().await;
    between.set(Fault::Slow(Duration::from_secs(5)));
    bed.run(1, "{}");
    let begun = std::time::Instant::now();
    while !matches!(&bed.try_turn().await, Ok(seen) if crate::bed::pod(seen, 1).text() == "running")
    {
        let seen = bed.driver.observe(now()).await;
        assert!(seen.is_ok(), "it is not lost: {seen:?}");
        assert!(begun.elapsed() < crate::bed::WITHIN, "it does not run");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_clock_that_is_ahead_is_said_and_nothing_ends_for_it() {
    let (mut bed, between) = on_the_way().await;
    bed.run(1, "{}");
    bed.until_runs(1).await;
    between.set(Fault::Ahead(3_600));
    let begun = std::time::Instant::now();
    let said = loop {
        let seen = bed.turn().await;
        if let Some(one) = seen.abilities.shortcomings.first() {
            break one.to_string();
        }
        assert!(begun.elapsed() < crate::bed::WITHIN, "nothing is said");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert!(said.contains("the clocks of Berth and of the API server differ by 3"), "{said}");
    bed.until_runs(1).await;
    bed.run(2, "{}");
    bed.until_runs(2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn admission_that_refuses_or_does_not_answer_is_said() {
    let mut bed = Bed::new();
    let (ns, of) =
        (bed.namespace.clone(), format!("kubernetes.io/metadata.name: {}", bed.namespace));
    // A webhook of which nobody answers.
    bed.kube.create(&format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: {ns}}}\n\
         webhooks:\n- name: nobody.example.org\n  sideEffects: None\n  admissionReviewVersions: [v1]\n  failurePolicy: Fail\n\
         \x20 namespaceSelector: {{matchLabels: {{{of}}}}}\n  clientConfig: {{url: \"https://127.0.0.1:1/\"}}\n\
         \x20 rules: [{{apiGroups: [\"\"], apiVersions: [v1], resources: [pods], operations: [CREATE]}}]\n"
    ));
    bed.run(1, "{}");
    let mut told = vec![bed.until_unwell(1).await];
    bed.kube.kubectl(&["delete", "validatingwebhookconfiguration", &ns]);
    bed.until_runs(1).await;
    // A policy that says no.
    bed.kube.create(&format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: {ns}}}\nspec:\n\
         \x20 matchConstraints:\n    resourceRules:\n\
         \x20   - {{apiGroups: [\"\"], apiVersions: [v1], resources: [pods], operations: [CREATE]}}\n\
         \x20 validations: [{{expression: 'false', message: ask the platform team}}]\n---\n\
         apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: {ns}}}\nspec:\n\
         \x20 policyName: {ns}\n  validationActions: [Deny]\n\
         \x20 matchResources: {{namespaceSelector: {{matchLabels: {{{of}}}}}}}\n"
    ));
    // It counts a moment after it was made.
    tokio::time::sleep(Duration::from_secs(5)).await;
    bed.run(2, "{}");
    told.push(bed.until_unwell(2).await.replace(&ns, "NS"));
    insta::assert_snapshot!(told.join("\n"));
}
