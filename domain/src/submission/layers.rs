//! Laying submissions over one another (`rest-api.md` §6.2): what a higher layer says wins, field by
//! field; lists with keys are merged item by item, an item with `exclude` removes its namesake; all
//! other lists are replaced. Who gave each value is kept.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{FieldSource, Sources, Submission};

/// Some values, and who gave them.
#[derive(Clone, Debug)]
pub struct Layer {
    pub source: FieldSource,
    pub values: Submission,
}

/// What comes out of several layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Laid {
    pub submission: Submission,
    pub sources: Sources,
}

/// Lays `layers` over one another, the lowest first.
pub fn lay(layers: &[Layer]) -> Laid {
    let mut whole = Node::Object(BTreeMap::new());
    for (index, layer) in layers.iter().enumerate() {
        whole = over(whole, node("", values(&layer.values), index), "");
    }
    let mut sources = BTreeMap::new();
    let value = written("spec", whole, &mut |path, layer: usize| {
        if let Some(layer) = layers.get(layer) {
            sources.insert(path, layer.source.clone());
        }
    });
    // It was a submission before it was taken apart, and no part has changed its type.
    let submission = serde_json::from_value(value).unwrap_or_default();
    Laid { submission, sources: Sources(sources) }
}

/// The highest layer alone; a value that it has in common with what lies below was given there.
pub fn explained(layers: &[Layer]) -> Laid {
    let Some((top, below)) = layers.split_last() else { return Laid::default() };
    let mut lower = Node::Object(BTreeMap::new());
    for (index, layer) in below.iter().enumerate() {
        lower = over(lower, node("", values(&layer.values), index), "");
    }
    let upper = node("", values(&top.values), below.len());
    let mut sources = BTreeMap::new();
    written("spec", credited(Some(&lower), upper, ""), &mut |path, layer: usize| {
        if let Some(layer) = layers.get(layer) {
            sources.insert(path, layer.source.clone());
        }
    });
    Laid { submission: top.values.clone(), sources: Sources(sources) }
}

/// `upper`, where a leaf that `lower` has as well is of the layer that gave it there.
fn credited(lower: Option<&Node>, upper: Node, path: &str) -> Node {
    match (lower, upper) {
        (Some(Node::Leaf(old, layer)), Node::Leaf(new, _)) if *old == new => {
            Node::Leaf(new, *layer)
        }
        (Some(Node::Object(old)), Node::Object(new)) => {
            Node::Object(credited_fields(old, new, path))
        }
        (Some(Node::Items(old)), Node::Items(new)) => {
            let item = |item: BTreeMap<String, Node>| match old
                .iter()
                .find(|old| are_namesakes(old, &item, path))
            {
                Some(old) => credited_fields(old, item, &format!("{path}[]")),
                None => item,
            };
            Node::Items(new.into_iter().map(item).collect())
        }
        (_, upper) => upper,
    }
}

fn credited_fields(
    old: &BTreeMap<String, Node>,
    new: BTreeMap<String, Node>,
    path: &str,
) -> BTreeMap<String, Node> {
    let field = |(name, value): (String, Node)| {
        let value = credited(old.get(&name), value, &below(path, &name));
        (name, value)
    };
    new.into_iter().map(field).collect()
}

/// Says `source` of every value that has none yet.
pub fn fill(sources: &mut Sources, submission: &Submission, source: &FieldSource) {
    written("spec", node("", values(submission), 0), &mut |path, _| {
        sources.0.entry(path).or_insert_with(|| source.clone());
    });
}

fn values(submission: &Submission) -> Value {
    // Plain data with text keys; it cannot fail.
    serde_json::to_value(submission).unwrap_or_default()
}

/// A value whose parts know their layer.
enum Node {
    Leaf(Value, usize),
    Object(BTreeMap<String, Node>),
    /// A list with keys.
    Items(Vec<BTreeMap<String, Node>>),
}

/// The lists with keys (`policies.md` §3.6): the fields by which two items are namesakes, any of
/// these groups. Where both have a name, the names decide.
fn keys(path: &str) -> Option<&'static [&'static [&'static str]]> {
    Some(match path {
        "environmentVariables" | "annotations" | "labels" | "imagePullSecrets" => &[&["name"]],
        "exposedUrls" | "ports" => &[&["name"], &["container"]],
        "relatedUrls" => &[&["name"], &["url"]],
        "tolerations" => &[&["name"], &["key", "operator", "value", "effect"]],
        "storage.pvc" => &[&["name"], &["claimName"], &["path"]],
        "storage.dataVolume" => &[&["id"], &["mountPath"]],
        "storage.git" | "storage.s3" | "storage.emptyDirVolume" => &[&["name"], &["path"]],
        "storage.nfs" | "storage.hostPath" | "storage.configMapVolume" | "storage.secretVolume" => {
            &[&["name"], &["mountPath"]]
        }
        _ => return None,
    })
}

/// Fields of which one replaces the others: when the higher layer gives one of a group, what the
/// lower layer gave of it is gone.
pub(crate) fn rivals(path: &str) -> &'static [&'static [&'static str]] {
    match path {
        "environmentVariables" => {
            &[&["value", "secret", "configMap", "userCredential", "podFieldRef"]]
        }
        "exposedUrls" => &[&["authorizationType", "authorizedUsers", "authorizedGroups"]],
        "storage.git" => &[&["branch", "revision"]],
        _ => &[],
    }
}

fn node(path: &str, value: Value, layer: usize) -> Node {
    match value {
        Value::Object(fields) => Node::Object(object(path, fields, layer)),
        Value::Array(items) if keys(path).is_some() => {
            let fields = |item| match item {
                Value::Object(fields) => Some(object(&format!("{path}[]"), fields, layer)),
                _ => None,
            };
            Node::Items(items.into_iter().filter_map(fields).collect())
        }
        value => Node::Leaf(value, layer),
    }
}

fn object(path: &str, fields: Map<String, Value>, layer: usize) -> BTreeMap<String, Node> {
    let given = fields.into_iter().filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| {
            let inner = node(&below(path, &name), value, layer);
            (name, inner)
        })
        .collect()
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn over(lower: Node, upper: Node, path: &str) -> Node {
    match (lower, upper) {
        (Node::Object(lower), Node::Object(upper)) => Node::Object(merged(lower, upper, path)),
        (Node::Items(lower), Node::Items(upper)) => Node::Items(items(lower, upper, path)),
        (_, upper) => upper,
    }
}

fn merged(
    mut lower: BTreeMap<String, Node>,
    upper: BTreeMap<String, Node>,
    path: &str,
) -> BTreeMap<String, Node> {
    outvoted(&mut lower, &upper, path);
    for (name, value) in upper {
        let value = match lower.remove(&name) {
            Some(old) => over(old, value, &below(path, &name)),
            None => value,
        };
        lower.insert(name, value);
    }
    lower
}

/// Removes what goes with a choice that the higher layer has made anew.
fn outvoted(lower: &mut BTreeMap<String, Node>, upper: &BTreeMap<String, Node>, path: &str) {
    let gone: &[&str] = match (path, text(upper, "gpuRequestType"), text(upper, "uidGidSource")) {
        ("compute", Some("memory"), _) => &["gpuPortionRequest", "gpuPortionLimit"],
        ("compute", Some("portion"), _) => &["gpuMemoryRequest", "gpuMemoryLimit"],
        ("security", _, Some(source)) if source != "custom" => {
            &["runAsUid", "runAsGid", "supplementalGroups"]
        }
        _ => &[],
    };
    lower.retain(|name, _| !gone.contains(&name.as_str()));
}

fn items(
    mut lower: Vec<BTreeMap<String, Node>>,
    upper: Vec<BTreeMap<String, Node>>,
    path: &str,
) -> Vec<BTreeMap<String, Node>> {
    // An item of the higher layer meets those of the lower one, not its own brothers.
    let mut added = Vec::new();
    for mut item in upper {
        let met = lower.iter().position(|old| are_namesakes(old, &item, path));
        match met {
            Some(at) if is_excluded(&item) || is_excluded(&lower[at]) => {
                lower.remove(at);
                added.push(item);
            }
            Some(at) => {
                let mut old = std::mem::take(&mut lower[at]);
                for group in rivals(path).iter().filter(|g| g.iter().any(|f| item.contains_key(*f)))
                {
                    old.retain(|name, _| !group.contains(&name.as_str()));
                }
                // Whoever named an item that is there has not given it its name.
                let named =
                    |name: &str| keys(path).unwrap_or_default().iter().any(|g| g.contains(&name));
                item.retain(|name, node| !named(name) || !is_same(old.get(name), node));
                lower[at] = merged(old, item, &format!("{path}[]"));
            }
            None => added.push(item),
        }
    }
    lower.extend(added);
    lower
}

fn are_namesakes(old: &BTreeMap<String, Node>, new: &BTreeMap<String, Node>, path: &str) -> bool {
    if let (Some(old), Some(new)) = (text(old, "name"), text(new, "name")) {
        return old == new;
    }
    let same = |group: &&[&str]| {
        group.iter().any(|field| new.contains_key(*field))
            && group.iter().all(|field| match (leaf(old, field), leaf(new, field)) {
                (Some(old), Some(new)) => old == new,
                (None, None) => true,
                // Who removes something need not say all of it.
                (Some(_), None) => is_excluded(new),
                (None, Some(_)) => false,
            })
    };
    keys(path).unwrap_or_default().iter().any(same)
}

fn is_same(old: Option<&Node>, new: &Node) -> bool {
    matches!((old, new), (Some(Node::Leaf(old, _)), Node::Leaf(new, _)) if old == new)
}

fn is_excluded(item: &BTreeMap<String, Node>) -> bool {
    leaf(item, "exclude") == Some(&Value::Bool(true))
}

fn leaf<'a>(fields: &'a BTreeMap<String, Node>, name: &str) -> Option<&'a Value> {
    match fields.get(name)? {
        Node::Leaf(value, _) => Some(value),
        Node::Object(_) | Node::Items(_) => None,
    }
}

fn text<'a>(fields: &'a BTreeMap<String, Node>, name: &str) -> Option<&'a str> {
    leaf(fields, name)?.as_str()
}

/// The plain value; `tell` hears the layer of each leaf.
fn written(path: &str, node: Node, tell: &mut impl FnMut(String, usize)) -> Value {
    match node {
        Node::Leaf(value, layer) => {
            tell(path.to_owned(), layer);
            value
        }
        Node::Object(fields) => written_fields(path, fields, tell),
        Node::Items(items) => {
            let items = items.into_iter().enumerate();
            items.map(|(i, item)| written_fields(&format!("{path}[{i}]"), item, tell)).collect()
        }
    }
}

fn written_fields(
    path: &str,
    fields: BTreeMap<String, Node>,
    tell: &mut impl FnMut(String, usize),
) -> Value {
    let fields = fields.into_iter().map(|(name, node)| {
        let value = written(&below(path, &name), node, tell);
        (name, value)
    });
    Value::Object(fields.collect())
}

#[cfg(test)]
mod tests;
