//! What every command of the client has: the flags that stand everywhere, the settings, the server.

use std::path::PathBuf;

use api::token::TokenResponse;
use clap::Args;
use serde_json::json;

use crate::{
    client::{Client, typed},
    config::{CP_URL, ClientSecret, Config, Files, Session},
    failure::{Failure, Result},
    token,
};

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Name of the file with the settings
    #[arg(
        long,
        global = true,
        env = "BERTH_CLI_CONFIG_FILE",
        value_name = "FILE",
        default_value = "config.json"
    )]
    config_file: PathBuf,
    /// Folder of the settings [default: ~/.berth]
    #[arg(long, global = true, env = "BERTH_CLI_CONFIG_PATH", value_name = "FOLDER")]
    config_path: Option<PathBuf>,
    /// Say on standard error what is asked of the server, and how it answers
    #[arg(short, long, global = true)]
    debug: bool,
    /// Say no more than the result, and what went wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say besides where values come from that no flag gave
    #[arg(long, global = true, conflicts_with = "quiet")]
    verbose: bool,
}

/// What a command works with.
pub struct Context {
    pub files: Files,
    pub config: Config,
    pub quiet: bool,
    verbose: bool,
    debug: bool,
}

impl Context {
    pub fn new(global: &Global) -> Result<Self> {
        let files = Files::new(global.config_path.clone(), &global.config_file)?;
        let config = files.config()?;
        let Global { quiet, verbose, debug, .. } = *global;
        Ok(Self { files, config, quiet, verbose, debug })
    }

    /// The address of the server: the environment goes first.
    pub fn url(&self) -> String {
        let from_environment = std::env::var("BERTH_URL").ok().filter(|url| !url.is_empty());
        let url = from_environment.or_else(|| self.config.cp_url.clone());
        url.unwrap_or_else(|| CP_URL.to_owned())
    }

    /// The server, asked by nobody.
    pub fn anonymous(&self) -> Result<Client> {
        Client::new(&self.url(), None, self.debug)
    }

    /// The server, asked by whoever is signed in.
    pub async fn client(&self) -> Result<Client> {
        let token = self.token().await?;
        Ok(self.anonymous()?.with_token(token))
    }

    /// A token that is good: from the environment, from the last sign-in, or fetched with what `--save` kept.
    pub async fn token(&self) -> Result<String> {
        if let Some(token) = std::env::var("BERTH_TOKEN").ok().filter(|token| !token.is_empty()) {
            return Ok(token);
        }
        let session =
            self.files.session()?.ok_or_else(|| Failure::not_signed_in("nobody is signed in"))?;
        if token::is_good(&session.access_token) {
            return Ok(session.access_token);
        }
        let ended = || Failure::not_signed_in("the token has expired");
        let answer = match (&session.client, &session.refresh_token) {
            (Some(client), _) => self.grant(client).await?,
            (None, Some(token)) => self
                .refresh(token)
                .await
                .map_err(|failure| if failure.is_refusal() { ended() } else { failure })?,
            (None, None) => return Err(ended()),
        };
        self.remember(&answer, session.client)?;
        Ok(answer.access_token)
    }

    /// Keeps a token, and what the next one is fetched with.
    pub fn remember(&self, answer: &TokenResponse, client: Option<ClientSecret>) -> Result<()> {
        self.files.save_session(&Session {
            access_token: answer.access_token.clone(),
            refresh_token: Some(answer.refresh_token.clone()).filter(|token| !token.is_empty()),
            client,
        })
    }

    async fn refresh(&self, token: &str) -> Result<TokenResponse> {
        let body = json!({"grantType": "refresh_token", "refreshToken": token});
        typed(self.anonymous()?.post("/api/v1/token", &body).await?)
    }

    /// A token for a client and its secret.
    pub async fn grant(&self, client: &ClientSecret) -> Result<TokenResponse> {
        let ClientSecret { id, secret } = client;
        let body =
            json!({"grantType": "client_credentials", "clientID": id, "clientSecret": secret});
        typed(self.anonymous()?.post("/api/v1/token", &body).await?)
    }

    /// Said to people, not to scripts.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Said to whoever wants to know.
    pub fn explain(&self, text: &str) {
        if self.verbose {
            eprintln!("{text}");
        }
    }

    /// Whether somebody may be asked.
    pub fn may_ask(&self) -> bool {
        use std::io::IsTerminal;
        self.config.interactive != Some(false) && std::io::stdin().is_terminal()
    }
}
