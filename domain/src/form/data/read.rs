//! From the lists of a submission to rows.

use crate::{
    form::{ACCESS_MODES, DATA_LIST, Row, attributes, open::size_of},
    submission::{
        AccessModes, ClaimInfo, ConfigMapVolume, EmptyDirVolume, GitSecretRef, GitVolume,
        HostPathVolume, NfsVolume, PvcVolume, S3Volume, Storage,
    },
};

/// The rows that would have made this storage.
pub(in crate::form) fn rows(of: &Storage) -> Vec<Row> {
    let mut rows: Vec<Row> = of.pvc.iter().flatten().map(claim).collect();
    rows.extend(of.nfs.iter().flatten().map(nfs));
    rows.extend(of.git.iter().flatten().map(git));
    rows.extend(of.s3.iter().flatten().map(s3));
    rows.extend(of.host_path.iter().flatten().map(host_path));
    rows.extend(of.config_map_volume.iter().flatten().map(config_map));
    rows.extend(of.secret_volume.iter().flatten().map(|of| {
        let texts = [("name", &of.name), ("origin", &of.secret), ("path", &of.mount_path)];
        row("secret", &texts, of.exclude)
    }));
    rows.extend(
        of.data_volume.iter().flatten().map(|of| {
            row("dataVolume", &[("origin", &of.id), ("path", &of.mount_path)], of.exclude)
        }),
    );
    rows.extend(of.empty_dir_volume.iter().flatten().map(empty_dir));
    rows
}

/// A row with what was said.
fn row(kind: &str, texts: &[(&str, &Option<String>)], exclude: Option<bool>) -> Row {
    let mut row = Row::filled(&DATA_LIST, &[("kind", kind)]);
    for (name, text) in texts {
        if let Some(text) = text {
            row.set(name, text.clone());
        }
    }
    row.out = exclude == Some(true);
    row
}

/// Read-only is how it is mounted where nothing is said (`form-and-assets.md` §8.3).
fn switch(read_only: Option<bool>) -> Option<String> {
    Some(if read_only == Some(false) { "off" } else { "on" }.to_owned())
}

fn claim(of: &PvcVolume) -> Row {
    if of.existing_pvc == Some(false) {
        return volume(of);
    }
    let texts = [("name", &of.name), ("origin", &of.claim_name), ("path", &of.path)];
    row("pvc", &texts, of.exclude)
}

fn volume(of: &PvcVolume) -> Row {
    let none = ClaimInfo::default();
    let claim = of.claim_info.as_ref().unwrap_or(&none);
    let (size, unit) = size_of(claim.size.as_deref());
    let kept = (of.ephemeral == Some(true)).then(|| "ephemeral".to_owned());
    let modes = Some(modes(claim.access_modes.as_ref()));
    let texts = [
        ("name", &of.name),
        ("path", &of.path),
        ("class", &claim.storage_class),
        ("attributes", &attributes::text(claim.added_attr_values.as_ref())),
        ("modes", &modes),
        ("size", &size),
        ("size_unit", &unit),
        ("volume_mode", &claim.volume_mode),
        ("persistency", &kept),
    ];
    row("volume", &texts, of.exclude)
}

fn modes(of: Option<&AccessModes>) -> String {
    let asked = of.cloned().unwrap_or_default().asked();
    let on = ACCESS_MODES.iter().zip(asked).filter(|(_, asked)| *asked);
    on.map(|((name, _), _)| *name).collect::<Vec<_>>().join(",")
}

fn nfs(of: &NfsVolume) -> Row {
    let texts = [
        ("name", &of.name),
        ("server", &of.server),
        ("export", &of.path),
        ("path", &of.mount_path),
        ("read_only", &switch(of.read_only)),
    ];
    row("nfs", &texts, of.exclude)
}

fn git(of: &GitVolume) -> Row {
    let none = GitSecretRef::default();
    let secret = of.secret_ref.as_ref().unwrap_or(&none);
    let revision = of.revision.clone().or_else(|| of.branch.clone());
    let texts = [
        ("name", &of.name),
        ("repository", &of.repository),
        ("revision", &revision),
        ("path", &of.path),
        ("method", &secret.authentication_method),
        ("git_secret", &secret.name),
    ];
    row("git", &texts, of.exclude)
}

fn s3(of: &S3Volume) -> Row {
    let texts = [
        ("name", &of.name),
        ("bucket", &of.bucket),
        ("url", &of.url),
        ("access_key", &of.access_key_secret),
        ("path", &of.path),
    ];
    row("s3", &texts, of.exclude)
}

fn host_path(of: &HostPathVolume) -> Row {
    let texts = [
        ("name", &of.name),
        ("host_path", &of.path),
        ("path", &of.mount_path),
        ("read_only", &switch(of.read_only)),
    ];
    row("hostPath", &texts, of.exclude)
}

fn config_map(of: &ConfigMapVolume) -> Row {
    let texts = [
        ("name", &of.name),
        ("origin", &of.config_map),
        ("path", &of.mount_path),
        ("sub_path", &of.sub_path),
    ];
    row("configMap", &texts, of.exclude)
}

fn empty_dir(of: &EmptyDirVolume) -> Row {
    let (size, unit) = size_of(of.size_limit.as_deref());
    let texts = [
        ("name", &of.name),
        ("path", &of.path),
        ("medium", &of.medium),
        ("limit", &size),
        ("size_unit", &unit),
    ];
    row("emptyDir", &texts, of.exclude)
}
