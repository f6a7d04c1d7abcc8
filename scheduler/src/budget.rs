//! What a cycle may spend on searching for victims. It is counted in steps and not in time, so that
//! equal snapshots give equal decisions on any machine. A cycle that has spent it commits what is
//! decided, and says that it was cut.

use serde::{Deserialize, Serialize};

/// Steps that a cycle may take, with its look-aheads: about a second of them.
const CYCLE: usize = 2_000_000;
/// The same for one search, so that one job does not spend what is there for all.
const SEARCH: usize = 100_000;
/// Steps for an evicted pod that is to be placed again.
const PLACE: usize = 10;

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
    /// Steps of the search that goes on.
    search: usize,
    pub cut: Cut,
}

impl Budget {
    /// A whole one, of the usual size where nothing is said.
    pub fn of(size: Option<u32>) -> Self {
        Self { left: size.map_or(CYCLE, |steps| steps as usize), search: 0, cut: Cut::default() }
    }

    /// A search begins; whether it may. If not, that is noted.
    pub fn begins(&mut self) -> bool {
        self.search = 0;
        !self.ends()
    }

    /// One who might have to go was looked at.
    pub fn look(&mut self) {
        self.step(1);
    }

    /// So many evicted pods are to be placed again.
    pub fn place(&mut self, pods: usize) {
        self.step(pods.saturating_mul(PLACE));
    }

    fn step(&mut self, steps: usize) {
        self.search = self.search.saturating_add(steps);
        self.left = self.left.saturating_sub(steps);
    }

    /// Whether the search has to end here; if so, that is noted.
    pub fn ends(&mut self) -> bool {
        let ends = self.left == 0 || self.search > SEARCH;
        self.cut.searches += u32::from(ends);
        ends
    }
}
