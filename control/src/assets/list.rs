//! Lists of assets: what somebody may see, and what a project may use, recently used first.

use std::{cmp::Reverse, sync::Arc};

use domain::{
    AssetId, ProjectId, Scope, ScopeLevel, Timestamp,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetKind},
    template::Template,
};

use crate::{ControlPlane, Error, Result, World};

/// Which assets (`rest-api.md` §7.1).
#[derive(Clone, Debug, Default)]
pub struct AssetFilter {
    /// Empty: every kind.
    pub kinds: Vec<AssetKind>,
    /// Exactly this name.
    pub name: Option<String>,
    /// What may be used in this place: its own assets, and those above it.
    pub place: Option<Scope>,
    /// Only those of exactly this level.
    pub level: Option<ScopeLevel>,
    /// Those below the place as well; goes with no level.
    pub with_descendants: bool,
    /// Only these.
    pub ids: Option<Vec<AssetId>>,
}

/// Something that a project may use.
#[derive(Clone, Debug)]
pub struct Usable<T> {
    pub item: Arc<T>,
    /// When a workload of the project was made from it last.
    pub last_used: Option<Timestamp>,
}

impl ControlPlane {
    /// The assets that `actor` may see and the filter takes, oldest first.
    pub fn assets(
        &self,
        actor: &Actor,
        world: &World,
        filter: &AssetFilter,
    ) -> Result<Vec<Arc<Asset>>> {
        if filter.level.is_some() && filter.with_descendants {
            let message = "Goes with no scope; ask for one of the two";
            return Err(Error::field("includeDescendants", "filter.both", message));
        }
        let takes = |asset: &&Arc<Asset>| filter.takes(world, asset);
        let mut seen: Vec<_> = world
            .assets
            .values()
            .filter(takes)
            .filter(|asset| world.sees_asset(actor, asset))
            .cloned()
            .collect();
        seen.sort_by(|a, b| (a.created_at, &a.name, a.id).cmp(&(b.created_at, &b.name, b.id)));
        Ok(seen)
    }

    /// The assets of these kinds that workspaces of `project` may use, recently used first, then by
    /// name.
    pub fn usable_assets(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
        kinds: &[AssetKind],
    ) -> Result<Vec<Usable<Asset>>> {
        may_submit(actor, world, project)?;
        let (place, kinds) = (Some(Scope::Project(project)), kinds.to_vec());
        let filter = AssetFilter { place, kinds, ..AssetFilter::default() };
        let fit = world.assets.values().filter(|a| filter.takes(world, a));
        let fit = fit.filter(|a| a.is_for_workspaces() && !a.is_private());
        let mut usable: Vec<_> = fit
            .map(|asset| Usable {
                item: asset.clone(),
                last_used: world.last_used(project, asset.id),
            })
            .collect();
        usable.sort_by(|a, b| {
            (Reverse(a.last_used), &a.item.name, a.item.id).cmp(&(
                Reverse(b.last_used),
                &b.item.name,
                b.item.id,
            ))
        });
        Ok(usable)
    }

    /// The templates that workspaces of `project` may start from, recently used first, then by name.
    pub fn usable_templates(
        &self,
        actor: &Actor,
        world: &World,
        project: ProjectId,
    ) -> Result<Vec<Usable<Template>>> {
        may_submit(actor, world, project)?;
        let line = world.line_of(Scope::Project(project)).unwrap_or_default();
        let used = |template: &Template| {
            let made = world.workloads.values().filter(|w| w.project == project);
            let by = made.filter(|w| {
                w.made_from.template.as_ref().is_some_and(|used| used.id == template.id)
            });
            by.map(|w| w.created_at).max()
        };
        let fit = world.templates.values().filter(|template| line.passes(template.scope));
        let mut usable: Vec<_> =
            fit.map(|t| Usable { item: t.clone(), last_used: used(t) }).collect();
        usable.sort_by(|a, b| {
            (Reverse(a.last_used), &a.item.name, a.item.id).cmp(&(
                Reverse(b.last_used),
                &b.item.name,
                b.item.id,
            ))
        });
        Ok(usable)
    }
}

/// Whoever may submit may use what the project inherits (`form-and-assets.md` §5.1).
fn may_submit(actor: &Actor, world: &World, project: ProjectId) -> Result<()> {
    let seen = actor.is_allowed(Action::Read, Resource::Project(project));
    if !seen || !world.projects.contains_key(&project) {
        return Err(Error::not_found("project", project));
    }
    Ok(actor.may(Action::Create, Resource::Workload(project))?)
}

impl World {
    /// When a workload of the project was made from this asset last.
    pub fn last_used(&self, project: ProjectId, id: AssetId) -> Option<Timestamp> {
        let made = self.workloads.values().filter(|w| w.project == project);
        made.filter(|w| w.made_from.uses(id)).map(|w| w.created_at).max()
    }
}

impl AssetFilter {
    fn takes(&self, world: &World, asset: &Asset) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&asset.kind()))
            && self.name.as_deref().is_none_or(|name| asset.name.as_str() == name)
            && self.level.is_none_or(|level| asset.scope.level() == level)
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&asset.id))
            && self.place.is_none_or(|place| self.is_at(world, place, asset))
    }

    fn is_at(&self, world: &World, place: Scope, asset: &Asset) -> bool {
        let above = world.line_of(place).is_some_and(|line| match asset.private_to {
            Some(_) => line.passes(asset.scope),
            None => world.is_usable(&line, asset),
        });
        let below = || world.line_of(asset.scope).is_some_and(|line| line.passes(place));
        above || (self.with_descendants && below())
    }
}
