//! What an engine says when it refuses, in its own words, as a reason. Engines give no codes that
//! tell a full disk from a taken port; these are the words of Docker, Podman, runc and crun.

use domain::{
    Reason,
    reason::{ImageTrouble, StartTrouble},
};

/// Characters of an engine's answer that are shown.
const ANSWER_MAX: usize = 300;

/// Words that stand for one trouble; the first list that has a word in the answer counts.
const STARTS: [(StartTrouble, &[&str]); 10] = [
    (
        StartTrouble::NameTaken,
        &["name is already in use", "is already in use by container", "already in use by"],
    ),
    (StartTrouble::PortTaken, &["address already in use", "port is already allocated"]),
    (StartTrouble::DiskFull, &["no space left on device", "disk quota exceeded"]),
    (StartTrouble::Gpu, &["nvidia-container"]),
    // Before what a program may be called.
    (StartTrouble::CommandAbsent, &["executable file"]),
    (
        StartTrouble::Gpu,
        &["nvidia", "cdi device", "could not select device driver", "unresolvable cdi"],
    ),
    (
        StartTrouble::Mount,
        &[
            "bind source path does not exist",
            "statfs",
            "error mounting",
            "mount failed",
            "failed to mount",
            "mounting volume",
        ],
    ),
    (
        StartTrouble::LimitRefused,
        &["cgroup", "memory limit", "pids limit", "cpu quota", "nanocpus", "rlimit", "controller"],
    ),
    (
        StartTrouble::CommandAbsent,
        &[
            "no such file or directory",
            "command that was not found",
            "no command specified",
            "no command or entrypoint",
            "exec format error",
        ],
    ),
    (StartTrouble::Other, &[""]),
];

/// Words of a registry, or about one. Codes stand with what says that they are codes: tags and ports are numbers too.
const PULLS: [(ImageTrouble, &[&str]); 4] = [
    (
        ImageTrouble::Architecture,
        &[
            "no matching manifest for",
            "no image found in manifest list",
            "no image found in image index",
            "does not match the specified platform",
        ],
    ),
    (
        ImageTrouble::Denied,
        &[
            "denied",
            "unauthorized",
            "forbidden",
            "authentication required",
            "retrieve auth token",
            "http 401",
            "http 403",
            "statuscode: 401",
            "statuscode: 403",
        ],
    ),
    (
        ImageTrouble::Absent,
        &[
            "manifest unknown",
            "not found",
            "name unknown",
            "http 404",
            "statuscode: 404",
            "image not known",
        ],
    ),
    (ImageTrouble::Unreachable, &[""]),
];

/// Why a container was not made or did not start.
pub fn of_start(answer: &str) -> Reason {
    Reason::NotStarted { kind: named(answer, &STARTS, StartTrouble::Other), answer: short(answer) }
}

/// Why an image was not pulled. A full disk is no trouble with the image.
pub fn of_pull(image: &str, answer: &str) -> Reason {
    match named(answer, &STARTS, StartTrouble::Other) {
        StartTrouble::DiskFull => of_start(answer),
        _ => Reason::ImageUnavailable {
            image: image.to_owned(),
            kind: named(&without_names(answer), &PULLS, ImageTrouble::Unreachable),
            answer: short(answer),
        },
    }
}

/// An answer without the names of images and the addresses in it, which may be called anything.
fn without_names(answer: &str) -> String {
    let words = answer.split_whitespace().filter(|word| !word.contains('/'));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether another try can end better without anybody changing the workspace.
pub fn may_pass(reason: &Reason) -> bool {
    match reason {
        Reason::ImageUnavailable { kind, .. } => *kind == ImageTrouble::Unreachable,
        Reason::NotStarted { kind, .. } => match kind {
            StartTrouble::PortTaken | StartTrouble::DiskFull | StartTrouble::NameTaken => true,
            StartTrouble::Mount | StartTrouble::DataVolume | StartTrouble::Other => true,
            StartTrouble::LimitRefused | StartTrouble::RootUser => false,
            StartTrouble::CommandAbsent | StartTrouble::Gpu => false,
            // What only other clusters say.
            StartTrouble::Refused | StartTrouble::ConfigAbsent => false,
            StartTrouble::ClusterQuota => true,
            StartTrouble::NamespaceEnding | StartTrouble::NamespaceTaken => true,
        },
        _ => false,
    }
}

fn named<T: Copy>(answer: &str, table: &[(T, &[&str])], otherwise: T) -> T {
    let answer = answer.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| answer.contains(word));
    table.iter().find(|(_, words)| has(words)).map_or(otherwise, |(kind, _)| *kind)
}

/// One line, without a full stop, cut where it is too long for a row.
pub fn short(answer: &str) -> String {
    let line = answer.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    match line.char_indices().nth(ANSWER_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_engines_become_reasons() {
        let starts = [
            "cannot listen on the TCP port: listen tcp4 127.0.0.1:31999: bind: address already in use",
            "driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:80 failed: port is already allocated",
            "container create: creating container storage: the container name \"vol\" is already in use by 864e",
            "Conflict. The container name \"/a\" is already in use by container \"f00\". You have to remove it.",
            "write /var/lib/docker/tmp/x: no space left on device",
            "runc create failed: unable to start container process: exec: \"/nope\": stat /nope: no such file or directory",
            "runc create failed: unable to apply cgroup configuration: mkdir /sys/fs/cgroup/x: permission denied",
            "could not select device driver \"nvidia\" with capabilities: [[gpu]]",
            "invalid mount config for type \"bind\": bind source path does not exist: /srv/none",
            "error mounting volume x: mount.nfs: Connection timed out",
            "exec: \"nvidia-smi\": executable file not found in $PATH: unknown",
            "exec: \"nvidia-container-runtime-hook\": executable file not found in $PATH",
            "something new",
        ];
        let pulls = [
            "manifest for busybox:9 not found: manifest unknown: manifest unknown",
            "pull access denied for x/y, repository does not exist or may require 'docker login'",
            "initializing source docker://127.0.0.1:15000/a:1: pinging container registry 127.0.0.1:15000: dial tcp: connection refused",
            "initializing source docker://127.0.0.1:34013/denied/a:401: reading manifest 401 in 127.0.0.1:34013/denied/a: manifest unknown",
            "pinging container registry 127.0.0.1:4030: Get \"http://127.0.0.1:4040/v2/\": dial tcp 127.0.0.1:4010: i/o timeout",
            "reading manifest 1 in r.example/a: StatusCode: 403, \"<html>\"",
            "failed to resolve reference \"r.example/a:1\": unexpected status from HEAD request to https://r.example/v2/a/manifests/1: 403 Forbidden",
            "unable to retrieve auth token: invalid username/password",
            "error parsing HTTP 404 response body: invalid character '<'",
            "no matching manifest for linux/arm64/v8 in the manifest list entries",
            "copying layers: write /x: no space left on device",
        ];
        let start = |answer: &&str| (of_start(answer), may_pass(&of_start(answer)));
        let pull = |answer: &&str| (of_pull("a:1", answer), may_pass(&of_pull("a:1", answer)));
        let told = starts.iter().map(start).chain(pulls.iter().map(pull));
        let lines: Vec<_> =
            told.map(|(reason, again)| format!("{reason} [again: {again}]")).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_long_answer_is_cut_between_characters() {
        assert_eq!(short("a\n b."), "a b");
        assert_eq!(short(&"é".repeat(400)).chars().count(), ANSWER_MAX + 1);
    }
}
