//! Somebody at a terminal: the real program, a folder of settings of their own, and what is to be read there.

use std::{path::PathBuf, process::Stdio};

use tempfile::TempDir;
use tokio::process::Command;

/// A terminal without a person: nobody can be asked.
pub struct Terminal {
    url: String,
    folder: TempDir,
    token: Option<String>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Terminal {
    /// Beside a server with this address.
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), folder: tempfile::tempdir().unwrap(), token: None }
    }

    /// With this token in the environment.
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// A file in the folder of settings.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `berth` with these words, quoted as in a shell.
    pub async fn run(&self, line: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
        command
            .args(shlex::split(line).unwrap())
            .env("BERTH_URL", &self.url)
            .env("BERTH_CLI_CONFIG_PATH", self.folder.path())
            .env("NO_PROXY", "127.0.0.1")
            .env_remove("BERTH_TOKEN")
            .stdin(Stdio::null());
        command.envs(self.token.iter().map(|token| ("BERTH_TOKEN", token)));
        let output = command.output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.url, "URL");
        Said {
            code: output.status.code().unwrap(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// What is to be read there: the command, what it says, and a code that is no success.
    pub async fn shown(&self, line: &str) -> String {
        let Said { code, out, err } = self.run(line).await;
        let end = if code == 0 { String::new() } else { format!("({code})\n") };
        format!("$ berth {line}\n{out}{err}{end}")
    }

    /// Several, one after the other.
    pub async fn story(&self, lines: &[&str]) -> String {
        let mut story = String::new();
        for line in lines {
            story.push_str(&self.shown(line).await);
        }
        story
    }
}
