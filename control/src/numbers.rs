//! Numbers for what is new: each is given once, so that nothing is taken for what had it before.

use domain::{DepartmentId, NodePoolId, ProjectId};
use store::{Change, Numbered};

use crate::World;

/// The first number of a node pool is the one after.
const POOLS_AFTER: i32 = 100_000;

impl World {
    pub(crate) fn next_project(&self) -> (ProjectId, Change) {
        let present = self.projects.keys().next_back().map_or(0, |id| id.0);
        let (number, change) = self.next(Numbered::Project, present);
        (ProjectId(number), change)
    }

    pub(crate) fn next_department(&self) -> (DepartmentId, Change) {
        let present = self.departments.keys().next_back().map_or(0, |id| id.0);
        let (number, change) = self.next(Numbered::Department, present);
        (DepartmentId(number), change)
    }

    pub(crate) fn next_node_pool(&self) -> (NodePoolId, Change) {
        let present = self.node_pools.keys().next_back().map_or(POOLS_AFTER, |id| id.0);
        let (number, change) = self.next(Numbered::NodePool, present);
        (NodePoolId(number), change)
    }

    /// The number after the last one, and the change that goes with whatever gets it.
    fn next(&self, of: Numbered, present: i32) -> (i32, Change) {
        let given = self.numbers.get(&of).copied().unwrap_or_default();
        let next = given.max(present) + 1;
        (next, Change::Number(of, next))
    }
}
