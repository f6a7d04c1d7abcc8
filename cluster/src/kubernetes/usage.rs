//! What workspaces use, as the cluster's metrics API says it (`metrics.k8s.io/v1beta1`, which metrics-server answers in most
//! clusters). A cluster need not have one, and Berth need not be allowed to ask it: then nothing is known, and why.

use std::{collections::BTreeMap, sync::PoisonError};

use domain::{ClusterId, Cores, MemoryBytes, WorkloadId, abilities::Shortcoming};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};
use serde::Deserialize;

use super::{
    amount, labels,
    link::{Link, NoLink, within},
    pods::Pods,
    refusal::chain,
    rights,
};
use crate::Usage;

const VERSION: &str = "v1beta1";

const NOT_FOUND: u16 = 404;
const FORBIDDEN: u16 = 403;

/// What one container uses.
#[derive(Debug, Deserialize)]
struct Container {
    usage: Used,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Used {
    cpu: Quantity,
    memory: Quantity,
}

/// What the workspaces of a cluster use; nothing where that is not known.
pub async fn measure(link: &Link, cluster: ClusterId) -> BTreeMap<WorkloadId, Usage> {
    let told = within(ask(&link.plain, cluster)).await;
    let lack = told.as_ref().err().map(lack);
    *link.unmeasured.lock().unwrap_or_else(PoisonError::into_inner) = lack;
    told.map(|told| of(&told, &link.stores.pods)).unwrap_or_default()
}

async fn ask(client: &Client, cluster: ClusterId) -> kube::Result<Vec<DynamicObject>> {
    let kind = GroupVersionKind::gvk(rights::METRICS, VERSION, "PodMetrics");
    let metrics = ApiResource::from_gvk_with_plural(&kind, "pods");
    let all: Api<DynamicObject> = Api::all_with(client.clone(), &metrics);
    let ours = ListParams::default().labels(&format!("{}={cluster}", labels::CLUSTER));
    Ok(all.list(&ours).await?.items)
}

/// By workload, as far as its pod is there still.
fn of(told: &[DynamicObject], pods: &Pods) -> BTreeMap<WorkloadId, Usage> {
    let one = |pod: &DynamicObject| {
        Some((pods.workload_of(&pod.namespace()?, &pod.name_any())?, usage(pod)?))
    };
    told.iter().filter_map(one).collect()
}

/// The sum over the containers of a pod; nothing where it is told of none, as it is of a pod that has just begun.
fn usage(pod: &DynamicObject) -> Option<Usage> {
    let containers = Vec::<Container>::deserialize(pod.data.get("containers")?).ok()?;
    let sum = |of: fn(&Used) -> f64| containers.iter().map(|one| of(&one.usage)).sum::<f64>();
    let cpu = sum(|used| amount::amount(&used.cpu));
    let memory = sum(|used| amount::amount(&used.memory)).round() as i64;
    (!containers.is_empty()).then(|| Usage {
        cpu: Cores::from_f64(cpu).unwrap_or_default(),
        memory: MemoryBytes(memory),
    })
}

/// Why nothing is known of it.
fn lack(wrong: &NoLink) -> Shortcoming {
    let (what, fix) = match wrong {
        NoLink::Client(kube::Error::Api(status)) if status.code == NOT_FOUND => {
            ("the cluster has no metrics API".to_owned(), "Metrics-server gives it one")
        }
        NoLink::Client(kube::Error::Api(status)) if status.code == FORBIDDEN => {
            (format!("Berth may not list pods.{}", rights::METRICS), rights::GRANTS)
        }
        other => {
            let said = match other {
                NoLink::Client(cause) => chain(cause),
                other => chain(other),
            };
            let fix = "`kubectl get apiservice v1beta1.metrics.k8s.io` says more";
            (format!("the metrics API does not answer – {said}"), fix)
        }
    };
    let consequence = "what workspaces use of CPU and memory is not known".to_owned();
    Shortcoming { what, consequence, fix: fix.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(containers: &str) -> Option<(i64, i64)> {
        let text = format!(r#"{{"metadata": {{"name": "nb-1"}}, "containers": {containers}}}"#);
        let usage = usage(&serde_json::from_str(&text).unwrap())?;
        Some((usage.cpu.0, usage.memory.0))
    }

    #[test]
    fn a_pod_uses_what_its_containers_use() {
        let one = r#"{"name": "workspace", "usage": {"cpu": "250500000n", "memory": "1024Ki"}}"#;
        let other = r#"{"name": "mesh", "usage": {"cpu": "50m", "memory": "1M"}}"#;
        assert_eq!(used(&format!("[{one}]")), Some((251, 1_048_576)));
        assert_eq!(used(&format!("[{one}, {other}]")), Some((301, 2_048_576)));
        assert_eq!(used("[]"), None);
        assert_eq!(used(r#""many""#), None);
    }
}
