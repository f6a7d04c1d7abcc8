//! Data volumes (`form-and-assets.md` §9): the content of one claim, shared read-only with other
//! places of the cluster. And the registries that administrators offer (§12).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Problem, Scope, Timestamp,
    asset::credential::keys,
    secret::{Secret, SecretContent},
    submission::{is_dns_name, is_http_url},
};

/// Characters of a data volume's description.
pub const DATA_VOLUME_DESCRIPTION_MAX: usize = 127;
/// Places that one data volume is shared with, at most.
pub const SHARED_SCOPES_MAX: usize = 200;
/// Places in one request.
pub const SCOPES_AT_ONCE: usize = 50;

/// A claim whose content is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataVolumeSource {
    /// In the project that the data volume belongs to.
    pub origin_pvc_name: String,
    pub shared_scopes: Vec<SharedScope>,
}

/// A place that may mount a data volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedScope {
    pub scope: Scope,
    pub created_at: Timestamp,
    pub created_by: String,
}

impl DataVolumeSource {
    pub fn is_shared_with(&self, scope: Scope) -> bool {
        self.shared_scopes.iter().any(|shared| shared.scope == scope)
    }

    /// The same, shared with `add` too and with `remove` no longer.
    pub fn shared(mut self, add: &[Scope], remove: &[Scope], by: &str, at: Timestamp) -> Self {
        self.shared_scopes.retain(|shared| !remove.contains(&shared.scope));
        for scope in add {
            if !self.is_shared_with(*scope) {
                let created_by = by.to_owned();
                self.shared_scopes.push(SharedScope { scope: *scope, created_at: at, created_by });
            }
        }
        self
    }

    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !is_dns_name(&self.origin_pvc_name) {
            let message = "Enter the name of a claim: lowercase letters, digits and hyphens";
            problems.push(Problem::new("originPvcName", "storage.name", message));
        }
        if self.shared_scopes.len() > SHARED_SCOPES_MAX {
            let message = format!("Shared with at most {SHARED_SCOPES_MAX} places");
            problems.push(Problem::new("sharedScopes", "many", message));
        }
        let mut seen = BTreeSet::new();
        for (i, shared) in self.shared_scopes.iter().enumerate() {
            let fits = matches!(
                shared.scope,
                Scope::Cluster(_) | Scope::Department(_) | Scope::Project(_)
            );
            let message = match fits {
                false => "Must be cluster, department or project",
                true if !seen.insert(shared.scope) => "It is shared with this place already",
                true => continue,
            };
            problems.push(Problem::new(format!("sharedScopes[{i}].scopeType"), "scope", message));
        }
        problems
    }
}

/// A registry that administrators offer to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PrivateRegistry {
    pub url: String,
    pub user: String,
}

impl PrivateRegistry {
    /// What is wrong; `content` is the password, which a change may leave as it is.
    pub fn check(&self, content: Option<&SecretContent>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !is_http_url(&self.url) {
            problems.push(Problem::new("spec.url", "url.format", "Enter a full http(s) URL"));
        }
        if self.user.trim().is_empty() {
            problems.push(Problem::new("spec.user", "required", "Enter the user name"));
        }
        let password = content.map(|content| content.get(keys::PASSWORD));
        if password.is_some_and(|password| password.is_none_or(Secret::is_empty)) {
            problems.push(Problem::new("spec.password", "required", "Enter the password"));
        }
        problems
    }
}
