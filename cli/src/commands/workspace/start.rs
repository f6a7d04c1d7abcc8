//! What a submission starts from: a template, assets, the user of this machine.

use api::projects::ProjectView;
use clap::Args;
use domain::{
    TemplateId,
    asset::{AssetChoice, AssetKind, DatasourceChoice},
    submission::command::quoted,
};

use super::super::assets::{COMPUTE, DATASOURCE, ENVIRONMENT, kind_named};
use crate::{
    client::Client,
    failure::{Failure, Result},
    lookup,
};

const FROM: &str = "Start from";

/// A template and assets by their names.
#[derive(Debug, Args)]
pub struct StartArgs {
    /// A template; what flags say replaces what it gives
    #[arg(long, value_name = "NAME", help_heading = FROM)]
    template: Option<String>,
    /// An environment
    #[arg(long, value_name = "NAME", help_heading = FROM)]
    environment: Option<String>,
    /// A compute resource
    #[arg(long, value_name = "NAME", help_heading = FROM)]
    compute: Option<String>,
    /// A data source: type=hostPath|nfs|pvc|git|s3|configMap|secretVolume,name=NAME
    #[arg(long, value_name = "type=,name=", help_heading = FROM)]
    datasource: Vec<String>,
}

impl StartArgs {
    /// The same as flags, ready for a shell.
    pub fn flags(&self) -> Vec<String> {
        let one = |flag: &str, value: &String| format!("--{flag} {}", quoted(value));
        let named = [
            ("template", &self.template),
            ("environment", &self.environment),
            ("compute", &self.compute),
        ];
        let named = named.into_iter().filter_map(|(flag, value)| Some(one(flag, value.as_ref()?)));
        named.chain(self.datasource.iter().map(|source| one("datasource", source))).collect()
    }
}

/// The ids of what was named.
pub async fn chosen(
    client: &Client,
    project: &ProjectView,
    args: &StartArgs,
) -> Result<(Option<TemplateId>, AssetChoice)> {
    let template = match &args.template {
        Some(name) => Some(lookup::template(client, name).await?.meta.id),
        None => None,
    };
    let mut assets = AssetChoice::default();
    if let Some(name) = &args.environment {
        let found =
            lookup::asset(client, AssetKind::Environment, ENVIRONMENT, project, name).await?;
        assets.environment = Some(found.meta.id);
    }
    if let Some(name) = &args.compute {
        let found = lookup::asset(client, AssetKind::Compute, COMPUTE, project, name).await?;
        assets.compute = Some(found.meta.id);
    }
    for text in &args.datasource {
        let (kind, name) = source(text)?;
        let path = kind_path(kind)?;
        let found = lookup::asset(client, kind, &path, project, name).await?;
        assets.datasources.push(DatasourceChoice {
            id: found.meta.id,
            kind: Some(kind),
            overrides: None,
        });
    }
    Ok((template, assets))
}

fn kind_path(kind: AssetKind) -> Result<String> {
    let folder = super::super::assets::folder(kind);
    folder
        .map(|folder| format!("{DATASOURCE}/{folder}"))
        .ok_or_else(|| Failure::usage("no data source"))
}

fn source(text: &str) -> Result<(AssetKind, &str)> {
    let wrong = || Failure::usage(format!("--datasource {text:?} must be type=TYPE,name=NAME"));
    let (mut kind, mut name) = (None, None);
    for part in text.split(',') {
        match part.split_once('=') {
            Some(("type", word)) => kind = Some(kind_named(word)?),
            Some(("name", word)) if !word.is_empty() => name = Some(word),
            _ => return Err(wrong()),
        }
    }
    kind.zip(name).ok_or_else(wrong)
}

/// The flags that stand for the user of this machine.
pub fn this_user(given: &[(String, String)]) -> Result<Vec<(String, String)>> {
    let (user, group) = ids()?;
    let mut flags = vec![
        ("user-group-source", "custom".to_owned()),
        ("run-as-uid", user.to_string()),
        ("run-as-gid", group.to_string()),
    ];
    // Such a user has no home in the image.
    if !given.iter().any(|(flag, _)| flag == "create-home-dir") {
        flags.push(("create-home-dir", "true".to_owned()));
    }
    if let Some((clash, _)) =
        given.iter().find(|(flag, _)| flags.iter().take(3).any(|(own, _)| own == flag))
    {
        return Err(Failure::usage(format!("--run-as-user says who runs it; leave out --{clash}")));
    }
    Ok(flags.into_iter().map(|(flag, text)| (flag.to_owned(), text)).collect())
}

/// User and group of this process: the owner of its own entry in the list of processes.
#[cfg(target_os = "linux")]
fn ids() -> Result<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata("/proc/self");
    let about = about
        .map_err(|cause| Failure::general(format!("could not find out who runs this: {cause}")))?;
    Ok((about.uid(), about.gid()))
}

#[cfg(not(target_os = "linux"))]
fn ids() -> Result<(u32, u32)> {
    Err(Failure::usage(
        "--run-as-user works on Linux alone; say --user-group-source custom --run-as-uid --run-as-gid",
    ))
}
