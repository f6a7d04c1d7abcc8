//! Data & storage, both ways: rows of the form, and the lists of a submission.

use super::{Draft, Row, open::size_of, table::DATA};
use crate::submission::{
    AccessModes, ClaimInfo, ConfigMapVolume, DataVolume, EmptyDirVolume, GitSecretRef, GitVolume,
    HostPathVolume, NfsVolume, PvcVolume, S3Volume, SecretVolume, Storage,
};

/// A kind of data, as the menu offers it.
#[derive(Debug)]
pub struct DataKind {
    /// The row's `kind`.
    pub name: &'static str,
    pub label: &'static str,
    /// The list of the submission that such rows lie in.
    pub path: &'static str,
    /// Whether it can be typed here, and need not be loaded from an asset.
    pub is_one_time: bool,
}

impl DataKind {
    pub(super) const fn of(name: &'static str, label: &'static str, path: &'static str) -> Self {
        Self { name, label, path, is_one_time: false }
    }

    pub(super) const fn one_time(self) -> Self {
        Self { is_one_time: true, ..self }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        DATA.iter().find(|kind| kind.name == name)
    }
}

/// Whether a kind calls the container path `mountPath` (`form-and-assets.md` §8.2).
pub(super) fn has_mount_path(kind: &str) -> bool {
    matches!(kind, "nfs" | "hostPath" | "configMap" | "secret" | "dataVolume")
}

/// What the rows say.
pub(super) fn storage(draft: &Draft) -> Option<Storage> {
    let rows = draft.rows("data");
    if rows.is_empty() {
        return None;
    }
    let mut storage = Storage::default();
    for row in rows {
        add(&mut storage, row);
    }
    Some(storage)
}

fn add(to: &mut Storage, row: &Row) {
    // What lies under another field of the row for each kind.
    let at = |name: &str| row.said(name);
    // Loaded rows keep what they were loaded with, though the field is not on the page.
    let kept = |name: &str| Some(row.text(name).trim().to_owned()).filter(|text| !text.is_empty());
    let (path, name) = (at("path"), kept("name"));
    let exclude = row.out.then_some(true);
    let read_only = || Some(row.is_on("read_only"));
    match row.text("kind") {
        "volume" => push(&mut to.pvc, volume(row)),
        "pvc" => push(
            &mut to.pvc,
            PvcVolume {
                name,
                path,
                existing_pvc: Some(true),
                claim_name: kept("origin"),
                exclude,
                ..PvcVolume::default()
            },
        ),
        "nfs" => push(
            &mut to.nfs,
            NfsVolume {
                name,
                server: kept("server"),
                path: kept("export"),
                mount_path: path,
                read_only: read_only(),
                exclude,
            },
        ),
        "s3" => push(
            &mut to.s3,
            S3Volume {
                name,
                bucket: kept("bucket"),
                path,
                url: kept("url"),
                access_key_secret: kept("access_key"),
                exclude,
                ..S3Volume::default()
            },
        ),
        "git" => push(&mut to.git, GitVolume { name, path, exclude, ..git(row) }),
        "hostPath" => push(
            &mut to.host_path,
            HostPathVolume {
                name,
                path: kept("host_path"),
                mount_path: path,
                read_only: read_only(),
                exclude,
                ..HostPathVolume::default()
            },
        ),
        "configMap" => push(
            &mut to.config_map_volume,
            ConfigMapVolume {
                name,
                config_map: kept("origin"),
                mount_path: path,
                sub_path: at("sub_path"),
                exclude,
                ..ConfigMapVolume::default()
            },
        ),
        "secret" => push(
            &mut to.secret_volume,
            SecretVolume {
                name,
                secret: kept("origin"),
                mount_path: path,
                exclude,
                ..SecretVolume::default()
            },
        ),
        "dataVolume" => {
            push(&mut to.data_volume, DataVolume { id: kept("origin"), mount_path: path, exclude })
        }
        _ => push(
            &mut to.empty_dir_volume,
            EmptyDirVolume {
                name,
                path,
                medium: at("medium"),
                size_limit: at("limit").map(|size| size + size_unit(row)),
                exclude,
            },
        ),
    }
}

fn push<T>(to: &mut Option<Vec<T>>, item: T) {
    to.get_or_insert_default().push(item);
}

/// `GB` is `G` on the wire, `GiB` is `Gi`.
fn size_unit(row: &Row) -> &str {
    row.text("size_unit").trim_end_matches('B')
}

fn volume(row: &Row) -> PvcVolume {
    let modes = row.text("modes");
    let mode = |name: &str| modes.split(',').any(|mode| mode == name).then_some(true);
    PvcVolume {
        name: Some(row.text("name").to_owned()).filter(|name| !name.is_empty()),
        path: row.said("path"),
        existing_pvc: Some(false),
        ephemeral: Some(row.text("persistency") == "ephemeral"),
        claim_info: Some(ClaimInfo {
            size: row.said("size").map(|size| size + size_unit(row)),
            storage_class: row.said("class"),
            access_modes: Some(AccessModes {
                read_write_once: mode("readWriteOnce"),
                read_only_many: mode("readOnlyMany"),
                read_write_many: mode("readWriteMany"),
            }),
            volume_mode: row.said("volume_mode"),
            added_attr_values: None,
        }),
        exclude: row.out.then_some(true),
        ..PvcVolume::default()
    }
}

fn git(row: &Row) -> GitVolume {
    let text = |name: &str| Some(row.text(name).trim().to_owned()).filter(|text| !text.is_empty());
    let secret_ref = text("method").map(|method| GitSecretRef {
        name: text("git_secret"),
        authentication_method: Some(method),
        ..GitSecretRef::default()
    });
    GitVolume {
        repository: text("repository"),
        revision: text("revision"),
        secret_ref,
        ..GitVolume::default()
    }
}

/// The list of the submission and the place in it of a row: `spec.storage.nfs[0]`.
pub(super) fn path(rows: &[Row], index: usize) -> Option<String> {
    let list = |row: &Row| DataKind::named(row.text("kind")).map(|kind| kind.path);
    let own = list(rows.get(index)?)?;
    let before = rows[..index].iter().filter(|row| list(row) == Some(own)).count();
    Some(format!("{own}[{before}]"))
}

/// The rows that would have made this storage.
pub(super) fn rows(storage: &Storage) -> Vec<Row> {
    let mut rows = vec![];
    let mut add = |kind: &str, texts: &[(&str, &Option<String>)], exclude: Option<bool>| {
        let mut row = Row::filled(&super::table::DATA_LIST, &[("kind", kind)]);
        for (name, text) in texts {
            if let Some(text) = text {
                row.set(name, text.clone());
            }
        }
        row.out = exclude == Some(true);
        rows.push(row);
    };
    let on = |read_only: Option<bool>| {
        Some(if read_only != Some(false) { "on" } else { "off" }.to_owned())
    };
    for pvc in storage.pvc.iter().flatten() {
        let is_new = pvc.existing_pvc == Some(false);
        if is_new {
            volume_row(pvc, &mut add)
        } else {
            let texts = [("name", &pvc.name), ("origin", &pvc.claim_name), ("path", &pvc.path)];
            add("pvc", &texts, pvc.exclude);
        }
    }
    for nfs in storage.nfs.iter().flatten() {
        let read_only = on(nfs.read_only);
        let texts = [
            ("name", &nfs.name),
            ("server", &nfs.server),
            ("export", &nfs.path),
            ("path", &nfs.mount_path),
            ("read_only", &read_only),
        ];
        add("nfs", &texts, nfs.exclude);
    }
    for git in storage.git.iter().flatten() {
        let none = GitSecretRef::default();
        let secret = git.secret_ref.as_ref().unwrap_or(&none);
        let revision = git.revision.clone().or_else(|| git.branch.clone());
        let texts = [
            ("name", &git.name),
            ("repository", &git.repository),
            ("revision", &revision),
            ("path", &git.path),
            ("method", &secret.authentication_method),
            ("git_secret", &secret.name),
        ];
        add("git", &texts, git.exclude);
    }
    for s3 in storage.s3.iter().flatten() {
        let texts = [
            ("name", &s3.name),
            ("bucket", &s3.bucket),
            ("url", &s3.url),
            ("access_key", &s3.access_key_secret),
            ("path", &s3.path),
        ];
        add("s3", &texts, s3.exclude);
    }
    for host in storage.host_path.iter().flatten() {
        let read_only = on(host.read_only);
        let texts = [
            ("name", &host.name),
            ("host_path", &host.path),
            ("path", &host.mount_path),
            ("read_only", &read_only),
        ];
        add("hostPath", &texts, host.exclude);
    }
    for map in storage.config_map_volume.iter().flatten() {
        let texts = [
            ("name", &map.name),
            ("origin", &map.config_map),
            ("path", &map.mount_path),
            ("sub_path", &map.sub_path),
        ];
        add("configMap", &texts, map.exclude);
    }
    for secret in storage.secret_volume.iter().flatten() {
        let texts =
            [("name", &secret.name), ("origin", &secret.secret), ("path", &secret.mount_path)];
        add("secret", &texts, secret.exclude);
    }
    for volume in storage.data_volume.iter().flatten() {
        add("dataVolume", &[("origin", &volume.id), ("path", &volume.mount_path)], volume.exclude);
    }
    for empty in storage.empty_dir_volume.iter().flatten() {
        let (size, unit) = size_of(empty.size_limit.as_deref());
        let texts = [
            ("name", &empty.name),
            ("path", &empty.path),
            ("medium", &empty.medium),
            ("limit", &size),
            ("size_unit", &unit),
        ];
        add("emptyDir", &texts, empty.exclude);
    }
    rows
}

fn volume_row(
    pvc: &PvcVolume,
    add: &mut impl FnMut(&str, &[(&str, &Option<String>)], Option<bool>),
) {
    let none = ClaimInfo::default();
    let claim = pvc.claim_info.as_ref().unwrap_or(&none);
    let none = AccessModes { read_write_once: Some(true), ..AccessModes::default() };
    let modes = claim.access_modes.as_ref().unwrap_or(&none);
    let modes = [
        ("readWriteOnce", modes.read_write_once),
        ("readOnlyMany", modes.read_only_many),
        ("readWriteMany", modes.read_write_many),
    ];
    let modes = modes.iter().filter(|(_, on)| *on == Some(true)).map(|(name, _)| *name);
    let modes = Some(modes.collect::<Vec<_>>().join(","));
    let (size, unit) = size_of(claim.size.as_deref());
    let mode = claim.volume_mode.clone().or(Some("Filesystem".to_owned()));
    let kept = if pvc.ephemeral == Some(true) { "ephemeral" } else { "persistent" };
    let kept = Some(kept.to_owned());
    let texts = [
        ("name", &pvc.name),
        ("path", &pvc.path),
        ("class", &claim.storage_class),
        ("modes", &modes),
        ("size", &size),
        ("size_unit", &unit),
        ("volume_mode", &mode),
        ("persistency", &kept),
    ];
    add("volume", &texts, pvc.exclude);
}
