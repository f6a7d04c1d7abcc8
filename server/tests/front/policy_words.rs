//! Form, interface and command line are one engine: every case that administrators could test
//! offline is submitted here as well, and refused in the very same words.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::policy::{Limits, parse};
use serde_json::{Value, json};

use crate::common::{Berth, Person, tested_offline};

const POLICY: &str = "/api/v2/policy/workspaces";

/// What a scope of the cases is called on the server of the tests.
fn name(scope: &str) -> &'static str {
    match scope {
        "cluster" => "local",
        _ => "default",
    }
}

/// The cases that a server can be asked: with a submission, on the tree that it has.
fn cases() -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/policy-cases");
    let files = fs::read_dir(folder).expect("the folder of cases");
    let mut paths: Vec<_> = files.map(|file| file.expect("an entry").path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a file of cases");
        let whole = parse(&text, Limits::FILE).expect("YAML").to_value();
        all.extend(whole["cases"].as_array().cloned().unwrap_or_default());
    }
    all.retain(|case| {
        let plain = |name: &str| case[name].is_null();
        let of_workspaces = case["workloadType"].as_str().is_none_or(|of| of == "workspace");
        let text = case["chain"].to_string().contains("policyText");
        case["submission"].is_object()
            && of_workspaces
            && plain("withoutSystemPolicies")
            && plain("assets")
            && !text
    });
    for (n, case) in all.iter_mut().enumerate() {
        let chain = case["chain"].as_array().cloned().unwrap_or_default();
        let chain = chain.into_iter().map(|mut link| {
            link["name"] = name(link["scope"].as_str().unwrap_or_default()).into();
            link
        });
        *case = json!({"name": format!("{n} {}", case["name"]), "submission": case["submission"],
            "chain": chain.collect::<Vec<_>>()});
    }
    all
}

/// The issues of each case, as the command line says them.
fn offline(cases: &[Value]) -> Vec<Value> {
    let tested = tested_offline(cases).into_iter();
    tested.map(|case| case["actual"]["issues"].clone()).collect()
}

struct Server {
    berth: Berth,
    administrator: Person,
}

impl Server {
    fn scope(&self, scope: &str) -> Value {
        let world = self.berth.control.world();
        match scope {
            "cluster" => json!({"scope": scope, "clusterId": self.berth.cluster}),
            "department" => {
                json!({"scope": scope, "departmentId": world.departments.keys().next()})
            }
            "project" => json!({"scope": scope, "projectId": self.berth.project.0}),
            _ => json!({"scope": scope}),
        }
    }

    /// Writes the policies of a case; false where one is refused.
    async fn write(&self, case: &Value) -> bool {
        let mut chain = case["chain"].as_array().cloned().unwrap_or_default();
        let order = ["tenant", "cluster", "department", "project"];
        chain.sort_by_key(|link| order.iter().position(|scope| link["scope"] == *scope));
        for link in chain.iter().filter(|link| link["policy"].is_object()) {
            let mut meta = self.scope(link["scope"].as_str().unwrap_or_default());
            meta["name"] = json!("case");
            let body = json!({"meta": meta, "policy": link["policy"]}).to_string();
            let answer = self.berth.send(&self.administrator, "PUT", POLICY, &body).await;
            if answer.status != 200 {
                return false;
            }
        }
        true
    }

    async fn forget(&self) {
        for scope in ["tenant", "cluster", "department", "project"] {
            let mut query = format!("{POLICY}?scope={scope}");
            for (key, id) in self.scope(scope).as_object().into_iter().flatten() {
                if key != "scope" {
                    query.push_str(&format!("&{key}={}", id.to_string().trim_matches('"')));
                }
            }
            self.berth.send(&self.administrator, "DELETE", &query, "").await;
        }
    }

    /// The violations that the server tells. `None` where it does not come to them: it wants text for
    /// quantities, where a case may have a number.
    async fn online(&self, n: usize, case: &Value) -> Option<BTreeSet<String>> {
        let body = json!({"name": format!("case-{n}"), "projectId": self.berth.project,
            "clusterId": self.berth.cluster, "spec": case["submission"]});
        let path = "/api/v1/workloads/workspaces";
        let answer = self.berth.send(&self.administrator, "POST", path, &body.to_string()).await;
        let issues = answer.json()["complianceIssues"].as_array().cloned().unwrap_or_default();
        let of_policy = |issue: &&Value| !issue["rule"].is_null() || !issue["source"].is_null();
        let has_type = !answer.message().contains("must be a text, not the number");
        has_type.then(|| issues.iter().filter(of_policy).map(words).collect())
    }
}

fn words(issue: &Value) -> String {
    format!("{} / {}: {}", issue["field"], issue["rule"], issue["details"])
}

#[tokio::test]
async fn the_server_refuses_in_the_words_of_the_command_line() {
    let cases = cases();
    let offline = offline(&cases);
    let berth = Berth::start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    let server = Server { berth, administrator };
    let (mut compared, mut codes) = (0, BTreeSet::new());
    for (n, (case, issues)) in cases.iter().zip(&offline).enumerate() {
        let written = server.write(case).await;
        let told = if written { server.online(n, case).await } else { None };
        if let Some(told) = told {
            let issues = issues.as_array().cloned().unwrap_or_default();
            let wanted: BTreeSet<String> = issues.iter().map(words).collect();
            assert_eq!(told, wanted, "{}", case["name"]);
            let of = |issue: &Value| issue["code"].as_str().map(str::to_owned);
            codes.extend(issues.iter().filter_map(of));
            compared += 1;
        }
        server.forget().await;
    }
    assert!(compared >= 30, "{compared} of {}", cases.len());
    // A collision needs a real asset; its story is in `policies.rs`.
    let codes: Vec<_> = codes.into_iter().collect();
    insta::assert_snapshot!(codes.join("\n"), @r#"
    policy.blocked
    policy.canAdd
    policy.canEdit
    policy.canEdit.noDefault
    policy.item.duplicate
    policy.locked.changed
    policy.locked.excluded
    policy.max
    policy.min
    policy.options
    policy.required
    policy.step
    "#);
}
