//! A secret that Berth keeps, as an object of the cluster.

use std::collections::BTreeMap;

use domain::{asset::keys::DOCKER_CONFIG, secret::SecretContent};
use k8s_openapi::{ByteString, api::core::v1::Secret};
use serde_json::json;

use super::Workspace;
use crate::Opened;

const OPAQUE: &str = "Opaque";
const REGISTRY: &str = "kubernetes.io/dockerconfigjson";

/// The secret of this name. It has values in it: nobody prints it.
pub fn secret(workspace: &Workspace<'_>, name: &str, opened: &Opened) -> Secret {
    let (kind, data) = match opened {
        Opened::Keys(content) => (OPAQUE, keys(content)),
        Opened::Registry { url, user, password } => {
            (REGISTRY, registry(url, user, password.reveal()))
        }
    };
    Secret {
        metadata: workspace.meta(name.to_owned()),
        type_: Some(kind.to_owned()),
        data: Some(data),
        ..Secret::default()
    }
}

fn keys(content: &SecretContent) -> BTreeMap<String, ByteString> {
    let bytes = |value: &domain::secret::Secret| ByteString(value.reveal().as_bytes().to_vec());
    content.iter().map(|(key, value)| (key.clone(), bytes(value))).collect()
}

/// What `docker login` would have written down.
fn registry(url: &str, user: &str, password: &str) -> BTreeMap<String, ByteString> {
    let both = ByteString(format!("{user}:{password}").into_bytes());
    let login = json!({ "username": user, "password": password, "auth": both });
    let config = json!({ "auths": { url: login } });
    BTreeMap::from([(DOCKER_CONFIG.to_owned(), ByteString(config.to_string().into_bytes()))])
}
