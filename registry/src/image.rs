//! Looking up one image.

use domain::submission::ImageReference;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    Trouble,
    ask::{Answer, Asking},
};

/// Everything that may be at a tag.
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";
/// Platforms that are handed on.
const PLATFORMS_MAX: usize = 20;

/// An image that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `sha256:…` of what the tag is now.
    pub digest: String,
    /// Bytes to pull for one platform.
    pub size: Option<u64>,
    /// `linux/amd64`.
    pub platforms: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Manifest {
    manifests: Option<Vec<Entry>>,
    config: Option<Entry>,
    layers: Vec<Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    digest: String,
    size: u64,
    platform: Option<Platform>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

pub(crate) async fn look_up(mut ask: Asking<'_>, image: &ImageReference) -> Result<Found, Trouble> {
    // Docker's own images live in a folder that nobody writes.
    let path = match ask.registry.is_docker() && !image.path.contains('/') {
        true => format!("library/{}", image.path),
        false => image.path.clone(),
    };
    let wanted = image.digest.as_deref().or(image.tag.as_deref()).unwrap_or("latest");
    let answer = ask.get(&format!("v2/{path}/manifests/{wanted}"), MANIFESTS).await?;
    let digest = digest(&answer);
    let manifest = manifest(&answer)?;
    let Some(entries) = &manifest.manifests else {
        let platform = platform_of(&mut ask, &path, &manifest).await;
        return Ok(Found {
            digest,
            size: size(&manifest),
            platforms: platform.into_iter().collect(),
        });
    };
    let real = entries.iter().filter(|entry| entry.name().is_some());
    let platforms = real.clone().filter_map(Entry::name).take(PLATFORMS_MAX).collect();
    let usual = real.clone().find(|e| e.name().as_deref() == Some("linux/amd64"));
    let one = usual.or(real.clone().next()).filter(|entry| is_digest(&entry.digest));
    let size = match one {
        // Without it the rest is known all the same.
        Some(entry) => {
            match ask.get(&format!("v2/{path}/manifests/{}", entry.digest), MANIFESTS).await {
                Ok(answer) => self::manifest(&answer).ok().and_then(|manifest| size(&manifest)),
                Err(_) => None,
            }
        }
        None => None,
    };
    Ok(Found { digest, size, platforms })
}

fn manifest(answer: &Answer) -> Result<Manifest, Trouble> {
    let nonsense = || Trouble::Nonsense("with something that is no manifest".to_owned());
    let manifest: Manifest = serde_json::from_slice(&answer.body).map_err(|_| nonsense())?;
    match manifest.manifests.is_some() || manifest.config.is_some() {
        true => Ok(manifest),
        false => Err(nonsense()),
    }
}

/// Worked out here: what a stranger says of its own answer proves nothing.
fn digest(answer: &Answer) -> String {
    let hash = Sha256::digest(&answer.body);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn size(manifest: &Manifest) -> Option<u64> {
    let config = manifest.config.as_ref()?.size;
    manifest.layers.iter().try_fold(config, |sum, layer| sum.checked_add(layer.size))
}

/// What a single image runs on stands in its configuration.
async fn platform_of(ask: &mut Asking<'_>, path: &str, manifest: &Manifest) -> Option<String> {
    let config = manifest.config.as_ref().filter(|config| is_digest(&config.digest))?;
    let answer = ask.get(&format!("v2/{path}/blobs/{}", config.digest), "*/*").await.ok()?;
    let platform: Platform = serde_json::from_slice(&answer.body).ok()?;
    platform.name()
}

impl Entry {
    fn name(&self) -> Option<String> {
        self.platform.as_ref()?.name()
    }
}

impl Platform {
    /// What is attached to an image, and is none, says `unknown`.
    fn name(&self) -> Option<String> {
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 32
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        if !plain(&self.os) || !plain(&self.architecture) || self.os == "unknown" {
            return None;
        }
        let variant = self.variant.as_deref().filter(|variant| plain(variant));
        let variant = variant.map(|variant| format!("/{variant}")).unwrap_or_default();
        Some(format!("{}/{}{variant}", self.os, self.architecture))
    }
}

fn is_digest(text: &str) -> bool {
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.strip_prefix("sha256:").is_some_and(|rest| rest.len() == 64 && rest.bytes().all(hex))
}
