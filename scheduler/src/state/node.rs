//! What is free on one node, now and later.

use domain::{Gpus, submission::PodRequest};
use smallvec::SmallVec;

use super::Seat;
use crate::world::Node;

/// CPU, memory and places for pods.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rest {
    /// Thousandths of a core.
    pub cpu: i64,
    /// Bytes.
    pub memory: i64,
    pub pods: i64,
}

impl Rest {
    fn add(&mut self, request: &PodRequest, sign: i64) {
        self.cpu += sign * request.cpu.0;
        self.memory += sign * request.memory.0;
        self.pods += sign;
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            memory: self.memory + other.memory,
            pods: self.pods + other.pods,
        }
    }

    pub fn covers(self, request: &PodRequest) -> bool {
        self.cpu >= request.cpu.0 && self.memory >= request.memory.0 && self.pods >= 1
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NodeState {
    pub idle: Rest,
    /// What is being left, less what is reserved of it.
    pub leaving: Rest,
    /// Devices that nobody is on.
    pub idle_gpus: i64,
    /// Devices that everybody is leaving, less those that are reserved.
    pub leaving_gpus: i64,
    pub shared: SmallVec<[Shared; 2]>,
    /// Other countable things by name: idle, and being left less reserved.
    pub extended: Vec<(String, i64, i64)>,
    /// Pods on each device.
    slots: Vec<u16>,
    /// Its place in the index of its pool.
    pub(super) rank: Option<(i64, i64, bool)>,
    /// It belongs somewhere else there by now.
    pub(super) is_behind: bool,
}

/// A device that is given out in parts. The parts are millionths of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shared {
    /// Its number; beyond the node's when it has yet to become free.
    pub device: u32,
    pub held: i64,
    pub leaving: i64,
    pub reserved: i64,
    /// Nobody gets it while it is being left: see [`NodeState::share`].
    withheld: bool,
}

pub(crate) const WHOLE: i64 = 1_000_000;
/// Devices that have yet to become free have numbers from here.
pub(crate) const VIRTUAL: u32 = 1 << 16;

impl Shared {
    /// Takes a device that was idle.
    fn takes_idle(&self) -> i64 {
        i64::from(self.held + self.leaving > 0)
    }

    /// Gives a device that becomes free, or takes one of those.
    fn gives_leaving(&self) -> i64 {
        match (self.held, self.leaving, self.reserved) {
            (0, 1.., 0) => i64::from(!self.withheld),
            (0, 0, 1..) => -1,
            _ => 0,
        }
    }

    /// Whether more may join, now or later: somebody stays on it.
    pub fn is_open(&self) -> bool {
        self.held + self.reserved > 0
    }

    /// Room once everybody has left who is leaving.
    pub fn room(&self) -> i64 {
        WHOLE - self.held - self.reserved
    }

    /// Room now; none on a device that has yet to become free.
    pub fn idle_room(&self) -> i64 {
        let is_there = self.held + self.leaving > 0;
        if is_there { WHOLE - self.held - self.leaving } else { 0 }
    }

    /// The part in use, by whomever.
    pub fn used(&self) -> i64 {
        self.held + self.leaving + self.reserved
    }
}

impl NodeState {
    /// With nothing of ours on it.
    pub fn empty(node: &Node) -> Self {
        let of = &node.of;
        let taken = &of.taken;
        let extended = of.extended.iter().filter(|(name, _)| *name != crate::world::PODS);
        let left = |(name, count): (&String, &i64)| {
            (name.clone(), count - taken.extended.get(name).copied().unwrap_or_default(), 0)
        };
        let is_taken = |slot: usize| taken.gpus.contains(&(slot as u32));
        let slots: Vec<u16> = (0..of.gpus.len()).map(|slot| u16::from(is_taken(slot))).collect();
        Self {
            idle: Rest {
                cpu: of.cpu.0 - taken.cpu.0,
                memory: of.memory.0 - taken.memory.0,
                pods: node.pods_max - taken.pods,
            },
            leaving: Rest::default(),
            idle_gpus: slots.iter().filter(|pods| **pods == 0).count() as i64,
            leaving_gpus: 0,
            shared: SmallVec::new(),
            extended: extended.map(left).collect(),
            slots,
            rank: None,
            is_behind: true,
        }
    }

    /// Whole devices that are free now or soon.
    pub fn free_gpus(&self) -> i64 {
        self.idle_gpus + self.leaving_gpus
    }

    /// The first devices that nobody is on, as many as are wanted and there.
    pub fn free_slots(&self, wanted: usize) -> SmallVec<[u32; 4]> {
        let free = self.slots.iter().enumerate().filter(|(_, pods)| **pods == 0);
        free.map(|(slot, _)| slot as u32).take(wanted).collect()
    }

    pub fn is_on_shared(&self) -> bool {
        self.shared.iter().any(Shared::is_open)
    }

    pub fn has_extended(&self, request: &PodRequest, now: bool) -> bool {
        request.extended.iter().all(|(name, asked)| {
            let has = self.extended.iter().find(|(own, ..)| own == name);
            let free = has.map_or(0, |(_, idle, leaving)| if now { *idle } else { idle + leaving });
            *asked <= 0 || *asked <= free
        })
    }

    /// A pod runs here (or, with −1, does not).
    pub(super) fn hold(&mut self, node: &Node, request: &PodRequest, seat: &Seat, sign: i64) {
        self.idle.add(request, -sign);
        self.add_extended(request, -sign, 0);
        self.occupy(node, seat, sign);
        match request.gpu.is_fraction() {
            true => self.share(node, request, seat, |shared, part| shared.held += sign * part),
            false => self.idle_gpus -= sign * i64::from(request.gpu.devices()),
        }
    }

    /// A pod is about to leave.
    pub(super) fn leave(&mut self, node: &Node, request: &PodRequest, seat: &Seat, sign: i64) {
        self.idle.add(request, -sign);
        self.leaving.add(request, sign);
        self.add_extended(request, -sign, sign);
        self.occupy(node, seat, sign);
        match request.gpu.is_fraction() {
            true => self.share(node, request, seat, |shared, part| shared.leaving += sign * part),
            false => {
                self.idle_gpus -= sign * i64::from(request.gpu.devices());
                self.leaving_gpus += sign * i64::from(request.gpu.devices());
            }
        }
    }

    /// A pod has a place here that has yet to become free.
    pub(super) fn reserve(&mut self, node: &Node, request: &PodRequest, seat: &Seat, sign: i64) {
        self.leaving.add(request, -sign);
        self.add_extended(request, 0, -sign);
        match request.gpu.is_fraction() {
            true => self.share(node, request, seat, |shared, part| shared.reserved += sign * part),
            false => self.leaving_gpus -= sign * i64::from(request.gpu.devices()),
        }
    }

    fn add_extended(&mut self, request: &PodRequest, idle: i64, leaving: i64) {
        for (name, asked) in &request.extended {
            if let Some(of) = self.extended.iter_mut().find(|(own, ..)| own == name) {
                of.1 += idle * asked;
                of.2 += leaving * asked;
            }
        }
    }

    fn occupy(&mut self, node: &Node, seat: &Seat, sign: i64) {
        debug_assert_eq!(self.slots.len(), node.of.gpus.len());
        for device in &seat.devices {
            if let Some(pods) = self.slots.get_mut(*device as usize) {
                *pods = pods.wrapping_add_signed(sign as i16);
            }
        }
    }

    fn share(
        &mut self,
        node: &Node,
        request: &PodRequest,
        seat: &Seat,
        change: impl Fn(&mut Shared, i64),
    ) {
        let part = request.gpu.per_device(node.device_memory).min(Gpus::whole(1)).0;
        for device in &seat.devices {
            let at = self.shared.iter().position(|shared| shared.device == *device);
            let at = at.unwrap_or_else(|| {
                self.shared.push(Shared { device: *device, ..Shared::default() });
                self.shared.len() - 1
            });
            let before = self.shared[at];
            change(&mut self.shared[at], part);
            // Parts of devices to come are promised here, and it is open which devices those will
            // be. One that is left after that is not promised as well.
            let is_left = !self.shared[at].is_open();
            let promised = self.shared.iter().any(|shared| shared.device >= VIRTUAL);
            self.shared[at].withheld =
                is_left && (before.withheld || (promised && before.leaving == 0));
            let after = self.shared[at];
            self.idle_gpus -= after.takes_idle() - before.takes_idle();
            self.leaving_gpus += after.gives_leaving() - before.gives_leaving();
            if after.used() == 0 {
                self.shared.remove(at);
            }
        }
    }
}
