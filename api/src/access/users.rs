//! Users (`rest-api.md` §11.1).

use std::collections::BTreeSet;

use domain::{Timestamp, UserId, access::User};
use serde::{Deserialize, Serialize};

use crate::list::{Fields, Listed, lent};

/// A user in a list.
#[derive(Clone, Debug)]
pub struct UserRow(pub User);

/// A user, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub id: UserId,
    /// The e-mail address.
    pub username: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub last_login: Option<Timestamp>,
    /// Signs in with a password of Berth.
    pub is_local: bool,
    /// Names of the groups that the user is a member of.
    pub groups: BTreeSet<String>,
}

/// What makes a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserCreation {
    pub email: String,
    /// Whether another password has to be chosen before anything else; true where nothing is said.
    #[serde(default)]
    pub reset_password: Option<bool>,
    /// Nobody is written to: there is no mail server.
    #[serde(default)]
    pub notify: Option<bool>,
}

/// What is to be another way about a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserChange {
    /// Names of all the groups that the user is a member of from now on.
    pub groups: BTreeSet<String>,
}

/// A user that was made, with the password, which is never said again.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserCreated {
    pub id: UserId,
    pub username: String,
    pub temp_password: String,
}

/// A temporary password, which is never said again.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemporaryPassword {
    pub temp_password: String,
}

/// Another password of one's own.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    pub current_password: String,
    pub new_password: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            username: user.email.clone(),
            created_by: user.created_by.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at.unwrap_or(user.created_at),
            last_login: user.last_login,
            is_local: true,
            groups: user.groups.clone(),
        }
    }
}

impl Listed for UserRow {
    type Id = UserId;

    fn fields() -> Fields<Self> {
        let updated = |row: &Self| Some(row.0.updated_at.unwrap_or(row.0.created_at));
        Fields::<Self>::default()
            .text("username", |row| lent(&row.0.email))
            .text("createdBy", |row| lent(&row.0.created_by))
            .date("lastLogin", |row| row.0.last_login)
            .date("creationTime", |row| Some(row.0.created_at))
            .date("lastUpdated", updated)
            .text("isLocal", |_| lent("true"))
            .text("type", |_| lent("local"))
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.0.email]
    }

    fn id(&self) -> UserId {
        self.0.id
    }
}
