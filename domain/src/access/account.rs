//! Who can sign in: local users, and applications for programs. Their secrets are kept as hashes,
//! which no log shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ClientId, Timestamp, UserId};

/// A person who signs in with a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// Unique, in lowercase.
    pub email: String,
    /// Argon2id, in the PHC format; `None` cannot sign in.
    pub password_hash: Option<String>,
    pub is_admin: bool,
    pub created_at: Timestamp,
    pub last_login: Option<Timestamp>,
}

/// A program that uses the REST interface.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub id: ClientId,
    pub name: String,
    /// What it calls itself; letters, digits and dashes.
    pub client_id: String,
    /// SHA-256 of the secret.
    pub secret_hash: String,
    pub is_admin: bool,
    pub enabled: bool,
    pub created_at: Timestamp,
}

/// A signed-in browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub user: UserId,
    /// The token that its forms carry.
    pub csrf: String,
    pub created_at: Timestamp,
    pub last_seen: Timestamp,
    pub expires_at: Timestamp,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Application");
        out.field("id", &self.id).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("user", &self.user).finish_non_exhaustive()
    }
}
