//! Pages as the server draws them.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use insta::assert_snapshot;

use crate::common::Berth;

/// Data that a page asks for twice can differ in between: then what was drawn and what the page brings
/// with it disagree, and it does not wake up.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_asks_for_its_data_once() {
    let berth = Berth::start().await;
    let ada = berth.person("ada@example.org", true, true).await;
    let workspaces = "/api/v1/workloads/workspaces";
    let made = berth.send(&ada, "POST", workspaces, &berth.workspace("pose", 1)).await.json();
    let id = made["workloadId"].as_str().unwrap();
    let mut told = Vec::new();
    for page in [
        "/workloads",
        &format!("/workloads?open={id}"),
        "/workloads/new",
        &format!("/workloads/new/workspace?project={}", berth.project),
        "/projects",
        "/nodes",
        "/departments",
        "/policies",
        "/policies/new",
        "/policies/edit?scope=tenant",
        "/policies/view?scope=tenant",
        "/settings",
    ] {
        let answer = berth.open(&ada, page).await;
        let data = answer.text.matches("__RESOLVED_RESOURCES[").count();
        told.push(format!("{} {} {data}", page.replace(id, "ID"), answer.status.as_u16()));
    }
    assert_snapshot!(told.join("\n"), @"
    /workloads 200 1
    /workloads?open=ID 200 2
    /workloads/new 200 1
    /workloads/new/workspace?project=1 200 1
    /projects 200 1
    /nodes 200 1
    /departments 200 1
    /policies 200 1
    /policies/new 200 1
    /policies/edit?scope=tenant 200 1
    /policies/view?scope=tenant 200 1
    /settings 200 1
    ");
}
