//! Scheduling rules of projects and departments: how long work may run, and on which kinds of nodes.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use cluster::simulated::{Conditions, SimulatedDriver, Trouble, one_machine};
use control::{
    ControlPlane, Error, FirstAccounts, NewWorkspace,
    clock::{Clock, SystemChance},
    departments::DepartmentChange,
    projects::ProjectChange,
};
use domain::{
    ProjectId, WorkloadId,
    access::Actor,
    rules::{NodeTypes, Rules, SchedulingRules},
    submission::{Compute, Submission},
    workload::{PhaseName, Source},
};
use store::{DatabaseUrl, Store};

use crate::clock::HandClock;

struct Story {
    control: ControlPlane,
    driver: Arc<SimulatedDriver>,
    clock: Arc<HandClock>,
    _folder: tempfile::TempDir,
}

fn limit(secs: i64) -> Rules {
    let limits = SchedulingRules {
        interactive_job_time_limit_seconds: Some(secs),
        ..SchedulingRules::default()
    };
    Rules { limits, ..Rules::default() }
}

fn types(names: &[&str]) -> Rules {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let node_types = NodeTypes { workspace: Some(names), ..NodeTypes::default() };
    Rules { node_types, ..Rules::default() }
}

impl Story {
    async fn begin() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(HandClock::default()));
        let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
        let store = Store::open(&url).await.unwrap();
        let control = ControlPlane::open(store, clock.clone(), Arc::new(SystemChance));
        let control = control.await.unwrap();
        let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        let driver = Arc::new(SimulatedDriver::in_memory(one_machine()));
        control.drive(first.cluster, driver.clone());
        Self { control, driver, clock, _folder: folder }
    }

    async fn of_project(&self, rules: Rules) -> Result<(), Error> {
        let change = ProjectChange { rules: Some(rules), ..ProjectChange::default() };
        self.control.update_project(&Actor::berth(), ProjectId(1), change).await.map(drop)
    }

    async fn of_department(&self, rules: Rules) {
        let id = self.control.world().projects[&ProjectId(1)].department;
        let change = DepartmentChange { rules: Some(rules), ..DepartmentChange::default() };
        self.control.update_department(&Actor::berth(), id, change).await.unwrap();
    }

    async fn create(&self, name: &str, node_type: Option<&str>) -> Result<WorkloadId, Error> {
        let node_type = node_type.map(str::to_owned);
        self.submit(name, Submission { node_type, ..Submission::default() }).await
    }

    async fn submit(&self, name: &str, of: Submission) -> Result<WorkloadId, Error> {
        let submission = Submission { image: Some("image".into()), ..of };
        let new = NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: *self.control.world().clusters.keys().next().unwrap(),
            submission,
            source: Source::Cli,
        };
        self.control.create_workspace(&Actor::berth(), new).await.map(|made| made.id)
    }

    async fn turns(&self, secs: i64) {
        for _ in 0..8 {
            self.control.turn().await.unwrap();
        }
        self.clock.wind(secs);
        for _ in 0..8 {
            self.control.turn().await.unwrap();
            self.clock.wind(1);
        }
    }

    /// So many windows in which programs leave their GPUs idle, or use them.
    async fn windows(&self, count: i64, idle: bool) {
        let trouble = idle.then(|| Trouble::Idle { on: "*".into() });
        let conditions = Conditions { speed: 1.0, trouble: trouble.into_iter().collect() };
        self.driver.set_conditions(conditions, self.clock.now());
        for _ in 0..count {
            self.clock.wind(30);
            self.control.turn().await.unwrap();
        }
    }

    fn phase(&self, id: WorkloadId) -> PhaseName {
        self.control.world().workloads[&id].phase.name()
    }

    /// Its warnings, the oldest first.
    async fn warnings(&self, id: WorkloadId) -> String {
        let events = self.control.all_events();
        let page = self.control.workload_events(&Actor::berth(), id, events, (0, 50), false).await;
        let told = page.unwrap().items.into_iter().filter_map(|event| match event.what {
            domain::event::Happening::Event { reason, message, .. }
                if reason.ends_with("LimitNear") || reason == "StoppedByRule" =>
            {
                Some(format!("{reason}: {message}"))
            }
            _ => None,
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

fn said(answer: Result<impl std::fmt::Debug, Error>) -> String {
    match answer.unwrap_err() {
        Error::Invalid(problems) => {
            let lines = problems.iter().map(|p| format!("{}: {}", p.field, p.message));
            lines.collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}

#[tokio::test]
async fn what_has_run_as_long_as_it_may_is_warned_and_stopped() {
    let story = Story::begin().await;
    story.of_department(limit(7_200)).await;
    story.of_project(limit(3_600)).await.unwrap();
    let short = story.create("short", None).await.unwrap();
    story.turns(60).await;
    assert_eq!(story.phase(short), PhaseName::Running);
    // What is changed later is for others.
    story.of_project(limit(60)).await.unwrap();
    story.turns(1_800).await;
    assert_eq!((story.phase(short), story.warnings(short).await), (PhaseName::Running, "".into()));
    story.turns(1_000).await;
    assert_eq!(story.phase(short), PhaseName::Running);
    story.turns(900).await;
    assert_eq!(story.phase(short), PhaseName::Stopped);
    insta::assert_snapshot!(story.warnings(short).await, @r"
    TimeLimitNear: It is stopped in 13m4s: the time limit of project default ends
    StoppedByRule: Stopped by scheduling rule: time limit of project default (1h).
    ");
    let why = story.control.world().workloads[&short].phase.message();
    insta::assert_snapshot!(why, @"Stopped by scheduling rule: time limit of project default (1h).");
    // It has had its time: running it again gives it no more.
    story.control.run_workload(&Actor::berth(), short).await.unwrap();
    story.turns(10).await;
    assert_eq!(story.phase(short), PhaseName::Stopped);
}

/// T16 of the conformance tests.
#[tokio::test]
async fn who_leaves_gpus_idle_is_stopped_and_any_use_begins_the_count_anew() {
    let story = Story::begin().await;
    let limits = SchedulingRules {
        interactive_job_max_idle_duration_seconds: Some(3_600),
        ..SchedulingRules::default()
    };
    story.of_department(Rules { limits, ..Rules::default() }).await;
    let compute = Compute { gpu_devices_request: Some(1), ..Compute::default() };
    let with_gpu = Submission { compute: Some(compute), ..Submission::default() };
    let preemptible = Submission { preemptibility: Some("preemptible".into()), ..with_gpu.clone() };
    let bursts = story.submit("bursts", with_gpu).await.unwrap();
    let other = story.submit("other-limit", preemptible).await.unwrap();
    let without = story.create("without-gpu", None).await.unwrap();
    story.turns(60).await;
    assert_eq!(story.phase(bursts), PhaseName::Running);

    // 59 minutes and a half, and a burst: not stopped, and not half a minute later either.
    story.windows(119, true).await;
    story.windows(1, false).await;
    story.windows(119, true).await;
    assert_eq!(story.phase(bursts), PhaseName::Running);
    story.windows(4, true).await;
    assert_eq!(story.phase(bursts), PhaseName::Stopped);
    insta::assert_snapshot!(story.warnings(bursts).await, @r"
    IdleLimitNear: It is stopped in 15m: the idle GPU time limit of department default ends
    IdleLimitNear: It is stopped in 15m: the idle GPU time limit of department default ends
    StoppedByRule: Stopped by scheduling rule: idle GPU time limit of department default (1h).
    ");
    // The limit of preemptible ones is another one, and who has no GPU leaves none idle.
    assert_eq!([other, without].map(|id| story.phase(id)), [PhaseName::Running; 2]);

    // What runs again begins anew.
    story.control.run_workload(&Actor::berth(), bursts).await.unwrap();
    story.windows(100, true).await;
    assert_eq!(story.phase(bursts), PhaseName::Running);
}

/// T17 of the conformance tests: none of the rules that come after it touches a workspace that is there.
#[tokio::test]
async fn t17_a_rule_that_is_added_later_leaves_alone_what_is_there() {
    let story = Story::begin().await;
    let compute = Compute { gpu_devices_request: Some(1), ..Compute::default() };
    let with_gpu = Submission { compute: Some(compute), ..Submission::default() };
    let before = story.submit("before", with_gpu.clone()).await.unwrap();
    story.turns(60).await;
    let limits = SchedulingRules {
        interactive_job_time_limit_seconds: Some(600),
        interactive_job_max_idle_duration_seconds: Some(300),
        ..SchedulingRules::default()
    };
    story.of_department(Rules { limits, node_types: types(&["h100"]).node_types }).await;
    story.windows(40, true).await;
    assert_eq!(
        (story.phase(before), story.warnings(before).await),
        (PhaseName::Running, "".into())
    );
    // It holds for who comes after it: this one names no node type, that one is stopped.
    assert!(story.submit("without-type", with_gpu.clone()).await.is_err());
    let typed = Submission { node_type: Some("h100".into()), ..with_gpu };
    let after = story.submit("after", typed).await.unwrap();
    let limited = |id: WorkloadId| story.control.world().workloads[&id].run_limit.is_some();
    assert_eq!([before, after].map(limited), [false, true]);
}

/// T18 of the conformance tests.
#[tokio::test]
async fn t18_a_project_may_only_tighten_what_its_department_says() {
    const HOUR: i64 = 3_600;
    let story = Story::begin().await;
    story.of_department(limit(8 * HOUR)).await;
    insta::assert_snapshot!(said(story.of_project(limit(12 * HOUR)).await), @"schedulingRules.interactiveJobTimeLimitSeconds: The department allows at most 8h (28800 seconds)");
    story.of_project(limit(8 * HOUR)).await.unwrap();
    story.of_project(limit(4 * HOUR)).await.unwrap();
    let notebook = story.create("notebook", None).await.unwrap();
    story.turns(60).await;
    story.turns(4 * HOUR - 300).await;
    assert_eq!(story.phase(notebook), PhaseName::Running);
    story.turns(300).await;
    assert_eq!(story.phase(notebook), PhaseName::Stopped);
}

#[tokio::test]
async fn a_project_is_told_what_its_department_allows() {
    let story = Story::begin().await;
    story
        .of_department(Rules { node_types: types(&["a100", "h100"]).node_types, ..limit(60) })
        .await;
    let loose = Rules { node_types: types(&["v100"]).node_types, ..limit(61) };
    insta::assert_snapshot!(said(story.of_project(loose).await), @r"
    schedulingRules.interactiveJobTimeLimitSeconds: The department allows at most 1m (60 seconds)
    nodeTypes.workspace: The department does not allow v100: a100, h100
    ");
    story.of_project(types(&["h100"])).await.unwrap();
    insta::assert_snapshot!(said(story.create("none", None).await), @"spec.nodeType: Project default allows the node types h100");
    insta::assert_snapshot!(said(story.create("other", Some("a100")).await), @"spec.nodeType: Project default allows the node types h100");
    story.create("right", Some("h100")).await.unwrap();
}
