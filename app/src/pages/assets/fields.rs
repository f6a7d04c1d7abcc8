//! The fields of every form, as data: label, path on the wire, control, help. One component draws them,
//! one function on the server makes the request of them.

use domain::form::VOLUME_MODES;
use serde::{Deserialize, Serialize};

/// What a form makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    DockerRegistry,
    GenericSecret,
    AccessKey,
    Password,
    SshKey,
    NgcApiKey,
    Pvc,
    Nfs,
    S3,
    Git,
    HostPath,
    ConfigMap,
    Secret,
    DataVolume,
    StorageClass,
    Registry,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct FieldRow {
    /// Where the value goes on the wire; also the name of the control.
    pub path: &'static str,
    pub label: &'static str,
    pub control: Control,
    pub is_required: bool,
    pub help: Option<&'static str>,
    /// It is there while another field holds this.
    pub when: Option<(&'static str, &'static str)>,
}

/// How a value is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    Text,
    /// A path, a URL, a name of the cluster.
    Code,
    /// Dots instead of letters.
    Secret,
    /// Several lines that nobody else should read.
    SecretText,
    /// On or off, and what it begins with.
    Toggle(bool),
    /// One of a few: value and words. `true` and `false` are sent as what they are.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A number and its unit.
    Size,
    /// Something that the server knows.
    Known(Known),
    /// Any number of things that the server knows; sent with commas between them.
    Many(Known),
    /// Keys with their values.
    Pairs,
}

/// Lists that the server gives with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Known {
    Places,
    Projects,
    Clusters,
    AccessKeys,
    GitCredentials,
    Credentials,
    StorageClasses,
    Claims,
    ShareWith,
}

const fn field(path: &'static str, label: &'static str, control: Control) -> FieldRow {
    FieldRow { path, label, control, is_required: false, help: None, when: None }
}

impl FieldRow {
    const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    const fn when(self, path: &'static str, is: &'static str) -> Self {
        Self { when: Some((path, is)), ..self }
    }
}

const USER: FieldRow = field("spec.user", "Username", Control::Text).required();
const PASSWORD: FieldRow = field("spec.password", "Password", Control::Secret).required();
const PATH: FieldRow = field("spec.path", "Container path", Control::Code)
    .required()
    .help("Where it lies in the container, such as /data.");
const MOUNT: FieldRow = field("spec.mountPath", "Container path", Control::Code)
    .required()
    .help("Where it lies in the container, such as /data.");
const READ_ONLY: FieldRow =
    field("spec.readOnly", "Prevent data modification", Control::Toggle(true));

pub const DOCKER_REGISTRY: &[FieldRow] = &[
    field("spec.url", "Docker registry URL", Control::Code)
        .required()
        .help("Such as https://registry.example.com; for Docker Hub https://index.docker.io/v1/."),
    USER,
    PASSWORD,
];
pub const GENERIC_SECRET: &[FieldRow] =
    &[field("spec.keyValuePairs", "Keys & values", Control::Pairs).required()];
const ACCESS_KEY: &[FieldRow] = &[
    field("spec.accessKeyId", "Access key", Control::Text).required(),
    field("spec.secretAccessKey", "Access secret", Control::Secret).required(),
];
const PASSWORD_PAIR: &[FieldRow] = &[USER, PASSWORD];
const SSH_KEY: &[FieldRow] = &[field("ssh", "SSH private key", Control::SecretText).required()];
pub const NGC_API_KEY: &[FieldRow] =
    &[field("spec.ngc_api_key", "API key", Control::Secret).required()];
const EXISTING: &str = "spec.existingPvc";
const PVC: &[FieldRow] = &[
    field(
        "spec.dataSharing",
        "Sharing",
        Control::OneOf(&[
            ("false", "Separate volume for each project"),
            ("true", "Shared volume between all projects"),
        ]),
    )
    .help("Shared needs a storage class that permits it. Separate volumes begin empty."),
    field(EXISTING, "PVC", Control::OneOf(&[("false", "New PVC"), ("true", "Existing PVC")])),
    field("spec.claimName", "Claim name", Control::Code)
        .required()
        .help("As it is called in the cluster.")
        .when(EXISTING, "true"),
    field("spec.claimInfo.storageClass", "Storage class", Control::Known(Known::StorageClasses))
        .when(EXISTING, "false"),
    field("spec.claimInfo.size", "Claim size", Control::Size).required().when(EXISTING, "false"),
    field("spec.claimInfo.volumeMode", "Volume mode", Control::OneOf(VOLUME_MODES))
        .when(EXISTING, "false"),
    field(
        "spec.claimInfo.accessModes.readWriteOnce",
        "Read-write by one node",
        Control::Toggle(true),
    )
    .when(EXISTING, "false"),
    field(
        "spec.claimInfo.accessModes.readOnlyMany",
        "Read-only by many nodes",
        Control::Toggle(false),
    )
    .when(EXISTING, "false"),
    field(
        "spec.claimInfo.accessModes.readWriteMany",
        "Read-write by many nodes",
        Control::Toggle(false),
    )
    .when(EXISTING, "false"),
    PATH,
    field("spec.readOnly", "Prevent data modification", Control::Toggle(false)),
];
const NFS: &[FieldRow] = &[
    field("spec.server", "NFS server", Control::Code)
        .required()
        .help("A host name or an IP address."),
    field("spec.path", "NFS path", Control::Code).required().help("What the server exports."),
    MOUNT,
    READ_ONLY,
];
const S3: &[FieldRow] = &[
    field("spec.url", "S3 service URL", Control::Code).help("Left out, it is AWS S3."),
    field("spec.bucket", "Bucket name", Control::Code).required(),
    field("spec.accessKeyAssetId", "Credential", Control::Known(Known::AccessKeys))
        .help("None for a public bucket."),
    PATH,
];
const GIT: &[FieldRow] = &[
    field("spec.repository", "Repository URL", Control::Code)
        .required()
        .help("https://… with a user name and password, git@host:… with an SSH key."),
    field("spec.revision", "Revision", Control::Code)
        .help("A branch, a tag or a hash; left out, HEAD."),
    field("spec.credentialId", "Credential", Control::Known(Known::GitCredentials))
        .help("None for a public repository."),
    PATH,
];
const HOST_PATH: &[FieldRow] = &[
    field("spec.path", "Host path", Control::Code).required().help("On the node."),
    MOUNT,
    READ_ONLY,
];
const CONFIG_MAP: &[FieldRow] = &[
    field("spec.configMap", "ConfigMap name", Control::Code)
        .required()
        .help("As it is called in the cluster."),
    MOUNT,
    field("spec.subPath", "Sub-path", Control::Code).help("One key, to mount it as a file."),
];
const SECRET: &[FieldRow] = &[
    field("spec.credentialAssetId", "Credential", Control::Known(Known::Credentials)).required(),
    MOUNT,
];
/// The places that a data volume is shared with.
pub const SHARE: &str = "share";
const DATA_VOLUME: &[FieldRow] = &[
    field("originPvcName", "PVC", Control::Known(Known::Claims))
        .required()
        .help("A PVC data source of the project that holds data."),
    field(SHARE, "Scopes", Control::Many(Known::ShareWith))
        .help("Who may mount it, read-only, beside its own project."),
];
const REGISTRY: &[FieldRow] = &[
    field("spec.url", "Registry URL", Control::Code)
        .required()
        .help("Such as https://nvcr.io or https://registry.example.com."),
    USER,
    PASSWORD,
];
const STORAGE_CLASS: &[FieldRow] = &[
    field("permissions.allowedForAssets", "Allowed for data sources", Control::Toggle(true)),
    field("permissions.allowedForWorkloads", "Allowed for workspaces", Control::Toggle(true)),
    field("permissions.allowedForPersistentVolumes", "Persistent volumes", Control::Toggle(true)),
    field("permissions.allowedForEphemeralVolumes", "Ephemeral volumes", Control::Toggle(true)),
    field("permissions.allowDataSharing", "One volume for all projects", Control::Toggle(true)),
    field("customization.claimSize.min", "Smallest claim", Control::Text).help("Such as 10G."),
    field("customization.claimSize.max", "Largest claim", Control::Text),
    field("customization.claimSize.step", "In steps of", Control::Text),
];

impl Form {
    pub const ALL: [Self; 16] = [
        Self::DockerRegistry,
        Self::GenericSecret,
        Self::AccessKey,
        Self::Password,
        Self::SshKey,
        Self::NgcApiKey,
        Self::Pvc,
        Self::Nfs,
        Self::S3,
        Self::Git,
        Self::HostPath,
        Self::ConfigMap,
        Self::Secret,
        Self::DataVolume,
        Self::StorageClass,
        Self::Registry,
    ];

    /// In addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::DockerRegistry => "docker-registry",
            Self::GenericSecret => "generic-secret",
            Self::AccessKey => "access-key",
            Self::Password => "password",
            Self::SshKey => "ssh-key",
            Self::NgcApiKey => "ngc-api-key",
            Self::Pvc => "pvc",
            Self::Nfs => "nfs",
            Self::S3 => "s3",
            Self::Git => "git",
            Self::HostPath => "host-path",
            Self::ConfigMap => "config-map",
            Self::Secret => "secret",
            Self::DataVolume => "data-volume",
            Self::StorageClass => "storage-class",
            Self::Registry => "registry",
        }
    }

    pub fn named(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.slug() == slug)
    }

    /// What the menu and the page call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::DockerRegistry => "Docker registry",
            Self::GenericSecret => "Generic secret",
            Self::AccessKey => "Access key",
            Self::Password => "Username & password",
            Self::SshKey => "SSH key",
            Self::NgcApiKey => "NGC API key",
            Self::Pvc => "PVC",
            Self::Nfs => "NFS",
            Self::S3 => "S3 bucket",
            Self::Git => "Git",
            Self::HostPath => "Host path",
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::DataVolume => "Data volume",
            Self::StorageClass => "Storage class",
            Self::Registry => "NGC private registry",
        }
    }

    /// The fields after name, description and scope.
    pub fn fields(self) -> &'static [FieldRow] {
        match self {
            Self::DockerRegistry => DOCKER_REGISTRY,
            Self::GenericSecret => GENERIC_SECRET,
            Self::AccessKey => ACCESS_KEY,
            Self::Password => PASSWORD_PAIR,
            Self::SshKey => SSH_KEY,
            Self::NgcApiKey => NGC_API_KEY,
            Self::Pvc => PVC,
            Self::Nfs => NFS,
            Self::S3 => S3,
            Self::Git => GIT,
            Self::HostPath => HOST_PATH,
            Self::ConfigMap => CONFIG_MAP,
            Self::Secret => SECRET,
            Self::DataVolume => DATA_VOLUME,
            Self::StorageClass => STORAGE_CLASS,
            Self::Registry => REGISTRY,
        }
    }

    /// How it is called, and to whom it belongs: the fields that stand before all others.
    pub fn head(self, is_mine: bool) -> &'static [FieldRow] {
        match self {
            Self::DataVolume => VOLUME_HEAD,
            Self::StorageClass => CLASS_HEAD,
            _ if is_mine => OWN_HEAD,
            _ if self.may_exist() => CREDENTIAL_HEAD,
            _ => HEAD,
        }
    }

    /// Whether the secret may be one that is prepared in the cluster (`form-and-assets.md` §10.2).
    fn may_exist(self) -> bool {
        matches!(
            self,
            Self::DockerRegistry | Self::GenericSecret | Self::AccessKey | Self::Password
        )
    }
}

const NAME: FieldRow = field("meta.name", "Name", Control::Text)
    .required()
    .help("Lowercase letters, digits and hyphens.");
const DESCRIPTION: FieldRow = field("meta.description", "Description", Control::Text);
const SCOPE: FieldRow = field("scope", "Scope", Control::Known(Known::Places)).required();
const OWN_HEAD: &[FieldRow] = &[NAME, DESCRIPTION];
const HEAD: &[FieldRow] = &[SCOPE, NAME, DESCRIPTION];
/// Which secret a credential stands for; while it is an existing one, nothing else is asked.
pub const CREATION: (&str, &str) = ("creation", "existing");
const CREDENTIAL_HEAD: &[FieldRow] = &[
    SCOPE,
    NAME,
    DESCRIPTION,
    field(
        CREATION.0,
        "Creation mode",
        Control::OneOf(&[("new", "New secret"), (CREATION.1, "Existing secret")]),
    )
    .help("A new one is kept encrypted here, and copied to the places of its scope."),
    field("spec.existingSecretName", "Existing secret", Control::Code)
        .required()
        .help("As it is called in the cluster, where an administrator has prepared it.")
        .when(CREATION.0, CREATION.1),
];
const VOLUME_HEAD: &[FieldRow] =
    &[field("projectId", "Project", Control::Known(Known::Projects)).required(), NAME, DESCRIPTION];
const CLASS_HEAD: &[FieldRow] = &[
    field("scopeId", "Cluster", Control::Known(Known::Clusters)).required(),
    field("meta.name", "Storage class", Control::Code).required(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_form_is_named_and_has_each_field_once() {
        for form in Form::ALL {
            assert_eq!(Form::named(form.slug()), Some(form));
            let fields = form.head(false).iter().chain(form.fields());
            let mut seen = BTreeSet::new();
            assert!(fields.clone().all(|field| seen.insert(field.path)), "{form:?}");
            assert!(fields.clone().any(|field| field.is_required), "{form:?}");
        }
    }
}
