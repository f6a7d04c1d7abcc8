//! The installation's key for secrets: from a variable, a file, a command, or the data folder, where
//! it is made at the first start; and its rotation.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use clap::{Args, Subcommand};
use control::{
    clock::SystemChance,
    secrets::{Keyring, NoKeyring, rotate},
};
use store::{FileLock, Store};
use zeroize::Zeroizing;

use crate::{Config, ServeArgs};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The file in the data folder.
const FILE: &str = "secret.key";
const VARIABLE: &str = "BERTH_SECRET_KEY";

/// `berth secrets`.
#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Encrypts all secrets with a new key. Berth must not run meanwhile.
    ///
    /// The key in the data folder is replaced by a new one. Where the key comes from elsewhere
    /// (BERTH_SECRET_KEY, BERTH_SECRET_KEY_FILE, BERTH_SECRET_KEY_COMMAND), that has to give the new
    /// key first and the old one after it, with white space between them.
    Rotate(RotateArgs),
}

/// What `berth secrets rotate` takes.
#[derive(Debug, Args)]
pub struct RotateArgs {
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// Where the key comes from.
pub enum KeySource {
    Variable(Zeroizing<String>),
    File(PathBuf),
    Command(String),
    /// The file in the data folder.
    Own(PathBuf),
}

/// Why there is no key. Nothing of what was read is said.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{0} are set; give the key for secrets in one way")]
    Several(String),
    #[error("could not read the key for secrets from {place}")]
    Unreadable {
        place: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("the command of BERTH_SECRET_KEY_COMMAND failed with {0}")]
    Command(std::process::ExitStatus),
    #[error("the key for secrets from {place} is wrong: {wrong}")]
    Wrong { place: String, wrong: NoKeyring },
}

impl KeySource {
    /// The source that the environment names, or the file in the data folder.
    pub fn of(get: impl Fn(&str) -> Option<String>, data: &Path) -> Result<Self, KeyError> {
        let named = [VARIABLE, "BERTH_SECRET_KEY_FILE", "BERTH_SECRET_KEY_COMMAND"];
        let set: Vec<_> = named.into_iter().filter(|name| get(name).is_some()).collect();
        if set.len() > 1 {
            return Err(KeyError::Several(set.join(" and ")));
        }
        Ok(match (get(named[0]), get(named[1]), get(named[2])) {
            (Some(key), ..) => Self::Variable(Zeroizing::new(key)),
            (_, Some(path), _) => Self::File(path.into()),
            (.., Some(command)) => Self::Command(command),
            _ => Self::Own(data.join(FILE)),
        })
    }

    /// The keys. The one of the data folder is made when it is not there.
    pub fn keyring(&self) -> Result<Keyring, KeyError> {
        let text = self.read()?;
        Keyring::read(&text).map_err(|wrong| KeyError::Wrong { place: self.place(), wrong })
    }

    fn place(&self) -> String {
        match self {
            Self::Variable(_) => VARIABLE.to_owned(),
            Self::File(path) | Self::Own(path) => path.display().to_string(),
            Self::Command(_) => "BERTH_SECRET_KEY_COMMAND".to_owned(),
        }
    }

    fn read(&self) -> Result<Zeroizing<String>, KeyError> {
        let unreadable = |cause| KeyError::Unreadable { place: self.place(), cause };
        match self {
            Self::Variable(key) => Ok(key.clone()),
            Self::File(path) => fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable),
            Self::Command(command) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", command]).stderr(std::process::Stdio::inherit());
                let told = shell.output().map_err(unreadable)?;
                if !told.status.success() {
                    return Err(KeyError::Command(told.status));
                }
                Ok(Zeroizing::new(String::from_utf8_lossy(&told.stdout).into_owned()))
            }
            Self::Own(path) => match fs::read_to_string(path) {
                Ok(key) => Ok(Zeroizing::new(key)),
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                    let key = Keyring::new_key(&SystemChance);
                    write(path, &key).map_err(unreadable)?;
                    Ok(key)
                }
                Err(cause) => Err(unreadable(cause)),
            },
        }
    }
}

/// Replaces a file of keys at once; nobody but its owner may read it.
fn write(path: &Path, keys: &str) -> std::io::Result<()> {
    let new = path.with_extension("key.new");
    // A file that a killed attempt left may have other rights.
    let _ = fs::remove_file(&new);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(keys.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Runs a command about secrets.
pub async fn run(command: SecretsCommand) -> Result<(), Failure> {
    let SecretsCommand::Rotate(args) = command;
    let config = Config::of(args.serve)?;
    let folder = format!("the folder {}", config.data.display());
    let _alone = FileLock::take(&config.data.join("berth.lock"), &folder).await?;
    let store = Store::open(&config.database).await?;
    let count = match &config.key {
        KeySource::Own(path) => rotate_own(&store, &config.key, path).await?,
        source => rotate(&store, &source.keyring()?, &SystemChance).await?,
    };
    println!("{count} secrets are encrypted with the new key");
    if !matches!(config.key, KeySource::Own(_)) {
        eprintln!("The old key is not needed any more; {} can leave it out.", config.key.place());
    }
    Ok(())
}

/// A new key in the file, before the old ones; then every secret under it; then the file without
/// them. Whenever it is interrupted, the file opens every secret, and the next rotation goes on.
async fn rotate_own(store: &Store, source: &KeySource, path: &Path) -> Result<usize, Failure> {
    let old = source.read()?;
    let new = Keyring::new_key(&SystemChance);
    let both = Zeroizing::new(format!("{}\n{}", new.as_str(), old.trim()));
    let keyring = Keyring::read(&both)?;
    write(path, &both)?;
    let count = rotate(store, &keyring, &SystemChance).await?;
    write(path, &new)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(set: &[(&str, &str)], data: &Path) -> Result<KeySource, KeyError> {
        let found = |name: &str| {
            let found = set.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        KeySource::of(found, data)
    }

    fn told(set: &[(&str, &str)], data: &Path) -> String {
        match source(set, data).and_then(|source| source.keyring()) {
            Ok(keyring) => format!("key {}", keyring.current()),
            Err(wrong) => crate::chain(&wrong).replace(&data.display().to_string(), "DATA"),
        }
    }

    #[test]
    fn the_key_comes_from_where_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let key = "ab".repeat(32);
        let file = data.join("given");
        fs::write(&file, format!("{key}\n")).unwrap();
        let file = file.display().to_string();
        let command = format!("printf %s {key}");
        let lines = [
            told(&[("BERTH_SECRET_KEY", &key)], data),
            told(&[("BERTH_SECRET_KEY_FILE", &file)], data),
            told(&[("BERTH_SECRET_KEY_COMMAND", &command)], data),
            told(&[("BERTH_SECRET_KEY", "hunter2")], data),
            told(&[("BERTH_SECRET_KEY_FILE", "/nowhere")], data),
            told(&[("BERTH_SECRET_KEY_COMMAND", "exit 3")], data),
            told(&[("BERTH_SECRET_KEY", &key), ("BERTH_SECRET_KEY_FILE", &file)], data),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        key 439202530
        key 439202530
        key 439202530
        the key for secrets from BERTH_SECRET_KEY is wrong: key 1 is wrong; a key has 64 hexadecimal digits
        could not read the key for secrets from /nowhere: No such file or directory (os error 2)
        the command of BERTH_SECRET_KEY_COMMAND failed with exit status: 3
        BERTH_SECRET_KEY and BERTH_SECRET_KEY_FILE are set; give the key for secrets in one way
        ");
    }

    #[test]
    fn the_own_key_is_made_once_and_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let first = told(&[], folder.path());
        assert_eq!(told(&[], folder.path()), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
