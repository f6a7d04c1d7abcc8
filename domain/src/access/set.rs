//! Sets of permissions that roles are made of (`scheduling-and-organisation.md` §9.3).

use super::{Actions, ResourceType as Type};

/// What belongs together: a part of what a role may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionSet {
    Everything,
    /// Names of what is above, and what there is to run on.
    Minimal,
    Dashboards,
    DepartmentAdministration,
    ProjectAdministration,
    DepartmentsView,
    ProjectsView,
    AccessAdministration,
    PoliciesEdit,
    PoliciesView,
    WorkloadsEdit,
    WorkloadsView,
    SetupsEdit,
    SetupsView,
    CredentialsEdit,
    CredentialsView,
    DataSourcesEdit,
    DataSourcesView,
    DataVolumesEdit,
    DataVolumesView,
    StorageClassesEdit,
    SettingsView,
    OwnAccessKeys,
}
const WORKLOADS: &[Type] =
    &[Type::Workloads, Type::Workspaces, Type::Trainings, Type::Inferences, Type::Jobs];
const SETUPS: &[Type] = &[Type::Environments, Type::ComputeResources, Type::Templates];
const DATA_SOURCES: &[Type] = &[
    Type::Pvcs,
    Type::Gits,
    Type::HostPaths,
    Type::Nfs,
    Type::S3s,
    Type::ConfigMaps,
    Type::SecretVolumes,
];

impl PermissionSet {
    /// What it allows, on which types.
    pub fn grants(self) -> &'static [(&'static [Type], Actions)] {
        const ALL: Actions = Actions::ALL;
        const READ: Actions = Actions::READ;
        match self {
            Self::Everything => &[(&Type::ALL, ALL)],
            Self::Minimal => &[
                (&[Type::Tenant, Type::Clusters, Type::NodePools, Type::Nodes], READ),
                (&[Type::NetworkTopologies, Type::StorageClasses, Type::WorkloadProperties], READ),
                (&[Type::Roles, Type::Registries], READ),
            ],
            Self::Dashboards => &[(
                &[Type::DashboardsOverview, Type::DashboardsAnalytics, Type::DashboardsConsumption],
                READ,
            )],
            Self::DepartmentAdministration => &[
                (&[Type::Departments], Actions::EDIT),
                (&[Type::Projects], ALL),
                (&[Type::Users], Actions::ADD),
            ],
            Self::ProjectAdministration => {
                &[(&[Type::Departments, Type::Users], READ), (&[Type::Projects], Actions::EDIT)]
            }
            Self::DepartmentsView => &[(&[Type::Departments], READ)],
            Self::ProjectsView => &[(&[Type::Projects], READ)],
            Self::AccessAdministration => {
                &[(&[Type::AccessRules, Type::ServiceAccounts, Type::Applications], ALL)]
            }
            Self::PoliciesEdit => &[(&[Type::Policies], ALL)],
            Self::PoliciesView => &[(&[Type::Policies], READ)],
            Self::WorkloadsEdit => &[(WORKLOADS, ALL)],
            Self::WorkloadsView => &[(WORKLOADS, READ)],
            Self::SetupsEdit => &[(SETUPS, ALL)],
            Self::SetupsView => &[(SETUPS, READ)],
            Self::CredentialsEdit => &[(&[Type::Credentials], ALL)],
            Self::CredentialsView => &[(&[Type::Credentials], READ)],
            Self::DataSourcesEdit => &[(DATA_SOURCES, ALL)],
            Self::DataSourcesView => &[(DATA_SOURCES, READ)],
            Self::DataVolumesEdit => &[(&[Type::DataVolumes], ALL)],
            Self::DataVolumesView => &[(&[Type::DataVolumes], READ)],
            Self::StorageClassesEdit => &[(&[Type::StorageClasses], ALL)],
            Self::SettingsView => &[
                (&[Type::Settings, Type::SecuritySettings, Type::BrandingSettings], READ),
                (&[Type::ClusterConfig, Type::ScrapeableMetrics], READ),
            ],
            Self::OwnAccessKeys => &[(&[Type::AccessKeys], ALL)],
        }
    }
}
