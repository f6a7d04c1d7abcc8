//! Credentials and registries on the wire (`rest-api.md` §7.5, §7.6): what a request hands over, and
//! what is shown again, which is never the secret.

use domain::{
    asset::{AssetKind, AssetSpec, Credential, CredentialKind, PrivateRegistry, keys},
    secret::{Secret, SecretContent},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::KindSpec;

/// Stands for the password of a registry, for clients that insist on one.
const HIDDEN: &str = "********";

/// What a request says of a credential, of whatever kind.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CredentialBody {
    existing_secret_name: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
    url: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<Secret>,
    key_value_pairs: Option<Vec<PairBody>>,
    #[serde(rename = "ngc_api_key", alias = "ngcApiKey")]
    ngc_api_key: Option<Secret>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PairBody {
    key: String,
    value: Option<Secret>,
}

impl CredentialBody {
    /// What is secret of it, by the key of the cluster's secret.
    fn content(&mut self, kind: CredentialKind) -> SecretContent {
        let one = |key: &str, secret: Option<Secret>| {
            secret.map(|secret| (key.to_owned(), secret)).into_iter().collect()
        };
        match kind {
            CredentialKind::AccessKey => one(keys::SECRET_KEY, self.secret_access_key.take()),
            CredentialKind::Password | CredentialKind::DockerRegistry => {
                one(keys::PASSWORD, self.password.take())
            }
            CredentialKind::NgcApiKey => one(keys::NGC_API_KEY, self.ngc_api_key.take()),
            CredentialKind::GenericSecret => {
                let pairs = self.key_value_pairs.iter_mut().flatten();
                pairs.filter_map(|pair| Some((pair.key.clone(), pair.value.take()?))).collect()
            }
        }
    }

    fn credential(self, kind: CredentialKind) -> Credential {
        let base =
            Credential { existing_secret_name: self.existing_secret_name, ..Credential::of(kind) };
        match kind {
            CredentialKind::AccessKey => Credential { access_key_id: self.access_key_id, ..base },
            CredentialKind::Password => Credential { user: self.user, ..base },
            CredentialKind::DockerRegistry => Credential { user: self.user, url: self.url, ..base },
            CredentialKind::NgcApiKey => base,
            CredentialKind::GenericSecret => {
                let pairs = self.key_value_pairs.into_iter().flatten();
                Credential { keys: pairs.map(|pair| pair.key).collect(), ..base }
            }
        }
    }
}

macro_rules! credential {
    ($name:ident) => {
        /// A credential of this kind, as requests send it.
        #[derive(Deserialize)]
        #[serde(transparent)]
        pub struct $name(CredentialBody);

        impl KindSpec for $name {
            const KIND: AssetKind = AssetKind::$name;
            const IS_FIXED: bool = true;

            fn into_spec(self) -> AssetSpec {
                AssetSpec::Credential(self.0.credential(CredentialKind::$name))
            }

            fn take_content(&mut self) -> SecretContent {
                self.0.content(CredentialKind::$name)
            }
        }
    };
}

credential!(AccessKey);
credential!(DockerRegistry);
credential!(Password);
credential!(GenericSecret);
credential!(NgcApiKey);

/// A registry that administrators offer, as requests send it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RegistryBody {
    url: String,
    user: String,
    password: Option<Secret>,
}

impl KindSpec for RegistryBody {
    const KIND: AssetKind = AssetKind::Registry;

    fn into_spec(self) -> AssetSpec {
        AssetSpec::Registry(PrivateRegistry { url: self.url, user: self.user })
    }

    fn take_content(&mut self) -> SecretContent {
        // What was shown instead of the password leaves it as it is.
        let password = self.password.take().filter(|secret| secret.reveal() != HIDDEN);
        password.map(|secret| (keys::PASSWORD.to_owned(), secret)).into_iter().collect()
    }
}

/// What is shown of a credential.
pub(super) fn credential_value(credential: &Credential, key_id: Option<i32>) -> Value {
    let mut value = json!({"keyId": key_id.unwrap_or_default()});
    let mut put = |name: &str, text: &Option<String>| {
        if let Some(text) = text {
            value[name] = json!(text);
        }
    };
    put("existingSecretName", &credential.existing_secret_name);
    put("user", &credential.user);
    put("url", &credential.url);
    put("accessKeyId", &credential.access_key_id);
    if !credential.keys.is_empty() {
        let keys: Vec<_> = credential.keys.iter().map(|key| json!({"key": key})).collect();
        value["keyValuePairs"] = json!(keys);
    }
    value
}

/// What is shown of a registry.
pub(super) fn registry_value(registry: &PrivateRegistry) -> Value {
    json!({
        "url": registry.url, "user": registry.user, "credentialKind": "password", "password": HIDDEN,
    })
}
