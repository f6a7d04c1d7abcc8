//! Signing in and out, and who one is then.

use std::path::PathBuf;

use api::token::TokenResponse;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::{
    client::typed,
    config::ClientSecret,
    context::Context,
    failure::{Failure, Result},
    output::{Format, FormatArgs, document, print},
    token,
};

/// How one signs in.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct LoginArgs {
    #[command(subcommand)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Way {
    /// With e-mail address and password
    User(UserArgs),
    /// With the id and the secret of an access key, a service account or an application
    #[command(visible_aliases = ["application", "app"])]
    AccessKey(AccessKeyArgs),
    /// Through an identity provider (not in this release)
    #[command(alias = "remote-browser")]
    Sso,
}

#[derive(Debug, Args)]
struct UserArgs {
    /// E-mail address; asked for where it is not given
    #[arg(short, long)]
    user: Option<String>,
    /// Password; better asked for, since others see the arguments of a command
    #[arg(short, long)]
    password: Option<String>,
}

#[derive(Debug, Args)]
struct AccessKeyArgs {
    /// The id; asked for where it is not given
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The secret; better in a file, or asked for
    #[arg(long, conflicts_with = "secret_file")]
    secret: Option<String>,
    /// A file that holds the secret and nothing else
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Keep id and secret, so that a new token is fetched when the old one ends
    #[arg(long)]
    save: bool,
    /// Whether what is missing may be asked for
    #[arg(long, value_name = "enabled|disabled")]
    interactive: Option<OnOff>,
}

/// Yes or no, as the reference spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    Enabled,
    Disabled,
}

/// Of tokens.
#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Print the access token
    GetToken(GetTokenArgs),
}

#[derive(Debug, Args)]
pub struct GetTokenArgs {
    /// `plaintext` for the token alone; else as kubectl reads it
    #[arg(long, default_value = "kubeconfig")]
    output: TokenForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TokenForm {
    Kubeconfig,
    Plaintext,
}

/// Signs in.
pub async fn login(context: &Context, args: LoginArgs) -> Result<()> {
    let (answer, client) = match args.way {
        Way::User(args) => (user(context, args).await.map_err(Failure::of_sign_in)?, None),
        Way::AccessKey(args) => access_key(context, args).await.map_err(Failure::of_sign_in)?,
        Way::Sso => {
            return Err(Failure::general(
                "this release knows no identity provider; sign in with berth login user or berth login access-key",
            ));
        }
    };
    let who = token::claims(&answer.access_token).unwrap_or_default();
    context.remember(&answer, client)?;
    if !context.quiet {
        print(&format!("Signed in at {} as {}.\n", context.url(), who.who()));
    }
    Ok(())
}

async fn user(context: &Context, args: UserArgs) -> Result<TokenResponse> {
    let user = match args.user {
        Some(user) => user,
        None => asked(context, "E-mail address: ", "--user", false)?,
    };
    let password = match args.password {
        Some(password) => password,
        None => asked(context, "Password: ", "--password", true)?,
    };
    let body = json!({"grantType": "password", "username": user, "password": password});
    typed(context.anonymous()?.post("/api/v1/token", &body).await?)
}

async fn access_key(
    context: &Context,
    args: AccessKeyArgs,
) -> Result<(TokenResponse, Option<ClientSecret>)> {
    let may_ask = args.interactive != Some(OnOff::Disabled);
    let ask = |what: &str, flag: &str, is_secret| match may_ask {
        true => asked(context, what, flag, is_secret),
        false => Err(Failure::usage(format!("{flag} is missing"))),
    };
    let id = match args.client_id {
        Some(id) => id,
        None => ask("Client id: ", "--client-id", false)?,
    };
    let secret = match (args.secret, args.secret_file) {
        (Some(secret), _) => secret,
        (None, Some(path)) => {
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|cause| {
                Failure::usage(format!("could not read {}: {cause}", path.display()))
            })?;
            text.trim().to_owned()
        }
        (None, None) => ask("Secret: ", "--secret-file", true)?,
    };
    let client = ClientSecret { id, secret };
    let answer = context.grant(&client).await?;
    Ok((answer, args.save.then_some(client)))
}

/// Asks at the terminal; a secret is not shown.
fn asked(context: &Context, what: &str, flag: &str, is_secret: bool) -> Result<String> {
    if !context.may_ask() {
        return Err(Failure::usage(format!("nobody can be asked here; say {flag}")));
    }
    let failed =
        |cause: std::io::Error| Failure::general(format!("could not read the answer: {cause}"));
    if is_secret {
        return rpassword::prompt_password(what).map_err(failed);
    }
    eprint!("{what}");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(answer.trim().to_owned())
}

/// Forgets the token, and what `--save` kept.
pub fn logout(context: &Context) -> Result<()> {
    let was_in = context.files.remove_session()?;
    if !context.quiet {
        print(if was_in { "Signed out.\n" } else { "Nobody was signed in.\n" });
    }
    Ok(())
}

/// Who is signed in, and what commands are about that name nothing. The server is asked whether the token is right.
pub async fn whoami(context: &Context, format: FormatArgs) -> Result<()> {
    let token = context.token().await?;
    context.client().await?.get("/api/v1/authorization/permissions", &[]).await?;
    let claims = token::claims(&token).unwrap_or_default();
    let answer = json!({
        "user": claims.who(), "tenantId": claims.tenant_id, "url": context.url(),
        "cluster": context.config.cluster, "project": context.config.project,
    });
    match format.or(context.config.output) {
        Format::Table => {
            let known =
                |name: &Option<String>| name.clone().unwrap_or_else(|| "none is set".to_owned());
            let tenant = claims.tenant_id.map(|id| id.to_string()).unwrap_or_default();
            let lines = [
                ("User", claims.who().to_owned()),
                ("Tenant", tenant),
                ("Server", context.url()),
                ("Cluster", known(&context.config.cluster)),
                ("Project", known(&context.config.project)),
            ];
            let rows: Vec<_> =
                lines.into_iter().map(|(name, value)| vec![format!("{name}:"), value]).collect();
            print(&crate::output::table(None, &rows));
        }
        format => print(&document(format, &answer)?),
    }
    Ok(())
}

/// Prints the token.
pub async fn auth(context: &Context, command: Auth) -> Result<()> {
    let Auth::GetToken(args) = command;
    let token = context.token().await?;
    match args.output {
        TokenForm::Plaintext => print(&format!("{token}\n")),
        TokenForm::Kubeconfig => {
            let credential = json!({
                "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                "status": {"token": token},
            });
            print(&document(Format::Json, &credential)?);
        }
    }
    Ok(())
}
