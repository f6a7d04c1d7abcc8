//! Credentials: what may be seen of them (`form-and-assets.md` §10), what makes one right, and how
//! others refer to one. The secret itself is a [`SecretContent`] beside it and never a part of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Asset, AssetKind, AssetSpec};
use crate::{
    Problem,
    secret::{Secret, SecretContent},
    submission::is_dns_name,
};

/// The key of a secret that opens repositories by SSH.
pub const SSH_KEY: &str = "ssh";
/// Names of keys of a cluster's secret (`form-and-assets.md` §10.4).
pub mod keys {
    pub const ACCESS_KEY_ID: &str = "AccessKeyId";
    pub const SECRET_KEY: &str = "SecretKey";
    pub const USER: &str = "User";
    pub const PASSWORD: &str = "Password";
    pub const NGC_API_KEY: &str = "NGC_API_KEY";
    pub const DOCKER_CONFIG: &str = ".dockerconfigjson";
}
/// Keys of one secret, at most.
const KEYS_MAX: usize = 100;
/// Bytes that a cluster keeps in one secret.
const BYTES_MAX: usize = 1_000_000;

/// The kinds of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    AccessKey,
    DockerRegistry,
    Password,
    GenericSecret,
    NgcApiKey,
}

/// What may be seen of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    pub kind: CredentialKind,
    /// A secret that was prepared in the cluster; then nothing is kept here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_secret_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Of the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Of a generic secret, in the order in which they were typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// A credential as others refer to it in a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    pub kind: CredentialKind,
    /// The cluster's secret.
    pub name: String,
    pub keys: Vec<String>,
}

impl CredentialKind {
    pub const ALL: [Self; 5] = [
        Self::AccessKey,
        Self::DockerRegistry,
        Self::Password,
        Self::GenericSecret,
        Self::NgcApiKey,
    ];

    pub fn asset_kind(self) -> AssetKind {
        match self {
            Self::AccessKey => AssetKind::AccessKey,
            Self::DockerRegistry => AssetKind::DockerRegistry,
            Self::Password => AssetKind::Password,
            Self::GenericSecret => AssetKind::GenericSecret,
            Self::NgcApiKey => AssetKind::NgcApiKey,
        }
    }

    /// How the names of the cluster's secrets begin.
    fn prefix(self) -> &'static str {
        match self {
            Self::AccessKey => "accesskey",
            Self::DockerRegistry => "dockerreg",
            Self::Password => "password",
            Self::GenericSecret => "genericsecret",
            Self::NgcApiKey => "ngcapikey",
        }
    }
}

impl Credential {
    /// One of this kind that says nothing yet.
    pub fn of(kind: CredentialKind) -> Self {
        Self {
            kind,
            existing_secret_name: None,
            user: None,
            url: None,
            access_key_id: None,
            keys: vec![],
        }
    }

    /// The keys of the cluster's secret (`form-and-assets.md` §10.4).
    pub fn secret_keys(&self) -> Vec<String> {
        let fixed: &[&str] = match self.kind {
            CredentialKind::AccessKey => &[keys::ACCESS_KEY_ID, keys::SECRET_KEY],
            CredentialKind::Password => &[keys::USER, keys::PASSWORD],
            CredentialKind::NgcApiKey => &[keys::NGC_API_KEY],
            CredentialKind::DockerRegistry => &[keys::DOCKER_CONFIG],
            CredentialKind::GenericSecret => return self.keys.clone(),
        };
        fixed.iter().map(|key| (*key).to_owned()).collect()
    }

    /// Everything that is wrong with it and with the secret that came along. No message repeats
    /// anything of the secret.
    pub fn check(&self, content: &SecretContent) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(name) = &self.existing_secret_name {
            problems.extend(self.check_existing(name, content));
            return problems;
        }
        for (field, key, value) in self.parts() {
            let message = match (key, value) {
                (Some(key), _) if content.get(key).is_some_and(|secret| !secret.is_empty()) => {
                    continue;
                }
                (None, Some(text)) if !text.trim().is_empty() => continue,
                _ => "Must be given; or name an existing secret with existingSecretName",
            };
            problems.push(Problem::new(format!("spec.{field}"), "credential.required", message));
        }
        match self.kind {
            CredentialKind::GenericSecret => problems.extend(self.check_keys(content)),
            CredentialKind::NgcApiKey => problems.extend(check_ngc(content)),
            CredentialKind::DockerRegistry => problems.extend(self.check_url()),
            CredentialKind::AccessKey | CredentialKind::Password => {}
        }
        let bytes: usize =
            content.iter().map(|(key, secret)| key.len() + secret.reveal().len()).sum();
        if bytes > BYTES_MAX {
            let message = format!("At most {BYTES_MAX} bytes in all");
            problems.push(Problem::new("spec", "credential.long", message));
        }
        problems
    }

    fn check_existing(&self, name: &str, content: &SecretContent) -> Option<Problem> {
        let field = "spec.existingSecretName";
        let wrong = |key, message: &str| Some(Problem::new(field, key, message));
        match self.kind {
            CredentialKind::NgcApiKey => {
                wrong("credential.existing", "An NGC API key cannot be an existing secret")
            }
            _ if !content.is_empty() => {
                wrong("credential.both", "Goes with no values; name a secret or give its values")
            }
            _ if !is_dns_name(name) => wrong(
                "credential.name",
                "The name of a secret has lowercase letters, digits and hyphens",
            ),
            _ => None,
        }
    }

    /// The fields that a new secret needs: the name on the wire, the key where it is secret, the
    /// text where it is not.
    fn parts(&self) -> Vec<(&'static str, Option<&'static str>, Option<&str>)> {
        let user = self.user.as_deref();
        match self.kind {
            CredentialKind::AccessKey => vec![
                ("accessKeyId", None, self.access_key_id.as_deref()),
                ("secretAccessKey", Some(keys::SECRET_KEY), None),
            ],
            CredentialKind::Password => {
                vec![("user", None, user), ("password", Some(keys::PASSWORD), None)]
            }
            CredentialKind::DockerRegistry => vec![
                ("user", None, user),
                ("password", Some(keys::PASSWORD), None),
                ("url", None, self.url.as_deref()),
            ],
            CredentialKind::NgcApiKey => vec![("ngc_api_key", Some(keys::NGC_API_KEY), None)],
            CredentialKind::GenericSecret => vec![],
        }
    }

    fn check_keys(&self, content: &SecretContent) -> Vec<Problem> {
        let list = "spec.keyValuePairs";
        let key_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if self.keys.is_empty() || self.keys.len() > KEYS_MAX {
            let message = format!("Give 1 to {KEYS_MAX} keys with their values");
            return vec![Problem::new(list, "credential.keys", message)];
        }
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        for (i, key) in self.keys.iter().enumerate() {
            let right = (1..=253).contains(&key.len()) && key.bytes().all(key_char);
            if !right {
                let message = "Letters, digits, \"-\", \"_\" and \".\", at most 253";
                problems.push(Problem::new(format!("{list}[{i}].key"), "credential.key", message));
            } else if !seen.insert(key) {
                let message = "This key is in the list already";
                problems.push(Problem::new(format!("{list}[{i}].key"), "duplicate", message));
            } else if content.get(key).is_none_or(Secret::is_empty) {
                let message = "Enter a value";
                problems.push(Problem::new(
                    format!("{list}[{i}].value"),
                    "credential.value",
                    message,
                ));
            }
        }
        problems
    }

    fn check_url(&self) -> Option<Problem> {
        let url = self.url.as_deref().filter(|url| !url.is_empty())?;
        let odd = |c: char| c.is_whitespace() || c.is_control();
        (url.contains(odd) || url.len() > 2_048).then(|| {
            let message = "Enter the address of a registry, such as https://registry.example.com";
            Problem::new("spec.url", "url.format", message)
        })
    }
}

fn check_ngc(content: &SecretContent) -> Option<Problem> {
    let key_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let key = content.get(keys::NGC_API_KEY).filter(|key| !key.is_empty())?;
    (!key.reveal().bytes().all(key_char)).then(|| {
        let message = "An NGC API key has letters, digits, \"-\", \".\" and \"_\"";
        Problem::new("spec.ngc_api_key", "credential.ngc", message)
    })
}

impl Asset {
    /// How submissions refer to it, if it is a credential.
    pub fn secret_ref(&self) -> Option<SecretRef> {
        let AssetSpec::Credential(credential) = &self.spec else { return None };
        let own = || format!("{}-{}", credential.kind.prefix(), self.name);
        Some(SecretRef {
            kind: credential.kind,
            name: credential.existing_secret_name.clone().unwrap_or_else(own),
            keys: credential.secret_keys(),
        })
    }

    /// What it is called in the cluster; `None` for what makes nothing there.
    pub fn kubernetes_name(&self) -> Option<String> {
        match &self.spec {
            AssetSpec::Pvc(pvc) => pvc.claim_name.clone(),
            AssetSpec::ConfigMap(map) => map.config_map.clone(),
            AssetSpec::Credential(_) => self.secret_ref().map(|secret| secret.name),
            AssetSpec::DataVolume(volume) => Some(volume.origin_pvc_name.clone()),
            AssetSpec::Environment(_) | AssetSpec::Compute(_) | AssetSpec::Nfs(_) => None,
            AssetSpec::S3(_) | AssetSpec::Git(_) | AssetSpec::HostPath(_) => None,
            AssetSpec::Secret(_) | AssetSpec::Registry(_) => None,
        }
    }
}
