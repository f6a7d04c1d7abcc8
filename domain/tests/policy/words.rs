//! The sentence of every violation and of every save issue: a change here is a change of what people
//! read.

use domain::{
    ScopeLevel,
    policy::{Broken, Violation},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::given::{layer, report, saved, source, told};

#[test]
fn violations() {
    let key = || "claim-a".to_owned();
    let all = [
        Broken::Required,
        Broken::CanEdit { default: json!(500) },
        Broken::NoDefault,
        Broken::Blocked,
        Broken::Options { options: vec!["Always".into(), "Never".into()] },
        Broken::Min { min: json!("1G"), value: json!("500M") },
        Broken::Max { max: json!(2), value: json!(4) },
        Broken::Step { grid: vec!["1".into(), "3".into(), "5".into()], more: false },
        Broken::Step { grid: vec!["0".into(), "0.25".into(), "0.5".into()], more: true },
        Broken::CanAdd { key: key() },
        Broken::LockedChanged { key: key() },
        Broken::LockedExcluded { key: key() },
        Broken::Collision { path: "/data".into() },
        Broken::Duplicate { key: key() },
    ];
    let violations = all.map(|broken| Violation {
        field: "f".into(),
        label: "Label",
        broken,
        source: Some(source(ScopeLevel::Cluster)),
    });
    assert_snapshot!(told(&violations), @r#"
f: Label is required by the policy of cluster “dgx-1”. [policy.required]
f: Label is set to “500” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
f: Label can’t be set. It is disabled by the policy of cluster “dgx-1”. [policy.canEdit.noDefault]
f: Label is blocked by the policy of cluster “dgx-1”. [policy.blocked]
f: Label must be one of: Always, Never. [policy.options]
f: Label must not be less than 1G (requested 500M). [policy.min]
f: Label must not be greater than 2 (requested 4). [policy.max]
f: Label must be one of 1, 3, 5. [policy.step]
f: Label must be one of 0, 0.25, 0.5… [policy.step]
f: Label can’t be added: “claim-a” isn’t part of the policy of cluster “dgx-1”. [policy.canAdd]
f: “claim-a” is locked by the policy of cluster “dgx-1” and can’t be changed. [policy.locked.changed]
f: “claim-a” is locked by the policy of cluster “dgx-1” and can’t be removed. [policy.locked.excluded]
f: Container path “/data” is used by a data source imposed by the policy of cluster “dgx-1”. [policy.imposed.collision]
f: “claim-a” appears more than once. [policy.item.duplicate]
"#);
}

#[test]
fn scopes() {
    let all = ScopeLevel::ALL.map(|scope| source(scope).to_string());
    assert_snapshot!(all.join("\n"), @r#"
the platform
account “acme”
cluster “dgx-1”
department “ml”
project “vision”
"#);
}

#[test]
fn save_issues() {
    let text = "
defaults:
  backoffLimit: 101
  exposeUrls: {instances: [{container: 80}]}
  security: {runAsUid: 100}
  nodePools: pool-a
rules:
  backofLimit: {max: 2}
  createHomeDir: {max: 2}
  compute:
    gpuDevicesRequest: {min: 3, max: 2}
    migProfile: {canEdit: false}
  security: {runAsUid: {min: 400}}
  ports: {instances: {locked: [web]}}
imposedAssets: [a, b, c, e]
";
    let readable = "
rules:
  compute: {gpuDevicesRequest: {max: 2}}
  security: {runAsUid: {min: 400}}
  ports: {instances: {locked: [web]}}
defaults:
  security: {runAsUid: 100}
imposedAssets: [d]
";
    let others = [
        layer(ScopeLevel::Account, "rules: {compute: {gpuDevicesRequest: {max: 1}}}"),
        layer(ScopeLevel::Project, "defaults: {security: {runAsUid: 200}}"),
    ];
    assert_snapshot!(report(&saved(text, &others)), @r#"
error backoffLimit (line 3, column 17): The default of “backoffLimit” must be between 0 and 100. [save.default]
error nodePools (line 6, column 14): The default of “nodePools” must be a list of texts. [save.default]
error backofLimit (line 8, column 3): Add a valid policy YAML;json: unknown field "backofLimit" [save.unknownField]
error createHomeDir (line 9, column 19): “createHomeDir” can’t have the rule “max”. [save.ruleKind]
error compute.gpuDevicesRequest (line 11, column 30): The rule “min” of “compute.gpuDevicesRequest” must be at most 2, the max. [save.argument]
error imposedAssets: Assets with references to credentials can’t be imposed. [save.imposed]
error imposedAssets: Asset “c” is no data source; only data sources can be imposed. [save.imposed]
error imposedAssets: No asset “e” can be seen here; name a data source of this scope or above. [save.imposed]
warning exposedUrls (line 4, column 3): “exposeUrls” is stored as “exposedUrls”; write “exposedUrls”. [save.alias]
warning compute.migProfile (line 12, column 5): “compute.migProfile” is deprecated and has no effect; leave it out. [save.deprecated]
"#);
    assert_snapshot!(report(&saved(readable, &others)), @r#"
error imposedAssets: No asset “d” can be seen here; name a data source of this scope or above. [save.imposed]
error security.runAsUid: Default of security.runAsUid (100) must not be less than 400 [save.compliance]
warning ports.instances: No default item of “ports.instances” has the locked key “web”. [save.locked]
warning compute.gpuDevicesRequest: Rules for “compute.gpuDevicesRequest” are overridden by the policy of account “acme”. [save.shadowed]
warning security.runAsUid: Default of security.runAsUid (200) in the policy of project “vision” must not be less than 400. [save.descendant]
"#);
}
