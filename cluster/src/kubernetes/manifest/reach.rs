//! How the pod is reached: its services, and the policy that lets in nobody else.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        core::v1::{Service, ServicePort, ServiceSpec},
        networking::v1::{
            NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
            NetworkPolicySpec,
        },
    },
    apimachinery::pkg::{apis::meta::v1::LabelSelector, util::intstr::IntOrString},
};

use super::{Workspace, kept, names};

/// The label of a namespace from which Berth opens what has a URL.
const OF_BERTH: (&str, &str) = ("kubernetes.io/metadata.name", "berth-system");

/// One service a kind: tools with a URL are opened through Berth, the others are open on nodes or a load balancer.
pub fn services(workspace: &Workspace<'_>) -> Vec<Service> {
    let urls = urls(workspace).map(|port| (port, None)).collect::<Vec<_>>();
    let of = |kind: &'static str| {
        let all = kept(&workspace.submission.ports, |port| port.exclude);
        let own = all.filter(move |(_, port)| port.service_type.as_deref() == Some(kind));
        own.filter_map(|(_, port)| Some((number(port.container)?, number(port.external))))
            .collect::<Vec<_>>()
    };
    let inside = [urls, of("ClusterIP")].concat();
    let kinds =
        [("ClusterIP", inside), ("NodePort", of("NodePort")), ("LoadBalancer", of("LoadBalancer"))];
    let there = kinds.into_iter().filter(|(_, ports)| !ports.is_empty());
    there.map(|(kind, ports)| service(workspace, kind, &ports)).collect()
}

fn service(workspace: &Workspace<'_>, kind: &'static str, ports: &[(i32, Option<i32>)]) -> Service {
    let name = match kind {
        "ClusterIP" => workspace.name.to_owned(),
        _ => names::of(workspace.name, &kind.to_lowercase()),
    };
    let port = |(container, external): &(i32, Option<i32>)| ServicePort {
        name: Some(format!("port-{container}")),
        port: *container,
        target_port: Some(IntOrString::Int(*container)),
        node_port: external.filter(|_| kind == "NodePort"),
        ..ServicePort::default()
    };
    Service {
        metadata: workspace.meta(name),
        spec: Some(ServiceSpec {
            type_: Some(kind.to_owned()),
            selector: Some(workspace.selector()),
            ports: Some(ports.iter().map(port).collect()),
            ..ServiceSpec::default()
        }),
        status: None,
    }
}

/// Lets in Berth at the ports with a URL, whoever is in the namespace at those of it, and everybody at the ports that
/// are open on purpose.
pub fn policy(workspace: &Workspace<'_>) -> NetworkPolicy {
    let berth = NetworkPolicyPeer {
        namespace_selector: Some(LabelSelector {
            match_labels: Some(BTreeMap::from([(OF_BERTH.0.to_owned(), OF_BERTH.1.to_owned())])),
            ..LabelSelector::default()
        }),
        ..NetworkPolicyPeer::default()
    };
    let neighbours = NetworkPolicyPeer {
        pod_selector: Some(LabelSelector::default()),
        ..NetworkPolicyPeer::default()
    };
    let ports = |inside: bool| {
        let all = kept(&workspace.submission.ports, |port| port.exclude);
        let is_inside = |kind: Option<&str>| kind == Some("ClusterIP");
        let own = all.filter(move |(_, port)| is_inside(port.service_type.as_deref()) == inside);
        own.filter_map(|(_, port)| number(port.container)).collect::<Vec<_>>()
    };
    let rules = [
        (Some(vec![berth]), urls(workspace).collect()),
        (Some(vec![neighbours]), ports(true)),
        (None, ports(false)),
    ];
    let rules = rules.into_iter().filter(|(_, ports)| !ports.is_empty());
    let selector =
        LabelSelector { match_labels: Some(workspace.selector()), ..LabelSelector::default() };
    NetworkPolicy {
        metadata: workspace.meta(workspace.name.to_owned()),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(selector),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(rules.map(|(from, ports)| rule(from, &ports)).collect()),
            egress: None,
        }),
    }
}

fn rule(from: Option<Vec<NetworkPolicyPeer>>, ports: &[i32]) -> NetworkPolicyIngressRule {
    let port = |port: &i32| NetworkPolicyPort {
        port: Some(IntOrString::Int(*port)),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    };
    NetworkPolicyIngressRule { from, ports: Some(ports.iter().map(port).collect()) }
}

/// The ports of tools with a URL.
fn urls(workspace: &Workspace<'_>) -> impl Iterator<Item = i32> {
    let urls = kept(&workspace.submission.exposed_urls, |url| url.exclude);
    urls.filter_map(|(_, url)| number(url.container))
}

fn number(port: Option<i64>) -> Option<i32> {
    port.and_then(|port| i32::try_from(port).ok())
}
