//! The rows of the shelves and the lists of the forms, in words.

use control::{
    ControlPlane, Error, Result, World,
    assets::{AssetFilter, DataVolumeState, Sync, Usage},
};
use domain::{
    AssetId, Scope,
    access::{Action, Actor, Resource, ResourceType},
    asset::{Asset, AssetKind, AssetSpec, CredentialKind, SSH_KEY},
    duration::minute,
    storage_class::{StorageClassConfig, StorageClassRules},
    submission::{Compute, Submission},
    template::Template,
};

use super::{
    Shelf,
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
        Line {
            id: asset.id.to_string(),
            name: asset.name.to_string(),
            description: asset.description.clone().unwrap_or_default(),
            cells: self.cells(shelf, asset, &usage),
            state: self.state(asset),
            may_write: is_mine || (may(Action::Update) && may(Action::Delete)),
            is_used: usage.is_any(),
        }
    }

    fn cells(&self, shelf: Shelf, asset: &Asset, usage: &Usage) -> Vec<String> {
        let about = asset.description.clone().unwrap_or_default();
        let scope = self.world.place_for(self.actor, asset.scope);
        let workloads = count(usage.workspaces.len(), usage.hidden);
        let templates = count(usage.templates.len(), 0);
        let (by, created) = (asset.created_by.clone(), minute(asset.created_at));
        let updated = minute(asset.updated_at);
        let name = asset.kubernetes_name().unwrap_or_default();
        let title = title(asset);
        match (shelf, &asset.spec) {
            (_, AssetSpec::Environment(environment)) => {
                let tools = environment.connections.iter().map(|tool| tool.name.clone());
                let tools = tools.collect::<Vec<_>>().join(", ");
                let image = environment.image.clone().unwrap_or_default();
                vec![about, scope, image, tools, workloads, templates, by, created, updated]
            }
            (_, AssetSpec::Compute(compute)) => {
                let [gpus, memory, cpu, cpu_memory] = amounts(compute);
                vec![
                    about, gpus, memory, cpu, cpu_memory, scope, workloads, templates, by, created,
                    updated,
                ]
            }
            (_, AssetSpec::DataVolume(volume)) => {
                let seen = volume.shared_scopes.iter();
                let seen = seen.filter(|shared| self.actor.sees(shared.scope));
                let places: Vec<_> = seen.map(|shared| self.place(shared.scope)).collect();
                let origin = volume.origin_pvc_name.clone();
                vec![about, scope, origin, places.join(", "), workloads, by, created, updated]
            }
            (_, AssetSpec::Registry(of)) => {
                vec![about, of.url.clone(), scope, of.user.clone(), by, created, updated]
            }
            (Shelf::Mine, _) => vec![about, title, workloads, created],
            (_, AssetSpec::Credential(_)) => {
                let of = |fits: fn(AssetKind) -> bool| {
                    count(usage.assets.iter().filter(|asset| fits(asset.kind())).count(), 0)
                };
                let environments = of(|kind| kind == AssetKind::Environment);
                let sources = of(AssetKind::is_datasource);
                vec![about, title, scope, name, environments, sources, workloads, by, created]
            }
            _ => vec![about, title, scope, name, workloads, templates, by, created],
        }
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
        let gpus = compute.map(|compute| amounts(&compute)[0].clone()).unwrap_or_default();
        let about = template.description.clone().unwrap_or_default();
        Line {
            id: template.id.to_string(),
            name: template.name.to_string(),
            description: about.clone(),
            cells: vec![
                about,
                self.place(template.scope),
                image.unwrap_or_default(),
                gpus,
                template.created_by.clone(),
                minute(template.created_at),
                template.updated_at.map(minute).unwrap_or_default(),
            ],
            state: Some(state),
            may_write: may(Action::Update) && may(Action::Delete),
            is_used: false,
        }
    }

    fn storage_classes(&self) -> Result<Vec<Line>> {
        let all = self.control.storage_class_configs(self.actor, self.world)?;
        let may_write =
            |cluster| self.actor.is_allowed(Action::Delete, Resource::StorageClass(cluster));
        let line = |config: &StorageClassConfig| Line {
            id: config.id.to_string(),
            name: config.name.clone(),
            description: String::new(),
            cells: class_cells(config, self.place(Scope::Cluster(config.cluster))),
            state: None,
            may_write: may_write(config.cluster),
            is_used: false,
        };
        Ok(all.iter().map(|config| line(config)).collect())
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
                let names: std::collections::BTreeSet<String> =
                    classes.flatten().map(|of| of.class.name).collect();
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

/// A place as a form sends it.
pub fn value_of(scope: Scope) -> String {
    format!("{}/{}", scope.level().name(), scope.id())
}

fn title(asset: &Asset) -> String {
    match asset.secret_ref() {
        Some(secret) if secret.opens_by_ssh() && secret.keys.len() == 1 => "SSH key".to_owned(),
        _ => asset.kind().title().to_owned(),
    }
}

/// A number, and that there are others.
fn count(seen: usize, hidden: usize) -> String {
    match (seen, hidden) {
        (0, 0) => "–".to_owned(),
        (seen, 0) => seen.to_string(),
        (seen, hidden) => format!("{seen} and {hidden} more"),
    }
}

/// GPUs, memory of each, CPU, memory.
fn amounts(compute: &Compute) -> [String; 4] {
    let range = |request: Option<String>, limit: Option<String>| match (request, limit) {
        (Some(request), Some(limit)) => format!("{request} to {limit}"),
        (Some(request), None) => request,
        (None, limit) => limit.map(|limit| format!("up to {limit}")).unwrap_or_default(),
    };
    let percent = |part: Option<f64>| part.map(|part| format!("{} %", (part * 100.0).round()));
    let memory = match compute.gpu_request_type.as_deref() {
        Some("memory") => {
            range(compute.gpu_memory_request.clone(), compute.gpu_memory_limit.clone())
        }
        Some(_) => range(percent(compute.gpu_portion_request), percent(compute.gpu_portion_limit)),
        None => String::new(),
    };
    let cores = |cores: Option<f64>| cores.map(|cores| format!("{cores} cores"));
    [
        compute.gpu_devices_request.map(|gpus| gpus.to_string()).unwrap_or_default(),
        memory,
        range(cores(compute.cpu_core_request), cores(compute.cpu_core_limit)),
        range(compute.cpu_memory_request.clone(), compute.cpu_memory_limit.clone()),
    ]
}

fn class_cells(config: &StorageClassConfig, cluster: String) -> Vec<String> {
    let StorageClassRules { permissions, customization } = &config.rules;
    let allowed = permissions.clone().unwrap_or_default();
    let named = |all: &[(&str, Option<bool>)]| {
        let on = all.iter().filter(|(_, said)| *said != Some(false)).map(|(word, _)| *word);
        let on: Vec<_> = on.collect();
        if on.is_empty() { "nothing".to_owned() } else { on.join(", ") }
    };
    let whom = named(&[
        ("data sources", allowed.allowed_for_assets),
        ("workspaces", allowed.allowed_for_workloads),
    ]);
    let volumes = named(&[
        ("persistent", allowed.allowed_for_persistent_volumes),
        ("ephemeral", allowed.allowed_for_ephemeral_volumes),
    ]);
    let sizes = customization.as_ref().and_then(|custom| custom.claim_size.as_ref());
    let part =
        |word: &str, text: &Option<String>| text.as_ref().map(|text| format!("{word} {text}"));
    let sizes = sizes.map(|sizes| {
        let parts =
            [part("from", &sizes.min), part("to", &sizes.max), part("in steps of", &sizes.step)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    vec![
        cluster,
        whom,
        volumes,
        sizes.unwrap_or_default(),
        config.created_by.clone(),
        minute(config.updated_at),
    ]
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
        Control::Known(known) => Some(known),
        _ => None,
    });
    known.map(|known| Ok((known, of.choices(form, known)?))).collect()
}
