//! The variables that every container gets (`form-and-assets.md` §15.2).

use domain::{Gpus, NodeName, WorkloadId, quantity::decimals};

/// What the variables tell; what is not known yet is left out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BuiltIn<'a> {
    pub project: &'a str,
    pub name: &'a str,
    pub id: Option<WorkloadId>,
    pub gpus: Option<Gpus>,
    pub node: Option<&'a NodeName>,
}

impl BuiltIn<'_> {
    pub fn variables(self) -> Vec<(String, String)> {
        let id = self.id.map(|id| id.to_string());
        let pairs = [
            ("RUNAI_PROJECT", Some(self.project.to_owned())),
            ("RUNAI_JOB_NAME", Some(self.name.to_owned())),
            ("RUNAI_JOB_UUID", id.clone()),
            ("RUNAI_NUM_OF_GPUS", self.gpus.map(|gpus| decimals(gpus.as_f64()))),
            ("NODE_NAME", self.node.map(|node| node.to_string())),
            ("JOB_NAME", Some(self.name.to_owned())),
            ("JOB_UUID", id),
        ];
        let known = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        known.collect()
    }
}
