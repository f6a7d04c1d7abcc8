//! The wire: what clients send and what they are answered, one file a resource. REST, pages and the
//! live stream share these shapes. Names and types are those of the public interface
//! (`rest-api.md`); the translation to and from the domain lives here and goes no further.

pub mod access;
pub mod assets;
pub mod batch;
pub mod clusters;
pub mod cycles;
pub mod data_volumes;
pub mod departments;
pub mod error;
pub mod events;
pub mod legacy_templates;
pub mod list;
pub mod metrics;
pub mod node_pools;
pub mod nodes;
pub mod pods;
pub mod policies;
pub mod projects;
pub mod resources;
pub mod settings;
pub mod storage_classes;
pub mod templates;
pub mod token;
pub mod what_if;
pub mod wording;
pub mod workload_properties;
pub mod workloads;
pub mod workspaces;

pub use error::{Count, ErrorBody, HttpResponse};
pub use list::{ListQuery, Listed, Paging};

/// The description of the REST interface, as it is checked in.
#[cfg(feature = "openapi")]
pub const OPENAPI: &str = include_str!("../openapi.json");

/// The number of the one tenant of an installation.
pub const TENANT_ID: i32 = 1;
