//! `berth config`: what the client remembers.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::auth::OnOff;
use crate::{
    config::{Config, write_private},
    context::Context,
    failure::{Failure, Result},
    output::{Format, document, facts, print},
};

/// The commands.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Change settings
    Set(SetArgs),
    /// Show them
    Describe(ShowArgs),
    /// Write settings that another machine can begin with; no token is in them
    Generate(GenerateArgs),
}

/// What is changed.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct SetArgs {
    /// Address of the server: https://berth.example.com
    #[arg(long, value_name = "URL")]
    cp_url: Option<String>,
    /// How lists and descriptions are written
    #[arg(long)]
    output: Option<Format>,
    /// Whether questions are asked at a terminal
    #[arg(long, value_name = "enabled|disabled")]
    interactive: Option<OnOff>,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Into this file rather than to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

/// Runs one of them.
pub fn run(context: &Context, command: ConfigCommand) -> Result<()> {
    let value =
        |config: &Config| serde_json::to_value(config).map_err(|w| Failure::general(w.to_string()));
    match command {
        ConfigCommand::Set(args) => set(context, args),
        ConfigCommand::Describe(args) if args.json => {
            print(&document(Format::Json, &value(&context.config)?)?);
            Ok(())
        }
        ConfigCommand::Describe(_) => {
            print(&described(context, &value(&context.config)?));
            Ok(())
        }
        ConfigCommand::Generate(args) => {
            let first = Config { cp_url: Some(context.url()), ..Config::default() };
            let text = document(Format::Json, &value(&first)?)?;
            match args.file {
                None => print(&text),
                Some(path) => write_private(&path, &text).map_err(|cause| {
                    Failure::general(format!("could not write {}: {cause}", path.display()))
                })?,
            }
            Ok(())
        }
    }
}

fn set(context: &Context, args: SetArgs) -> Result<()> {
    let mut config = context.config.clone();
    if let Some(url) = args.cp_url {
        let is_address = url.starts_with("http://") || url.starts_with("https://");
        if !is_address {
            return Err(Failure::usage(format!(
                "--cp-url {url:?} must begin with https:// or http://"
            )));
        }
        config.cp_url = Some(url.trim_end_matches('/').to_owned());
    }
    config.output = args.output.or(config.output);
    config.interactive = args.interactive.map(|is| is == OnOff::Enabled).or(config.interactive);
    context.files.save(&config)
}

fn described(context: &Context, settings: &Value) -> String {
    let mut lines = vec![("cpUrl", context.url())];
    let text = |name: &str| match &settings[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    lines.extend(
        ["output", "interactive", "cluster", "project", "columns"].map(|name| (name, text(name))),
    );
    facts("Settings", &lines)
}
