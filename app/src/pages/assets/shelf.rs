//! The shelves: what each holds, what its table shows, and what may be done with its things.

use serde::{Deserialize, Serialize};

use super::fields::Form;
use crate::{
    ui::{IconName, Keep},
    widgets::Title,
};

/// A list of things of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shelf {
    Environments,
    Compute,
    DataSources,
    DataVolumes,
    Credentials,
    Templates,
    Mine,
    StorageClasses,
    Registries,
}

/// What a column says of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Status,
    Description,
    /// The place that it belongs to; a data volume to the project with its claim.
    Scope,
    Cluster,
    CreatedBy,
    CreationTime,
    LastUpdated,
    Workloads,
    Templates,
    Type,
    KubernetesName,
    Image,
    Tools,
    Architecture,
    WorkloadTypes,
    GpuDevices,
    GpuMemory,
    Cpu,
    CpuLimit,
    CpuMemory,
    CpuMemoryLimit,
    OriginPvc,
    SharedWith,
    /// What a credential is used by, or a template is made of.
    Environments,
    ComputeResource,
    DataSources,
    Url,
    User,
    AllowedFor,
    Persistency,
    ClaimSize,
}

/// A column after the first.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub says: Says,
    pub title: Title,
}

const fn head(says: Says, title: &'static str, keep: Keep) -> Head {
    Head { says, title: Title { title, keep, is_hidden: false } }
}

/// A column that somebody has to ask for.
const fn hidden(says: Says, title: &'static str) -> Head {
    Head { says, title: Title { title, keep: Keep::Fourth, is_hidden: true } }
}

const STATUS: Head = head(Says::Status, "Status", Keep::Always);
const SCOPE: Head = head(Says::Scope, "Scope", Keep::Always);
const TYPE: Head = head(Says::Type, "Type", Keep::Always);
const DESCRIPTION: Head = hidden(Says::Description, "Description");
const WORKLOADS: Head = head(Says::Workloads, "Workload(s)", Keep::Third);
const TEMPLATES: Head = head(Says::Templates, "Template(s)", Keep::Fourth);
const BY: Head = head(Says::CreatedBy, "Created by", Keep::Fourth);
const CREATED: Head = head(Says::CreationTime, "Creation time", Keep::Fourth);
const UPDATED: Head = hidden(Says::LastUpdated, "Last updated");
const CLUSTER: Head = hidden(Says::Cluster, "Cluster");
const IMAGE: Head = head(Says::Image, "Image", Keep::Third);
const ARCHITECTURE: Head = hidden(Says::Architecture, "Workload architecture");
const WORKLOAD_TYPES: Head = hidden(Says::WorkloadTypes, "Workload types");
const KUBERNETES_NAME: Head = head(Says::KubernetesName, "Kubernetes name", Keep::Fourth);

const OF_ENVIRONMENTS: &[Head] = &[
    DESCRIPTION,
    SCOPE,
    IMAGE,
    ARCHITECTURE,
    head(Says::Tools, "Tool(s)", Keep::Fourth),
    WORKLOADS,
    WORKLOAD_TYPES,
    TEMPLATES,
    BY,
    CREATED,
    UPDATED,
    CLUSTER,
];
const OF_COMPUTE: &[Head] = &[
    DESCRIPTION,
    head(Says::GpuDevices, "GPU devices request per pod", Keep::Always),
    head(Says::GpuMemory, "GPU memory request per device", Keep::Third),
    head(Says::CpuMemory, "CPU memory request", Keep::Third),
    hidden(Says::CpuMemoryLimit, "CPU memory limit"),
    head(Says::Cpu, "CPU compute request", Keep::Third),
    hidden(Says::CpuLimit, "CPU compute limit"),
    SCOPE,
    WORKLOADS,
    TEMPLATES,
    hidden(Says::CreatedBy, "Created by"),
    CREATED,
    UPDATED,
    CLUSTER,
];
const OF_DATA_SOURCES: &[Head] = &[
    DESCRIPTION,
    TYPE,
    STATUS,
    SCOPE,
    KUBERNETES_NAME,
    WORKLOADS,
    TEMPLATES,
    BY,
    CREATED,
    CLUSTER,
];
const OF_DATA_VOLUMES: &[Head] = &[
    DESCRIPTION,
    STATUS,
    head(Says::SharedWith, "Scope", Keep::Third),
    head(Says::Scope, "Origin project", Keep::Always),
    head(Says::OriginPvc, "Origin PVC", Keep::Third),
    CLUSTER,
    WORKLOADS,
    BY,
    CREATED,
    UPDATED,
];
const OF_CREDENTIALS: &[Head] = &[
    DESCRIPTION,
    TYPE,
    STATUS,
    SCOPE,
    hidden(Says::KubernetesName, "Kubernetes name"),
    hidden(Says::Environments, "Environment(s)"),
    head(Says::DataSources, "Data source(s)", Keep::Third),
    WORKLOADS,
    BY,
    CREATED,
    CLUSTER,
];
const OF_TEMPLATES: &[Head] = &[
    DESCRIPTION,
    STATUS,
    SCOPE,
    IMAGE,
    head(Says::GpuDevices, "GPU compute request", Keep::Third),
    hidden(Says::Environments, "Environment"),
    hidden(Says::ComputeResource, "Compute resource"),
    hidden(Says::DataSources, "Data source(s)"),
    WORKLOAD_TYPES,
    ARCHITECTURE,
    BY,
    CREATED,
    UPDATED,
    CLUSTER,
];
const OF_MINE: &[Head] = &[DESCRIPTION, TYPE, WORKLOADS, CREATED];
const OF_REGISTRIES: &[Head] = &[
    DESCRIPTION,
    head(Says::Url, "URL", Keep::Always),
    SCOPE,
    head(Says::User, "User", Keep::Third),
    BY,
    CREATED,
    UPDATED,
];
const OF_STORAGE_CLASSES: &[Head] = &[
    head(Says::Scope, "Cluster", Keep::Always),
    head(Says::AllowedFor, "Allowed for", Keep::Always),
    head(Says::Persistency, "Volumes", Keep::Third),
    head(Says::ClaimSize, "Claim size", Keep::Third),
    BY,
    UPDATED,
];

impl Shelf {
    pub const ALL: [Self; 9] = [
        Self::Environments,
        Self::Compute,
        Self::DataSources,
        Self::DataVolumes,
        Self::Credentials,
        Self::Templates,
        Self::Mine,
        Self::StorageClasses,
        Self::Registries,
    ];

    /// The end of its address.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Environments => "environments",
            Self::Compute => "compute-resources",
            Self::DataSources => "data-sources",
            Self::DataVolumes => "data-volumes",
            Self::Credentials => "credentials",
            Self::Templates => "templates",
            Self::Mine => "my-credentials",
            Self::StorageClasses => "storage-classes",
            Self::Registries => "registries",
        }
    }

    pub fn named(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shelf| shelf.slug() == slug)
    }

    /// Where its table is.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Environments => "/assets/environments",
            Self::Compute => "/assets/compute-resources",
            Self::DataSources => "/assets/data-sources",
            Self::DataVolumes => "/assets/data-volumes",
            Self::Credentials => "/assets/credentials",
            Self::Templates => "/assets/templates",
            Self::Mine => "/assets/my-credentials",
            Self::StorageClasses => "/assets/storage-classes",
            Self::Registries => "/assets/registries",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Environments => "Environments",
            Self::Compute => "Compute resources",
            Self::DataSources => "Data sources",
            Self::DataVolumes => "Data volumes",
            Self::Credentials => "Credentials",
            Self::Templates => "Templates",
            Self::Mine => "My credentials",
            Self::StorageClasses => "Storage classes",
            Self::Registries => "NGC private registries",
        }
    }

    /// The head of the first column, and the word for one of them.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Environments => "Environment",
            Self::Compute => "Compute resource",
            Self::DataSources => "Data source",
            Self::DataVolumes => "Data volume",
            Self::Credentials | Self::Mine => "Credential",
            Self::Templates => "Template",
            Self::StorageClasses => "Storage class",
            Self::Registries => "Registry",
        }
    }

    pub const fn icon(self) -> IconName {
        match self {
            Self::Environments => IconName::Environments,
            Self::Compute => IconName::Compute,
            Self::DataSources => IconName::Data,
            Self::DataVolumes => IconName::Bucket,
            Self::Credentials | Self::Mine => IconName::Key,
            Self::Templates => IconName::Templates,
            Self::StorageClasses => IconName::Data,
            Self::Registries => IconName::Bucket,
        }
    }

    pub fn about(self) -> &'static str {
        match self {
            Self::Environments => "Image, tools, command and variables that workspaces start with.",
            Self::Compute => "GPUs, CPU and memory that workspaces ask for.",
            Self::DataSources => "Where data comes from, and where it lies in the container.",
            Self::DataVolumes => "The content of a claim, shared read-only with other projects.",
            Self::Credentials => {
                "Secrets that data sources, environments and workspaces use. What is in one is never shown again."
            }
            Self::Templates => "Whole workspaces to start from.",
            Self::Mine => "Secrets that you alone can use. What is in one is never shown again.",
            Self::StorageClasses => {
                "Who may use the storage classes of the clusters, and which claims they take."
            }
            Self::Registries => {
                "Where images can be chosen from beside the NGC catalog, once the general settings offer it."
            }
        }
    }

    /// The columns after the name.
    pub fn heads(self) -> &'static [Head] {
        match self {
            Self::Environments => OF_ENVIRONMENTS,
            Self::Compute => OF_COMPUTE,
            Self::DataSources => OF_DATA_SOURCES,
            Self::DataVolumes => OF_DATA_VOLUMES,
            Self::Credentials => OF_CREDENTIALS,
            Self::Templates => OF_TEMPLATES,
            Self::Mine => OF_MINE,
            Self::StorageClasses => OF_STORAGE_CLASSES,
            Self::Registries => OF_REGISTRIES,
        }
    }

    /// The titles of the columns. A template of assets alone is known by its assets (`form-and-assets.md` §13.5).
    pub fn titles(self, flexible_templates: bool) -> impl Iterator<Item = Title> {
        let of_assets = self == Self::Templates && !flexible_templates;
        self.heads().iter().map(move |head| {
            let is_hidden = match head.says {
                Says::Environments | Says::ComputeResource | Says::DataSources if of_assets => {
                    false
                }
                Says::Image | Says::GpuDevices if of_assets => true,
                _ => head.title.is_hidden,
            };
            Title { is_hidden, ..head.title }
        })
    }

    /// Whether things can be copied: not what nobody may see again, nor what stands for a claim.
    pub fn copies(self) -> bool {
        matches!(self, Self::Environments | Self::Compute | Self::DataSources | Self::Templates)
    }

    pub fn renames(self) -> bool {
        !matches!(self, Self::Mine | Self::StorageClasses | Self::DataVolumes)
    }

    /// The forms that make something here.
    pub fn forms(self) -> &'static [Form] {
        match self {
            Self::Environments | Self::Compute | Self::Templates => &[],
            Self::DataSources => &[
                Form::Pvc,
                Form::Nfs,
                Form::S3,
                Form::Git,
                Form::HostPath,
                Form::ConfigMap,
                Form::Secret,
            ],
            Self::DataVolumes => &[Form::DataVolume],
            Self::Credentials => &[
                Form::DockerRegistry,
                Form::GenericSecret,
                Form::AccessKey,
                Form::Password,
                Form::SshKey,
                Form::NgcApiKey,
            ],
            Self::Mine => &[Form::DockerRegistry, Form::GenericSecret, Form::NgcApiKey],
            Self::StorageClasses => &[Form::StorageClass],
            Self::Registries => &[Form::Registry],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_shelf() {
        for shelf in Shelf::ALL {
            assert_eq!(Shelf::named(shelf.slug()), Some(shelf));
            assert_eq!(shelf.href(), format!("{}/{}", super::super::PAGE, shelf.slug()));
        }
        assert_eq!(Shelf::named("elsewhere"), None);
    }
}
