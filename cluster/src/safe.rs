//! Secrets that Berth keeps, on their way into a cluster: which ones a pod uses is said in its order, what stands in them
//! is asked of a [`Safe`] when the pod is made, and not before.

use std::error::Error;

use async_trait::async_trait;
use domain::{
    AssetId,
    secret::{Secret, SecretContent},
    submission::SecretUse,
};
use serde::{Deserialize, Serialize};

/// A secret that Berth keeps and a pod uses. A pull that the submission does not name is one that every pod in its place
/// gets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptSecret {
    /// The credential that keeps it.
    pub credential: AssetId,
    pub of: SecretUse,
}

/// What stands in one. It neither prints nor serializes.
pub enum Opened {
    /// Values by their keys.
    Keys(SecretContent),
    /// What opens a registry.
    Registry { url: String, user: String, password: Secret },
}

/// Why there is nothing to be had. It says nothing of what is kept.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    #[error("the credential {0} is not there any more")]
    Gone(String),
    #[error("the credential {name} could not be opened")]
    Closed {
        name: String,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
}

/// Where the secrets are.
#[async_trait]
pub trait Safe: Send + Sync {
    /// What is kept now.
    async fn open(&self, secret: &KeptSecret) -> Result<Opened, NotOpened>;
}
