//! What the scheduler is told of whoever asks for a verdict, so that every fix it offers is one that they can have: a
//! patch counts as it would be submitted, with the policies and rules of the project, and work that might stop is
//! their own.

use std::cmp::Reverse;

use domain::{
    ProjectId, Reason, ScopeRef, WorkloadId,
    access::{Action, Actor, Resource, ResourceType},
    reason::ScopeKind,
    submission::{Spec, Submission},
    verdict::{Fix, FixAction, Outcome, Remedy, Verdict, apply_patch},
    workload::{DesiredPhase, Source, Workload},
};
use serde_json::Value;

use crate::{
    ControlPlane, NewWorkspace, Result, StartFrom, World,
    policies::enforcing::{Complied, complied},
    workspaces::unknown_pools,
};

/// People who are named to be asked.
const NAMED_MAX: usize = 3;

impl World {
    /// What would be submitted with a patch of what was typed; nothing where that is refused.
    pub(crate) fn submitted_with(&self, new: &NewWorkspace, patch: &Value) -> Option<Spec> {
        let typed = apply_patch(&new.submission, patch)?;
        let resolved = self.resolve(new.project, &new.start, typed);
        let Complied { submission, problems, .. } = complied(self, new.project, resolved).ok()?;
        let is_refused = !problems.is_empty()
            || !unknown_pools(self, new.cluster, &submission).is_empty()
            || !self.not_here(new.cluster, &submission).is_empty();
        let spec = Spec::try_from(submission).ok().filter(|_| !is_refused)?;
        Some(self.spec_within_reach(new.project, &new.name, spec))
    }

    /// With the names of those who can raise what is to be raised, where the reader may see people.
    pub(crate) fn with_owners(&self, actor: &Actor, mut verdict: Verdict) -> Verdict {
        let (Outcome::Waits { fixes, .. } | Outcome::Never { fixes, .. }) = &mut verdict.outcome
        else {
            return verdict;
        };
        let sees_people = actor.may_somewhere(Action::Read, ResourceType::Users).is_ok();
        for fix in fixes.iter_mut().filter(|_| sees_people) {
            if let Some(FixAction::Ask { scope, who, .. }) = &mut fix.action {
                *who = self.owners_of(scope);
            }
        }
        verdict
    }

    /// People who may change a project or department.
    fn owners_of(&self, scope: &ScopeRef) -> Vec<String> {
        let project = || self.projects.values().find(|own| own.name.as_str() == scope.name);
        let department = || self.departments.values().find(|own| own.name.as_str() == scope.name);
        let on = match scope.kind {
            ScopeKind::Project => project().map(|own| Resource::Project(own.id)),
            ScopeKind::Department => department().map(|own| Resource::Department(own.id)),
        };
        let Some(on) = on else { return vec![] };
        let may = |user: &&domain::access::User| self.actor_of(user).is_allowed(Action::Update, on);
        let owners = self.users.values().filter(may).take(NAMED_MAX);
        owners.map(|user| user.email.clone()).collect()
    }
}

impl ControlPlane {
    /// What would help a workload that waits, or has ended by mishap: each tried as a copy of it would be submitted
    /// now. Nothing for any other.
    ///
    /// # Errors
    ///
    /// As for a submission: whoever may not submit there is offered nothing.
    pub async fn fixes_of(&self, actor: &Actor, id: WorkloadId) -> Result<Vec<Fix>> {
        let workload = self.workload(actor, id)?;
        let waits = workload.is_waiting() && workload.desired == DesiredPhase::Running;
        match workload.phase.reasons().first() {
            Some(Reason::QueuedForCycle | Reason::MakingRoom { .. }) | None => Ok(vec![]),
            Some(_) if waits => {
                let copy = copy_of(&workload, workload.spec.submission.clone());
                Ok(self.verdict(actor, copy).await?.outcome.fixes().to_vec())
            }
            Some(why) => Ok(self.remedy_of(actor, &workload, why).await?.into_iter().collect()),
        }
    }

    async fn remedy_of(
        &self,
        actor: &Actor,
        workload: &Workload,
        why: &Reason,
    ) -> Result<Option<Fix>> {
        let submission = &workload.spec.submission;
        let Some(remedy) = Remedy::against(why, submission) else { return Ok(None) };
        let Some(submission) = apply_patch(submission, &remedy.patch) else { return Ok(None) };
        let outcome = self.verdict(actor, copy_of(workload, submission)).await?.outcome;
        let then = outcome.kind();
        let placement = match outcome {
            Outcome::StartsNow { placement } => Some(placement),
            Outcome::Waits { .. } | Outcome::LeftTo { .. } => None,
            Outcome::Never { .. } | Outcome::Refused { .. } => return Ok(None),
        };
        let Remedy { code, label, patch, action } = remedy;
        Ok(Some(Fix { code, label, patch, action, warning: None, then, placement }))
    }

    /// The workloads of somebody that run and that they may stop, those first whose GPUs idle longest.
    pub(crate) fn own_work(&self, world: &World, actor: &Actor) -> Vec<WorkloadId> {
        let may_stop =
            |project: ProjectId| actor.is_allowed(Action::Update, Resource::Workload(project));
        let mut own: Vec<_> = world
            .live()
            .filter(|w| w.created_by == actor.name && w.placement().is_some())
            .filter(|w| w.desired == DesiredPhase::Running && may_stop(w.project))
            .map(|w| (Reverse(self.idles_secs(w)), Reverse(w.created_at), w.id))
            .collect();
        own.sort_unstable();
        own.into_iter().map(|(.., id)| id).collect()
    }
}

/// A workload as it would be submitted once more.
fn copy_of(workload: &Workload, submission: Submission) -> NewWorkspace {
    NewWorkspace {
        name: workload.requested_name.clone(),
        name_is_prefix: true,
        project: workload.project,
        cluster: workload.cluster,
        submission,
        start: StartFrom { is_complete: true, ..StartFrom::default() },
        source: Source::ControlPlane,
    }
}
