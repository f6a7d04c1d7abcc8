//! The lists, and the fields of their rows.

use super::{
    data::DATA_LIST,
    words::{
        ACCESS, CONNECTIONS, CREDENTIAL_SOURCES, EFFECTS, EXTERNAL_TOOLS, NODE_PORTS, OPERATORS,
        PULL_TYPES, TOOL_WORDS, URLS, VALUE_SOURCES,
    },
};
use crate::form::{
    Field,
    Input::{KeyOfCredential, Offered, OneOf, People},
    List, Offer, When, field, hidden, when,
};

/// Every list, in the order of the form.
pub const LISTS: [&List; 10] = [
    &PULL_SECRETS,
    &TOOL,
    &LINKS,
    &VARIABLES,
    &EXTENDED,
    &POOLS,
    &TOLERATIONS,
    &DATA_LIST,
    &LABELS,
    &ANNOTATIONS,
];

const SHARED: When = when("source", &["shared"]);
const MINE: When = when("source", &["mine"]);

const PULL_SECRETS: List = List {
    name: "secret",
    add: "+Docker registry credential",
    what: "credential",
    paths: &["spec.imagePullSecrets"],
    key: "name",
    fields: &[
        field("source", "Source", "userCredential")
            .input(OneOf(CREDENTIAL_SOURCES))
            .default("shared"),
        field("type", "Type", "").input(OneOf(PULL_TYPES)).default("dockerRegistry"),
        field("name", "Credential name", "name")
            .input(Offered(Offer::PullSecrets))
            .required()
            .when(&[SHARED, when("type", &["dockerRegistry"])]),
        field("ngc", "Credential name", "name")
            .input(Offered(Offer::NgcKeys))
            .required()
            .when(&[SHARED, when("type", &["ngcApiKey"])]),
        field("mine", "Credential name", "name")
            .input(Offered(Offer::MyPullSecrets))
            .required()
            .when(&[MINE, when("type", &["dockerRegistry"])]),
        field("my_ngc", "Credential name", "name")
            .input(Offered(Offer::MyNgcKeys))
            .required()
            .when(&[MINE, when("type", &["ngcApiKey"])]),
    ],
};

const URL: When = when("connection", &["ExternalUrl"]);
const NODE_PORT: When = when("connection", &["NodePort"]);

/// The tools with their connections.
pub const TOOL: List = List {
    name: "tool",
    add: "+Tool",
    what: "tool",
    paths: &["spec.exposedUrls", "spec.ports"],
    key: "",
    fields: &[
        field("kind", "Tool", "toolType").input(OneOf(TOOL_WORDS)).default("jupyter-notebook"),
        field("connection", "Connection type", "serviceType")
            .input(OneOf(CONNECTIONS))
            .default("ExternalUrl")
            .flexible_only(&["LoadBalancer"]),
        field("port", "Container port", "container").required().default("8888"),
        field("url", "URL", "").input(OneOf(URLS)).default("auto").when(&[URL]),
        field("address", "Custom URL", "url")
            .code()
            .required()
            .placeholder("https://")
            .when(&[URL, when("url", &["custom"])]),
        field("node_port", "Port", "").input(OneOf(NODE_PORTS)).default("auto").when(&[NODE_PORT]),
        field("external", "Custom port", "external")
            .required()
            .help("Between 30000 and 32767. Whoever reaches the node reaches the tool.")
            .when(&[NODE_PORT, when("node_port", &["custom"])]),
        field("access", "Access", "authorizationType")
            .input(OneOf(ACCESS))
            .default("authenticatedUsers")
            .when(&[URL]),
        field("users", "Users", "authorizedUsers")
            .input(People)
            .required()
            .help("E-mail addresses or names of service accounts, separated by commas.")
            .when(&[URL, when("access", &["authorizedUsers"])]),
        field("groups", "Group names", "authorizedGroups")
            .required()
            .help("As your identity provider writes them, with commas.")
            .when(&[URL, when("access", &["authorizedGroups"])]),
        // What policies and environments call it, and people where it is not as its kind.
        hidden("name"),
        hidden("called"),
        hidden("rest"),
    ],
};

/// Tools that run elsewhere.
const LINKS: List = List {
    name: "link",
    add: "+External tool",
    what: "external tool",
    paths: &["spec.relatedUrls"],
    key: "name",
    fields: &[
        field("kind", "Tool", "type").input(OneOf(EXTERNAL_TOOLS)).default("wandb"),
        field("url", "URL", "url")
            .code()
            .required()
            .placeholder("https://")
            .help("${NAME} stands for a variable of the workspace."),
        hidden("name"),
        hidden("rest"),
    ],
};

const VARIABLES: List = List {
    name: "variable",
    add: "+Environment variable",
    what: "variable",
    paths: &["spec.environmentVariables"],
    key: "name",
    fields: &[
        field("name", "Name", "name").code(),
        field("source", "Source", "")
            .input(OneOf(VALUE_SOURCES))
            .default("custom")
            .flexible_only(&["userCredential"]),
        field("value", "Value", "value").code().when(&[when("source", &["custom"])]),
        field("secret", "Credential name", "secret")
            .input(Offered(Offer::Secrets))
            .required()
            .when(&[when("source", &["secret"])]),
        field("mine", "Credential name", "userCredential")
            .input(Offered(Offer::MyCredentials))
            .required()
            .when(&[when("source", &["userCredential"])]),
        field("map", "ConfigMap name", "configMap")
            .input(Offered(Offer::ConfigMaps))
            .required()
            .when(&[when("source", &["configMap"])]),
        field("key", "Key", "secret.key")
            .input(KeyOfCredential)
            .required()
            .when(&[when("source", &["secret", "userCredential", "configMap"])]),
        hidden("about"),
        hidden("rest"),
    ],
};

/// Rows of a name and a value.
const fn pairs(
    name: &'static str,
    add: &'static str,
    what: &'static str,
    paths: &'static [&'static str],
    fields: &'static [Field],
) -> List {
    List { name, add, what, paths, key: "name", fields }
}

const EXTENDED: List = pairs(
    "extended",
    "+Extended resources",
    "resource",
    &["spec.compute.extendedResources"],
    &[field("name", "Resource", "resource").code(), field("value", "Quantity", "quantity").code()],
);

const LABELS: List = pairs(
    "label",
    "+Label",
    "label",
    &["spec.labels"],
    &[field("name", "Label", "name").code(), field("value", "Value", "value").code()],
);

const ANNOTATIONS: List = pairs(
    "annotation",
    "+Annotation",
    "annotation",
    &["spec.annotations"],
    &[field("name", "Annotation", "name").code(), field("value", "Value", "value").code()],
);

const POOLS: List = List {
    name: "node_pools",
    add: "+Node pool",
    what: "node pool",
    paths: &["spec.nodePools"],
    key: "name",
    fields: &[hidden("name")],
};

const TOLERATIONS: List = List {
    name: "toleration",
    add: "+Toleration",
    what: "toleration",
    paths: &["spec.tolerations"],
    key: "",
    fields: &[
        field("key", "Key", "key").code(),
        field("operator", "Operator", "operator").input(OneOf(OPERATORS)).default("Exists"),
        field("value", "Value", "value").code().when(&[when("operator", &["Equal"])]),
        field("effect", "Effect", "effect").input(OneOf(EFFECTS)).default("NoSchedule"),
        field("seconds", "Seconds", "seconds")
            .optional()
            .help("How long it stays after the taint came.")
            .when(&[when("effect", &["NoExecute"])]),
        hidden("rest"),
    ],
};
