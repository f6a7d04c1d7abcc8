//! Credentials among the other assets: who refers to one, whether that fits, and what somebody keeps
//! for themselves (`form-and-assets.md` §10, §11).

use std::sync::Arc;

use domain::{
    AssetId, Line, Problem,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetKind, AssetSpec, CredentialKind, SecretRef, Secrets},
};

use crate::{ControlPlane, World};

impl ControlPlane {
    /// What the actor keeps for themselves, by name.
    pub fn my_credentials(&self, actor: &Actor, world: &World) -> Vec<Arc<Asset>> {
        let own = world.assets.values().filter(|asset| asset.private_to == Some(actor.who));
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        own
    }
}

impl World {
    /// Whether `actor` may see the asset: what is private belongs to one alone, whatever rights others
    /// have, and a data volume is seen wherever it is shared.
    pub fn sees_asset(&self, actor: &Actor, asset: &Asset) -> bool {
        match (&asset.private_to, &asset.spec) {
            (Some(owner), _) => *owner == actor.who,
            (None, AssetSpec::DataVolume(volume)) => {
                let shared = volume.shared_scopes.iter();
                let sees =
                    |scope| actor.is_allowed(Action::Read, Resource::Asset(asset.kind(), scope));
                sees(asset.scope) || shared.clone().any(|shared| sees(shared.scope))
            }
            (None, _) => actor.is_allowed(Action::Read, Resource::Asset(asset.kind(), asset.scope)),
        }
    }

    /// Whether it may be used in the place at the end of `line`.
    pub(crate) fn is_usable(&self, line: &Line, asset: &Asset) -> bool {
        let shared = match &asset.spec {
            AssetSpec::DataVolume(volume) => {
                volume.shared_scopes.iter().any(|shared| line.passes(shared.scope))
            }
            _ => false,
        };
        !asset.is_private() && (line.passes(asset.scope) || shared)
    }

    /// The credentials that these assets refer to.
    pub fn secrets_of<'a>(&self, assets: impl IntoIterator<Item = &'a Asset>) -> Secrets {
        self.secrets_in(assets.into_iter().map(|asset| &asset.spec))
    }

    /// The shared credentials that may be used at the end of `line`.
    pub fn secrets_at(&self, line: &Line) -> Secrets {
        let usable = self.assets.values().filter(|asset| self.is_usable(line, asset));
        usable.filter_map(|asset| Some((asset.id, asset.secret_ref()?))).collect()
    }

    /// The credentials that these refer to.
    pub(crate) fn secrets_in<'a>(&self, specs: impl IntoIterator<Item = &'a AssetSpec>) -> Secrets {
        let ids = specs.into_iter().flat_map(AssetSpec::credentials);
        ids.filter_map(|(_, id)| Some((id, self.assets.get(&id)?.secret_ref()?))).collect()
    }

    /// What is wrong with the credentials that an asset at the end of `line` refers to.
    pub(crate) fn wrong_credentials(&self, line: &Line, spec: &AssetSpec) -> Vec<Problem> {
        let named = spec.credentials().into_iter();
        let wrong = named.filter_map(|(field, id)| {
            let usable = self.assets.get(&id).filter(|asset| self.is_usable(line, asset));
            let (key, message) = match usable.and_then(|asset| asset.secret_ref()) {
                None => ("credential.unknown", format!("There is no credential {id} to use here")),
                Some(secret) => ("credential.kind", unfit(spec, &field, id, &secret)?),
            };
            Some(Problem::new(format!("spec.{field}"), key, message))
        });
        wrong.collect()
    }
}

/// Why a credential does not fit where it is named.
fn unfit(spec: &AssetSpec, field: &str, id: AssetId, secret: &SecretRef) -> Option<String> {
    match spec {
        AssetSpec::S3(_) => (secret.kind != CredentialKind::AccessKey)
            .then(|| "A bucket is opened by an access key".to_owned()),
        AssetSpec::Git(git) => unfit_for_git(git.repository.as_deref().unwrap_or_default(), secret),
        AssetSpec::Environment(environment) => {
            let variables = environment.environment_variables.iter().flatten().enumerate();
            let mut at = variables
                .filter(|(i, _)| field.starts_with(&format!("environmentVariables[{i}].")));
            let (_, variable) = at.next()?;
            let key = &variable.credential.as_ref().filter(|c| c.asset_id == id)?.key;
            // Keys of a secret that was prepared in the cluster are not known here.
            let is_known = secret.keys.is_empty() || secret.keys.contains(key);
            (!is_known).then(|| format!("This credential has the keys {}", secret.keys.join(", ")))
        }
        _ => None,
    }
}

fn unfit_for_git(repository: &str, secret: &SecretRef) -> Option<String> {
    let is_web = repository.starts_with("https://") || repository.starts_with("http://");
    let by_name = secret.kind == CredentialKind::Password;
    let by_key = secret.kind == CredentialKind::GenericSecret
        && (secret.keys.is_empty() || secret.opens_by_ssh());
    match (is_web, by_name, by_key) {
        (true, true, _) | (false, _, true) => None,
        (_, false, false) => {
            Some("A repository is opened by user name and password, or by a generic secret with the key ssh".to_owned())
        }
        (true, false, true) => Some("An SSH key goes with an address such as git@host:path".to_owned()),
        (false, true, false) => {
            Some("User name and password go with an address that begins with https://".to_owned())
        }
    }
}

/// Whether somebody may keep one of this kind for themselves.
pub(crate) fn not_private(kind: AssetKind) -> Option<Problem> {
    (!kind.may_be_private()).then(|| {
        let message =
            "Only Docker registry, generic secret and NGC API key credentials can be private";
        Problem::new("meta.private", "private.kind", message)
    })
}
