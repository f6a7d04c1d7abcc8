//! From template, assets and what was typed to one submission (`rest-api.md` §6.2, steps 1–3): a
//! pure function, the same for REST and form. Policy comes after it.

use super::{Asset, AssetKind, AssetSpec, Environment, MadeFrom, Secrets, Used, UsedTemplate};
use crate::{
    Problem,
    submission::{
        FieldSource, Security, Submission,
        layers::{Laid, Layer, explained, lay},
    },
    template::Template,
};

/// What a submission is put together from. Whoever gathers it has looked that each may be used.
#[derive(Clone, Debug, Default)]
pub struct Ingredients<'a> {
    pub template: Option<&'a Template>,
    /// Those of the template and those of the request, environment and compute at most once.
    pub assets: Vec<Picked<'a>>,
    /// The credentials that these refer to.
    pub secrets: Secrets,
    pub typed: Submission,
    /// Whether what was typed is all of it, and the others only say where its values come from.
    pub is_complete: bool,
}

/// An asset, and what was said about it when it was chosen.
#[derive(Clone, Debug)]
pub struct Picked<'a> {
    pub asset: &'a Asset,
    /// The field that chose it: `assets.environment`.
    pub field: String,
    pub container_path: Option<&'a str>,
    /// Whether the template chose it, and not the request.
    pub by_template: bool,
}

/// What came out, not judged yet: [`check`](crate::submission::check) does that.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    pub submission: Submission,
    pub made_from: MadeFrom,
    /// What the assets forbid, or leave to the submitter who did not say it.
    pub problems: Vec<Problem>,
}

/// Lays assets, template and what was typed over one another, and keeps who gave each value.
pub fn resolve(of: Ingredients<'_>) -> Resolved {
    let mut layers: Vec<Layer> =
        of.assets.iter().map(|picked| asset_layer(picked, &of.secrets)).collect();
    layers.extend(of.assets.iter().filter_map(|picked| path_layer(picked, of.template)));
    layers.extend(
        of.template
            .map(|template| Layer { source: source_of(template), values: template.spec.clone() }),
    );
    layers.push(Layer { source: FieldSource::You, values: of.typed });
    let Laid { submission, sources } =
        if of.is_complete { explained(&layers) } else { lay(&layers) };
    let environment = of.assets.iter().find_map(|picked| match &picked.asset.spec {
        AssetSpec::Environment(environment) => Some((picked, environment)),
        _ => None,
    });
    let mut problems = namesakes(&of.assets);
    if let Some((picked, environment)) = environment {
        problems.extend(unsuitable(picked));
        problems.extend(fixed_user(picked.asset, environment, &submission));
        problems.extend(left_to_submitter(environment, &submission));
    }
    let made_from = MadeFrom {
        template: of
            .template
            .map(|template| UsedTemplate { id: template.id, name: template.name.to_string() }),
        assets: of.assets.iter().map(|picked| Used::of(picked.asset)).collect(),
        sources,
    };
    Resolved { submission, made_from, problems }
}

fn source_of(template: &Template) -> FieldSource {
    FieldSource::Template { name: template.name.to_string() }
}

fn asset_layer(picked: &Picked<'_>, secrets: &Secrets) -> Layer {
    let source = FieldSource::Asset { name: picked.asset.name.to_string() };
    Layer { source, values: picked.asset.submission(secrets) }
}

/// The container path that was chosen for a data source: a value of whoever chose it.
fn path_layer(picked: &Picked<'_>, template: Option<&Template>) -> Option<Layer> {
    let path = picked.container_path?.to_owned();
    let spec = picked.asset.spec.only_mount(path)?;
    let by_template = template.filter(|_| picked.by_template);
    let source = by_template.map_or(FieldSource::You, source_of);
    Some(Layer { source, values: spec.submission(picked.asset.name.as_str(), &Secrets::new()) })
}

/// Two data sources of one kind and name would become one volume.
fn namesakes(assets: &[Picked<'_>]) -> Vec<Problem> {
    let same = |a: &Picked<'_>, b: &Picked<'_>| {
        a.asset.kind() == b.asset.kind() && a.asset.name == b.asset.name
    };
    let twice = assets.iter().enumerate().filter(|(i, a)| assets[..*i].iter().any(|b| same(a, b)));
    twice
        .map(|(_, picked)| {
            let (kind, name) = (picked.asset.kind().noun(), &picked.asset.name);
            let message = format!("Another {kind} named {name} is chosen already");
            Problem::new(&picked.field, "asset.twice", message)
        })
        .collect()
}

fn unsuitable(picked: &Picked<'_>) -> Option<Problem> {
    (!picked.asset.is_for_workspaces()).then(|| {
        let message = format!("Environment {} is not for workspaces", picked.asset.name);
        Problem::new(&picked.field, "environment.type", message)
    })
}

/// User and groups of an environment stand unless it lets workspaces change them
/// (`form-and-assets.md` §4.1.2, rows 8a–8c).
fn fixed_user(asset: &Asset, environment: &Environment, result: &Submission) -> Vec<Problem> {
    if !environment.is_user_fixed() {
        return vec![];
    }
    let wanted = environment.security();
    let none = Security::default();
    let got = result.security.as_ref().unwrap_or(&none);
    let changed = [
        ("uidGidSource", got.uid_gid_source != wanted.uid_gid_source),
        ("runAsUid", got.run_as_uid != wanted.run_as_uid),
        ("runAsGid", got.run_as_gid != wanted.run_as_gid),
        ("supplementalGroups", got.supplemental_groups != wanted.supplemental_groups),
    ];
    let changed = changed.into_iter().filter(|(_, differs)| *differs);
    changed
        .map(|(field, _)| {
            let message = format!("Environment {} does not let workspaces change this", asset.name);
            Problem::new(format!("spec.security.{field}"), "uid.fixed", message)
        })
        .collect()
}

/// URLs and ports that the environment asks the submitter for (`form-and-assets.md` §6.4).
fn left_to_submitter(environment: &Environment, result: &Submission) -> Vec<Problem> {
    let urls = result.exposed_urls.iter().flatten().enumerate().filter_map(|(i, url)| {
        let wanted = environment.asks_for_url(url.name.as_deref()?);
        (wanted && url.url.is_none() && url.exclude != Some(true)).then(|| {
            Problem::new(format!("spec.exposedUrls[{i}].url"), "url.required", "Enter the URL")
        })
    });
    let ports = result.ports.iter().flatten().enumerate().filter_map(|(i, port)| {
        let wanted = environment.asks_for_port(port.name.as_deref()?);
        (wanted && port.external.is_none() && port.exclude != Some(true)).then(|| {
            let field = format!("spec.ports[{i}].external");
            Problem::new(field, "nodeport.required", "Enter a port between 30000 and 32767")
        })
    });
    urls.chain(ports).collect()
}

impl Environment {
    /// Whether whoever submits must say under which address this connection is reached.
    pub fn asks_for_url(&self, connection: &str) -> bool {
        let tools = self.connections.iter().filter(|c| c.name == connection);
        tools.filter_map(|c| c.internal_tool_info.as_ref()).any(|tool| {
            tool.connection_type == "ExternalUrl"
                && tool.external_url_info.as_ref().is_some_and(|info| info.is_custom_url)
        })
    }

    /// Whether whoever submits must say on which port of the nodes this connection is reached.
    pub fn asks_for_port(&self, connection: &str) -> bool {
        let tools = self.connections.iter().filter(|c| c.name == connection);
        tools.filter_map(|c| c.internal_tool_info.as_ref()).any(|tool| {
            tool.connection_type == "NodePort"
                && tool.node_port_info.as_ref().is_some_and(|info| info.is_custom_port)
        })
    }
}

impl AssetSpec {
    /// A data source of the same kind that says nothing but where it is mounted.
    fn only_mount(&self, path: String) -> Option<Self> {
        let empty = match self.kind() {
            AssetKind::Environment | AssetKind::Compute => return None,
            AssetKind::DataVolume | AssetKind::Registry => return None,
            AssetKind::AccessKey | AssetKind::DockerRegistry | AssetKind::Password => return None,
            AssetKind::GenericSecret | AssetKind::NgcApiKey => return None,
            AssetKind::Pvc => Self::Pvc(Default::default()),
            AssetKind::Nfs => Self::Nfs(Default::default()),
            AssetKind::S3 => Self::S3(Default::default()),
            AssetKind::Git => Self::Git(Default::default()),
            AssetKind::HostPath => Self::HostPath(Default::default()),
            AssetKind::ConfigMap => Self::ConfigMap(Default::default()),
            AssetKind::Secret => Self::Secret(Default::default()),
        };
        Some(empty.mounted_at(path))
    }
}

#[cfg(test)]
mod tests;
