//! What a form says, in other words: YAML that can be typed back, the command line, a call of the interface, and the
//! objects of Kubernetes.

use api::workspaces::curl;
use control::{ControlPlane, World};
use domain::{
    ProjectId,
    access::Actor,
    form::Draft,
    org::Project,
    submission::{
        Submission,
        command::{Command, command},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{data::facts, origin::Origin, renderings::Renderings};
use crate::error::UiError;

/// The YAML of a form: its name, and the spec of the wire.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Written {
    pub name: String,
    pub spec: Value,
}

/// The renderings of a draft.
pub fn renderings(
    control: &ControlPlane,
    actor: &Actor,
    (name, project): (&str, ProjectId),
    (draft, origin): (&Draft, Origin),
) -> Result<Renderings, UiError> {
    let world = control.world();
    let project = control.project(actor, &world, project)?;
    let base = facts::base(control, actor, project.id, (draft, origin))?;
    let submission = draft.submission_over(base);
    let spec = submission.to_spec().unwrap_or_default();
    let Command { text, left_out } = command(name, project.name.as_str(), &submission);
    let written = Written { name: name.to_owned(), spec: spec.clone() };
    Ok(Renderings {
        yaml: serde_saphyr::to_string(&written)
            .map_err(|wrong| UiError::Unavailable(wrong.to_string()))?,
        command: text,
        left_out: left_out.join(", "),
        call: curl(name, project.id, project.cluster, &submission),
        manifest: manifest(&world, &project, name, submission)?,
    })
}

/// The objects of Kubernetes as documents of YAML; where something is still missing, that.
fn manifest(
    world: &World,
    project: &Project,
    name: &str,
    submission: Submission,
) -> Result<String, UiError> {
    let (of, namespace) = (project.name.as_str(), project.namespace());
    let named = submission.node_pools.iter().flatten().filter_map(|name| name.parse().ok());
    let left_to = control::handing::left_to(world, project, &named.collect::<Vec<_>>());
    let made = control::manifest::manifest(of, &namespace, name, submission, left_to.as_ref());
    let documents = match made {
        Ok(documents) => documents,
        Err(problems) => {
            let lines = problems.iter().map(|p| format!("# {}: {}", p.field, p.message));
            let head = ["# Not yet a workspace:".to_owned()];
            return Ok(head.into_iter().chain(lines).collect::<Vec<_>>().join("\n"));
        }
    };
    let documents = documents.iter().map(serde_saphyr::to_string).collect::<Result<Vec<_>, _>>();
    Ok(documents.map_err(|wrong| UiError::Unavailable(wrong.to_string()))?.join("---\n"))
}
