//! Who uses an asset, and whether that keeps it from being deleted.

use std::sync::Arc;

use domain::{
    AssetId,
    access::{Action, Actor, Resource},
    asset::Asset,
    template::Template,
    workload::Workload,
};

use crate::{ControlPlane, World, policies::may_read};

/// Names that a refusal lists at most.
const NAMES_MAX: usize = 5;

/// What uses an asset, as far as the actor may see it.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// That are not deleted.
    pub workspaces: Vec<Arc<Workload>>,
    pub templates: Vec<Arc<Template>>,
    /// Others that are counted and not shown.
    pub hidden: usize,
}

impl ControlPlane {
    /// What uses the asset.
    pub fn asset_usage(&self, actor: &Actor, world: &World, id: AssetId) -> Usage {
        usage(world, actor, id)
    }
}

fn usage(world: &World, actor: &Actor, id: AssetId) -> Usage {
    let workspaces: Vec<_> = world.live().filter(|w| w.made_from.uses(id)).cloned().collect();
    let templates = world.templates.values().filter(|t| t.assets.names(id));
    let templates: Vec<_> = templates.cloned().collect();
    let all = workspaces.len() + templates.len();
    let sees = |w: &Arc<Workload>| actor.is_allowed(Action::Read, Resource::Workload(w.project));
    let workspaces: Vec<_> = workspaces.into_iter().filter(sees).collect();
    let templates: Vec<_> = templates.into_iter().filter(|t| world.sees(actor, t.scope)).collect();
    let hidden = all - workspaces.len() - templates.len();
    Usage { workspaces, templates, hidden }
}

/// Why the asset has to stay (`form-and-assets.md` §5.5): templates that link it, policies that
/// impose it, and for data sources workloads that mount it. Names only of what `actor` may see.
pub(crate) fn in_use(world: &World, actor: &Actor, asset: &Asset) -> Option<String> {
    let linked = world.templates.values().filter(|t| t.assets.names(asset.id));
    let mounted =
        world.live().filter(|w| asset.kind().is_datasource() && w.made_from.uses(asset.id));
    let linked = linked.map(|t| (format!("template {}", t.name), world.sees(actor, t.scope)));
    let mounted = mounted.map(|w| {
        let seen = actor.is_allowed(Action::Read, Resource::Workload(w.project));
        (format!("workspace {}", w.name), seen)
    });
    let id = asset.id.to_string();
    let imposed = world.policies.written.values().filter(|p| p.document.imposed.contains(&id));
    let imposed = imposed.map(|policy| {
        let of = format!("the policy of {}", world.source(policy.stored.owner));
        (of, may_read(actor, policy.stored.owner).is_ok())
    });
    let all: Vec<_> = linked.chain(mounted).chain(imposed).collect();
    let seen = all.iter().filter(|(_, seen)| *seen).map(|(name, _)| name.clone());
    let mut shown: Vec<_> = seen.take(NAMES_MAX).collect();
    match all.len() - shown.len() {
        0 if shown.is_empty() => return None,
        0 => {}
        more => shown.push(format!("{more} more")),
    }
    Some(format!("{} is used by {}", asset.name, shown.join(", ")))
}
