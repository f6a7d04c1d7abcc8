//! What commands write to standard output: tables for people, JSON and YAML for programs.

mod table;

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use table::{facts, table};

use crate::failure::{Failure, Result};

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Table,
    Json,
    Yaml,
    /// The server's answer as it came.
    Raw,
}

/// The flags that choose one.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct FormatArgs {
    /// A table, for people
    #[arg(long, group = "format")]
    table: bool,
    /// JSON, with the fields of the REST interface
    #[arg(long, group = "format")]
    json: bool,
    /// YAML, with the same fields
    #[arg(long, group = "format")]
    yaml: bool,
    /// The server's answer as it came
    #[arg(long, group = "format")]
    raw: bool,
    /// The same by name
    #[arg(short, long, group = "format", value_name = "FORMAT")]
    output: Option<Format>,
}

impl FormatArgs {
    /// The format, or the one of the settings.
    pub fn or(self, settings: Option<Format>) -> Format {
        let said = [
            (self.table, Format::Table),
            (self.json, Format::Json),
            (self.yaml, Format::Yaml),
            (self.raw, Format::Raw),
        ];
        let said = said.into_iter().find_map(|(is_said, format)| is_said.then_some(format));
        said.or(self.output).or(settings).unwrap_or_default()
    }
}

/// JSON or YAML of a value, in the order of its keys.
pub fn document(format: Format, value: &Value) -> Result<String> {
    match format {
        Format::Yaml => serde_saphyr::to_string(value)
            .map(|text| format!("{}\n", text.trim_end()))
            .map_err(|wrong| Failure::general(format!("could not write YAML: {wrong}"))),
        Format::Json | Format::Table => Ok(format!("{value:#}\n")),
        Format::Raw => Ok(format!("{value}\n")),
    }
}

/// Writes to standard output. A reader that has seen enough, such as `head`, is no failure of ours.
pub fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
