//! What runs the workspaces: the container engine of this machine, or nothing, simulated. A data
//! folder keeps to what it began with, unless nothing is lost by a change or somebody asks for it.

use std::sync::Arc;

use cluster::{
    container::{ContainerDriver, Greeting, NoLink, Settings},
    simulated::SimulatedDriver,
};
use control::{Bootstrap, ControlPlane, demo};
use tracing::{info, warn};

use crate::Config;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What somebody asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The engine, when one answers.
    #[default]
    Auto,
    Container,
    Simulated,
}

/// What the data folder has been so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// It is new, or nothing was ever submitted.
    Blank,
    Simulated,
    Container,
}

/// What it comes to, and what is said about it at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    simulated: bool,
    said: Option<&'static str>,
}

const NO_ENGINE: &str = "no container engine answers: the cluster is simulated, and nothing runs for \
    real. Install Podman or Docker and start Berth again, or name its socket with --engine";
const KEPT_SIMULATED: &str = "a container engine answers, but this data folder has workspaces on a \
    simulated cluster; --cluster container runs them for real";
const WOULD_LOSE: &str = "this data folder has workspaces that run as containers; give another --data \
    for a simulated cluster";

fn choose(wanted: Wanted, past: Past, answers: bool) -> Result<Choice, &'static str> {
    let container = Choice { simulated: false, said: None };
    let simulated = |said| Choice { simulated: true, said };
    Ok(match (wanted, past) {
        (Wanted::Container, _) | (Wanted::Auto, Past::Container) => container,
        (Wanted::Simulated, Past::Container) => return Err(WOULD_LOSE),
        (Wanted::Simulated, Past::Blank | Past::Simulated) => simulated(None),
        (Wanted::Auto, Past::Blank) if answers => container,
        (Wanted::Auto, Past::Simulated) if answers => simulated(Some(KEPT_SIMULATED)),
        (Wanted::Auto, Past::Blank | Past::Simulated) => simulated(Some(NO_ENGINE)),
    })
}

/// Makes what has to be there, and begins to drive the cluster.
pub async fn begin(control: &ControlPlane, config: &Config) -> Result<Bootstrap, Failure> {
    let for_show = config.demo || config.simulation.is_some();
    let wanted = match config.cluster {
        Wanted::Auto if for_show => Wanted::Simulated,
        wanted => wanted,
    };
    let greeting =
        if wanted == Wanted::Simulated { None } else { Some(greet(config, control).await) };
    let answers = matches!(greeting, Some(Ok(_)));
    let choice = choose(wanted, past(control), answers)?;
    if let Some(said) = choice.said {
        warn!("{said}");
    }
    let pools = if config.demo { demo::POOLS } else { &[] };
    let started = control.bootstrap(choice.simulated, pools, config.first.clone()).await?;
    match choice.simulated {
        true => simulate(control, config, &started).await?,
        false => contain(control, config, &started, greeting),
    }
    Ok(started)
}

fn past(control: &ControlPlane) -> Past {
    let world = control.world();
    match world.clusters.values().next() {
        Some(cluster) if world.live().any(|workload| workload.cluster == cluster.id) => {
            if cluster.simulated { Past::Simulated } else { Past::Container }
        }
        _ => Past::Blank,
    }
}

/// Asks for an engine, before it is known whose containers they would be.
async fn greet(config: &Config, control: &ControlPlane) -> Result<Greeting, NoLink> {
    let nobody = domain::ClusterId(control.new_id());
    let driver = ContainerDriver::start(settings(config, nobody));
    driver.greet(control.now()).await
}

fn settings(config: &Config, cluster: domain::ClusterId) -> Settings {
    let (sockets, host_folders) = (config.sockets.clone(), config.host_folders.clone());
    Settings { cluster, sockets, host_folders }
}

fn contain(
    control: &ControlPlane,
    config: &Config,
    started: &Bootstrap,
    greeting: Option<Result<Greeting, NoLink>>,
) {
    match greeting {
        Some(Ok(greeting)) => {
            let Greeting { engine, socket, shortcomings } = greeting;
            info!(socket = %socket.display(), "workspaces run as containers of {engine}");
            shortcomings.iter().for_each(|line| warn!("{line}"));
        }
        Some(Err(wrong)) => warn!(error = %wrong, "waiting for the container engine"),
        None => {}
    }
    let driver = ContainerDriver::start(settings(config, started.cluster));
    control.drive(started.cluster, Arc::new(driver));
}

async fn simulate(
    control: &ControlPlane,
    config: &Config,
    started: &Bootstrap,
) -> Result<(), Failure> {
    let nodes = match config.demo {
        true => cluster::simulated::demo_nodes(),
        false => cluster::simulated::one_machine(),
    };
    let state = config.data.join("simulated.json");
    let driver = SimulatedDriver::open(&state, config.simulation.as_deref(), nodes)?;
    if config.demo {
        driver.set_conditions(crate::start::demo_conditions(), control.now());
    }
    control.drive(started.cluster, Arc::new(driver));
    if config.demo {
        control.demo(started.cluster).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_keeps_to_what_it_began_with() {
        let mut lines = vec![];
        for wanted in [Wanted::Auto, Wanted::Container, Wanted::Simulated] {
            for past in [Past::Blank, Past::Simulated, Past::Container] {
                let told = |answers| match choose(wanted, past, answers) {
                    Ok(Choice { simulated: true, said }) => {
                        format!("simulated{}", said.map_or("", |_| ", says so"))
                    }
                    Ok(Choice { simulated: false, .. }) => "container".to_owned(),
                    Err(_) => "refused".to_owned(),
                };
                lines.push(format!(
                    "{wanted:?} on {past:?}: {}; without an engine: {}",
                    told(true),
                    told(false)
                ));
            }
        }
        insta::assert_snapshot!(lines.join("\n"), @r"
        Auto on Blank: container; without an engine: simulated, says so
        Auto on Simulated: simulated, says so; without an engine: simulated, says so
        Auto on Container: container; without an engine: container
        Container on Blank: container; without an engine: container
        Container on Simulated: container; without an engine: container
        Container on Container: container; without an engine: container
        Simulated on Blank: simulated; without an engine: simulated
        Simulated on Simulated: simulated; without an engine: simulated
        Simulated on Container: refused; without an engine: refused
        ");
    }
}
