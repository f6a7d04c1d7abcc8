//! Assets and templates.

use domain::{AssetId, Scope, TemplateId, access::Principal, asset::Asset, template::Template};
use sqlx::AnyConnection;

use crate::{
    Result, Sealed,
    change::{delete, run},
    codec::body,
    secrets,
};

/// What is different about assets and templates from now on.
#[derive(Clone, Debug)]
pub enum AssetChange {
    Asset(Box<Asset>),
    /// With its secret, if it has one.
    DeleteAsset(AssetId),
    /// What a credential keeps.
    Secret(AssetId, Sealed),
    Template(Box<Template>),
    DeleteTemplate(TemplateId),
}

pub(crate) async fn write(to: &mut AnyConnection, change: &AssetChange) -> Result<()> {
    match change {
        AssetChange::Asset(asset) => write_asset(to, asset).await,
        AssetChange::Secret(id, sealed) => secrets::write(to, *id, sealed).await,
        AssetChange::DeleteAsset(id) => {
            delete(to, "a secret", "DELETE FROM secrets WHERE asset = $1", id).await?;
            delete(to, "an asset", "DELETE FROM assets WHERE id = $1", id).await
        }
        AssetChange::Template(template) => write_template(to, template).await,
        AssetChange::DeleteTemplate(id) => {
            delete(to, "a template", "DELETE FROM templates WHERE id = $1", id).await
        }
    }
}

async fn write_asset(to: &mut AnyConnection, asset: &Asset) -> Result<()> {
    let sql = "INSERT INTO assets (id, kind, scope, name, body) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
    let query = sqlx::query(sql)
        .bind(asset.id.to_string())
        .bind(asset.kind().name())
        .bind(place_of(asset))
        .bind(asset.name.to_string())
        .bind(body("an asset", asset)?);
    run(to, "an asset", query).await
}

async fn write_template(to: &mut AnyConnection, template: &Template) -> Result<()> {
    let sql = "INSERT INTO templates (id, scope, name, body) VALUES ($1, $2, $3, $4)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
    let query = sqlx::query(sql)
        .bind(template.id.to_string())
        .bind(place(template.scope))
        .bind(template.name.to_string())
        .bind(body("a template", template)?);
    run(to, "a template", query).await
}

/// Names of what somebody keeps for themselves are their own.
fn place_of(asset: &Asset) -> String {
    match asset.private_to {
        Some(Principal::User(id)) => format!("user/{id}"),
        Some(Principal::Application(id)) => format!("application/{id}"),
        Some(Principal::Berth) | None => place(asset.scope),
    }
}

/// A scope as it is stored.
pub(crate) fn place(scope: Scope) -> String {
    let level = scope.level().name();
    match scope.id().as_str() {
        "" => level.to_owned(),
        id => format!("{level}/{id}"),
    }
}
