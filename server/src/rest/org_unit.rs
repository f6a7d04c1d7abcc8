//! What projects and departments share on the wire: quotas, and the order of node pools.

use std::collections::BTreeMap;

use api::resources::{self, Resources};
use domain::{
    NodePoolId, NodePoolName,
    org::PoolQuota,
    rules::{NodeTypes, Rules, SchedulingRules},
};

use super::RestError;

/// Quotas by pool.
pub type Quotas = BTreeMap<NodePoolId, PoolQuota>;

/// Quotas of something new, or in place of all that were there.
pub fn new_quotas(asked: &[Resources]) -> Result<Quotas, RestError> {
    changed_quotas(asked, &Quotas::new())
}

/// Quotas of the pools that are named; what is not said of one stays as it is in `old`.
pub fn changed_quotas(asked: &[Resources], old: &Quotas) -> Result<Quotas, RestError> {
    resources::read(asked, old).map_err(|problems| RestError::problems(&problems))
}

/// The rules that somebody sends; what is null or left out is no rule.
pub fn rules(limits: Option<SchedulingRules>, node_types: Option<NodeTypes>) -> Rules {
    Rules { limits: limits.unwrap_or_default(), node_types: node_types.unwrap_or_default() }
}

/// Names of node pools; one that is no name is refused.
pub fn pool_names(names: Option<Vec<String>>) -> Result<Vec<NodePoolName>, RestError> {
    let names = names.unwrap_or_default();
    let parsed = names.iter().enumerate().map(|(i, name)| {
        let wrong = |wrong: domain::NameProblem| {
            RestError::field(&format!("defaultNodePools[{i}]"), wrong.to_string())
        };
        name.parse::<NodePoolName>().map_err(wrong)
    });
    parsed.collect()
}
