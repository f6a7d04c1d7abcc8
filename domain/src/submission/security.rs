//! As whom the container runs, and what it may do to its node (`rest-api.md` §6.3, `security`).

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::check::Problems;

/// Where user and groups come from.
pub const UID_SOURCES: [&str; 3] = ["fromTheImage", "fromIdpToken", "custom"];
/// Which system calls are allowed.
pub const SECCOMP_PROFILES: [&str; 3] = ["RuntimeDefault", "Unconfined", "Localhost"];
/// Ids of users and groups.
pub const UID_RANGE: RangeInclusive<i64> = 0..=4_294_967_294;
/// Capabilities that Linux knows (`form-and-assets.md`, appendix A).
pub const CAPABILITIES: [&str; 38] = [
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETGID",
    "SETFCAP",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
];

/// User, groups and capabilities of the container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Security {
    /// One of [`UID_SOURCES`]; absent means from the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid_gid_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_uid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_gid: Option<i64>,
    /// Numbers with commas between; empty means the groups of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplemental_groups: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_privilege_escalation: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ipc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_network: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_root_filesystem: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_non_root: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seccomp_profile_type: Option<String>,
}

/// Everything that is wrong with `security`.
pub(super) fn check(security: &Security, found: &mut Problems) {
    let source = security.uid_gid_source.as_deref();
    found.one_of("security.uidGidSource", source, &UID_SOURCES);
    found.range("security.runAsUid", "uid.int", security.run_as_uid, UID_RANGE);
    found.range("security.runAsGid", "uid.int", security.run_as_gid, UID_RANGE);
    if source != Some("custom") {
        only_with_custom(security, found);
    }
    let groups = security.supplemental_groups.as_deref();
    if groups.is_some_and(|groups| !groups.is_empty() && !are_groups(groups)) {
        found.add("security.supplementalGroups", "groups.format", "Comma-separated numbers");
    }
    let capabilities = security.capabilities.as_deref().unwrap_or_default();
    found.items("security.capabilities", capabilities.len());
    for (i, name) in capabilities.iter().enumerate() {
        if !CAPABILITIES.contains(&name.as_str()) {
            let message = "Must be a Linux capability such as NET_ADMIN";
            found.add(&format!("security.capabilities[{i}]"), "enum", message);
        }
    }
    let profile = security.seccomp_profile_type.as_deref();
    found.one_of("security.seccompProfileType", profile, &SECCOMP_PROFILES);
}

fn only_with_custom(security: &Security, found: &mut Problems) {
    let ids = [("runAsUid", security.run_as_uid), ("runAsGid", security.run_as_gid)];
    for (name, _) in ids.into_iter().filter(|(_, id)| id.is_some()) {
        let message = "Goes with the source custom only (uidGidSource)";
        found.add(&format!("security.{name}"), "uid.source", message);
    }
}

fn are_groups(text: &str) -> bool {
    text.split(',').all(|part| {
        part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<i64>().is_ok_and(|id| UID_RANGE.contains(&id))
    })
}
