//! Which nodes a workspace may lie on.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A taint that the workspace puts up with.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    /// Key of the item.
    pub name: Option<String>,
    pub key: Option<String>,
    /// `Equal` or `Exists`.
    pub operator: Option<String>,
    pub value: Option<String>,
    /// `Any` stands for all effects.
    pub effect: Option<String>,
    pub seconds: Option<i64>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// Terms are joined by OR, the expressions of a term by AND.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NodeAffinity {
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

/// All expressions must hold.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelectorTerm {
    pub match_expressions: Vec<MatchExpression>,
}

/// A condition on one label of a node.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MatchExpression {
    pub key: Option<String>,
    pub operator: Option<String>,
    pub values: Option<Vec<String>>,
}

/// Which pods it would lie beside.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PodAffinity {
    /// `Required` or `Preferred`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The label whose value makes nodes neighbours.
    pub key: Option<String>,
}
