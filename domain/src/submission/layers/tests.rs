//! Layers over one another, printed value by value with who gave it; and what always holds.

use proptest::prelude::*;

use super::*;

fn layer(source: &str, json: &str) -> Layer {
    let source = match source {
        "you" => FieldSource::You,
        name if name.starts_with("template") => FieldSource::Template { name: name.into() },
        name => FieldSource::Asset { name: name.into() },
    };
    Layer { source, values: serde_json::from_str(json).unwrap() }
}

/// Every value that comes out, and who gave it.
fn told(layers: &[Layer]) -> String {
    let laid = lay(layers);
    let value = serde_json::to_value(&laid.submission).unwrap();
    let lines = laid.sources.0.iter().map(|(path, source)| {
        let who = match source {
            FieldSource::You => "you",
            FieldSource::Template { name } | FieldSource::Asset { name } => name,
            _ => "?",
        };
        let path = path.trim_start_matches("spec.");
        let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
        format!("{path} = {} ({who})", value.pointer(&pointer).unwrap_or(&Value::Null))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_said_last_wins_field_by_field() {
    insta::assert_snapshot!(told(&[
        layer("jupyter", r#"{"image": "jupyter", "command": "start", "nodePools": ["a", "b"]}"#),
        layer("half", r#"{"compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion",
            "gpuPortionRequest": 0.5, "cpuCoreRequest": 0.1}}"#),
        layer("template t", r#"{"command": "t.sh", "nodePools": ["c"]}"#),
        layer("you", r#"{"compute": {"cpuCoreRequest": 4}}"#),
    ]), @r#"
    command = "t.sh" (template t)
    compute.cpuCoreRequest = 4.0 (you)
    compute.gpuDevicesRequest = 1 (half)
    compute.gpuPortionRequest = 0.5 (half)
    compute.gpuRequestType = "portion" (half)
    image = "jupyter" (jupyter)
    nodePools = ["c"] (template t)
    "#);
}

#[test]
fn items_with_keys_meet_and_others_are_added() {
    insta::assert_snapshot!(told(&[
        layer("jupyter", r#"{
            "environmentVariables": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"},
                {"name": "C", "value": "1"}],
            "exposedUrls": [{"name": "Jupyter", "container": 8888, "toolType": "jupyter-notebook",
                "authorizationType": "authorizedGroups", "authorizedGroups": ["g"]}],
            "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoExecute"}]}"#),
        layer("you", r#"{
            "environmentVariables": [{"name": "B", "secret": {"name": "s", "key": "k"}},
                {"name": "C", "exclude": true}, {"name": "D", "value": ""}],
            "exposedUrls": [{"container": 8888, "authorizationType": "authorizedUsers",
                "authorizedUsers": ["a@b.c"]}],
            "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]}"#),
    ]), @r#"
    environmentVariables[0].name = "A" (jupyter)
    environmentVariables[0].value = "1" (jupyter)
    environmentVariables[1].name = "B" (jupyter)
    environmentVariables[1].secret.key = "k" (you)
    environmentVariables[1].secret.name = "s" (you)
    environmentVariables[2].exclude = true (you)
    environmentVariables[2].name = "C" (you)
    environmentVariables[3].name = "D" (you)
    environmentVariables[3].value = "" (you)
    exposedUrls[0].authorizationType = "authorizedUsers" (you)
    exposedUrls[0].authorizedUsers = ["a@b.c"] (you)
    exposedUrls[0].container = 8888 (jupyter)
    exposedUrls[0].name = "Jupyter" (jupyter)
    exposedUrls[0].toolType = "jupyter-notebook" (jupyter)
    tolerations[0].effect = "NoExecute" (jupyter)
    tolerations[0].key = "gpu" (jupyter)
    tolerations[0].operator = "Exists" (jupyter)
    tolerations[1].effect = "NoSchedule" (you)
    tolerations[1].key = "gpu" (you)
    tolerations[1].operator = "Exists" (you)
    "#);
}

#[test]
fn a_choice_made_anew_takes_what_went_with_the_old_one_along() {
    insta::assert_snapshot!(told(&[
        layer("half", r#"{"compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion",
            "gpuPortionRequest": 0.5}, "security": {"uidGidSource": "custom", "runAsUid": 7,
            "capabilities": ["CHOWN"]}}"#),
        layer("you", r#"{"compute": {"gpuRequestType": "memory", "gpuMemoryRequest": "4G"},
            "security": {"uidGidSource": "fromTheImage"}}"#),
    ]), @r#"
    compute.gpuDevicesRequest = 1 (half)
    compute.gpuMemoryRequest = "4G" (you)
    compute.gpuRequestType = "memory" (you)
    security.capabilities = ["CHOWN"] (half)
    security.uidGidSource = "fromTheImage" (you)
    "#);
}

#[test]
fn what_was_removed_below_may_be_given_anew_above() {
    insta::assert_snapshot!(told(&[
        layer("jupyter", r#"{"labels": [{"name": "a", "value": "1"}]}"#),
        layer("template t", r#"{"labels": [{"name": "a", "exclude": true}]}"#),
        layer("you", r#"{"labels": [{"name": "a", "value": "2"}]}"#),
    ]), @r#"
    labels[0].name = "a" (you)
    labels[0].value = "2" (you)
    "#);
}

#[test]
fn volumes_meet_by_name_and_two_names_never_do() {
    insta::assert_snapshot!(told(&[
        layer("data", r#"{"storage": {"nfs": [{"name": "data", "server": "s", "path": "/x",
            "mountPath": "/data"}]}}"#),
        layer("more", r#"{"storage": {"nfs": [{"name": "more", "server": "s", "path": "/y",
            "mountPath": "/data"}]}}"#),
        layer("you", r#"{"storage": {"nfs": [{"name": "more", "mountPath": "/more"}]}}"#),
    ]), @r#"
    storage.nfs[0].mountPath = "/data" (data)
    storage.nfs[0].name = "data" (data)
    storage.nfs[0].path = "/x" (data)
    storage.nfs[0].server = "s" (data)
    storage.nfs[1].mountPath = "/more" (you)
    storage.nfs[1].name = "more" (more)
    storage.nfs[1].path = "/y" (more)
    storage.nfs[1].server = "s" (more)
    "#);
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[a-c]{1,2}")
}

fn anything() -> impl Strategy<Value = Submission> {
    let pair = ("[a-c]", text()).prop_map(|(name, value)| super::super::NameValue {
        name: Some(name),
        value,
        exclude: None,
    });
    let labels = proptest::option::of(proptest::collection::vec(pair, 0..4));
    let compute =
        (proptest::option::of(0_i64..4), text()).prop_map(|(gpus, memory)| super::super::Compute {
            gpu_devices_request: gpus,
            cpu_memory_request: memory,
            ..Default::default()
        });
    (text(), text(), labels, proptest::option::of(compute)).prop_map(
        |(image, command, labels, compute)| Submission {
            image,
            command,
            labels,
            compute,
            ..Submission::default()
        },
    )
}

proptest! {
    #[test]
    fn one_layer_comes_out_as_it_went_in(values in anything()) {
        let laid = lay(&[Layer { source: FieldSource::You, values: values.clone() }]);
        prop_assert_eq!(laid.submission, values);
        prop_assert!(laid.sources.0.values().all(|source| *source == FieldSource::You));
    }

    #[test]
    fn every_value_has_a_source_and_every_source_a_value(a in anything(), b in anything()) {
        let below = FieldSource::Asset { name: "below".into() };
        let laid = lay(&[
            Layer { source: below, values: a },
            Layer { source: FieldSource::You, values: b.clone() },
        ]);
        let mut all = Sources::default();
        fill(&mut all, &laid.submission, &FieldSource::Platform);
        prop_assert!(all.0.keys().eq(laid.sources.0.keys()));
        if b.image.is_some() {
            prop_assert_eq!(&laid.submission.image, &b.image);
            prop_assert_eq!(laid.sources.of("spec.image"), Some(&FieldSource::You));
        }
    }

    #[test]
    fn saying_it_again_changes_nothing(a in anything(), b in anything()) {
        let of = |values: &Submission| Layer { source: FieldSource::You, values: values.clone() };
        let once = lay(&[of(&a), of(&b)]).submission;
        let twice = lay(&[of(&once), of(&b)]).submission;
        // A list may name an item twice; it meets the first of its name alone.
        let unique = |s: &Submission| {
            let names: Vec<_> = s.labels.iter().flatten().map(|l| &l.name).collect();
            names.iter().collect::<std::collections::BTreeSet<_>>().len() == names.len()
        };
        prop_assume!(unique(&a) && unique(&b));
        prop_assert_eq!(once, twice);
    }
}

#[test]
fn a_complete_submission_keeps_what_it_says_and_tells_where_that_comes_from() {
    let layers = [
        layer(
            "jupyter",
            r#"{"image": "jupyter", "command": "start", "environmentVariables":
            [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}"#,
        ),
        layer(
            "you",
            r#"{"image": "jupyter", "args": "--x", "environmentVariables":
            [{"name": "B", "value": "3"}]}"#,
        ),
    ];
    let Laid { submission, sources } = explained(&layers);
    assert_eq!(submission, layers[1].values);
    let told = sources.0.iter().map(|(path, source)| format!("{path}: {source}"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    spec.args: you
    spec.environmentVariables[0].name: asset jupyter
    spec.environmentVariables[0].value: you
    spec.image: asset jupyter
    ");
}
