//! The types of things that somebody may do something with: one table, with what each is called, where its things
//! belong, and what a right below gives of what belongs above (`scheduling-and-organisation.md` §9.3).

use crate::{ClusterId, DepartmentId, ProjectId, Scope, ScopeLevel, asset::AssetKind};

use super::Actions;

/// A group of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceGroup {
    Organization,
    PhysicalResource,
    Iam,
    Dashboard,
    Workload,
    WorkloadAsset,
}

impl ResourceGroup {
    pub const ALL: [Self; 6] = [
        Self::Organization,
        Self::PhysicalResource,
        Self::Iam,
        Self::Dashboard,
        Self::Workload,
        Self::WorkloadAsset,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::PhysicalResource => "physical-resource",
            Self::Iam => "iam",
            Self::Dashboard => "dashboard",
            Self::Workload => "workload",
            Self::WorkloadAsset => "workload-asset",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Organization => "Organisation",
            Self::PhysicalResource => "Resources",
            Self::Iam => "Access",
            Self::Dashboard => "Dashboards",
            Self::Workload => "Workloads",
            Self::WorkloadAsset => "Assets",
        }
    }
}

/// What is to be known of a type.
#[derive(Clone, Copy, Debug)]
pub struct ResourceRow {
    /// On the wire.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    pub group: ResourceGroup,
    /// The deepest place that has some of its own: a rule further down gives nothing of it there.
    pub deepest: ScopeLevel,
    /// All that can be done with it.
    pub most: Actions,
    /// What a rule gives of those that belong to the places above it.
    pub above: Actions,
}

macro_rules! resource_types {
    ($($name:ident: $wire:literal, $title:literal, $group:ident, $deepest:ident, $most:ident, $above:ident;)*) => {
        /// A type of resource, in the order of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ResourceType { $($name),* }

        const ROWS: &[ResourceRow] = &[$(ResourceRow {
            name: $wire,
            title: $title,
            group: ResourceGroup::$group,
            deepest: ScopeLevel::$deepest,
            most: Actions::$most,
            above: Actions::$above,
        }),*];

        impl ResourceType {
            pub const ALL: [Self; Self::COUNT] = [$(Self::$name),*];
            pub const COUNT: usize = ROWS.len();
        }
    };
}

resource_types! {
    Tenant: "tenant", "Account", Organization, Account, EDIT, READ;
    Departments: "department", "Departments", Organization, Department, ALL, READ;
    Projects: "project", "Projects", Organization, Project, ALL, NONE;
    Policies: "policies", "Policies", Organization, Project, ALL, NONE;
    Settings: "settings", "General settings", Organization, Account, ALL, NONE;
    SecuritySettings: "security-settings", "Security settings", Organization, Account, ALL, NONE;
    BrandingSettings: "branding-settings", "Branding", Organization, Account, ALL, NONE;
    EventsHistory: "events-history", "Event history", Organization, Account, READ, NONE;
    Clusters: "cluster", "Clusters", PhysicalResource, Cluster, ALL, READ;
    ClusterConfig: "cluster-config", "Configuration of clusters", PhysicalResource, Cluster, ALL, NONE;
    NodePools: "nodepools", "Node pools", PhysicalResource, Cluster, ALL, READ;
    Nodes: "nodes", "Nodes", PhysicalResource, Cluster, READ, READ;
    NetworkTopologies: "network-topologies", "Network topologies", PhysicalResource, Cluster, ALL, READ;
    StorageClasses: "storage-class-configuration", "Storage classes", PhysicalResource, Cluster, ALL, READ;
    ScrapeableMetrics: "scrapeable-metrics", "Metrics", PhysicalResource, Account, READ, NONE;
    Users: "users", "Users", Iam, Account, ALL, ALL;
    ServiceAccounts: "service-account", "Service accounts", Iam, Account, ALL, ALL;
    Applications: "apps", "Applications", Iam, Account, ALL, ALL;
    Roles: "roles", "Roles", Iam, Account, READ, READ;
    AccessRules: "access_rules", "Access rules", Iam, Project, ALL, NONE;
    AccessKeys: "access-keys", "Own access keys", Iam, Account, ALL, ALL;
    DashboardsOverview: "dashboards-overview", "Overview", Dashboard, Project, READ, NONE;
    DashboardsAnalytics: "dashboards-analytics", "Analytics", Dashboard, Project, READ, NONE;
    DashboardsConsumption: "dashboards-consumption", "Consumption", Dashboard, Project, READ, NONE;
    Workloads: "workloads", "Workloads", Workload, Project, ALL, NONE;
    Workspaces: "workspaces", "Workspaces", Workload, Project, ALL, NONE;
    Trainings: "trainings", "Trainings", Workload, Project, ALL, NONE;
    Inferences: "inferences", "Inferences", Workload, Project, ALL, NONE;
    Jobs: "jobs", "Jobs", Workload, Project, ALL, NONE;
    WorkloadProperties: "workload-properties", "Types, categories and priorities", Workload, Account, READ, READ;
    Environments: "environments", "Environments", WorkloadAsset, Project, ALL, READ;
    ComputeResources: "compute-resources", "Compute resources", WorkloadAsset, Project, ALL, READ;
    Templates: "templates", "Templates", WorkloadAsset, Project, ALL, READ;
    Credentials: "credentials", "Credentials", WorkloadAsset, Project, ALL, READ;
    DataVolumes: "datavolumes", "Data volumes", WorkloadAsset, Project, ALL, READ;
    Registries: "registries", "Registries", WorkloadAsset, Project, ALL, READ;
    Pvcs: "pvc-assets", "PVC data sources", WorkloadAsset, Project, ALL, READ;
    Gits: "git-assets", "Git data sources", WorkloadAsset, Project, ALL, READ;
    HostPaths: "host-path-assets", "Host path data sources", WorkloadAsset, Project, ALL, READ;
    Nfs: "nfs-assets", "NFS data sources", WorkloadAsset, Project, ALL, READ;
    S3s: "s3-assets", "S3 data sources", WorkloadAsset, Project, ALL, READ;
    ConfigMaps: "cm-volume-assets", "ConfigMap data sources", WorkloadAsset, Project, ALL, READ;
    SecretVolumes: "secret-volume-assets", "Secret data sources", WorkloadAsset, Project, ALL, READ;
}

impl ResourceType {
    pub fn row(self) -> &'static ResourceRow {
        &ROWS[self as usize]
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.row().name == name)
    }

    /// Whether a place of this level has some of its own.
    pub fn belongs_to(self, level: ScopeLevel) -> bool {
        self.row().deepest >= level
    }

    /// The type that assets of a kind are of.
    pub fn of_assets(kind: AssetKind) -> Self {
        match kind {
            AssetKind::Environment => Self::Environments,
            AssetKind::Compute => Self::ComputeResources,
            AssetKind::Pvc => Self::Pvcs,
            AssetKind::Nfs => Self::Nfs,
            AssetKind::S3 => Self::S3s,
            AssetKind::Git => Self::Gits,
            AssetKind::HostPath => Self::HostPaths,
            AssetKind::ConfigMap => Self::ConfigMaps,
            AssetKind::Secret => Self::SecretVolumes,
            AssetKind::DataVolume => Self::DataVolumes,
            AssetKind::AccessKey | AssetKind::DockerRegistry | AssetKind::Password => {
                Self::Credentials
            }
            AssetKind::GenericSecret | AssetKind::NgcApiKey => Self::Credentials,
            AssetKind::Registry => Self::Registries,
        }
    }
}

/// Something that somebody wants to do something with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A workload of this project, or the wish to make one.
    Workload(ProjectId),
    Project(ProjectId),
    /// A project that is to be made there.
    NewProject(DepartmentId),
    Department(DepartmentId),
    /// A department that is to be made there.
    NewDepartment(ClusterId),
    Cluster(ClusterId),
    NodePool(ClusterId),
    Node(ClusterId),
    StorageClass(ClusterId),
    /// The policy of this place.
    Policy(Scope),
    /// An access rule on this place.
    AccessRule(Scope),
    User,
    ServiceAccount,
    Role,
    /// General settings, and what was changed by whom.
    Settings,
    /// An asset that belongs to this place.
    Asset(AssetKind, Scope),
    /// A template that belongs to this place.
    Template(Scope),
}

impl Resource {
    /// Its type, and the place that it belongs to.
    pub fn place(self) -> (ResourceType, Scope) {
        use ResourceType as Type;
        match self {
            Self::Workload(id) => (Type::Workspaces, Scope::Project(id)),
            Self::Project(id) => (Type::Projects, Scope::Project(id)),
            Self::NewProject(id) => (Type::Projects, Scope::Department(id)),
            Self::Department(id) => (Type::Departments, Scope::Department(id)),
            Self::NewDepartment(id) => (Type::Departments, Scope::Cluster(id)),
            Self::Cluster(id) => (Type::Clusters, Scope::Cluster(id)),
            Self::NodePool(id) => (Type::NodePools, Scope::Cluster(id)),
            Self::Node(id) => (Type::Nodes, Scope::Cluster(id)),
            Self::StorageClass(id) => (Type::StorageClasses, Scope::Cluster(id)),
            Self::Policy(scope) => (Type::Policies, scope),
            Self::AccessRule(scope) => (Type::AccessRules, scope),
            Self::User => (Type::Users, Scope::Account),
            Self::ServiceAccount => (Type::ServiceAccounts, Scope::Account),
            Self::Role => (Type::Roles, Scope::Account),
            Self::Settings => (Type::Settings, Scope::Account),
            Self::Asset(kind, scope) => (Type::of_assets(kind), scope),
            Self::Template(scope) => (Type::Templates, scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_their_names_on_the_wire() {
        for of in ResourceType::ALL {
            assert_eq!(ResourceType::named(of.row().name), Some(of));
            let above = super::super::Permissions::everything().only(|of| of.row().above);
            assert_eq!(above.on(of), of.row().above, "{of:?} gives above what can be done");
        }
        assert_eq!(ResourceType::named("nothing"), None);
    }
}
