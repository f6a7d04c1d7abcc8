//! `berth replay CYCLE`: a cycle of the scheduler, played again from what was kept of it. It reads the
//! database beside a running server, and changes nothing.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use control::cycles::{Cycle, Replay};
use store::{Archive, DatabaseUrl};

use crate::rest::decision_view;

/// Exit status where the cycle decides something else now.
const DIFFERS: u8 = 3;

/// What `berth replay` takes.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Number of the cycle, as reasons and the tab Cycle of a workload name it
    #[arg(value_parser = clap::value_parser!(i64).range(1..))]
    cycle: i64,
    /// Folder of the database
    #[arg(long, env = "BERTH_DATA", default_value = "data")]
    data: PathBuf,
    /// `postgres://…` instead of the SQLite file in the data folder
    #[arg(long, env = "BERTH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<DatabaseUrl>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Plays the cycle again; the code says whether it decides the same.
pub async fn run(args: ReplayArgs) -> Result<ExitCode, Failure> {
    let url = args.database_url.clone();
    let url = url.unwrap_or_else(|| DatabaseUrl::Sqlite(args.data.join("berth.db")));
    if let DatabaseUrl::Sqlite(path) = &url
        && !path.exists()
    {
        return Err(format!("there is no database {}", path.display()).into());
    }
    let chain = Archive::open(&url).await?.cycle(args.cycle).await?;
    let cycle = Cycle::read(args.cycle, &chain)?;
    let replay = cycle.replay();
    match args.format {
        Format::Text => print!("{}", text(&cycle, &replay)),
        Format::Json => println!("{}", json(&cycle, &replay)?),
    }
    Ok(if replay.is_same { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}

fn text(cycle: &Cycle, replay: &Replay) -> String {
    let cluster = &cycle.snapshot.cluster_name;
    let mut text = format!("Cycle {} of {cluster}, {}\n\n", cycle.number, cycle.at);
    let views: Vec<_> =
        replay.decisions.iter().map(|decision| decision_view(cycle, decision)).collect();
    let width = views.iter().map(|view| view.name.chars().count()).max().unwrap_or_default();
    for view in views {
        let sentences = view.sentences.join(" ");
        text += &format!("{:<8} {:<width$}  {sentences}\n", view.decision, view.name);
    }
    text += match replay.is_same {
        true => "\nPlayed again, it decides the same, to the byte.\n",
        false => "\nPlayed again, it decides something else than it did then.\n",
    };
    text
}

fn json(cycle: &Cycle, replay: &Replay) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&serde_json::json!({
        "cycle": cycle.number,
        "at": cycle.at,
        "cluster": cycle.snapshot.cluster_name,
        "same": replay.is_same,
        "decisions": replay.decisions,
    }))
}
