//! The environments, compute resources and templates that come with Berth, made once: at the first
//! start, or at the first start of a program that knows them. What somebody deletes stays deleted.

use std::sync::Arc;

use domain::{
    AssetId, Scope, TemplateId, Timestamp,
    asset::{Asset, predefined},
    template::Template,
};
use store::{AssetChange, Change};
use uuid::Uuid;

use crate::{ControlPlane, Error, Result, World};

/// The mark in the database that they were made.
const MADE: &str = "predefined assets";

impl ControlPlane {
    /// Makes them, unless that was done before. A name that is in use is passed over.
    pub(crate) async fn first_assets(&self) -> Result<()> {
        if self.inner.store.meta(MADE).await?.is_some() {
            return Ok(());
        }
        let chance = self.inner.chance.clone();
        self.change(move |world, now| Ok((changes(world, now, || chance.uuid())?, ()))).await?;
        // Killed in between, the next start finds all names in use and changes nothing.
        Ok(self.inner.store.set_meta(MADE, "1").await?)
    }
}

fn changes(world: &World, now: Timestamp, mut new_id: impl FnMut() -> Uuid) -> Result<Vec<Change>> {
    let by = || "Berth".to_owned();
    let mut known: Vec<Arc<Asset>> =
        world.assets.values().filter(|asset| asset.scope == Scope::Account).cloned().collect();
    let mut made = Vec::new();
    for one in predefined::assets() {
        let same = |a: &Arc<Asset>| a.name.as_str() == one.name && a.kind() == one.spec.kind();
        if known.iter().any(same) {
            continue;
        }
        let asset = Asset {
            id: AssetId(new_id()),
            name: one.name.parse().map_err(|_| Error::Internal { what: "name an asset" })?,
            description: Some(one.description.to_owned()),
            scope: Scope::Account,
            supports: one.supports,
            spec: one.spec,
            private_to: None,
            created_by: by(),
            created_at: now,
            updated_by: by(),
            updated_at: now,
            update_count: 0,
        };
        made.push(Change::Asset(AssetChange::Asset(Box::new(asset.clone()))));
        known.push(Arc::new(asset));
    }
    for one in predefined::templates() {
        let taken = world
            .templates
            .values()
            .any(|t| t.scope == Scope::Account && t.name.as_str() == one.name);
        let id = |name: &str| known.iter().find(|a| a.name.as_str() == name).map(|a| a.id);
        let Some(assets) = one.links(id).filter(|_| !taken) else { continue };
        let template = Template {
            id: TemplateId(new_id()),
            name: one.name.parse().map_err(|_| Error::Internal { what: "name a template" })?,
            description: Some(one.description.to_owned()),
            scope: Scope::Account,
            spec: one.spec,
            assets,
            legacy: None,
            created_by: by(),
            created_at: now,
            updated_by: None,
            updated_at: None,
        };
        made.push(Change::Asset(AssetChange::Template(Box::new(template))));
    }
    Ok(made)
}
