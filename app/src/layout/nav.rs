//! The list of pages, in the order of the side bar, and the breadcrumbs that follow from an address.
//! A page stands here only once it exists.
use crate::ui::IconName;
use crate::words::{apart, capital};

/// A group of the side bar.
#[derive(Clone, Copy, Debug)]
pub struct NavGroup {
    /// Shown above the group; the first group has none.
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
}

/// The side bar.
pub const NAV: &[NavGroup] = &[
    NavGroup {
        title: "Workload manager",
        pages: &[NavPage { href: "/workloads", label: "Workloads", icon: IconName::Workloads }],
    },
    NavGroup {
        title: "Organisation",
        pages: &[NavPage { href: "/projects", label: "Projects", icon: IconName::Projects }],
    },
    NavGroup {
        title: "Resources",
        pages: &[NavPage { href: "/nodes", label: "Nodes", icon: IconName::Nodes }],
    },
];

impl NavPage {
    /// Whether the address is this page or something below it.
    pub fn holds(&self, path: &str) -> bool {
        path.strip_prefix(self.href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
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
