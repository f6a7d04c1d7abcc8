//! Storage classes: what the clusters have, what administrators configure about them, and claims
//! against both (`form-and-assets.md` §14).

use std::sync::Arc;

use domain::{
    ClusterId, Line, Problem, StorageClassId,
    access::{Action, Actor, Resource, ResourceType},
    asset::AssetSpec,
    audit::Subject,
    storage_class::{
        ClaimUse, NONE, StorageClass, StorageClassConfig, StorageClassRules, check_claim,
        check_config,
    },
    submission::{PvcVolume, Submission},
};
use store::Change;

use crate::{ControlPlane, Error, Result, World};

/// A class with what is configured about it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfiguredClass {
    pub class: StorageClass,
    pub rules: StorageClassRules,
}

impl ControlPlane {
    /// The classes of a cluster, as forms offer them; `with_none` adds the one of claims that nobody
    /// provisions. Configured ones that the cluster does not have are not among them.
    pub fn storage_classes(
        &self,
        actor: &Actor,
        world: &World,
        cluster: ClusterId,
        with_none: bool,
    ) -> Result<Vec<ConfiguredClass>> {
        actor.may_somewhere(Action::Read, ResourceType::StorageClasses)?;
        let known = world.clusters.contains_key(&cluster)
            && actor.is_allowed(Action::Read, Resource::StorageClass(cluster));
        known.then_some(()).ok_or_else(|| Error::not_found("cluster (clusterId)", cluster))?;
        let none = StorageClass {
            name: NONE.to_owned(),
            provisioner: "kubernetes.io/no-provisioner".to_owned(),
            allow_volume_expansion: false,
            is_default: false,
        };
        let classes = world.classes.get(&cluster).cloned().unwrap_or_default();
        let all = classes.into_iter().chain(with_none.then_some(none));
        let configured = all.map(|class| {
            let rules = world.class_config(cluster, &class.name).map(|config| config.rules.clone());
            ConfiguredClass { class, rules: rules.unwrap_or_default() }
        });
        Ok(configured.collect())
    }

    /// Everything that is configured, by cluster and name.
    pub fn storage_class_configs(
        &self,
        actor: &Actor,
        world: &World,
    ) -> Result<Vec<Arc<StorageClassConfig>>> {
        actor.may_somewhere(Action::Read, ResourceType::StorageClasses)?;
        let seen = world.storage_classes.values().filter(|of| sees(actor, of));
        let mut all: Vec<_> = seen.cloned().collect();
        all.sort_by(|a, b| (a.cluster, &a.name).cmp(&(b.cluster, &b.name)));
        Ok(all)
    }

    pub fn storage_class_config(
        &self,
        actor: &Actor,
        world: &World,
        id: StorageClassId,
    ) -> Result<Arc<StorageClassConfig>> {
        actor.may_somewhere(Action::Read, ResourceType::StorageClasses)?;
        let found = world.storage_classes.get(&id).filter(|of| sees(actor, of));
        found.cloned().ok_or_else(|| Error::not_found("storage class configuration", id))
    }

    pub async fn configure_storage_class(
        &self,
        actor: &Actor,
        cluster: ClusterId,
        name: String,
        rules: StorageClassRules,
    ) -> Result<Arc<StorageClassConfig>> {
        actor.may(Action::Create, Resource::StorageClass(cluster))?;
        let id = StorageClassId(self.inner.chance.uuid());
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let by = &scribe.by;
            let known = world.clusters.contains_key(&cluster);
            known.then_some(()).ok_or_else(|| Error::not_found("cluster (clusterId)", cluster))?;
            right(&name, &rules)?;
            if world.class_config(cluster, &name).is_some() {
                let message = format!("storage class {name} of this cluster is configured already");
                return Err(Error::NameTaken(message));
            }
            let config = Arc::new(StorageClassConfig {
                id,
                cluster,
                name,
                rules,
                created_by: by.clone(),
                created_at: now,
                updated_by: by.clone(),
                updated_at: now,
            });
            let entry = scribe.entry(now, Subject::StorageClass { id }, None, Some(&*config));
            Ok((vec![Change::StorageClass(Box::new((*config).clone())), entry], config))
        })
        .await
    }

    /// Changes the rules; `change` makes the new ones from the old.
    pub async fn change_storage_class(
        &self,
        actor: &Actor,
        id: StorageClassId,
        change: impl FnOnce(&StorageClassRules) -> StorageClassRules + Send + 'static,
    ) -> Result<Arc<StorageClassConfig>> {
        let cluster = self.storage_class_config(actor, &self.world(), id)?.cluster;
        actor.may(Action::Update, Resource::StorageClass(cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let old = world.storage_classes.get(&id);
            let old = old.ok_or_else(|| Error::not_found("storage class configuration", id))?;
            let rules = change(&old.rules);
            right(&old.name, &rules)?;
            let config = Arc::new(StorageClassConfig {
                rules,
                updated_by: scribe.by.clone(),
                updated_at: now,
                ..(**old).clone()
            });
            let entry =
                scribe.entry(now, Subject::StorageClass { id }, Some(&**old), Some(&*config));
            Ok((vec![Change::StorageClass(Box::new((*config).clone())), entry], config))
        })
        .await
    }

    pub async fn forget_storage_class(&self, actor: &Actor, id: StorageClassId) -> Result<()> {
        let cluster = self.storage_class_config(actor, &self.world(), id)?.cluster;
        actor.may(Action::Delete, Resource::StorageClass(cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let old = world.storage_classes.get(&id);
            let old = old.ok_or_else(|| Error::not_found("storage class configuration", id))?;
            let entry = scribe.entry(now, Subject::StorageClass { id }, Some(&**old), None);
            Ok((vec![Change::DeleteStorageClass(id), entry], ()))
        })
        .await
    }
}

fn sees(actor: &Actor, of: &StorageClassConfig) -> bool {
    actor.is_allowed(Action::Read, Resource::StorageClass(of.cluster))
}

fn right(name: &str, rules: &StorageClassRules) -> Result<()> {
    let is_pattern = |pattern: &str| regex_lite::Regex::new(pattern).is_ok();
    match check_config(name, rules, &is_pattern) {
        wrong if wrong.is_empty() => Ok(()),
        wrong => Err(Error::Invalid(wrong)),
    }
}

/// Whether a text fits a pattern; one that is no pattern any more fits nothing.
fn fits(pattern: &str, text: &str) -> bool {
    regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

impl World {
    /// What is configured about a class.
    pub fn class_config(&self, cluster: ClusterId, name: &str) -> Option<&Arc<StorageClassConfig>> {
        self.storage_classes.values().find(|c| c.cluster == cluster && c.name == name)
    }

    /// What the class of a new claim does not allow a data source.
    pub(crate) fn wrong_claim_of_asset(&self, line: &Line, spec: &AssetSpec) -> Vec<Problem> {
        match spec {
            AssetSpec::Pvc(pvc) => self.wrong_claim(line, pvc, ClaimUse::Asset, "spec"),
            _ => vec![],
        }
    }

    /// What the classes of new claims do not allow a workspace.
    pub(crate) fn wrong_claims(&self, line: &Line, submission: &Submission) -> Vec<Problem> {
        let claims = submission.storage.as_ref().and_then(|storage| storage.pvc.as_ref());
        let claims = claims.into_iter().flatten().enumerate();
        let kept = claims.filter(|(_, claim)| claim.exclude != Some(true));
        let wrong = kept.flat_map(|(i, claim)| {
            let field = format!("spec.storage.pvc[{i}]");
            self.wrong_claim(line, claim, ClaimUse::Workload, &field)
        });
        wrong.collect()
    }

    fn wrong_claim(
        &self,
        line: &Line,
        claim: &PvcVolume,
        of: ClaimUse,
        field: &str,
    ) -> Vec<Problem> {
        let class = claim.claim_info.as_ref().and_then(|info| info.storage_class.as_deref());
        let (Some(cluster), Some(class)) = (line.cluster, class) else { return vec![] };
        match self.class_config(cluster, class).filter(|_| claim.existing_pvc != Some(true)) {
            Some(config) => check_claim(class, &config.rules, claim, of, field, &fits),
            None => vec![],
        }
    }
}
