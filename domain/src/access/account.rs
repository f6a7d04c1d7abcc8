//! Who can sign in: local users; and clients for programs, which are service accounts or the access keys of users.
//! Their secrets are kept as hashes, which no log shows.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{ClientId, Timestamp, UserId};

/// Access keys of one user at most.
pub const KEYS_MAX: usize = 20;
/// Characters of an e-mail address at most.
const EMAIL_MAX: usize = 254;
/// Characters of the name of a client at most.
const NAME_MAX: usize = 63;
/// Characters of the name of a group at most.
const GROUP_MAX: usize = 254;

/// A person who signs in with a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// Unique, in lowercase.
    pub email: String,
    /// Argon2id, in the PHC format; `None` cannot sign in.
    pub password_hash: Option<String>,
    /// The password was made by somebody else: until it is changed, nothing else may be done with it.
    #[serde(default)]
    pub must_change_password: bool,
    /// Counts how often everything was ended that was signed in; what began before is over.
    #[serde(default)]
    pub sign_outs: u32,
    /// Names of the groups that the user is a member of: what their access rules give, and tools that are open to them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
    #[serde(default = "berth")]
    pub created_by: String,
    pub created_at: Timestamp,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
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
    /// Whose access key it is, who is then who asks; `None`: a service account, with rules of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    pub enabled: bool,
    #[serde(default = "berth")]
    pub created_by: String,
    pub created_at: Timestamp,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub last_login: Option<Timestamp>,
}

/// Who made what nobody wrote down the maker of.
fn berth() -> String {
    "Berth".to_owned()
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

/// The address as it is kept; or what would be right.
pub fn check_email(email: &str) -> Result<String, &'static str> {
    let email = email.trim().to_lowercase();
    let (name, host) = email.split_once('@').unwrap_or_default();
    let is_named = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b));
    let (site, end) = host.rsplit_once('.').unwrap_or_default();
    let is_site =
        !site.is_empty() && site.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    let is_end = end.len() >= 2 && end.bytes().all(|b| b.is_ascii_alphabetic());
    match is_named && email.len() <= EMAIL_MAX && (is_site && is_end || host == "localhost") {
        true => Ok(email),
        false => Err("Enter an e-mail address such as mara@example.org"),
    }
}

/// What is wrong with the name of a service account or an access key; nothing when it is right.
pub fn check_client_name(name: &str) -> Option<&'static str> {
    let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let right = name.len() >= 2
        && name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.ends_with(ends)
        && name.chars().all(|c| ends(c) || matches!(c, '-' | '_'));
    (!right).then_some(
        "Begin with a letter; use lowercase letters, digits, hyphens and underscores, 2 to 63, \
         and end with a letter or a digit",
    )
}

/// What is wrong with the name of a group; nothing when it is right. Capitals count, as with identity providers.
pub fn check_group(name: &str) -> Option<&'static str> {
    let is_long = name.is_empty() || name.chars().count() > GROUP_MAX;
    let is_odd = name.trim() != name || name.contains(|c: char| c.is_control() || c == ',');
    // Groups of a form are typed with commas between them.
    (is_long || is_odd).then_some("Enter the name of a group: 1 to 254 characters, no commas")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_lower_case() {
        let right =
            [(" Mara.B+x@Example.Org ", "mara.b+x@example.org"), ("a@localhost", "a@localhost")];
        for (typed, kept) in right {
            assert_eq!(check_email(typed).as_deref(), Ok(kept));
        }
        for wrong in
            ["", "mara", "@example.org", "mara@", "mara@org", "m ara@example.org", "a@b.c1"]
        {
            assert!(check_email(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn names_of_groups_are_the_identity_providers() {
        for right in ["research", "Forschung & Lehre", "cn=ops/eu", &"a".repeat(254)] {
            assert_eq!(check_group(right), None, "{right:?}");
        }
        for wrong in ["", " ", " ops", "a,b", "a\nb", &"a".repeat(255)] {
            assert!(check_group(wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn names_of_clients_begin_with_a_letter() {
        for right in ["ci", "ci-bot", "a_1", "nightly-2"] {
            assert_eq!(check_client_name(right), None, "{right:?}");
        }
        for wrong in ["", "a", "1a", "CI", "a-", "-a", "a b", "ä1", &"a".repeat(64)] {
            assert!(check_client_name(wrong).is_some(), "{wrong:?}");
        }
    }
}
