//! What the page of general settings asks of the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// Settings that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub title: String,
    pub settings: Vec<SettingRow>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingRow {
    /// The name on the wire.
    pub key: String,
    pub label: String,
    /// What it changes, and for whom.
    pub effect: String,
    pub is_beta: bool,
    pub control: Control,
    /// As it was chosen, or by default.
    pub value: String,
    /// Who chose it last, and when.
    pub by: Option<String>,
    /// What switching it the other way does at once, where that needs a second thought.
    pub asks: Option<String>,
}

impl SettingRow {
    /// Whether it is a switch that is on.
    pub fn is_on(&self) -> bool {
        self.value == "true"
    }
}

/// What it is chosen with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    Switch,
    /// From 1 on.
    Number {
        max: u32,
        step: u32,
        unit: String,
    },
    Line,
    Lines,
    Picture,
}

/// All settings.
#[server(prefix = "/ui", endpoint = "settings", protocol = Call)]
pub async fn list_settings() -> Result<Vec<Group>, UiError> {
    let (control, actor) = caller()?;
    Ok(made::groups(&control, &actor).await?)
}

/// Chooses a value; the setting as it stands then.
#[server(prefix = "/ui", endpoint = "change_setting", protocol = Call)]
pub async fn change_setting(key: String, value: String) -> Result<SettingRow, UiError> {
    use domain::settings::Setting;
    let (control, actor) = caller()?;
    // Who may not see settings is not told which there are.
    control.settings(&actor, &control.world())?;
    let unknown = || UiError::NotFound(format!("There is no setting {key}."));
    let setting = Setting::named(&key).ok_or_else(unknown)?;
    control.change_setting(&actor, setting, value.into()).await?;
    Ok(made::setting(&control, &actor, setting).await?)
}
