//! How an asset stands in the clusters (`form-and-assets.md` §5.3): worked out from what it would
//! make there and from whether the cluster answers, over the part that the viewer may see.

use domain::{
    ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetSpec},
};

use crate::{ControlPlane, World};

/// Places that are told at most.
const ISSUES_MAX: usize = 50;

/// How an asset stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sync {
    /// It makes nothing in a cluster, or belongs to the whole account.
    NoStatus,
    NoIssues,
    /// It did not reach these places; the sentence says why.
    Issues {
        places: Vec<Scope>,
        why: String,
    },
}

impl ControlPlane {
    /// How the asset stands, for this viewer.
    pub fn asset_sync(&self, actor: &Actor, world: &World, asset: &Asset) -> Sync {
        if let Some(key) = world.sealed.get(&asset.id)
            && self.keyring().is_ok_and(|ring| !ring.opens(*key))
        {
            let why = format!(
                "Its secret is encrypted with the key {key}, which this installation was not given; \
                 give the key, or delete the credential and make it again"
            );
            return Sync::Issues { places: vec![asset.scope], why };
        }
        let line = world.line_of(asset.scope).unwrap_or_default();
        let (true, Some(cluster)) = (makes_something(asset), line.cluster) else {
            return Sync::NoStatus;
        };
        let Some(since) = world.silent_since(cluster) else { return Sync::NoIssues };
        let name = world.clusters.get(&cluster).map_or("?", |cluster| cluster.name.as_str());
        let why = format!("Cluster {name} does not answer since {since}; changes wait for it");
        let seen = |id: &&ProjectId| actor.is_allowed(Action::Read, Resource::Project(**id));
        let below = world.projects.keys().filter(|id| world.is_below(**id, asset.scope));
        let places = below.filter(seen).take(ISSUES_MAX).map(|id| Scope::Project(*id)).collect();
        Sync::Issues { places, why }
    }
}

/// Whether an asset of this kind is made in the cluster before a workload uses it.
fn makes_something(asset: &Asset) -> bool {
    match &asset.spec {
        AssetSpec::Environment(_) | AssetSpec::Compute(_) | AssetSpec::Nfs(_) => false,
        AssetSpec::HostPath(_) | AssetSpec::Registry(_) => false,
        AssetSpec::Pvc(_) | AssetSpec::ConfigMap(_) | AssetSpec::Secret(_) => true,
        AssetSpec::DataVolume(_) | AssetSpec::Credential(_) => true,
        // Public ones need nothing; private ones need their credential there.
        AssetSpec::Git(_) | AssetSpec::S3(_) => !asset.spec.credentials().is_empty(),
    }
}
