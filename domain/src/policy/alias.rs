//! Spellings that documents in the wild use, and what they are stored as (`policies.md` §3.7).
//! Submissions know none of them.

/// The names of members: the section or list that they stand in (`*`: any), as written, as stored.
const NAMES: [(&str, &str, &str); 12] = [
    ("compute", "gpuDeviceRequest", "gpuDevicesRequest"),
    ("", "terminateAfterPreemtpion", "terminateAfterPreemption"),
    ("", "exposeUrls", "exposedUrls"),
    ("security", "runasGid", "runAsGid"),
    ("storage", "configMapVolumes", "configMapVolume"),
    ("", "PodAffinitySchedulingRule", "podAffinity.type"),
    ("", "podAffinityTopology", "podAffinity.key"),
    ("storage.nfs", "nfsServer", "server"),
    ("imagePullSecrets", "userCredentials", "userCredential"),
    ("storage.git", "Repository", "repository"),
    ("*", "Step", "step"),
    ("*", "Instances", "instances"),
];

/// Values of `security.uidGidSource`.
const IDP_TOKEN: (&str, &str) = ("idpToken", "fromIdpToken");

/// What `written` stands for in the section or list at `path`.
pub fn name(path: &str, written: &str) -> Option<&'static str> {
    let replica = ["worker", "master", "leader"].iter().find_map(|name| path.strip_prefix(name));
    let path = replica.map_or(path, |rest| rest.trim_start_matches('.'));
    let found = NAMES.iter().find(|(at, name, _)| *name == written && (*at == "*" || *at == path));
    found.map(|(_, _, stored)| *stored)
}

/// What the value `written` of the field at `path` stands for.
pub fn value(path: &str, written: &str) -> Option<&'static str> {
    let (alias, stored) = IDP_TOKEN;
    (path.ends_with("security.uidGidSource") && written == alias).then_some(stored)
}
