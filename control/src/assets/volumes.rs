//! Data volumes: the content of one claim, shared read-only with other places of its cluster
//! (`form-and-assets.md` §9).

use std::sync::Arc;

use cluster::SharedClaim;
use domain::{
    AssetId, Line, Problem, ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::{
        Asset, AssetKind, AssetName, AssetSpec, DATA_VOLUME_DESCRIPTION_MAX, DataVolumeSource,
        SCOPES_AT_ONCE, SharedScope,
    },
    name::check_name,
    secret::SecretContent,
    submission::Submission,
};
use store::{AssetChange, Change};

use super::NewAsset;
use crate::{ControlPlane, Error, Result, World};

/// A data volume as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewDataVolume {
    pub name: String,
    pub description: Option<String>,
    pub origin_pvc_name: String,
    pub project: ProjectId,
    pub shared_with: Vec<Scope>,
}

/// Whether the claim that a data volume shows is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataVolumeState {
    Ready,
    /// The sentence says why not.
    NotReady(String),
}

impl ControlPlane {
    pub async fn create_data_volume(
        &self,
        actor: &Actor,
        new: NewDataVolume,
    ) -> Result<Arc<Asset>> {
        let world = self.world();
        let scope = Scope::Project(new.project);
        let line = world.line_of(scope).filter(|_| actor.sees(scope));
        let line = line.ok_or_else(|| Error::not_found("project (projectId)", new.project))?;
        may_share(&world, actor, &line, &new.shared_with, "sharedScopes")?;
        let mut problems: Vec<_> =
            wrong_description(new.description.as_deref()).into_iter().collect();
        problems.extend(wrong_name(&new.name));
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let (at, by) = (self.now(), actor.name.clone());
        let shared =
            |scope: &Scope| SharedScope { scope: *scope, created_at: at, created_by: by.clone() };
        let volume = DataVolumeSource {
            origin_pvc_name: new.origin_pvc_name,
            shared_scopes: new.shared_with.iter().map(shared).collect(),
        };
        let new = NewAsset {
            name: new.name,
            description: new.description,
            scope,
            supports: None,
            spec: AssetSpec::DataVolume(volume),
            content: SecretContent::new(),
            is_private: false,
        };
        self.create_asset(actor, new).await
    }

    /// Another description, and nothing else.
    pub async fn describe_data_volume(
        &self,
        actor: &Actor,
        id: AssetId,
        description: Option<String>,
    ) -> Result<Arc<Asset>> {
        let volume = self.data_volume(actor, &self.world(), id)?;
        if let Some(problem) = wrong_description(description.as_deref()) {
            return Err(Error::Invalid(vec![problem]));
        }
        self.rename_asset(actor, id, volume.name.to_string(), description).await
    }

    /// Shares it with more places, and with some no longer.
    pub async fn share_data_volume(
        &self,
        actor: &Actor,
        id: AssetId,
        add: Vec<Scope>,
        remove: Vec<Scope>,
    ) -> Result<Arc<Asset>> {
        let volume = self.data_volume(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::Asset(AssetKind::DataVolume, volume.scope))?;
        for (field, places) in [("add", &add), ("remove", &remove)] {
            if places.len() > SCOPES_AT_ONCE {
                let message = format!("At most {SCOPES_AT_ONCE} places at once");
                return Err(Error::field(field, "many", message));
            }
        }
        let (actor, by) = (actor.clone(), actor.name.clone());
        self.change(move |world, now| {
            let old = world.assets.get(&id).ok_or_else(|| Error::not_found("data volume", id))?;
            let AssetSpec::DataVolume(volume) = &old.spec else {
                return Err(Error::not_found("data volume", id));
            };
            let line = world.line_of(old.scope).unwrap_or_default();
            may_share(world, &actor, &line, &add, "add")?;
            let volume = volume.clone().shared(&add, &remove, &by, now);
            still_reaches(world, &actor, old, &volume)?;
            let spec = AssetSpec::DataVolume(volume);
            let wrong = domain::asset::check_spec(&spec, None);
            if !wrong.is_empty() {
                return Err(Error::Invalid(wrong));
            }
            let update_count = old.update_count + 1;
            let changed =
                Asset { spec, updated_by: by, updated_at: now, update_count, ..(**old).clone() };
            let change = Change::Asset(AssetChange::Asset(Box::new(changed.clone())));
            Ok((vec![change], Arc::new(changed)))
        })
        .await
    }

    pub fn data_volume(&self, actor: &Actor, world: &World, id: AssetId) -> Result<Arc<Asset>> {
        self.asset_of_kind(actor, world, AssetKind::DataVolume, id)
    }

    /// Whether a data volume of the cluster may be called so.
    pub fn check_data_volume_name(
        &self,
        actor: &Actor,
        world: &World,
        cluster: domain::ClusterId,
        name: &str,
    ) -> Result<()> {
        let scope = Scope::Cluster(cluster);
        let seen = world.line_of(scope).filter(|_| actor.sees(scope));
        let line = seen.ok_or_else(|| Error::not_found("cluster (clusterId)", cluster))?;
        if let Some(problem) = wrong_name(name) {
            return Err(Error::field("dataName", &problem.key, problem.message));
        }
        let name = name.parse::<AssetName>();
        let name = name.map_err(|w| Error::field("dataName", "name.format", w.to_string()))?;
        match world.data_volume_named(&line, &name, None) {
            true => {
                Err(Error::NameTaken(format!("the cluster already has the data volume {name}")))
            }
            false => Ok(()),
        }
    }
}

/// No place loses the volume, shared as `left` says, while a workspace there has it.
fn still_reaches(
    world: &World,
    actor: &Actor,
    asset: &Asset,
    left: &DataVolumeSource,
) -> Result<()> {
    let lost = world.live().find(|workload| {
        let uses = workload.spec.submission.data_volumes().iter().any(|(_, id)| *id == asset.id);
        let place = Scope::Project(workload.project);
        let line = world.line_of(place).unwrap_or_default();
        uses && place != asset.scope
            && !left.shared_scopes.iter().any(|shared| line.passes(shared.scope))
    });
    let Some(workload) = lost else { return Ok(()) };
    let seen = actor.is_allowed(Action::Read, Resource::Workload(workload.project));
    let who = if seen { format!("workspace {}", workload.name) } else { "a workspace".to_owned() };
    Err(Error::AssetInUse(format!("{} is used by {who} there", asset.name)))
}

/// Each place lies in the cluster of the volume, and the actor may put something there.
fn may_share(
    world: &World,
    actor: &Actor,
    line: &Line,
    places: &[Scope],
    list: &str,
) -> Result<()> {
    for (i, place) in places.iter().enumerate() {
        let field = format!("{list}[{i}].scopeId");
        let found = world.line_of(*place).filter(|_| actor.sees(*place));
        if found.is_none_or(|found| found.cluster != line.cluster) {
            let message =
                format!("There is no {} {} in this cluster", place.level().noun(), place.id());
            return Err(Error::field(&field, "scope.unknown", message));
        }
        actor.may(Action::Create, Resource::Asset(AssetKind::DataVolume, *place))?;
    }
    Ok(())
}

pub(super) fn wrong_description(description: Option<&str>) -> Option<Problem> {
    let long = description.is_some_and(|text| text.chars().count() > DATA_VOLUME_DESCRIPTION_MAX);
    long.then(|| {
        let message = format!("At most {DATA_VOLUME_DESCRIPTION_MAX} characters");
        Problem::new("description", "description.length", message)
    })
}

pub(super) fn wrong_name(name: &str) -> Option<Problem> {
    check_name(name).is_err().then(|| {
        let message = "Begin with a letter; use lowercase letters, digits and hyphens, at most 63";
        Problem::new("name", "name.format", message)
    })
}

impl World {
    /// Whether a data volume of the line's cluster has this name.
    pub(crate) fn data_volume_named(
        &self,
        line: &Line,
        name: &AssetName,
        own: Option<AssetId>,
    ) -> bool {
        self.assets.values().any(|other| {
            other.kind() == AssetKind::DataVolume
                && other.name == *name
                && Some(other.id) != own
                && self.line_of(other.scope).is_some_and(|of| of.cluster == line.cluster)
        })
    }

    /// Whether the claim is one that a data source of the project stands for.
    pub fn data_volume_state(&self, asset: &Asset) -> Option<DataVolumeState> {
        let AssetSpec::DataVolume(volume) = &asset.spec else { return None };
        let line = self.line_of(asset.scope)?;
        let origin = self.assets.values().any(|other| match &other.spec {
            AssetSpec::Pvc(pvc) => {
                self.is_usable(&line, other)
                    && pvc.claim_name.as_deref() == Some(&*volume.origin_pvc_name)
            }
            _ => false,
        });
        let missing = || {
            format!("Its project has no PVC data source with the claim {}", volume.origin_pvc_name)
        };
        Some(if origin { DataVolumeState::Ready } else { DataVolumeState::NotReady(missing()) })
    }

    /// The claim that a data volume shows, and where that is.
    pub(crate) fn shared_claim(&self, volume: AssetId) -> Option<SharedClaim> {
        let asset = self.assets.get(&volume)?;
        let (AssetSpec::DataVolume(of), Scope::Project(project)) = (&asset.spec, asset.scope)
        else {
            return None;
        };
        let namespace = self.projects.get(&project)?.namespace();
        Some(SharedClaim { volume, namespace, claim: of.origin_pvc_name.clone() })
    }

    /// Data volumes that a submission mounts and may not.
    pub(crate) fn wrong_data_volumes(&self, line: &Line, submission: &Submission) -> Vec<Problem> {
        let is_on = self.settings.has_data_volumes();
        let named = submission.data_volumes().into_iter();
        let wrong = named.filter_map(|(field, id)| {
            let found = self.assets.get(&id).filter(|asset| {
                asset.kind() == AssetKind::DataVolume && self.is_usable(line, asset)
            });
            let (key, message) = match found {
                _ if !is_on => (
                    "datavolume.off",
                    "Data volumes are switched off in the general settings".to_owned(),
                ),
                None => {
                    ("datavolume.unknown", format!("There is no data volume {id} for this project"))
                }
                Some(_) => return None,
            };
            Some(Problem::new(field, key, message))
        });
        wrong.collect()
    }
}
