//! `/v1/k8s/setting` and `/api/v1/security/settings`: general settings, for administrators.

use api::settings::{SettingChange, SettingChanged, SettingView};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::settings::{Setting, SettingValue};
use serde_json::{Value, json};

use super::{Body, RestError};
use crate::{Doors, auth::Caller};

/// Every general setting
#[utoipa::path(
    get, path = "/v1/k8s/setting", tag = "Settings", operation_id = "get_tenant_settings",
    responses((status = 200, description = "All of them", body = Vec<SettingView>))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<Vec<SettingView>>, RestError> {
    let settings = doors.control.settings(&actor, &doors.control.world())?;
    Ok(Json(settings.iter().map(|(setting, value)| SettingView::of(*setting, value)).collect()))
}

/// The value of one setting
#[utoipa::path(
    get, path = "/v1/k8s/setting/{settingKey}", tag = "Settings",
    operation_id = "get_tenant_settings_by_key",
    params(("settingKey" = String, Path, description = "`workloads.policies`")),
    responses(
        (status = 200, description = "The bare value", body = serde_json::Value),
        (status = 404, description = "No such setting", body = api::ErrorBody),
    )
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<SettingValue>, RestError> {
    let settings = doors.control.settings(&actor, &doors.control.world())?;
    let setting = named(&key)?;
    let found = settings.into_iter().find(|(own, _)| *own == setting);
    found.map(|(_, value)| Json(value)).ok_or_else(|| unknown(&key))
}

/// Choose a value
#[utoipa::path(
    put, path = "/v1/k8s/setting", tag = "Settings", operation_id = "update_tenant_setting",
    request_body = SettingChange,
    responses(
        (status = 200, description = "What was chosen", body = SettingChanged),
        (status = 404, description = "No such setting", body = api::ErrorBody),
    )
)]
pub async fn put(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<SettingChange>,
) -> Result<Json<SettingChanged>, RestError> {
    // Who may not see settings is not told which there are.
    doors.control.settings(&actor, &doors.control.world())?;
    let setting = named(&body.key)?;
    let value = doors.control.change_setting(&actor, setting, body.value).await?;
    Ok(Json(SettingChanged { value }))
}

/// The security settings
#[utoipa::path(
    get, path = "/api/v1/security/settings", tag = "Settings", operation_id = "get_security_settings",
    responses((status = 200, description = "By key", body = Object))
)]
pub async fn security(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<Value>, RestError> {
    let settings = doors.control.settings(&actor, &doors.control.world())?;
    let keys = SECURITY.map(|(key, setting, member)| {
        let value = settings.iter().find(|(own, _)| *own == setting).map(|(_, value)| value);
        (key.to_owned(), json!({member: value}))
    });
    Ok(Json(Value::Object(keys.into_iter().collect())))
}

/// One security setting
#[utoipa::path(
    get, path = "/api/v1/security/settings/{key}", tag = "Settings",
    operation_id = "get_security_setting_by_key",
    params(("key" = String, Path, description = "`browserSessionTimeout` or `logoutRedirectUri`")),
    responses(
        (status = 200, description = "Its value", body = Object),
        (status = 404, description = "No such setting", body = api::ErrorBody),
    )
)]
pub async fn security_one(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, RestError> {
    let world = doors.control.world();
    let settings = doors.control.settings(&actor, &world)?;
    let (setting, member) = security_named(&key)?;
    let value = settings.iter().find(|(own, _)| *own == setting).map(|(_, value)| value);
    Ok(Json(json!({member: value})))
}

/// Change a security setting
#[utoipa::path(
    put, path = "/api/v1/security/settings/{key}", tag = "Settings",
    operation_id = "update_security_setting_by_key",
    params(("key" = String, Path, description = "`browserSessionTimeout` or `logoutRedirectUri`")),
    request_body = Object,
    responses(
        (status = 200, description = "It is changed"),
        (status = 404, description = "No such setting", body = api::ErrorBody),
    )
)]
pub async fn put_security(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Path(key): Path<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, RestError> {
    doors.control.settings(&actor, &doors.control.world())?;
    let (setting, member) = security_named(&key)?;
    let value = body.get(member).cloned().ok_or_else(|| RestError::field(member, "is required"))?;
    doors.control.change_setting(&actor, setting, value).await?;
    Ok(StatusCode::OK)
}

/// Key, setting, and the member of its object.
const SECURITY: [(&str, Setting, &str); 2] = [
    ("browserSessionTimeout", Setting::InactivityMinutes, "idleTimeout"),
    ("logoutRedirectUri", Setting::LogoutRedirect, "uri"),
];

fn named(key: &str) -> Result<Setting, RestError> {
    Setting::named(key).ok_or_else(|| unknown(key))
}

fn security_named(key: &str) -> Result<(Setting, &'static str), RestError> {
    let found = SECURITY.into_iter().find(|(own, _, _)| *own == key);
    found.map(|(_, setting, member)| (setting, member)).ok_or_else(|| unknown(key))
}

fn unknown(key: &str) -> RestError {
    RestError::new(404, format!("there is no setting {key}"))
}
