//! Templates made of assets alone (`form-and-assets.md` §13.5, `rest-api.md` §8.2): what they say
//! beside the assets, and the submission that this is.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    asset::{AssetSpec, AssetVariable, Environment, Secrets},
    submission::{ExposedUrl, Port, Security, Submission},
};

/// `specificEnv`: what a template of assets says beside them.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpecificRun {
    pub environment_variables: Option<Vec<AssetVariable>>,
    pub run_as_uid: Option<i64>,
    pub run_as_gid: Option<i64>,
    pub supplemental_groups: Option<String>,
    pub connections: Option<Vec<ConnectionOverride>>,
    /// The fields that a submission has as well.
    #[serde(flatten)]
    pub fields: Box<Submission>,
}

/// Fills in what the environment's connection of that name leaves open.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectionOverride {
    pub name: String,
    /// 0 is one that the platform chooses.
    pub node_port: Option<i64>,
    pub external_url: Option<String>,
    pub authorized_users: Option<Vec<String>>,
    pub authorized_groups: Option<Vec<String>>,
}

impl SpecificRun {
    /// The same without the fields that only the assets of such a template say.
    pub fn cleaned(mut self) -> Self {
        let fields = &mut self.fields;
        (fields.image, fields.image_pull_policy, fields.working_dir) = (None, None, None);
        (fields.compute, fields.storage, fields.security) = (None, None, None);
        (fields.exposed_urls, fields.ports, fields.related_urls) = (None, None, None);
        fields.environment_variables = None;
        self
    }

    /// The part of a submission that it is, over an environment.
    pub fn submission(&self, environment: Option<&AssetSpec>, secrets: &Secrets) -> Submission {
        let variables = self.environment_variables.as_ref();
        let user = [self.run_as_uid, self.run_as_gid].iter().any(Option::is_some)
            || self.supplemental_groups.is_some();
        let security = Security {
            uid_gid_source: Some("custom".to_owned()),
            run_as_uid: self.run_as_uid,
            run_as_gid: self.run_as_gid,
            supplemental_groups: self.supplemental_groups.clone(),
            ..Security::default()
        };
        let environment = match environment {
            Some(AssetSpec::Environment(environment)) => Some(&**environment),
            _ => None,
        };
        let (urls, ports) = self.connected(environment);
        Submission {
            environment_variables: variables
                .map(|all| all.iter().map(|variable| variable.variable(secrets)).collect()),
            security: user.then_some(security),
            exposed_urls: Some(urls).filter(|urls| !urls.is_empty()),
            ports: Some(ports).filter(|ports| !ports.is_empty()),
            ..(*self.fields).clone()
        }
    }

    fn connected(&self, environment: Option<&Environment>) -> (Vec<ExposedUrl>, Vec<Port>) {
        let (mut urls, mut ports) = (vec![], vec![]);
        for one in self.connections.iter().flatten() {
            let tools = environment.into_iter().flat_map(|environment| &environment.connections);
            let tool =
                tools.filter(|c| c.name == one.name).find_map(|c| c.internal_tool_info.as_ref());
            let (name, container) =
                (Some(one.name.clone()), tool.and_then(|tool| tool.container_port));
            if tool.is_some_and(|tool| tool.connection_type == "NodePort") {
                let external = one.node_port.filter(|port| *port != 0);
                let service_type = Some("NodePort".to_owned());
                ports.push(Port { name, container, external, service_type, ..Port::default() });
            } else {
                urls.push(one.url(name, container));
            }
        }
        (urls, ports)
    }
}

impl ConnectionOverride {
    fn url(&self, name: Option<String>, container: Option<i64>) -> ExposedUrl {
        let some = |list: &Option<Vec<String>>| list.clone().filter(|list| !list.is_empty());
        let (users, groups) = (some(&self.authorized_users), some(&self.authorized_groups));
        let authorization_type = match (&users, &groups) {
            (Some(_), _) => Some("authorizedUsers".to_owned()),
            (None, Some(_)) => Some("authorizedGroups".to_owned()),
            (None, None) => None,
        };
        ExposedUrl {
            name,
            container,
            url: self.external_url.clone(),
            authorization_type,
            authorized_users: users,
            authorized_groups: groups,
            ..ExposedUrl::default()
        }
    }
}
