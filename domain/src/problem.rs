//! What is wrong with input, and where: said as data, so that form, REST and command line show the
//! same words at the same field.

use serde::{Deserialize, Serialize};

use crate::policy::Source;

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The field's path as on the wire: `spec.compute.gpuPortionRequest`, `name`.
    pub field: String,
    /// Stable key of the message (`form-and-assets.md` §4.7): `gpu.percent`.
    pub key: String,
    /// What must be true, for people.
    pub message: String,
    /// The rule of a policy that is broken: `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whose policy has that rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub source: Option<Box<Source>>,
}

impl Problem {
    pub fn new(field: impl Into<String>, key: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            key: key.to_owned(),
            message: message.into(),
            rule: None,
            source: None,
        }
    }

    /// The same, broken by a rule of the policy of `source`.
    pub fn with_rule(self, rule: Option<&str>, source: Option<Source>) -> Self {
        Self { rule: rule.map(str::to_owned), source: source.map(Box::new), ..self }
    }
}
