//! Asking container registries: whether an image is there, how large it is and what it runs on; which
//! repositories and tags there are. A registry is a stranger: every question ends in two seconds,
//! reads a bounded number of bytes, and goes to no address that it was not meant for. What is asked,
//! and on whose behalf, is not known here.

mod address;
mod ask;
mod challenge;
mod image;
mod names;
mod trouble;

use std::{sync::Arc, time::Duration};

use domain::{secret::Secret, submission::ImageReference};
use reqwest::{Client as Http, redirect::Policy};

pub use address::{Reach, Registry};
pub use image::Found;
pub use names::Names;
pub use trouble::Trouble;

/// How long one question may take, with everything that it needs.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of one answer.
pub const ANSWER_MAX: usize = 4 << 20;
/// Tags or repositories that are read, over all pages.
pub const NAMES_MAX: usize = 10_000;
/// Of those, how many are handed on.
pub const SHOWN_MAX: usize = 200;

/// Who asks the registry.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: Secret,
}

/// Asks registries. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    /// For the registry itself, by what an administrator allows.
    near: Http,
    local: Http,
    /// For wherever the registry sends us.
    onward: Http,
}

impl Client {
    /// `None` where TLS cannot be set up on this machine.
    pub fn new() -> Option<Self> {
        // Whoever was first has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = |reach: Reach| {
            Http::builder()
                .redirect(Policy::none())
                // A proxy would look names up itself, past our own look at where they lead.
                .no_proxy()
                .timeout(PATIENCE)
                .pool_idle_timeout(Duration::from_secs(30))
                .pool_max_idle_per_host(2)
                .user_agent(concat!("berth/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(address::Resolver(reach)))
                .build()
                .ok()
        };
        Some(Self {
            near: http(Reach::Near)?,
            local: http(Reach::Local)?,
            onward: http(Reach::Public)?,
        })
    }

    /// Whether the image is there, and what it is.
    pub async fn look_up(
        &self,
        registry: &Registry,
        image: &ImageReference,
        login: Option<&Login>,
    ) -> Result<Found, Trouble> {
        let work = image::look_up(ask::Asking::of(self, registry, login), image);
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Trouble::Slow))
    }

    /// The tags of a repository that have `search` in them.
    pub async fn tags(
        &self,
        registry: &Registry,
        repository: &str,
        search: &str,
        login: Option<&Login>,
    ) -> Result<Names, Trouble> {
        let work = names::tags(ask::Asking::of(self, registry, login), repository, search);
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Trouble::Slow))
    }

    /// The repositories of a registry that have `search` in their names.
    pub async fn repositories(
        &self,
        registry: &Registry,
        search: &str,
        login: Option<&Login>,
    ) -> Result<Names, Trouble> {
        let work = names::repositories(ask::Asking::of(self, registry, login), search);
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Trouble::Slow))
    }

    /// The images of the NGC catalog at `registry` that fit a search.
    pub async fn catalog(&self, registry: &Registry, search: &str) -> Result<Names, Trouble> {
        let work = names::catalog(ask::Asking::of(self, registry, None), search);
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Trouble::Slow))
    }

    fn http(&self, reach: Reach) -> &Http {
        match reach {
            Reach::Near => &self.near,
            Reach::Local => &self.local,
            Reach::Public => &self.onward,
        }
    }
}
