//! An environment of what a form says (`form-and-assets.md` §6.3).

use super::{
    AssetVariable, Connection, CredentialKey, Environment, ExternalTool, ExternalUrlInfo,
    InternalTool, NodePortInfo, Secrets,
};
use crate::submission::{
    EnvironmentVariable, ExposedUrl, KeyOf, Port, RelatedUrl, Security, Submission,
};

impl Environment {
    /// The environment that gives what this submission says of environments. Variables from somebody's own
    /// credentials are left out, for an environment is for others; secrets become the credentials that they are
    /// among `secrets`, and are left out where they are none of those.
    pub fn of_submission(of: &Submission, secrets: &Secrets) -> Self {
        let none = Security::default();
        let security = of.security.as_ref().unwrap_or(&none);
        let variables = of.environment_variables.iter().flatten();
        let variables: Vec<_> = variables.filter_map(|of| variable(of, secrets)).collect();
        Self {
            image: of.image.clone(),
            image_pull_policy: of.image_pull_policy.clone(),
            command: of.command.clone(),
            args: of.args.clone(),
            working_dir: of.working_dir.clone(),
            environment_variables: (!variables.is_empty()).then_some(variables),
            connections: connections(of),
            uid_gid_source: security.uid_gid_source.clone(),
            run_as_uid: security.run_as_uid,
            run_as_gid: security.run_as_gid,
            supplemental_groups: security.supplemental_groups.clone(),
            override_uid_gid_in_workspace: security.uid_gid_source.as_deref() == Some("custom"),
            capabilities: security.capabilities.clone(),
            allow_privilege_escalation: security.allow_privilege_escalation,
            host_ipc: security.host_ipc,
            host_network: security.host_network,
            read_only_root_filesystem: security.read_only_root_filesystem,
            run_as_non_root: security.run_as_non_root,
            seccomp_profile_type: security.seccomp_profile_type.clone(),
            create_home_dir: of.create_home_dir,
            probes: of.probes.clone(),
            tty: of.tty,
            stdin: of.stdin,
        }
    }
}

fn variable(of: &EnvironmentVariable, secrets: &Secrets) -> Option<AssetVariable> {
    let credential = match &of.secret {
        Some(secret) => Some(credential(secret, secrets)?),
        None => None,
    };
    let is_for_others = of.user_credential.is_none() && of.exclude != Some(true);
    is_for_others.then(|| AssetVariable {
        name: of.name.clone(),
        value: of.value.clone(),
        credential,
        config_map: of.config_map.clone(),
        pod_field_ref: of.pod_field_ref.clone(),
        description: of.description.clone(),
        exclude: None,
    })
}

/// The credential whose secret is named.
fn credential(of: &KeyOf, secrets: &Secrets) -> Option<CredentialKey> {
    let name = of.name.as_deref()?;
    let (asset_id, _) = secrets.iter().find(|(_, secret)| secret.name == name)?;
    Some(CredentialKey { asset_id: *asset_id, key: of.key.clone().unwrap_or_default() })
}

/// Tools, each under a name of its own.
fn connections(of: &Submission) -> Vec<Connection> {
    let urls = of.exposed_urls.iter().flatten().map(by_url);
    let ports = of.ports.iter().flatten().map(by_port);
    let related = of.related_urls.iter().flatten().map(elsewhere);
    let mut all: Vec<Connection> = urls.chain(ports).chain(related).collect();
    for at in 1..all.len() {
        let (before, own) = all.split_at_mut(at);
        let taken = |name: &str| before.iter().any(|other| other.name == name);
        let base = own[0].name.clone();
        let free = (2..).map(|n| format!("{base} {n}")).find(|name| !taken(name));
        if let Some(free) = free.filter(|_| taken(&base)) {
            own[0].name = free;
        }
    }
    all
}

fn named(name: &Option<String>, label: &Option<String>) -> String {
    name.clone().or_else(|| label.clone()).unwrap_or_else(|| "Tool".to_owned())
}

fn by_url(of: &ExposedUrl) -> Connection {
    let info = ExternalUrlInfo { is_custom_url: of.url.is_some(), external_url: of.url.clone() };
    Connection {
        name: named(&of.name, &of.tool_name),
        internal_tool_info: Some(InternalTool {
            tool_type: of.tool_type.clone().unwrap_or_else(|| "custom".into()),
            connection_type: "ExternalUrl".into(),
            container_port: of.container,
            external_url_info: Some(info),
            ..InternalTool::default()
        }),
        ..Connection::default()
    }
}

fn by_port(of: &Port) -> Connection {
    let kind = of.service_type.clone().unwrap_or_else(|| "NodePort".into());
    let info = NodePortInfo { is_custom_port: of.external.is_some() };
    Connection {
        name: named(&of.name, &of.tool_name),
        internal_tool_info: Some(InternalTool {
            tool_type: of.tool_type.clone().unwrap_or_else(|| "custom".into()),
            node_port_info: (kind == "NodePort").then_some(info),
            connection_type: kind,
            container_port: of.container,
            ..InternalTool::default()
        }),
        ..Connection::default()
    }
}

fn elsewhere(of: &RelatedUrl) -> Connection {
    Connection {
        name: named(&of.name, &of.kind),
        is_external: true,
        external_tool_info: Some(ExternalTool {
            tool_type: of.kind.clone().unwrap_or_default(),
            external_url: of.url.clone(),
        }),
        ..Connection::default()
    }
}
