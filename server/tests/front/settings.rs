//! General settings over the interface: seen and changed by administrators, felt by everybody.

use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const SETTINGS: &str = "/v1/k8s/setting";
const WORKSPACES: &str = "/api/v1/workloads/workspaces";

struct Story {
    berth: Berth,
    administrator: Person,
    member: Person,
}

impl Story {
    async fn begin() -> Self {
        let berth = Berth::start().await;
        let administrator = berth.person("administrator@example.com", true, false).await;
        let member = berth.person("member@example.com", false, true).await;
        Self { berth, administrator, member }
    }

    async fn choose(&self, key: &str, value: Value) -> Answer {
        let body = json!({"key": key, "value": value}).to_string();
        self.berth.send(&self.administrator, "PUT", SETTINGS, &body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.berth.send(&self.administrator, "GET", path, "").await
    }

    async fn create(&self, name: &str, spec: Value) -> Answer {
        let body = json!({"name": name, "projectId": self.berth.project,
            "clusterId": self.berth.cluster, "spec": spec});
        self.berth.send(&self.member, "POST", WORKSPACES, &body.to_string()).await
    }
}

#[tokio::test]
async fn every_setting_is_listed_with_what_it_changes() {
    let story = Story::begin().await;
    let listed = story.get(SETTINGS).await.json();
    let line = |row: &Value| {
        let of = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} = {:?} [{}]", of("type"), of("key"), of("value"), of("stage"))
    };
    let lines: Vec<_> = listed.as_array().into_iter().flatten().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Boolean workloads.policies = "true" [GA]
    Boolean workloads.flexible_submission = "true" [GA]
    Boolean workloads.flexible_templates = "true" [GA]
    Boolean workloads.data_volumes = "true" [GA]
    Boolean workloads.ngc_catalog = "false" [Beta]
    Boolean workloads.ngc_private_registry = "false" [Beta]
    String workloads.ngc_mirror = "" [GA]
    Boolean registries.lookup = "true" [GA]
    Boolean registries.local_addresses = "false" [GA]
    Boolean resources.gpu_optimization = "false" [Beta]
    Boolean resources.limit_projects_to_department = "false" [GA]
    Boolean resources.cpu_quota = "false" [GA]
    Boolean resources.over_quota_weight = "false" [GA]
    Number scheduling.cycle_log_days = "30" [GA]
    Number scheduling.cycle_log_megabytes = "256" [GA]
    Boolean analytics.gpu_profiling_metrics = "false" [GA]
    String tenant.name = "default" [GA]
    Boolean tenant.login_with_sso = "false" [GA]
    Boolean tenant.enable_custom_roles = "false" [GA]
    Number security.ui_inactivity_timeout = "" [GA]
    String security.logout_redirect_url = "" [GA]
    String notifications.system = "" [GA]
    String branding.logo = "" [GA]
    "#);
    // The client writes a dash for the underscore and expects the bare value.
    assert_eq!(story.get(&format!("{SETTINGS}/workloads.ngc-catalog")).await.text, "false");
    assert_eq!(story.get(&format!("{SETTINGS}/nothing")).await.status, 404);
    assert_eq!(
        story.choose("workloads.ngc_catalog", json!(true)).await.json(),
        json!({"value": true})
    );
    assert_eq!(story.get(&format!("{SETTINGS}/workloads.ngc_catalog")).await.text, "true");
    let wrong = [
        story.choose("workloads.policies", json!(7)).await,
        story.choose("nothing", json!(true)).await,
        story.berth.send(&story.member, "GET", SETTINGS, "").await,
    ];
    let lines = wrong.map(|answer| format!("{} {}", answer.status.as_u16(), answer.message()));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400 value: must be true or false
    404 there is no setting nothing
    403 member@example.com may not see general settings
    "#);
}

#[tokio::test]
async fn switching_policies_off_leaves_the_built_in_rules_and_deletes_nothing() {
    let story = Story::begin().await;
    let meta = json!({"scope": "tenant", "name": "all"});
    let policy = json!({"rules": {"compute": {"gpuDevicesRequest": {"max": 2}}}});
    let body = json!({"meta": meta, "policy": policy}).to_string();
    let path = "/api/v2/policy/workspaces";
    assert_eq!(story.berth.send(&story.administrator, "PUT", path, &body).await.status, 200);
    let four = || json!({"image": "a", "compute": {"gpuDevicesRequest": 4}});
    assert_eq!(story.create("four", four()).await.status, 400);
    story.choose("workloads.policies", json!(false)).await;
    assert_eq!(story.create("four", four()).await.status, 202);
    let root = json!({"image": "a", "privileged": true});
    assert_eq!(story.create("root", root).await.status, 400);
    story.choose("workloads.policies", json!(true)).await;
    assert_eq!(story.create("again", four()).await.status, 400);
}

#[tokio::test]
async fn every_change_is_written_down_and_the_same_again_is_none() {
    let story = Story::begin().await;
    for value in [json!("acme"), json!("acme"), json!("umbrella")] {
        assert_eq!(story.choose("tenant.name", value).await.status, 200);
    }
    let by = domain::access::Actor::berth();
    let setting = domain::settings::Setting::AccountName;
    let history = story.berth.control.setting_history(&by, setting).await.expect("a history");
    let line = |entry: &domain::audit::AuditEntry| {
        let words = entry.differences().iter().map(|d| d.words()).collect::<Vec<_>>().join("; ");
        format!("{}: {words}", entry.by)
    };
    insta::assert_snapshot!(history.iter().map(line).collect::<Vec<_>>().join("\n"), @r#"
    administrator@example.com: was "acme", is "umbrella"
    administrator@example.com: was "default", is "acme"
    "#);
    // Messages call the account by that name.
    let policy = json!({"meta": {"scope": "tenant", "name": "all"},
        "policy": {"rules": {"workingDir": {"required": true}}}});
    let path = "/api/v2/policy/workspaces";
    story.berth.send(&story.administrator, "PUT", path, &policy.to_string()).await;
    let refused = story.create("a", json!({"image": "a"})).await.json();
    insta::assert_snapshot!(refused["complianceIssues"][0]["details"], @r#""Container working directory is required by the policy of account “umbrella”.""#);
}

#[tokio::test]
async fn projects_can_be_held_to_what_their_department_is_promised() {
    let story = Story::begin().await;
    let pool = story.get("/api/v1/node-pools").await.json()["nodepools"][0]["id"].clone();
    let resources = |gpus: u32| json!([{"nodePool": {"id": pool}, "gpu": {"deserved": gpus}}]);
    let cluster = story.berth.cluster;
    let make = async |what: &str, body: Value| {
        let path = format!("/api/v1/org-unit/{what}");
        story.berth.send(&story.administrator, "POST", &path, &body.to_string()).await
    };
    let department =
        make("departments", json!({"name": "ml", "clusterId": cluster, "resources": resources(4)}))
            .await;
    let id = department.json()["id"].clone();
    let project = async |name: &str, gpus: u32| {
        make(
            "projects",
            json!({"name": name, "clusterId": cluster, "parentId": id,
            "resources": resources(gpus)}),
        )
        .await
    };
    assert_eq!(project("free", 3).await.status, 201);
    story.choose("resources.limit_projects_to_department", json!(true)).await;
    let beyond = project("beyond", 2).await;
    insta::assert_snapshot!(format!("{} {}", beyond.status.as_u16(), beyond.message()), @"400 resources[].gpu.deserved: Department ml is promised 4 GPUs in default; with this its projects would have 5 GPUs");
    assert_eq!(project("within", 1).await.status, 201);
    story.choose("resources.limit_projects_to_department", json!(false)).await;
    assert_eq!(project("beyond", 2).await.status, 201);
}

#[tokio::test]
async fn idle_gpus_are_shared_out_by_quota_until_weights_may_be_set() {
    let story = Story::begin().await;
    let pool = story.get("/api/v1/node-pools").await.json()["nodepools"][0]["id"].clone();
    let gpu = json!({"deserved": 3, "overQuotaWeight": 7});
    let body = json!({"name": "weighty", "clusterId": story.berth.cluster,
        "resources": [{"nodePool": {"id": pool}, "gpu": gpu}]});
    let path = "/api/v1/org-unit/projects";
    let made = story.berth.send(&story.administrator, "POST", path, &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let weight = || {
        let world = story.berth.control.world();
        let cluster = &world.clusters[&story.berth.cluster];
        let snapshot = world.snapshot(cluster, story.berth.control.now());
        let project = snapshot.projects.into_iter().find(|p| p.name.as_str() == "weighty");
        let quotas = project.into_iter().flat_map(|p| p.quotas.into_values());
        quotas.map(|quota| quota.gpu.over_quota_weight).collect::<Vec<_>>()
    };
    assert_eq!(weight(), [3.0]);
    story.choose("resources.over_quota_weight", json!(true)).await;
    assert_eq!(weight(), [7.0]);
}

#[tokio::test]
async fn security_settings_have_their_own_door() {
    let story = Story::begin().await;
    let path = "/api/v1/security/settings";
    let put = async |key: &str, body: Value| {
        let path = format!("{path}/{key}");
        story
            .berth
            .send(&story.administrator, "PUT", &path, &body.to_string())
            .await
            .status
            .as_u16()
    };
    assert_eq!(put("browserSessionTimeout", json!({"idleTimeout": 0})).await, 400);
    assert_eq!(put("browserSessionTimeout", json!({"idleTimeout": 45})).await, 200);
    assert_eq!(put("logoutRedirectUri", json!({"uri": "ftp://x"})).await, 400);
    assert_eq!(put("logoutRedirectUri", json!({"uri": "https://sso.example/bye"})).await, 200);
    assert_eq!(put("nothing", json!({})).await, 404);
    insta::assert_snapshot!(story.get(path).await.text, @r#"{"browserSessionTimeout":{"idleTimeout":45},"logoutRedirectUri":{"uri":"https://sso.example/bye"}}"#);
}
