//! Fixes are offered as they can be had: under the policies and rules of the project, and for whoever asks.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use cluster::simulated::{SimulatedDriver, demo_nodes};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    clock::{SystemChance, SystemClock},
    policies::{PolicyContent, PolicyWriting},
    projects::ProjectChange,
};
use domain::{
    Gpus, NodePoolId, ProjectId, Scope,
    access::Actor,
    org::{PoolQuota, Quota},
    submission::{Compute, Submission},
    verdict::{Fix, FixAction, Outcome, apply_patch},
    workload::Source,
};
use store::{DatabaseUrl, Store};

/// Two pools, `a100` with six nodes and `h100` with two, of eight GPUs each.
struct Story {
    control: ControlPlane,
    actor: Actor,
    _folder: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
        let store = Store::open(&url).await.unwrap();
        let control = ControlPlane::open(store, Arc::new(SystemClock), Arc::new(SystemChance));
        let control = control.await.unwrap();
        let pools = [("a100", "pool", "a100"), ("h100", "pool", "h100")];
        let person = Some(("ada@example.org".to_owned(), "a long enough password".to_owned()));
        let accounts = FirstAccounts { admin: person, client: None };
        let first = control.bootstrap(true, &pools, accounts).await.unwrap();
        control.drive(first.cluster, Arc::new(SimulatedDriver::in_memory(demo_nodes())));
        control.turn().await.unwrap();
        let world = control.world();
        let actor = world.actor_of(world.users.values().next().unwrap());
        Self { control, actor, _folder: folder }
    }

    async fn policy(&self, text: &str) {
        let writing = PolicyWriting {
            owner: Scope::Project(ProjectId(1)),
            name: "rules".into(),
            content: PolicyContent::Text(text.into()),
            expected: None,
            validate_only: false,
        };
        self.control.write_policy(&Actor::berth(), writing).await.unwrap();
    }

    /// The project may have so many GPUs in `a100`.
    async fn quota(&self, gpus: i64) {
        let gpu = Quota { deserved: Some(Gpus::whole(gpus)), limit: None, over_quota_weight: 1.0 };
        let quota = PoolQuota { gpu, ..PoolQuota::unlimited() };
        let quotas = [(NodePoolId(100_002), quota)].into();
        let change = ProjectChange { quotas, ..ProjectChange::default() };
        self.control.update_project(&Actor::berth(), ProjectId(1), change).await.unwrap();
    }

    fn wanted(&self, name: &str, submission: Submission) -> NewWorkspace {
        NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: self.control.world().projects[&ProjectId(1)].cluster,
            submission,
            source: Source::Cli,
        }
    }

    async fn ask(&self, of: &Submission) -> Outcome {
        self.control.verdict(&self.actor, self.wanted("new", of.clone())).await.unwrap().outcome
    }

    /// What is offered. Each is applied, and keeps its promise.
    async fn offered(&self, of: &Submission) -> String {
        let outcome = self.ask(of).await;
        let mut lines = vec![outcome.sentence()];
        for fix in outcome.fixes() {
            lines.push(format!("{:?}: {} -> {:?}", fix.code, fix.label, fix.then));
            lines.extend(fix.more());
            if fix.action.is_none() {
                self.keeps_its_promise(of, fix).await;
            }
        }
        lines.join("\n")
    }

    async fn keeps_its_promise(&self, of: &Submission, fix: &Fix) {
        let then = self.ask(&apply_patch(of, &fix.patch).unwrap()).await;
        let at = match &then {
            Outcome::StartsNow { placement } => Some(placement),
            _ => None,
        };
        assert_eq!((then.kind(), at), (fix.then, fix.placement.as_ref()), "{fix:?}");
    }
}

fn gpus(count: i64) -> Submission {
    let compute = Compute { gpu_devices_request: Some(count), ..Compute::default() };
    let pools = Some(vec!["a100".to_owned()]);
    let image = Some("image".to_owned());
    Submission { image, compute: Some(compute), node_pools: pools, ..Submission::default() }
}

/// Whoever waits is told the same of a copy; whoever runs, nothing.
#[tokio::test]
async fn a_workload_that_waits_is_told_what_would_help_a_copy() {
    let story = Story::begin().await;
    story.quota(7).await;
    let create = async |name: &str, count: i64| {
        let new = story.wanted(name, gpus(count));
        story.control.create_workspace(&story.actor, new).await.unwrap().id
    };
    let (large, small) = (create("large", 8).await, create("small", 1).await);
    story.control.schedule_once().await.unwrap();
    let told = async |id| {
        let fixes = story.control.fixes_of(&story.actor, id).await.unwrap();
        fixes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told(large).await, @"
    Ask for 6 GPUs: Starts now on gpu-01
    Use node pool default first: Starts now on gpu-07
    Make it preemptible: Starts now on gpu-02
    Have the quota of project default in a100 raised to 9 GPUs: Waits
    ");
    assert_eq!(told(small).await, "");
}

#[tokio::test]
async fn without_a_policy_everything_is_offered_that_helps() {
    let story = Story::begin().await;
    story.quota(7).await;
    insta::assert_snapshot!(story.offered(&gpus(8)).await, @r"
    Waiting: project default has 7 GPUs left of its quota of 7 in a100; you asked for 8, and non-preemptible work cannot go over quota.
    FewerGpus: Ask for 7 GPUs -> StartsNow
    OtherPool: Use node pool default first -> StartsNow
    Preemptible: Make it preemptible -> StartsNow
    Whoever the GPUs are promised to, and higher priorities may then interrupt it at any time
    AskOwner: Have the quota of project default in a100 raised to 8 GPUs -> StartsNow
    Ask ada@example.org
    ");
}

#[tokio::test]
async fn steps_and_least_numbers_of_gpus_hold_for_fixes() {
    let story = Story::begin().await;
    story.quota(7).await;
    story.policy("rules:\n  compute:\n    gpuDevicesRequest: {min: 2, step: 2}\n").await;
    insta::assert_snapshot!(story.offered(&gpus(8)).await, @r"
    Waiting: project default has 7 GPUs left of its quota of 7 in a100; you asked for 8, and non-preemptible work cannot go over quota.
    FewerGpus: Ask for 6 GPUs -> StartsNow
    OtherPool: Use node pool default first -> StartsNow
    Preemptible: Make it preemptible -> StartsNow
    Whoever the GPUs are promised to, and higher priorities may then interrupt it at any time
    AskOwner: Have the quota of project default in a100 raised to 8 GPUs -> StartsNow
    Ask ada@example.org
    ");
    // Nothing less is allowed than is left.
    story.quota(1).await;
    insta::assert_snapshot!(story.offered(&gpus(8)).await, @r"
    Waiting: project default has 1 GPU left of its quota of 1 in a100; you asked for 8, and non-preemptible work cannot go over quota.
    OtherPool: Use node pool default first -> StartsNow
    Preemptible: Make it preemptible -> StartsNow
    Whoever the GPUs are promised to, and higher priorities may then interrupt it at any time
    AskOwner: Have the quota of project default in a100 raised to 8 GPUs -> StartsNow
    Ask ada@example.org
    ");
}

#[tokio::test]
async fn what_is_locked_is_not_changed_by_a_fix() {
    let story = Story::begin().await;
    story.quota(7).await;
    story
        .policy(
            "defaults:\n  preemptibility: non-preemptible\n  nodePools: [a100]\nrules:\n  \
             preemptibility: {canEdit: false}\n  nodePools: {canEdit: false}\n",
        )
        .await;
    let of = Submission { node_pools: None, ..gpus(8) };
    insta::assert_snapshot!(story.offered(&of).await, @r"
    Waiting: project default has 7 GPUs left of its quota of 7 in a100; you asked for 8, and non-preemptible work cannot go over quota.
    FewerGpus: Ask for 7 GPUs -> StartsNow
    AskOwner: Have the quota of project default in a100 raised to 8 GPUs -> StartsNow
    Ask ada@example.org
    ");
}

#[tokio::test]
async fn one_of_ones_own_may_make_room_and_nobody_elses() {
    let story = Story::begin().await;
    story.quota(8).await;
    story.policy("rules:\n  compute:\n    gpuDevicesRequest: {min: 8}\n").await;
    let own = story.wanted("own", gpus(8));
    story.control.create_workspace(&story.actor, own).await.unwrap();
    story.control.turn().await.unwrap();
    let outcome = story.ask(&gpus(8)).await;
    let stops: Vec<_> = outcome.fixes().iter().filter_map(|fix| fix.action.clone()).collect();
    assert!(
        matches!(&stops[..], [FixAction::Stop { workload }, ..] if workload.name() == Some("own"))
    );
    insta::assert_snapshot!(story.offered(&gpus(8)).await, @r"
    Waiting: project default has 0 GPUs left of its quota of 8 in a100; you asked for 8, and non-preemptible work cannot go over quota.
    OtherPool: Use node pool default first -> StartsNow
    Preemptible: Make it preemptible -> StartsNow
    Whoever the GPUs are promised to, and higher priorities may then interrupt it at any time
    StopMine: Stop own, which is yours -> StartsNow
    AskOwner: Have the quota of project default in a100 raised to 16 GPUs -> StartsNow
    Ask ada@example.org
    ");

    // It comes true, once it has stopped.
    let id = story.control.world().live().next().unwrap().id;
    story.control.stop_workload(&story.actor, id).await.unwrap();
    for _ in 0..50 {
        story.control.turn().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if story.control.world().workloads[&id].placement().is_none() {
            break;
        }
    }
    assert_eq!(story.ask(&gpus(8)).await.kind(), domain::verdict::VerdictKind::StartsNow);

    // To another person the same is no help.
    story.control.run_workload(&story.actor, id).await.unwrap();
    story.control.turn().await.unwrap();
    let new = story.wanted("new", gpus(8));
    let theirs = story.control.verdict(&Actor::berth(), new).await.unwrap().outcome;
    let is_stop = |fix: &Fix| matches!(fix.action, Some(FixAction::Stop { .. }));
    assert!(!theirs.fixes().iter().any(is_stop), "{theirs:?}");
}
