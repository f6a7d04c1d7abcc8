//! What the client remembers: settings in one file, the token in another that only its owner may read.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    failure::{Failure, Result},
    output::Format,
};

/// Where a server is looked for when nobody says.
pub const CP_URL: &str = "http://127.0.0.1:8080";
const SESSION: &str = "session.json";

/// Settings, all of which may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// The address of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cp_url: Option<String>,
    /// How lists and descriptions are written when no flag says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Format>,
    /// Whether questions are asked at a terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    /// The project of commands that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The cluster of commands that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Columns of lists, by the list.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Vec<String>>,
}

/// As whom the server is asked.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Session {
    pub access_token: String,
    /// Of a user: a new token is fetched with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// With `login access-key --save`: a new token is fetched with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientSecret>,
}

/// What a new token is fetched with.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientSecret {
    pub id: String,
    pub secret: String,
}

/// Where both lie.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
    config: PathBuf,
}

impl Files {
    /// `folder` is `~/.berth` where nobody says.
    pub fn new(folder: Option<PathBuf>, config: &Path) -> Result<Self> {
        let home = || std::env::home_dir().map(|home| home.join(".berth"));
        let folder = folder.or_else(home).ok_or_else(|| {
            Failure::usage("there is no home directory; say where settings lie with --config-path")
        })?;
        Ok(Self { config: folder.join(config), folder })
    }

    pub fn config(&self) -> Result<Config> {
        read(&self.config).map(Option::unwrap_or_default)
    }

    pub fn save(&self, config: &Config) -> Result<()> {
        self.write(&self.config, config)
    }

    pub fn session(&self) -> Result<Option<Session>> {
        read(&self.folder.join(SESSION))
    }

    pub fn save_session(&self, session: &Session) -> Result<()> {
        self.write(&self.folder.join(SESSION), session)
    }

    /// Whether there was one.
    pub fn remove_session(&self) -> Result<bool> {
        let path = self.folder.join(SESSION);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(cause) => Err(failed("remove", &path, &cause)),
        }
    }

    /// Writes beside the file and puts it in its place, so that nobody reads half of it.
    fn write(&self, path: &Path, value: &impl Serialize) -> Result<()> {
        let text =
            serde_json::to_string_pretty(value).map_err(|w| Failure::general(w.to_string()))?;
        fs::create_dir_all(&self.folder).map_err(|cause| failed("make", &self.folder, &cause))?;
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        write_private(&beside, &format!("{text}\n"))
            .map_err(|cause| failed("write", &beside, &cause))?;
        fs::rename(&beside, path).map_err(|cause| failed("write", path, &cause))
    }
}

/// For its owner alone, from the first byte on.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failed("read", path, &cause)),
    };
    let wrong =
        |wrong| Failure::general(format!("{} is not as it should be: {wrong}", path.display()));
    serde_json::from_str(&text).map(Some).map_err(wrong)
}

fn failed(what: &str, path: &Path, cause: &io::Error) -> Failure {
    Failure::general(format!("could not {what} {}: {cause}", path.display()))
}
