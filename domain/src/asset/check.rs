//! Everything that can be wrong with an asset. What it gives is checked as the part of a submission
//! that it becomes; here the paths are led back to the asset's fields, and the few rules are added
//! that a submission does not have.

use std::collections::BTreeSet;

use super::{
    AssetKind, AssetSpec, Connection, Environment, Secrets, SupportedTypes,
    environment::ConnectionPlace,
};
use crate::{Problem, submission::check_partial};

/// Characters of a description.
pub const DESCRIPTION_MAX: usize = 250;
/// Tools inside the container.
pub const TOOL_TYPES: [&str; 9] = [
    "jupyter-notebook",
    "pycharm",
    "visual-studio-code",
    "tensorboard",
    "rstudio",
    "mlflow",
    "custom",
    "matlab",
    "chatbot-ui",
];
/// Tools that are hosted elsewhere.
pub const EXTERNAL_TOOL_TYPES: [&str; 2] = ["wandb", "comet"];
/// How a tool inside the container is reached.
pub const CONNECTION_TYPES: [&str; 4] = ["ExternalUrl", "NodePort", "LoadBalancer", "ServingPort"];
const FRAMEWORKS: [&str; 5] = ["PyTorch", "TF", "MPI", "XGBoost", "JAX"];
/// Stands for the name of a volume while it is checked.
const ANY_NAME: &str = "checked";

/// What is wrong with a description.
pub fn check_description(description: Option<&str>) -> Option<Problem> {
    let length = description?.chars().count();
    (!(1..=DESCRIPTION_MAX).contains(&length)).then(|| {
        let message = format!("Must have 1 to {DESCRIPTION_MAX} characters; leave it out for none");
        Problem::new("meta.description", "description.length", message)
    })
}

/// Every problem of what an asset gives. Paths begin with `spec.`, or `meta.workloadSupportedTypes`.
pub fn check_spec(spec: &AssetSpec, supports: Option<&SupportedTypes>) -> Vec<Problem> {
    let mut problems = check_partial(&spec.submission(ANY_NAME, &Secrets::new()));
    for problem in &mut problems {
        problem.field = field_of_asset(spec, &problem.field);
    }
    match spec {
        AssetSpec::Environment(environment) => {
            problems.extend(check_environment(environment, supports));
        }
        AssetSpec::DataVolume(volume) => problems.extend(volume.check()),
        AssetSpec::Registry(registry) => problems.extend(registry.check(None)),
        // A credential is checked with its secret.
        AssetSpec::Credential(_) => {}
        AssetSpec::Compute(_) | AssetSpec::Pvc(_) | AssetSpec::Nfs(_) | AssetSpec::S3(_) => {}
        AssetSpec::Git(_) | AssetSpec::HostPath(_) => {}
        AssetSpec::ConfigMap(_) | AssetSpec::Secret(_) => {}
    }
    problems
}

fn field_of_asset(spec: &AssetSpec, field: &str) -> String {
    let inner = field.strip_prefix("spec.").unwrap_or(field);
    let own = match spec {
        AssetSpec::Environment(environment) => return field_of_environment(environment, inner),
        AssetSpec::Compute(_) => inner.strip_prefix("compute."),
        _ => inner.split_once("[0].").map(|(_, own)| own),
    };
    match (own, spec.kind()) {
        (Some("secret"), AssetKind::Secret) => "spec.credentialAssetId".to_owned(),
        (Some("accessKeySecret"), AssetKind::S3) => "spec.accessKeyAssetId".to_owned(),
        (Some(own), AssetKind::Git) if own.starts_with("secretRef") => {
            "spec.credentialId".to_owned()
        }
        (Some(own), _) => format!("spec.{own}"),
        (None, _) => format!("spec.{inner}"),
    }
}

fn field_of_environment(environment: &Environment, inner: &str) -> String {
    if let Some(own) = inner.strip_prefix("security.") {
        return format!("spec.{own}");
    }
    let indexed = inner.split_once('[').and_then(|(list, rest)| {
        let (index, field) = rest.split_once(']')?;
        Some((list, index.parse().ok()?, field.trim_start_matches('.')))
    });
    let Some((list, index, field)) = indexed else { return format!("spec.{inner}") };
    let place = match list {
        "exposedUrls" => ConnectionPlace::ExposedUrl(index),
        "ports" => ConnectionPlace::Port(index),
        "relatedUrls" => ConnectionPlace::RelatedUrl(index),
        "environmentVariables" => {
            return format!("spec.{}", inner.replace("].secret", "].credential"));
        }
        _ => return format!("spec.{inner}"),
    };
    let own = match (list, field) {
        ("relatedUrls", _) => "externalToolInfo.externalUrl",
        (_, "container") => "internalToolInfo.containerPort",
        ("exposedUrls", "url") => "internalToolInfo.externalUrlInfo.externalUrl",
        _ => "internalToolInfo.connectionType",
    };
    match environment.places().iter().position(|other| *other == place) {
        Some(at) => format!("spec.connections[{at}].{own}"),
        None => format!("spec.{inner}"),
    }
}

fn check_environment(environment: &Environment, supports: Option<&SupportedTypes>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if environment.image.is_none() {
        problems.push(Problem::new("spec.image", "image.required", "Enter an image"));
    }
    let mut names = BTreeSet::new();
    for (i, connection) in environment.connections.iter().enumerate() {
        let field = format!("spec.connections[{i}]");
        if connection.name.is_empty() {
            problems.push(Problem::new(format!("{field}.name"), "empty", "Enter a name"));
        } else if !names.insert(&connection.name) {
            let message = "Another tool of this environment has this name";
            problems.push(Problem::new(format!("{field}.name"), "name.duplicate", message));
        }
        problems.extend(check_tool(&field, connection, supports));
    }
    problems.extend(supports.into_iter().flat_map(check_supports));
    problems
}

fn check_tool(
    field: &str,
    connection: &Connection,
    supports: Option<&SupportedTypes>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut one_of = |name: &str, value: &str, allowed: &[&str]| {
        if !allowed.contains(&value) {
            let message = format!("Must be one of {}", allowed.join(", "));
            problems.push(Problem::new(format!("{field}.{name}"), "enum", message));
        }
    };
    match (connection.is_external, &connection.internal_tool_info, &connection.external_tool_info) {
        (true, _, Some(tool)) => {
            one_of("externalToolInfo.toolType", &tool.tool_type, &EXTERNAL_TOOL_TYPES);
        }
        (false, Some(tool), _) => {
            one_of("internalToolInfo.toolType", &tool.tool_type, &TOOL_TYPES);
            // Serving is for inference alone.
            let serves = supports.is_some_and(|types| types.inference);
            let allowed = if serves { &CONNECTION_TYPES[..] } else { &CONNECTION_TYPES[..3] };
            one_of("internalToolInfo.connectionType", &tool.connection_type, allowed);
        }
        (is_external, None, _) | (is_external, _, None) => {
            let name = if is_external { "externalToolInfo" } else { "internalToolInfo" };
            let message = format!("Must be given where isExternal is {is_external}");
            problems.push(Problem::new(format!("{field}.{name}"), "required", message));
        }
    }
    problems
}

fn check_supports(types: &SupportedTypes) -> Vec<Problem> {
    let field = "meta.workloadSupportedTypes";
    let mut problems = Vec::new();
    if !(types.workspace || types.training || types.inference || types.distributed) {
        let message = "Choose at least one type of workload";
        problems.push(Problem::new(field, "types.none", message));
    }
    if types.distributed && (types.workspace || types.inference) {
        let message = "An environment for distributed work is for nothing else but training";
        problems.push(Problem::new(field, "types.mixed", message));
    }
    if types.dist_framework.as_deref().is_some_and(|name| !FRAMEWORKS.contains(&name)) {
        let message = format!("Must be one of {}", FRAMEWORKS.join(", "));
        problems.push(Problem::new(format!("{field}.distFramework"), "enum", message));
    }
    problems
}

#[cfg(test)]
mod tests;
