//! Roles: which role has which set of permissions (`scheduling-and-organisation.md` §9.4). Nobody changes
//! them; the table below is all there is.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Permissions, set::PermissionSet as Set};

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "i32", try_from = "i32")]
pub enum Role {
    SystemAdministrator,
    DepartmentAdministrator,
    ProjectAdministrator,
    Practitioner,
    DataAdministrator,
    Viewer,
    L1Researcher,
    L2Researcher,
}

/// What those may who work in a project.
const PRACTITIONER: &[Set] = &[
    Set::Minimal,
    Set::Dashboards,
    Set::ProjectsView,
    Set::PoliciesView,
    Set::WorkloadsEdit,
    Set::SetupsEdit,
    Set::CredentialsEdit,
    Set::DataSourcesEdit,
    Set::DataVolumesView,
    Set::OwnAccessKeys,
];

/// What is to be known of a role.
struct RoleRow {
    /// On the wire and in the database, for ever.
    id: i32,
    name: &'static str,
    about: &'static str,
    sets: &'static [Set],
}

/// There is no role with this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no role with the id {0}")]
pub struct NoRole(pub i32);

impl Role {
    pub const ALL: [Self; 8] = [
        Self::SystemAdministrator,
        Self::DepartmentAdministrator,
        Self::ProjectAdministrator,
        Self::Practitioner,
        Self::DataAdministrator,
        Self::Viewer,
        Self::L1Researcher,
        Self::L2Researcher,
    ];

    fn row(self) -> &'static RoleRow {
        match self {
            Self::SystemAdministrator => &RoleRow {
                id: 1,
                name: "System administrator",
                about: "Everything: settings, clusters, node pools, people, and all that others may",
                sets: &[Set::Everything],
            },
            Self::DepartmentAdministrator => &RoleRow {
                id: 2,
                name: "Department administrator",
                about: "Projects, policies, access rules, users and all workloads of departments",
                sets: &[
                    Set::Minimal,
                    Set::Dashboards,
                    Set::DepartmentAdministration,
                    Set::AccessAdministration,
                    Set::PoliciesEdit,
                    Set::WorkloadsEdit,
                    Set::SetupsEdit,
                    Set::CredentialsEdit,
                    Set::DataSourcesEdit,
                    Set::DataVolumesEdit,
                    Set::OwnAccessKeys,
                ],
            },
            Self::ProjectAdministrator => &RoleRow {
                id: 3,
                name: "Project administrator",
                about: "Settings, policies, access rules and all workloads of projects",
                sets: &[
                    Set::Minimal,
                    Set::Dashboards,
                    Set::ProjectAdministration,
                    Set::AccessAdministration,
                    Set::PoliciesEdit,
                    Set::WorkloadsEdit,
                    Set::SetupsEdit,
                    Set::CredentialsEdit,
                    Set::DataSourcesEdit,
                    Set::DataVolumesEdit,
                    Set::OwnAccessKeys,
                ],
            },
            Self::Practitioner => &RoleRow {
                id: 4,
                name: "AI practitioner",
                about: "Workloads, environments, compute resources, data sources and credentials",
                sets: PRACTITIONER,
            },
            Self::DataAdministrator => &RoleRow {
                id: 5,
                name: "Data and storage administrator",
                about: "Data sources, data volumes, credentials and storage classes",
                sets: &[
                    Set::Minimal,
                    Set::DepartmentsView,
                    Set::ProjectsView,
                    Set::PoliciesView,
                    Set::WorkloadsView,
                    Set::SetupsView,
                    Set::CredentialsEdit,
                    Set::DataSourcesEdit,
                    Set::DataVolumesEdit,
                    Set::StorageClassesEdit,
                    Set::OwnAccessKeys,
                ],
            },
            Self::Viewer => &RoleRow {
                id: 6,
                name: "Viewer",
                about: "Sees everything but people and rules, and changes nothing",
                sets: &[
                    Set::Minimal,
                    Set::Dashboards,
                    Set::DepartmentsView,
                    Set::ProjectsView,
                    Set::PoliciesView,
                    Set::WorkloadsView,
                    Set::SetupsView,
                    Set::CredentialsView,
                    Set::DataSourcesView,
                    Set::DataVolumesView,
                    Set::SettingsView,
                    Set::OwnAccessKeys,
                ],
            },
            Self::L1Researcher => &RoleRow {
                id: 7,
                name: "L1 researcher",
                about: "As AI practitioner, under the name that older scripts look for",
                sets: PRACTITIONER,
            },
            Self::L2Researcher => &RoleRow {
                id: 8,
                name: "L2 researcher",
                about: "Workloads, made of what others have prepared",
                sets: &[
                    Set::Minimal,
                    Set::Dashboards,
                    Set::ProjectsView,
                    Set::PoliciesView,
                    Set::WorkloadsEdit,
                    Set::SetupsView,
                    Set::CredentialsView,
                    Set::DataSourcesView,
                    Set::DataVolumesView,
                    Set::OwnAccessKeys,
                ],
            },
        }
    }

    /// On the wire and in the database.
    pub fn id(self) -> i32 {
        self.row().id
    }

    pub fn name(self) -> &'static str {
        self.row().name
    }

    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// All that it gives on a place that everything can belong to.
    pub fn permissions(self) -> Permissions {
        let mut permissions = Permissions::default();
        for (types, actions) in self.row().sets.iter().flat_map(|set| set.grants()) {
            types.iter().for_each(|of| permissions.grant(*of, *actions));
        }
        permissions
    }
}

impl TryFrom<i32> for Role {
    type Error = NoRole;

    fn try_from(id: i32) -> Result<Self, NoRole> {
        Self::ALL.into_iter().find(|role| role.id() == id).ok_or(NoRole(id))
    }
}

impl From<Role> for i32 {
    fn from(role: Role) -> i32 {
        role.id()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
