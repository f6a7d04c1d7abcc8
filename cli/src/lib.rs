//! The client's commands of `berth`: parse, call, print. `berth serve` lives in the server. Commands that need neither
//! server nor database, such as `simulate`, work on files alone; the others ask a server over REST, and only so.

mod client;
mod commands;
mod config;
mod context;
mod failure;
mod list;
mod lookup;
mod output;
mod spec_flags;
mod token;

use std::process::ExitCode;

use clap_complete::Shell;
use commands::{
    assets::{self, Assets, COMPUTE, DATASOURCE, ENVIRONMENT, Pvcs},
    auth::{self, Auth, LoginArgs},
    config::ConfigCommand,
    credentials::{self, MyCredential},
    organisation::{self, Department, Project},
    resources::{self, Lists},
    templates::{self, Templates},
    workload::{self, Workload},
    workspace::{self, Workspace},
};
use context::Context;
use failure::{Failure, Result};
use output::FormatArgs;

pub use commands::{
    resources::{AddArgs, CheckArgs, Cluster, KubernetesCommand},
    simulate::{cycle_times, simulate},
};
pub use context::Global;

/// What `berth` can do besides serving.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Workspaces: submit, list, describe, stop, run, delete
    #[command(subcommand)]
    Workspace(Workspace),
    /// Workloads of any kind
    #[command(subcommand)]
    Workload(Workload),
    /// The kinds of workloads that there are
    #[command(subcommand)]
    WorkloadType(WorkloadTypes),
    /// Projects
    #[command(subcommand)]
    Project(Project),
    /// Departments
    #[command(subcommand)]
    Department(Department),
    /// Clusters
    #[command(subcommand)]
    Cluster(Cluster),
    /// Nodes
    #[command(subcommand)]
    Node(Lists),
    /// Node pools
    #[command(subcommand)]
    Nodepool(Lists),
    /// Environments to start from
    #[command(subcommand)]
    Environment(Assets),
    /// Compute resources to start from
    #[command(subcommand)]
    Compute(Assets),
    /// Data sources to start from
    #[command(subcommand)]
    Datasource(Assets),
    /// Claims
    #[command(subcommand)]
    Pvc(Pvcs),
    /// Templates to start from
    #[command(subcommand)]
    Template(Templates),
    /// Credentials of your own
    #[command(subcommand)]
    MyCredential(MyCredential),
    /// Sign in
    Login(LoginArgs),
    /// Forget who was signed in
    Logout,
    /// Who is signed in, and what commands are about that name nothing
    Whoami(FormatArgs),
    /// Access tokens
    #[command(subcommand)]
    Auth(Auth),
    /// What the client remembers
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Access to clusters by kubectl (not in this release)
    #[command(subcommand)]
    Kubeconfig(Kubeconfig),
    /// The release of this program
    Version,
    /// How this program is brought up to date
    Upgrade,
    /// Print what completes commands in a shell: berth completion bash >> ~/.bashrc
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Check, test and explain workload policies
    #[command(subcommand)]
    Policy(commands::policy::Policy),
    /// Run the scheduler on a scenario file, in memory, and say what it does and why
    Simulate(commands::simulate::Arguments),
}

/// Of kubeconfig.
#[derive(Debug, clap::Subcommand)]
pub enum Kubeconfig {
    /// Write a kubeconfig with the current token (not in this release)
    Set,
}

/// Of kinds.
#[derive(Debug, clap::Subcommand)]
pub enum WorkloadTypes {
    /// All of them
    List,
    /// One of them
    Describe {
        /// Its name
        name: String,
    },
}

/// Does what was asked; the code says how it went. `root` is the whole command line, which shells complete.
pub fn run(global: &Global, command: Command, root: clap::Command) -> ExitCode {
    match command {
        Command::Policy(policy) => commands::policy::run(global, policy),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
        Command::Completion { shell } => complete(shell, root),
        command => online(global, async |context| ask(&context, command).await),
    }
}

/// Runs what may ask a server, and says what went wrong.
fn online(global: &Global, work: impl AsyncFnOnce(Context) -> Result<()>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime
        .map_err(|cause| Failure::general(format!("could not begin: {cause}")))
        .and_then(|runtime| runtime.block_on(work(Context::new(global)?)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.lines().iter().for_each(|line| eprintln!("{line}"));
            ExitCode::from(failure.code)
        }
    }
}

async fn ask(context: &Context, command: Command) -> Result<()> {
    match command {
        Command::Workspace(command) => workspace::run(context, command).await,
        Command::Workload(command) => workload::run(context, command).await,
        Command::WorkloadType(command) => kinds(&command),
        Command::Project(command) => organisation::project(context, command).await,
        Command::Department(command) => organisation::department(context, command).await,
        Command::Cluster(command) => resources::cluster(context, command).await,
        Command::Node(command) => resources::node(context, command).await,
        Command::Nodepool(command) => resources::node_pool(context, command).await,
        Command::Environment(command) => assets::run(context, ENVIRONMENT, command).await,
        Command::Compute(command) => assets::run(context, COMPUTE, command).await,
        Command::Datasource(command) => assets::run(context, DATASOURCE, command).await,
        Command::Pvc(command) => assets::pvcs(context, command).await,
        Command::Template(command) => templates::run(context, command).await,
        Command::MyCredential(command) => credentials::run(context, command).await,
        Command::Login(args) => auth::login(context, args).await,
        Command::Logout => auth::logout(context),
        Command::Whoami(format) => auth::whoami(context, format).await,
        Command::Auth(command) => auth::auth(context, command).await,
        Command::Config(command) => commands::config::run(context, command),
        Command::Kubeconfig(Kubeconfig::Set) => Err(Failure::general(
            "a kubeconfig needs a gateway to the cluster's interface, which the server does not offer yet; \
             berth auth get-token prints the token",
        )),
        Command::Version => {
            output::print(concat!("berth ", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(())
        }
        Command::Upgrade => Err(Failure::general(
            "this program does not replace itself, since that would change it under scripts; \
             install the new release as you installed this one",
        )),
        // Those that ask nobody have ended before.
        Command::Policy(_) | Command::Simulate(_) | Command::Completion { .. } => Ok(()),
    }
}

fn kinds(command: &WorkloadTypes) -> Result<()> {
    const KIND: &str = "workspace";
    match command {
        WorkloadTypes::List => {
            output::print(&output::table(Some(&["Name"]), &[vec![KIND.to_owned()]]))
        }
        WorkloadTypes::Describe { name } if name == KIND => {
            output::print("workspace: one pod that somebody works in, until they stop it\n");
        }
        WorkloadTypes::Describe { name } => return Err(Failure::not_found("workload type", name)),
    }
    Ok(())
}

fn complete(shell: Shell, mut root: clap::Command) -> ExitCode {
    let mut script = vec![];
    clap_complete::generate(shell, &mut root, "berth", &mut script);
    output::print(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    #[derive(Parser)]
    #[command(name = "berth")]
    struct Line {
        #[command(flatten)]
        _global: super::Global,
        #[command(subcommand)]
        _command: super::Command,
    }

    #[test]
    fn no_two_flags_of_a_command_clash_and_each_has_a_line_in_the_manual() {
        Line::command().debug_assert();
        let mut silent = vec![];
        look("berth", &Line::command(), &mut silent);
        assert_eq!(silent, Vec::<String>::new());
    }

    /// Commands and flags that the manual says nothing of.
    fn look(path: &str, command: &clap::Command, silent: &mut Vec<String>) {
        for of in command.get_subcommands().filter(|of| of.get_name() != "help") {
            let path = format!("{path} {}", of.get_name());
            silent.extend(of.get_about().is_none().then(|| path.clone()));
            look(&path, of, silent);
        }
        let flags =
            command.get_arguments().filter(|arg| !arg.is_hide_set() && arg.get_help().is_none());
        silent.extend(flags.map(|arg| format!("{path} {}", arg.get_id())));
    }
}
