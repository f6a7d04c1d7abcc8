//! Making a workspace, and the question before it: what would happen if?

use std::sync::Arc;

use domain::{
    ClusterId, Problem, ProjectId, WorkloadId, WorkloadName,
    access::{Action, Actor, Resource},
    asset::MadeFrom,
    name::workload_name_room,
    org::{Cluster, Project},
    submission::{FieldSource, Spec, Submission, layers::fill},
    verdict::{Outcome, Verdict},
    workload::{NewWorkload, Source, Workload},
};
use scheduler::{Help, Probe};
use serde_json::Value;

use crate::{
    ControlPlane, Error, Result, StartFrom, World,
    changes::changed,
    policies::enforcing::{Complied, complied, credit},
    privacy::told_verdict,
};

/// Characters of a random suffix.
const SUFFIX_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// What is said of a name in use (`form-and-assets.md` §2.2).
pub const NAME_TAKEN: &str = "A workload with this name already exists in the project";

/// A workspace as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    pub name: String,
    /// Append a random suffix to the name.
    pub name_is_prefix: bool,
    pub project: ProjectId,
    pub cluster: ClusterId,
    /// As typed; wins over what it starts from.
    pub submission: Submission,
    /// Template and assets that it starts from.
    pub start: StartFrom,
    pub source: Source,
}

impl ControlPlane {
    /// Makes a workspace. Everything that is wrong with it is said at once.
    pub async fn create_workspace(
        &self,
        actor: &Actor,
        new: NewWorkspace,
    ) -> Result<Arc<Workload>> {
        let id = WorkloadId(self.inner.chance.uuid());
        let suffix = new.name_is_prefix.then(|| self.suffix());
        let actor = actor.clone();
        let made = self
            .change(move |world, now| {
                let place = place_of(world, &actor, new.project, new.cluster, Action::Create)?;
                let (name, spec, made_from) = accepted(world, &place, &new, suffix.as_deref())?;
                let mut workload = Workload::new(
                    NewWorkload {
                        id,
                        cluster: new.cluster,
                        project: new.project,
                        name,
                        requested_name: new.name,
                        created_by: actor.name,
                        source: new.source,
                        spec,
                        made_from,
                    },
                    now,
                );
                world.limit(&mut workload);
                world.name_tools(&mut workload);
                Ok((vec![changed(workload)], id))
            })
            .await?;
        let world = self.world();
        world.workloads.get(&made).cloned().ok_or_else(|| Error::not_found("workload", made))
    }

    /// What would happen if this were created now. It changes nothing.
    pub async fn verdict(&self, actor: &Actor, new: NewWorkspace) -> Result<Verdict> {
        let world = self.world();
        let place = place_of(&world, actor, new.project, new.cluster, Action::Create)?;
        let resolved = world.resolve(new.project, &new.start, new.submission.clone());
        let Complied { submission, problems: mut violations, .. } =
            complied(&world, new.project, resolved)?;
        violations.extend(unknown_pools(&world, new.cluster, &submission));
        violations.extend(world.not_here(new.cluster, &submission));
        let spec = match Spec::try_from(submission) {
            Ok(spec) if violations.is_empty() => spec,
            _ => {
                let outcome = Outcome::Refused { violations };
                let (consequences, estimate) = (None, None);
                return Ok(Verdict { outcome, consequences, estimate, snapshot: world.serial });
            }
        };
        let (control, cluster) = (self.clone(), place.cluster.clone());
        self.inner.note_question(cluster.id, self.now());
        let spec = world.spec_within_reach(new.project, &new.name, spec);
        let probe = Probe { project: new.project, spec };
        let calibration = self.inner.calibration();
        let (own, asker) = (self.own_work(&world, actor), actor.clone());
        // Milliseconds of pure computing on a large cluster; not on a thread that serves others.
        let judge = move || {
            let reading = control.reading(&world, &cluster, control.now());
            let submitted = |patch: &Value| world.submitted_with(&new, patch);
            let help = Help { submitted: &submitted, own: &own };
            let verdict = reading.verdict(&world, &probe, &help, calibration);
            match &cluster.scheduler {
                Some(scheduler) => verdict.left_to(scheduler),
                None => world.with_owners(&asker, verdict),
            }
        };
        let judged = tokio::task::spawn_blocking(judge);
        let verdict = judged.await.map_err(|_| Error::Internal { what: "judge the submission" })?;
        Ok(told_verdict(actor, verdict))
    }

    /// What is wrong with a name, for the field that somebody types it into.
    pub fn check_workspace_name(
        &self,
        actor: &Actor,
        project: ProjectId,
        name: &str,
    ) -> Result<Option<Problem>> {
        let world = self.world();
        let project = visible_project(&world, actor, project)?;
        Ok(checked_name(&world, &project, name, None).err())
    }

    fn suffix(&self) -> String {
        let mut bytes = [0; 5];
        self.inner.chance.fill(&mut bytes);
        let letter =
            |byte: &u8| SUFFIX_ALPHABET[usize::from(*byte) % SUFFIX_ALPHABET.len()] as char;
        bytes.iter().map(letter).collect()
    }
}

struct Place {
    project: Arc<Project>,
    cluster: Cluster,
}

/// Where somebody wants to submit, if they may.
fn place_of(
    world: &World,
    actor: &Actor,
    project: ProjectId,
    cluster: ClusterId,
    action: Action,
) -> Result<Place> {
    let project = visible_project(world, actor, project)?;
    actor.may(action, Resource::Workload(project.id))?;
    let found = world.clusters.get(&cluster).cloned();
    let cluster = found.ok_or_else(|| Error::not_found("cluster (clusterId)", cluster))?;
    if project.cluster != cluster.id {
        let message = format!("Project {} is not in cluster {}", project.name, cluster.name);
        return Err(Error::field("clusterId", "cluster.other", message));
    }
    Ok(Place { project, cluster })
}

fn visible_project(world: &World, actor: &Actor, id: ProjectId) -> Result<Arc<Project>> {
    let project = world.projects.get(&id);
    let seen = project.filter(|p| actor.is_allowed(Action::Read, Resource::Project(p.id)));
    seen.cloned().ok_or_else(|| Error::not_found("project (projectId)", id))
}

/// Name, spec and what it was made from, or everything that is wrong.
fn accepted(
    world: &World,
    place: &Place,
    new: &NewWorkspace,
    suffix: Option<&str>,
) -> Result<(WorkloadName, Spec, MadeFrom)> {
    let resolved = world.resolve(new.project, &new.start, new.submission.clone());
    let Complied { submission, mut made_from, mut problems } =
        complied(world, new.project, resolved)?;
    if new.start.is_complete {
        credit(world, new.project, &submission, &mut made_from.sources)?;
    }
    problems.extend(unknown_pools(world, new.cluster, &submission));
    problems.extend(world.not_here(new.cluster, &submission));
    let name = checked_name(world, &place.project, &new.name, suffix);
    let spec = Spec::try_from(submission);
    match (name, spec) {
        (Ok(name), Ok(spec)) if problems.is_empty() => {
            fill(&mut made_from.sources, &spec.submission, &FieldSource::Platform);
            Ok((name, spec, made_from))
        }
        (Err(taken), Ok(_)) if problems.is_empty() && taken.key == "name.taken" => {
            Err(Error::NameTaken(taken.message))
        }
        (name, _) => {
            problems.extend(name.err());
            Err(Error::Invalid(problems))
        }
    }
}

fn checked_name(
    world: &World,
    project: &Project,
    name: &str,
    suffix: Option<&str>,
) -> std::result::Result<WorkloadName, Problem> {
    let room = workload_name_room(&project.name, suffix.is_some());
    let whole = suffix.map_or_else(|| name.to_owned(), |suffix| format!("{name}-{suffix}"));
    let named: WorkloadName = match name.parse::<WorkloadName>() {
        Ok(_) if name.len() > room => {
            let message = format!("At most {room} characters in project {}", project.name);
            return Err(Problem::new("name", "name.length", message));
        }
        Ok(_) => whole.parse().map_err(|wrong: domain::NameProblem| {
            Problem::new("name", "name.format", wrong.to_string())
        })?,
        Err(wrong) => return Err(Problem::new("name", "name.format", wrong.to_string())),
    };
    let mut same = world.live().filter(|w| w.project == project.id && w.name == named);
    match same.next() {
        Some(_) => Err(Problem::new("name", "name.taken", NAME_TAKEN)),
        None => Ok(named),
    }
}

/// Pools that the cluster does not have, each at its place in the list.
pub(crate) fn unknown_pools(
    world: &World,
    cluster: ClusterId,
    submission: &Submission,
) -> Vec<Problem> {
    let known: Vec<_> = world.pools_of(cluster).map(|pool| pool.name.as_str()).collect();
    let asked = submission.node_pools.iter().flatten().enumerate();
    let unknown = asked.filter(|(_, pool)| !known.contains(&pool.as_str()));
    unknown
        .map(|(i, _)| {
            let message = format!("The cluster has the node pools {}", known.join(", "));
            Problem::new(format!("spec.nodePools[{i}]"), "pool.unknown", message)
        })
        .collect()
}
