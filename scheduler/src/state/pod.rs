//! Where one pod is.

use domain::{submission::PodRequest, workload::Placement};
use smallvec::SmallVec;

use crate::world::{NodeAt, PoolAt, World};

/// Where a pod stands in the cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Gated,
    Running,
    /// Placed in this cycle.
    Bound,
    /// Has a place that has yet to become free.
    Reserved,
    Leaving,
    Failed,
    Succeeded,
}

impl Status {
    /// Holds resources and goes on to.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Running | Self::Bound)
    }

    pub fn is_active(self) -> bool {
        self.is_held() || self == Self::Reserved
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PodState {
    pub status: Status,
    /// Where it is, or will be.
    pub seat: Option<Seat>,
    /// What it still holds and is about to leave.
    pub leaving: Option<Seat>,
    /// Was evicted in this cycle, so that it may be placed again while this is being tried.
    pub was_evicted: bool,
    /// A reservation that it lost when it was evicted.
    pub withdrawn: Option<Seat>,
    /// What it was before it was evicted.
    was_bound: bool,
}

/// A place on a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seat {
    pub pool: PoolAt,
    /// `None` when the node is not known any more.
    pub node: Option<NodeAt>,
    /// Devices: for a part of a device its number, and numbers beyond the node's for devices that
    /// have yet to become free; for whole ones their numbers, none while it is a reservation.
    pub devices: SmallVec<[u32; 4]>,
}

impl Seat {
    pub fn of(world: &World, request: &PodRequest, at: &Placement) -> Self {
        let node = world.node(at.node.as_str());
        let pool = node.and_then(|node| world.nodes[node].pool).or_else(|| world.pool(&at.pool));
        let mut devices: SmallVec<[u32; 4]> = at.gpus.iter().map(|gpu| gpu.index).collect();
        devices.truncate(request.gpu.devices() as usize);
        Self { pool: pool.unwrap_or_default(), node, devices }
    }
}

impl PodState {
    pub fn pending() -> Self {
        Self::ended(Status::Pending)
    }

    pub fn gated() -> Self {
        Self::ended(Status::Gated)
    }

    pub fn ended(status: Status) -> Self {
        Self {
            status,
            seat: None,
            leaving: None,
            was_evicted: false,
            withdrawn: None,
            was_bound: false,
        }
    }

    pub fn held(status: Status, seat: Seat) -> Self {
        Self { seat: Some(seat), ..Self::ended(status) }
    }

    pub fn leaving(seat: Seat) -> Self {
        Self { leaving: Some(seat), ..Self::ended(Status::Leaving) }
    }

    /// The same pod, ended; a reservation is withdrawn.
    pub fn evicted(&self) -> Self {
        let (leaving, withdrawn) = match self.status {
            Status::Reserved => (self.leaving.clone(), self.seat.clone()),
            _ => (self.seat.clone(), None),
        };
        let was_bound = self.status == Status::Bound;
        Self {
            status: Status::Leaving,
            seat: None,
            leaving,
            was_evicted: true,
            withdrawn,
            was_bound,
        }
    }

    /// The same pod with a place that becomes free; an evicted one still leaves its old place.
    pub fn reserved(&self, seat: Seat) -> Self {
        Self { status: Status::Reserved, seat: Some(seat), ..self.clone() }
    }

    /// The same pod as it was before it was evicted.
    pub fn restored(&self) -> Self {
        if self.withdrawn.is_some() {
            let (seat, leaving) = (self.withdrawn.clone(), self.leaving.clone());
            return Self { seat, leaving, ..Self::ended(Status::Reserved) };
        }
        let status = if self.was_bound { Status::Bound } else { Status::Running };
        Self { seat: self.leaving.clone(), ..Self::ended(status) }
    }

    /// Where it was before it was evicted, or is.
    pub fn place(&self) -> Option<&Seat> {
        self.seat.as_ref().or(self.withdrawn.as_ref()).or(self.leaving.as_ref())
    }

    /// Whether it wants a place: it waits, or has lost its own in what is being tried.
    pub fn wants_place(&self, trying: bool) -> bool {
        self.status == Status::Pending
            || (trying && self.status == Status::Leaving && self.was_evicted)
    }
}
