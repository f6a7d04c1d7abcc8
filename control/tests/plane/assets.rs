//! Assets and templates through the use cases: who sees what, which names are free, what may be
//! deleted, and what a workspace keeps of what it was made from.

#![expect(clippy::unwrap_used, reason = "this is a test throughout, its helpers as well")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use control::{
    ControlPlane, Error, FirstAccounts, NewWorkspace, StartFrom,
    assets::{AssetFilter, AssetUpdate, NewAsset},
    clock::{Chance, Clock},
    departments::NewDepartment,
    projects::NewProject,
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{
    AssetId, ProjectId, Scope, Timestamp,
    access::{Actor, Principal, Rights, Role},
    asset::{Asset, AssetChoice, AssetKind, AssetSpec, DatasourceChoice, Overrides},
    secret::SecretContent,
    submission::Submission,
    workload::Source,
};
use store::{DatabaseUrl, Store};

/// Each look at it is a second later.
#[derive(Debug)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let seconds = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_second(1_790_000_000 + i64::try_from(seconds).unwrap()).unwrap()
    }
}

/// Counts.
#[derive(Debug)]
struct Counting(AtomicU64);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (i, byte) in bytes.iter_mut().rev().enumerate() {
            *byte = number.iter().rev().nth(i).copied().unwrap_or_default();
        }
    }
}

/// A Berth with two departments (`default` and `other`) of a project each.
struct Place {
    control: ControlPlane,
    cluster: domain::ClusterId,
    berth: Actor,
    default: ProjectId,
    other: ProjectId,
    dir: tempfile::TempDir,
}

async fn open(dir: &Path, life: u64) -> ControlPlane {
    let store = Store::open(&DatabaseUrl::Sqlite(dir.join("berth.db"))).await.unwrap();
    let (clock, chance) = (Ticking(AtomicU64::new(life)), Counting(AtomicU64::new(life)));
    ControlPlane::open(store, Arc::new(clock), Arc::new(chance)).await.unwrap()
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let control = open(dir.path(), 1).await;
        let cluster = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap().cluster;
        let berth = Actor::berth();
        let department = NewDepartment {
            cluster,
            name: "other".into(),
            description: String::new(),
            quotas: Default::default(),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        let department = control.create_department(&berth, department).await.unwrap().id;
        let project = NewProject {
            cluster,
            department: Some(department),
            name: "elsewhere".into(),
            description: String::new(),
            requested_namespace: None,
            quotas: Default::default(),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        let other = control.create_project(&berth, project).await.unwrap().id;
        Self { control, cluster, berth, default: ProjectId(1), other, dir }
    }

    /// A member of one project.
    fn member(&self, project: ProjectId) -> Actor {
        let world = self.control.world();
        let rights = world.rights_of_role(Role::Practitioner, Scope::Project(project)).unwrap();
        Actor::new(Principal::Berth, "mara", rights)
    }

    async fn make(&self, scope: Scope, name: &str, spec: &str) -> Result<Arc<Asset>, Error> {
        self.make_as(&self.berth, scope, name, spec).await
    }

    async fn make_as(
        &self,
        actor: &Actor,
        scope: Scope,
        name: &str,
        spec: &str,
    ) -> Result<Arc<Asset>, Error> {
        let spec: AssetSpec = serde_json::from_str(spec).unwrap();
        let name = name.to_owned();
        let new = NewAsset {
            name,
            description: None,
            scope,
            supports: None,
            spec,
            content: SecretContent::new(),
            is_private: false,
        };
        self.control.create_asset(actor, new).await
    }

    fn named(&self, name: &str) -> Arc<Asset> {
        self.control.world().assets.values().find(|a| a.name.as_str() == name).unwrap().clone()
    }

    async fn submit(&self, name: &str, start: StartFrom, spec: &str) -> Result<String, Error> {
        let new = NewWorkspace {
            name: name.into(),
            name_is_prefix: false,
            project: self.default,
            cluster: self.cluster,
            submission: serde_json::from_str(spec).unwrap(),
            start,
            source: Source::Cli,
        };
        let made = self.control.create_workspace(&self.member(self.default), new).await?;
        Ok(serde_json::to_string(&made.spec.submission).unwrap())
    }

    fn names(&self, actor: &Actor, filter: AssetFilter) -> String {
        let seen = self.control.assets(actor, &self.control.world(), &filter).unwrap();
        seen.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The refusal, in a line.
fn refusal<T: std::fmt::Debug>(of: Result<T, Error>) -> String {
    let wrong = of.unwrap_err();
    let kind = match &wrong {
        Error::Invalid(_) => "invalid",
        Error::Forbidden(_) => "forbidden",
        Error::NotFound { .. } => "not found",
        Error::NameTaken(_) => "taken",
        Error::AssetInUse(_) => "in use",
        _ => "other",
    };
    format!("{kind}: {wrong}")
}

const GPU: &str = r#"{"kind": "compute", "spec": {"gpuDevicesRequest": 1}}"#;
const NFS: &str = r#"{"kind": "nfs", "spec": {"server": "s", "path": "/x", "mountPath": "/data"}}"#;

#[tokio::test]
async fn the_first_start_makes_what_comes_with_berth_once() {
    let place = Place::new().await;
    insta::assert_snapshot!(place.names(&place.berth, AssetFilter::default()), @"cpu-only half-gpu jupyter-lab one-gpu pytorch rstudio small-fraction tensorboard vscode");
    let world = place.control.world();
    let template = world.templates.values().next().unwrap();
    let combined = place.control.combined_template(&world, template);
    assert_eq!(combined.issue, None);
    insta::assert_snapshot!(serde_json::to_string(&combined.spec).unwrap(), @r#"{"image":"jupyter/scipy-notebook","imagePullPolicy":"IfNotPresent","command":"start-notebook.sh","args":"--NotebookApp.token=''","exposedUrls":[{"container":8888,"toolType":"jupyter-notebook","toolName":"Jupyter","name":"Jupyter"}],"compute":{"gpuDevicesRequest":1,"cpuCoreRequest":0.1,"cpuMemoryRequest":"100M"},"preemptibility":"preemptible"}"#);

    let rstudio = place.named("rstudio").id;
    place.control.delete_asset(&place.berth, rstudio).await.unwrap();
    let Place { control, dir, .. } = place;
    drop(control);
    let again = open(dir.path(), 1_000).await;
    again.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
    let world = again.world();
    assert_eq!((world.assets.len(), world.templates.len()), (8, 1));
    assert!(!world.assets.contains_key(&rstudio));
}

#[tokio::test]
async fn people_see_what_their_projects_inherit_and_make_things_in_their_projects() {
    let place = Place::new().await;
    let (mine, others) = (place.member(place.default), place.member(place.other));
    let department = place.control.world().projects[&place.other].department;
    place.make(Scope::Cluster(place.cluster), "in-cluster", GPU).await.unwrap();
    place.make(Scope::Department(department), "in-department", GPU).await.unwrap();
    place.make_as(&mine, Scope::Project(place.default), "in-mine", GPU).await.unwrap();
    let hidden =
        place.make_as(&others, Scope::Project(place.other), "in-other", GPU).await.unwrap();

    let compute = || AssetFilter { kinds: vec![AssetKind::Compute], ..AssetFilter::default() };
    let at = |place, with_descendants| AssetFilter { place, with_descendants, ..compute() };
    let cluster = Some(Scope::Cluster(place.cluster));
    let project = Some(Scope::Project(place.other));
    let level = Some(domain::ScopeLevel::Project);
    let seen = [
        ("mine", place.names(&mine, compute())),
        ("others", place.names(&others, compute())),
        ("administrator", place.names(&place.berth, compute())),
        ("cluster", place.names(&place.berth, at(cluster, false))),
        ("cluster and below", place.names(&place.berth, at(cluster, true))),
        ("project", place.names(&place.berth, at(project, false))),
        ("project level", place.names(&place.berth, AssetFilter { level, ..at(project, false) })),
        (
            "nobody",
            place.names(&Actor::new(Principal::Berth, "nobody", Rights::default()), compute()),
        ),
    ];
    let lines = seen.map(|(who, names)| format!("{who}: {names}"));
    insta::assert_snapshot!(lines.join("\n"), @r"
    mine: cpu-only half-gpu one-gpu small-fraction in-cluster in-mine
    others: cpu-only half-gpu one-gpu small-fraction in-cluster in-department in-other
    administrator: cpu-only half-gpu one-gpu small-fraction in-cluster in-department in-mine in-other
    cluster: cpu-only half-gpu one-gpu small-fraction in-cluster
    cluster and below: cpu-only half-gpu one-gpu small-fraction in-cluster in-department in-mine in-other
    project: cpu-only half-gpu one-gpu small-fraction in-cluster in-department in-other
    project level: in-other
    nobody:
    ");

    let world = place.control.world();
    let account = place.named("one-gpu").id;
    let refused = [
        refusal(place.control.asset(&mine, &world, hidden.id)),
        refusal(place.control.delete_asset(&mine, hidden.id).await),
        refusal(place.control.delete_asset(&mine, account).await),
        refusal(place.make_as(&mine, Scope::Account, "x", GPU).await),
        refusal(place.make_as(&mine, Scope::Department(department), "x", GPU).await),
        refusal(place.make_as(&mine, Scope::Project(place.other), "x", GPU).await),
        refusal(place.make(Scope::Project(ProjectId(77)), "x", GPU).await),
        refusal(place.make(Scope::System, "x", GPU).await),
    ];
    insta::assert_snapshot!(refused.join("\n"), @r"
    not found: there is no asset 00000000-0000-4000-8000-000000000012
    not found: there is no asset 00000000-0000-4000-8000-000000000012
    forbidden: mara may not delete compute resources
    forbidden: mara may not create compute resources
    not found: there is no department (meta.departmentId) 2
    not found: there is no project (meta.projectId) 2
    not found: there is no project (meta.projectId) 77
    invalid: meta.scope: Must be tenant, cluster, department or project
    ");
}

#[tokio::test]
async fn a_name_is_free_unless_the_place_sees_it() {
    let place = Place::new().await;
    let (mine, other) = (Scope::Project(place.default), Scope::Project(place.other));
    place.make(mine, "twice", GPU).await.unwrap();
    place.make(other, "twice", GPU).await.unwrap();
    place.make(mine, "one-gpu", NFS).await.unwrap();
    let update = |name: &str| AssetUpdate {
        name: name.into(),
        description: None,
        spec: None,
        content: SecretContent::new(),
    };
    let wrong = [
        refusal(place.make(mine, "one-gpu", GPU).await),
        refusal(place.make(mine, "twice", GPU).await),
        refusal(
            place
                .make(mine, "Not a name", r#"{"kind": "compute", "spec": {"cpuCoreRequest": -1}}"#)
                .await,
        ),
        refusal(
            place
                .control
                .update_asset(&place.berth, place.named("cpu-only").id, update("one-gpu"))
                .await,
        ),
        refusal(
            place
                .control
                .copy_asset(&place.berth, place.named("one-gpu").id, "twice".into(), mine)
                .await,
        ),
    ];
    insta::assert_snapshot!(wrong.join("\n"), @r"
    taken: The account already has the compute resource one-gpu
    taken: Project default already has the compute resource twice
    invalid: spec.cpuCoreRequest: Must be a number of cores, 0 or more (and 1 more)
    taken: The account already has the compute resource one-gpu
    taken: Project default already has the compute resource twice
    ");
    place.make(Scope::Account, "twice", GPU).await.unwrap();
    let own = place.named("cpu-only").id;
    let kept = place.control.update_asset(&place.berth, own, update("cpu-only")).await.unwrap();
    assert_eq!((kept.update_count, kept.updated_by.as_str()), (1, "Berth"));
}

#[tokio::test]
async fn data_sources_change_as_far_as_their_volumes_do() {
    let place = Place::new().await;
    let pvc = r#"{"kind": "pvc", "spec": {"path": "/a", "claimInfo": {"size": "1G"}}}"#;
    let more = r#"{"kind": "pvc", "spec": {"path": "/b", "claimInfo": {"size": "9G"}}}"#;
    let made = place.make(Scope::Account, "claim", pvc).await.unwrap();
    let change = |spec: &str| AssetUpdate {
        name: "claim".into(),
        description: Some("d".into()),
        spec: Some(serde_json::from_str(spec).unwrap()),
        content: SecretContent::new(),
    };
    let changed = place.control.update_asset(&place.berth, made.id, change(more)).await.unwrap();
    insta::assert_snapshot!(serde_json::to_string(&changed.spec).unwrap(), @r#"{"kind":"pvc","spec":{"path":"/b","existingPvc":false,"claimName":"claim","readOnly":false,"ephemeral":false,"claimInfo":{"size":"1G"},"dataSharing":false}}"#);
    let other = place.control.update_asset(&place.berth, made.id, change(GPU)).await;
    insta::assert_snapshot!(refusal(other), @"invalid: spec: Must be that of the kind pvc");
    let secret = r#"{"kind": "secret-volume", "spec": {"mountPath": "/s",
        "credentialAssetId": "00000000-0000-0000-0000-000000000001"}}"#;
    insta::assert_snapshot!(refusal(place.make(Scope::Account, "s", secret).await), @"invalid: spec.credentialAssetId: There is no credential 00000000-0000-0000-0000-000000000001 to use here");
}

#[tokio::test]
async fn a_workspace_keeps_what_it_was_made_from() {
    let place = Place::new().await;
    let data = place.make(Scope::Project(place.default), "data", NFS).await.unwrap();
    let template = place.control.world().templates.values().next().unwrap().id;
    let overrides = Some(Overrides { container_path: Some("/work".into()) });
    let datasources = vec![DatasourceChoice { id: data.id, kind: None, overrides }];
    let half = Some(place.named("half-gpu").id);
    let start = StartFrom {
        template: Some(template),
        assets: AssetChoice { compute: half, datasources, ..AssetChoice::default() },
        is_complete: false,
    };
    let spec =
        place.submit("nb", start, r#"{"args": "--x", "compute": {"cpuCoreRequest": 4}}"#).await;
    insta::assert_snapshot!(spec.unwrap(), @r#"{"image":"jupyter/scipy-notebook","imagePullPolicy":"IfNotPresent","command":"start-notebook.sh","args":"--x","exposedUrls":[{"container":8888,"toolType":"jupyter-notebook","toolName":"Jupyter","name":"Jupyter"}],"privileged":false,"compute":{"gpuDevicesRequest":1,"gpuRequestType":"portion","gpuPortionRequest":0.5,"cpuCoreRequest":4.0,"cpuMemoryRequest":"100M"},"storage":{"nfs":[{"name":"data","server":"s","path":"/x","mountPath":"/work","readOnly":true}]},"preemptibility":"preemptible","priorityClass":"high","terminationGracePeriodSeconds":30}"#);
    let world = place.control.world();
    let workload = world.workloads.values().next().unwrap();
    let sources = &workload.made_from.sources;
    let lines = sources.0.iter().map(|(path, source)| format!("{path} {source:?}"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    spec.args You
    spec.command Asset { name: "jupyter-lab" }
    spec.compute.cpuCoreRequest You
    spec.compute.cpuMemoryRequest Asset { name: "half-gpu" }
    spec.compute.gpuDevicesRequest Asset { name: "half-gpu" }
    spec.compute.gpuPortionRequest Asset { name: "half-gpu" }
    spec.compute.gpuRequestType Asset { name: "half-gpu" }
    spec.exposedUrls[0].container Asset { name: "jupyter-lab" }
    spec.exposedUrls[0].name Asset { name: "jupyter-lab" }
    spec.exposedUrls[0].toolName Asset { name: "jupyter-lab" }
    spec.exposedUrls[0].toolType Asset { name: "jupyter-lab" }
    spec.image Asset { name: "jupyter-lab" }
    spec.imagePullPolicy Asset { name: "jupyter-lab" }
    spec.preemptibility Template { name: "jupyter-lab-one-gpu" }
    spec.priorityClass Platform
    spec.privileged Policy { scope: System, name: "", rule: Forced }
    spec.storage.nfs[0].mountPath You
    spec.storage.nfs[0].name Asset { name: "data" }
    spec.storage.nfs[0].path Asset { name: "data" }
    spec.storage.nfs[0].readOnly Asset { name: "data" }
    spec.storage.nfs[0].server Asset { name: "data" }
    spec.terminationGracePeriodSeconds Policy { scope: System, name: "", rule: Default }
    "#);

    // The data source is needed, the compute resource is not; linked by the template, one-gpu is.
    let delete = async |id: AssetId| place.control.delete_asset(&place.berth, id).await;
    insta::assert_snapshot!(refusal(delete(data.id).await), @"in use: data is used by workspace nb");
    insta::assert_snapshot!(refusal(delete(place.named("one-gpu").id).await), @"in use: one-gpu is used by template jupyter-lab-one-gpu");
    delete(place.named("half-gpu").id).await.unwrap();
    let usage = place.control.asset_usage(&place.berth, &world, data.id);
    assert_eq!((usage.workspaces.len(), usage.templates.len(), usage.hidden), (1, 0, 0));
    let stranger = place.control.asset_usage(&place.member(place.other), &world, data.id);
    assert_eq!((stranger.workspaces.len(), stranger.hidden), (0, 1));
}

#[tokio::test]
async fn what_was_used_lately_comes_first() {
    let place = Place::new().await;
    let by_name = |name: &str| Some(place.named(name).id);
    let start = |environment| StartFrom {
        assets: AssetChoice { environment, ..AssetChoice::default() },
        ..StartFrom::default()
    };
    place.submit("a", start(by_name("vscode")), "{}").await.unwrap();
    place.submit("b", start(by_name("rstudio")), "{}").await.unwrap();
    let (world, mine) = (place.control.world(), place.member(place.default));
    let usable = |actor: &Actor, project| {
        place.control.usable_assets(actor, &world, project, &[AssetKind::Environment])
    };
    let names: Vec<_> = usable(&mine, place.default).unwrap();
    let names: Vec<_> = names.iter().map(|u| u.item.name.as_str()).collect();
    insta::assert_snapshot!(names.join(" "), @"rstudio vscode jupyter-lab pytorch tensorboard");
    insta::assert_snapshot!(refusal(usable(&mine, place.other)), @"not found: there is no project 2");
    let templates = place.control.usable_templates(&mine, &world, place.default).unwrap();
    assert_eq!(templates.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_used_here_is_named() {
    let place = Place::new().await;
    let hidden = place.make(Scope::Project(place.other), "hidden", GPU).await.unwrap();
    let start = StartFrom {
        template: Some(domain::TemplateId(hidden.id.0)),
        assets: AssetChoice {
            environment: Some(hidden.id),
            compute: Some(hidden.id),
            datasources: vec![DatasourceChoice { id: hidden.id, kind: None, overrides: None }],
        },
        is_complete: false,
    };
    let Error::Invalid(problems) = place.submit("nb", start, "{}").await.unwrap_err() else {
        panic!("accepted")
    };
    let lines: Vec<_> = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    templateId: There is no template 00000000-0000-4000-8000-00000000000f for this project
    assets.environment: There is no environment 00000000-0000-4000-8000-00000000000f to use here
    assets.compute: There is no compute resource 00000000-0000-4000-8000-00000000000f to use here
    assets.datasources[0].id: There is no data source 00000000-0000-4000-8000-00000000000f to use here
    spec.image: Enter an image
    ");
}

#[tokio::test]
async fn templates_link_assets_and_show_their_changes() {
    let place = Place::new().await;
    let gpu = place.make(Scope::Account, "gpu", GPU).await.unwrap();
    let mine = place.make(Scope::Project(place.default), "mine", GPU).await.unwrap();
    let new = |name: &str, compute: AssetId, spec: &str| NewTemplate {
        name: name.into(),
        description: None,
        scope: Scope::Account,
        spec: serde_json::from_str::<Submission>(spec).unwrap(),
        assets: AssetChoice { compute: Some(compute), ..AssetChoice::default() },
        legacy: None,
    };
    let control = &place.control;
    let made = control.create_template(&place.berth, new("t", gpu.id, "{}")).await.unwrap();
    let two = AssetUpdate {
        name: "gpu".into(),
        description: None,
        spec: Some(
            serde_json::from_str(r#"{"kind": "compute", "spec": {"gpuDevicesRequest": 2}}"#)
                .unwrap(),
        ),
        content: SecretContent::new(),
    };
    control.update_asset(&place.berth, gpu.id, two).await.unwrap();
    let combined = control.combined_template(&control.world(), &made);
    insta::assert_snapshot!(combined.issue.unwrap(), @"spec.image: Enter an image");
    assert_eq!(combined.spec.compute.unwrap().gpu_devices_request, Some(2));

    let image = |old: &domain::template::Template| {
        Ok(TemplateUpdate {
            name: "u".into(),
            description: None,
            spec: Submission { image: Some("a".into()), ..old.spec.clone() },
            assets: old.assets.clone(),
            legacy: None,
        })
    };
    let changed = control.update_template(&place.berth, made.id, image).await.unwrap();
    assert_eq!(control.combined_template(&control.world(), &changed).issue, None);
    let refused = [
        refusal(control.create_template(&place.berth, new("u", gpu.id, "{}")).await),
        refusal(
            control
                .create_template(&place.berth, new("v", mine.id, r#"{"backoffLimit": -1}"#))
                .await,
        ),
        refusal(control.delete_template(&place.member(place.default), made.id).await),
        refusal(control.delete_asset(&place.berth, gpu.id).await),
    ];
    insta::assert_snapshot!(refused.join("\n"), @r"
    taken: The account already has the template u
    invalid: spec.backoffLimit: Must be between 0 and 100 (and 1 more)
    forbidden: mara may not delete templates
    in use: gpu is used by template u
    ");
    control.delete_template(&place.berth, made.id).await.unwrap();
    control.delete_asset(&place.berth, gpu.id).await.unwrap();
}

#[tokio::test]
async fn a_project_takes_what_belongs_to_it_along() {
    let place = Place::new().await;
    place.make(Scope::Project(place.other), "gone", GPU).await.unwrap();
    place.make(Scope::Project(place.default), "kept", GPU).await.unwrap();
    assert!(place.control.delete_project(&place.berth, place.other).await.unwrap());
    let names = place.names(&place.berth, AssetFilter::default());
    assert!(names.contains("kept") && !names.contains("gone"), "{names}");
}
