//! The variables of the container.

use domain::submission::{EnvironmentVariable, GpuRequest, KeyOf};
use k8s_openapi::api::core::v1::{
    ConfigMapKeySelector, EnvVar, EnvVarSource, ObjectFieldSelector, SecretKeySelector,
};

use super::{Workspace, kept, names};

/// The home of who has none in the image (`createHomeDir`).
pub const HOME: &str = "/home/workspace";

/// Built-in variables first, then what was typed; once each.
pub fn variables(workspace: &Workspace<'_>) -> Vec<EnvVar> {
    let built_in = workspace.env.iter().map(|(name, value)| plain(name, value.clone()));
    let node = field("NODE_NAME", "spec.nodeName");
    let home = workspace.submission.create_home_dir == Some(true);
    let home = home.then(|| plain("HOME", HOME.to_owned()));
    let typed = kept(&workspace.submission.environment_variables, |variable| variable.exclude);
    let typed = typed.filter_map(|(_, variable)| typed_one(variable));
    let mut all: Vec<EnvVar> = Vec::new();
    for variable in built_in.chain([node]).chain(gpu_limit(workspace)).chain(home).chain(typed) {
        match all.iter_mut().find(|known| known.name == variable.name) {
            Some(known) => *known = variable,
            None => all.push(variable),
        }
    }
    all
}

/// Those with a value that is known beforehand: what a command line is filled in with.
pub fn known(variables: &[EnvVar]) -> Vec<(String, String)> {
    let known = |variable: &EnvVar| Some((variable.name.clone(), variable.value.clone()?));
    variables.iter().filter_map(known).collect()
}

/// The same with values that Kubernetes takes as they are.
pub fn literal(variables: Vec<EnvVar>) -> Vec<EnvVar> {
    let literal = |variable: EnvVar| EnvVar {
        value: variable.value.map(|value| value.replace("$(", "$$(")),
        ..variable
    };
    variables.into_iter().map(literal).collect()
}

/// A word of the command line, in which Kubernetes fills in the variables that it alone knows and no other.
pub fn word(word: &str, variables: &[EnvVar]) -> String {
    let is_theirs = |rest: &str| {
        let name = rest.split_once(')').map(|(name, _)| name);
        name.is_some_and(|name| variables.iter().any(|v| v.name == name && v.value.is_none()))
    };
    let mut parts = word.split("$(");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(if is_theirs(part) { "$(" } else { "$$(" });
        whole.push_str(part);
    }
    whole
}

pub fn plain(name: &str, value: String) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value), ..EnvVar::default() }
}

/// A variable with one key of a secret.
pub fn secret(name: &str, secret: &str, key: &str) -> EnvVar {
    from(
        name,
        EnvVarSource {
            secret_key_ref: Some(SecretKeySelector {
                name: secret.to_owned(),
                key: key.to_owned(),
                optional: None,
            }),
            ..EnvVarSource::default()
        },
    )
}

fn from(name: &str, source: EnvVarSource) -> EnvVar {
    EnvVar { name: name.to_owned(), value_from: Some(source), ..EnvVar::default() }
}

fn field(name: &str, path: &str) -> EnvVar {
    let field = ObjectFieldSelector { field_path: path.to_owned(), api_version: None };
    from(name, EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() })
}

fn typed_one(variable: &EnvironmentVariable) -> Option<EnvVar> {
    let name = variable.name.as_deref()?;
    let pair = |of: &KeyOf| Some((of.name.clone()?, of.key.clone()?));
    if let Some((of, key)) = variable.secret.as_ref().and_then(pair) {
        return Some(secret(name, &of, &key));
    }
    if let Some((of, key)) = variable.user_credential.as_ref().and_then(pair) {
        return Some(secret(name, &names::own_secret(&of), &key));
    }
    if let Some((of, key)) = variable.config_map.as_ref().and_then(pair) {
        let map = ConfigMapKeySelector { name: of, key, optional: None };
        let source = EnvVarSource { config_map_key_ref: Some(map), ..EnvVarSource::default() };
        return Some(from(name, source));
    }
    if let Some(path) = variable.pod_field_ref.as_ref().and_then(|of| of.path.as_deref()) {
        return Some(field(name, path));
    }
    Some(plain(name, variable.value.clone().unwrap_or_default()))
}

/// What a sharing component reads as the limit of a part of a GPU (`scheduling-and-organisation.md` §6.1).
fn gpu_limit(workspace: &Workspace<'_>) -> Option<EnvVar> {
    let compute = workspace.submission.compute.as_ref()?;
    let limit = match workspace.request.gpu {
        GpuRequest::Portion { portion, .. } => {
            compute.gpu_portion_limit.unwrap_or_else(|| portion.as_f64()).to_string()
        }
        GpuRequest::Memory { .. } => {
            compute.gpu_memory_limit.clone().or_else(|| compute.gpu_memory_request.clone())?
        }
        GpuRequest::None | GpuRequest::Whole { .. } => return None,
    };
    Some(plain("RUNAI_GPU_MEMORY_LIMIT", limit))
}
