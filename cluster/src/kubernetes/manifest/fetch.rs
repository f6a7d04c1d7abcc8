//! Repositories and buckets: copied into a folder of the pod before its container starts, by a container of their own
//! each. What a person typed reaches the scripts as variables alone.

use domain::submission::{GitVolume, S3Volume};
use k8s_openapi::api::core::v1::{
    Container, EnvVar, KeyToPath, SecretVolumeSource, SecurityContext, Volume, VolumeMount,
};

use super::{environment, pod::NOBODY};

/// The programs that copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// With `git`, `ssh` and a shell.
    pub git: String,
    /// With `rclone` and a shell.
    pub s3: String,
}

impl Default for Images {
    fn default() -> Self {
        Self {
            git: "docker.io/alpine/git:2.49.1".into(),
            s3: "docker.io/rclone/rclone:1.71".into(),
        }
    }
}

/// Where the copy is made.
const TARGET: &str = "/target";
/// Where a key for SSH lies.
const KEYS: &str = "/keys";
/// The key of a secret with a key for SSH (`form-and-assets.md` §10.4).
const SSH_KEY: &str = "ssh";

/// Clones once: a container that starts again finds it done, or begins anew.
const CLONE: &str = r#"set -eu
umask 002
export HOME=/tmp
[ ! -e "$TARGET/.git/berth-cloned" ] || exit 0
find "$TARGET" -mindepth 1 -delete
git ${GIT_HELPER:+-c "credential.helper=$GIT_HELPER"} clone -- "$REPOSITORY" "$TARGET"
[ -z "${REVISION:-}" ] || git -C "$TARGET" checkout --detach "$REVISION" --
touch "$TARGET/.git/berth-cloned""#;

/// Says who one is when `git` asks.
const HELPER: &str = r#"!f() { echo "username=$GIT_USER"; echo "password=$GIT_PASSWORD"; }; f"#;

const COPY: &str = r#"set -eu
umask 002
export HOME=/tmp
rclone copy ":s3:$BUCKET" "$TARGET""#;

/// The container that clones a repository into a volume, and the volume with its key where it has one.
pub fn clone(volume: &str, git: &GitVolume, images: &Images) -> (Container, Option<Volume>) {
    let typed = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let mut env = vec![
        environment::plain("REPOSITORY", git.repository.clone().unwrap_or_default()),
        environment::plain("TARGET", TARGET.to_owned()),
    ];
    let revision = typed(&git.revision).or_else(|| typed(&git.branch));
    env.extend(revision.map(|revision| environment::plain("REVISION", revision)));
    let (secret, by_key) = opened_by(git);
    let keys = secret.as_ref().filter(|_| by_key).map(|secret| key_of(volume, secret));
    match &secret {
        Some(_) if by_key => env.push(environment::plain("GIT_SSH_COMMAND", ssh())),
        Some(secret) => env.extend(password(git, secret)),
        None => {}
    }
    let mount = keys.as_ref().map(|keys| mounted(&keys.name, KEYS, true));
    let mut container = copying(volume, &images.git, CLONE, env, mount);
    if keys.is_some() {
        // `ssh` refuses to run as a user whom the image does not know.
        let user = SecurityContext { run_as_user: Some(NOBODY), ..SecurityContext::default() };
        container.security_context = Some(user);
    }
    (container, keys)
}

/// The secret that opens a repository, and whether it is a key for SSH.
fn opened_by(git: &GitVolume) -> (Option<String>, bool) {
    match &git.secret_ref {
        Some(of) => (of.name.clone(), of.authentication_method.as_deref() == Some("ssh-key")),
        None => (git.password_secret.clone(), false),
    }
}

fn password(git: &GitVolume, secret: &str) -> [EnvVar; 3] {
    let of = git.secret_ref.clone().unwrap_or_default();
    let key = |new: Option<String>, old: &Option<String>, default: &str| {
        new.or_else(|| old.clone()).unwrap_or_else(|| default.to_owned())
    };
    let user = key(of.secret_key_of_user, &git.secret_key_of_user, "User");
    let password = key(of.secret_key_of_password, &git.secret_key_of_password, "Password");
    [
        environment::secret("GIT_USER", secret, &user),
        environment::secret("GIT_PASSWORD", secret, &password),
        environment::plain("GIT_HELPER", HELPER.to_owned()),
    ]
}

/// A host that is met for the first time is believed, as at a person's first `git clone`.
fn ssh() -> String {
    let known = "-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/tmp/known_hosts";
    format!("ssh -i {KEYS}/{SSH_KEY} {known}")
}

fn key_of(volume: &str, secret: &str) -> Volume {
    let path = SSH_KEY.to_owned();
    let item = KeyToPath { key: path.clone(), path, mode: Some(0o400), ..KeyToPath::default() };
    Volume {
        name: format!("{volume}-key"),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.to_owned()),
            items: Some(vec![item]),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// The container that copies a bucket into a volume.
pub fn copy(volume: &str, s3: &S3Volume, images: &Images) -> Container {
    let url = s3.url.as_deref().filter(|url| !url.is_empty());
    let provider = if url.is_some() { "Other" } else { "AWS" };
    let mut env = vec![
        environment::plain("BUCKET", s3.bucket.clone().unwrap_or_default()),
        environment::plain("TARGET", TARGET.to_owned()),
        environment::plain("RCLONE_S3_PROVIDER", provider.to_owned()),
    ];
    env.extend(url.map(|url| environment::plain("RCLONE_S3_ENDPOINT", url.to_owned())));
    if let Some(secret) = &s3.access_key_secret {
        let key =
            |key: &Option<String>, default: &str| key.clone().unwrap_or_else(|| default.to_owned());
        let id = key(&s3.secret_key_of_access_key_id, "AccessKeyId");
        let secret_key = key(&s3.secret_key_of_secret_key, "SecretKey");
        env.push(environment::secret("RCLONE_S3_ACCESS_KEY_ID", secret, &id));
        env.push(environment::secret("RCLONE_S3_SECRET_ACCESS_KEY", secret, &secret_key));
    }
    copying(volume, &images.s3, COPY, env, None)
}

fn copying(
    volume: &str,
    image: &str,
    script: &str,
    env: Vec<EnvVar>,
    mount: Option<VolumeMount>,
) -> Container {
    let mounts = [mounted(volume, TARGET, false)].into_iter().chain(mount);
    Container {
        name: format!("fetch-{volume}"),
        image: Some(image.to_owned()),
        command: Some(["/bin/sh", "-c", script].map(str::to_owned).to_vec()),
        env: Some(env),
        volume_mounts: Some(mounts.collect()),
        ..Container::default()
    }
}

pub fn mounted(volume: &str, path: &str, read_only: bool) -> VolumeMount {
    VolumeMount {
        name: volume.to_owned(),
        mount_path: path.to_owned(),
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
    }
}
