//! What the new-workspace page asks of the server.

use domain::{
    AssetId, ClusterId, Gpus, Problem, ProjectId, WorkloadId,
    form::{Draft, Pairs},
    verdict::VerdictKind,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::given::taken_over;
use super::{offers::Offered, origin::Origin, rules::Rules};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, pages::units::data::UnitRights, wire::Call};

/// Step 1: where somebody may submit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Places {
    pub clusters: Vec<ClusterFacts>,
    pub projects: Vec<ProjectFacts>,
    /// Whether the signed-in person may make one more.
    pub may_make_project: bool,
}

impl Places {
    /// The project that is chosen at first: the one that was asked for, or the first.
    pub fn chosen(&self, asked: Option<ProjectId>) -> Option<ProjectId> {
        let known = asked.filter(|id| self.projects.iter().any(|project| project.id == *id));
        known.or(self.projects.first().map(|project| project.id))
    }
}

/// A cluster as forms name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterFacts {
    pub id: ClusterId,
    pub name: String,
    /// True when nothing real runs there.
    pub simulated: bool,
}

/// A project as its tile shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectFacts {
    pub id: ProjectId,
    pub cluster: ClusterId,
    pub name: String,
    pub department: String,
    /// GPUs in use, over all pools.
    pub used: Gpus,
    pub used_non_preemptible: Gpus,
    /// GPUs promised, over all pools; `None` is unlimited.
    pub quota: Option<Gpus>,
    pub may: UnitRights,
}

/// Step 2: what can be chosen in the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormFacts {
    pub project: ProjectFacts,
    pub cluster: ClusterFacts,
    pub pools: Vec<PoolFacts>,
    /// The order in which the project tries its pools.
    pub default_pools: Vec<String>,
    /// What else there is to choose from.
    pub offers: Vec<Offered>,
    /// Hidden fields that the general settings fill in.
    pub told: Pairs,
    /// Where else on the cluster the signed-in person may submit.
    pub projects: Vec<(ProjectId, String)>,
    /// What is other here than in the project that the form came from, a sentence each.
    pub changes: Vec<String>,
    /// The draft that the address names.
    pub kept: Pairs,
    /// The draft that the address names is not kept any more.
    pub is_lost: bool,
    /// Whether the Flexible form is offered.
    pub has_flexible: bool,
    pub has_data_volumes: bool,
}

/// A node pool as the form lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolFacts {
    pub name: String,
    pub free: Gpus,
    pub total: Gpus,
    /// The project gets no GPUs there: neither by its quota nor over it.
    pub is_closed: bool,
}

/// The scheduler's answer, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub kind: VerdictKind,
    pub sentence: String,
    /// The other reasons, and how many are ahead.
    pub also: Vec<String>,
    /// What is wrong at which field, of `refused`: mistakes that a form shows by itself.
    pub problems: Vec<Problem>,
    /// What else is wrong, which the server alone knows: what policies forbid, what is not there.
    pub beyond: Vec<Problem>,
    /// Present for all but `refused`.
    pub costs: Option<Costs>,
    pub fixes: Vec<FixRow>,
    /// The device that it would lie on, where it starts now with GPUs.
    pub card: Option<CardFacts>,
    /// What is to be known before it is created, and stands against nothing.
    pub notes: Vec<String>,
    /// Fields that name an asset which is gone.
    pub gone: Vec<String>,
}

/// What it would do to the quota and to others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    pub pool: String,
    /// Project first, then department.
    pub quota: Vec<QuotaFacts>,
    pub preempts: String,
    pub preempted_by: String,
}

/// GPUs of one scope, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuotaFacts {
    pub scope: String,
    pub before: Gpus,
    pub after: Gpus,
    /// The part of `before` that is non-preemptible.
    pub solid: Gpus,
    /// What is promised; `None` is unlimited.
    pub quota: Option<Gpus>,
}

/// A change that was tried on the same state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixRow {
    pub label: String,
    /// What it costs, and whom to ask.
    pub more: Vec<String>,
    pub way: FixWay,
    pub then: VerdictKind,
    /// Where it would start, when it starts now.
    pub node: Option<String>,
}

/// How a fix is had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FixWay {
    /// The form with the change made.
    Draft(Box<Draft>),
    /// What is done elsewhere: where, if there is such a place.
    Elsewhere(Option<String>),
}

/// A device with what lies on it and what would.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardFacts {
    /// `gpu-03, GPU 5`.
    pub title: String,
    /// Kind and memory.
    pub about: String,
    /// All of its memory.
    pub size: String,
    /// In the order in which they lie on it.
    pub parts: Vec<CardPart>,
    pub own: CardPart,
}

/// A part of a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardPart {
    /// Whose, and how much memory.
    pub words: String,
    /// Of 1.
    pub portion: f64,
}

/// Where the signed-in person may submit.
#[server(prefix = "/ui", endpoint = "places", protocol = Call)]
pub async fn list_places() -> Result<Places, UiError> {
    use domain::access::{Action, Resource, ResourceType};
    let (control, actor) = caller()?;
    let world = control.world();
    let projects = control.projects(&actor, &world);
    let mut clusters = control.clusters(&actor, &world)?;
    clusters.retain(|cluster| projects.iter().any(|project| project.cluster == cluster.id));
    let may_make_project = actor.may_somewhere(Action::Create, ResourceType::Projects).is_ok();
    let clusters = clusters.iter().map(facts::cluster).collect();
    let facts = |project: &std::sync::Arc<domain::org::Project>| {
        let (on, scope) = (Resource::Project(project.id), domain::Scope::Project(project.id));
        ProjectFacts { may: UnitRights::of(&actor, on, scope), ..facts::project(&world, project) }
    };
    let projects = projects.iter().map(facts).collect();
    Ok(Places { clusters, projects, may_make_project })
}

/// The form in a project: its facts, what the policy says and fills in, what `assets`, from which sections were
/// loaded, gave, what is other than in the project where it `was`, and the `draft` that is kept. A copy brings its own
/// project.
#[server(prefix = "/ui", endpoint = "form", protocol = Call)]
pub async fn load_form(
    project: Option<ProjectId>,
    origin: Origin,
    assets: Vec<AssetId>,
    was: Option<ProjectId>,
    draft: Option<String>,
) -> Result<(FormFacts, Rules), UiError> {
    let (control, actor) = caller()?;
    let (kept, is_lost) = match draft {
        Some(id) => control.draft(&actor, &id).await?.map_or((vec![], true), |kept| (kept, false)),
        None => (vec![], false),
    };
    let world = control.world();
    let project = match (project, origin) {
        (Some(project), _) => project,
        (None, Origin::Copy(id)) => control.workload(&actor, id)?.project,
        (None, _) => return Err(UiError::NotFound("Choose a project first.".into())),
    };
    let project = control.project(&actor, &world, project)?;
    let cluster = control.cluster(&actor, &world, project.cluster)?;
    let mut rules = super::ruled::rules(&control, &actor, &world, (project.id, origin))?;
    // Those that are gone by now give nothing any more.
    let filling = |id| super::loading::filling(&control, &actor, project.id, id).ok();
    let own = |field: &str| kept.iter().find(|(name, _)| name == field)?.1.parse().ok();
    let assets = assets.into_iter().chain(["environment", "compute"].into_iter().filter_map(own));
    for filling in assets.filter_map(filling) {
        rules.given = taken_over(rules.given, filling.given);
    }
    let offers = super::offered::offers(&control, &actor, &world, &project)?;
    let own = control.projects(&actor, &world).into_iter().filter(|own| own.cluster == cluster.id);
    let projects = own.map(|own| (own.id, own.name.to_string())).collect();
    let changes = super::ruled::changes(&control, &actor, &world, (was, project.id));
    let facts = facts::form(&world, &project, &cluster);
    Ok((FormFacts { offers, projects, changes, kept, is_lost, ..facts }, rules))
}

/// Keeps a draft that is too long for an address; its id.
#[server(prefix = "/ui", endpoint = "keep_draft", protocol = Call)]
pub async fn keep_draft(pairs: Pairs) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    Ok(control.keep_draft(&actor, &pairs).await?)
}

#[server(prefix = "/ui", endpoint = "check_name", protocol = Call)]
pub async fn check_name(project: ProjectId, name: String) -> Result<Option<Problem>, UiError> {
    let (control, actor) = caller()?;
    Ok(control.check_workspace_name(&actor, project, &name)?)
}

/// What would happen if this were created now, and the devices it would lie on.
#[server(prefix = "/ui", endpoint = "judge", protocol = Call)]
pub async fn judge(
    project: ProjectId,
    cluster: ClusterId,
    draft: Draft,
    origin: Origin,
) -> Result<Judged, UiError> {
    let (control, actor) = caller()?;
    let new =
        facts::drafted(&control, &actor, (String::new(), project, cluster), (&draft, origin))?;
    let submission = new.submission.clone();
    let verdict = control.verdict(&actor, new).await?;
    let world = control.world();
    let mut judged = super::judged::judged(&control, &actor, cluster, &submission, verdict);
    judged.beyond.extend(facts::missing_environment(&draft, origin));
    judged.notes = world.held_volumes(&actor, project, &submission);
    judged.notes.extend(domain::tool::closed_to(&submission, &actor));
    judged.gone = facts::gone(&world, &draft);
    Ok(judged)
}

/// Creates the workspace.
#[server(prefix = "/ui", endpoint = "create_workspace", protocol = Call)]
pub async fn create_workspace(
    name: String,
    project: ProjectId,
    cluster: ClusterId,
    draft: Draft,
    origin: Origin,
) -> Result<WorkloadId, UiError> {
    let (control, actor) = caller()?;
    let new = facts::wanted(&control, &actor, (name, project, cluster), (&draft, origin))?;
    Ok(control.create_workspace(&actor, new).await?.id)
}

/// The form of an existing workload, to be copied, and its project.
#[cfg(feature = "ssr")]
pub mod facts {
    use std::collections::BTreeSet;

    use control::{ControlPlane, Error, NewWorkspace, StartFrom, World};
    use domain::{
        NodePoolId, TemplateId,
        access::Actor,
        asset::{AssetChoice, DatasourceChoice},
        org::{Cluster, PoolQuota, Project},
        settings::Setting,
        submission::Submission,
        workload::Source,
    };

    use super::*;

    /// What the form was filled in from, the assets that its sections were loaded from included, for the fields that it
    /// does not have.
    pub fn base(
        control: &ControlPlane,
        actor: &Actor,
        project: ProjectId,
        (draft, origin): (&Draft, Origin),
    ) -> Result<Submission, Error> {
        let world = control.world();
        let copied = match origin {
            Origin::Scratch => Submission::default(),
            Origin::Copy(id) => control.copy_of_workload(actor, id, project)?,
            Origin::Template(id) => {
                control.template(actor, &world, id)?;
                Submission::default()
            }
        };
        let mut start = StartFrom { is_complete: false, ..start(draft, origin) };
        // What is mounted is a row of the form, with all that it brings.
        start.assets.datasources.clear();
        Ok(world.resolve(project, &start, copied).submission)
    }

    /// The workspace that a form describes, with what it was filled in from.
    pub fn drafted(
        control: &ControlPlane,
        actor: &Actor,
        (name, project, cluster): (String, ProjectId, ClusterId),
        (draft, origin): (&Draft, Origin),
    ) -> Result<NewWorkspace, Error> {
        let base = base(control, actor, project, (draft, origin))?;
        let new = new_workspace(name, project, cluster, draft.submission_over(base));
        Ok(NewWorkspace { start: start(draft, origin), ..new })
    }

    /// The same, of a form that is sent.
    pub fn wanted(
        control: &ControlPlane,
        actor: &Actor,
        ids: (String, ProjectId, ClusterId),
        (draft, origin): (&Draft, Origin),
    ) -> Result<NewWorkspace, Error> {
        match missing_environment(draft, origin) {
            Some(problem) => Err(Error::Invalid(vec![problem])),
            None => drafted(control, actor, ids, (draft, origin)),
        }
    }

    /// A template and a copy say what an environment would have said.
    pub fn missing_environment(draft: &Draft, origin: Origin) -> Option<Problem> {
        draft.lacks_environment().filter(|_| origin == Origin::Scratch)
    }

    /// The fields that name an asset which is gone.
    pub fn gone(world: &World, draft: &Draft) -> Vec<String> {
        let is_gone = |field: &&str| {
            let id = draft.text(field).parse::<AssetId>();
            id.is_ok_and(|id| !world.assets.contains_key(&id))
        };
        ["environment", "compute"].into_iter().filter(is_gone).map(str::to_owned).collect()
    }

    /// Template and assets that a form was filled in from: they say where values come from.
    pub fn start(draft: &Draft, origin: Origin) -> StartFrom {
        let asset = |field: &str| draft.text(field).parse().ok();
        let rows = draft.rows("data").iter().filter(|row| !row.out);
        let datasources = rows.filter_map(|row| row.text("asset").parse().ok());
        let choice = |id| DatasourceChoice { id, kind: None, overrides: None };
        StartFrom {
            template: match origin {
                Origin::Template(id) => Some(id),
                _ => None,
            },
            assets: AssetChoice {
                environment: asset("environment"),
                compute: asset("compute"),
                datasources: datasources.map(choice).collect(),
            },
            is_complete: true,
        }
    }

    /// A workspace with the values of a template.
    pub fn from_template(
        name: String,
        project: ProjectId,
        cluster: ClusterId,
        template: TemplateId,
    ) -> NewWorkspace {
        let start = StartFrom { template: Some(template), ..StartFrom::default() };
        NewWorkspace { start, ..new_workspace(name, project, cluster, Submission::default()) }
    }

    pub fn new_workspace(
        name: String,
        project: ProjectId,
        cluster: ClusterId,
        submission: Submission,
    ) -> NewWorkspace {
        let source = Source::ControlPlane;
        let start = Default::default();
        NewWorkspace { name, name_is_prefix: false, project, cluster, submission, start, source }
    }

    pub fn project(world: &World, project: &Project) -> ProjectFacts {
        let (used, used_non_preemptible) = used(world, |id| id == project.id);
        let department = world.departments.get(&project.department);
        ProjectFacts {
            id: project.id,
            cluster: project.cluster,
            name: project.name.to_string(),
            department: department.map(|d| d.name.to_string()).unwrap_or_default(),
            used,
            used_non_preemptible,
            quota: promised(world, project.cluster, |pool| project.quota(pool)),
            may: UnitRights::default(),
        }
    }

    /// GPUs in use by these projects over all pools, and the non-preemptible part of them.
    pub fn used(world: &World, is_asked: impl Fn(ProjectId) -> bool) -> (Gpus, Gpus) {
        let usage = world.usage(|workload| is_asked(workload.project));
        let all = usage.values().map(|used| used.allocated.gpu).sum();
        (all, usage.values().map(|used| used.non_preemptible.gpu).sum())
    }

    /// GPUs promised over all pools that have some; `None` where one of them is unlimited.
    pub fn promised(
        world: &World,
        cluster: ClusterId,
        quota: impl Fn(NodePoolId) -> PoolQuota,
    ) -> Option<Gpus> {
        pools_with_gpus(world, cluster).map(|pool| quota(pool.id).gpu.deserved).sum()
    }

    /// A pool without GPUs says nothing about a quota of GPUs.
    fn pools_with_gpus(
        world: &World,
        cluster: ClusterId,
    ) -> impl Iterator<Item = &domain::node::NodePool> {
        let pools: Vec<_> = world.pools_of(cluster).cloned().collect();
        let nodes = world.nodes.get(&cluster).map(|nodes| nodes.to_vec()).unwrap_or_default();
        let with_gpus = nodes.iter().filter(|node| !node.gpus.is_empty());
        let ids: BTreeSet<_> =
            with_gpus.filter_map(|node| node.pool(&pools).map(|pool| pool.id)).collect();
        world.pools_of(cluster).filter(move |pool| ids.contains(&pool.id))
    }

    pub fn cluster(of: &Cluster) -> ClusterFacts {
        ClusterFacts { id: of.id, name: of.name.clone(), simulated: of.simulated }
    }

    pub fn form(world: &World, of: &Project, of_cluster: &Cluster) -> FormFacts {
        let cluster = cluster(of_cluster);
        let pools: Vec<_> = world.pools_of(cluster.id).cloned().collect();
        let used = world.usage(|workload| workload.cluster == cluster.id);
        let pool_facts = pools.iter().map(|pool| {
            let ready = world.nodes_of(pool).into_iter().filter(|n| n.is_ready());
            let total = Gpus::whole(ready.map(|n| n.gpus.len() as i64).sum());
            let used = used.get(&pool.name).map(|u| u.allocated.gpu).unwrap_or_default();
            let own = of.quota(pool.id).gpu;
            let is_closed = own.deserved.is_some_and(Gpus::is_zero)
                && (own.over_quota_weight == 0.0 || own.limit.is_some_and(Gpus::is_zero));
            let free = total.saturating_sub(used);
            PoolFacts { name: pool.name.to_string(), free, total, is_closed }
        });
        let pool_facts: Vec<_> = pool_facts.collect();
        let named = of.default_node_pools.iter().map(ToString::to_string);
        let default_pools: Vec<_> = match of.default_node_pools.is_empty() {
            true => {
                pool_facts.iter().filter(|p| !p.total.is_zero()).map(|p| p.name.clone()).collect()
            }
            false => named.collect(),
        };
        FormFacts {
            project: project(world, of),
            cluster,
            pools: pool_facts,
            default_pools,
            offers: vec![],
            projects: vec![],
            changes: vec![],
            kept: vec![],
            is_lost: false,
            told: super::super::offered::told(&world.settings),
            has_flexible: world.settings.is_on(Setting::FlexibleSubmission),
            has_data_volumes: world.settings.has_data_volumes(),
        }
    }
}
