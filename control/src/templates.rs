//! Templates: making, changing and removing them (`form-and-assets.md` §13). An incomplete one is
//! kept and says why it cannot be launched.

use std::sync::Arc;

use domain::{
    Line, Problem, Scope, TemplateId,
    access::{Action, Actor, Resource},
    asset::{AssetChoice, AssetName, AssetSpec, Environment, check_description},
    submission::{Submission, check, check_partial},
    template::{SpecificRun, Template, why_not_runnable},
};
use store::{AssetChange, Change};

use crate::{ControlPlane, Error, Result, World};

/// A template as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    pub name: String,
    pub description: Option<String>,
    pub scope: Scope,
    pub spec: Submission,
    pub assets: AssetChoice,
    /// For one made of assets alone: what it says beside them, and then `spec` is made of this.
    pub legacy: Option<SpecificRun>,
}

/// All that can change about a template.
#[derive(Clone, Debug)]
pub struct TemplateUpdate {
    pub name: String,
    pub description: Option<String>,
    pub spec: Submission,
    pub assets: AssetChoice,
    /// As in [`NewTemplate`].
    pub legacy: Option<SpecificRun>,
}

/// A template with its linked assets resolved.
#[derive(Clone, Debug)]
pub struct Combined {
    pub spec: Submission,
    /// Why it cannot be launched as it is.
    pub issue: Option<String>,
}

impl ControlPlane {
    /// Every template that `actor` may see, oldest first.
    pub fn templates(&self, actor: &Actor, world: &World) -> Vec<Arc<Template>> {
        let seen = |t: &&Arc<Template>| actor.is_allowed(Action::Read, Resource::Template(t.scope));
        let mut seen: Vec<_> = world.templates.values().filter(seen).cloned().collect();
        seen.sort_by(|a, b| (a.created_at, &a.name, a.id).cmp(&(b.created_at, &b.name, b.id)));
        seen
    }

    pub fn template(&self, actor: &Actor, world: &World, id: TemplateId) -> Result<Arc<Template>> {
        let found = world
            .templates
            .get(&id)
            .filter(|t| actor.is_allowed(Action::Read, Resource::Template(t.scope)));
        found.cloned().ok_or_else(|| Error::not_found("template", id))
    }

    /// What comes out of it, and whether that can be launched.
    pub fn combined_template(&self, world: &World, template: &Template) -> Combined {
        let resolved = world.combined(template);
        let mut problems = resolved.problems;
        problems.extend(check(&resolved.submission));
        Combined { spec: resolved.submission, issue: why_not_runnable(&problems) }
    }

    pub async fn create_template(&self, actor: &Actor, new: NewTemplate) -> Result<Arc<Template>> {
        let id = TemplateId(self.inner.chance.uuid());
        let actor = actor.clone();
        self.change(move |world, now| {
            let line = world.owner(&actor, new.scope, Resource::Template)?;
            let NewTemplate { name, description, scope, spec, assets, legacy } = new;
            let update = TemplateUpdate { name, description, spec, assets, legacy };
            let update = world.with_specific_run(&line, update)?;
            let name = accepted(world, &line, &update, None)?;
            let template = Arc::new(Template {
                id,
                name,
                description: update.description,
                scope,
                spec: update.spec,
                assets: update.assets,
                legacy: update.legacy,
                created_by: actor.name,
                created_at: now,
                updated_by: None,
                updated_at: None,
            });
            Ok((vec![stored(&template)], template))
        })
        .await
    }

    /// Changes a template; `update` makes the new whole from the old one. What was launched from it
    /// is not touched.
    pub async fn update_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        update: impl FnOnce(&Template) -> Result<TemplateUpdate> + Send + 'static,
    ) -> Result<Arc<Template>> {
        let old = self.template(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::Template(old.scope))?;
        let by = actor.name.clone();
        self.change(move |world, now| {
            let old = world.templates.get(&id).ok_or_else(|| Error::not_found("template", id))?;
            let line = world.line_of(old.scope).unwrap_or_default();
            let update = world.with_specific_run(&line, update(old)?)?;
            let name = accepted(world, &line, &update, Some(id))?;
            let template = Arc::new(Template {
                name,
                description: update.description,
                spec: update.spec,
                assets: update.assets,
                legacy: update.legacy,
                updated_by: Some(by),
                updated_at: Some(now),
                ..(**old).clone()
            });
            Ok((vec![stored(&template)], template))
        })
        .await
    }

    /// A new template like `id`.
    pub async fn copy_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        name: String,
        scope: Scope,
    ) -> Result<Arc<Template>> {
        let original = self.template(actor, &self.world(), id)?;
        let new = NewTemplate {
            name,
            description: original.description.clone(),
            scope,
            spec: original.spec.clone(),
            assets: original.assets.clone(),
            legacy: original.legacy.clone(),
        };
        self.create_template(actor, new).await
    }

    pub async fn delete_template(&self, actor: &Actor, id: TemplateId) -> Result<()> {
        let template = self.template(actor, &self.world(), id)?;
        actor.may(Action::Delete, Resource::Template(template.scope))?;
        self.change(move |world, _now| {
            world.templates.get(&id).ok_or_else(|| Error::not_found("template", id))?;
            Ok((vec![Change::Asset(AssetChange::DeleteTemplate(id))], ()))
        })
        .await
    }

    /// Whether a template may be called `name` in `scope`: what is wrong, where it may not.
    pub fn check_template_name(
        &self,
        actor: &Actor,
        world: &World,
        scope: Scope,
        name: &str,
    ) -> Result<()> {
        let line = world.owner(actor, scope, Resource::Template)?;
        let name = name
            .parse::<AssetName>()
            .map_err(|w| Error::field("templateName", "name.format", w.to_string()))?;
        free(world, &line, &name, None)
    }
}

impl World {
    /// The fields of a template that is made of assets alone; what it names must be there to use.
    fn with_specific_run(&self, line: &Line, update: TemplateUpdate) -> Result<TemplateUpdate> {
        let Some(run) = update.legacy.map(SpecificRun::cleaned) else {
            return Ok(TemplateUpdate { legacy: None, ..update });
        };
        let named = AssetSpec::Environment(Box::new(Environment {
            environment_variables: run.environment_variables.clone(),
            ..Environment::default()
        }));
        let problems = self.wrong_credentials(line, &named);
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let environment = update.assets.environment.and_then(|id| self.assets.get(&id));
        let environment = environment.filter(|asset| self.is_usable(line, asset));
        let secrets = self.secrets_in([&named]);
        let spec = run.submission(environment.map(|asset| &asset.spec), &secrets);
        Ok(TemplateUpdate { spec, legacy: Some(run), ..update })
    }
}

fn stored(template: &Arc<Template>) -> Change {
    Change::Asset(AssetChange::Template(Box::new((**template).clone())))
}

/// The name, if everything is right; else everything that is wrong. A name in use is told alone.
fn accepted(
    world: &World,
    line: &Line,
    update: &TemplateUpdate,
    own: Option<TemplateId>,
) -> Result<AssetName> {
    let mut problems = check_partial(&update.spec);
    problems.extend(check_description(update.description.as_deref()));
    problems.extend(world.check_choice(line, &update.assets));
    match update.name.parse::<AssetName>() {
        Ok(name) if problems.is_empty() => free(world, line, &name, own).map(|()| name),
        parsed => {
            let wrong = |w: domain::asset::AssetNameProblem| {
                Problem::new("meta.name", "name.format", w.to_string())
            };
            problems.extend(parsed.err().map(wrong));
            Err(Error::Invalid(problems))
        }
    }
}

fn free(world: &World, line: &Line, name: &AssetName, own: Option<TemplateId>) -> Result<()> {
    let same = |other: &&Arc<Template>| {
        other.name == *name && Some(other.id) != own && line.passes(other.scope)
    };
    match world.templates.values().find(same) {
        Some(other) => {
            let place = world.place_name(other.scope);
            Err(Error::NameTaken(format!("{place} already has the template {name}")))
        }
        None => Ok(()),
    }
}
