//! From which nodes the volumes of workloads can be reached, as their clusters say: laid over what a submission asks
//! for, as the scheduler reads it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cluster::{
    Reach, SharedClaim,
    kubernetes::manifest::{claim_name, data_volume},
};
use domain::{
    ClusterId, NodeName, ProjectId,
    submission::{Claim, PodRequest, Spec, Submission, kept},
    workload::Workload,
};
use scheduler::Job;

use crate::World;

/// Nodes by namespace and claim. A claim that is not among them can be reached from everywhere.
pub(crate) type Reaches = BTreeMap<(String, String), Vec<NodeName>>;

impl World {
    /// Takes over what a cluster says of its volumes, as far as projects use them. True where that is news.
    pub(crate) fn reached(&mut self, cluster: ClusterId, said: Vec<Reach>) -> bool {
        let of_cluster = self.projects.values().filter(|project| project.cluster == cluster);
        let namespaces: BTreeSet<_> = of_cluster.map(|project| project.namespace()).collect();
        let ours = said.into_iter().filter(|reach| namespaces.contains(&reach.namespace));
        let ours: Reaches =
            ours.map(|reach| ((reach.namespace, reach.claim), reach.nodes)).collect();
        if self.reaches.get(&cluster).map_or(ours.is_empty(), |old| **old == ours) {
            return false;
        }
        self.reaches.insert(cluster, Arc::new(ours));
        self.serial += 1;
        true
    }

    /// A workload as the scheduler sees it.
    pub(crate) fn job(&self, workload: &Workload) -> Option<Job> {
        let mut job = Job::of(workload)?;
        let (name, submission) = (workload.name.as_str(), &workload.spec.submission);
        for pod in &mut job.pods {
            self.within_reach(workload.project, name, submission, &mut pod.request);
        }
        Some(job)
    }

    /// A specification with what is known of its volumes.
    pub(crate) fn spec_within_reach(&self, project: ProjectId, name: &str, mut spec: Spec) -> Spec {
        self.within_reach(project, name, &spec.submission, &mut spec.pod);
        spec
    }

    /// The request of a workload called `name`, with the nodes from which its claims can be reached.
    fn within_reach(
        &self,
        project: ProjectId,
        name: &str,
        submission: &Submission,
        request: &mut PodRequest,
    ) {
        let Some(project) = self.projects.get(&project) else { return };
        let Some(reaches) = self.reaches.get(&project.cluster) else { return };
        let namespace = project.namespace();
        let nodes_of = |namespace: String, claim: String| reaches.get(&(namespace, claim)).cloned();
        let nodes = |claim: &str| nodes_of(namespace.clone(), claim.to_owned());
        for claim in &mut request.claims {
            claim.nodes = nodes(&claim.name);
        }
        // Claims without a name in the submission have one in the cluster.
        let volumes = submission.storage.iter().flat_map(|of| kept(&of.pvc, |pvc| pvc.exclude));
        let own = volumes.filter(|(_, pvc)| pvc.claim_name.as_deref().is_none_or(str::is_empty));
        for (i, pvc) in own.filter(|(_, pvc)| pvc.ephemeral != Some(true)) {
            let claim = claim_name(name, i, pvc);
            if let Some(nodes) = nodes(&claim) {
                let nodes = Some(nodes);
                request.claims.push(Claim { name: claim, one_node: false, shared: None, nodes });
            }
        }
        // A data volume is reached from where the claim is that it shows.
        for (_, volume) in submission.data_volumes() {
            let Some(SharedClaim { namespace, claim, .. }) = self.shared_claim(volume) else {
                continue;
            };
            if let Some(nodes) = nodes_of(namespace, claim) {
                let (name, nodes) = (data_volume(&volume.to_string()), Some(nodes));
                request.claims.push(Claim { name, one_node: false, shared: None, nodes });
            }
        }
    }
}
