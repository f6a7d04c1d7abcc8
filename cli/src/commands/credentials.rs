//! `berth my-credential`: what belongs to whoever is signed in.

use api::assets::{AssetEntries, AssetView};
use clap::{Args, Subcommand, ValueEnum};
use domain::{asset::AssetKind, duration::minute};
use serde_json::{Value, json};

use crate::{
    context::Context,
    failure::{Failure, Result},
    list::{self, Column, ListArgs, Listing, column},
    output::print,
};

/// The commands.
#[derive(Debug, Subcommand)]
pub enum MyCredential {
    /// Keep one. The server encrypts what is secret of it and shows it to nobody
    Create(CreateArgs),
    /// Yours
    List(ListArgs),
    /// Remove one
    Delete(DeleteArgs),
}

/// What is kept.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Its name
    name: String,
    /// What it opens
    #[arg(long = "type", value_name = "TYPE")]
    of: Of,
    /// key=KEY,value=VALUE, again for each; a dockerRegistry has the keys url, user and password, an ngcApiKey one
    /// value. A value @FILE is read from the file, which keeps it out of the shell's history
    #[arg(long, value_name = "key=,value=", required = true)]
    item: Vec<String>,
    /// For yourself
    #[arg(long)]
    description: Option<String>,
}

#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Its name
    name: String,
}

/// The kinds that may be kept for oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub enum Of {
    GenericSecret,
    DockerRegistry,
    NgcApiKey,
}

impl Of {
    fn path(self) -> &'static str {
        match self {
            Self::GenericSecret => "generic-secret",
            Self::DockerRegistry => "docker-registry",
            Self::NgcApiKey => "ngc-api-key",
        }
    }

    /// What is sent of these items.
    fn spec(self, items: &[(String, String)]) -> Result<Value> {
        let value = |key: &str| {
            let found = items.iter().find(|(own, _)| own == key).map(|(_, value)| value);
            found.ok_or_else(|| Failure::usage(format!("an item with key={key} is missing")))
        };
        Ok(match (self, items) {
            (Self::GenericSecret, _) => {
                let pairs = items.iter().map(|(key, value)| json!({"key": key, "value": value}));
                json!({"keyValuePairs": pairs.collect::<Vec<_>>()})
            }
            (Self::DockerRegistry, _) => {
                json!({"url": value("url")?, "user": value("user")?, "password": value("password")?})
            }
            (Self::NgcApiKey, [(_, value)]) => json!({"ngc_api_key": value}),
            (Self::NgcApiKey, _) => return Err(Failure::usage("an ngcApiKey has one item")),
        })
    }
}

const CREDENTIALS: &str = "/api/v1/asset/credentials";

/// Runs one of them.
pub async fn run(context: &Context, command: MyCredential) -> Result<()> {
    match command {
        MyCredential::Create(args) => create(context, &args).await,
        MyCredential::List(args) => list::list::<Mine>(context, &args, vec![]).await,
        MyCredential::Delete(args) => delete(context, &args.name).await,
    }
}

async fn create(context: &Context, args: &CreateArgs) -> Result<()> {
    let items = args.item.iter().map(|item| read(item)).collect::<Result<Vec<_>>>()?;
    let meta = json!({
        "name": args.name, "description": args.description, "scope": "tenant", "private": true,
    });
    let body = json!({"meta": meta, "spec": args.of.spec(&items)?});
    let path = format!("{CREDENTIALS}/{}", args.of.path());
    context.client().await?.post(&path, &body).await?;
    if !context.quiet {
        print(&format!("Credential {} was created.\n", args.name));
    }
    Ok(())
}

/// `key=K,value=V`; everything after `value=` is the value.
fn read(item: &str) -> Result<(String, String)> {
    let wrong = || Failure::usage("--item must be key=KEY,value=VALUE");
    let (key, value) = match item.strip_prefix("value=") {
        Some(value) => ("", value),
        None => {
            let rest = item.strip_prefix("key=").ok_or_else(wrong)?;
            rest.split_once(",value=").ok_or_else(wrong)?
        }
    };
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text =
                text.map_err(|cause| Failure::usage(format!("could not read {path}: {cause}")))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok((key.to_owned(), value))
}

async fn delete(context: &Context, name: &str) -> Result<()> {
    let client = context.client().await?;
    let all: AssetEntries = client.read(CREDENTIALS, &[("name", name.to_owned())]).await?;
    let mut mine =
        all.entries.into_iter().filter(|asset| asset.meta.private && asset.meta.name == name);
    let found = mine.next().ok_or_else(|| Failure::not_found("credential of yours", name))?;
    let folder = match found.meta.kind {
        AssetKind::DockerRegistry => Of::DockerRegistry,
        AssetKind::NgcApiKey => Of::NgcApiKey,
        _ => Of::GenericSecret,
    };
    client.delete(&format!("{CREDENTIALS}/{}/{}", folder.path(), found.meta.id)).await?;
    if !context.quiet {
        print(&format!("Credential {name} was deleted.\n"));
    }
    Ok(())
}

/// A credential of one's own in a list.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Mine(AssetView);

impl Listing for Mine {
    const NAME: &'static str = "my-credential";
    const PATH: &'static str = CREDENTIALS;
    const KEY: &'static str = "entries";

    fn is_taken(item: &Value) -> bool {
        item["meta"]["private"] == Value::Bool(true)
    }

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |c: &Self| c.0.meta.name.clone()),
            column("type", "Type", |c| c.0.meta.kind.name().to_owned()),
            column("created-at", "Created at", |c| minute(c.0.meta.created_at)),
            column("id", "Id", |c: &Self| c.0.meta.id.to_string()).on_request(),
        ]
    }
}
