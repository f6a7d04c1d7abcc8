//! As whom the container runs, and what it may do.

use std::ops::RangeInclusive;

use super::found::Found;
use crate::submission::Security;

/// Where user and group come from.
pub const ID_SOURCES: [&str; 3] = ["fromTheImage", "fromIdpToken", CUSTOM];
const CUSTOM: &str = "custom";
/// Numbers of users and groups, as Kubernetes takes them.
pub const ID_RANGE: RangeInclusive<i64> = 0..=2_147_483_647;
/// Which system calls are let through.
pub const SECCOMP_PROFILES: [&str; 3] = ["RuntimeDefault", "Unconfined", "Localhost"];
/// The Linux capabilities (`form-and-assets.md`, appendix A).
#[rustfmt::skip]
pub const CAPABILITIES: [&str; 38] = [
    "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE",
    "NET_BROADCAST", "NET_RAW", "SETGID", "SETFCAP", "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_BOOT",
    "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
];

pub fn check(security: &Security, found: &mut Found) {
    let source = security.uid_gid_source.as_deref();
    found.one_of("security.uidGidSource", source, &ID_SOURCES);
    for (name, id) in [("runAsUid", security.run_as_uid), ("runAsGid", security.run_as_gid)] {
        let field = format!("security.{name}");
        found.range(&field, "uid.int", id, ID_RANGE);
        if id.is_some() && source != Some(CUSTOM) {
            found.add(&field, "uid.source", "Goes with uidGidSource custom only");
        }
    }
    groups(security.supplemental_groups.as_deref().unwrap_or_default(), found);
    let capabilities = security.capabilities.as_deref().unwrap_or_default();
    found.texts("security.capabilities", capabilities);
    for (i, capability) in capabilities.iter().enumerate() {
        found.one_of(&format!("security.capabilities[{i}]"), Some(capability), &CAPABILITIES);
    }
    let profile = security.seccomp_profile_type.as_deref();
    found.one_of("security.seccompProfileType", profile, &SECCOMP_PROFILES);
}

fn groups(text: &str, found: &mut Found) {
    let is_group = |part: &str| {
        part.bytes().all(|b| b.is_ascii_digit())
            && part.parse().is_ok_and(|group| ID_RANGE.contains(&group))
    };
    if !text.is_empty() && !text.split(',').all(is_group) {
        let message = "Comma-separated numbers, such as 100,2000";
        found.add("security.supplementalGroups", "groups.format", message);
    }
}
