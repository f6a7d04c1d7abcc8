//! Roles and permissions (`rest-api.md` §11.3).

use domain::{
    Scope, Timestamp,
    access::{Action, Permissions, ResourceType, Role},
};
use serde::{Deserialize, Serialize};

use crate::TENANT_ID;

/// A role, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    pub id: i32,
    pub name: String,
    pub description: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub custom: bool,
    pub enabled: bool,
    pub effective_enabled: bool,
    pub permissions: Vec<PermissionView>,
}

/// What may be done with things of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PermissionView {
    pub resource_type: String,
    pub display_name: String,
    pub group_id: String,
    pub actions: Vec<Action>,
}

/// Which type of resource is asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PermittedScopesQuestion {
    pub resource_type: String,
}

/// Where each action may be done; a wide place stands for all that lies below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermittedScopesView {
    pub create: PermittedView,
    pub read: PermittedView,
    pub update: PermittedView,
    pub delete: PermittedView,
}

/// Places, as text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermittedView {
    pub system: bool,
    pub tenants: Vec<String>,
    pub clusters: Vec<String>,
    pub departments: Vec<String>,
    pub projects: Vec<String>,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        Self {
            id: role.id(),
            name: role.name().to_owned(),
            description: role.about().to_owned(),
            created_by: "Berth".to_owned(),
            // They come with the program.
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            custom: false,
            enabled: true,
            effective_enabled: true,
            permissions: permission_views(&role.permissions()),
        }
    }
}

/// Each type of which something may be done.
pub fn permission_views(of: &Permissions) -> Vec<PermissionView> {
    let view = |(of, actions): (ResourceType, domain::access::Actions)| PermissionView {
        resource_type: of.row().name.to_owned(),
        display_name: of.row().title.to_owned(),
        group_id: of.row().group.name().to_owned(),
        actions: actions.iter().collect(),
    };
    of.iter().map(view).collect()
}

impl PermittedView {
    pub fn of(places: &[Scope]) -> Self {
        let mut view = Self::default();
        for place in places {
            match place {
                Scope::System => view.system = true,
                Scope::Account => view.tenants.push(TENANT_ID.to_string()),
                Scope::Cluster(id) => view.clusters.push(id.to_string()),
                Scope::Department(id) => view.departments.push(id.to_string()),
                Scope::Project(id) => view.projects.push(id.to_string()),
            }
        }
        view
    }
}
