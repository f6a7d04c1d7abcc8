//! The last lines that a container wrote.

use clap::Args;

use super::{Named, WORKLOADS};
use crate::{
    context::Context,
    failure::{Failure, Result},
    lookup,
    output::print,
};

/// More lines than a server keeps.
const ALL: u32 = 1_000_000;

/// Which lines.
#[derive(Debug, Args)]
pub struct LogsArgs {
    #[command(flatten)]
    named: Named,
    /// So many lines; -1 for all that are kept
    #[arg(short, long, value_name = "N", default_value_t = 200, allow_negative_numbers = true)]
    tail: i64,
    /// With the time of each line
    #[arg(long)]
    timestamps: bool,
    /// At most so many bytes
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    limit_bytes: Option<usize>,
    /// Go on with what is written from now on, until the container ends
    #[arg(short, long)]
    follow: bool,
}

/// Prints them.
pub async fn logs(context: &Context, args: &LogsArgs) -> Result<()> {
    let lines = match args.tail {
        -1 => ALL,
        lines => u32::try_from(lines)
            .map_err(|_| Failure::usage("--tail must be a number of lines, or -1 for all"))?,
    };
    let client = context.client().await?;
    let which = (args.named.name.as_deref(), args.named.uuid);
    let workload = lookup::workload(context, &client, args.named.project.as_deref(), which).await?;
    let path = format!("{WORKLOADS}/{}/logs", workload.id);
    // Each line begins with its time.
    let shown = |line: &str| match args.timestamps {
        true => format!("{line}\n"),
        false => format!("{}\n", line.split_once(' ').map_or("", |(_, text)| text)),
    };
    let tail = ("tailLines", lines.to_string());
    if args.follow {
        let query = [tail, ("follow", "true".to_owned())];
        return client.lines(&path, &query, |line| print(&shown(line))).await;
    }
    let text = client.text(&path, &[tail]).await?;
    let text: String = text.lines().map(shown).collect();
    let most = args.limit_bytes.unwrap_or(text.len());
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    print(&text[..end.unwrap_or_default()]);
    Ok(())
}
