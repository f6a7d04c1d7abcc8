//! The shelves: what each holds, what its table shows, and what may be done with its things.

use serde::{Deserialize, Serialize};

use super::fields::Form;
use crate::ui::{IconName, Keep};

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

/// A column after the first, in the order in which the server fills the cells.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub title: &'static str,
    pub keep: Keep,
    /// Somebody has to ask for it.
    pub is_hidden: bool,
    /// Rows can be narrowed down to one value of it.
    pub narrows: bool,
}

const fn head(title: &'static str, keep: Keep) -> Head {
    Head { title, keep, is_hidden: false, narrows: false }
}

const fn narrowing(title: &'static str) -> Head {
    Head { title, keep: Keep::Always, is_hidden: false, narrows: true }
}

const fn hidden(title: &'static str) -> Head {
    Head { title, keep: Keep::Fourth, is_hidden: true, narrows: false }
}

const SCOPE: Head = narrowing("Scope");
const DESCRIPTION: Head = hidden("Description");
const WORKLOADS: Head = head("Workload(s)", Keep::Third);
const TEMPLATES: Head = head("Template(s)", Keep::Fourth);
const BY: Head = head("Created by", Keep::Fourth);
const CREATED: Head = head("Creation time", Keep::Fourth);
const UPDATED: Head = hidden("Last updated");

const OF_ENVIRONMENTS: &[Head] = &[
    DESCRIPTION,
    SCOPE,
    head("Image", Keep::Third),
    head("Tool(s)", Keep::Fourth),
    WORKLOADS,
    TEMPLATES,
    BY,
    CREATED,
    UPDATED,
];
const OF_COMPUTE: &[Head] = &[
    DESCRIPTION,
    head("GPU devices", Keep::Always),
    head("GPU memory per device", Keep::Third),
    head("CPU compute", Keep::Third),
    head("CPU memory", Keep::Third),
    SCOPE,
    WORKLOADS,
    TEMPLATES,
    BY,
    CREATED,
    UPDATED,
];
const OF_DATA_SOURCES: &[Head] = &[
    DESCRIPTION,
    narrowing("Type"),
    SCOPE,
    head("Kubernetes name", Keep::Fourth),
    WORKLOADS,
    TEMPLATES,
    BY,
    CREATED,
];
const OF_DATA_VOLUMES: &[Head] = &[
    DESCRIPTION,
    narrowing("Origin project"),
    head("Origin PVC", Keep::Third),
    head("Shared with", Keep::Third),
    WORKLOADS,
    BY,
    CREATED,
    UPDATED,
];
const OF_CREDENTIALS: &[Head] = &[
    DESCRIPTION,
    narrowing("Type"),
    SCOPE,
    hidden("Kubernetes name"),
    hidden("Environment(s)"),
    head("Data source(s)", Keep::Third),
    WORKLOADS,
    BY,
    CREATED,
];
const OF_TEMPLATES: &[Head] = &[
    DESCRIPTION,
    SCOPE,
    head("Image", Keep::Third),
    head("GPU compute request", Keep::Third),
    BY,
    CREATED,
    UPDATED,
];
const OF_MINE: &[Head] = &[DESCRIPTION, narrowing("Type"), WORKLOADS, CREATED];
const OF_REGISTRIES: &[Head] = &[
    DESCRIPTION,
    head("URL", Keep::Always),
    SCOPE,
    head("User", Keep::Third),
    BY,
    CREATED,
    UPDATED,
];
const OF_STORAGE_CLASSES: &[Head] = &[
    narrowing("Cluster"),
    head("Allowed for", Keep::Always),
    head("Volumes", Keep::Third),
    head("Claim size", Keep::Third),
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

    /// Whether the table has a status.
    pub fn has_status(self) -> bool {
        match self {
            Self::DataSources | Self::DataVolumes | Self::Credentials | Self::Templates => true,
            Self::Environments | Self::Compute | Self::Mine => false,
            Self::StorageClasses | Self::Registries => false,
        }
    }

    /// Whether things can be copied: not what nobody may see again, nor what stands for a claim.
    pub fn copies(self) -> bool {
        matches!(self, Self::Environments | Self::Compute | Self::DataSources | Self::Templates)
    }

    pub fn renames(self) -> bool {
        !matches!(self, Self::Mine | Self::StorageClasses)
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
