//! A day at the terminal.

use std::time::Duration;

use super::{Terminal, start, steady};

/// Waits until a workspace stands so.
async fn until(terminal: &Terminal, name: &str, phase: &str) {
    for _ in 0..200 {
        let line = format!(
            "workspace list -p default --columns workload,status --no-headers --status {phase}"
        );
        if terminal.run(&line).await.out.contains(name) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} was not {phase} within ten seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_from_the_first_command_to_the_last() {
    let (_berth, terminal) = start().await;
    let mut story = terminal
        .story(&[
            "whoami",
            "workspace submit nb -i jupyter/base-notebook",
            "project set default",
            "project list",
            "workspace submit nb -i jupyter/base-notebook -g 1 --external-url container=8888 --label paper=pose",
        ])
        .await;
    until(&terminal, "nb", "Running").await;
    story += &terminal
        .story(&[
            "workspace list",
            "workspace describe nb --events=false --pods=false",
            "-q workspace submit --name-prefix night -i a -- sleep 1d",
            "workspace suspend nb",
        ])
        .await;
    until(&terminal, "nb", "Stopped").await;
    story += &terminal
        .story(&[
            "workspace suspend nb",
            "workspace resume nb",
            "workspace resume nb",
            "workspace delete nb",
            "workload delete nb nobody --yes",
            "workload delete nb --yes",
            "workspace update nb -g 2",
            "workspace bash nb",
            "workspace submit other -i a --attach",
            "logout",
            "workspace list",
        ])
        .await;
    insta::assert_snapshot!(steady(&story));
}

#[tokio::test(flavor = "multi_thread")]
async fn before_submitting_one_asks_what_would_become_of_it() {
    let (_berth, terminal) = start().await;
    let story = terminal
        .story(&[
            "workspace submit nb -p default -i a -g 1 --dry-run",
            "workspace submit nb -p default -i a -g 1000 --dry-run",
            "workspace submit nb -p default -i a -g 1 --node-type none-such --dry-run",
            "workspace submit nb -p default -g 1 --dry-run",
            "workspace list -p default",
        ])
        .await;
    insta::assert_snapshot!(steady(&story));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_starts_from_and_what_is_ones_own() {
    let (_berth, terminal) = start().await;
    let story = terminal
        .story(&[
            "my-credential create hf --type genericSecret --item key=token,value=a,b=c",
            "my-credential list",
            "environment list --columns name,scope --max-items 3",
            "workspace submit nb -p default --environment none-such",
            "workspace submit nb -p default -i a --datasource type=nfs",
            "my-credential delete hf",
            "my-credential delete hf",
            "cluster list",
            "node list --columns name,status,node-pool",
            "nodepool list",
            "department list",
            "template list --columns name,runs",
            "pvc list -p default",
            "project create vision --description 'sees things'",
            "project list --columns name,description",
        ])
        .await;
    insta::assert_snapshot!(steady(&story));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_tokens() {
    let (_berth, terminal) = start().await;
    let story = terminal
        .story(&[
            "config set --cp-url berth.example.com",
            "config set --cp-url https://berth.example.com/ --output json",
            "config describe --json",
            "whoami",
            "workload-type list",
            "kubeconfig set",
            "upgrade",
            "login sso",
            "login user --user ada@example.org",
        ])
        .await;
    insta::assert_snapshot!(steady(&story));
    let token = terminal.run("auth get-token --output plaintext").await.out;
    let answer: serde_json::Value =
        serde_json::from_str(&terminal.run("auth get-token").await.out).unwrap();
    assert_eq!(answer["status"]["token"], token.trim());
    use std::os::unix::fs::PermissionsExt;
    let session = std::fs::metadata(terminal.file("session.json")).unwrap();
    assert_eq!(session.permissions().mode() & 0o777, 0o600, "for its owner alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_signs_in_and_may_what_a_member_may() {
    let (berth, terminal) = start().await;
    berth.person("ada@example.org", false, true).await;
    let story = terminal
        .story(&[
            "login user --user ada@example.org --password wrong",
            "login user --user ada@example.org --password 'a long enough passphrase'",
            "whoami",
            "workspace submit nb -p default -i a",
            "workspace list -A --columns workload,created-by",
            "project create more",
        ])
        .await;
    insta::assert_snapshot!(steady(&story));
    // The token runs out; another is fetched without a question, until that is refused as well.
    let path = terminal.file("session.json");
    let mut session: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    session["accessToken"] = "e30.e30.e30".into();
    std::fs::write(&path, session.to_string()).unwrap();
    assert_eq!(terminal.run("project list").await.code, 0);
    session["refreshToken"] = "e30.e30.e30".into();
    std::fs::write(&path, session.to_string()).unwrap();
    let said = terminal.run("project list").await;
    let words = "berth: the token has expired; sign in with berth login\n";
    assert_eq!((said.code, said.err.as_str()), (3, words));
}

#[tokio::test(flavor = "multi_thread")]
async fn shells_are_told_every_command() {
    let terminal = Terminal::at("http://127.0.0.1:1");
    for shell in ["bash", "zsh", "fish"] {
        let said = terminal.run(&format!("completion {shell}")).await;
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        for word in ["my-credential", "gpu-portion-request", "port-forward", "replay", "very-high"]
        {
            assert!(said.out.contains(word), "{shell} does not know {word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_what_would_help_a_copy() {
    let (_berth, terminal) = start().await;
    let mut story = terminal
        .story(&["-q workspace submit big -p default -i a -g 1 --node-type none-such"])
        .await;
    until(&terminal, "big", "Pending").await;
    let describe = "workspace describe big -p default --compute=false --networks=false --pods=false \
                    --events=false --storage=false";
    // Why it waits is known at once, and what can be said of its start a moment later.
    let mut told = terminal.story(&[describe]).await;
    for _ in 0..200 {
        if told.contains("When it starts") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        told = terminal.story(&[describe]).await;
    }
    story += &told;
    insta::assert_snapshot!(steady(&story));
}
