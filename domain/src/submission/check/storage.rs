//! What is mounted: where it comes from, and that each container path is taken once.

use std::collections::BTreeSet;

use super::{
    found::{Found, kept},
    names::{is_dns_name, is_http_url},
};
use crate::submission::{
    ClaimInfo, ConfigMapVolume, DataVolume, EmptyDirVolume, GitVolume, HostPathVolume, NfsVolume,
    PvcVolume, S3Volume, SecretVolume, Storage,
};

/// How a repository is opened.
pub const GIT_AUTHENTICATIONS: [&str; 2] = ["password", "ssh-key"];
/// Whether later mounts of the node are seen in the container.
pub const MOUNT_PROPAGATIONS: [&str; 2] = ["None", "HostToContainer"];
/// What a claim is: files, or a raw device.
pub const VOLUME_MODES: [&str; 2] = ["Filesystem", "Block"];

pub fn check(storage: &Storage, found: &mut Found) {
    let mut mounts = Mounts { found, taken: BTreeSet::new() };
    mounts.each("pvc", &storage.pvc, |v| v.exclude, pvc);
    mounts.each("nfs", &storage.nfs, |v| v.exclude, nfs);
    mounts.each("git", &storage.git, |v| v.exclude, git);
    mounts.each("s3", &storage.s3, |v| v.exclude, s3);
    mounts.each("hostPath", &storage.host_path, |v| v.exclude, host_path);
    mounts.each("configMapVolume", &storage.config_map_volume, |v| v.exclude, config_map);
    mounts.each("secretVolume", &storage.secret_volume, |v| v.exclude, secret);
    mounts.each("dataVolume", &storage.data_volume, |v| v.exclude, data_volume);
    mounts.each("emptyDirVolume", &storage.empty_dir_volume, |v| v.exclude, empty_dir);
    one_propagation(storage, mounts.found);
}

/// The container paths that are taken, beside what is wrong.
struct Mounts<'f> {
    found: &'f mut Found,
    taken: BTreeSet<String>,
}

impl Mounts<'_> {
    fn each<T>(
        &mut self,
        kind: &str,
        items: &Option<Vec<T>>,
        excluded: fn(&T) -> Option<bool>,
        check: fn(&T, &Item<'_>, &mut Self),
    ) {
        let list = format!("storage.{kind}");
        self.found.items(&list, items.as_ref().map_or(0, Vec::len));
        for (path, item) in kept(&list, items, excluded) {
            check(item, &Item { path: &path }, self);
        }
    }

    /// Where an item stands in the container: absolute, not the root, and nowhere else again.
    fn target(&mut self, field: &str, path: Option<&str>) {
        let path = path.unwrap_or_default();
        self.found.characters(field, Some(path));
        let parts: Vec<_> = path.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
        let wrong = match path {
            "" => ("path.required", "Enter a container path"),
            _ if !path.starts_with('/') => ("path.absolute", "Must start with \"/\""),
            _ if parts.is_empty() => ("path.root", "Must not be the root"),
            _ if parts.contains(&"..") || path.contains(':') => {
                ("path.format", "Must not contain \"..\" or \":\"")
            }
            _ if !self.taken.insert(parts.join("/")) => {
                ("path.duplicate", "Another item already uses this path")
            }
            _ => return,
        };
        self.found.add(field, wrong.0, wrong.1);
    }

    fn needed(&mut self, field: &str, value: Option<&str>, what: &str) {
        self.found.required(field, "storage.required", value, &format!("Enter {what}"));
    }

    fn named(&mut self, field: &str, value: Option<&str>, what: &str) {
        if value.is_some_and(|name| !is_dns_name(name)) {
            let message = format!("Enter {what}: lowercase letters, digits and hyphens");
            self.found.add(field, "storage.name", message);
        }
    }

    /// A path below what is mounted.
    fn below(&mut self, field: &str, path: Option<&str>) {
        self.found.text(field, path);
        if path
            .is_some_and(|path| path.starts_with('/') || path.split('/').any(|part| part == ".."))
        {
            let message =
                "Must stay inside of what is mounted: no \"..\", no \"/\" at the beginning";
            self.found.add(field, "path.format", message);
        }
    }

    fn absolute(&mut self, field: &str, path: Option<&str>, what: &str) {
        self.needed(field, path, what);
        if path.is_some_and(|path| !path.is_empty() && !path.starts_with('/')) {
            self.found.add(field, "path.absolute", "Must start with \"/\"");
        }
    }

    fn mode(&mut self, field: &str, mode: Option<&str>) {
        let octal = |mode: &str| {
            mode.len() == 4
                && mode.starts_with('0')
                && mode.bytes().all(|b| matches!(b, b'0'..=b'7'))
        };
        if mode.is_some_and(|mode| !octal(mode)) {
            let message = "Four octal digits, the first 0, such as 0644";
            self.found.add(field, "mode.format", message);
        }
    }
}

/// An item of a list, by its path.
struct Item<'p> {
    path: &'p str,
}

impl Item<'_> {
    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }
}

fn pvc(volume: &PvcVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    to.target(&item.field("path"), volume.path.as_deref());
    let claim = volume.claim_name.as_deref();
    if volume.existing_pvc == Some(true) {
        to.needed(&item.field("claimName"), claim, "the name of the claim");
    } else {
        let size = volume.claim_info.as_ref().and_then(|info| info.size.as_deref());
        to.needed(&item.field("claimInfo.size"), size, "a size with a unit, such as 10G");
    }
    to.named(
        &item.field("claimName"),
        claim.filter(|name| !name.is_empty()),
        "the name of the claim",
    );
    if claim.is_some_and(|name| name.len() > 63) {
        to.found.add(&item.field("claimName"), "long", "At most 63 characters");
    }
    if let Some(info) = &volume.claim_info {
        claim_info(info, item, to);
    }
}

fn claim_info(info: &ClaimInfo, item: &Item<'_>, to: &mut Mounts<'_>) {
    let field = |name: &str| item.field(&format!("claimInfo.{name}"));
    let size = info.size.as_deref().filter(|size| !size.is_empty());
    to.found.quantity(&field("size"), size);
    to.named(&field("storageClass"), info.storage_class.as_deref(), "the name of a class");
    to.found.one_of(&field("volumeMode"), info.volume_mode.as_deref(), &VOLUME_MODES);
    if info.access_modes.clone().unwrap_or_default().asked() == [false; 3] {
        to.found.add(&field("accessModes"), "access.modes", "Choose at least one access mode");
    }
    let added = info.added_attr_values.as_deref().unwrap_or_default();
    to.found.items(&field("addedAttrValues"), added.len());
    for (i, pair) in added.iter().enumerate() {
        let field = |name: &str| field(&format!("addedAttrValues[{i}].{name}"));
        to.needed(&field("key"), pair.key.as_deref(), "a key");
        to.found.characters(&field("value"), pair.value.as_deref());
    }
}

fn nfs(volume: &NfsVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    to.needed(&item.field("server"), volume.server.as_deref(), "the server");
    // It becomes one option of a mount; a comma would begin another one.
    let host_char = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if volume.server.as_deref().is_some_and(|server| !server.chars().all(host_char)) {
        let message = "Enter a name or an address, such as files.example.org";
        to.found.add(&item.field("server"), "server.format", message);
    }
    to.needed(&item.field("path"), volume.path.as_deref(), "the path on the server");
    to.target(&item.field("mountPath"), volume.mount_path.as_deref());
}

fn git(volume: &GitVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.needed(&item.field("repository"), volume.repository.as_deref(), "the repository");
    to.target(&item.field("path"), volume.path.as_deref());
    let texts = [
        ("name", &volume.name),
        ("branch", &volume.branch),
        ("revision", &volume.revision),
        ("passwordSecret", &volume.password_secret),
        ("secretKeyOfUser", &volume.secret_key_of_user),
        ("secretKeyOfPassword", &volume.secret_key_of_password),
    ];
    for (name, text) in texts {
        to.found.text(&item.field(name), text.as_deref());
    }
    let Some(secret) = &volume.secret_ref else { return };
    let field = |name: &str| item.field(&format!("secretRef.{name}"));
    let name = secret.name.as_deref().unwrap_or_default();
    to.named(&field("name"), Some(name), "the name of a secret");
    let method = secret.authentication_method.as_deref();
    to.found.one_of(&field("authenticationMethod"), method, &GIT_AUTHENTICATIONS);
    to.found.text(&field("secretKeyOfUser"), secret.secret_key_of_user.as_deref());
    to.found.text(&field("secretKeyOfPassword"), secret.secret_key_of_password.as_deref());
}

fn s3(volume: &S3Volume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.needed(&item.field("bucket"), volume.bucket.as_deref(), "the bucket");
    to.target(&item.field("path"), volume.path.as_deref());
    if volume.url.as_deref().is_some_and(|url| !is_http_url(url)) {
        to.found.add(&item.field("url"), "url.format", "Enter a full http(s) URL");
    }
    let secret = volume.access_key_secret.as_deref();
    to.named(&item.field("accessKeySecret"), secret, "the name of a secret");
    let texts = [
        ("name", &volume.name),
        ("secretKeyOfAccessKeyId", &volume.secret_key_of_access_key_id),
        ("secretKeyOfSecretKey", &volume.secret_key_of_secret_key),
    ];
    for (name, text) in texts {
        to.found.text(&item.field(name), text.as_deref());
    }
}

fn host_path(volume: &HostPathVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    to.absolute(&item.field("path"), volume.path.as_deref(), "the path on the node");
    to.target(&item.field("mountPath"), volume.mount_path.as_deref());
    let propagation = volume.mount_propagation.as_deref();
    to.found.one_of(&item.field("mountPropagation"), propagation, &MOUNT_PROPAGATIONS);
}

/// `mountPropagation` is the same for all items (`rest-api.md` §6.3).
fn one_propagation(storage: &Storage, found: &mut Found) {
    let items = kept("storage.hostPath", &storage.host_path, |v| v.exclude);
    let said = |v: &HostPathVolume| v.mount_propagation.clone().unwrap_or("None".into());
    let first = items.first().map(|(_, volume)| said(volume));
    for (path, volume) in &items {
        if Some(said(volume)) != first {
            let message = "Must be the same for all host paths";
            found.add(&format!("{path}.mountPropagation"), "propagation.mixed", message);
        }
    }
}

fn config_map(volume: &ConfigMapVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    let map = volume.config_map.as_deref().unwrap_or_default();
    to.named(&item.field("configMap"), Some(map), "the name of a config map");
    to.target(&item.field("mountPath"), volume.mount_path.as_deref());
    to.below(&item.field("subPath"), volume.sub_path.as_deref());
    to.mode(&item.field("defaultMode"), volume.default_mode.as_deref());
}

fn secret(volume: &SecretVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    to.needed(&item.field("secret"), volume.secret.as_deref(), "the name of a secret");
    to.target(&item.field("mountPath"), volume.mount_path.as_deref());
    to.mode(&item.field("defaultMode"), volume.default_mode.as_deref());
}

fn data_volume(volume: &DataVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    let id = volume.id.as_deref().and_then(|id| id.parse::<uuid::Uuid>().ok());
    if id.is_none() {
        to.found.add(&item.field("id"), "storage.id", "Enter the id of a data volume, a UUID");
    }
    to.target(&item.field("mountPath"), volume.mount_path.as_deref());
}

fn empty_dir(volume: &EmptyDirVolume, item: &Item<'_>, to: &mut Mounts<'_>) {
    to.found.text(&item.field("name"), volume.name.as_deref());
    to.target(&item.field("path"), volume.path.as_deref());
    let medium = volume.medium.as_deref().filter(|medium| !medium.is_empty());
    to.found.one_of(&item.field("medium"), medium, &["Memory"]);
    to.found.quantity(&item.field("sizeLimit"), volume.size_limit.as_deref());
}
