//! Addresses that only one workload can have: the URLs that people bring for their tools.

use domain::{
    Problem,
    submission::{ExposedUrl, Submission, kept},
};

use crate::World;

impl World {
    /// The URLs that workloads which are still there have already (`form-and-assets.md` §4.1.3). Whose they are
    /// is not said.
    pub(crate) fn taken_urls(&self, of: &Submission) -> Vec<Problem> {
        let own = urls(of).map(|(at, url)| (at, plain(url)));
        let taken = own.filter(|(_, url)| {
            let mut others = self.workloads.values().filter(|workload| !workload.is_deleted());
            others
                .any(|other| urls(&other.spec.submission).any(|(_, theirs)| plain(theirs) == *url))
        });
        let problem = |(at, _)| {
            let field = format!("spec.exposedUrls[{at}].url");
            Problem::new(field, "url.taken", "Another workload has this URL; choose another one")
        };
        taken.map(problem).collect()
    }
}

/// The URLs that were brought, with the places of their tools.
fn urls(of: &Submission) -> impl Iterator<Item = (usize, &str)> {
    let there = kept(&of.exposed_urls, |tool: &ExposedUrl| tool.exclude);
    there
        .filter_map(|(at, tool)| Some((at, tool.url.as_deref()?)))
        .filter(|(_, url)| !url.is_empty())
}

/// A URL without what makes no other one of it.
fn plain(url: &str) -> String {
    url.trim().trim_end_matches('/').to_ascii_lowercase()
}
