//! Where assets belong: what lies above a place, who may see it, who may put something there.

use std::sync::Arc;

use domain::{
    Line, ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetKind, AssetSpec},
};
use store::{AssetChange, Change};

use super::usage;
use crate::{Error, Result, World};

impl World {
    /// The way from the account down to `scope`; `None` where there is no such place.
    pub fn line_of(&self, scope: Scope) -> Option<Line> {
        Some(match scope {
            Scope::System | Scope::Account => Line::default(),
            Scope::Cluster(id) => {
                Line { cluster: Some(self.clusters.get(&id)?.id), ..Line::default() }
            }
            Scope::Department(id) => {
                let cluster = Some(self.departments.get(&id)?.cluster);
                Line { cluster, department: Some(id), project: None }
            }
            Scope::Project(id) => {
                let project = self.projects.get(&id)?;
                let (cluster, department) = (Some(project.cluster), Some(project.department));
                Line { cluster, department, project: Some(id) }
            }
        })
    }

    /// Whether what belongs to `scope` holds in this project.
    pub fn is_below(&self, project: ProjectId, scope: Scope) -> bool {
        self.line_of(Scope::Project(project)).is_some_and(|line| line.passes(scope))
    }

    /// The line of a place where `actor` may put `new`. A place that they may not see does
    /// not exist for them.
    pub(crate) fn owner(
        &self,
        actor: &Actor,
        scope: Scope,
        new: impl FnOnce(Scope) -> Resource,
    ) -> Result<Line> {
        let field = match scope {
            Scope::System => {
                let message = "Must be tenant, cluster, department or project";
                return Err(Error::field("meta.scope", "scope.system", message));
            }
            Scope::Account => "account",
            Scope::Cluster(_) => "cluster (meta.clusterId)",
            Scope::Department(_) => "department (meta.departmentId)",
            Scope::Project(_) => "project (meta.projectId)",
        };
        let line = self.line_of(scope).filter(|_| actor.sees(scope));
        let line = line.ok_or_else(|| Error::not_found(field, scope.id()))?;
        actor.may(Action::Create, new(scope))?;
        Ok(line)
    }

    /// Every place that may own something: the account, clusters, departments, projects.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        let clusters = self.clusters.keys().map(|id| Scope::Cluster(*id));
        let departments = self.departments.keys().map(|id| Scope::Department(*id));
        let projects = self.projects.keys().map(|id| Scope::Project(*id));
        std::iter::once(Scope::Account).chain(clusters).chain(departments).chain(projects)
    }

    /// A place in the words of people, at the beginning of a sentence.
    pub fn place_name(&self, scope: Scope) -> String {
        let named = |kind: &str, name: Option<&str>| format!("{kind} {}", name.unwrap_or("?"));
        match scope {
            Scope::System => "The platform".to_owned(),
            Scope::Account => "The account".to_owned(),
            Scope::Cluster(id) => named("Cluster", self.clusters.get(&id).map(|c| c.name.as_str())),
            Scope::Department(id) => {
                named("Department", self.departments.get(&id).map(|d| d.name.as_str()))
            }
            Scope::Project(id) => named("Project", self.projects.get(&id).map(|p| p.name.as_str())),
        }
    }

    /// As [`World::place_name`] for somebody who may not see every place: a data volume is used by others than its own.
    pub fn place_for(&self, actor: &Actor, scope: Scope) -> String {
        match actor.sees(scope) {
            true => self.place_name(scope),
            false => format!("Another {}", scope.level().noun()),
        }
    }

    /// The end of everything that belongs to `scope` itself, for when the place goes.
    /// Refused while others use a data volume of it.
    pub(crate) fn belongings(&self, scope: Scope) -> Result<Vec<Change>> {
        let volumes = self.assets.values().filter(|asset| asset.kind() == AssetKind::DataVolume);
        let mut volumes = volumes.filter(|asset| asset.scope == scope);
        if let Some(volume) = volumes.find(|asset| usage::is_running(self, asset)) {
            let place = self.place_name(scope);
            let message = format!("{place} has the data volume {}, which others use", volume.name);
            return Err(Error::InUse(message));
        }
        let assets = self.assets.values().filter(|asset| asset.scope == scope);
        let templates = self.templates.values().filter(|template| template.scope == scope);
        let assets = assets.map(|asset| AssetChange::DeleteAsset(asset.id));
        let templates = templates.map(|template| AssetChange::DeleteTemplate(template.id));
        let shared = self.no_longer_shared(scope);
        Ok(templates.chain(assets).chain(shared).map(Change::Asset).collect())
    }

    /// Data volumes of others, shared with `scope` no longer.
    fn no_longer_shared(&self, scope: Scope) -> impl Iterator<Item = AssetChange> + '_ {
        self.assets.values().filter(move |asset| asset.scope != scope).filter_map(move |asset| {
            let AssetSpec::DataVolume(volume) = &asset.spec else { return None };
            let mut left = volume.clone();
            left.shared_scopes.retain(|shared| shared.scope != scope);
            let spec = AssetSpec::DataVolume(left);
            let changed = Asset { spec, ..(**asset).clone() };
            volume.is_shared_with(scope).then(|| AssetChange::Asset(Box::new(changed)))
        })
    }

    pub(crate) fn apply_asset(&mut self, change: &AssetChange) {
        match change {
            AssetChange::Asset(asset) => {
                self.assets.insert(asset.id, Arc::new((**asset).clone()));
            }
            AssetChange::DeleteAsset(id) => {
                self.assets.remove(id);
                self.sealed.remove(id);
            }
            AssetChange::Secret(id, sealed) => drop(self.sealed.insert(*id, sealed.key_id)),
            AssetChange::Template(template) => {
                self.templates.insert(template.id, Arc::new((**template).clone()));
            }
            AssetChange::DeleteTemplate(id) => drop(self.templates.remove(id)),
        }
    }
}
