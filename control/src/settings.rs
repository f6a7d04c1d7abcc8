//! General settings: seen and changed by administrators, with every change written down.

use domain::{
    access::{Action, Actor, Resource},
    audit::{AuditEntry, Subject},
    settings::{Setting, SettingValue},
};
use serde_json::Value;
use store::Change;

use crate::{ControlPlane, Error, Result, World};

/// Changes that are looked back on at most.
pub(crate) const HISTORY_MAX: u32 = 200;

impl ControlPlane {
    /// What each setting is now, in the order of the catalogue.
    pub fn settings(&self, actor: &Actor, world: &World) -> Result<Vec<(Setting, SettingValue)>> {
        actor.may(Action::Read, Resource::Settings)?;
        Ok(Setting::ALL.map(|setting| (setting, world.settings.value(setting))).to_vec())
    }

    /// Chooses a value, as it was sent. What it was before is written down.
    pub async fn change_setting(
        &self,
        actor: &Actor,
        setting: Setting,
        sent: Value,
    ) -> Result<SettingValue> {
        actor.may(Action::Update, Resource::Settings)?;
        let wrong = |wrong: domain::settings::WrongValue| {
            Error::field("value", "setting.value", wrong.to_string())
        };
        let value = setting.read(&sent).map_err(wrong)?;
        let scribe = self.scribe(actor);
        self.change(move |world, at| {
            let before = world.settings.value(setting);
            if before == value {
                return Ok((vec![], value));
            }
            let subject = Subject::Setting { name: setting };
            let entry = scribe.entry(at, subject, Some(&before), Some(&value));
            let changes = vec![Change::Setting(setting, value.clone()), entry];
            Ok((changes, value))
        })
        .await
    }

    /// Who changed a setting, newest first.
    pub async fn setting_history(&self, actor: &Actor, name: Setting) -> Result<Vec<AuditEntry>> {
        actor.may(Action::Read, Resource::Settings)?;
        Ok(self.inner.store.audit(Subject::Setting { name }, HISTORY_MAX).await?)
    }
}
