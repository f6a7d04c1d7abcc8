//! General settings (`rest-api.md` §10).

use domain::settings::{Setting, SettingValue, Shape};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A setting in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingView {
    pub key: String,
    /// As text: `true`.
    pub value: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub category: String,
    pub label: String,
    /// What it changes, and for whom.
    pub description: String,
    /// `GA` or `Beta`.
    pub stage: String,
    pub source: String,
    pub active: bool,
}

/// Chooses a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingChange {
    pub key: String,
    /// True or false for switches, else a number or a text.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: Value,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingChanged {
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: SettingValue,
}

impl SettingView {
    pub fn of(setting: Setting, value: &SettingValue) -> Self {
        let row = setting.row();
        let kind = match row.shape {
            Shape::Switch { .. } => "Boolean",
            Shape::Minutes | Shape::Count { .. } => "Number",
            Shape::Name { .. } | Shape::Address | Shape::Picture | Shape::Banner => "String",
        };
        Self {
            key: row.key.to_owned(),
            value: value.shown(),
            kind: kind.to_owned(),
            category: format!("{:?}", row.group),
            label: row.label.to_owned(),
            description: row.effect.to_owned(),
            stage: if row.is_beta { "Beta" } else { "GA" }.to_owned(),
            source: "tenant".to_owned(),
            active: true,
        }
    }
}
