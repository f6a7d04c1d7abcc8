//! People and what they may, one file a resource.

mod clients;
mod keys;
mod me;
mod roles;
mod rules;
mod users;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Doors;

/// The routes with their descriptions.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::count))
        .routes(routes!(users::get, users::delete))
        .routes(routes!(users::reset_password))
        .routes(routes!(users::logout))
        .routes(routes!(me::change_password))
        .routes(routes!(clients::list, clients::create))
        .routes(routes!(clients::get, clients::patch, clients::delete))
        .routes(routes!(clients::new_secret))
        .routes(routes!(clients::list_apps, clients::create_app))
        .routes(routes!(clients::get_app, clients::patch_app, clients::delete_app))
        .routes(routes!(clients::new_app_secret))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::get, keys::delete))
        .routes(routes!(keys::new_secret))
        .routes(routes!(keys::list_apps, keys::create_app))
        .routes(routes!(keys::get_app, keys::delete_app))
        .routes(routes!(keys::new_app_secret))
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
