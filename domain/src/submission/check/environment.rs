//! The image, how it is pulled, and what is started in it.

use super::{
    found::{Found, kept},
    image::image_reference,
    names::is_dns_name,
    tools::PORT_RANGE,
};
use crate::submission::{HttpGet, ImagePullSecret, Probe, Submission, words::words};

/// When an image is pulled.
pub const PULL_POLICIES: [&str; 3] = ["IfNotPresent", "Always", "Never"];
/// Seconds and counts of a probe, at most.
const PROBE_MAX: i64 = 86_400;

pub fn check(submission: &Submission, found: &mut Found) {
    match submission.image.as_deref().map(str::trim) {
        None | Some("") => found.add("image", "image.required", "Enter an image"),
        Some(image) => {
            if let Err(wrong) = image_reference(image) {
                found.add("image", "image.format", wrong);
            }
        }
    }
    found.one_of("imagePullPolicy", submission.image_pull_policy.as_deref(), &PULL_POLICIES);
    pull_secrets(&submission.image_pull_secrets, found);
    found.text("command", submission.command.as_deref());
    found.text("args", submission.args.as_deref());
    for (field, text) in [("command", &submission.command), ("args", &submission.args)] {
        if let Some(Err(wrong)) = text.as_deref().map(words) {
            found.add(field, "command.quotes", wrong.to_string());
        }
    }
    found.text("workingDir", submission.working_dir.as_deref());
    if submission.working_dir.as_deref().is_some_and(|path| !path.starts_with('/')) {
        found.add("workingDir", "path.absolute", "Must start with \"/\"");
    }
    if submission.tty == Some(true) && submission.stdin != Some(true) {
        found.add("tty", "tty.stdin", "A terminal needs stdin: true as well");
    }
    if let Some(probe) = submission.probes.as_ref().and_then(|probes| probes.readiness.as_ref()) {
        readiness(probe, found);
    }
}

fn pull_secrets(secrets: &Option<Vec<ImagePullSecret>>, found: &mut Found) {
    let secrets = secrets.as_ref().map(|all| {
        found.items("imagePullSecrets", all.len());
        kept("imagePullSecrets", secrets, |secret| secret.exclude)
    });
    let mut names = std::collections::BTreeSet::new();
    for (field, secret) in secrets.unwrap_or_default() {
        let name = secret.name.as_deref().unwrap_or_default();
        let field = format!("{field}.name");
        if !is_dns_name(name) {
            let message = "Enter the name of a secret: lowercase letters, digits and hyphens";
            found.add(&field, "pullsecret.name", message);
        } else if !names.insert(name) {
            found.add(&field, "pullsecret.duplicate", "Name already used");
        }
    }
}

fn readiness(probe: &Probe, found: &mut Found) {
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds, 0),
        ("periodSeconds", probe.period_seconds, 1),
        ("timeoutSeconds", probe.timeout_seconds, 1),
        ("successThreshold", probe.success_threshold, 1),
        ("failureThreshold", probe.failure_threshold, 1),
    ];
    for (name, value, least) in numbers {
        let field = format!("probes.readiness.{name}");
        found.range(&field, "probe.range", value, least..=PROBE_MAX);
    }
    match probe.handler.as_ref().and_then(|handler| handler.http_get.as_ref()) {
        Some(get) => http_get(get, found),
        None => {
            found.add("probes.readiness.handler.httpGet", "probe.handler", "Say what is asked");
        }
    }
}

fn http_get(get: &HttpGet, found: &mut Found) {
    let field = |name: &str| format!("probes.readiness.handler.httpGet.{name}");
    match get.port {
        None => found.add(&field("port"), "port.required", "Enter the container port"),
        port => found.range(&field("port"), "port.range", port, PORT_RANGE),
    }
    let path_char = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
    let path_right =
        |path: &str| path.is_empty() || (path.starts_with('/') && path.bytes().all(path_char));
    if get.path.as_deref().is_some_and(|path| !path_right(path)) {
        let message = "Starts with \"/\"; letters, digits, \"-\", \"_\", \".\" and \"/\" follow";
        found.add(&field("path"), "probe.path", message);
    }
    found.text(&field("host"), get.host.as_deref());
    found.one_of(&field("scheme"), get.scheme.as_deref(), &["HTTP", "HTTPS"]);
}
