//! General settings in words, for the page.

use control::{ControlPlane, Error, World};
use domain::{
    access::Actor,
    audit::AuditEntry,
    duration::minute,
    settings::{self, MINUTES_MAX, Setting, SettingValue, Shape},
};

use super::data::{Control, Group, SettingRow};

pub async fn groups(control: &ControlPlane, actor: &Actor) -> Result<Vec<Group>, Error> {
    let world = control.world();
    let mut groups: Vec<(settings::Group, Group)> = Vec::new();
    for (setting, value) in control.settings(actor, &world)? {
        let history = control.setting_history(actor, setting).await?;
        let row = row(&world, setting, &value, history.first());
        let of = setting.row().group;
        match groups.iter_mut().find(|(own, _)| *own == of) {
            Some((_, group)) => group.settings.push(row),
            None => groups.push((of, Group { title: of.title().to_owned(), settings: vec![row] })),
        }
    }
    groups.sort_by_key(|(of, _)| *of);
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// One of them.
pub async fn setting(
    control: &ControlPlane,
    actor: &Actor,
    setting: Setting,
) -> Result<SettingRow, Error> {
    let history = control.setting_history(actor, setting).await?;
    let world = control.world();
    Ok(row(&world, setting, &world.settings.value(setting), history.first()))
}

fn row(
    world: &World,
    setting: Setting,
    value: &SettingValue,
    last: Option<&AuditEntry>,
) -> SettingRow {
    let row = setting.row();
    SettingRow {
        key: row.key.to_owned(),
        label: row.label.to_owned(),
        effect: row.effect.to_owned(),
        is_beta: row.is_beta,
        control: match row.shape {
            Shape::Switch { .. } => Control::Switch,
            Shape::Minutes => {
                Control::Number { max: MINUTES_MAX, step: 30, unit: "minutes".to_owned() }
            }
            Shape::Count { max, unit, .. } => {
                Control::Number { max, step: 1, unit: unit.to_owned() }
            }
            Shape::Name { .. } | Shape::Address => Control::Line,
            Shape::Banner => Control::Lines,
            Shape::Picture => Control::Picture,
        },
        value: value.shown(),
        by: last.map(|entry| by(entry, value)),
        asks: asks(world, setting),
    }
}

/// `ada@example.com turned it off, 2026-11-28 10:00 UTC`.
fn by(entry: &AuditEntry, value: &SettingValue) -> String {
    let did = match value {
        SettingValue::Switch(true) => "turned it on",
        SettingValue::Switch(false) => "turned it off",
        SettingValue::Number(_) | SettingValue::Text(_) => "changed it",
    };
    format!("{} {did}, {}", entry.by, minute(entry.at))
}

fn asks(world: &World, setting: Setting) -> Option<String> {
    let written = world.policies.written.len();
    let is_on = world.settings.is_on(setting);
    match (setting, is_on) {
        (Setting::Policies, true) if written > 0 => {
            let stop = match written {
                1 => "1 policy stops".to_owned(),
                n => format!("{n} policies stop"),
            };
            Some(format!(
                "{stop} holding for new submissions, and the Policies page is hidden. Running workloads stay as they are, and what is written is kept."
            ))
        }
        _ => None,
    }
}
