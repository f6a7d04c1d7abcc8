//! The tools: which ports they take, and who may open them.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{
    found::{Found, kept},
    names::is_http_url,
};
use crate::submission::{ExposedUrl, Submission};

/// Container ports.
pub const PORT_RANGE: RangeInclusive<i64> = 1..=65_535;
/// Ports of a node.
pub const NODE_PORT_RANGE: RangeInclusive<i64> = 30_000..=32_767;
/// How a port is reached from outside.
pub const SERVICE_TYPES: [&str; 3] = ["LoadBalancer", "NodePort", "ClusterIP"];
/// Who may open a tool.
pub const AUTHORIZATION_TYPES: [&str; 3] =
    ["authenticatedUsers", "authorizedUsers", "authorizedGroups"];

pub fn check(submission: &Submission, found: &mut Found) {
    found.items("exposedUrls", submission.exposed_urls.as_ref().map_or(0, Vec::len));
    found.items("ports", submission.ports.as_ref().map_or(0, Vec::len));
    found.items("relatedUrls", submission.related_urls.as_ref().map_or(0, Vec::len));
    let mut taken = BTreeSet::new();
    for (path, url) in kept("exposedUrls", &submission.exposed_urls, |url| url.exclude) {
        container_port(&format!("{path}.container"), url.container, &mut taken, found);
        exposed_url(&path, url, found);
        named(&path, [&url.tool_type, &url.tool_name, &url.name], found);
    }
    for (path, port) in kept("ports", &submission.ports, |port| port.exclude) {
        container_port(&format!("{path}.container"), port.container, &mut taken, found);
        let service = port.service_type.as_deref();
        found.one_of(&format!("{path}.serviceType"), Some(service.unwrap_or("")), &SERVICE_TYPES);
        let external = format!("{path}.external");
        match service {
            Some("NodePort") => {
                found.range(&external, "nodeport.range", port.external, NODE_PORT_RANGE);
            }
            _ => found.range(&external, "port.range", port.external, PORT_RANGE),
        }
        named(&path, [&port.tool_type, &port.tool_name, &port.name], found);
    }
    for (path, link) in kept("relatedUrls", &submission.related_urls, |link| link.exclude) {
        http_url(&format!("{path}.url"), Some(link.url.as_deref().unwrap_or_default()), found);
        found.characters(&format!("{path}.type"), link.kind.as_deref());
        found.text(&format!("{path}.name"), link.name.as_deref());
    }
}

fn named(path: &str, [kind, tool, name]: [&Option<String>; 3], found: &mut Found) {
    found.characters(&format!("{path}.toolType"), kind.as_deref());
    found.characters(&format!("{path}.toolName"), tool.as_deref());
    found.text(&format!("{path}.name"), name.as_deref());
}

fn http_url(field: &str, url: Option<&str>, found: &mut Found) {
    if url.is_some_and(|url| !is_http_url(url)) {
        found.add(field, "url.format", "Enter a full http(s) URL");
    }
}

fn container_port(field: &str, port: Option<i64>, taken: &mut BTreeSet<i64>, to: &mut Found) {
    match port {
        None => to.add(field, "port.required", "Enter the container port"),
        Some(port) if !taken.insert(port) => {
            to.add(field, "port.duplicate", "This container port is already used by another tool");
        }
        Some(_) => to.range(field, "port.range", port, PORT_RANGE),
    }
}

fn exposed_url(path: &str, url: &ExposedUrl, found: &mut Found) {
    let field = |name: &str| format!("{path}.{name}");
    http_url(&field("url"), url.url.as_deref(), found);
    let users = url.authorized_users.as_deref().unwrap_or_default();
    let groups = url.authorized_groups.as_deref().unwrap_or_default();
    if !users.is_empty() && !groups.is_empty() {
        let message = "Name users or groups, not both";
        found.add(&field("authorizedUsers"), "access.both", message);
    }
    found.texts(&field("authorizedUsers"), users);
    found.texts(&field("authorizedGroups"), groups);
    let kind = url.authorization_type.as_deref();
    found.one_of(&field("authorizationType"), kind, &AUTHORIZATION_TYPES);
    match kind {
        Some("authorizedUsers") if users.is_empty() => {
            found.add(&field("authorizedUsers"), "access.empty", "Add at least one user");
        }
        Some("authorizedGroups") if groups.is_empty() => {
            found.add(&field("authorizedGroups"), "access.empty", "Add at least one group");
        }
        _ => {}
    }
}
