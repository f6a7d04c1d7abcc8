//! The list of pages, in the order of the side bar, and the breadcrumbs that follow from an address.
//! A page stands here only once it exists.

use domain::access::{Action, ResourceType};

use crate::identity::Me;
use crate::pages::{
    assets::Shelf, clusters, departments, estimates, node_pools, nodes, policies, projects,
    reasons, settings, what_if, workloads,
};
use crate::ui::IconName;
use crate::words::{apart, capital};

/// A group of the side bar.
#[derive(Clone, Copy, Debug)]
pub struct NavGroup {
    /// Shown above the group.
    pub title: &'static str,
    /// Its pages.
    pub pages: &'static [NavPage],
}

/// A page of the side bar.
#[derive(Clone, Copy, Debug)]
pub struct NavPage {
    /// Where it is.
    pub href: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its figure.
    pub icon: IconName,
    /// Who finds it in the side bar.
    pub audience: Audience,
}

/// Who finds a page in the side bar. What they may do there, the server decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    /// Who may do this somewhere.
    Who(Action, ResourceType),
    /// Who may write policies, while policies hold.
    PolicyWriters,
    /// Who may see data volumes, while there are some.
    VolumeReaders,
}

impl Audience {
    pub fn has(self, me: &Me) -> bool {
        match self {
            Self::Everybody => true,
            Self::Who(action, of) => me.may(action, of),
            Self::PolicyWriters => me.policies && me.may(Action::Update, ResourceType::Policies),
            Self::VolumeReaders => {
                me.data_volumes && me.may(Action::Read, ResourceType::DataVolumes)
            }
        }
    }
}

/// The side bar.
pub const NAV: &[NavGroup] = &[
    NavGroup {
        title: "Overview",
        pages: &[page(estimates::PAGE, "Estimates", IconName::Clock, ADMINISTRATORS)],
    },
    NavGroup {
        title: "Workload manager",
        pages: &[
            page(workloads::PAGE, "Workloads", IconName::Workloads, Audience::Everybody),
            shelf(Shelf::Templates, sees(ResourceType::Templates)),
        ],
    },
    NavGroup {
        title: "Assets",
        pages: &[
            shelf(Shelf::Environments, sees(ResourceType::Environments)),
            shelf(Shelf::Compute, sees(ResourceType::ComputeResources)),
            shelf(Shelf::DataSources, sees(ResourceType::Pvcs)),
            shelf(Shelf::DataVolumes, Audience::VolumeReaders),
            shelf(Shelf::Credentials, sees(ResourceType::Credentials)),
        ],
    },
    NavGroup {
        title: "Organisation",
        pages: &[
            page(projects::PAGE, "Projects", IconName::Projects, sees(ResourceType::Projects)),
            page(
                departments::PAGE,
                "Departments",
                IconName::Departments,
                sees(ResourceType::Departments),
            ),
            page(policies::PAGE, "Policies", IconName::Policy, Audience::PolicyWriters),
        ],
    },
    NavGroup {
        title: "Resources",
        pages: &[
            page(clusters::PAGE, "Clusters", IconName::Clusters, sees(ResourceType::Clusters)),
            page(nodes::PAGE, "Nodes", IconName::Nodes, sees(ResourceType::Nodes)),
            page(node_pools::PAGE, "Node pools", IconName::Pools, sees(ResourceType::NodePools)),
            shelf(
                Shelf::StorageClasses,
                Audience::Who(Action::Update, ResourceType::StorageClasses),
            ),
            shelf(Shelf::Registries, Audience::Who(Action::Update, ResourceType::Registries)),
            page(what_if::PAGE, "What if", IconName::Scale, ADMINISTRATORS),
        ],
    },
    NavGroup {
        title: "Administration",
        pages: &[page(
            settings::PAGE,
            "General settings",
            IconName::Settings,
            sees(ResourceType::Settings),
        )],
    },
    NavGroup {
        title: "Help",
        pages: &[page(reasons::PAGE, "Reasons", IconName::Info, Audience::Everybody)],
    },
];

/// Who administrates the account.
const ADMINISTRATORS: Audience = Audience::Who(Action::Update, ResourceType::Settings);

/// Who may see some of these.
const fn sees(of: ResourceType) -> Audience {
    Audience::Who(Action::Read, of)
}

const fn shelf(shelf: Shelf, audience: Audience) -> NavPage {
    page(shelf.href(), shelf.title(), shelf.icon(), audience)
}

const fn page(
    href: &'static str,
    label: &'static str,
    icon: IconName,
    audience: Audience,
) -> NavPage {
    NavPage { href, label, icon, audience }
}

impl NavPage {
    /// Whether the address is this page or something below it.
    pub fn holds(&self, path: &str) -> bool {
        is_within(self.href, path)
    }
}

/// Whether an address is that of a page or of something below it.
pub fn is_within(page: &str, path: &str) -> bool {
    path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One step of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The step's name.
    pub label: String,
    /// Where it leads; the page itself leads nowhere.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// The crumbs that an address speaks for: the group or page of the side bar, then what lies below it.
pub fn crumbs_of(path: &str) -> Vec<Crumb> {
    let found = NAV.iter().flat_map(|group| group.pages.iter().map(move |page| (group, page)));
    let Some((group, page)) = found.into_iter().find(|(_, page)| page.holds(path)) else {
        return Vec::new();
    };
    let below: Vec<&str> =
        path[page.href.len()..].split('/').filter(|part| !part.is_empty()).collect();
    match below.last() {
        None => vec![Crumb { label: group.title.into(), href: None }, Crumb::here(page.label)],
        Some(last) => vec![Crumb::link(page.label, page.href), Crumb::here(capital(&apart(last)))],
    }
}

#[cfg(test)]
mod tests {
    use super::{Crumb, crumbs_of};

    #[test]
    fn crumbs_follow_the_address() {
        let words = |path| crumbs_of(path).into_iter().map(|crumb| crumb.label).collect::<Vec<_>>();
        assert_eq!(words("/workloads"), ["Workload manager", "Workloads"]);
        assert_eq!(
            crumbs_of("/workloads/new"),
            [Crumb::link("Workloads", "/workloads"), Crumb::here("New")]
        );
        assert!(words("/workloadsome").is_empty());
    }
}
