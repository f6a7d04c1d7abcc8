//! Nodes and volumes as text, and which reach which.

use serde_json::json;

use super::*;

/// Nodes as `NAME KEY=VALUE…`, and the terms of one volume, each with its expressions as `KEY OPERATOR VALUE…`.
fn reached(nodes: &str, terms: &[&str]) -> String {
    let nodes = nodes.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let mut words = line.split(' ');
        let name = words.next();
        let labels: BTreeMap<_, _> = words.filter_map(|word| word.split_once('=')).collect();
        json!({"metadata": {"name": name, "labels": labels}})
    });
    let nodes: Vec<Node> = nodes.map(|node| serde_json::from_value(node).unwrap()).collect();
    let term = |term: &&str| {
        let one = |text: &str| {
            let words: Vec<_> = text.trim().split(' ').collect();
            json!({"key": words[0], "operator": words[1], "values": words[2..]})
        };
        let parts = term.split(',').map(str::trim).filter(|part| !part.is_empty());
        let (fields, labels): (Vec<_>, Vec<_>) =
            parts.partition(|part| part.starts_with("metadata."));
        let list = |parts: Vec<&str>| parts.into_iter().map(one).collect::<Vec<_>>();
        json!({"matchExpressions": list(labels), "matchFields": list(fields)})
    };
    let terms: Vec<_> = terms.iter().map(term).collect();
    let volume = json!({"metadata": {"name": "pv"},
        "spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}});
    let claim = |name: &str, volume: Option<&str>| {
        let claim =
            json!({"metadata": {"name": name, "namespace": "ns"}, "spec": {"volumeName": volume}});
        serde_json::from_value::<PersistentVolumeClaim>(claim).unwrap()
    };
    let claims = [claim("waits", None), claim("data", Some("pv")), claim("far", Some("other"))];
    let volume = serde_json::from_value::<PersistentVolume>(volume).unwrap();
    let told = reaches(claims.iter(), [&volume].into_iter(), nodes.iter());
    let one = |reach: Reach| {
        let nodes: Vec<_> = reach.nodes.iter().map(ToString::to_string).collect();
        format!("{}/{}: {}", reach.namespace, reach.claim, nodes.join(" "))
    };
    told.into_iter().map(one).collect::<Vec<_>>().join(", ")
}

const NODES: &str = "
    a kubernetes.io/hostname=a zone=1 size=8
    b kubernetes.io/hostname=b zone=1 size=16
    c kubernetes.io/hostname=c zone=2
    d kubernetes.io/hostname=d
";

#[test]
fn a_volume_says_from_where_it_can_be_reached() {
    let terms: [(&str, &[&str]); 11] = [
        ("one node", &["kubernetes.io/hostname In b"]),
        ("a zone", &["zone In 1"]),
        ("both, as one term", &["zone In 1 2, kubernetes.io/hostname NotIn a"]),
        ("either, as two terms", &["zone In 2", "metadata.name In a"]),
        ("without a zone", &["zone DoesNotExist"]),
        ("large", &["size Gt 8"]),
        ("small", &["size Lt 9"]),
        ("an empty term", &[""]),
        ("a node that is gone", &["kubernetes.io/hostname In z"]),
        ("an operator of tomorrow", &["zone Near 1"]),
        ("everywhere", &["kubernetes.io/hostname Exists"]),
    ];
    let told = terms.map(|(what, terms)| format!("{what}: {}", reached(NODES, terms)));
    insta::assert_snapshot!(told.join("\n"), @r"
    one node: ns/data: b
    a zone: ns/data: a b
    both, as one term: ns/data: b c
    either, as two terms: ns/data: a c
    without a zone: ns/data: d
    large: ns/data: b
    small: ns/data: a
    an empty term: ns/data: 
    a node that is gone: ns/data: 
    an operator of tomorrow: ns/data: 
    everywhere: 
    ");
}
