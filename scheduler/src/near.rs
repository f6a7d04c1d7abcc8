//! Which nodes a pod may be on for the sake of other pods: affinity and anti-affinity by the domain
//! that a node label makes, and volumes that one node at a time may mount. And on which it would rather be.

use std::collections::HashSet;

use domain::{
    NodeName,
    node::HOSTNAME_LABEL,
    submission::{AffinityTerm, Claim},
};

use crate::{
    PodTerm, Rather, Wish, fit,
    place::Mode,
    state::{State, Status},
    world::{NodeAt, PodAt, World},
};

/// Domains by label: those that it has to be in, and those that it must not be in.
pub(crate) struct Domains<'a> {
    with: Vec<Within<'a>>,
    without: Vec<Within<'a>>,
    /// Labels that it has to have, whatever they say: where the first of a group is, others will be near it.
    labelled: Vec<&'a str>,
    /// Nodes from which its volumes can be reached.
    reach: Vec<&'a [NodeName]>,
}

/// A label, and values of it.
type Within<'a> = (&'a str, HashSet<&'a str>);

impl Domains<'_> {
    pub fn admit(&self, world: &World, node: NodeAt) -> bool {
        let is_in = |(key, domains): &Within<'_>| {
            label(world, node, key).is_some_and(|domain| domains.contains(domain))
        };
        let has = |key: &&str| label(world, node, key).is_some();
        let name = &world.nodes[node].of.name;
        self.reach.iter().all(|nodes| nodes.contains(name))
            && self.with.iter().all(is_in)
            && !self.without.iter().any(is_in)
            && self.labelled.iter().all(has)
    }
}

/// The value of a label, which every node has for its own name.
pub(crate) fn label<'a>(world: &'a World, node: NodeAt, key: &str) -> Option<&'a str> {
    let of = &world.nodes[node].of;
    match of.labels.get(key) {
        None if key == HOSTNAME_LABEL => Some(of.name.as_str()),
        value => value.map(String::as_str),
    }
}

/// Whether other pods may matter to it, or it to them.
pub(crate) fn matters(world: &World, pod: PodAt) -> bool {
    let own = &world.classes[world.pods[pod].class];
    own.near.is_picky() || !own.near.labels.is_empty() || own.request.claims.iter().any(binds)
}

/// Whether a claim says anything about where a pod may be.
fn binds(claim: &Claim) -> bool {
    claim.one_node || claim.nodes.is_some()
}

/// Who holds a volume that one node at a time may mount, and where.
pub(crate) fn holder(
    world: &World,
    state: &State,
    pod: PodAt,
    claim: &Claim,
    mode: Mode,
) -> Option<(PodAt, NodeAt)> {
    let project = world.jobs[world.pods[pod].job].project;
    let uses = |(other, _): &(PodAt, NodeAt)| {
        let of = &world.pods[*other];
        let is_at_home = world.jobs[of.job].project == project;
        let is_same = |one: &Claim| {
            one.name == claim.name
                && one.shared == claim.shared
                && (is_at_home || claim.shared.is_some())
        };
        world.classes[of.class].request.claims.iter().any(is_same)
    };
    others(world, state, pod, mode).filter(|_| claim.one_node).find(uses)
}

/// Where the pod may be; `None` when other pods do not matter to it, nor it to them.
pub(crate) fn domains<'a>(
    world: &'a World,
    state: &State,
    pod: PodAt,
    mode: Mode,
) -> Option<Domains<'a>> {
    if !matters(world, pod) {
        return None;
    }
    let own = &world.classes[world.pods[pod].class].near;
    let claims = &world.classes[world.pods[pod].class].request.claims;
    let reach = claims.iter().filter_map(|claim| claim.nodes.as_deref()).collect();
    let mut domains = Domains { with: vec![], without: vec![], labelled: vec![], reach };
    for term in &own.with {
        domains.with.push((&term.topology_key, HashSet::new()));
    }
    for term in &own.without {
        domains.without.push((&term.topology_key, HashSet::new()));
    }
    for (other, node) in others(world, state, pod, mode) {
        let near = &world.classes[world.pods[other].class].near;
        for (term, (key, found)) in own.with.iter().zip(&mut domains.with) {
            found.extend(label(world, node, key).filter(|_| chooses(term, &near.labels)));
        }
        for (term, (key, found)) in own.without.iter().zip(&mut domains.without) {
            found.extend(label(world, node, key).filter(|_| chooses(term, &near.labels)));
        }
        for term in near.without.iter().filter(|term| chooses(term, &own.labels)) {
            let domain = label(world, node, &term.topology_key);
            domains.without.push((&term.topology_key, domain.into_iter().collect()));
        }
    }
    // The first of a group that wants to be together may be wherever there is such a label.
    let unmet = own
        .with
        .iter()
        .zip(&domains.with)
        .map(|(term, (_, found))| found.is_empty() && chooses(term, &own.labels));
    let unmet: Vec<_> = unmet.collect();
    let terms = own.with.iter().zip(&unmet).filter(|(_, is_first)| **is_first);
    domains.labelled = terms.map(|(term, _)| term.topology_key.as_str()).collect();
    let mut is_first = unmet.into_iter();
    domains.with.retain(|_| !is_first.next().unwrap_or_default());
    let holders = claims.iter().filter_map(|claim| holder(world, state, pod, claim, mode));
    let names = holders.filter_map(|(_, node)| label(world, node, HOSTNAME_LABEL));
    domains.with.extend(names.map(|name| (HOSTNAME_LABEL, HashSet::from([name]))));
    Some(domains)
}

/// The other pods that are, or will be, on a node.
fn others<'a>(
    world: &'a World,
    state: &'a State,
    pod: PodAt,
    mode: Mode,
) -> impl Iterator<Item = (PodAt, NodeAt)> + 'a {
    (0..world.pods.len()).filter(move |other| *other != pod).filter_map(move |other| {
        let of = &state.pods[other];
        if !matters(world, other) {
            return None;
        }
        let leaves = of.status == Status::Leaving && mode == Mode::Now;
        let seat = of.seat.as_ref().or(of.leaving.as_ref().filter(|_| leaves))?;
        Some((other, seat.node?))
    })
}

/// How much of what a pod would rather have each node gives it, and the most that any could.
pub(crate) struct Wishes<'a> {
    wishes: Vec<(u32, Wished<'a>)>,
}

enum Wished<'a> {
    Labels(&'a AffinityTerm),
    In { key: &'a str, domains: HashSet<&'a str> },
    NotIn { key: &'a str, domains: HashSet<&'a str> },
}

impl<'a> Wishes<'a> {
    /// `None` when it has no wishes.
    pub fn of(world: &'a World, state: &State, pod: PodAt, mode: Mode) -> Option<Self> {
        let wishes = &world.classes[world.pods[pod].class].near.wishes;
        let domains = |term: &'a PodTerm| {
            let chosen = others(world, state, pod, mode).filter(|(other, _)| {
                chooses(term, &world.classes[world.pods[*other].class].near.labels)
            });
            chosen.filter_map(|(_, node)| label(world, node, &term.topology_key)).collect()
        };
        let wished = |wish: &'a Wish| match &wish.what {
            Rather::On(term) => (wish.weight, Wished::Labels(term)),
            Rather::With(term) => {
                (wish.weight, Wished::In { key: &term.topology_key, domains: domains(term) })
            }
            Rather::Without(term) => {
                (wish.weight, Wished::NotIn { key: &term.topology_key, domains: domains(term) })
            }
        };
        (!wishes.is_empty()).then(|| Self { wishes: wishes.iter().map(wished).collect() })
    }

    pub fn most(&self) -> u64 {
        self.wishes.iter().map(|(weight, _)| u64::from(*weight)).sum()
    }

    pub fn on(&self, world: &World, node: NodeAt) -> u64 {
        let is_in = |key: &str, domains: &HashSet<&str>| {
            label(world, node, key).is_some_and(|domain| domains.contains(domain))
        };
        let comes_true = |wished: &Wished<'_>| match wished {
            Wished::Labels(term) => fit::has_all(term, &world.nodes[node].of),
            Wished::In { key, domains } => is_in(key, domains),
            Wished::NotIn { key, domains } => !is_in(key, domains),
        };
        let granted = self.wishes.iter().filter(|(_, wished)| comes_true(wished));
        granted.map(|(weight, _)| u64::from(*weight)).sum()
    }
}

pub(crate) fn chooses(term: &PodTerm, labels: &[(String, String)]) -> bool {
    term.labels.iter().all(|label| labels.contains(label))
}
