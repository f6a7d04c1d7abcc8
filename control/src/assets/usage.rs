//! Who uses an asset, and whether that keeps it from being deleted.

use std::sync::Arc;

use domain::{
    AssetId, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetSpec},
    submission::Submission,
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
    /// Environments and data sources that refer to a credential.
    pub assets: Vec<Arc<Asset>>,
    /// Others that are counted and not shown.
    pub hidden: usize,
}

impl Usage {
    /// Whether anything uses it.
    pub fn is_any(&self) -> bool {
        let seen = self.workspaces.len() + self.templates.len() + self.assets.len();
        seen + self.hidden > 0
    }
}

impl ControlPlane {
    /// What uses the asset.
    pub fn asset_usage(&self, actor: &Actor, world: &World, id: AssetId) -> Usage {
        match world.assets.get(&id) {
            Some(asset) => usage(world, actor, asset),
            None => Usage::default(),
        }
    }
}

fn usage(world: &World, actor: &Actor, asset: &Asset) -> Usage {
    let all = Users::of(world, asset);
    let count = all.workspaces.len() + all.templates.len() + all.assets.len();
    let sees = |w: &Arc<Workload>| actor.is_allowed(Action::Read, Resource::Workload(w.project));
    let workspaces: Vec<_> = all.workspaces.into_iter().filter(sees).collect();
    let templates: Vec<_> = all
        .templates
        .into_iter()
        .filter(|t| actor.is_allowed(Action::Read, Resource::Template(t.scope)))
        .collect();
    let assets: Vec<_> = all.assets.into_iter().filter(|a| world.sees_asset(actor, a)).collect();
    let hidden = count - workspaces.len() - templates.len() - assets.len();
    Usage { workspaces, templates, assets, hidden }
}

/// Everything that uses an asset, whoever looks.
struct Users {
    workspaces: Vec<Arc<Workload>>,
    templates: Vec<Arc<Template>>,
    assets: Vec<Arc<Asset>>,
}

impl Users {
    fn of(world: &World, asset: &Asset) -> Self {
        let named = Reference::to(asset);
        let workspaces = world.live().filter(|w| {
            w.made_from.uses(asset.id)
                || named.is_in(world, &w.spec.submission, Scope::Project(w.project), &w.created_by)
        });
        let templates = world.templates.values().filter(|t| {
            t.assets.names(asset.id) || named.is_in(world, &t.spec, t.scope, &t.created_by)
        });
        let refers = |a: &&Arc<Asset>| a.spec.credentials().iter().any(|(_, id)| *id == asset.id);
        Self {
            workspaces: workspaces.cloned().collect(),
            templates: templates.cloned().collect(),
            assets: world.assets.values().filter(refers).cloned().collect(),
        }
    }
}

/// How a submission names an asset, where it does.
enum Reference<'a> {
    /// By the name of the cluster's secret, below the scope of the credential.
    Secret {
        name: String,
        scope: Scope,
    },
    /// By the name that its owner gave it.
    Own {
        name: &'a str,
        kubernetes: String,
        owner: &'a str,
    },
    DataVolume(AssetId),
    Nothing,
}

impl<'a> Reference<'a> {
    fn to(asset: &'a Asset) -> Self {
        match (&asset.spec, asset.secret_ref()) {
            (AssetSpec::DataVolume(_), _) => Self::DataVolume(asset.id),
            (_, Some(secret)) if asset.is_private() => {
                let (name, owner) = (asset.name.as_str(), asset.created_by.as_str());
                Self::Own { name, kubernetes: secret.name, owner }
            }
            (_, Some(secret)) => Self::Secret { name: secret.name, scope: asset.scope },
            _ => Self::Nothing,
        }
    }

    fn is_in(&self, world: &World, submission: &Submission, place: Scope, by: &str) -> bool {
        match self {
            Self::Secret { name, scope } => {
                let below = || world.line_of(place).is_some_and(|line| line.passes(*scope));
                submission.secrets().contains(&name.as_str()) && below()
            }
            // Either form of the name is taken (`form-and-assets.md` §17, C7).
            Self::Own { name, kubernetes, owner } => {
                let named = |used: &&str| *used == *name || *used == kubernetes;
                by == *owner && submission.user_credentials().iter().any(named)
            }
            Self::DataVolume(id) => submission.data_volumes().iter().any(|(_, used)| used == id),
            Self::Nothing => false,
        }
    }
}

/// Whether a workspace uses it.
pub(super) fn is_running(world: &World, asset: &Asset) -> bool {
    !Users::of(world, asset).workspaces.is_empty()
}

/// Whether a workspace or a template names it.
pub(super) fn is_named(world: &World, asset: &Asset) -> bool {
    let users = Users::of(world, asset);
    !users.workspaces.is_empty() || !users.templates.is_empty()
}

/// Why the asset has to stay (`form-and-assets.md` §5.5): templates that link it, policies that
/// impose it, assets that refer to it, and for all but environments and compute resources workloads
/// that have it. Names only of what `actor` may see. What is somebody's own goes whenever they say.
pub(crate) fn in_use(world: &World, actor: &Actor, asset: &Asset) -> Option<String> {
    if asset.is_private() {
        return None;
    }
    let kind = asset.kind();
    let users = Users::of(world, asset);
    let holds =
        !matches!(kind, domain::asset::AssetKind::Environment | domain::asset::AssetKind::Compute);
    let templates = users.templates.iter().map(|t| {
        (
            format!("template {}", t.name),
            actor.is_allowed(Action::Read, Resource::Template(t.scope)),
        )
    });
    let mounted = users.workspaces.iter().filter(|_| holds).map(|w| {
        let seen = actor.is_allowed(Action::Read, Resource::Workload(w.project));
        (format!("workspace {}", w.name), seen)
    });
    let referring = users
        .assets
        .iter()
        .map(|a| (format!("{} {}", a.kind().noun(), a.name), world.sees_asset(actor, a)));
    let id = asset.id.to_string();
    let imposed = world.policies.written.values().filter(|p| p.document.imposed.contains(&id));
    let imposed = imposed.map(|policy| {
        let of = format!("the policy of {}", world.source(policy.stored.owner));
        (of, may_read(actor, policy.stored.owner).is_ok())
    });
    let all: Vec<_> = templates.chain(mounted).chain(referring).chain(imposed).collect();
    let seen = all.iter().filter(|(_, seen)| *seen).map(|(name, _)| name.clone());
    let mut shown: Vec<_> = seen.take(NAMES_MAX).collect();
    match all.len() - shown.len() {
        0 if shown.is_empty() => return None,
        0 => {}
        more => shown.push(format!("{more} more")),
    }
    Some(format!("{} is used by {}", asset.name, shown.join(", ")))
}
