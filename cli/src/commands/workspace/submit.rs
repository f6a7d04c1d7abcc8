//! `berth workspace submit`.

use std::time::{Duration, Instant};

use api::{
    ErrorBody,
    workloads::WorkloadView,
    workspaces::{WORKSPACES, WorkspaceCreation, WorkspaceView},
};
use clap::Args;
use domain::{
    Other, Problem, duration,
    submission::{Submission, command},
    verdict::{Fix, FixAction, Outcome, Verdict, apply_patch},
    workload::PhaseName,
};

use super::start::{self, StartArgs};
use crate::{
    client::{Client, typed},
    context::Context,
    failure::{Failure, Result},
    lookup,
    output::{Format, FormatArgs, document, print},
    spec_flags::SpecFlags,
};

/// Between two looks at a workspace that is being made.
const LOOK: Duration = Duration::from_millis(300);
/// Between two lines of one command.
const NEXT_LINE: &str = " \\\n  ";
/// The name of a workspace that nobody named.
const PREFIX: &str = "workspace";

/// What is submitted.
#[derive(Debug, Args)]
#[command(
    after_help = "Items of lists are written key=value,key=value; a part that holds a comma stands in double \
                        quotes: --nfs '\"path=/a,b\",server=n,mountpath=/n'. A word such as ro or ephemeral says yes, \
                        ro=false says no."
)]
pub struct SubmitArgs {
    /// The name; without one it is made up
    pub name: Option<String>,
    /// The project [default: that of berth project set]
    #[arg(short, long)]
    project: Option<String>,
    /// The beginning of a name that is made up
    #[arg(long, conflicts_with = "name", value_name = "PREFIX")]
    name_prefix: Option<String>,
    #[command(flatten)]
    start: StartArgs,
    /// What stands after -- is the entry point and its arguments, rather than arguments alone
    #[arg(short, long, requires = "words")]
    command: bool,
    /// As whoever runs this command: user and group of this machine
    #[arg(long)]
    run_as_user: bool,
    /// Wait so long until the cluster has taken it
    #[arg(long, default_value = "1m", value_name = "DURATION", value_parser = span)]
    wait_for_submit: Duration,
    /// Join it once it runs (not in this release)
    #[arg(long)]
    attach: bool,
    /// Say what would become of it now: whether it starts, why it would wait, whom it pushes aside, what would help.
    /// Nothing is submitted
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    spec: SpecFlags,
    #[command(flatten)]
    format: FormatArgs,
    /// Arguments of the container's process
    #[arg(last = true, value_name = "WORDS")]
    words: Vec<String>,
}

fn span(text: &str) -> Result<Duration, String> {
    let secs = duration::parse(text).and_then(|secs| u64::try_from(secs).ok());
    secs.map(Duration::from_secs)
        .ok_or_else(|| "must be a span of time such as 30s, 5m or 1h30m".to_owned())
}

/// The submission that the flags say.
pub(super) fn submission(args: &SubmitArgs) -> Result<Submission> {
    let mut given = args.spec.0.clone();
    if args.run_as_user {
        given.extend(start::this_user(&given)?);
    }
    let words = command::process(&args.words, args.command);
    given.extend(words.into_iter().map(|(flag, text)| (flag.to_owned(), text)));
    command::read(given.iter().map(|(flag, text)| (flag.as_str(), text.as_str()))).map_err(wrong)
}

fn wrong(problems: Vec<Problem>) -> Failure {
    let fields = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
    Failure { fields, ..Failure::usage("some flags are wrong") }
}

/// Submits it, or asks what would become of it.
pub async fn submit(context: &Context, args: &SubmitArgs) -> Result<()> {
    let spec = submission(args)?;
    if args.attach {
        return Err(Failure::general(
            "--attach needs a stream to the container, which the server does not offer yet; submit without it",
        ));
    }
    let client = context.client().await?;
    let project = lookup::project(context, &client, args.project.as_deref()).await?;
    let (template_id, assets) = start::chosen(&client, &project, &args.start).await?;
    let made_up = args.name.is_none();
    let name = args.name.as_deref().or(args.name_prefix.as_deref()).unwrap_or(PREFIX).to_owned();
    let body = WorkspaceCreation {
        name,
        use_given_name_as_prefix: made_up.then_some(true),
        project_id: project.id,
        cluster_id: project.cluster_id,
        spec: Some(spec),
        template_id,
        assets: Some(assets),
    };
    match args.dry_run {
        true => judge(context, args, &client, &body, project.name.as_str()).await,
        false => create(context, args, &client, &body).await,
    }
}

/// Asks the scheduler; a refusal ends as a submission would.
async fn judge(
    context: &Context,
    args: &SubmitArgs,
    client: &Client,
    body: &WorkspaceCreation,
    project: &str,
) -> Result<()> {
    let answer = client.post(&format!("{WORKSPACES}/verdict"), body).await?;
    let verdict: Verdict = typed(answer.clone())?;
    let format = args.format.or(context.config.output);
    match (format, &verdict.outcome) {
        (Format::Table, Outcome::Refused { .. }) => {}
        (Format::Table, outcome) => {
            print(&verdict.to_string());
            print(&pasted(args, body, project, outcome.fixes()));
        }
        (format, _) => print(&document(format, &answer)?),
    }
    match verdict.outcome {
        Outcome::Refused { violations } => {
            Err(Failure::of_body(&ErrorBody::of_problems(&violations)))
        }
        Outcome::Never { .. } | Outcome::Waits { .. } => Ok(()),
        Outcome::StartsNow { .. } | Outcome::LeftTo { .. } => Ok(()),
    }
}

/// The fixes as commands, ready to be pasted.
fn pasted(args: &SubmitArgs, body: &WorkspaceCreation, project: &str, fixes: &[Fix]) -> String {
    let name = args.name.as_deref().unwrap_or_default();
    let lines = fixes.iter().filter_map(|fix| {
        let line = match &fix.action {
            None => {
                let fixed = apply_patch(body.spec.as_ref()?, &fix.patch)?;
                let text = command::command(name, project, &fixed).text;
                // What stands after `--` stays at the end.
                let mut words: Vec<_> = text.split(NEXT_LINE).map(str::to_owned).collect();
                words.splice(1..1, args.start.flags());
                words.join(NEXT_LINE)
            }
            Some(FixAction::Stop { workload: Other::Named(own) })
                if own.project == body.project_id =>
            {
                let (name, project) = (command::quoted(&own.name), command::quoted(project));
                format!("berth workspace suspend {name} --project {project}")
            }
            Some(FixAction::Stop { .. } | FixAction::Ask { .. } | FixAction::Retry) => return None,
        };
        Some(format!("\n# {}\n{line}\n", fix.label))
    });
    lines.collect()
}

async fn create(
    context: &Context,
    args: &SubmitArgs,
    client: &Client,
    body: &WorkspaceCreation,
) -> Result<()> {
    let answer = client.post(WORKSPACES, body).await?;
    let made: WorkspaceView = typed(answer.clone())?;
    let format = args.format.or(context.config.output);
    let is_quiet = context.quiet || format != Format::Table;
    if !is_quiet {
        print(&format!("Creating workspace {}…\n", made.name));
    }
    let phase = taken(client, &made, args.wait_for_submit).await?;
    match (format, context.quiet) {
        (Format::Table, true) => print(&format!("{}\n", made.name)),
        (Format::Table, false) if phase == PhaseName::Creating => {
            print(&format!(
                "Workspace {} was accepted; the cluster has not taken it yet.\n",
                made.name
            ));
        }
        (Format::Table, false) => print(&format!("Workspace {} was created.\n", made.name)),
        (format, _) => print(&document(format, &answer)?),
    }
    let of = format!(
        "{} -p {}",
        made.name,
        args.project.as_deref().or(context.config.project.as_deref()).unwrap_or_default()
    );
    if !is_quiet {
        print(&format!(
            "Why it stands as it does: berth workspace describe {of}\nWhat it writes: berth workspace logs {of}\n"
        ));
    }
    Ok(())
}

/// Waits until the cluster has taken it; the phase in which it is then.
async fn taken(client: &Client, made: &WorkspaceView, most: Duration) -> Result<PhaseName> {
    let start = Instant::now();
    let mut phase = made.actual_phase;
    while phase == PhaseName::Creating && start.elapsed() < most {
        tokio::time::sleep(LOOK).await;
        let path = format!("/api/v1/workloads/{}", made.workload_id);
        phase = client.read::<WorkloadView>(&path, &[]).await?.phase;
    }
    Ok(phase)
}
