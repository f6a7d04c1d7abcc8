//! A submission: a workspace as somebody typed it, maybe wrong, in the words of the wire
//! (`rest-api.md` §6.3). [`check`](check::check) says everything that is wrong with it at once;
//! [`Spec`] is one that is complete and right.

pub mod check;
pub mod command;
mod compute;
mod environment;
pub mod layers;
mod placement;
mod refers;
pub mod source;
mod spec;
mod storage;
mod tools;
pub mod words;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

pub use check::{ImageReference, check, check_partial, is_dns_name, is_http_url};
pub use compute::{Compute, ExtendedResource};
pub use environment::{
    EnvironmentVariable, HttpGet, ImagePullSecret, KeyOf, PodFieldRef, Probe, ProbeHandler, Probes,
    Security,
};
pub use placement::{MatchExpression, NodeAffinity, NodeSelectorTerm, PodAffinity, Toleration};
pub use refers::SecretUse;
pub use source::{FieldSource, PolicyRule, Sources, pointer};
pub use spec::{
    AUTO_DELETION_DEFAULT, Affinity, AffinityTerm, BACKOFF_DEFAULT, Claim, GpuRequest, PodRequest,
    Preemptibility, Priority, Spec,
};
pub use storage::{
    AccessModes, ClaimInfo, ConfigMapVolume, DataVolume, EmptyDirVolume, GitSecretRef, GitVolume,
    HostPathVolume, KeyValue, NfsVolume, PvcVolume, S3Volume, SecretVolume, Storage,
};
pub use tools::{ExposedUrl, Port, RelatedUrl};

/// What a workspace is to be. Every field may be missing; what the caller left out stays absent.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Submission {
    pub image: Option<String>,
    pub image_pull_policy: Option<String>,
    pub image_pull_secrets: Option<Vec<ImagePullSecret>>,
    pub command: Option<String>,
    pub args: Option<String>,
    pub working_dir: Option<String>,
    pub environment_variables: Option<Vec<EnvironmentVariable>>,
    pub exposed_urls: Option<Vec<ExposedUrl>>,
    pub ports: Option<Vec<Port>>,
    pub related_urls: Option<Vec<RelatedUrl>>,
    pub security: Option<Security>,
    pub create_home_dir: Option<bool>,
    /// Only a policy may allow it.
    pub privileged: Option<bool>,
    /// Needs `stdin`.
    pub tty: Option<bool>,
    pub stdin: Option<bool>,
    pub probes: Option<Probes>,
    pub compute: Option<Compute>,
    pub node_pools: Option<Vec<String>>,
    pub node_type: Option<String>,
    pub node_affinity_required: Option<NodeAffinity>,
    pub pod_affinity: Option<PodAffinity>,
    pub tolerations: Option<Vec<Toleration>>,
    pub storage: Option<Storage>,
    pub preemptibility: Option<String>,
    pub priority_class: Option<String>,
    pub termination_grace_period_seconds: Option<i64>,
    pub backoff_limit: Option<i64>,
    pub auto_deletion_time_after_completion_seconds: Option<i64>,
    pub annotations: Option<Vec<NameValue>>,
    pub labels: Option<Vec<NameValue>>,
    pub category: Option<String>,
    pub restart_policy: Option<String>,
    pub terminate_after_preemption: Option<bool>,
}

/// Those of a list that are meant, with their place in it.
pub fn kept<T>(
    items: &Option<Vec<T>>,
    excluded: fn(&T) -> Option<bool>,
) -> impl Iterator<Item = (usize, &T)> {
    items.iter().flatten().enumerate().filter(move |(_, item)| excluded(item) != Some(true))
}

impl Submission {
    /// The `spec` of the wire, which is what policies look at.
    pub fn to_spec(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    /// The submission of a `spec` of the wire; fails where a JSON type is wrong.
    pub fn from_spec(spec: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(spec)
    }
}

/// An annotation or a label.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NameValue {
    pub name: Option<String>,
    pub value: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}
