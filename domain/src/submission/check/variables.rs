//! The variables of the environment.

use std::collections::BTreeSet;

use super::{found::Found, names::is_dns_name};
use crate::submission::EnvironmentVariable;

/// Variables that Berth injects itself (`form-and-assets.md` §15.2).
pub const BUILT_IN_VARIABLES: [&str; 9] = [
    "RUNAI_PROJECT",
    "RUNAI_JOB_NAME",
    "RUNAI_JOB_UUID",
    "RUNAI_NUM_OF_GPUS",
    "RUNAI_MPI_NUM_WORKERS",
    "RUNAI_GPU_MEMORY_LIMIT",
    "NODE_NAME",
    "JOB_NAME",
    "JOB_UUID",
];
/// Bytes of a variable's value.
const VALUE_MAX: usize = 128 << 10;

pub fn check(variables: &[EnvironmentVariable], found: &mut Found) {
    found.items("environmentVariables", variables.len());
    let mut names = BTreeSet::new();
    for (i, variable) in variables.iter().enumerate() {
        if variable.exclude == Some(true) {
            continue;
        }
        let field = format!("environmentVariables[{i}]");
        let name = variable.name.as_deref().unwrap_or_default();
        if let Err((key, message)) = variable_name(name) {
            found.add(&format!("{field}.name"), key, message);
        } else if !names.insert(name) {
            found.add(&format!("{field}.name"), "env.duplicate", "Name already used");
        }
        variable_source(&field, variable, found);
    }
}

/// Whether `name` may be the name of a variable that somebody sets.
pub fn variable_name(name: &str) -> Result<(), (&'static str, String)> {
    let start = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.');
    let inner = |b: u8| start(b) || b.is_ascii_digit();
    match name {
        "" => Err(("env.name", "Enter a name".into())),
        _ if BUILT_IN_VARIABLES.contains(&name) => {
            Err(("env.reserved", format!("{name} is set by Berth itself")))
        }
        _ if name.len() > 256 => Err(("env.name", "At most 256 characters".into())),
        _ if !name.bytes().all(inner) || !name.bytes().next().is_some_and(start) => {
            let message = "Use letters, digits, \"_\", \"-\" and \".\", not starting with a digit";
            Err(("env.name", message.into()))
        }
        _ => Ok(()),
    }
}

fn variable_source(field: &str, variable: &EnvironmentVariable, found: &mut Found) {
    let keyed = [
        ("secret", &variable.secret),
        ("configMap", &variable.config_map),
        ("userCredential", &variable.user_credential),
    ];
    let sources = keyed.iter().filter(|(_, key)| key.is_some()).count()
        + usize::from(variable.value.is_some())
        + usize::from(variable.pod_field_ref.is_some());
    if sources > 1 {
        let message = "Only one of value, secret, configMap, userCredential and podFieldRef";
        found.add(field, "env.source", message);
    }
    for (name, key) in keyed {
        let Some(of) = key else { continue };
        let (of_name, of_key) = (of.name.as_deref().unwrap_or_default(), of.key.as_deref());
        if of_name.is_empty() {
            found.add(&format!("{field}.{name}"), "env.key", "Choose a name");
        } else if !is_dns_name(of_name) {
            let message = "Names have lowercase letters, digits and hyphens";
            found.add(&format!("{field}.{name}"), "env.key", message);
        }
        if of_key.unwrap_or_default().is_empty() {
            found.add(&format!("{field}.{name}.key"), "env.key", "Choose a key");
        }
    }
    let value = variable.value.as_deref().unwrap_or_default();
    if value.len() > VALUE_MAX {
        found.add(&format!("{field}.value"), "long", "At most 128 kB");
    } else if value.contains('\0') {
        found.add(&format!("{field}.value"), "control", "Must not contain the character NUL");
    }
    let path = variable.pod_field_ref.as_ref().map(|of| of.path.as_deref().unwrap_or_default());
    found.text(&format!("{field}.podFieldRef.path"), path);
    found.characters(&format!("{field}.description"), variable.description.as_deref());
}
