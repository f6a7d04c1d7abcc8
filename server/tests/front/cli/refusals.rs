//! What goes wrong, each with its code, in the words of the server.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};

use super::{Berth, Terminal, start, steady};
use crate::common::{
    Person,
    violations::{every_violation, nfs},
};

/// A server that answers as it is told.
async fn server(answer: impl Fn() -> (u16, Value) + Clone + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(move || {
        let (status, body) = answer();
        async move { (StatusCode::from_u16(status).unwrap(), Json(body)).into_response() }
    });
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_failure_has_its_code() {
    let (_berth, terminal) = start().await;
    let mut story = terminal
        .story(&[
            "workspace list -p default --colour",
            "workspace submit nb -p default -i a -g two",
            "workspace describe nobody -p default",
            "workspace list -p nowhere",
            "workspace submit nb -p default",
            "workspace submit 'Not A Name' -p default -i a",
            "login access-key --client-id ci-bot --secret wrong",
            "policy explain --project default --field gpus",
        ])
        .await;
    let forbidden =
        server(|| (403, json!({"code": 403, "message": "ada may not see projects"}))).await;
    let away = Terminal::at("http://127.0.0.1:9").with_token("a.b.c");
    let others = [
        Terminal::at(forbidden).with_token("a.b.c").shown("project list").await,
        away.shown("project list").await,
        Terminal::at("nowhere").with_token("a.b.c").shown("project list").await,
    ];
    story += &others.concat();
    insta::assert_snapshot!(steady(&story));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_taken_ends_with_three() {
    let (berth, _) = start().await;
    let url = format!("http://{}", berth.listen().await);
    let story = [
        Terminal::at(&url).shown("workspace list -A").await,
        Terminal::at(&url).with_token("a.b.c").shown("workspace list -A").await,
    ];
    insta::assert_snapshot!(story.concat(), @"
    $ berth workspace list -A
    berth: nobody is signed in; sign in with berth login
    (3)
    $ berth workspace list -A
    berth: the server does not take the token, or no longer; sign in with berth login
    (3)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_again_and_a_submission_is_not() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let url = server(move || match counter.fetch_add(1, Ordering::SeqCst) {
        0 => (503, json!({"code": 503, "message": "the server is stopping"})),
        _ => (200, json!([])),
    })
    .await;
    let terminal = Terminal::at(url).with_token("a.b.c");
    assert_eq!(terminal.run("cluster list").await.code, 0);
    assert_eq!(asked.swap(0, Ordering::SeqCst), 2);
    let said = terminal.run("my-credential create k --type ngcApiKey --item value=a").await;
    assert_eq!((said.code, said.err.as_str()), (1, "berth: the server is stopping\n"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

async fn write(berth: &Berth, who: &Person, policy: &Value, nfs: &str) {
    let meta = json!({"scope": "cluster", "clusterId": berth.cluster, "name": "one"});
    let policy = policy.to_string().replace("NFS", nfs);
    let body = format!("{{\"meta\": {meta}, \"policy\": {policy}}}");
    let answer = berth.send(who, "PUT", "/api/v2/policy/workspaces", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_violation_ends_with_six_and_in_the_words_of_the_interface() {
    let (berth, terminal) = start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    let body = json!({"meta": {"name": "shared", "scope": "tenant"}, "spec": nfs()}).to_string();
    let made = berth.send(&administrator, "POST", "/api/v1/asset/datasource/nfs", &body).await;
    let nfs = made.json()["meta"]["id"].as_str().unwrap().to_owned();
    for (code, policy, submission) in every_violation() {
        write(&berth, &administrator, &policy, &nfs).await;
        let body = json!({"name": "nb", "projectId": berth.project, "clusterId": berth.cluster, "spec": submission});
        let path = "/api/v1/workloads/workspaces";
        let refusal = berth.send(&administrator, "POST", path, &body.to_string()).await.json();
        let issues = refusal["complianceIssues"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let wanted: String = issues
            .iter()
            .map(|issue| format!("{}: {}\n", text(&issue["field"]), text(&issue["details"])))
            .collect();
        let of = domain::submission::Submission::from_spec(submission).unwrap();
        let command = domain::submission::command::command("nb", "default", &of);
        let line = command.text.replace(" \\\n ", "").replacen("berth ", "", 1);
        let excluded = command.left_out.iter().any(|path| path.contains("exclude"));
        assert!(!excluded, "{code}: {:?}", command.left_out);
        for line in [line.clone(), line.replacen("submit nb", "submit nb --dry-run", 1)] {
            let said = terminal.run(&line).await;
            let lines: String = said.err.lines().skip(1).map(|line| format!("{line}\n")).collect();
            assert_eq!((said.code, lines), (6, wanted.clone()), "{code}: {line}");
            assert!(said.err.starts_with("berth: The workload does not comply with the policy\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_explained_with_whose_it_is() {
    let (berth, terminal) = start().await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    let policy = json!({"defaults": {"compute": {"gpuDevicesRequest": 1}},
        "rules": {"compute": {"gpuDevicesRequest": {"max": 4}}}});
    write(&berth, &administrator, &policy, "").await;
    let story = terminal
        .story(&[
            "policy explain --project default --field compute.gpuDevicesRequest",
            "policy explain --project default --field image",
            "policy explain --project nowhere --field image",
        ])
        .await;
    insta::assert_snapshot!(steady(&story), @r#"
    $ berth policy explain --project default --field compute.gpuDevicesRequest
    compute.gpuDevicesRequest: the rules farthest from the workload win, and the closest default
    rule    in force    cluster “local”: {"max":4}
    default in force    cluster “local”: 1
    in force: At most 4 (cluster “local”)
    default: 1 (cluster “local”)
    $ berth policy explain --project default --field image
    image: the rules closest to the workload win, and the closest default
    nothing is said: any value is taken
    $ berth policy explain --project nowhere --field image
    berth: there is no project "nowhere", or you may not see it
    (5)
    "#);
}
