//! Submissions put together from assets, template and what was typed, printed with their problems.

use uuid::Uuid;

use super::*;
use crate::{AssetId, Scope, TemplateId, Timestamp, asset::AssetChoice};

fn asset(name: &str, spec: &str) -> Asset {
    Asset {
        id: AssetId(Uuid::from_u128(name.len() as u128)),
        name: name.parse().unwrap(),
        description: None,
        scope: Scope::Account,
        supports: None,
        spec: serde_json::from_str(spec).unwrap(),
        private_to: None,
        created_by: "a".into(),
        created_at: Timestamp::UNIX_EPOCH,
        updated_by: "a".into(),
        updated_at: Timestamp::UNIX_EPOCH,
        update_count: 0,
    }
}

fn template(name: &str, spec: &str) -> Template {
    Template {
        id: TemplateId(Uuid::from_u128(1)),
        name: name.parse().unwrap(),
        description: None,
        scope: Scope::Account,
        spec: serde_json::from_str(spec).unwrap(),
        assets: AssetChoice::default(),
        legacy: None,
        created_by: "a".into(),
        created_at: Timestamp::UNIX_EPOCH,
        updated_by: None,
        updated_at: None,
    }
}

fn picked(asset: &Asset) -> Picked<'_> {
    Picked { asset, field: "assets.x".into(), container_path: None, by_template: false }
}

fn typed(json: &str) -> Submission {
    serde_json::from_str(json).unwrap()
}

/// The spec, and what is wrong, a line each.
fn told(of: Ingredients<'_>) -> String {
    let resolved = resolve(of);
    let mut lines = vec![serde_json::to_string(&resolved.submission).unwrap()];
    lines.extend(resolved.problems.iter().map(|p| format!("{}: {}", p.field, p.message)));
    lines.join("\n")
}

const JUPYTER: &str = r#"{"kind": "environment", "spec": {"image": "jupyter", "connections": [
    {"name": "Jupyter", "internalToolInfo": {"toolType": "jupyter-notebook",
     "connectionType": "ExternalUrl", "containerPort": 8888}},
    {"name": "tb", "internalToolInfo": {"toolType": "tensorboard",
     "connectionType": "NodePort", "containerPort": 6006, "nodePortInfo": {"isCustomPort": true}}},
    {"name": "runs", "isExternal": true, "externalToolInfo":
     {"toolType": "wandb", "externalUrl": "https://wandb.ai/${RUN}"}}]}}"#;

#[test]
fn connections_become_urls_and_ports_and_ask_for_what_they_leave_open() {
    let jupyter = asset("jupyter", JUPYTER);
    let of = Ingredients { assets: vec![picked(&jupyter)], ..Ingredients::default() };
    insta::assert_snapshot!(told(of.clone()), @r#"
    {"image":"jupyter","exposedUrls":[{"container":8888,"toolType":"jupyter-notebook","toolName":"Jupyter","name":"Jupyter"}],"ports":[{"container":6006,"serviceType":"NodePort","toolType":"tensorboard","toolName":"tb","name":"tb"}],"relatedUrls":[{"url":"https://wandb.ai/${RUN}","type":"wandb","name":"runs"}]}
    spec.ports[0].external: Enter a port between 30000 and 32767
    "#);
    let said = typed(r#"{"ports": [{"name": "tb", "external": 30001}]}"#);
    assert!(resolve(Ingredients { typed: said, ..of }).problems.is_empty());
}

#[test]
fn everything_keeps_who_gave_it() {
    let jupyter = asset("jupyter", r#"{"kind": "environment", "spec": {"image": "j"}}"#);
    let gpu = asset("one-gpu", r#"{"kind": "compute", "spec": {"gpuDevicesRequest": 1}}"#);
    let data = asset(
        "data",
        r#"{"kind": "nfs", "spec": {"server": "s", "path": "/x",
        "mountPath": "/data"}}"#,
    );
    let start = template("start", r#"{"priorityClass": "low", "backoffLimit": 1}"#);
    let moved = Picked { container_path: Some("/here"), ..picked(&data) };
    let resolved = resolve(Ingredients {
        secrets: Secrets::new(),
        template: Some(&start),
        assets: vec![picked(&jupyter), picked(&gpu), moved],
        typed: typed(r#"{"backoffLimit": 2}"#),
        ..Ingredients::default()
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&resolved.made_from).unwrap(), @r#"
    {
      "template": {
        "id": "00000000-0000-0000-0000-000000000001",
        "name": "start"
      },
      "assets": [
        {
          "id": "00000000-0000-0000-0000-000000000007",
          "kind": "environment",
          "name": "jupyter"
        },
        {
          "id": "00000000-0000-0000-0000-000000000007",
          "kind": "compute",
          "name": "one-gpu"
        },
        {
          "id": "00000000-0000-0000-0000-000000000004",
          "kind": "nfs",
          "name": "data"
        }
      ],
      "sources": {
        "spec.backoffLimit": {
          "from": "you"
        },
        "spec.compute.gpuDevicesRequest": {
          "from": "asset",
          "name": "one-gpu"
        },
        "spec.image": {
          "from": "asset",
          "name": "jupyter"
        },
        "spec.priorityClass": {
          "from": "template",
          "name": "start"
        },
        "spec.storage.nfs[0].mountPath": {
          "from": "you"
        },
        "spec.storage.nfs[0].name": {
          "from": "asset",
          "name": "data"
        },
        "spec.storage.nfs[0].path": {
          "from": "asset",
          "name": "data"
        },
        "spec.storage.nfs[0].server": {
          "from": "asset",
          "name": "data"
        }
      }
    }
    "#);
}

#[test]
fn a_user_that_the_environment_fixes_stays() {
    let spec = |open: bool| {
        format!(
            r#"{{"kind": "environment", "spec": {{"image": "a", "uidGidSource": "custom",
            "runAsUid": 1000, "overrideUidGidInWorkspace": {open}}}}}"#
        )
    };
    let root = typed(r#"{"security": {"runAsUid": 0, "runAsGid": 0}}"#);
    let (closed, open) = (asset("closed", &spec(false)), asset("open", &spec(true)));
    let with = |asset| Ingredients {
        assets: vec![picked(asset)],
        typed: root.clone(),
        ..Ingredients::default()
    };
    insta::assert_snapshot!(told(with(&closed)), @r#"
    {"image":"a","security":{"uidGidSource":"custom","runAsUid":0,"runAsGid":0}}
    spec.security.runAsUid: Environment closed does not let workspaces change this
    spec.security.runAsGid: Environment closed does not let workspaces change this
    "#);
    assert!(resolve(with(&open)).problems.is_empty());
}

#[test]
fn what_cannot_go_together_is_said() {
    let data = r#"{"kind": "nfs", "spec": {"server": "s", "path": "/x", "mountPath": "/d"}}"#;
    let data = asset("data", data);
    let mut serve = asset("serve", r#"{"kind": "environment", "spec": {"image": "a"}}"#);
    serve.supports = Some(crate::asset::SupportedTypes { inference: true, ..Default::default() });
    let assets = vec![picked(&serve), picked(&data), picked(&data)];
    insta::assert_snapshot!(told(Ingredients { assets, ..Ingredients::default() }), @r#"
    {"image":"a","storage":{"nfs":[{"name":"data","server":"s","path":"/x","mountPath":"/d"}]}}
    assets.x: Another NFS data source named data is chosen already
    assets.x: Environment serve is not for workspaces
    "#);
}
