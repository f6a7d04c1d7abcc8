//! People and what they may, one file a resource.

mod clients;
mod keys;
mod me;
mod roles;
mod rules;
mod users;

use clients::{apps, service_accounts};
use keys::access_keys;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Doors;

/// The routes with their descriptions.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::count))
        .routes(routes!(users::get, users::change, users::delete))
        .routes(routes!(users::reset_password))
        .routes(routes!(users::logout))
        .routes(routes!(me::change_password))
        .routes(routes!(service_accounts::list, service_accounts::create))
        .routes(routes!(service_accounts::get, service_accounts::patch, service_accounts::delete))
        .routes(routes!(service_accounts::new_secret))
        .routes(routes!(apps::list, apps::create))
        .routes(routes!(apps::get, apps::patch, apps::delete))
        .routes(routes!(apps::new_secret))
        .routes(routes!(keys::list, access_keys::create))
        .routes(routes!(access_keys::get, access_keys::delete))
        .routes(routes!(access_keys::new_secret))
        .routes(routes!(keys::list_apps, keys::apps::create))
        .routes(routes!(keys::apps::get, keys::apps::delete))
        .routes(routes!(keys::apps::new_secret))
        .routes(routes!(roles::list))
        .routes(routes!(roles::get))
        .routes(routes!(rules::list, rules::create))
        .routes(routes!(rules::count))
        .routes(routes!(rules::batch))
        .routes(routes!(rules::batch_create))
        .routes(routes!(rules::get, rules::delete))
        .routes(routes!(me::permissions))
        .routes(routes!(me::permitted_scopes))
        .routes(routes!(me::rules))
        .routes(routes!(me::count_rules))
}
