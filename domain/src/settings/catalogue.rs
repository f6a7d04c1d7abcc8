//! Every general setting, once: page, REST and tests read this table.

use serde::{Deserialize, Serialize};

use super::SettingValue;

/// A general setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Setting {
    Policies,
    FlexibleSubmission,
    FlexibleTemplates,
    DataVolumes,
    NgcCatalog,
    NgcPrivateRegistry,
    NgcMirror,
    RegistryLookup,
    RegistryLocal,
    GpuOptimization,
    LimitProjectsToDepartment,
    CpuQuota,
    OverQuotaWeight,
    CycleLogDays,
    CycleLogMegabytes,
    GpuProfilingMetrics,
    AccountName,
    LoginWithSso,
    CustomRoles,
    InactivityMinutes,
    LogoutRedirect,
    SystemNotification,
    Logo,
}

/// Where the page shows a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Group {
    Workloads,
    Resources,
    Analytics,
    Account,
    Security,
    Notifications,
    Branding,
}

impl Group {
    pub fn title(self) -> &'static str {
        match self {
            Self::Workloads => "Workloads",
            Self::Resources => "Resources",
            Self::Analytics => "Analytics",
            Self::Account => "Account",
            Self::Security => "Security",
            Self::Notifications => "Notifications",
            Self::Branding => "Branding",
        }
    }
}

/// What values a setting takes, and the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Switch {
        default: bool,
    },
    /// A number of minutes, or nothing.
    Minutes,
    /// A whole number from 1 on.
    Count {
        default: u32,
        max: u32,
        unit: &'static str,
    },
    Name {
        default: &'static str,
    },
    /// Of a page, or nothing.
    Address,
    /// A small picture, or nothing.
    Picture,
    /// A sentence for everybody, or nothing.
    Banner,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub setting: Setting,
    /// The name on the wire.
    pub key: &'static str,
    pub label: &'static str,
    pub group: Group,
    pub shape: Shape,
    /// What it changes, and for whom.
    pub effect: &'static str,
    pub is_beta: bool,
}

impl Shape {
    /// The end of "must be …".
    pub fn wanted(self) -> &'static str {
        match self {
            Shape::Count { .. } => "a whole number of at least 1 that is not absurdly large",
            Shape::Switch { .. } => "true or false",
            Shape::Minutes => "a whole number of minutes from 1 to 20160, or empty for 24 hours",
            Shape::Name { .. } => "a text of 1 to 255 characters",
            Shape::Address => "an address that begins with https:// or http://, or empty",
            Shape::Picture => "an SVG or PNG of at most 128 KB as a data address, or empty",
            Shape::Banner => "a text of at most 1000 characters, or empty",
        }
    }
}

impl Row {
    /// What holds until somebody chooses.
    pub fn default(&self) -> SettingValue {
        match self.shape {
            Shape::Switch { default } => SettingValue::Switch(default),
            Shape::Count { default, .. } => SettingValue::Number(default),
            Shape::Name { default } => SettingValue::Text(default.to_owned()),
            Shape::Minutes | Shape::Address | Shape::Picture | Shape::Banner => {
                SettingValue::Text(String::new())
            }
        }
    }
}

impl Setting {
    pub const ALL: [Self; 23] = [
        Self::Policies,
        Self::FlexibleSubmission,
        Self::FlexibleTemplates,
        Self::DataVolumes,
        Self::NgcCatalog,
        Self::NgcPrivateRegistry,
        Self::NgcMirror,
        Self::RegistryLookup,
        Self::RegistryLocal,
        Self::GpuOptimization,
        Self::LimitProjectsToDepartment,
        Self::CpuQuota,
        Self::OverQuotaWeight,
        Self::CycleLogDays,
        Self::CycleLogMegabytes,
        Self::GpuProfilingMetrics,
        Self::AccountName,
        Self::LoginWithSso,
        Self::CustomRoles,
        Self::InactivityMinutes,
        Self::LogoutRedirect,
        Self::SystemNotification,
        Self::Logo,
    ];

    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The setting of that key. Clients write `-` where the key has `_`.
    pub fn named(key: &str) -> Option<Self> {
        let same = |own: &str| own.replace('-', "_") == key.replace('-', "_");
        Self::ALL.into_iter().find(|setting| same(setting.row().key))
    }
}

impl TryFrom<String> for Setting {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        Self::named(&key).ok_or_else(|| format!("there is no setting {key}"))
    }
}

impl From<Setting> for String {
    fn from(setting: Setting) -> Self {
        setting.row().key.to_owned()
    }
}

const ON: Shape = Shape::Switch { default: true };
const OFF: Shape = Shape::Switch { default: false };

/// In the order of [`Setting`].
#[rustfmt::skip]
const ROWS: [Row; 23] = [
    row(Setting::Policies, "workloads.policies", "Policies", Group::Workloads, ON,
        "On, workloads keep to the policies that administrators write. Off, only the built-in rules hold, for everybody; the policies are kept."),
    row(Setting::FlexibleSubmission, "workloads.flexible_submission", "Flexible workload submission", Group::Workloads, ON,
        "On, whoever makes a workspace may fill in every field. Off, they choose environment, compute resource and data sources from the library."),
    row(Setting::FlexibleTemplates, "workloads.flexible_templates", "Flexible workload templates", Group::Workloads, ON,
        "On, templates hold any field and link assets. Off, they are made of assets alone. Needs flexible submission."),
    row(Setting::DataVolumes, "workloads.data_volumes", "Data volumes", Group::Workloads, ON,
        "On, workspaces can mount data volumes. Off, nobody is offered them; those that exist are kept. Needs flexible submission."),
    beta(row(Setting::NgcCatalog, "workloads.ngc_catalog", "NGC catalog", Group::Workloads, OFF,
        "On, images can be chosen from the NGC catalog in environments, templates and the form.")),
    beta(row(Setting::NgcPrivateRegistry, "workloads.ngc_private_registry", "NGC private registry", Group::Workloads, OFF,
        "On, images can be chosen from the registries that administrators have configured.")),
    row(Setting::NgcMirror, "workloads.ngc_mirror", "NGC mirror", Group::Workloads, Shape::Address,
        "Where the NGC catalog and its images are, for everybody who chooses from it; empty is NVIDIA's own. For places without a way to the internet."),
    row(Setting::RegistryLookup, "registries.lookup", "Look up images", Group::Workloads, ON,
        "On, Berth asks an image's registry whether it is there, before somebody submits. Off, no registry is asked but those that administrators offer."),
    row(Setting::RegistryLocal, "registries.local_addresses", "Registries on this machine", Group::Workloads, OFF,
        "On, registries on Berth's own machine or its link may be asked, by anybody who submits. Off, Berth sends nothing there."),
    beta(row(Setting::GpuOptimization, "resources.gpu_optimization", "GPU resource optimization", Group::Resources, OFF,
        "On, the form offers a limit of GPU memory above the request. Off, the limit is the request.")),
    row(Setting::LimitProjectsToDepartment, "resources.limit_projects_to_department", "Limit projects from exceeding department quota", Group::Resources, OFF,
        "On, the GPU quotas of a department's projects may not add up to more than its own; administrators are told when they save. What is stored already stays."),
    row(Setting::CpuQuota, "resources.cpu_quota", "CPU quota", Group::Resources, OFF,
        "On, administrators see and set quotas of CPU and memory. Off, the columns and fields are hidden; what was set is kept."),
    row(Setting::OverQuotaWeight, "resources.over_quota_weight", "Over quota weight", Group::Resources, OFF,
        "On, administrators set how idle GPUs are shared out among projects. Off, they are shared out in proportion to the quotas."),
    row(Setting::CycleLogDays, "scheduling.cycle_log_days", "Days that cycles are kept", Group::Resources, Shape::Count { default: 30, max: 3_650, unit: "days" },
        "How long the scheduler's decisions can be looked back on and played again, by everybody for their own workloads."),
    row(Setting::CycleLogMegabytes, "scheduling.cycle_log_megabytes", "Size of the cycles that are kept", Group::Resources, Shape::Count { default: 256, max: 100_000, unit: "MB" },
        "What the kept cycles of a cluster may take of the database; the oldest go first."),
    row(Setting::GpuProfilingMetrics, "analytics.gpu_profiling_metrics", "GPU profiling metrics", Group::Analytics, OFF,
        "On, nodes and workloads show profiling metrics of their GPUs, where the cluster exports them."),
    row(Setting::AccountName, "tenant.name", "Account name", Group::Account, Shape::Name { default: "default" },
        "What messages call the account, for everybody."),
    row(Setting::LoginWithSso, "tenant.login_with_sso", "Login with SSO", Group::Account, OFF,
        "On, people sign in through the identity provider."),
    row(Setting::CustomRoles, "tenant.enable_custom_roles", "Custom roles", Group::Account, OFF,
        "On, administrators can make roles of their own."),
    row(Setting::InactivityMinutes, "security.ui_inactivity_timeout", "UI inactivity timeout", Group::Security, Shape::Minutes,
        "Minutes without use after which everybody has to sign in to the pages again; empty is 24 hours. Programs and the command line are not affected."),
    row(Setting::LogoutRedirect, "security.logout_redirect_url", "Logout redirect URL", Group::Security, Shape::Address,
        "Where the browser goes after signing out; empty is the sign-in page."),
    row(Setting::SystemNotification, "notifications.system", "System notification", Group::Notifications, Shape::Banner,
        "A banner on every page, for everybody."),
    row(Setting::Logo, "branding.logo", "Logo", Group::Branding, Shape::Picture,
        "The picture at the top of the navigation, for everybody."),
];

const fn row(
    setting: Setting,
    key: &'static str,
    label: &'static str,
    group: Group,
    shape: Shape,
    effect: &'static str,
) -> Row {
    Row { setting, key, label, group, shape, effect, is_beta: false }
}

const fn beta(row: Row) -> Row {
    Row { is_beta: true, ..row }
}
