//! General settings.

use domain::settings::{Setting, SettingValue};
use sqlx::AnyConnection;

use crate::{
    Error, Result, Store,
    change::run,
    codec::{body, read},
};

pub(crate) async fn write(
    to: &mut AnyConnection,
    setting: Setting,
    value: &SettingValue,
) -> Result<()> {
    let sql = "INSERT INTO settings (name, body) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET body = excluded.body";
    let query = sqlx::query(sql).bind(setting.row().key).bind(body("a setting", value)?);
    run(to, "a setting", query).await
}

impl Store {
    /// The settings that somebody chose. One that this program does not know is passed over.
    pub(crate) async fn settings(&self) -> Result<Vec<(Setting, SettingValue)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, body FROM settings ORDER BY name LIMIT 1000")
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "settings", cause })?;
        let known = rows.iter().filter_map(|(name, body)| Some((Setting::named(name)?, body)));
        known.map(|(setting, body)| Ok((setting, read("a setting", body)?))).collect()
    }
}
