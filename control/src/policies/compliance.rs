//! Whether what could be chosen complies with the policy of a project: assets, templates, and what
//! is left of a workload that is copied.

use domain::{
    ProjectId, Scope, WorkloadId,
    access::{Action, Actor, Resource},
    asset::Asset,
    policy::{Violation, copied, evaluate, evaluate_submitted, resolve},
    submission::Submission,
    template::{Template, why_not_runnable},
};

use super::enforcing::complied;
use crate::{ControlPlane, Error, Result, StartFrom, World};

const UNREADABLE: Error = Error::Internal { what: "apply the policy to the submission" };

/// An asset under the policy of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssetCompliance {
    /// A policy attaches it to every workload.
    pub is_imposed: bool,
    /// What choosing it would break; nothing when it complies.
    pub violations: Vec<Violation>,
}

/// A template under the policy of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateCompliance {
    pub violations: Vec<Violation>,
    /// Why it cannot be launched there as it is, for whatever reason.
    pub issue: Option<String>,
}

impl ControlPlane {
    /// Whether this asset alone complies in `project`.
    pub fn asset_compliance(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
        asset: &Asset,
    ) -> Result<AssetCompliance> {
        may_see(actor, world, project)?;
        let effective = world.effective_policy(project);
        let is_imposed = effective.imposed.iter().any(|(id, _)| *id == asset.id.to_string());
        let spec =
            asset.submission(&world.secrets_of([asset])).to_spec().map_err(|_| UNREADABLE)?;
        let line = world.line_of(Scope::Project(project)).unwrap_or_default();
        let resolution = resolve(&effective, &spec, &|id| world.imposable(&line, id));
        Ok(AssetCompliance { is_imposed, violations: evaluate_submitted(&resolution) })
    }

    /// Whether the template, with the assets that it links, can be launched in `project`.
    pub fn template_compliance(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
        template: &Template,
    ) -> Result<TemplateCompliance> {
        may_see(actor, world, project)?;
        let start = StartFrom { template: Some(template.id), ..StartFrom::default() };
        let resolved = world.resolve(project, &start, Submission::default());
        let spec = resolved.submission.to_spec().map_err(|_| UNREADABLE)?;
        let effective = world.effective_policy(project);
        let line = world.line_of(Scope::Project(project)).unwrap_or_default();
        let resolution = resolve(&effective, &spec, &|id| world.imposable(&line, id));
        let problems = complied(world, project, resolved)?.problems;
        let issue = why_not_runnable(&problems);
        Ok(TemplateCompliance { violations: evaluate(&resolution), issue })
    }

    /// What a copy of the workload begins with in `project`: all of it but what the policy there
    /// blocks or imposes.
    pub fn copy_of_workload(
        &self,
        actor: &Actor,
        id: WorkloadId,
        project: ProjectId,
    ) -> Result<Submission> {
        let workload = self.workload(actor, id)?;
        let world = self.world();
        may_see(actor, &world, project)?;
        let spec = workload.spec.submission.to_spec().map_err(|_| UNREADABLE)?;
        let copy = copied(&world.effective_policy(project), spec);
        Submission::from_spec(copy).map_err(|_| UNREADABLE)
    }
}

fn may_see(actor: &Actor, world: &World, project: ProjectId) -> Result<()> {
    let seen = actor.is_allowed(Action::Read, Resource::Project(project));
    match seen && world.projects.contains_key(&project) {
        true => Ok(()),
        false => Err(Error::not_found("project", project)),
    }
}
