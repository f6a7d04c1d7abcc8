//! What is said of a draft before it is saved: that it locks everybody out, and what it would have
//! refused.

use std::collections::BTreeMap;

use domain::{
    ScopeLevel,
    policy::{Layer, asked, replay},
    submission::{FieldSource, PolicyRule, Sources},
};
use insta::assert_snapshot;

use crate::given::{catalogue, cluster, layer, no_assets, report, saved, value};

fn warned(policy: &str, others: &[Layer]) -> String {
    let report_ = saved(policy, others);
    let lines = report(&report_);
    lines.replace(
        "With this policy nobody can create anything here, unless a policy further down allows it",
        "LOCKED OUT",
    )
}

#[test]
fn whoever_locks_everybody_out_is_warned_with_the_reason() {
    let told = [
        "rules: {image: {canEdit: false}}",
        "rules: {image: {blocked: true}}",
        "{defaults: {image: a}, rules: {image: {blocked: true}}}",
        "rules: {image: {options: []}}",
        "rules: {command: {required: true, canEdit: false}}",
        "rules: {command: {canEdit: false}}",
        "rules: {imagePullPolicy: {required: true, options: []}}",
        "rules: {compute: {cpuCoreRequest: {required: true, min: 1, max: 7, step: 2}}}",
        "{defaults: {storage: {pvc: {instances: [{name: a, path: /a}]}}}, rules: {storage: {pvc: {instances: {locked: [a]}, attributes: {claimName: {required: true}}}}}}",
        "{imposedAssets: [a], defaults: {storage: {emptyDirVolume: {instances: [{name: s, path: /data}]}}}, rules: {storage: {emptyDirVolume: {instances: {locked: [s]}}}}}",
        "{imposedAssets: [a], defaults: {storage: {emptyDirVolume: {instances: [{name: s, path: /data}]}}}}",
    ]
    .map(|policy| format!("{policy}\n{}", warned(policy, &[])));
    assert_snapshot!(told.join("\n"), @r#"
    rules: {image: {canEdit: false}}
    warning image: LOCKED OUT: Image can’t be set. It is disabled by the policy of cluster “dgx-1”. [save.lockedOut]
    rules: {image: {blocked: true}}
    warning image: LOCKED OUT: Image is blocked by the policy of cluster “dgx-1”. [save.lockedOut]
    {defaults: {image: a}, rules: {image: {blocked: true}}}

    rules: {image: {options: []}}
    warning image: LOCKED OUT: Image must be one of: . [save.lockedOut]
    rules: {command: {required: true, canEdit: false}}
    warning command: LOCKED OUT: Command is required by the policy of cluster “dgx-1”. [save.lockedOut]
    rules: {command: {canEdit: false}}

    rules: {imagePullPolicy: {required: true, options: []}}
    warning imagePullPolicy: LOCKED OUT: Pull condition is required by the policy of cluster “dgx-1”. [save.lockedOut]
    rules: {compute: {cpuCoreRequest: {required: true, min: 1, max: 7, step: 2}}}

    {defaults: {storage: {pvc: {instances: [{name: a, path: /a}]}}}, rules: {storage: {pvc: {instances: {locked: [a]}, attributes: {claimName: {required: true}}}}}}
    error storage.pvc[a].claimName: Default of storage.pvc[a].claimName must have a value [save.compliance]
    warning storage.pvc[a].claimName: LOCKED OUT: Claim name is required by the policy of cluster “dgx-1”. [save.lockedOut]
    {imposedAssets: [a], defaults: {storage: {emptyDirVolume: {instances: [{name: s, path: /data}]}}}, rules: {storage: {emptyDirVolume: {instances: {locked: [s]}}}}}
    warning storage.emptyDirVolume[s]: LOCKED OUT: Container path “/data” is used by a data source imposed by the policy of cluster “dgx-1”. [save.lockedOut]
    {imposedAssets: [a], defaults: {storage: {emptyDirVolume: {instances: [{name: s, path: /data}]}}}}
    "#);
}

#[test]
fn a_lock_that_stood_before_is_not_told_again() {
    let above = layer(ScopeLevel::Account, "rules: {image: {canEdit: false}}");
    assert_snapshot!(warned("defaults: {command: run}", &[above]), @"");
}

#[test]
fn a_draft_is_tried_on_what_was_asked_for() {
    let by_policy =
        |rule| FieldSource::Policy { scope: ScopeLevel::Cluster, name: "dgx-1".into(), rule };
    let sources: BTreeMap<String, FieldSource> = [
        ("spec.image", FieldSource::You),
        ("spec.compute.gpuDevicesRequest", FieldSource::Asset { name: "large".into() }),
        ("spec.backoffLimit", by_policy(PolicyRule::Default)),
        ("spec.priorityClass", FieldSource::Platform),
        ("spec.environmentVariables[0].name", by_policy(PolicyRule::Default)),
        ("spec.environmentVariables[0].value", by_policy(PolicyRule::Default)),
        ("spec.environmentVariables[1].name", FieldSource::You),
        ("spec.environmentVariables[1].value", FieldSource::You),
        ("spec.nodePools", FieldSource::You),
    ]
    .map(|(path, source)| (path.to_owned(), source))
    .into_iter()
    .collect();
    let sources = Sources(sources);
    let kept = value(
        "{image: a, backoffLimit: 3, priorityClass: high, nodePools: [x, y], compute: {gpuDevicesRequest: 4}, environmentVariables: [{name: TEAM, value: v}, {name: OWN, value: w}]}",
    );
    assert_snapshot!(asked(catalogue(), &kept, &sources), @r#"{"compute":{"gpuDevicesRequest":4},"environmentVariables":[{"name":"OWN","value":"w"}],"image":"a","nodePools":["x","y"]}"#);
    let small = value("{image: b}");
    let none = Sources::default();
    let draft = cluster(
        "{defaults: {backoffLimit: 5}, rules: {backoffLimit: {canEdit: false}, compute: {gpuDevicesRequest: {max: 2}}, environmentVariables: {instances: {canAdd: false}}}}",
    );
    let replayed = replay(&[(&kept, &sources), (&small, &none)], |_| (&draft, &no_assets));
    assert_eq!(replayed.total, 2);
    let lines = replayed.refused.iter().map(|(n, violations)| {
        let told: Vec<_> =
            violations.iter().map(|v| format!("{}: {}", v.field, v.details())).collect();
        format!("{n}: {}", told.join(" "))
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"0: compute.gpuDevicesRequest: GPU devices per pod must not be greater than 2 (requested 4). environmentVariables[OWN]: Environment variables can’t be added: “OWN” isn’t part of the policy of cluster “dgx-1”.");
}
