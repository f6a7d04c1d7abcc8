//! Templates at step 1: what somebody can start from in a project, each with the scheduler's answer now.

#[cfg(feature = "ssr")]
use domain::Scope;
use domain::{ClusterId, ProjectId, TemplateId, verdict::VerdictKind};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::data::Places;
#[cfg(feature = "ssr")]
use super::data::{facts, list_places};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, widgets::Against, wire::Call};

/// A template as its tile shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateTile {
    pub id: TemplateId,
    pub name: String,
    pub description: String,
    /// Whose it is: `account`, or the name of cluster, department or project.
    pub scope: String,
    /// Image and compute in a line.
    pub summary: String,
    pub kind: VerdictKind,
    /// What the scheduler says, or why it cannot be launched as it is.
    pub sentence: String,
    /// What the policy of the project has against it.
    pub against: Vec<Against>,
}

impl TemplateTile {
    /// Whether it can be launched as it is.
    pub fn is_runnable(&self) -> bool {
        self.kind != VerdictKind::Refused
    }
}

/// What can be started from in a project, recently used first.
#[server(prefix = "/ui", endpoint = "templates", protocol = Call)]
pub async fn list_templates(project: ProjectId) -> Result<Vec<TemplateTile>, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let cluster = control.project(&actor, &world, project)?.cluster;
    let mut tiles = Vec::new();
    let line = world.line_of(Scope::Project(project)).unwrap_or_default();
    let templates = control.templates(&actor, &world);
    let here = templates.iter().filter(|template| line.passes(template.scope));
    for template in here.filter(|template| template.is_offered(&world.settings)) {
        let new = facts::from_template(String::new(), project, cluster, template.id);
        let resolved = world.resolve(project, &new.start, Default::default());
        let verdict = control.verdict(&actor, new).await?;
        let judged =
            super::judged::judged(&control, &actor, cluster, &resolved.submission, verdict);
        let compliance = control.template_compliance(&actor, &world, project, template)?;
        tiles.push(TemplateTile {
            id: template.id,
            name: template.name.to_string(),
            description: template.description.clone().unwrap_or_default(),
            scope: world.place_name(template.scope),
            summary: super::judged::summary(&resolved.submission),
            kind: judged.kind,
            sentence: judged.sentence,
            against: compliance.violations.iter().map(Into::into).collect(),
        });
    }
    Ok(tiles)
}

/// Step 1 at once: where somebody may submit, and what they can start from in the project that is chosen
/// at first.
#[server(prefix = "/ui", endpoint = "start", protocol = Call)]
pub async fn load_start(asked: Option<ProjectId>) -> Result<(Places, Vec<TemplateTile>), UiError> {
    let places = list_places().await?;
    let tiles = match places.chosen(asked) {
        Some(project) => list_templates(project).await?,
        None => vec![],
    };
    Ok((places, tiles))
}

/// The form as a template fills it in.
#[server(prefix = "/ui", endpoint = "launch_template", protocol = Call)]
pub async fn launch_template(
    name: String,
    project: ProjectId,
    cluster: ClusterId,
    template: TemplateId,
) -> Result<domain::WorkloadId, UiError> {
    let (control, actor) = caller()?;
    let new = facts::from_template(name, project, cluster, template);
    Ok(control.create_workspace(&actor, new).await?.id)
}
