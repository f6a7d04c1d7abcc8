//! From rows to the lists of a submission.

use crate::{
    form::{
        Draft, Row, attributes,
        submit::{self, said},
    },
    submission::{
        AccessModes, ClaimInfo, ConfigMapVolume, DataVolume, EmptyDirVolume, GitSecretRef,
        GitVolume, HostPathVolume, NfsVolume, PvcVolume, S3Volume, SecretVolume, Storage,
    },
};

/// What the rows say.
pub(in crate::form) fn storage(draft: &Draft) -> Option<Storage> {
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
    match row.text("kind") {
        "volume" => push(&mut to.pvc, volume(row)),
        "pvc" => push(&mut to.pvc, claim(row)),
        "nfs" => push(&mut to.nfs, nfs(row)),
        "s3" => push(&mut to.s3, s3(row)),
        "git" => push(&mut to.git, git(row)),
        "hostPath" => push(&mut to.host_path, host_path(row)),
        "configMap" => push(&mut to.config_map_volume, config_map(row)),
        "secret" => push(&mut to.secret_volume, secret(row)),
        "dataVolume" => push(&mut to.data_volume, data_volume(row)),
        _ => push(&mut to.empty_dir_volume, empty_dir(row)),
    }
}

fn push<T>(to: &mut Option<Vec<T>>, item: T) {
    to.get_or_insert_default().push(item);
}

/// What a row holds, though the field is not on the page: what was loaded keeps its origin.
fn kept(row: &Row, name: &str) -> Option<String> {
    said(row.text(name))
}

fn exclude(row: &Row) -> Option<bool> {
    row.out.then_some(true)
}

/// `GB` is `G` on the wire, `GiB` is `Gi`.
fn sized(row: &Row, name: &str) -> Option<String> {
    row.said(name).map(|size| submit::sized(&size, row.text("size_unit")))
}

fn volume(row: &Row) -> PvcVolume {
    let modes = row.text("modes");
    let mode = |name: &str| modes.split(',').any(|mode| mode == name).then_some(true);
    PvcVolume {
        name: kept(row, "name"),
        path: row.said("path"),
        existing_pvc: Some(false),
        ephemeral: Some(row.text("persistency") == "ephemeral"),
        claim_info: Some(ClaimInfo {
            size: sized(row, "size"),
            storage_class: row.said("class"),
            access_modes: Some(AccessModes {
                read_write_once: mode("readWriteOnce"),
                read_only_many: mode("readOnlyMany"),
                read_write_many: mode("readWriteMany"),
            }),
            volume_mode: row.said("volume_mode"),
            added_attr_values: row.said("attributes").and_then(|text| attributes::pairs(&text)),
        }),
        exclude: exclude(row),
        ..PvcVolume::default()
    }
}

/// A claim that is there.
fn claim(row: &Row) -> PvcVolume {
    PvcVolume {
        name: kept(row, "name"),
        path: row.said("path"),
        existing_pvc: Some(true),
        claim_name: kept(row, "origin"),
        exclude: exclude(row),
        ..PvcVolume::default()
    }
}

fn nfs(row: &Row) -> NfsVolume {
    NfsVolume {
        name: kept(row, "name"),
        server: kept(row, "server"),
        path: kept(row, "export"),
        mount_path: row.said("path"),
        read_only: Some(row.is_on("read_only")),
        exclude: exclude(row),
    }
}

fn s3(row: &Row) -> S3Volume {
    S3Volume {
        name: kept(row, "name"),
        bucket: kept(row, "bucket"),
        path: row.said("path"),
        url: kept(row, "url"),
        access_key_secret: kept(row, "access_key"),
        exclude: exclude(row),
        ..S3Volume::default()
    }
}

fn git(row: &Row) -> GitVolume {
    let secret_ref = kept(row, "method").map(|method| GitSecretRef {
        name: kept(row, "git_secret"),
        authentication_method: Some(method),
        ..GitSecretRef::default()
    });
    GitVolume {
        name: kept(row, "name"),
        repository: kept(row, "repository"),
        revision: kept(row, "revision"),
        path: row.said("path"),
        secret_ref,
        exclude: exclude(row),
        ..GitVolume::default()
    }
}

fn host_path(row: &Row) -> HostPathVolume {
    HostPathVolume {
        name: kept(row, "name"),
        path: kept(row, "host_path"),
        mount_path: row.said("path"),
        read_only: Some(row.is_on("read_only")),
        exclude: exclude(row),
        ..HostPathVolume::default()
    }
}

fn config_map(row: &Row) -> ConfigMapVolume {
    ConfigMapVolume {
        name: kept(row, "name"),
        config_map: kept(row, "origin"),
        mount_path: row.said("path"),
        sub_path: row.said("sub_path"),
        exclude: exclude(row),
        ..ConfigMapVolume::default()
    }
}

fn secret(row: &Row) -> SecretVolume {
    SecretVolume {
        name: kept(row, "name"),
        secret: kept(row, "origin"),
        mount_path: row.said("path"),
        exclude: exclude(row),
        ..SecretVolume::default()
    }
}

fn data_volume(row: &Row) -> DataVolume {
    DataVolume { id: kept(row, "origin"), mount_path: row.said("path"), exclude: exclude(row) }
}

fn empty_dir(row: &Row) -> EmptyDirVolume {
    EmptyDirVolume {
        name: kept(row, "name"),
        path: row.said("path"),
        medium: row.said("medium"),
        size_limit: sized(row, "limit"),
        exclude: exclude(row),
    }
}
