//! What people see of a policy, a story each: the form, its explanations, what a change of project
//! tells, and the table of VIEW POLICY.

use domain::{
    ScopeLevel,
    policy::{
        Effective, FieldView, FormView, ImposedName, Layer, Source, changed, form, policy_table,
        resolve, system,
    },
};
use insta::assert_snapshot;

use crate::given::{WORKSPACE, assets, layer, value};

fn author(source: &Source) -> Option<String> {
    (!source.is_system()).then(|| "ada@example.com".to_owned())
}

fn effective(layers: &[Layer]) -> Effective {
    Effective::of(WORKSPACE, layers.iter().chain([&system(WORKSPACE)]))
}

fn of_cluster(policy: &str) -> Effective {
    effective(&[layer(ScopeLevel::Cluster, policy)])
}

fn seen(effective: &Effective, submission: &str) -> FormView {
    let view = form(&resolve(effective, &value(submission), &assets), &author);
    // It crosses to the browser whole.
    let text = serde_json::to_string(&view).expect("plain data");
    assert_eq!(serde_json::from_str::<FormView>(&text).expect("what was written"), view);
    view
}

/// A control as a line of words.
fn told(field: &FieldView) -> String {
    let mut line = format!("{} [{:?}]", field.label, field.input);
    let mut say = |what: &str, value: Option<String>| {
        line.extend(value.map(|value| format!(" | {what} {value}")));
    };
    say("holds", field.value.as_ref().map(|value| value.to_string()));
    say("read-only:", field.read_only.clone());
    say("required:", field.required.clone());
    let options = field.options.iter().map(|option| match &option.closed {
        Some(_) => format!("({})", option.label),
        None => option.label.clone(),
    });
    let options: Vec<_> = options.collect();
    say("options", (!options.is_empty()).then(|| options.join(" ")));
    say("help:", field.help.clone());
    say("step", field.step.clone());
    let follows = field.follows.as_ref();
    say("follows", follows.map(|to| format!("{} × {}", to.label, to.factor)));
    say("can be reset", field.can_reset().then(String::new));
    line.trim_end().to_owned()
}

/// What the form says of these fields.
fn fields(effective: &Effective, submission: &str, paths: &[&str]) -> String {
    let view = seen(effective, submission);
    let line = |path: &&str| told(&view.fields[*path]);
    paths.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What the form says of a list, its rows, and a new row.
fn list(effective: &Effective, submission: &str, path: &str) -> String {
    let view = seen(effective, submission);
    let list = &view.lists[path];
    let closed = list.closed.as_deref().unwrap_or("open");
    let mut lines = vec![format!("{}: {closed}", list.label)];
    for row in &list.rows {
        let place = row.place.map(|place| format!(" typed at {place}")).unwrap_or_default();
        let removed = if row.is_removed { " removed" } else { "" };
        let locked = row.locked.as_deref().unwrap_or("free");
        lines.push(format!("- {} {:?}{place}{removed}: {locked}", row.key, row.origin));
        let said = |field: &&FieldView| field.value.is_some() || field.read_only.is_some();
        let attributes = row.attributes.values().filter(said).map(told);
        lines.extend(attributes.map(|line| format!("    {line}")));
    }
    let news = list.new_row.values().filter(|f| f.by.is_some() || f.default.is_some());
    lines.extend(news.map(|field| format!("+ {}", told(field))));
    lines.join("\n")
}

#[test]
fn a_default_is_filled_in_and_can_be_gone_back_to() {
    let policy = of_cluster("defaults: {image: ubuntu, backoffLimit: 3}");
    let paths = ["image", "backoffLimit", "command"];
    assert_snapshot!(fields(&policy, "backoffLimit: 4", &paths), @r#"
    Image [Text] | holds "ubuntu"
    Backoff limit [Integer] | holds 4 | can be reset
    Command [Text]
    "#);
    let image = &seen(&policy, "{}").fields["image"];
    assert_snapshot!(image.explanation().join("\n"), @r#"
    Policy default: “ubuntu”, of cluster “dgx-1”.
    Set by the policy of cluster “dgx-1”, written by ada@example.com.
    "#);
}

#[test]
fn whatever_is_read_only_says_why_and_whose_it_is() {
    let policy = of_cluster(
        "
defaults: {imagePullPolicy: Always, security: {supplementalGroups: '1000'}}
rules:
  imagePullPolicy: {canEdit: false}
  command: {canEdit: false}
  security: {supplementalGroups: {blocked: true}}
",
    );
    let paths = ["imagePullPolicy", "command", "security.supplementalGroups", "privileged"];
    assert_snapshot!(fields(&policy, "{}", &paths), @r#"
    Pull condition [Select] | holds "Always" | read-only: Pull condition is set to “Always” by the policy of cluster “dgx-1” and can’t be changed. | options IfNotPresent Always Never
    Command [Text] | read-only: Command can’t be set. It is disabled by the policy of cluster “dgx-1”.
    Supplementary groups [Text] | holds "1000" | read-only: Supplementary groups is blocked by the policy of cluster “dgx-1”.
    privileged [Switch] | holds false | read-only: privileged is set to “false” by the policy of the platform and can’t be changed.
    "#);
    let pull = &seen(&policy, "{}").fields["imagePullPolicy"];
    assert_snapshot!(pull.explanation().join("\n"), @r#"
    Pull condition is set to “Always” by the policy of cluster “dgx-1” and can’t be changed.
    Policy default: “Always”, of cluster “dgx-1”.
    Set by the policy of cluster “dgx-1”, written by ada@example.com.
    "#);
}

#[test]
fn ranges_steps_and_what_is_required_are_printed() {
    let policy = of_cluster(
        "
rules:
  image: {required: true}
  compute:
    gpuDevicesRequest: {min: 1, max: 4}
    cpuCoreRequest: {min: 1, max: 7, step: 2}
    cpuMemoryRequest: {max: 20G}
  backoffLimit: {min: 2}
",
    );
    let paths = [
        "image",
        "compute.gpuDevicesRequest",
        "compute.cpuCoreRequest",
        "compute.cpuMemoryRequest",
        "backoffLimit",
        "terminationGracePeriodSeconds",
    ];
    assert_snapshot!(fields(&policy, "{}", &paths), @r#"
    Image [Text] | required: Image is required by the policy of cluster “dgx-1”.
    GPU devices per pod [Integer] | help: Enter a value between 1 and 4
    CPU compute request [Number] | help: Enter a value between 1 and 7 | step 2
    CPU memory request [Quantity] | help: Enter a value of at most 20G
    Backoff limit [Integer] | help: Enter a value of at least 2
    Grace period for preemption [Integer] | holds 30 | help: Enter a value between 0 and 300
    "#);
    let cores = &seen(&policy, "{}").fields["compute.cpuCoreRequest"];
    assert_snapshot!(cores.explanation().join("\n"), @r#"
    At least 1.
    At most 7.
    In steps of 2.
    Set by the policy of cluster “dgx-1”, written by ada@example.com.
    "#);
}

#[test]
fn options_are_a_select_in_which_the_rest_is_closed_with_the_reason() {
    let policy = of_cluster(
        "
rules:
  image: {options: [{value: jupyter/base, displayed: Jupyter}, {value: ubuntu}]}
  command: {options: [{value: only}]}
  priorityClass: {options: [{value: low}, {value: high}]}
  preemptibility: {options: [{value: preemptible}]}
  nodePools: {options: [{value: a}, {value: b}]}
",
    );
    let paths = ["image", "command", "priorityClass", "preemptibility", "nodePools"];
    assert_snapshot!(fields(&policy, "{}", &paths), @r#"
    Image [Select] | options Jupyter ubuntu
    Command [Select] | holds "only" | options only
    Priority [Select] | options low high (very-low) (medium-low) (medium) (medium-high) (very-high)
    Preemptibility [Select] | holds "preemptible" | options preemptible (non-preemptible)
    Node pools [SelectMany] | options a b
    "#);
    let view = seen(&policy, "{}");
    let priority = view.fields["priorityClass"].options.iter().find(|o| o.closed.is_some());
    assert_snapshot!(priority.and_then(|option| option.closed.as_deref()).unwrap_or("-"), @"Priority must be one of: low, high.");
}

#[test]
fn a_computed_default_names_what_it_follows() {
    let policy = of_cluster(
        "rules: {compute: {cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit, factor: 0.5}}}}",
    );
    let path = ["compute.cpuCoreRequest"];
    assert_snapshot!(fields(&policy, "{}", &path), @"CPU compute request [Number] | follows CPU compute limit × 0.5");
    assert_snapshot!(fields(&policy, "compute: {cpuCoreLimit: 4}", &path), @"CPU compute request [Number] | holds 2 | follows CPU compute limit × 0.5");
    assert_snapshot!(fields(&policy, "compute: {cpuCoreLimit: 4, cpuCoreRequest: 1}", &path), @"CPU compute request [Number] | holds 1 | follows CPU compute limit × 0.5 | can be reset");
}

#[test]
fn rows_say_whether_they_are_locked_removed_or_added() {
    let policy = of_cluster(
        "
defaults:
  environmentVariables:
    instances: [{name: TEAM, value: vision}, {name: MODE, value: dev}, {name: GONE, value: x}]
rules: {environmentVariables: {instances: {locked: [TEAM]}}}
",
    );
    let typed = "environmentVariables: [{name: OWN, value: y}, {name: MODE, value: prod}, {name: GONE, exclude: true}]";
    assert_snapshot!(list(&policy, typed, "environmentVariables"), @r#"
    Environment variables: open
    - TEAM Default: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Key [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        ConfigMap name [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Instructions [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Name [Text] | holds "TEAM" | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Pod field [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Secret key [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Credential name [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Key [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Credential name [Text] | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
        Value [Text] | holds "vision" | read-only: “TEAM” is locked by the policy of cluster “dgx-1” and can’t be changed.
    - MODE Default typed at 1: free
        Name [Text] | holds "MODE"
        Value [Text] | holds "prod" | can be reset
    - GONE Default typed at 2 removed: free
        Name [Text] | holds "GONE"
        Value [Text] | holds "x"
    - OWN Typed typed at 0: free
        Name [Text] | holds "OWN"
        Value [Text] | holds "y"
    "#);
}

#[test]
fn a_closed_list_says_so_and_its_items_stay_editable() {
    let policy = of_cluster(
        "
defaults:
  storage:
    pvc:
      instances: [{name: home, path: /home, claimName: home}]
      attributes: {readOnly: true, claimInfo: {size: 5G}}
rules:
  storage:
    pvc:
      instances: {canAdd: false}
      attributes: {claimInfo: {size: {max: 10G}}}
",
    );
    assert_snapshot!(list(&policy, "{}", "storage.pvc"), @r#"
    PVC: PVC can’t be added. It is disabled by the policy of cluster “dgx-1”.
    - home Default: free
        Claim size [Quantity] | holds "5G" | help: Enter a value of at most 10G
        Claim name [Text] | holds "home"
        Name [Text] | holds "home"
        Container path [Text] | holds "/home"
        Prevent data modification [Switch] | holds true
    + Claim size [Quantity] | holds "5G" | help: Enter a value of at most 10G
    + Prevent data modification [Switch] | holds true
    "#);
}

#[test]
fn an_imposed_data_source_is_a_row_that_stays() {
    let policy = of_cluster("imposedAssets: [a]");
    assert_snapshot!(list(&policy, "{}", "storage.nfs"), @r#"
    NFS: open
    - imposed:a Imposed: Imposed by the policy of cluster “dgx-1”.
        Container path [Text] | holds "/data" | read-only: Imposed by the policy of cluster “dgx-1”.
        Name [Text] | holds "imposed:a" | read-only: Imposed by the policy of cluster “dgx-1”.
        Path [Text] | holds "/export" | read-only: Imposed by the policy of cluster “dgx-1”.
        Prevent data modification [Switch] | read-only: Imposed by the policy of cluster “dgx-1”.
        Server [Text] | holds "nfs.example" | read-only: Imposed by the policy of cluster “dgx-1”.
    "#);
}

#[test]
fn a_rule_over_an_attribute_closes_the_attribute() {
    let policy = of_cluster("
rules: {ports: {attributes: {customExternalPort: {canEdit: false}, serviceType: {options: [{value: NodePort}]}}}}
");
    assert_snapshot!(list(&policy, "ports: [{name: web, container: 80}]", "ports"), @r#"
    Tool(s): open
    - web Typed typed at 0: free
        Container port [Integer] | holds 80
        Port mode [Integer] | read-only: Port mode can’t be set. It is disabled by the policy of cluster “dgx-1”.
        Name [Text] | holds "web"
        Connection type [Select] | holds "NodePort" | options NodePort (LoadBalancer) (ClusterIP)
    + Port mode [Integer] | read-only: Port mode can’t be set. It is disabled by the policy of cluster “dgx-1”.
    + Connection type [Select] | holds "NodePort" | options NodePort (LoadBalancer) (ClusterIP)
    "#);
}

#[test]
fn a_section_without_a_choice_says_one_sentence() {
    let kinds = [
        "dataVolume",
        "hostPath",
        "git",
        "pvc",
        "nfs",
        "s3",
        "configMapVolume",
        "secretVolume",
        "emptyDirVolume",
    ];
    let rules = |kinds: &[&str]| {
        let rule = |kind: &&str| format!("{kind}: {{instances: {{canAdd: false}}}}");
        let rules: Vec<_> = kinds.iter().map(rule).collect();
        format!("rules: {{storage: {{{}}}}}", rules.join(", "))
    };
    let told = |layers: &[Layer]| {
        let view = seen(&effective(layers), "{}");
        let lines = view.sections.iter().map(|section| section.read_only.clone());
        lines.collect::<Vec<_>>().join("\n")
    };
    let most = layer(ScopeLevel::Cluster, &rules(&kinds[1..]));
    assert_snapshot!(told(std::slice::from_ref(&most)), @"");
    let rest = layer(ScopeLevel::Project, &rules(&kinds[..1]));
    assert_snapshot!(told(&[most.clone(), rest]), @"Data & storage is read-only: the policies of cluster “dgx-1” and project “vision” leave nothing to choose.");
    let all = layer(ScopeLevel::Cluster, &rules(&kinds));
    assert_snapshot!(told(&[all]), @"Data & storage is read-only: the policy of cluster “dgx-1” leaves nothing to choose.");
}

#[test]
fn another_project_tells_what_it_changes() {
    let here = of_cluster(
        "
defaults: {image: ubuntu, backoffLimit: 3, labels: {instances: [{name: team, value: vision}]}}
rules: {compute: {gpuDevicesRequest: {max: 4}}, command: {canEdit: false}}
",
    );
    let there = of_cluster("
defaults: {image: debian, environmentVariables: {instances: [{name: MODE, value: dev}]}}
rules: {compute: {gpuDevicesRequest: {max: 2}}, args: {blocked: true}, storage: {nfs: {instances: {canAdd: false}}}}
");
    let (here, there) = (seen(&here, "{}"), seen(&there, "{}"));
    assert_snapshot!(changed(&here, &there).join("\n"), @r#"
    Arguments is blocked by the policy of cluster “dgx-1”.
    Backoff limit has no policy default any more.
    Command can be changed now.
    GPU devices per pod has other policy rules now: At most 2.
    Image has the policy default “debian” now.
    Environment variables: the policy adds “MODE”.
    Labels: the policy does not add “team” any more.
    NFS can’t be added. It is disabled by the policy of cluster “dgx-1”.
    "#);
    assert_eq!(changed(&here, &here), Vec::<String>::new());
}

#[test]
fn the_table_says_what_holds_and_whose_it_is() {
    let layers = [
        layer(ScopeLevel::Cluster, "
defaults: {storage: {git: {attributes: {branch: main}}}}
rules: {compute: {gpuDevicesRequest: {min: 1, max: 4}, cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit, factor: 0.5}}}, image: {options: [{value: jupyter/base, displayed: Jupyter}]}}
imposedAssets: [a]
"),
        layer(ScopeLevel::Project, "
defaults: {compute: {gpuDevicesRequest: 2}, storage: {nfs: {instances: [{name: data, server: s, path: /x, mountPath: /data2}]}}}
rules: {storage: {nfs: {instances: {locked: [data], canAdd: false}}}}
"),
    ];
    let names =
        |id: &str| (id == "a").then(|| ImposedName { name: "shared".into(), kind: "NFS".into() });
    let table = policy_table(&effective(&layers), &author, &names);
    let mut lines = Vec::new();
    for section in &table.sections {
        lines.push(section.title.clone());
        for row in &section.rows {
            let kind = row.kind.as_deref().unwrap_or("");
            let default = row.default.as_deref().unwrap_or("");
            let rules = row.rules.join("; ");
            let source = row.source();
            lines.push(format!("  {} | {kind} | {default} | {rules} | {source}", row.parameter));
        }
    }
    assert_snapshot!(lines.join("\n"), @r#"
    Environment
      Image |  |  | One of Jupyter (jupyter/base) | cluster “dgx-1”
      privileged |  | false | Can’t be changed | the platform
    Compute resources
      GPU devices per pod |  | 2 | At least 1; At most 4 | default: project “vision”; rule: cluster “dgx-1”
      CPU compute request |  |  | Follows CPU compute limit, times 0.5 | cluster “dgx-1”
    Data & storage
      Git: Branch | Git | main |  | cluster “dgx-1”
      NFS | NFS |  | No others can be added; Locked: data | project “vision”
      NFS: data | NFS | Path: /x, Server: s, Container path: /data2 |  | project “vision”
      Data source: shared | NFS |  | Imposed | cluster “dgx-1”
    General
      Grace period for preemption |  | 30 | At least 0; At most 300 | the platform
    "#);
}
