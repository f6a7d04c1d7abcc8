//! The rows of the shelves and the lists of the forms, in words.

use control::{
    ControlPlane, Error, Result, World,
    assets::{AssetFilter, DataVolumeState, Sync},
};
use domain::{
    AssetId, Scope,
    access::{Action, Actor, Resource, ResourceType},
    asset::{Asset, AssetKind, AssetSpec, CredentialKind, SSH_KEY},
    duration::minute,
    storage_class::{StorageClassConfig, StorageClassRules},
    submission::Submission,
    template::Template,
};

use super::{
    Head, Says, Shelf,
    cells::{
        STANDARD, claim_details, class_cell, compute_cell, count, count_of, environment_cell, title,
    },
    data::{Line, Lists, Shelved, State, User, Users},
    fields::{Control, Form, Known},
};
use crate::{
    ui::Choice,
    words::{apart, capital},
};

pub fn shelved(control: &ControlPlane, actor: &Actor, shelf: Shelf) -> Result<Shelved> {
    let world = control.world();
    let of = Looking { control, actor, world: &world };
    let places = of.places(of_shelf(shelf));
    let may_make = match shelf {
        Shelf::Mine => true,
        Shelf::StorageClasses => {
            actor.may_somewhere(Action::Create, ResourceType::StorageClasses).is_ok()
        }
        _ => !places.is_empty(),
    };
    let lines = match shelf {
        Shelf::Templates => of.templates(),
        Shelf::StorageClasses => of.storage_classes()?,
        Shelf::Mine => {
            let own = control.my_credentials(actor, &world);
            own.iter().map(|asset| of.asset(shelf, asset)).collect()
        }
        _ => {
            let filter = AssetFilter { kinds: kinds(shelf), ..AssetFilter::default() };
            let assets = control.assets(actor, &world, &filter)?;
            let shared = assets.iter().filter(|asset| !asset.is_private());
            shared.map(|asset| of.asset(shelf, asset)).collect()
        }
    };
    Ok(Shelved { lines, places, may_make })
}

/// What somebody has to be allowed to make, to make something on a shelf.
fn of_shelf(shelf: Shelf) -> ResourceType {
    match shelf {
        Shelf::Environments => ResourceType::Environments,
        Shelf::Compute => ResourceType::ComputeResources,
        Shelf::DataSources => ResourceType::Pvcs,
        Shelf::DataVolumes => ResourceType::DataVolumes,
        Shelf::Credentials | Shelf::Mine => ResourceType::Credentials,
        Shelf::Templates => ResourceType::Templates,
        Shelf::StorageClasses => ResourceType::StorageClasses,
        Shelf::Registries => ResourceType::Registries,
    }
}

/// What a form makes.
fn of_form(form: Form) -> ResourceType {
    match form {
        Form::DockerRegistry | Form::GenericSecret | Form::AccessKey => ResourceType::Credentials,
        Form::Password | Form::SshKey | Form::NgcApiKey => ResourceType::Credentials,
        Form::Pvc => ResourceType::Pvcs,
        Form::Nfs => ResourceType::Nfs,
        Form::S3 => ResourceType::S3s,
        Form::Git => ResourceType::Gits,
        Form::HostPath => ResourceType::HostPaths,
        Form::ConfigMap => ResourceType::ConfigMaps,
        Form::Secret => ResourceType::SecretVolumes,
        Form::DataVolume => ResourceType::DataVolumes,
        Form::StorageClass => ResourceType::StorageClasses,
        Form::Registry => ResourceType::Registries,
    }
}

fn kinds(shelf: Shelf) -> Vec<AssetKind> {
    let fits = |kind: &AssetKind| match shelf {
        Shelf::Environments => *kind == AssetKind::Environment,
        Shelf::Compute => *kind == AssetKind::Compute,
        Shelf::DataSources => kind.is_datasource(),
        Shelf::DataVolumes => *kind == AssetKind::DataVolume,
        Shelf::Credentials => kind.is_credential(),
        Shelf::Registries => *kind == AssetKind::Registry,
        Shelf::Templates | Shelf::Mine | Shelf::StorageClasses => false,
    };
    AssetKind::ALL.into_iter().filter(fits).collect()
}

/// Who looks, at what.
struct Looking<'a> {
    control: &'a ControlPlane,
    actor: &'a Actor,
    world: &'a World,
}

impl Looking<'_> {
    fn place(&self, scope: Scope) -> String {
        self.world.place_name(scope)
    }

    fn asset(&self, shelf: Shelf, asset: &Asset) -> Line {
        let usage = self.control.asset_usage(self.actor, self.world, asset.id);
        let may =
            |action| self.actor.is_allowed(action, Resource::Asset(asset.kind(), asset.scope));
        let is_mine = asset.private_to == Some(self.actor.who);
        let state = self.state(asset);
        let cell = |head: &Head| match head.says {
            Says::Status => state.as_ref().map(|state| state.word.clone()).unwrap_or_default(),
            Says::Description => asset.description.clone().unwrap_or_default(),
            Says::Scope => self.world.place_for(self.actor, asset.scope),
            Says::Cluster => self.cluster(asset.scope),
            Says::CreatedBy => asset.created_by.clone(),
            Says::CreationTime => minute(asset.created_at),
            Says::LastUpdated => minute(asset.updated_at),
            Says::Type => title(asset),
            Says::KubernetesName => asset.kubernetes_name().unwrap_or_default(),
            Says::Workloads => count(usage.workspaces.len(), usage.hidden),
            Says::Templates => count(usage.templates.len(), 0),
            Says::Environments => count_of(&usage, |kind| kind == AssetKind::Environment),
            Says::DataSources => count_of(&usage, AssetKind::is_datasource),
            says => self.special(says, asset),
        };
        Line {
            id: asset.id.to_string(),
            name: asset.name.to_string(),
            description: asset.description.clone().unwrap_or_default(),
            cells: shelf.heads().iter().map(cell).collect(),
            places: self.way_to(asset.scope),
            shared: {
                let seen = shares_of(asset).filter(|scope| self.actor.sees(*scope));
                seen.map(value_of).collect::<Vec<_>>().join(",")
            },
            details: self.details(asset),
            state: state.clone(),
            may_write: is_mine || (may(Action::Update) && may(Action::Delete)),
            is_used: usage.is_any(),
        }
    }

    /// What a column says of one kind alone.
    fn special(&self, says: Says, asset: &Asset) -> String {
        match &asset.spec {
            AssetSpec::Environment(of) => environment_cell(says, of, asset.supports.as_ref()),
            AssetSpec::Compute(of) => compute_cell(says, of),
            AssetSpec::DataVolume(of) if says == Says::OriginPvc => of.origin_pvc_name.clone(),
            AssetSpec::DataVolume(_) if says == Says::SharedWith => {
                let seen = shares_of(asset).filter(|scope| self.actor.sees(*scope));
                seen.map(|scope| self.place(scope)).collect::<Vec<_>>().join(", ")
            }
            AssetSpec::Registry(of) if says == Says::Url => of.url.clone(),
            AssetSpec::Registry(of) if says == Says::User => of.user.clone(),
            _ => String::new(),
        }
    }

    /// What **Show details** says of a claim: what was asked for, and its class.
    fn details(&self, asset: &Asset) -> Vec<(String, String)> {
        let AssetSpec::Pvc(claim) = &asset.spec else { return vec![] };
        let cluster = self.world.line_of(asset.scope).and_then(|line| line.cluster);
        let classes = cluster
            .and_then(|id| self.control.storage_classes(self.actor, self.world, id, false).ok());
        let named = claim.claim_info.as_ref().and_then(|info| info.storage_class.clone());
        let all = classes.unwrap_or_default().into_iter().map(|of| of.class);
        let class = all.into_iter().find(|class| Some(&class.name) == named.as_ref());
        let of_asset = [
            ("Scope", self.world.place_for(self.actor, asset.scope)),
            ("Creation time", minute(asset.created_at)),
            ("Owner", asset.created_by.clone()),
        ];
        let all = of_asset.into_iter().chain(claim_details(claim, class.as_ref()));
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The cluster of a place; nothing where it is above them all.
    fn cluster(&self, scope: Scope) -> String {
        let id = self.world.line_of(scope).and_then(|line| line.cluster);
        let cluster = id.and_then(|id| self.world.clusters.get(&id));
        cluster.map(|cluster| cluster.name.clone()).unwrap_or_default()
    }

    /// The places from the account down to this one that the viewer sees.
    fn way_to(&self, scope: Scope) -> Vec<String> {
        let line = self.world.line_of(scope).map(|line| line.scopes()).unwrap_or_default();
        let seen = line.into_iter().filter(|scope| self.actor.sees(*scope));
        seen.map(|scope| self.place(scope)).collect()
    }

    fn state(&self, asset: &Asset) -> Option<State> {
        let good = |word: &str| State { word: word.to_owned(), is_good: true, reason: None };
        let bad = |word: &str, why: String| State {
            word: word.to_owned(),
            is_good: false,
            reason: Some(why),
        };
        match (
            self.world.data_volume_state(asset),
            self.control.asset_sync(self.actor, self.world, asset),
        ) {
            (_, Sync::Issues { why, .. }) => Some(bad("Issues found", why)),
            (Some(DataVolumeState::NotReady(why)), _) => Some(bad("Not ready", why)),
            (Some(DataVolumeState::Ready), _) => Some(good("Ready")),
            (None, Sync::NoIssues) => Some(good("No issues found")),
            (None, Sync::NoStatus) => None,
        }
    }

    fn templates(&self) -> Vec<Line> {
        let all = self.control.templates(self.actor, self.world);
        let offered = all.iter().filter(|template| template.is_offered(&self.world.settings));
        offered.map(|template| self.template(template)).collect()
    }

    fn template(&self, template: &Template) -> Line {
        let combined = self.control.combined_template(self.world, template);
        let may = |action| self.actor.is_allowed(action, Resource::Template(template.scope));
        let state = match combined.issue {
            None => State { word: "Can be launched".to_owned(), is_good: true, reason: None },
            Some(why) => State { word: "Incomplete".to_owned(), is_good: false, reason: Some(why) },
        };
        let Submission { image, compute, .. } = combined.spec;
        let about = template.description.clone().unwrap_or_default();
        let cell = |head: &Head| match head.says {
            Says::Status => state.word.clone(),
            Says::Description => about.clone(),
            Says::Scope => self.place(template.scope),
            Says::Cluster => self.cluster(template.scope),
            Says::Image => image.clone().unwrap_or_default(),
            Says::CreatedBy => template.created_by.clone(),
            Says::CreationTime => minute(template.created_at),
            Says::LastUpdated => template.updated_at.map(minute).unwrap_or_default(),
            Says::Environments => self.named(template.assets.environment),
            Says::ComputeResource => self.named(template.assets.compute),
            Says::DataSources => {
                let all = template.assets.datasources.iter().map(|of| self.named(Some(of.id)));
                all.collect::<Vec<_>>().join(", ")
            }
            // Berth runs workspaces, of one process each.
            Says::WorkloadTypes => "Workspace".to_owned(),
            Says::Architecture => STANDARD.to_owned(),
            says => compute.as_ref().map(|of| compute_cell(says, of)).unwrap_or_default(),
        };
        Line {
            id: template.id.to_string(),
            name: template.name.to_string(),
            description: about.clone(),
            cells: Shelf::Templates.heads().iter().map(cell).collect(),
            places: self.way_to(template.scope),
            shared: String::new(),
            details: vec![],
            state: Some(state.clone()),
            may_write: may(Action::Update) && may(Action::Delete),
            is_used: false,
        }
    }

    /// What an asset is called; nothing where there is none.
    fn named(&self, id: Option<AssetId>) -> String {
        let asset = id.and_then(|id| self.world.assets.get(&id));
        asset.map(|asset| asset.name.to_string()).unwrap_or_default()
    }

    fn storage_classes(&self) -> Result<Vec<Line>> {
        let all = self.control.storage_class_configs(self.actor, self.world)?;
        let may_write =
            |cluster| self.actor.is_allowed(Action::Delete, Resource::StorageClass(cluster));
        let line = |config: &StorageClassConfig| Line {
            id: config.id.to_string(),
            name: config.name.clone(),
            description: String::new(),
            cells: self.class_cells(config),
            places: self.way_to(Scope::Cluster(config.cluster)),
            shared: String::new(),
            details: vec![],
            state: None,
            may_write: may_write(config.cluster),
            is_used: false,
        };
        Ok(all.iter().map(|config| line(config)).collect())
    }

    fn class_cells(&self, config: &StorageClassConfig) -> Vec<String> {
        let cell = |head: &Head| match head.says {
            Says::Scope => self.place(Scope::Cluster(config.cluster)),
            Says::CreatedBy => config.created_by.clone(),
            Says::LastUpdated => minute(config.updated_at),
            says => class_cell(says, &config.rules),
        };
        Shelf::StorageClasses.heads().iter().map(cell).collect()
    }

    /// Where the viewer may put one of these, the narrowest first.
    fn places(&self, of: ResourceType) -> Vec<Choice> {
        let may = |scope: &Scope| self.actor.rights.allow(Action::Create, of, *scope);
        let mut scopes: Vec<_> = self.world.scopes().filter(may).collect();
        scopes.sort_by_key(|scope| std::cmp::Reverse(scope.level()));
        scopes.into_iter().map(|scope| Choice::new(value_of(scope), self.place(scope))).collect()
    }

    fn choices(&self, form: Form, known: Known) -> Result<Vec<Choice>> {
        let projects = || self.world.projects.values();
        Ok(match known {
            Known::Places => self.places(of_form(form)),
            Known::Projects => {
                let may = |id| {
                    let on = Resource::Asset(AssetKind::DataVolume, Scope::Project(id));
                    self.actor.is_allowed(Action::Create, on)
                };
                let own = projects().filter(|project| may(project.id));
                own.map(|project| Choice::new(project.id.to_string(), project.name.to_string()))
                    .collect()
            }
            Known::Clusters => {
                let all = self.control.clusters(self.actor, self.world)?;
                all.iter()
                    .map(|cluster| Choice::new(cluster.id.to_string(), cluster.name.clone()))
                    .collect()
            }
            Known::ShareWith => {
                let below = self.places(ResourceType::DataVolumes).into_iter();
                below.filter(|place| place.value != value_of(Scope::Account)).collect()
            }
            Known::AccessKeys => self.credentials(|kind, _| kind == CredentialKind::AccessKey)?,
            Known::GitCredentials => self.credentials(|kind, keys| {
                kind == CredentialKind::Password || keys.iter().any(|key| key == SSH_KEY)
            })?,
            Known::Credentials => self.credentials(|_, _| true)?,
            Known::StorageClasses => {
                let clusters = self.world.clusters.keys();
                // Who may not see hardware is offered none.
                let classes = clusters.filter_map(|id| {
                    self.control.storage_classes(self.actor, self.world, *id, false).ok()
                });
                // A class that is not for data sources is not offered to them.
                let is_open = |rules: &StorageClassRules| {
                    let said = rules.permissions.as_ref().and_then(|of| of.allowed_for_assets);
                    form != Form::Pvc || said != Some(false)
                };
                let open = classes.flatten().filter(|of| is_open(&of.rules));
                let names: std::collections::BTreeSet<String> =
                    open.map(|of| of.class.name).collect();
                names.into_iter().map(|name| Choice::new(name.clone(), name)).collect()
            }
            Known::Claims => {
                let filter = AssetFilter { kinds: vec![AssetKind::Pvc], ..AssetFilter::default() };
                let assets = self.control.assets(self.actor, self.world, &filter)?;
                let named = assets.iter().filter_map(|asset| {
                    let claim = asset.kubernetes_name()?;
                    let words = format!("{claim} ({})", self.place(asset.scope));
                    Some(Choice::new(claim, words))
                });
                named.collect()
            }
        })
    }

    fn credentials(&self, fits: impl Fn(CredentialKind, &[String]) -> bool) -> Result<Vec<Choice>> {
        let kinds = kinds(Shelf::Credentials);
        let filter = AssetFilter { kinds, ..AssetFilter::default() };
        let all = self.control.assets(self.actor, self.world, &filter)?;
        let shared = all.iter().filter(|asset| !asset.is_private());
        let named = shared.filter_map(|asset| {
            let secret = asset.secret_ref()?;
            let words = format!("{} ({})", asset.name, self.place(asset.scope));
            fits(secret.kind, &secret.keys).then(|| Choice::new(asset.id.to_string(), words))
        });
        Ok(named.collect())
    }
}

/// The places that a data volume is shared with.
pub fn shares_of(asset: &Asset) -> impl Iterator<Item = Scope> + '_ {
    let shared = match &asset.spec {
        AssetSpec::DataVolume(volume) => volume.shared_scopes.as_slice(),
        _ => &[],
    };
    shared.iter().map(|to| to.scope)
}

/// A place as a form sends it.
pub fn value_of(scope: Scope) -> String {
    format!("{}/{}", scope.level().name(), scope.id())
}

pub fn users(control: &ControlPlane, actor: &Actor, id: &str) -> Result<Users> {
    let world = control.world();
    let id: AssetId = id.parse().map_err(|_| Error::not_found("asset", id))?;
    let asset = control.asset(actor, &world, id)?;
    let usage = control.asset_usage(actor, &world, asset.id);
    let workspaces = usage.workspaces.iter().map(|workload| User {
        name: workload.name.to_string(),
        kind: "Workspace".to_owned(),
        status: capital(&apart(&format!("{:?}", workload.phase.name()))),
    });
    let templates = usage.templates.iter().map(|template| User {
        name: template.name.to_string(),
        kind: "Template".to_owned(),
        status: "–".to_owned(),
    });
    let assets = usage.assets.iter().map(|asset| User {
        name: asset.name.to_string(),
        kind: asset.kind().title().to_owned(),
        status: "–".to_owned(),
    });
    Ok(Users { users: workspaces.chain(templates).chain(assets).collect(), hidden: usage.hidden })
}

/// What the fields of a form choose from.
pub fn lists(control: &ControlPlane, actor: &Actor, form: Form) -> Result<Lists> {
    let world = control.world();
    let of = Looking { control, actor, world: &world };
    let rows = form.head(false).iter().chain(form.fields());
    let known = rows.filter_map(|row| match row.control {
        Control::Known(known) | Control::Many(known) => Some(known),
        _ => None,
    });
    known.map(|known| Ok((known, of.choices(form, known)?))).collect()
}
