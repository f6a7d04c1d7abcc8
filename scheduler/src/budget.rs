//! What a cycle may spend on searching for victims. It is counted in work and not in time, so that
//! equal snapshots give equal decisions on any machine. A cycle that has spent it commits what is
//! decided, and says that it was cut.

use serde::{Deserialize, Serialize};

/// Evicted pods that a cycle tries to place again, with its look-aheads: about a second of them.
const CYCLE: usize = 200_000;
/// The same for one search, so that one job does not spend what is there for all.
const SEARCH: usize = 10_000;

/// What a cycle left undone because it had taken long enough; nothing, as a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cut {
    /// Searches for victims that ended before all scenarios were tried.
    pub searches: u32,
    /// Nobody went for anybody, because whatever was decided would have been in vain.
    pub only_allocated: bool,
}

impl Cut {
    /// Whether anything was left undone.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// What is left of it.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    pub cut: Cut,
}

impl Budget {
    /// A whole one, of the usual size where nothing is said.
    pub fn of(size: Option<u32>) -> Self {
        Self { left: size.map_or(CYCLE, |pods| pods as usize), cut: Cut::default() }
    }

    /// So many pods were to be placed again.
    pub fn spend(&mut self, pods: usize) {
        self.left = self.left.saturating_sub(pods);
    }

    /// Whether a search that has spent so much has to end here; if so, it is noted.
    pub fn ends(&mut self, spent: usize) -> bool {
        let ends = self.left == 0 || spent > SEARCH;
        self.cut.searches += u32::from(ends);
        ends
    }
}
