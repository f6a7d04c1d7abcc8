//! What administrators changed: who, when, what it was before and what it is since. Versions of a
//! policy are read from here.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    AccessRuleId, AuditId, ClientId, DepartmentId, NodePoolId, ProjectId, Scope, StorageClassId,
    Timestamp, UserId, policy::WorkloadType, settings::Setting,
};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    /// The name of who did it.
    pub by: String,
    pub subject: Subject,
    /// Absent where there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where nothing is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Subject {
    #[serde(rename_all = "camelCase")]
    Policy {
        owner: Scope,
        workload_type: WorkloadType,
    },
    Setting {
        name: Setting,
    },
    NodePool {
        id: NodePoolId,
    },
    StorageClass {
        id: StorageClassId,
    },
    Project {
        id: ProjectId,
    },
    Department {
        id: DepartmentId,
    },
    User {
        id: UserId,
    },
    /// A service account, or the access key of a user.
    Client {
        id: ClientId,
    },
    AccessRule {
        id: AccessRuleId,
    },
}

impl Subject {
    /// The text that it is found by: `policy/project/7/workspace`.
    pub fn key(self) -> String {
        match self {
            Subject::Policy { owner, workload_type } => {
                format!("policy/{}/{}/{}", owner.level().name(), owner.id(), workload_type.name())
            }
            Subject::Setting { name } => format!("setting/{}", name.row().key),
            Subject::NodePool { id } => format!("node-pool/{id}"),
            Subject::StorageClass { id } => format!("storage-class/{id}"),
            Subject::Project { id } => format!("project/{id}"),
            Subject::Department { id } => format!("department/{id}"),
            Subject::User { id } => format!("user/{id}"),
            Subject::Client { id } => format!("client/{id}"),
            Subject::AccessRule { id } => format!("access-rule/{id}"),
        }
    }
}

/// One value that is different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Dotted: `policy.rules.compute.gpuDevicesRequest.max`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Difference {
    /// `was 2, is 4`.
    pub fn words(&self) -> String {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("was {before}, is {after}"),
            (Some(before), None) => format!("was {before}, is gone"),
            (None, Some(after)) => format!("is new: {after}"),
            (None, None) => String::new(),
        }
    }
}

impl AuditEntry {
    /// What is different, value by value, in the order of the paths.
    pub fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        compare("", self.before.as_ref(), self.after.as_ref(), &mut found);
        found
    }
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    let members = |value: Option<&Value>| match value {
        Some(Value::Object(members)) => Some(members.clone()),
        None => Some(Default::default()),
        Some(_) => None,
    };
    let is_object = |value: Option<&Value>| matches!(value, Some(Value::Object(_)));
    match (members(before), members(after)) {
        (Some(old), Some(new)) if is_object(before) || is_object(after) => {
            let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(&below, old.get(name), new.get(name), found);
            }
        }
        _ => found.push(Difference {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn told(before: Option<Value>, after: Option<Value>) -> String {
        let subject =
            Subject::Policy { owner: Scope::Account, workload_type: WorkloadType::Workspace };
        let (id, at) = (AuditId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH);
        let entry = AuditEntry { id, at, by: "ada".into(), subject, before, after };
        let lines = entry.differences().into_iter().map(|d| format!("{}: {}", d.path, d.words()));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_different_is_told_value_by_value() {
        let before = json!({"rules": {"image": {"required": true}, "nodePools": {"options": [1]}}});
        let after = json!({"rules": {"image": {"required": false}, "args": {"blocked": true}}});
        assert_snapshot!(told(Some(before.clone()), Some(after)), @r"
        rules.args.blocked: is new: true
        rules.image.required: was true, is false
        rules.nodePools.options: was [1], is gone
        ");
        assert_eq!(told(Some(before.clone()), Some(before)), "");
        assert_snapshot!(told(None, Some(json!(true))), @": is new: true");
    }
}
