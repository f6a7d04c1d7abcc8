//! General settings: seen and changed by administrators, with every change written down.

use std::collections::BTreeMap;

use domain::{
    NodePoolId,
    access::{Action, Actor, Resource},
    audit::{AuditEntry, Subject},
    org::{Department, PoolQuota, Project},
    settings::{Setting, SettingValue},
};
use serde_json::Value;
use store::Change;

use crate::{ControlPlane, Error, Result, World};

type Quotas = BTreeMap<NodePoolId, PoolQuota>;

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
            let mut changes = vec![Change::Setting(setting, value.clone()), entry];
            if setting == Setting::CpuQuota && value == SettingValue::Switch(false) {
                changes.extend(without_cpu_quotas(world));
            }
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

/// Projects and departments without quotas of CPU and memory, which are not there while the setting is off.
fn without_cpu_quotas(world: &World) -> Vec<Change> {
    let free = |quotas: &Quotas| -> Option<Quotas> {
        let unlimited = PoolQuota::unlimited();
        let without = |quota: &PoolQuota| PoolQuota {
            cpu: unlimited.cpu,
            memory: unlimited.memory,
            ..*quota
        };
        let free: Quotas = quotas.iter().map(|(id, quota)| (*id, without(quota))).collect();
        (free != *quotas).then_some(free)
    };
    let projects = world.projects.values().filter_map(|project| {
        let quotas = free(&project.quotas)?;
        Some(Change::Project(Project { quotas, ..(**project).clone() }))
    });
    let departments = world.departments.values().filter_map(|department| {
        let quotas = free(&department.quotas)?;
        Some(Change::Department(Department { quotas, ..department.clone() }))
    });
    projects.chain(departments).collect()
}
