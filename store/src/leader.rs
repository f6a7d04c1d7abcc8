//! Where the Berth is that holds a database: written by it, and read by those who wait for their turn.

use std::net::SocketAddr;

use sqlx::{AnyPool, any::AnyPoolOptions};

use crate::{DatabaseUrl, Error, Result, Store, open::PATIENCE};

/// The name among the settings.
const LEADER: &str = "leader";

impl Store {
    /// Says where this Berth is to be reached by the others.
    pub async fn lead(&self, at: SocketAddr) -> Result<()> {
        self.set_meta(LEADER, &at.to_string()).await
    }
}

/// Reads a database that another Berth holds.
#[derive(Clone, Debug)]
pub struct Follower {
    pool: AnyPool,
}

impl Follower {
    /// Does not look at the database yet: it may be away.
    ///
    /// # Errors
    ///
    /// The address is none.
    pub fn of(url: &DatabaseUrl) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy(&url.connection())
            .map_err(|cause| Error::Open { url: url.to_string(), cause })?;
        Ok(Self { pool })
    }

    /// Where the Berth is that holds it, or held it last; `None` before there was any.
    pub async fn leader(&self) -> Result<Option<SocketAddr>> {
        let query = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1");
        let found: Option<String> = query
            .bind(LEADER.to_owned())
            .fetch_optional(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "who leads", cause })?;
        Ok(found.and_then(|at| at.parse().ok()))
    }
}
