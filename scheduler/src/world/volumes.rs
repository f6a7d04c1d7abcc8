//! What is known of volumes, put beside what submissions say of their claims.

use std::{borrow::Cow, collections::HashMap};

use domain::{
    ProjectId,
    scope::Line,
    submission::{Claim, PodRequest},
};

use crate::{Snapshot, Volume};

/// Volumes by the names of their claims, and where each project lies.
#[derive(Debug, Default)]
pub(super) struct Volumes {
    by_claim: HashMap<String, Vec<Volume>>,
    lines: HashMap<ProjectId, Line>,
}

impl Volumes {
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut volumes = Self::default();
        if snapshot.volumes.is_empty() {
            return volumes;
        }
        for volume in &snapshot.volumes {
            volumes.by_claim.entry(volume.claim.clone()).or_default().push(volume.clone());
        }
        let line = |project: &domain::org::Project| {
            let (cluster, department) = (Some(project.cluster), Some(project.department));
            (project.id, Line { cluster, department, project: Some(project.id) })
        };
        volumes.lines = snapshot.projects.iter().map(line).collect();
        volumes
    }

    /// What a pod of a project asks for, with what is known of its claims.
    pub fn completed<'a>(
        &self,
        project: ProjectId,
        request: &'a PodRequest,
    ) -> Cow<'a, PodRequest> {
        if !request.claims.iter().any(|claim| self.of_claim(project, claim).is_some()) {
            return Cow::Borrowed(request);
        }
        let mut request = request.clone();
        for claim in &mut request.claims {
            if let Some(volume) = self.of_claim(project, claim) {
                claim.one_node |= volume.one_node;
                claim.shared = volume.is_shared.then_some(volume.scope);
                claim.nodes = claim.nodes.take().or_else(|| volume.nodes.clone());
            }
        }
        Cow::Owned(request)
    }

    fn of_claim(&self, project: ProjectId, claim: &Claim) -> Option<&Volume> {
        let line = self.lines.get(&project)?;
        self.by_claim.get(&claim.name)?.iter().find(|volume| line.passes(volume.scope))
    }
}
