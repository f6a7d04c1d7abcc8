//! From which nodes the volumes of claims can be reached, as the volumes themselves say. Pure.

use std::collections::{BTreeMap, BTreeSet};

use domain::NodeName;
use k8s_openapi::api::core::v1::{
    Node, NodeSelectorRequirement, NodeSelectorTerm, PersistentVolume, PersistentVolumeClaim,
};

use crate::Reach;

/// The one field by which nodes can be chosen.
const NAME_FIELD: &str = "metadata.name";

/// Every claim whose volume cannot be reached from each node, by namespace and name.
pub fn reaches<'a>(
    claims: impl Iterator<Item = &'a PersistentVolumeClaim>,
    volumes: impl Iterator<Item = &'a PersistentVolume>,
    nodes: impl Iterator<Item = &'a Node>,
) -> Vec<Reach> {
    let mut chooser = Chooser { nodes: nodes.collect(), by_label: BTreeMap::new() };
    let chosen_by = |volume: &'a PersistentVolume| {
        let affinity = volume.spec.as_ref()?.node_affinity.as_ref()?;
        Some((volume.metadata.name.as_deref()?, &affinity.required.as_ref()?.node_selector_terms))
    };
    let terms: BTreeMap<&str, &Vec<NodeSelectorTerm>> = volumes.filter_map(chosen_by).collect();
    let reach = |claim: &PersistentVolumeClaim| {
        let volume = claim.spec.as_ref()?.volume_name.as_deref()?;
        let nodes = chooser.chosen(terms.get(volume)?);
        let (namespace, claim) = (claim.metadata.namespace.clone()?, claim.metadata.name.clone()?);
        (nodes.len() < chooser.nodes.len() || nodes.is_empty()).then(|| Reach {
            namespace,
            claim,
            nodes: nodes.into_iter().map(NodeName::from).collect(),
        })
    };
    let mut all: Vec<Reach> = claims.filter_map(reach).collect();
    all.sort();
    all
}

/// Whether a volume can be reached from a node.
pub fn is_reached(volume: &PersistentVolume, node: &Node) -> bool {
    let affinity =
        volume.spec.as_ref().and_then(|spec| spec.node_affinity.as_ref()?.required.as_ref());
    affinity.is_none_or(|affinity| affinity.node_selector_terms.iter().any(|term| fits(node, term)))
}

/// Nodes, and those with a label by its value: most volumes choose by one.
struct Chooser<'a> {
    nodes: Vec<&'a Node>,
    by_label: BTreeMap<String, BTreeMap<&'a str, Vec<&'a Node>>>,
}

impl<'a> Chooser<'a> {
    /// The names of the nodes that one of the terms chooses, in order.
    fn chosen(&mut self, terms: &[NodeSelectorTerm]) -> BTreeSet<&'a str> {
        let mut chosen = BTreeSet::new();
        for term in terms {
            let fits = |node: &&'a Node| fits(node, term);
            chosen.extend(self.candidates(term).into_iter().filter(fits).map(name));
        }
        chosen
    }

    /// No fewer than the term chooses.
    fn candidates(&mut self, term: &NodeSelectorTerm) -> Vec<&'a Node> {
        let is_in = |one: &&NodeSelectorRequirement| one.operator == "In";
        let Some(first) = term.match_expressions.iter().flatten().find(is_in) else {
            return self.nodes.clone();
        };
        let by_value = self.by_label.entry(first.key.clone()).or_insert_with(|| {
            let mut by_value: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
            for node in &self.nodes {
                if let Some(value) = label(node, &first.key) {
                    by_value.entry(value).or_default().push(node);
                }
            }
            by_value
        });
        let values: BTreeSet<&String> = first.values.iter().flatten().collect();
        values
            .into_iter()
            .filter_map(|value| by_value.get(value.as_str()))
            .flatten()
            .copied()
            .collect()
    }
}

fn name(node: &Node) -> &str {
    node.metadata.name.as_deref().unwrap_or_default()
}

fn label<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.metadata.labels.as_ref()?.get(key).map(String::as_str)
}

/// A term that says nothing chooses nothing.
fn fits(node: &Node, term: &NodeSelectorTerm) -> bool {
    let mut labels = term.match_expressions.iter().flatten().peekable();
    let mut fields = term.match_fields.iter().flatten().peekable();
    let says_something = labels.peek().is_some() || fields.peek().is_some();
    says_something
        && labels.all(|one| meets(label(node, &one.key), one))
        && fields.all(|one| meets(Some(name(node)).filter(|_| one.key == NAME_FIELD), one))
}

fn meets(value: Option<&str>, wanted: &NodeSelectorRequirement) -> bool {
    let is_listed =
        || value.is_some_and(|value| wanted.values.iter().flatten().any(|one| one == value));
    let number = |text: &str| text.parse::<i64>().ok();
    let numbers = || Some((number(value?)?, number(wanted.values.as_ref()?.first()?)?));
    match wanted.operator.as_str() {
        "In" => is_listed(),
        "NotIn" => !is_listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => numbers().is_some_and(|(value, bound)| value > bound),
        "Lt" => numbers().is_some_and(|(value, bound)| value < bound),
        _ => false,
    }
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
