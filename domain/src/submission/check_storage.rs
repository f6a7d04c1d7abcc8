//! Everything that can be wrong with the volumes of a submission (`rest-api.md` §6.4).

use std::collections::BTreeSet;

use super::{
    check::{Problems, quantity},
    storage::*,
};

const VOLUME_MODES: [&str; 2] = ["Filesystem", "Block"];
const PROPAGATIONS: [&str; 2] = ["None", "HostToContainer"];
const GIT_METHODS: [&str; 2] = ["password", "ssh-key"];
/// Characters of a claim's name.
const CLAIM_NAME_MAX: usize = 63;

/// Every problem of `storage`.
pub(super) fn check(storage: &Storage, found: &mut Problems) {
    let mut mounts = Mounts::default();
    each(
        "pvc",
        &storage.pvc,
        |i| i.exclude,
        found,
        |at, item, found| {
            mounts.take(&at("path"), item.path.as_deref(), found);
            pvc(at, item, found);
        },
    );
    each(
        "nfs",
        &storage.nfs,
        |i| i.exclude,
        found,
        |at, item, found| {
            required(&at("server"), "Enter the server", item.server.as_deref(), found);
            absolute(&at("path"), item.path.as_deref(), found);
            mounts.take(&at("mountPath"), item.mount_path.as_deref(), found);
        },
    );
    each(
        "git",
        &storage.git,
        |i| i.exclude,
        found,
        |at, item, found| {
            git(at, item, found);
            mounts.take(&at("path"), item.path.as_deref(), found);
        },
    );
    each(
        "s3",
        &storage.s3,
        |i| i.exclude,
        found,
        |at, item, found| {
            s3(at, item, found);
            mounts.take(&at("path"), item.path.as_deref(), found);
        },
    );
    each(
        "hostPath",
        &storage.host_path,
        |i| i.exclude,
        found,
        |at, item, found| {
            absolute(&at("path"), item.path.as_deref(), found);
            found.one_of(&at("mountPropagation"), item.mount_propagation.as_deref(), &PROPAGATIONS);
            mounts.take(&at("mountPath"), item.mount_path.as_deref(), found);
        },
    );
    same_propagation(storage.host_path.as_deref().unwrap_or_default(), found);
    each(
        "configMapVolume",
        &storage.config_map_volume,
        |i| i.exclude,
        found,
        |at, item, found| {
            let message = "Choose a ConfigMap";
            required(&at("configMap"), message, item.config_map.as_deref(), found);
            kubernetes_name(&at("configMap"), item.config_map.as_deref(), found);
            found.text(&at("subPath"), item.sub_path.as_deref());
            file_mode(&at("defaultMode"), item.default_mode.as_deref(), found);
            mounts.take(&at("mountPath"), item.mount_path.as_deref(), found);
        },
    );
    each(
        "secretVolume",
        &storage.secret_volume,
        |i| i.exclude,
        found,
        |at, item, found| {
            required(&at("secret"), "Choose a credential", item.secret.as_deref(), found);
            file_mode(&at("defaultMode"), item.default_mode.as_deref(), found);
            mounts.take(&at("mountPath"), item.mount_path.as_deref(), found);
        },
    );
    each(
        "emptyDirVolume",
        &storage.empty_dir_volume,
        |i| i.exclude,
        found,
        |at, item, found| {
            found.one_of(&at("medium"), item.medium.as_deref(), &["", "Memory"]);
            quantity(&at("sizeLimit"), item.size_limit.as_deref(), false, true, found);
            mounts.take(&at("path"), item.path.as_deref(), found);
        },
    );
    each(
        "dataVolume",
        &storage.data_volume,
        |i| i.exclude,
        found,
        |at, item, found| {
            required(&at("id"), "Choose a data volume", item.id.as_deref(), found);
            mounts.take(&at("mountPath"), item.mount_path.as_deref(), found);
        },
    );
}

/// Goes through the items of a list that are not excluded; `at` makes the path of a field.
fn each<T>(
    list: &str,
    items: &Option<Vec<T>>,
    excluded: impl Fn(&T) -> Option<bool>,
    found: &mut Problems,
    mut check: impl FnMut(&dyn Fn(&str) -> String, &T, &mut Problems),
) {
    let items = items.as_deref().unwrap_or_default();
    found.items(&format!("storage.{list}"), items.len());
    for (i, item) in items.iter().enumerate().filter(|(_, item)| excluded(item) != Some(true)) {
        let at = |field: &str| format!("storage.{list}[{i}].{field}");
        check(&at, item, found);
    }
}

/// The paths in the container that are in use, without a slash at the end.
#[derive(Default)]
struct Mounts(BTreeSet<String>);

impl Mounts {
    fn take(&mut self, field: &str, path: Option<&str>, found: &mut Problems) {
        let path = path.unwrap_or_default();
        let plain = path.trim_end_matches('/');
        if path.is_empty() {
            found.add(field, "path.required", "Enter a container path");
        } else if !path.starts_with('/') {
            found.add(field, "path.absolute", "Must start with \"/\"");
        } else if plain.is_empty() {
            found.add(field, "path.root", "Must be a folder below \"/\"");
        } else if path.contains(['\0', ':']) || plain.split('/').any(|part| part == "..") {
            found.add(field, "path.form", "Must not contain \"..\" or \":\"");
        } else if !self.0.insert(plain.to_owned()) {
            found.add(field, "path.duplicate", "Another item already uses this path");
        } else {
            found.text(field, Some(path));
        }
    }
}

fn pvc(at: &dyn Fn(&str) -> String, item: &Pvc, found: &mut Problems) {
    let claim = item.claim_name.as_deref();
    if claim.is_some_and(|name| name.len() > CLAIM_NAME_MAX) {
        found.add(&at("claimName"), "long", format!("At most {CLAIM_NAME_MAX} characters"));
    }
    kubernetes_name(&at("claimName"), claim, found);
    if item.existing_pvc == Some(true) {
        required(&at("claimName"), "Choose an existing claim", claim, found);
        return;
    }
    let none = ClaimInfo::default();
    let info = item.claim_info.as_ref().unwrap_or(&none);
    quantity(&at("claimInfo.size"), info.size.as_deref(), true, true, found);
    kubernetes_name(&at("claimInfo.storageClass"), info.storage_class.as_deref(), found);
    found.one_of(&at("claimInfo.volumeMode"), info.volume_mode.as_deref(), &VOLUME_MODES);
    let no_mode = |modes: &AccessModes| {
        modes.read_write_once == Some(false)
            && modes.read_only_many != Some(true)
            && modes.read_write_many != Some(true)
    };
    if info.access_modes.as_ref().is_some_and(no_mode) {
        found.add(&at("claimInfo.accessModes"), "access.none", "Choose at least one access mode");
    }
}

fn git(at: &dyn Fn(&str) -> String, item: &Git, found: &mut Problems) {
    required(&at("repository"), "Enter the repository", item.repository.as_deref(), found);
    found.text(&at("branch"), item.branch.as_deref());
    found.text(&at("revision"), item.revision.as_deref());
    let Some(secret) = &item.secret_ref else { return };
    required(&at("secretRef.name"), "Choose a credential", secret.name.as_deref(), found);
    let method = secret.authentication_method.as_deref();
    found.one_of(&at("secretRef.authenticationMethod"), method, &GIT_METHODS);
    let is_https = item.repository.as_deref().is_some_and(|url| url.starts_with("http"));
    if method == Some("ssh-key") && is_https {
        let message = "An SSH key needs the SSH form, such as git@host:group/name.git";
        found.add(&at("repository"), "git.form", message);
    }
}

fn s3(at: &dyn Fn(&str) -> String, item: &S3, found: &mut Problems) {
    required(&at("bucket"), "Enter the bucket", item.bucket.as_deref(), found);
    kubernetes_name(&at("accessKeySecret"), item.access_key_secret.as_deref(), found);
    if item.url.as_deref().is_some_and(|url| !super::check::is_http_url(url)) {
        found.add(&at("url"), "url.format", "Enter a full http(s) URL");
    }
}

fn same_propagation(items: &[HostPath], found: &mut Problems) {
    let of = |item: &HostPath| item.mount_propagation.clone().unwrap_or_else(|| "None".into());
    let kept = items.iter().enumerate().filter(|(_, item)| item.exclude != Some(true));
    let mut values = kept.map(|(i, item)| (i, of(item)));
    let Some((_, first)) = values.next() else { return };
    if let Some((i, _)) = values.find(|(_, other)| *other != first) {
        let message = format!("Must be {first}, as of the other host paths of this workload");
        let field = format!("storage.hostPath[{i}].mountPropagation");
        found.add(&field, "propagation.mixed", message);
    }
}

fn required(field: &str, message: &str, value: Option<&str>, found: &mut Problems) {
    match value {
        None | Some("") => found.add(field, "required", message),
        Some(_) => found.text(field, value),
    }
}

fn absolute(field: &str, path: Option<&str>, found: &mut Problems) {
    required(field, "Enter a path", path, found);
    if path.is_some_and(|path| !path.is_empty() && !path.starts_with('/')) {
        found.add(field, "path.absolute", "Must start with \"/\"");
    }
}

/// `^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`; an absent name is right.
fn kubernetes_name(field: &str, name: Option<&str>, found: &mut Problems) {
    let edge = |b: Option<u8>| b.is_some_and(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'));
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let right = |name: &str| {
        edge(name.bytes().next()) && edge(name.bytes().last()) && name.bytes().all(inner)
    };
    if name.is_some_and(|name| !name.is_empty() && !right(name)) {
        let message =
            "Use lowercase letters, digits and hyphens, with a letter or digit at the ends";
        found.add(field, "k8s.name", message);
    }
}

fn file_mode(field: &str, mode: Option<&str>, found: &mut Problems) {
    let octal = |b: u8| matches!(b, b'0'..=b'7');
    let right = |m: &str| m.len() == 4 && m.starts_with('0') && m.bytes().all(octal);
    if mode.is_some_and(|mode| !right(mode)) {
        found.add(field, "mode.form", "Four octal digits, such as 0644");
    }
}
