//! Volumes that one node at a time can mount, and who mounts them now (`form-and-assets.md` §8.3).

use domain::{
    ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::AssetSpec,
    submission::{PvcVolume, Submission},
    workload::Workload,
};

use crate::World;

impl World {
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
        let words = kept.filter_map(|claim| {
            let name = claim.claim_name.as_deref().filter(|_| claim.existing_pvc == Some(true))?;
            let is_shared = self.single_node_claim(project, name)?;
            let held = |workload: &&Workload| {
                (workload.project == project || is_shared) && mounts(workload, name)
            };
            let holder = self.workloads.values().map(AsRef::as_ref).find(held)?;
            let node = &holder.placement()?.node;
            let is_seen = actor.is_allowed(Action::Read, Resource::Workload(holder.project));
            let who = match is_seen {
                true => format!("workspace {}", holder.name),
                false => "a workspace of another project".to_owned(),
            };
            let place = if is_seen { format!(" on {node}") } else { String::new() };
            Some(format!(
                "Volume {name} can be mounted by one node at a time, and {who} has it{place}. On any other node this \
                 workspace waits until it is released."
            ))
        });
        words.collect()
    }

    /// Whether a claim that one node at a time can mount is the same in other projects; `None` where several nodes can,
    /// or nothing is known of it.
    fn single_node_claim(&self, project: ProjectId, name: &str) -> Option<bool> {
        let line = self.line_of(Scope::Project(project))?;
        let of = |claim: &&PvcVolume| claim.claim_name.as_deref() == Some(name);
        let usable = self.assets.values().filter(|asset| self.is_usable(&line, asset));
        let claims = usable.filter_map(|asset| match &asset.spec {
            AssetSpec::Pvc(claim) => Some(claim),
            _ => None,
        });
        let claim = claims.into_iter().find(of)?;
        let modes = claim.claim_info.as_ref().and_then(|info| info.access_modes.clone());
        let is_single = modes.unwrap_or_default().is_of_one_node();
        is_single.then(|| claim.data_sharing == Some(true))
    }
}

/// Whether it is on a node, with this claim.
fn mounts(workload: &Workload, name: &str) -> bool {
    let storage = workload.spec.submission.storage.as_ref();
    let mut claims = storage.into_iter().flat_map(|storage| storage.pvc.iter().flatten());
    workload.placement().is_some()
        && claims
            .any(|claim| claim.claim_name.as_deref() == Some(name) && claim.exclude != Some(true))
}
