//! Environments: image, command, variables, tools and user (`form-and-assets.md` §6, `rest-api.md`
//! §7.3), and the part of a submission that they become.

use serde::{Deserialize, Serialize};

use super::Secrets;
use crate::{
    AssetId,
    submission::{
        EnvironmentVariable, ExposedUrl, KeyOf, PodFieldRef, Port, Probes, RelatedUrl, Security,
        Submission,
    },
};

/// What runs in a container, and how people reach it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Environment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_variables: Option<Vec<AssetVariable>>,
    #[serde(deserialize_with = "null_is_default")]
    pub connections: Vec<Connection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid_gid_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_uid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_gid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplemental_groups: Option<String>,
    /// Whether submitters may change user and groups; counts with the source `custom`.
    #[serde(deserialize_with = "null_is_default")]
    pub override_uid_gid_in_workspace: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_privilege_escalation: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ipc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_network: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_root_filesystem: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_non_root: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seccomp_profile_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_home_dir: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probes: Option<Probes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<bool>,
}

impl Environment {
    /// Whether submitters have to take user and groups as they are.
    pub fn is_user_fixed(&self) -> bool {
        self.uid_gid_source.as_deref() == Some("custom") && !self.override_uid_gid_in_workspace
    }
}

fn null_is_default<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A variable of an environment. One without a value that has instructions asks the submitter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AssetVariable {
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<KeyOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_field_ref: Option<PodFieldRef>,
    /// Instructions for the submitter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// One key of a credential asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialKey {
    pub asset_id: AssetId,
    pub key: String,
}

/// A tool of an environment and how it is reached (`form-and-assets.md` §6.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    /// Unique in the environment.
    pub name: String,
    /// Whether the tool runs outside the container.
    #[serde(deserialize_with = "null_is_default")]
    pub is_external: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_tool_info: Option<InternalTool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_tool_info: Option<ExternalTool>,
}

/// A tool inside the container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InternalTool {
    pub tool_type: String,
    pub connection_type: String,
    pub container_port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_port_info: Option<NodePortInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_url_info: Option<ExternalUrlInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serving_port_info: Option<ServingPortInfo>,
}

/// Whether the submitter chooses the port.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodePortInfo {
    #[serde(deserialize_with = "null_is_default")]
    pub is_custom_port: bool,
}

/// Whether the submitter chooses the URL, and what is suggested.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalUrlInfo {
    #[serde(deserialize_with = "null_is_default")]
    pub is_custom_url: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_url: Option<String>,
}

/// The protocol of an endpoint of inference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServingPortInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
}

/// A tool that is hosted elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalTool {
    pub tool_type: String,
    /// May hold `${VARIABLE}`.
    pub external_url: Option<String>,
}

/// Where a connection stands in the submission that it became a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionPlace {
    ExposedUrl(usize),
    Port(usize),
    RelatedUrl(usize),
    /// Not a thing of workspaces.
    Nowhere,
}

impl Environment {
    /// The part of a submission that it is. Every field comes over; a credential of a variable is
    /// named by the cluster's secret, or by its id where `secrets` does not know it.
    pub fn submission(&self, secrets: &Secrets) -> Submission {
        let (mut urls, mut ports, mut related) = (vec![], vec![], vec![]);
        for connection in &self.connections {
            match self.placed(connection) {
                Placed::ExposedUrl(url) => urls.push(url),
                Placed::Port(port) => ports.push(port),
                Placed::RelatedUrl(url) => related.push(url),
                Placed::Nowhere => {}
            }
        }
        let variables = self.environment_variables.as_ref();
        Submission {
            image: self.image.clone(),
            image_pull_policy: self.image_pull_policy.clone(),
            command: self.command.clone(),
            args: self.args.clone(),
            working_dir: self.working_dir.clone(),
            environment_variables: variables
                .map(|all| all.iter().map(|of| of.variable(secrets)).collect()),
            exposed_urls: Some(urls).filter(|urls| !urls.is_empty()),
            ports: Some(ports).filter(|ports| !ports.is_empty()),
            related_urls: Some(related).filter(|urls| !urls.is_empty()),
            security: Some(self.security()).filter(|security| *security != Security::default()),
            probes: self.probes.clone(),
            create_home_dir: self.create_home_dir,
            tty: self.tty,
            stdin: self.stdin,
            ..Submission::default()
        }
    }

    /// User, groups and capabilities.
    pub fn security(&self) -> Security {
        Security {
            uid_gid_source: self.uid_gid_source.clone(),
            run_as_uid: self.run_as_uid,
            run_as_gid: self.run_as_gid,
            supplemental_groups: self.supplemental_groups.clone(),
            capabilities: self.capabilities.clone(),
            allow_privilege_escalation: self.allow_privilege_escalation,
            host_ipc: self.host_ipc,
            host_network: self.host_network,
            read_only_root_filesystem: self.read_only_root_filesystem,
            run_as_non_root: self.run_as_non_root,
            seccomp_profile_type: self.seccomp_profile_type.clone(),
        }
    }

    /// The credentials that variables refer to, each with the field that does.
    pub(super) fn credentials(&self) -> Vec<(String, AssetId)> {
        let variables = self.environment_variables.iter().flatten().enumerate();
        let named = variables.filter_map(|(i, variable)| {
            let credential = variable.credential.as_ref()?;
            Some((format!("environmentVariables[{i}].credential.assetId"), credential.asset_id))
        });
        named.collect()
    }

    /// Where each connection went.
    pub(super) fn places(&self) -> Vec<ConnectionPlace> {
        let (mut urls, mut ports, mut related) = (0.., 0.., 0..);
        let place = |connection: &Connection| match self.placed(connection) {
            Placed::ExposedUrl(_) => urls.next().map(ConnectionPlace::ExposedUrl),
            Placed::Port(_) => ports.next().map(ConnectionPlace::Port),
            Placed::RelatedUrl(_) => related.next().map(ConnectionPlace::RelatedUrl),
            Placed::Nowhere => None,
        };
        let places = self.connections.iter().map(place);
        places.map(|place| place.unwrap_or(ConnectionPlace::Nowhere)).collect()
    }

    fn placed(&self, connection: &Connection) -> Placed {
        let name = Some(connection.name.clone());
        if connection.is_external {
            let tool = connection.external_tool_info.clone().unwrap_or_default();
            return Placed::RelatedUrl(RelatedUrl {
                name,
                url: tool.external_url,
                kind: Some(tool.tool_type),
                exclude: None,
            });
        }
        let none = InternalTool::default();
        let tool = connection.internal_tool_info.as_ref().unwrap_or(&none);
        let (container, tool_type) = (tool.container_port, Some(tool.tool_type.clone()));
        let tool_name = name.clone();
        let custom = tool.external_url_info.as_ref().filter(|info| info.is_custom_url);
        match tool.connection_type.as_str() {
            "NodePort" | "LoadBalancer" => Placed::Port(Port {
                container,
                service_type: Some(tool.connection_type.clone()),
                tool_type,
                tool_name,
                name,
                ..Port::default()
            }),
            "ServingPort" => Placed::Nowhere,
            _ => Placed::ExposedUrl(ExposedUrl {
                container,
                url: custom.and_then(|info| info.external_url.clone()),
                tool_type,
                tool_name,
                name,
                ..ExposedUrl::default()
            }),
        }
    }
}

enum Placed {
    ExposedUrl(ExposedUrl),
    Port(Port),
    RelatedUrl(RelatedUrl),
    Nowhere,
}

impl AssetVariable {
    /// As a variable of a submission.
    pub fn variable(&self, secrets: &Secrets) -> EnvironmentVariable {
        let secret = self.credential.as_ref().map(|credential| KeyOf {
            name: Some(match secrets.get(&credential.asset_id) {
                Some(secret) => secret.name.clone(),
                None => credential.asset_id.to_string(),
            }),
            key: Some(credential.key.clone()),
        });
        EnvironmentVariable {
            name: self.name.clone(),
            value: self.value.clone(),
            secret,
            config_map: self.config_map.clone(),
            user_credential: None,
            pod_field_ref: self.pod_field_ref.clone(),
            description: self.description.clone(),
            exclude: self.exclude,
        }
    }
}
