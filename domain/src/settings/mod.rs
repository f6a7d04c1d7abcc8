//! General settings (`scheduling-and-organisation.md` §10): a catalogue that says of each what it is
//! called, what it is by default and what it changes for whom, and the values that were chosen.
//! Switching something off never deletes what was stored.

mod catalogue;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use catalogue::{Group, Row, Setting, Shape};
pub use value::{MINUTES_MAX, SettingValue, WrongValue, picture};

/// The values that differ from the defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settings(BTreeMap<Setting, SettingValue>);

impl Settings {
    /// Values as they were stored. One that no longer fits its setting counts as not chosen.
    pub fn of(stored: impl IntoIterator<Item = (Setting, SettingValue)>) -> Self {
        let fits = |(setting, value): &(Setting, SettingValue)| setting.check(value).is_ok();
        Self(stored.into_iter().filter(fits).collect())
    }

    /// What holds.
    pub fn value(&self, setting: Setting) -> SettingValue {
        self.0.get(&setting).cloned().unwrap_or_else(|| setting.row().default())
    }

    /// Whether a switch is on.
    pub fn is_on(&self, setting: Setting) -> bool {
        self.value(setting) == SettingValue::Switch(true)
    }

    /// Whether workspaces may mount data volumes, which needs the flexible form.
    pub fn has_data_volumes(&self) -> bool {
        self.is_on(Setting::FlexibleSubmission) && self.is_on(Setting::DataVolumes)
    }

    /// Whether templates hold any field, which needs the flexible form; else they are made of assets alone.
    pub fn has_flexible_templates(&self) -> bool {
        self.is_on(Setting::FlexibleSubmission) && self.is_on(Setting::FlexibleTemplates)
    }

    /// The text of a setting; empty where nothing was chosen.
    pub fn text(&self, setting: Setting) -> String {
        match self.value(setting) {
            SettingValue::Text(text) => text,
            SettingValue::Switch(_) | SettingValue::Number(_) => String::new(),
        }
    }

    /// The number of a setting.
    pub fn number(&self, setting: Setting) -> Option<u32> {
        match self.value(setting) {
            SettingValue::Number(number) => Some(number),
            SettingValue::Switch(_) | SettingValue::Text(_) => None,
        }
    }

    /// Chooses a value, which must fit.
    pub fn set(&mut self, setting: Setting, value: SettingValue) {
        self.0.insert(setting, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_default_until_one_is_chosen() {
        let mut settings = Settings::default();
        for setting in Setting::ALL {
            let row = setting.row();
            assert_eq!(settings.value(setting), row.default(), "{}", row.key);
            assert_eq!(Setting::named(row.key), Some(setting));
            assert!(setting.check(&row.default()).is_ok(), "{}", row.key);
            assert!(row.effect.ends_with('.') && !row.label.is_empty(), "{}", row.key);
        }
        settings.set(Setting::Policies, SettingValue::Switch(false));
        assert!(!settings.is_on(Setting::Policies) && settings.is_on(Setting::DataVolumes));
    }

    #[test]
    fn what_needs_flexible_submission_goes_with_it() {
        let both =
            |settings: &Settings| [settings.has_data_volumes(), settings.has_flexible_templates()];
        let mut settings = Settings::default();
        assert_eq!(both(&settings), [true, true]);
        settings.set(Setting::DataVolumes, SettingValue::Switch(false));
        assert_eq!(both(&settings), [false, true]);
        settings.set(Setting::DataVolumes, SettingValue::Switch(true));
        settings.set(Setting::FlexibleSubmission, SettingValue::Switch(false));
        assert_eq!(both(&settings), [false, false]);
    }

    #[test]
    fn dots_dashes_and_underscores_of_a_key_are_one_character() {
        assert_eq!(Setting::named("workloads.ngc-catalog"), Some(Setting::NgcCatalog));
        assert_eq!(Setting::named("workloads.ngc_catalog"), Some(Setting::NgcCatalog));
        assert_eq!(Setting::named("nothing"), None);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would_be_right() {
        let told = |setting: Setting, value: serde_json::Value| match setting.read(&value) {
            Ok(value) => format!("{value:?}"),
            Err(wrong) => wrong.to_string(),
        };
        let lines = [
            told(Setting::Policies, serde_json::json!("yes")),
            told(Setting::Policies, serde_json::json!("false")),
            told(Setting::InactivityMinutes, serde_json::json!(0)),
            told(Setting::InactivityMinutes, serde_json::json!(90)),
            told(Setting::LogoutRedirect, serde_json::json!("javascript:alert(1)")),
            told(Setting::LogoutRedirect, serde_json::json!("https://sso.example/bye")),
            told(Setting::AccountName, serde_json::json!("")),
            told(Setting::Logo, serde_json::json!("data:text/html,x")),
            told(Setting::SystemNotification, serde_json::json!("x".repeat(1_001))),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        must be true or false
        Switch(false)
        must be a whole number of minutes from 1 to 20160, or empty for 24 hours
        Number(90)
        must be an address that begins with https:// or http://, or empty
        Text("https://sso.example/bye")
        must be a text of 1 to 255 characters
        must be an SVG or PNG of at most 128 KB as a data address, or empty
        must be a text of at most 1000 characters, or empty
        "#);
    }
}
