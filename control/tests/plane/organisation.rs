//! Projects, departments and node pools: every change is written down with who made it, and a number is given once.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{collections::BTreeMap, sync::Arc};

use control::{
    ControlPlane, FirstAccounts,
    clock::{SystemChance, SystemClock},
    departments::{DepartmentChange, NewDepartment},
    node_pools::{NewNodePool, PoolScheduling},
    projects::{NewProject, ProjectChange},
};
use domain::{
    DepartmentId, Gpus, NodePoolId, ProjectId, access::Actor, audit::Subject, org::PoolQuota,
};
use store::{DatabaseUrl, Store};

struct Story {
    control: ControlPlane,
    store: Store,
    ada: Actor,
}

impl Story {
    async fn open(url: &DatabaseUrl) -> Self {
        let store = Store::open(url).await.unwrap();
        let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
        let control = ControlPlane::open(store.clone(), clock, chance).await.unwrap();
        control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        let ada = Actor { name: "ada".into(), ..Actor::berth() };
        Self { control, store, ada }
    }

    fn quotas(&self, gpus: i64) -> BTreeMap<NodePoolId, PoolQuota> {
        let pool = *self.control.world().node_pools.keys().next().unwrap();
        BTreeMap::from([(pool, PoolQuota::gpus(Gpus::whole(gpus)))])
    }

    async fn project(&self, name: &str) -> ProjectId {
        let new = NewProject {
            cluster: *self.control.world().clusters.keys().next().unwrap(),
            department: None,
            name: name.into(),
            description: String::new(),
            requested_namespace: None,
            quotas: self.quotas(1),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        self.control.create_project(&self.ada, new).await.unwrap().id
    }

    async fn department(&self, name: &str) -> DepartmentId {
        let new = NewDepartment {
            cluster: *self.control.world().clusters.keys().next().unwrap(),
            name: name.into(),
            description: String::new(),
            quotas: self.quotas(2),
            default_node_pools: vec![],
            rules: Default::default(),
        };
        self.control.create_department(&self.ada, new).await.unwrap().id
    }

    async fn node_pool(&self, name: &str) -> NodePoolId {
        let new = NewNodePool {
            cluster: *self.control.world().clusters.keys().next().unwrap(),
            name: name.into(),
            label: ("gpu".into(), name.into()),
            scheduling: PoolScheduling::default(),
        };
        self.control.create_node_pool(&self.ada, new).await.unwrap().id
    }

    async fn requota(&self, id: ProjectId, gpus: i64) {
        let change = ProjectChange {
            description: None,
            default_node_pools: None,
            rules: None,
            quotas: self.quotas(gpus),
            replace_quotas: false,
        };
        self.control.update_project(&self.ada, id, change).await.unwrap();
    }

    /// What is written down, the oldest first: who, whether it is new, gone or different, and in what.
    async fn written(&self, subject: Subject) -> String {
        let mut entries = self.store.audit(subject, 50).await.unwrap();
        entries.reverse();
        let lines = entries.iter().map(|entry| match (&entry.before, &entry.after) {
            (None, _) => format!("{} made it", entry.by),
            (_, None) => format!("{} deleted it", entry.by),
            _ => {
                let told = entry.differences().into_iter().filter(|d| d.path != "updatedAt");
                let told: Vec<_> = told.map(|d| format!("{} {}", d.path, d.words())).collect();
                format!("{} changed it: {}", entry.by, told.join("; "))
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[tokio::test]
async fn every_change_of_a_quota_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let story = Story::open(&url).await;
    let project = story.project("vision").await;
    story.requota(project, 3).await;
    // What changes nothing leaves nothing behind.
    story.requota(project, 3).await;
    story.control.delete_project(&story.ada, project).await.unwrap();
    insta::assert_snapshot!(story.written(Subject::Project { id: project }).await, @r"
    ada made it
    ada changed it: quotas.100001.gpu.deserved was 1, is 3
    ada deleted it
    ");
    let id = story.department("research").await;
    let ada = &story.ada;
    let change = DepartmentChange { quotas: story.quotas(4), ..DepartmentChange::default() };
    story.control.update_department(ada, id, change).await.unwrap();
    story.control.delete_department(ada, id).await.unwrap();
    insta::assert_snapshot!(story.written(Subject::Department { id }).await, @r"
    ada made it
    ada changed it: quotas.100001.gpu.deserved was 2, is 4
    ada deleted it
    ");
}

#[tokio::test]
async fn a_number_is_given_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let story = Story::open(&url).await;
    let (project, department, pool) =
        (story.project("a").await, story.department("a").await, story.node_pool("a").await);
    story.control.delete_project(&story.ada, project).await.unwrap();
    story.control.delete_department(&story.ada, department).await.unwrap();
    story.control.delete_node_pool(&story.ada, pool).await.unwrap();
    assert!(story.project("b").await > project);
    drop(story);
    let story = Story::open(&url).await;
    assert!(story.project("c").await.0 > project.0 + 1);
    assert!(story.department("b").await > department);
    assert!(story.node_pool("b").await > pool);
}
