//! Every violation there is, once: the interface, the command line and the form (its verdict, and the
//! sentence at the field) say it in the same words.

use control::{NewWorkspace, StartFrom};
use domain::{
    access::Actor, policy::FormView, submission::Submission, verdict::Outcome, workload::Source,
};
use serde_json::{Value, json};

use crate::common::{
    Berth, Person, tested_offline,
    violations::{every_violation, nfs},
};

struct Doors {
    berth: Berth,
    administrator: Person,
    actor: Actor,
    nfs: String,
}

impl Doors {
    async fn open() -> Self {
        let berth = Berth::start().await;
        let administrator = berth.person("administrator@example.com", true, false).await;
        let body =
            json!({"meta": {"name": "shared", "scope": "tenant"}, "spec": nfs()}).to_string();
        let path = "/api/v1/asset/datasource/nfs";
        let made = berth.send(&administrator, "POST", path, &body).await.json();
        let nfs = made["meta"]["id"].as_str().unwrap_or_default().to_owned();
        Self { berth, administrator, actor: Actor::berth(), nfs }
    }

    async fn write(&self, policy: &Value) {
        let meta = json!({"scope": "cluster", "clusterId": self.berth.cluster, "name": "one"});
        let policy = policy.to_string().replace("NFS", &self.nfs);
        let body = format!("{{\"meta\": {meta}, \"policy\": {policy}}}");
        let path = "/api/v2/policy/workspaces";
        let answer = self.berth.send(&self.administrator, "PUT", path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Field and sentence of each refusal, through the interface.
    async fn interface(&self, submission: &Value) -> Vec<(String, String)> {
        let body = json!({"name": "words", "projectId": self.berth.project,
            "clusterId": self.berth.cluster, "spec": submission});
        let path = "/api/v1/workloads/workspaces";
        let answer = self.berth.send(&self.administrator, "POST", path, &body.to_string()).await;
        let issues = answer.json()["complianceIssues"].as_array().cloned().unwrap_or_default();
        // What is no policy's is said beside it, in other words.
        let of_policy = |issue: &&Value| !issue["rule"].is_null() || !issue["source"].is_null();
        let of_policy = issues.iter().filter(of_policy);
        of_policy.map(|issue| (text(&issue["field"]), text(&issue["details"]))).collect()
    }

    /// The same from the verdict that the form asks for.
    async fn verdict(&self, submission: &Value) -> Vec<(String, String)> {
        let new = NewWorkspace {
            name: String::new(),
            name_is_prefix: false,
            project: self.berth.project,
            cluster: self.berth.cluster,
            submission: Submission::from_spec(submission.clone()).expect("a submission"),
            start: StartFrom::default(),
            source: Source::ControlPlane,
        };
        let verdict = self.berth.control.verdict(&self.actor, new).await.expect("a verdict");
        let Outcome::Refused { violations } = verdict.outcome else { return Vec::new() };
        let told = violations.into_iter().filter(|p| p.rule.is_some() || p.source.is_some());
        told.map(|p| (p.field.trim_start_matches("spec.").to_owned(), p.message)).collect()
    }

    fn form(&self, submission: &Value) -> FormView {
        let world = self.berth.control.world();
        let submission = Submission::from_spec(submission.clone()).expect("a submission");
        let (project, start) = (self.berth.project, StartFrom::default());
        let control = &self.berth.control;
        let form = control.policy_form(&self.actor, &world, project, (&start, submission));
        form.expect("a form").0
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Code, field and sentence of each issue, from `berth policy test`.
fn command_line(policy: &Value, submission: &Value) -> Vec<(String, String, String)> {
    let case = json!({"name": "one", "chain": [{"scope": "cluster", "name": "local", "policy": policy}],
        "assets": [{"id": "NFS", "kind": "nfs", "spec": nfs()}], "submission": submission});
    let issues = tested_offline(&[case])[0]["actual"]["issues"].as_array().cloned();
    let words =
        |issue: &Value| (text(&issue["code"]), text(&issue["field"]), text(&issue["details"]));
    issues.unwrap_or_default().iter().map(words).collect()
}

/// What the form says at the field itself, where it refuses the control as a whole.
fn at_the_field(form: &FormView, code: &str, field: &str) -> Option<String> {
    let view = form.fields.get(field);
    match code {
        "policy.required" => view?.required.clone(),
        "policy.canEdit" | "policy.canEdit.noDefault" | "policy.blocked" => view?.read_only.clone(),
        "policy.locked.changed" => {
            let (list, key) = field.trim_end_matches(']').split_once('[')?;
            let rows = &form.lists.get(list)?.rows;
            rows.iter().find(|row| row.key == key)?.locked.clone()
        }
        _ => None,
    }
}

#[tokio::test]
async fn every_violation_is_worded_alike_at_every_door() {
    let doors = Doors::open().await;
    let mut words = Vec::new();
    for (code, policy, submission) in every_violation() {
        doors.write(&policy).await;
        let offline = command_line(&policy, &submission);
        let [(told, field, sentence)] = &offline[..] else { panic!("{code}: {offline:?}") };
        let online = vec![(field.clone(), sentence.clone())];
        assert_eq!(told, code);
        assert_eq!(doors.interface(&submission).await, online, "{code}");
        assert_eq!(doors.verdict(&submission).await, online, "{code}");
        let at_field = at_the_field(&doors.form(&submission), code, field);
        if let Some(at_field) = &at_field {
            assert_eq!(at_field, sentence, "{code}");
        }
        let where_else = if at_field.is_some() { " (at the field)" } else { "" };
        words.push(format!("{code}\n  {field}: {sentence}{where_else}"));
    }
    insta::assert_snapshot!(words.join("\n"), @r#"
    policy.required
      workingDir: Container working directory is required by the policy of cluster “local”. (at the field)
    policy.canEdit
      workingDir: Container working directory is set to “/home” by the policy of cluster “local” and can’t be changed. (at the field)
    policy.canEdit.noDefault
      workingDir: Container working directory can’t be set. It is disabled by the policy of cluster “local”. (at the field)
    policy.blocked
      workingDir: Container working directory is blocked by the policy of cluster “local”. (at the field)
    policy.options
      imagePullPolicy: Pull condition must be one of: Always, Never.
    policy.min
      compute.cpuCoreRequest: CPU compute request must not be less than 2 (requested 1).
    policy.max
      compute.cpuCoreRequest: CPU compute request must not be greater than 2 (requested 4).
    policy.step
      compute.cpuCoreRequest: CPU compute request must be one of 1, 3, 5, 7.
    policy.canAdd
      environmentVariables[OWN]: Environment variables can’t be added: “OWN” isn’t part of the policy of cluster “local”.
    policy.locked.changed
      environmentVariables[URL]: “URL” is locked by the policy of cluster “local” and can’t be changed. (at the field)
    policy.locked.excluded
      environmentVariables[URL]: “URL” is locked by the policy of cluster “local” and can’t be removed.
    policy.imposed.collision
      storage.emptyDirVolume[#0]: Container path “/data” is used by a data source imposed by the policy of cluster “local”.
    policy.item.duplicate
      environmentVariables[TWO]: “TWO” appears more than once.
    "#);
}
