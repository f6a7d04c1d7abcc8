//! What a submission starts from: the template and the assets that it names, looked up in the world
//! and laid over one another by [`domain::asset::resolve`].

use std::sync::Arc;

use domain::{
    AssetId, Line, Problem, ProjectId, Scope, TemplateId,
    asset::{Asset, AssetChoice, AssetKind, Ingredients, Picked, Resolved, resolve},
    submission::Submission,
    template::Template,
};

use crate::World;

/// Template and assets that a submission names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartFrom {
    pub template: Option<TemplateId>,
    pub assets: AssetChoice,
    /// Whether the submission is all of it, as a form sends it: template and assets say where its values come from, and
    /// may be gone by now.
    pub is_complete: bool,
}

/// An asset that was chosen, before it is found.
struct Wanted<'a> {
    id: AssetId,
    kind: Option<AssetKind>,
    field: String,
    container_path: Option<&'a str>,
    by_template: bool,
}

impl World {
    /// The submission that comes out of `start` and `typed` in this project. What is named and may
    /// not be used there is a problem at the field that names it.
    pub fn resolve(&self, project: ProjectId, start: &StartFrom, typed: Submission) -> Resolved {
        let line = self.line_of(Scope::Project(project)).unwrap_or_default();
        let found = start.template.and_then(|id| self.templates.get(&id));
        let template = found.filter(|template| line.passes(template.scope));
        let mut problems = Vec::new();
        if let (Some(id), None) = (start.template, template) {
            let message = format!("There is no template {id} for this project");
            problems.push(Problem::new("templateId", "template.unknown", message));
        }
        let none = AssetChoice::default();
        let linked = template.map_or(&none, |template| &template.assets);
        let assets = self.picked(&line, wanted(linked, &start.assets), &mut problems);
        let secrets = self.secrets_of(assets.iter().map(|(asset, _)| &**asset));
        let assets = assets.iter().map(|(asset, wanted)| wanted.of(asset)).collect();
        let template = template.map(Arc::as_ref);
        let is_complete = start.is_complete;
        if is_complete {
            problems.clear();
        }
        let mut resolved = resolve(Ingredients { template, assets, secrets, typed, is_complete });
        problems.extend(self.wrong_data_volumes(&line, &resolved.submission));
        problems.append(&mut resolved.problems);
        Resolved { problems, ..resolved }
    }

    /// What comes out of a template alone, for whoever looks at it.
    pub fn combined(&self, template: &Template) -> Resolved {
        let line = self.line_of(template.scope).unwrap_or_default();
        let mut problems = Vec::new();
        let none = AssetChoice::default();
        let assets = self.picked(&line, wanted(&template.assets, &none), &mut problems);
        let secrets = self.secrets_of(assets.iter().map(|(asset, _)| &**asset));
        let assets = assets.iter().map(|(asset, wanted)| wanted.of(asset)).collect();
        let of = Ingredients {
            template: Some(template),
            assets,
            secrets,
            typed: Submission::default(),
            is_complete: false,
        };
        let mut resolved = resolve(of);
        problems.extend(self.wrong_data_volumes(&line, &resolved.submission));
        problems.append(&mut resolved.problems);
        Resolved { problems, ..resolved }
    }

    /// What is wrong with assets that are named for use in the place at the end of `line`.
    pub(crate) fn check_choice(&self, line: &Line, choice: &AssetChoice) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.picked(line, wanted(&AssetChoice::default(), choice), &mut problems);
        problems
    }

    fn picked<'a>(
        &self,
        line: &Line,
        wanted: Vec<Wanted<'a>>,
        problems: &mut Vec<Problem>,
    ) -> Vec<(Arc<Asset>, Wanted<'a>)> {
        let mut picked = Vec::new();
        for one in wanted {
            let usable = self.assets.get(&one.id).filter(|asset| self.is_usable(line, asset));
            match usable.filter(|asset| one.is_right(asset.kind())) {
                Some(asset) => picked.push((asset.clone(), one)),
                None => {
                    let noun = one.kind.map_or("data source", AssetKind::noun);
                    let message = format!("There is no {noun} {} to use here", one.id);
                    problems.push(Problem::new(one.field, "asset.unknown", message));
                }
            }
        }
        picked
    }
}

/// Environment and compute of the request instead of the template's; data sources beside them, one
/// that both name as the request says.
fn wanted<'a>(template: &'a AssetChoice, request: &'a AssetChoice) -> Vec<Wanted<'a>> {
    let single = |of: Option<AssetId>, below: Option<AssetId>, kind: AssetKind| {
        let by_template = of.is_none();
        let field = format!("assets.{}", kind.name());
        of.or(below).map(|id| Wanted {
            id,
            kind: Some(kind),
            field,
            container_path: None,
            by_template,
        })
    };
    let mut all = Vec::new();
    all.extend(single(request.environment, template.environment, AssetKind::Environment));
    all.extend(single(request.compute, template.compute, AssetKind::Compute));
    let again = |id: AssetId| request.datasources.iter().any(|source| source.id == id);
    all.extend(sources(template, true).filter(|wanted| !again(wanted.id)));
    all.extend(sources(request, false));
    all
}

fn sources(of: &AssetChoice, by_template: bool) -> impl Iterator<Item = Wanted<'_>> {
    of.datasources.iter().enumerate().map(move |(i, source)| Wanted {
        id: source.id,
        kind: source.kind,
        field: format!("assets.datasources[{i}].id"),
        container_path: source.overrides.as_ref().and_then(|o| o.container_path.as_deref()),
        by_template,
    })
}

impl Wanted<'_> {
    fn is_right(&self, kind: AssetKind) -> bool {
        match self.kind {
            Some(wanted) => wanted == kind,
            None => kind.is_datasource(),
        }
    }

    fn of<'a>(&'a self, asset: &'a Asset) -> Picked<'a> {
        Picked {
            asset,
            field: self.field.clone(),
            container_path: self.container_path,
            by_template: self.by_template,
        }
    }
}
