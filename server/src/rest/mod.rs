//! The REST interface, one file a resource: handlers take apart, call a use case, put together. What
//! stands at a handler makes the router and the description of the interface alike.

mod access;
mod answer;
mod assets;
mod body;
mod clusters;
mod cycles;
mod data_volumes;
mod departments;
mod error;
mod explorer;
mod node_pools;
mod nodes;
mod openapi;
mod org_unit;
mod policies;
mod projects;
mod query;
mod settings;
mod storage_classes;
mod strict;
mod templates;
mod token;
mod what_if;
mod workload_properties;
mod workloads;
mod workspaces;

use axum::{Router, extract::DefaultBodyLimit, middleware};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use answer::missing;
pub use body::{Body, Id};
pub use cycles::decision_view;
pub use error::RestError;
pub use openapi::{description, operations};
pub use query::{List, Page, Query};

use crate::Doors;

/// A body is at most this large, in bytes.
const BODY_MAX: usize = 1 << 20;

/// All routes of the interface, and the page to try them.
pub fn router() -> Router<Doors> {
    let (routes, _) = described().split_for_parts();
    routes
        .merge(explorer::router())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn(answer::json_errors))
}

/// The routes with their descriptions.
fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(token::grant))
        .routes(routes!(token::grant_oauth))
        .routes(routes!(clusters::list))
        .routes(routes!(clusters::get))
        .routes(routes!(node_pools::list, node_pools::create))
        .routes(routes!(node_pools::get, node_pools::put, node_pools::patch, node_pools::delete))
        .routes(routes!(nodes::list))
        .routes(routes!(nodes::count))
        .routes(routes!(departments::list, departments::create))
        .routes(routes!(departments::count))
        .routes(routes!(departments::get, departments::update, departments::delete))
        .routes(routes!(departments::put_resources, departments::patch_resources))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::count))
        .routes(routes!(projects::get, projects::update, projects::delete))
        .routes(routes!(projects::put_resources, projects::patch_resources))
        .routes(routes!(workloads::list))
        .routes(routes!(workloads::count))
        .routes(routes!(workloads::batch::act))
        .routes(routes!(workloads::pods::list))
        .routes(routes!(workloads::pods::count))
        .routes(routes!(workloads::get))
        .routes(routes!(workloads::pods::of_workload))
        .routes(routes!(workloads::history::events))
        .routes(routes!(workloads::history::records))
        .routes(routes!(workloads::history::logs))
        .routes(routes!(workloads::metrics::of_workload))
        .routes(routes!(workloads::metrics::of_pod))
        .routes(routes!(workspaces::create))
        .routes(routes!(workspaces::verdict))
        .routes(routes!(workspaces::get, workspaces::delete))
        .routes(routes!(workspaces::suspend))
        .routes(routes!(workspaces::resume))
        .routes(routes!(policies::list))
        .routes(routes!(policies::get, policies::put, policies::patch, policies::delete))
        .routes(routes!(policies::drafts::versions))
        .routes(routes!(policies::drafts::restore))
        .routes(routes!(policies::drafts::replay))
        .routes(routes!(settings::list, settings::put))
        .routes(routes!(settings::get))
        .routes(routes!(settings::security))
        .routes(routes!(settings::security_one, settings::put_security))
        .merge(access::described())
        .merge(assets::described())
        .merge(templates::described())
        .merge(data_volumes::described())
        .merge(storage_classes::described())
        .merge(workload_properties::described())
        .routes(routes!(workloads::history::cycle))
        .routes(routes!(cycles::replay))
        .routes(routes!(what_if::ask))
        .routes(routes!(openapi::document))
}
