//! Submissions against policies, one story a rule: what comes out, or what is said.

use domain::policy::{Effective, controls, evaluate_submitted, explain, resolve, system};
use domain::{
    ScopeLevel,
    submission::{FieldSource, Sources},
};
use insta::assert_snapshot;

use crate::given::{WORKSPACE, assets, cluster, layer, no_assets, submitted, told, value};

#[test]
fn only_blocked_is_told_of_a_field_that_breaks_both() {
    let policy = cluster(
        "{defaults: {image: a}, rules: {image: {blocked: true, canEdit: false, options: [{value: a}]}}}",
    );
    assert_snapshot!(submitted(&policy, "image: b"), @"image: Image is blocked by the policy of cluster “dgx-1”. [policy.blocked]");
    assert_snapshot!(submitted(&policy, "image: a"), @"image: Image is blocked by the policy of cluster “dgx-1”. [policy.blocked]");
    assert_snapshot!(submitted(&policy, "{image: null}"), @r#"{"image":"a","privileged":false,"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn every_rule_of_a_value_is_told() {
    let policy = cluster(
        "rules: {compute: {cpuCoreRequest: {min: 1, max: 3, step: 0.5}, cpuMemoryRequest: {max: 2G}}}",
    );
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreRequest: 3.3, cpuMemoryRequest: lots}"), @r#"
compute.cpuCoreRequest: CPU compute request must not be greater than 3 (requested 3.3). [policy.max]
compute.cpuCoreRequest: CPU compute request must be one of 1, 1.5, 2, 2.5, 3. [policy.step]
compute.cpuMemoryRequest: CPU memory request must not be greater than 2G (requested lots). [policy.max]
"#);
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreRequest: 2.5, cpuMemoryRequest: 2000000000}"), @r#"{"compute":{"cpuCoreRequest":2.5,"cpuMemoryRequest":"2000000000"},"privileged":false,"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn long_grids_are_told_by_their_beginning() {
    let policy = cluster(
        "rules: {compute: {cpuCoreRequest: {step: 0.1}, cpuCoreLimit: {min: 2, max: 3, step: 0.25}, gpuDevicesRequest: {max: 8, step: 1}}, backoffLimit: {step: 7, max: 50}}",
    );
    assert_snapshot!(submitted(&policy, "{compute: {cpuCoreRequest: 0.25, cpuCoreLimit: 2.1, gpuDevicesRequest: 9}, backoffLimit: 50}"), @r#"
compute.gpuDevicesRequest: GPU devices per pod must not be greater than 8 (requested 9). [policy.max]
compute.cpuCoreRequest: CPU compute request must be one of 0, 0.1, 0.2… [policy.step]
compute.cpuCoreLimit: CPU compute limit must be one of 2, 2.25, 2.5, 2.75, 3. [policy.step]
backoffLimit: Backoff limit must be one of 0, 7, 14, 21, 28, 35, 42, 49. [policy.step]
"#);
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreRequest: 0.30000000000000004}"), @r#"{"compute":{"cpuCoreRequest":0.30000000000000004},"privileged":false,"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn empty_is_not_absent() {
    let policy = cluster(
        "{defaults: {nodePools: [p], image: a}, rules: {nodePools: {canEdit: false}, image: {required: true}, security: {supplementalGroups: {required: true}, capabilities: {required: true}}}}",
    );
    assert_snapshot!(submitted(&policy, "{nodePools: [], image: '', security: {supplementalGroups: '', capabilities: []}}"), @r#"
image: Image is required by the policy of cluster “dgx-1”. [policy.required]
security.capabilities: Linux capabilities is required by the policy of cluster “dgx-1”. [policy.required]
nodePools: Node pools is set to “p” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
"#);
    assert_snapshot!(submitted(&policy, "{nodePools: [p], security: {supplementalGroups: '', capabilities: [KILL]}}"), @r#"{"image":"a","nodePools":["p"],"privileged":false,"security":{"capabilities":["KILL"],"supplementalGroups":""},"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn values_are_compared_by_what_they_mean() {
    let policy = cluster(
        "{defaults: {compute: {cpuMemoryRequest: 1G, cpuCoreRequest: 2}, nodeAffinityRequired: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}]}}, rules: {compute: {cpuMemoryRequest: {canEdit: false}, cpuCoreRequest: {canEdit: false}}, nodeAffinityRequired: {canEdit: false}}}",
    );
    assert_snapshot!(submitted(&policy, "{compute: {cpuMemoryRequest: 1000M, cpuCoreRequest: 2.0}, nodeAffinityRequired: {nodeSelectorTerms: [{matchExpressions: [{values: ['1'], operator: Gt, key: a}]}]}}"), @r#"{"compute":{"cpuCoreRequest":2,"cpuMemoryRequest":"1000M"},"nodeAffinityRequired":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}]},"privileged":false,"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "{compute: {cpuMemoryRequest: 1Gi}, nodeAffinityRequired: {}}"), @r#"
compute.cpuMemoryRequest: CPU memory request is set to “1G” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
nodeAffinityRequired: nodeAffinityRequired is set to “{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}]}” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
"#);
}

#[test]
fn computed_defaults_follow_and_may_be_fixed() {
    let policy = cluster(
        "
rules:
  compute:
    cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit, factor: 0.5}, canEdit: false}
    cpuMemoryRequest: {defaultFrom: {field: compute.cpuMemoryLimit, factor: 0.25}}
    gpuDevicesRequest: {defaultFrom: {field: cpuCoreRequest, factor: 0.5}}
",
    );
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreLimit: 5, cpuMemoryLimit: 10Gi}"), @r#"{"compute":{"cpuCoreLimit":5,"cpuCoreRequest":2.5,"cpuMemoryLimit":"10Gi","cpuMemoryRequest":"2560Mi","gpuDevicesRequest":1},"privileged":false,"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreLimit: 5, cpuCoreRequest: 2.5}"), @r#"{"compute":{"cpuCoreLimit":5,"cpuCoreRequest":2.5,"gpuDevicesRequest":1},"privileged":false,"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreLimit: 5, cpuCoreRequest: 2}"), @"compute.cpuCoreRequest: CPU compute request is set to “2.5” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]");
    assert_snapshot!(submitted(&policy, "compute: {cpuCoreRequest: 2}"), @"compute.cpuCoreRequest: CPU compute request can’t be set. It is disabled by the policy of cluster “dgx-1”. [policy.canEdit.noDefault]");
}

#[test]
fn items_are_known_by_their_keys() {
    let policy = cluster("
defaults:
  ports: {instances: [{container: 80, serviceType: ClusterIP}, {name: web, container: 90}], attributes: {toolType: custom}}
  tolerations: {instances: [{operator: Exists, key: gpu, effect: NoSchedule}]}
rules:
  ports: {instances: {canAdd: false, locked: [web]}}
  tolerations: {instances: {canAdd: false}}
");
    assert_snapshot!(submitted(&policy, "{ports: [{container: 80, serviceType: NodePort}], tolerations: [{operator: Exists, key: gpu, effect: NoSchedule, seconds: 5}]}"), @r#"{"ports":[{"container":80,"serviceType":"NodePort","toolType":"custom"},{"container":90,"name":"web","toolType":"custom"}],"privileged":false,"terminationGracePeriodSeconds":30,"tolerations":[{"effect":"NoSchedule","key":"gpu","operator":"Exists","seconds":5}]}"#);
    assert_snapshot!(submitted(&policy, "{ports: [{container: 90}, {name: web, container: 90, toolType: custom}, {serviceType: ClusterIP}], tolerations: [{operator: Exists, key: gpu}]}"), @r#"
ports[90]: Tool(s) can’t be added: “90” isn’t part of the policy of cluster “dgx-1”. [policy.canAdd]
ports[#2]: Tool(s) can’t be added: “#2” isn’t part of the policy of cluster “dgx-1”. [policy.canAdd]
tolerations[Exists|gpu||]: Tolerations can’t be added: “Exists|gpu||” isn’t part of the policy of cluster “dgx-1”. [policy.canAdd]
"#);
    assert_snapshot!(submitted(&policy, "ports: [{name: web, toolName: x}]"), @"ports[web]: “web” is locked by the policy of cluster “dgx-1” and can’t be changed. [policy.locked.changed]");
}

#[test]
fn keys_appear_once() {
    let policy = cluster("defaults: {environmentVariables: {instances: [{name: A, value: x}]}}");
    assert_snapshot!(submitted(&policy, "environmentVariables: [{name: A, exclude: true}, {name: A, value: y}, {name: B, value: z}, {name: B, value: z}, {name: B, value: z}]"), @r#"
environmentVariables[A]: “A” appears more than once. [policy.item.duplicate]
environmentVariables[B]: “B” appears more than once. [policy.item.duplicate]
"#);
    assert_snapshot!(submitted(&policy, "environmentVariables: [{name: A, exclude: true}, {name: C, exclude: true}]"), @r#"{"privileged":false,"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn sources_of_a_variable_replace_each_other() {
    let policy = cluster(
        "defaults: {environmentVariables: {instances: [{name: A, value: x, description: d}, {name: B, secret: {name: s, key: k}}]}}",
    );
    assert_snapshot!(submitted(&policy, "environmentVariables: [{name: A, secret: {name: s, key: k}}, {name: B, secret: {key: other}}]"), @r#"{"environmentVariables":[{"description":"d","name":"A","secret":{"key":"k","name":"s"}},{"name":"B","secret":{"key":"other","name":"s"}}],"privileged":false,"terminationGracePeriodSeconds":30}"#);
}

#[test]
fn nested_attributes_are_overridden_leaf_by_leaf() {
    let policy = cluster(
        "{defaults: {storage: {pvc: {instances: [{name: a, path: /a, claimInfo: {size: 1G, storageClass: fast, accessModes: {readWriteOnce: true}}}], attributes: {claimInfo: {size: 5G}}}}}, rules: {storage: {pvc: {attributes: {claimInfo: {size: {max: 10G}, storageClass: {canEdit: false}}}}}}}",
    );
    assert_snapshot!(submitted(&policy, "storage: {pvc: [{name: a, claimInfo: {size: 2G}}, {name: b, path: /b}]}"), @r#"{"privileged":false,"storage":{"pvc":[{"claimInfo":{"accessModes":{"readWriteOnce":true},"size":"2G","storageClass":"fast"},"name":"a","path":"/a"},{"claimInfo":{"size":"5G"},"name":"b","path":"/b"}]},"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "storage: {pvc: [{name: a, claimInfo: {storageClass: slow}}, {path: /b, claimInfo: {storageClass: slow, size: 11G}}]}"), @r#"
storage.pvc[a].claimInfo.storageClass: Storage class is set to “fast” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
storage.pvc[#1].claimInfo.size: Claim size must not be greater than 10G (requested 11G). [policy.max]
storage.pvc[#1].claimInfo.storageClass: Storage class can’t be set. It is disabled by the policy of cluster “dgx-1”. [policy.canEdit.noDefault]
"#);
}

#[test]
fn attributes_have_the_rules_of_their_kind() {
    let policy = cluster("
defaults: {ports: {attributes: {serviceType: ClusterIP}}}
rules:
  ports: {attributes: {serviceType: {canEdit: false}, container: {min: 1024}, customExternalPort: {canEdit: false}, toolName: {required: true}}}
  exposedUrls: {attributes: {authorizedUsers: {options: [{value: a}]}, customUrl: {blocked: true}}}
  compute: {extendedResources: {attributes: {quantity: {max: 4}}}}
  tolerations: {attributes: {seconds: {required: true, max: 60}}}
");
    assert_snapshot!(submitted(&policy, "{ports: [{name: a, container: 80, serviceType: NodePort, external: 30000}], exposedUrls: [{container: 1, authorizedUsers: [a, b], url: 'https://x'}], compute: {extendedResources: [{resource: r, quantity: 5}, {resource: s, quantity: 4000m}]}, tolerations: [{key: k}]}"), @r#"
exposedUrls[1].url: URL mode is blocked by the policy of cluster “dgx-1”. [policy.blocked]
exposedUrls[1].authorizedUsers: Access must be one of: a. [policy.options]
ports[a].container: Container port must not be less than 1024 (requested 80). [policy.min]
ports[a].serviceType: Connection type is set to “ClusterIP” by the policy of cluster “dgx-1” and can’t be changed. [policy.canEdit]
ports[a].external: Port mode can’t be set. It is disabled by the policy of cluster “dgx-1”. [policy.canEdit.noDefault]
ports[a].toolName: Tool is required by the policy of cluster “dgx-1”. [policy.required]
compute.extendedResources[r].quantity: Quantity must not be greater than 4 (requested 5). [policy.max]
tolerations[|k||].seconds: Seconds is required by the policy of cluster “dgx-1”. [policy.required]
"#);
}

#[test]
fn imposed_data_sources_are_mounted_and_stay() {
    let policy = cluster(
        "{imposedAssets: [a, gone, c], rules: {storage: {nfs: {instances: {canAdd: false}, attributes: {server: {options: [{value: other}]}}}}}, defaults: {storage: {nfs: {attributes: {readOnly: true}}}}}",
    );
    assert_snapshot!(submitted(&policy, "{}"), @r#"{"privileged":false,"storage":{"nfs":[{"mountPath":"/data","name":"imposed:a","path":"/export","server":"nfs.example"}]},"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "storage: {nfs: [{name: 'imposed:a', server: nfs.example, path: /export, mountPath: /data}]}"), @r#"{"privileged":false,"storage":{"nfs":[{"mountPath":"/data","name":"imposed:a","path":"/export","server":"nfs.example"}]},"terminationGracePeriodSeconds":30}"#);
    assert_snapshot!(submitted(&policy, "storage: {nfs: [{name: 'imposed:a', exclude: true}]}"), @"storage.nfs[imposed:a]: “imposed:a” is locked by the policy of cluster “dgx-1” and can’t be removed. [policy.locked.excluded]");
    assert_snapshot!(submitted(&policy, "storage: {nfs: [{name: 'imposed:a', path: /other}], emptyDirVolume: [{path: /data/./}], git: [{name: g, path: /database}]}"), @r#"
storage.nfs[imposed:a]: “imposed:a” is locked by the policy of cluster “dgx-1” and can’t be changed. [policy.locked.changed]
storage.emptyDirVolume[#0]: Container path “/data” is used by a data source imposed by the policy of cluster “dgx-1”. [policy.imposed.collision]
"#);
    let own = cluster(
        "{imposedAssets: [a], defaults: {storage: {hostPath: {instances: [{name: h, path: /x, mountPath: /data}]}}}}",
    );
    assert_snapshot!(submitted(&own, "{}"), @"storage.hostPath[h]: Container path “/data” is used by a data source imposed by the policy of cluster “dgx-1”. [policy.imposed.collision]");
}

#[test]
fn scopes_take_precedence_by_kind() {
    let chain = [
        system(WORKSPACE),
        layer(
            ScopeLevel::Account,
            "{defaults: {image: t, labels: {instances: [{name: a, value: t}, {name: b, value: t}]}}, rules: {image: {options: [{value: t}]}, compute: {gpuDevicesRequest: {max: 1}}}, imposedAssets: [a]}",
        ),
        layer(
            ScopeLevel::Cluster,
            "{rules: {compute: {gpuDevicesRequest: {max: 2}, extendedResources: {instances: {canAdd: false}}}, terminationGracePeriodSeconds: {max: 900}}}",
        ),
        layer(
            ScopeLevel::Project,
            "{defaults: {image: p, labels: {instances: [{name: a, value: p}], attributes: null}}, rules: {image: {options: [{value: p}]}, compute: {extendedResources: {instances: {canAdd: true}}}}, imposedAssets: [a, d]}",
        ),
    ];
    let effective = Effective::of(WORKSPACE, &chain);
    assert_snapshot!(effective.to_value(domain::policy::source_of_rule), @r#"{"defaults":{"image":"p","labels":{"instances":[{"name":"a","value":"p"},{"name":"b","value":"t"}]},"privileged":false,"terminationGracePeriodSeconds":30},"imposedAssets":["a","d"],"rules":{"compute":{"extendedResources":{"instances":{"canAdd":false,"sourceOfRule":{"scope":"cluster"}}},"gpuDevicesRequest":{"max":1,"sourceOfRule":{"scope":"tenant"}}},"image":{"options":[{"value":"p"}],"sourceOfRule":{"scope":"project"}},"privileged":{"canEdit":false,"sourceOfRule":{"isFallback":true,"scope":"system"}},"terminationGracePeriodSeconds":{"max":900,"sourceOfRule":{"scope":"cluster"}}}}"#);
    assert_snapshot!(submitted(&effective, "{compute: {gpuDevicesRequest: 2, extendedResources: [{resource: r, quantity: 1}]}, terminationGracePeriodSeconds: 901, image: t}"), @r#"
image: Image must be one of: p. [policy.options]
compute.gpuDevicesRequest: GPU devices per pod must not be greater than 1 (requested 2). [policy.max]
terminationGracePeriodSeconds: Grace period for preemption must not be greater than 900 (requested 901). [policy.max]
compute.extendedResources[r]: Extended resources can’t be added: “r” isn’t part of the policy of cluster “dgx-1”. [policy.canAdd]
"#);
}

#[test]
fn every_value_knows_where_it_came_from() {
    let policy = cluster(
        "{defaults: {imagePullPolicy: Always, labels: {instances: [{name: a, value: b}]}, storage: {git: {attributes: {branch: main}}}}, rules: {imagePullPolicy: {canEdit: false}, labels: {instances: {locked: [a]}}}, imposedAssets: [a]}",
    );
    let submission = value(
        "{image: x, command: c, labels: [{name: gone, exclude: true}, {name: c, value: d}], storage: {git: [{name: g, path: /c}]}, nodeAffinityRequired: {nodeSelectorTerms: []}}",
    );
    let resolution = resolve(&policy, &submission, &assets);
    let template = FieldSource::Template { name: "t".into() };
    let given = [
        ("spec.command", template.clone()),
        ("spec.labels[1].value", template),
        ("spec.nodeAffinityRequired.nodeSelectorTerms", FieldSource::Asset { name: "a".into() }),
    ];
    let given = given.map(|(path, source)| (path.to_owned(), source));
    let sources = resolution.sources(&Sources(given.into_iter().collect()));
    let lines: Vec<_> =
        sources.0.iter().map(|(path, source)| format!("{path}: {source:?}")).collect();
    assert_snapshot!(lines.join("\n"), @r#"
spec.command: Template { name: "t" }
spec.image: You
spec.imagePullPolicy: Policy { scope: Cluster, name: "dgx-1", rule: Forced }
spec.labels[0].name: Policy { scope: Cluster, name: "dgx-1", rule: Forced }
spec.labels[0].value: Policy { scope: Cluster, name: "dgx-1", rule: Forced }
spec.labels[1].name: You
spec.labels[1].value: Template { name: "t" }
spec.nodeAffinityRequired.nodeSelectorTerms: Asset { name: "a" }
spec.privileged: Policy { scope: System, name: "", rule: Forced }
spec.storage.git[0].branch: Policy { scope: Cluster, name: "dgx-1", rule: Default }
spec.storage.git[0].name: You
spec.storage.git[0].path: You
spec.storage.nfs[0].mountPath: Policy { scope: Cluster, name: "dgx-1", rule: Imposed }
spec.storage.nfs[0].name: Policy { scope: Cluster, name: "dgx-1", rule: Imposed }
spec.storage.nfs[0].path: Policy { scope: Cluster, name: "dgx-1", rule: Imposed }
spec.storage.nfs[0].server: Policy { scope: Cluster, name: "dgx-1", rule: Imposed }
spec.terminationGracePeriodSeconds: Policy { scope: System, name: "", rule: Default }
"#);
}

#[test]
fn the_form_shows_what_the_policy_wants() {
    let policy = cluster("
defaults:
  image: a
  imagePullPolicy: Never
  labels: {instances: [{name: l, value: v}]}
rules:
  image: {blocked: true}
  imagePullPolicy: {canEdit: false}
  command: {canEdit: false}
  priorityClass: {options: [{value: low, displayed: Low}]}
  backoffLimit: {min: 2, step: 2}
  compute: {cpuMemoryRequest: {max: 2G, required: true}, cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit}}}
  labels: {instances: {locked: [l]}}
  storage: {pvc: {instances: {canAdd: false}}}
  ports: {attributes: {customExternalPort: {blocked: true}, container: {min: 1024, max: 2048}}}
imposedAssets: [a]
");
    let submission = value(
        "{compute: {cpuCoreLimit: 4}, ports: [{name: web, container: 80}], labels: [{name: m, value: w}]}",
    );
    let resolution = resolve(&policy, &submission, &assets);
    let controls = controls(&resolution);
    let lines: Vec<_> = controls
        .iter()
        .map(|(path, control)| format!("{path}: {}", serde_json::to_string(control).unwrap()))
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
backoffLimit: {"value":null,"editable":true,"required":false,"min":2,"step":2,"source":{"scope":"cluster","name":"dgx-1"},"help":"Enter a value of at least 2"}
command: {"value":null,"editable":false,"required":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"Command can’t be set. It is disabled by the policy of cluster “dgx-1”."}
compute.cpuCoreLimit: {"value":4,"editable":true,"required":false}
compute.cpuCoreRequest: {"value":4,"editable":true,"required":false,"source":{"scope":"cluster","name":"dgx-1"}}
compute.cpuMemoryRequest: {"value":null,"editable":true,"required":true,"max":"2G","source":{"scope":"cluster","name":"dgx-1"},"help":"Enter a value of at most 2G"}
image: {"value":"a","editable":false,"required":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"Image is blocked by the policy of cluster “dgx-1”."}
imagePullPolicy: {"value":"Never","editable":false,"required":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"Pull condition is set to “Never” by the policy of cluster “dgx-1” and can’t be changed."}
labels: {"value":null,"source":{"scope":"cluster","name":"dgx-1"},"canAdd":true}
labels[l]: {"value":{"name":"l","value":"v"},"editable":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"“l” is locked by the policy of cluster “dgx-1” and can’t be changed.","removable":false}
labels[l].name: {"value":"l","editable":false,"required":false,"reason":"“l” is locked by the policy of cluster “dgx-1” and can’t be changed."}
labels[l].value: {"value":"v","editable":false,"required":false,"reason":"“l” is locked by the policy of cluster “dgx-1” and can’t be changed."}
labels[m]: {"value":{"name":"m","value":"w"},"editable":true,"source":{"scope":"cluster","name":"dgx-1"},"removable":true}
labels[m].name: {"value":"m","editable":true,"required":false}
labels[m].value: {"value":"w","editable":true,"required":false}
ports: {"value":null,"canAdd":true}
ports[web]: {"value":{"container":80,"name":"web"},"editable":true,"removable":true}
ports[web].container: {"value":80,"editable":true,"required":false,"min":1024,"max":2048,"source":{"scope":"cluster","name":"dgx-1"},"help":"Enter a value between 1024 and 2048"}
ports[web].external: {"value":null,"editable":false,"required":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"Port mode is blocked by the policy of cluster “dgx-1”."}
ports[web].name: {"value":"web","editable":true,"required":false}
priorityClass: {"value":"low","editable":true,"required":false,"options":[{"value":"low","label":"Low"}],"source":{"scope":"cluster","name":"dgx-1"}}
privileged: {"value":false,"editable":false,"required":false,"source":{"scope":"system","name":""},"reason":"privileged is set to “false” by the policy of the platform and can’t be changed."}
storage.nfs: {"value":null,"canAdd":true}
storage.nfs[imposed:a]: {"value":{"mountPath":"/data","name":"imposed:a","path":"/export","server":"nfs.example"},"editable":false,"source":{"scope":"cluster","name":"dgx-1"},"reason":"Imposed by the policy of cluster “dgx-1”.","removable":false}
storage.nfs[imposed:a].mountPath: {"value":"/data","editable":false,"required":false,"reason":"Imposed by the policy of cluster “dgx-1”."}
storage.nfs[imposed:a].name: {"value":"imposed:a","editable":false,"required":false,"reason":"Imposed by the policy of cluster “dgx-1”."}
storage.nfs[imposed:a].path: {"value":"/export","editable":false,"required":false,"reason":"Imposed by the policy of cluster “dgx-1”."}
storage.nfs[imposed:a].server: {"value":"nfs.example","editable":false,"required":false,"reason":"Imposed by the policy of cluster “dgx-1”."}
storage.pvc: {"value":null,"source":{"scope":"cluster","name":"dgx-1"},"reason":"PVC can’t be added. It is disabled by the policy of cluster “dgx-1”.","canAdd":false}
terminationGracePeriodSeconds: {"value":30,"editable":true,"required":false,"min":0,"max":300,"source":{"scope":"system","name":""},"help":"Enter a value between 0 and 300"}
"#);
}

#[test]
fn the_platform_fills_in_at_the_end() {
    let effective = Effective::empty(WORKSPACE);
    let filled = |submission: &str| {
        resolve(&effective, &value(submission), &no_assets).final_spec().to_string()
    };
    assert_snapshot!(filled("{}"), @r#"{"autoDeletionTimeAfterCompletionSeconds":2592000,"backoffLimit":6,"preemptibility":"non-preemptible","priorityClass":"high"}"#);
    assert_snapshot!(filled("{image: 'registry:5000/a', priorityClass: low}"), @r#"{"autoDeletionTimeAfterCompletionSeconds":2592000,"backoffLimit":6,"image":"registry:5000/a","imagePullPolicy":"Always","preemptibility":"preemptible","priorityClass":"low"}"#);
    assert_snapshot!(filled("{image: 'registry:5000/a:2'}"), @r#"{"autoDeletionTimeAfterCompletionSeconds":2592000,"backoffLimit":6,"image":"registry:5000/a:2","imagePullPolicy":"IfNotPresent","preemptibility":"non-preemptible","priorityClass":"high"}"#);
}

#[test]
fn a_resolved_spec_is_a_submission_again() {
    let full = include_str!("full.yaml");
    let policy = cluster(full);
    let submission = domain::submission::Submission {
        image: Some("ubuntu".into()),
        node_pools: Some(vec!["pool-a".into()]),
        ..Default::default()
    };
    let spec = submission.to_spec().unwrap();
    let resolved = resolve(&policy, &spec, &assets).final_spec();
    let submission = domain::submission::Submission::from_spec(resolved.clone()).unwrap();
    assert_eq!(submission.privileged, Some(false));
    let again = resolve(&policy, &submission.to_spec().unwrap(), &assets).final_spec();
    assert_eq!(again, resolved);
}

#[test]
fn an_asset_alone_is_judged_by_what_it_says() {
    let policy = cluster(
        "rules: {image: {required: true}, compute: {gpuDevicesRequest: {max: 2}, cpuCoreLimit: {required: true}}, storage: {nfs: {attributes: {server: {required: true}}}}}",
    );
    let asset = value("{compute: {gpuDevicesRequest: 4}, storage: {nfs: [{name: n, path: /x}]}}");
    let resolution = resolve(&policy, &asset, &no_assets);
    assert_snapshot!(told(&evaluate_submitted(&resolution)), @r#"
compute.gpuDevicesRequest: GPU devices per pod must not be greater than 2 (requested 4). [policy.max]
storage.nfs[n].server: Server is required by the policy of cluster “dgx-1”. [policy.required]
"#);
}

#[test]
fn it_can_be_explained_who_rules_a_field() {
    let chain = [
        layer(
            ScopeLevel::Project,
            "{rules: {compute: {gpuDevicesRequest: {max: 4}}}, defaults: {compute: {gpuDevicesRequest: 1}, labels: {instances: [{name: a, value: p}]}}}",
        ),
        layer(
            ScopeLevel::Cluster,
            "{rules: {compute: {gpuDevicesRequest: {max: 8}}, ports: {attributes: {container: {min: 1024}}}}, defaults: {compute: {gpuDevicesRequest: 2}, labels: {instances: [{name: a, value: c}]}}}",
        ),
        system(WORKSPACE),
    ];
    let told = |path: &str| explain(WORKSPACE, &chain, path).map(|why| why.to_string());
    assert_snapshot!(told("compute.gpuDevicesRequest").unwrap_or_default(), @r#"
compute.gpuDevicesRequest: the rules farthest from the workload win, and the closest default
rule    in force    cluster “dgx-1”: {"max":8}
rule    overridden  project “vision”: {"max":4}
default overridden  cluster “dgx-1”: 2
default in force    project “vision”: 1
"#);
    assert_snapshot!(told("labels").unwrap_or_default(), @r#"
labels.instances: the rules closest to the workload win, and the closest default
default overridden  cluster “dgx-1”: [{"name":"a","value":"c"}]
default in force    project “vision”: [{"name":"a","value":"p"}]
"#);
    assert_snapshot!(told("ports.attributes.container").unwrap_or_default(), @r#"
ports.attributes.container: the rules closest to the workload win, and the closest default
rule    in force    cluster “dgx-1”: {"min":1024}
"#);
    assert_snapshot!(told("privileged").unwrap_or_default(), @r#"
privileged: the rules closest to the workload win, and the closest default
rule    in force    the platform: {"canEdit":false}
default in force    the platform: false
"#);
    assert_eq!(told("ports.attributes.colour"), None);
}

#[test]
fn a_flood_of_items_is_answered_like_any_other() {
    let items: Vec<_> = (0..20_000).map(|n| format!("{{name: V{}}}", n / 2)).collect();
    let policy = cluster("rules: {environmentVariables: {instances: {canAdd: false}}}");
    let file = domain::policy::Limits::FILE;
    let text = format!("environmentVariables: [{}]", items.join(","));
    let submission = domain::policy::parse(&text, file).unwrap().to_value();
    let begin = std::time::Instant::now();
    let violations = domain::policy::evaluate(&resolve(&policy, &submission, &no_assets));
    assert_eq!(violations.len(), 20_000);
    assert!(begin.elapsed() < std::time::Duration::from_secs(5), "{:?}", begin.elapsed());
}
