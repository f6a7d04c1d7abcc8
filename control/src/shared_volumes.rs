//! What the assets of volumes say of the claims that submissions name: which one node at a time can mount, and which are
//! the same in other projects (`form-and-assets.md` §8.3).

use std::cmp::Reverse;

use domain::{
    ClusterId, Line, ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetSpec},
    submission::{PvcVolume, Submission},
    workload::Workload,
};
use scheduler::Volume;

use crate::World;

impl World {
    /// The volumes of a cluster that have an asset, those of the innermost scope first.
    pub(crate) fn volumes(&self, cluster: ClusterId) -> Vec<Volume> {
        let assets = self.assets.values().filter(|asset| !asset.is_private());
        let of_cluster = |volume: &Volume| {
            let line = self.line_of(volume.scope);
            line.is_some_and(|line| line.cluster.is_none_or(|own| own == cluster))
        };
        let volumes = assets.filter_map(|asset| volume(asset)).filter(of_cluster);
        let mut volumes: Vec<_> = volumes.collect();
        volumes.sort_by_key(|volume| Reverse(volume.scope.level()));
        volumes
    }

    /// What is to be said of claims of `submission` that other workloads of its cluster have mounted: a sentence each. A
    /// claim of which nothing is known here is passed over.
    pub fn held_volumes(
        &self,
        actor: &Actor,
        project: ProjectId,
        submission: &Submission,
    ) -> Vec<String> {
        let claims = submission.storage.iter().flat_map(|storage| storage.pvc.iter().flatten());
        let kept = claims.filter(|claim| claim.exclude != Some(true));
        let Some(line) = self.line_of(Scope::Project(project)) else { return vec![] };
        let volumes = line.cluster.map(|cluster| self.volumes(cluster)).unwrap_or_default();
        let words = kept.filter_map(|claim| {
            let name = claim.claim_name.as_deref().filter(|_| claim.existing_pvc == Some(true))?;
            let volume = of_claim(&volumes, &line, name).filter(|volume| volume.one_node)?;
            self.held(actor, project, volume)
        });
        words.collect()
    }

    /// The sentence of a volume that is attached.
    fn held(&self, actor: &Actor, project: ProjectId, volume: &Volume) -> Option<String> {
        let shares = |other: ProjectId| {
            let line = self.line_of(Scope::Project(other));
            other == project
                || (volume.is_shared && line.is_some_and(|line| line.passes(volume.scope)))
        };
        let mut all = self.workloads.values().map(AsRef::as_ref);
        let holder = all.find(|w: &&Workload| shares(w.project) && mounts(w, &volume.claim))?;
        let node = &holder.placement()?.node;
        let is_seen = actor.is_allowed(Action::Read, Resource::Workload(holder.project));
        let who = match is_seen {
            true => format!("workspace {}", holder.name),
            false => "a workspace of another project".to_owned(),
        };
        let place = if is_seen { format!(" on {node}") } else { String::new() };
        Some(format!(
            "Volume {} can be mounted by one node at a time, and {who} has it{place}. On any other node this \
             workspace waits until it is released.",
            volume.claim
        ))
    }
}

/// What an asset says of its volume.
fn volume(asset: &Asset) -> Option<Volume> {
    let AssetSpec::Pvc(claim) = &asset.spec else { return None };
    // Of a claim that is there the asset may say nothing but its name.
    let modes = claim.claim_info.as_ref().map(|info| info.access_modes.clone().unwrap_or_default());
    Some(Volume {
        claim: claim.claim_name.clone()?,
        scope: asset.scope,
        is_shared: claim.data_sharing == Some(true),
        one_node: modes.is_some_and(|modes| modes.is_of_one_node()),
        nodes: None,
    })
}

/// The volume that projects at the end of `line` find under a name.
fn of_claim<'a>(volumes: &'a [Volume], line: &Line, name: &str) -> Option<&'a Volume> {
    volumes.iter().find(|volume| volume.claim == name && line.passes(volume.scope))
}

/// Whether it is on a node, with this claim.
fn mounts(workload: &Workload, name: &str) -> bool {
    let storage = workload.spec.submission.storage.as_ref();
    let mut claims = storage.into_iter().flat_map(|storage| storage.pvc.iter().flatten());
    let is_same = |claim: &PvcVolume| {
        claim.claim_name.as_deref() == Some(name) && claim.exclude != Some(true)
    };
    workload.placement().is_some() && claims.any(is_same)
}
