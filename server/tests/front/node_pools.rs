//! Node pools over the interface: made and changed by administrators, obeyed by the scheduler.

use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const POOLS: &str = "/api/v1/node-pools";
const WORKSPACES: &str = "/api/v1/workloads/workspaces";

struct Story {
    berth: Berth,
    administrator: Person,
}

impl Story {
    async fn begin() -> Self {
        let berth = Berth::start().await;
        let administrator = berth.person("administrator@example.com", true, true).await;
        Self { berth, administrator }
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.berth.send(&self.administrator, method, path, &body.to_string()).await
    }

    async fn get(&self, path: &str) -> Value {
        self.berth.send(&self.administrator, "GET", path, "").await.json()
    }

    /// The first pool, which has all nodes.
    async fn pool(&self) -> String {
        let id = self.get(POOLS).await["nodepools"][0]["id"].clone();
        format!("{POOLS}/{}", id.as_str().map_or_else(|| id.to_string(), str::to_owned))
    }

    fn workspace(&self, name: &str, gpus: u64, priority: &str) -> Value {
        json!({"name": name, "projectId": self.berth.project, "clusterId": self.berth.cluster,
            "spec": {"image": "a", "priorityClass": priority,
                "compute": {"gpuDevicesRequest": gpus}}})
    }

    async fn create(&self, pool: Value) -> String {
        let answer = self.send("POST", POOLS, pool).await;
        format!("{} {}", answer.status.as_u16(), answer.message())
    }
}

#[tokio::test]
async fn a_pool_is_made_changed_and_written_down() {
    let story = Story::begin().await;
    let pool = json!({"name": "big", "clusterId": story.berth.cluster, "labelKey": "size",
        "labelValue": "big", "schedulingConfiguration": {"minGuaranteedRuntime": "5d8h40m",
            "placementStrategy": {"gpu": "spread"}}});
    let made = story.send("POST", POOLS, pool.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    insta::assert_snapshot!(made.json()["schedulingConfiguration"], @r#"{"gpuFractions":true,"minGuaranteedRuntime":"5d8h40m","placementStrategy":{"cpu":"binpack","gpu":"spread"}}"#);
    let path = format!("{POOLS}/{}", made.json()["id"].as_str().unwrap_or_default());
    let change = json!({"schedulingConfiguration": {"placementStrategy": {"cpu": "spread"}}});
    let patched = story.send("PATCH", &path, change.clone()).await.json();
    insta::assert_snapshot!(patched["schedulingConfiguration"], @r#"{"gpuFractions":true,"minGuaranteedRuntime":"5d8h40m","placementStrategy":{"cpu":"spread","gpu":"spread"}}"#);
    assert_eq!(patched["updatedBy"], "administrator@example.com");
    let put = story.send("PUT", &path, change).await.json();
    insta::assert_snapshot!(put["schedulingConfiguration"], @r#"{"gpuFractions":true,"placementStrategy":{"cpu":"spread","gpu":"binpack"}}"#);
    assert_eq!(story.get(POOLS).await["nodepools"].as_array().map(Vec::len), Some(2));
    let again = story.create(pool).await;
    assert!(again.starts_with("409 "), "{again}");
}

#[tokio::test]
async fn a_pool_that_cannot_be_is_refused_with_the_field() {
    let story = Story::begin().await;
    let with = |changes: Value| {
        let mut pool = json!({"name": "big", "clusterId": story.berth.cluster,
            "labelKey": "size", "labelValue": "big"});
        changes.as_object().into_iter().flatten().for_each(|(key, value)| {
            pool[key] = value.clone();
        });
        pool
    };
    let mut lines = vec![];
    for wrong in [
        json!({"name": "Big One"}),
        json!({"labelKey": "-size"}),
        json!({"labelValue": ""}),
        json!({"schedulingConfiguration": {"minGuaranteedRuntime": "an hour"}}),
        json!({"schedulingConfiguration": {"minGuaranteedRuntime": "9999d"}}),
    ] {
        lines.push(story.create(with(wrong)).await);
    }
    assert_eq!(story.send("POST", POOLS, with(json!({}))).await.status, 201);
    lines.push(story.create(with(json!({"name": "other"}))).await);
    let label = json!({"labelKey": "a", "labelValue": "b"});
    let default = story.send("PUT", &story.pool().await, label).await;
    lines.push(format!("{} {}", default.status.as_u16(), default.message()));
    insta::assert_snapshot!(lines.join("\n"), @"
    400 name: Use lowercase letters, digits and hyphens, start with a letter and end with a letter or digit
    400 labelKey: Letters, digits, dashes, dots and underscores, after a prefix and a slash or not
    400 labelValue: Letters, digits, dashes, dots and underscores
    400 schedulingConfiguration.minGuaranteedRuntime: Such as 5d8h40m: days, hours, minutes, seconds
    400 schedulingConfiguration.minGuaranteedRuntime: At most ten years
    400 labelValue: Node pool big has this label
    400 labelKey: The default pool has all nodes that no other pool has
    ");
}

#[tokio::test]
async fn who_runs_in_the_guaranteed_time_is_not_interrupted() {
    let story = Story::begin().await;
    let pool = story.pool().await;
    let guarantee = json!({"schedulingConfiguration": {"minGuaranteedRuntime": "1h"}});
    assert_eq!(story.send("PUT", &pool, guarantee).await.status, 200);
    let gpus = story.get("/api/v1/nodes").await["nodes"][0]["gpuInfo"]["gpuCount"]
        .as_u64()
        .unwrap_or_default();
    let made = story.send("POST", WORKSPACES, story.workspace("train", gpus, "low")).await;
    let id = made.json()["meta"]["id"]
        .as_str()
        .or(made.json()["workloadId"].as_str())
        .unwrap_or_default()
        .to_owned();
    let path = format!("/api/v1/workloads/{id}");
    let mut view = Value::Null;
    for _ in 0..200 {
        view = story.get(&path).await;
        if view["phase"] == "Running" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(view["guaranteedUntil"].is_string(), "{view}");
    let urgent = story.workspace("urgent", gpus, "very-high");
    let verdict = format!("{WORKSPACES}/verdict");
    let said = story.send("POST", &verdict, urgent.clone()).await.json();
    assert_eq!(
        (&said["verdict"], &said["reason"]["code"]),
        (&json!("waits"), &json!("VictimsProtected")),
        "{said}"
    );
    assert_eq!(said["estimate"]["basis"], "none", "{said}");
    assert_eq!(story.send("PUT", &pool, json!({})).await.status, 200);
    let said = story.send("POST", &verdict, urgent).await.json();
    assert_eq!(
        (&said["verdict"], &said["consequences"]["preempts"][0]["name"]),
        (&json!("startsNow"), &json!("train")),
        "{said}"
    );
}

#[tokio::test]
async fn a_pool_goes_once_nothing_runs_in_it() {
    let story = Story::begin().await;
    let default = story.send("DELETE", &story.pool().await, json!({})).await;
    let mut lines = vec![format!("{} {}", default.status.as_u16(), default.message())];
    // Everything that there is moves into a pool of its own.
    let made = story
        .send(
            "POST",
            POOLS,
            json!({"name": "big", "clusterId": story.berth.cluster, "labelKey": "gpu", "labelValue": "a100"}),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap_or_default().to_owned();
    let mut body = story.workspace("w", 1, "high");
    body["spec"]["nodePools"] = json!(["big"]);
    let quota = json!([{"nodePool": {"id": id}, "gpu": {"deserved": 2}}]);
    let project = format!("/api/v1/org-unit/projects/{}/resources", story.berth.project);
    assert_eq!(story.send("PATCH", &project, quota.clone()).await.status, 200);
    let department = "/api/v1/org-unit/departments/1/resources";
    let given = story.send("PATCH", department, quota).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let made = story.send("POST", WORKSPACES, body).await;
    assert_eq!(made.status, 202, "{}", made.text);
    story.berth.control.schedule_once().await.expect("a cycle");
    let path = format!("{POOLS}/{id}");
    let refused = story.send("DELETE", &path, json!({})).await;
    lines.push(format!("{} {}", refused.status.as_u16(), refused.message()));
    // What is used without being preemptible bounds the quotas.
    let less = json!([{"nodePool": {"id": id}, "gpu": {"deserved": 0}}]);
    let refused = story.send("PATCH", department, less).await;
    lines.push(format!("{} {}", refused.status.as_u16(), refused.message()));
    let limit = json!([{"nodePool": {"id": id}, "gpu": {"deserved": 2, "limit": 1}}]);
    let refused = story.send("PATCH", &project, limit).await;
    lines.push(format!("{} {}", refused.status.as_u16(), refused.message()));
    // What would be, if the node went.
    let would = story.send("POST", "/api/v1/what-if", json!({"drain": {"node": "local"}})).await;
    let gone = &would.json()["evicted"][0];
    lines.push(format!("{} {} {}", would.status.as_u16(), gone["name"], gone["why"]));
    let unknown = story.send("POST", "/api/v1/what-if", json!({"drain": {"node": "x"}})).await;
    lines.push(format!("{} {}", unknown.status.as_u16(), unknown.message()));
    let workload =
        format!("{WORKSPACES}/{}", made.json()["workloadId"].as_str().unwrap_or_default());
    story.send("DELETE", &workload, json!({})).await;
    for _ in 0..200 {
        if story.berth.control.world().live().next().is_none() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    lines.push(story.send("DELETE", &path, json!({})).await.status.as_u16().to_string());
    lines.push(story.send("GET", &path, json!({})).await.status.as_u16().to_string());
    insta::assert_snapshot!(lines.join("\n"), @r#"
    409 The default pool has all nodes that no other pool has; it cannot be deleted
    409 1 workload runs in node pool big; stop it first
    400 resources[].gpu.deserved: Non-preemptible workloads use 1 GPU in big; the quota cannot be less
    400 resources[].gpu.limit: In big the most that may be used is less than the quota
    200 "w" ["Node pool big has no nodes."]
    400 drain.node: There is no node x
    204
    404
    "#);
}

#[tokio::test]
async fn past_usage_counts_where_a_pool_says_so() {
    let story = Story::begin().await;
    let path = story.pool().await;
    let share = json!({"enabled": true, "historicalUsageWeight": 2.0, "historicalUsageWindow": "1d", "halfLife": "6h"});
    let change = |share: Value| json!({"schedulingConfiguration": {"timeBasedFairShare": share}});
    let on = story.send("PATCH", &path, change(share)).await;
    assert_eq!(on.status, 200, "{}", on.text);
    insta::assert_snapshot!(on.json()["schedulingConfiguration"]["timeBasedFairShare"], @r#"{"enabled":true,"halfLife":"6h","historicalUsageWeight":2.0,"historicalUsageWindow":"1d"}"#);
    let long = story
        .send("PATCH", &path, change(json!({"enabled": true, "historicalUsageWindow": "5m"})))
        .await;
    insta::assert_snapshot!(format!("{} {}", long.status.as_u16(), long.message()), @"400 schedulingConfiguration.timeBasedFairShare.historicalUsageWindow: From 1h to 365d, such as 7d");
    let off = story.send("PATCH", &path, change(json!({"enabled": false}))).await;
    assert!(off.json()["schedulingConfiguration"]["timeBasedFairShare"].is_null());
}

#[tokio::test]
async fn a_pool_may_give_out_whole_gpus_only() {
    let story = Story::begin().await;
    let path = story.pool().await;
    let change = |on: bool| json!({"schedulingConfiguration": {"gpuFractions": on}});
    let verdict = format!("{WORKSPACES}/verdict");
    let mut asked = story.workspace("part", 1, "low");
    asked["spec"]["compute"] = json!({
        "gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5,
    });
    let mut lines = vec![];
    for on in [false, true] {
        let view = story.send("PATCH", &path, change(on)).await.json();
        let said = story.send("POST", &verdict, asked.clone()).await.json();
        let kept = &view["schedulingConfiguration"]["gpuFractions"];
        lines.push(format!("{kept} {} {}", said["verdict"], said["reason"]));
    }
    let put = story.send("PUT", &path, json!({})).await.json();
    assert_eq!(put["schedulingConfiguration"]["gpuFractions"], true);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    false "never" {"code":"SharingOff","pool":"default"}
    true "startsNow" null
    "#);
}
