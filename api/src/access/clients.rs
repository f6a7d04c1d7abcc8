//! Service accounts, which were called applications, and access keys, which were called user applications
//! (`rest-api.md` §11.2).

use domain::{ClientId, Timestamp, access::Application};
use serde::{Deserialize, Serialize};

use crate::{
    TENANT_ID,
    list::{Fields, Listed, lent},
};

/// A client in a list.
#[derive(Clone, Debug)]
pub struct ClientRow(pub Application);

/// A service account, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountView {
    pub id: ClientId,
    pub name: String,
    /// What it calls itself where it asks for a token.
    pub client_id: String,
    pub enabled: bool,
    pub tenant_id: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub last_login: Option<Timestamp>,
}

/// An access key, as its user sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessKeyView {
    pub id: ClientId,
    pub name: String,
    pub client_id: String,
    pub created_at: Timestamp,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub last_login: Option<Timestamp>,
}

/// All access keys of somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessKeys {
    pub access_keys: Vec<AccessKeyView>,
}

/// What makes a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientCreation {
    pub name: String,
}

/// What changes of a service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientPatch {
    /// Whether it gets tokens.
    pub enabled: bool,
}

/// A client that was made, with the secret, which is never said again. It stands in `secret` under the old names and
/// in `clientSecret` under the new ones.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClientCreated {
    pub id: ClientId,
    pub name: String,
    pub client_id: String,
    #[serde(flatten)]
    pub secret: SecretView,
    pub created_at: Timestamp,
}

/// A secret, which is never said again.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SecretView {
    /// Of applications and user applications.
    Secret(String),
    /// Of service accounts and access keys.
    ClientSecret(String),
}

impl From<&Application> for ServiceAccountView {
    fn from(of: &Application) -> Self {
        Self {
            id: of.id,
            name: of.name.clone(),
            client_id: of.client_id.clone(),
            enabled: of.enabled,
            tenant_id: TENANT_ID.to_string(),
            created_by: of.created_by.clone(),
            created_at: of.created_at,
            updated_at: of.updated_at.unwrap_or(of.created_at),
            last_login: of.last_login,
        }
    }
}

impl From<&Application> for AccessKeyView {
    fn from(of: &Application) -> Self {
        Self {
            id: of.id,
            name: of.name.clone(),
            client_id: of.client_id.clone(),
            created_at: of.created_at,
            last_login: of.last_login,
        }
    }
}

impl ClientCreated {
    pub fn of(made: &Application, secret: SecretView) -> Self {
        Self {
            id: made.id,
            name: made.name.clone(),
            client_id: made.client_id.clone(),
            secret,
            created_at: made.created_at,
        }
    }
}

impl Listed for ClientRow {
    type Id = ClientId;

    fn fields() -> Fields<Self> {
        let updated = |row: &Self| Some(row.0.updated_at.unwrap_or(row.0.created_at));
        Fields::<Self>::default()
            .text("name", |row| lent(&row.0.name))
            .text("clientId", |row| lent(&row.0.client_id))
            .text("enabled", |row| lent(if row.0.enabled { "true" } else { "false" }))
            .text("createdBy", |row| lent(&row.0.created_by))
            .date("lastLogin", |row| row.0.last_login)
            .date("createdAt", |row| Some(row.0.created_at))
            .date("updatedAt", updated)
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.0.name, &self.0.client_id]
    }

    fn id(&self) -> ClientId {
        self.0.id
    }
}
