//! What can be chosen, and the words for it.

use crate::form::Words;

pub const PULL: Words = &[
    ("IfNotPresent", "Pull only if not already present on the host"),
    ("Always", "Always pull from the registry"),
    ("Never", "Never"),
];
/// Without single sign-on there is no token of an identity provider to take them from.
pub const ID_SOURCES: Words = &[("fromTheImage", "From the image"), ("custom", "Custom")];
pub const ACCESS: Words = &[
    ("authenticatedUsers", "All authenticated users and service accounts"),
    ("authorizedGroups", "Specific group(s)"),
    ("authorizedUsers", "Specific user(s) and service account(s)"),
];
pub const CONNECTIONS: Words =
    &[("ExternalUrl", "External URL"), ("NodePort", "NodePort"), ("LoadBalancer", "Load balancer")];
pub const URLS: Words = &[("auto", "Auto generate"), ("custom", "Custom URL")];
pub const NODE_PORTS: Words = &[("auto", "Auto generate"), ("custom", "Custom port")];
pub const VALUE_SOURCES: Words = &[
    ("custom", "Custom"),
    ("secret", "Shared secret"),
    ("userCredential", "My credentials"),
    ("configMap", "ConfigMap"),
];
pub const NGC_ACCESS: Words = &[("guest", "As a guest"), ("authenticated", "Authenticated")];
/// Where an image comes from.
pub const IMAGE_SOURCES: Words =
    &[("custom", "Custom image"), ("catalog", "NGC catalog"), ("registry", "NGC private registry")];
pub const PULL_TYPES: Words =
    &[("dockerRegistry", "Docker registry"), ("ngcApiKey", "NGC API key")];
pub const CREDENTIAL_SOURCES: Words = &[("shared", "Shared secret"), ("mine", "My credentials")];
/// Tools that are elsewhere, and are opened beside the workspace.
pub const EXTERNAL_TOOLS: Words = &[("wandb", "Weights & Biases"), ("comet", "Comet")];
/// In what the memory of a device is asked for.
pub const GPU_FORMATS: Words = &[("%", "% of device"), ("MB", "MB"), ("GB", "GB")];
pub const CPU_UNITS: Words = &[("cores", "Cores"), ("millicores", "Millicores")];
pub const MEMORY_UNITS: Words = &[("MB", "MB"), ("GB", "GB")];
pub const SIZE_UNITS: Words =
    &[("MB", "MB"), ("MiB", "MiB"), ("GB", "GB"), ("GiB", "GiB"), ("TB", "TB"), ("TiB", "TiB")];
pub const TIME_UNITS: Words =
    &[("days", "days"), ("hours", "hours"), ("minutes", "minutes"), ("seconds", "seconds")];
/// How much one of a unit is: cores in cores, memory in megabytes, shares in percent, times in seconds.
pub fn per_unit(unit: &str) -> f64 {
    match unit {
        "millicores" => 1e-3,
        "MiB" => 1.048_576,
        "GB" => 1e3,
        "GiB" => 1_073.741_824,
        "TB" => 1e6,
        "TiB" => 1_099_511.627_776,
        _ => TIMES.iter().find(|(name, _)| *name == unit).map_or(1.0, |(_, secs)| *secs as f64),
    }
}

/// The units of time in seconds, the largest first.
pub const TIMES: [(&str, i64); 4] =
    [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];
pub const PRIORITIES: Words = &[
    ("very-high", "Very high (150)"),
    ("high", "High (125)"),
    ("medium-high", "Medium high (90)"),
    ("medium", "Medium (80)"),
    ("medium-low", "Medium low (65)"),
    ("low", "Low (40)"),
    ("very-low", "Very low (25)"),
];
pub const PREEMPTIBILITY: Words =
    &[("non-preemptible", "Non-preemptible"), ("preemptible", "Preemptible")];
pub const OPERATORS: Words = &[("Exists", "Exists"), ("Equal", "Equals")];
pub const EFFECTS: Words = &[
    ("NoSchedule", "NoSchedule"),
    ("PreferNoSchedule", "PreferNoSchedule"),
    ("NoExecute", "NoExecute"),
    ("Any", "Any"),
];
pub const GIT_METHODS: Words =
    &[("", "Public"), ("password", "Username & password"), ("ssh-key", "SSH key")];
pub const MEDIA: Words = &[("", "Disk-backed storage"), ("Memory", "Memory-backed storage")];
pub const ACCESS_MODES: Words = &[
    ("readWriteOnce", "Read-write by one node"),
    ("readOnlyMany", "Read-only by many nodes"),
    ("readWriteMany", "Read-write by many nodes"),
];
pub const VOLUME_MODES: Words = &[("Filesystem", "Filesystem"), ("Block", "Block")];
pub const PERSISTENCY: Words = &[("persistent", "Persistent"), ("ephemeral", "Ephemeral")];

/// A kind of tool, with the port that it usually has.
#[derive(Debug)]
pub struct ToolKind {
    pub name: &'static str,
    pub label: &'static str,
    pub port: &'static str,
}

const fn tool(name: &'static str, label: &'static str, port: &'static str) -> ToolKind {
    ToolKind { name, label, port }
}

/// The tools of the form (`form-and-assets.md` §4.1.3).
pub const TOOLS: [ToolKind; 9] = [
    tool("jupyter-notebook", "Jupyter", "8888"),
    tool("visual-studio-code", "Visual Studio Code", "8080"),
    tool("rstudio", "RStudio", "8787"),
    tool("tensorboard", "TensorBoard", "6006"),
    tool("mlflow", "MLflow", "5000"),
    tool("matlab", "MATLAB", "8888"),
    tool("pycharm", "PyCharm", "22"),
    tool("chatbot-ui", "Chatbot UI", "3000"),
    tool("custom", "Custom", ""),
];

/// The same as choices.
pub const TOOL_WORDS: Words = &{
    let mut words = [("", ""); TOOLS.len()];
    let mut i = 0;
    while i < TOOLS.len() {
        words[i] = (TOOLS[i].name, TOOLS[i].label);
        i += 1;
    }
    words
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Priority;

    #[test]
    fn the_words_of_a_priority_say_its_value() {
        for priority in Priority::ALL {
            let words = PRIORITIES.iter().find(|(name, _)| *name == priority.name());
            let value = format!("({})", priority.value());
            assert!(words.is_some_and(|(_, words)| words.ends_with(&value)), "{}", priority.name());
        }
        assert_eq!(PRIORITIES.len(), Priority::ALL.len());
    }

    #[test]
    fn units_of_time_and_their_seconds_are_the_same() {
        let names = TIMES.map(|(name, _)| (name, name));
        assert_eq!(TIME_UNITS, names);
    }
}
