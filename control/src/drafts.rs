//! Drafts of forms that are too long for an address: the address carries the digest of one, and whoever is signed in and
//! has it reads the draft, as with one that stands in the address.

use domain::{access::Actor, form::Pairs};
use sha2::{Digest, Sha256};

use crate::{ControlPlane, Error, Result};

/// How long a draft is kept after it was typed last, in seconds: 30 days.
pub const DRAFT_KEPT_SECS: i64 = 30 * 24 * 3600;
/// Bytes of one, at most.
const DRAFT_MAX: usize = 256 << 10;
/// Bytes of the digest that are its id.
const ID_BYTES: usize = 16;

impl ControlPlane {
    /// Keeps a draft; its id.
    pub async fn keep_draft(&self, _actor: &Actor, pairs: &Pairs) -> Result<String> {
        let unwritable = |_| Error::Internal { what: "write a draft" };
        let body = serde_json::to_string(pairs).map_err(unwritable)?;
        if body.len() > DRAFT_MAX {
            let message = format!("A form is kept up to {} kB", DRAFT_MAX >> 10);
            return Err(Error::field("draft", "long", &message));
        }
        let digest = Sha256::digest(body.as_bytes());
        let id: String = digest.iter().take(ID_BYTES).map(|byte| format!("{byte:02x}")).collect();
        self.inner.store.keep_draft(&id, &body, self.now()).await?;
        Ok(id)
    }

    /// A draft, while it is kept.
    pub async fn draft(&self, _actor: &Actor, id: &str) -> Result<Option<Pairs>> {
        let body = self.inner.store.draft(id).await?;
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
    }
}
