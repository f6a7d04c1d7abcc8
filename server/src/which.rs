//! What runs the workspaces: the container engine of this machine, or nothing, simulated. A data
//! folder keeps to what it began with, unless nothing is lost by a change or somebody asks for it.

use std::{convert::Infallible, path::Path, sync::Arc, time::Duration};

use cluster::{
    container::{self, ContainerDriver, Greeting, NoLink, Settings},
    kubernetes,
    kubernetes::{Connection, KubernetesDriver},
    simulated::SimulatedDriver,
};
use control::{
    Bootstrap, ControlPlane,
    clock::{Chance, Clock, SystemChance, SystemClock},
    demo,
};
use domain::{ClusterId, org::ClusterKind};
use tracing::{info, warn};

use crate::{Config, clusters};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What somebody asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The engine, when one answers.
    #[default]
    Auto,
    Container,
    Kubernetes,
    Simulated,
}

/// What the data folder has been so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// It is new, or nothing was ever submitted.
    Blank,
    Simulated,
    Container,
    Kubernetes,
}

/// What runs the workspaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    Simulated,
    Container,
    Kubernetes,
}

/// What it comes to, and what is said about it at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    runs: Runs,
    said: Option<&'static str>,
}

const NO_ENGINE: &str = "no container engine answers: the cluster is simulated, and nothing runs for \
    real. Install Podman or Docker and start Berth again, or name its socket with --engine";
const KEPT_SIMULATED: &str = "a container engine answers, but this data folder has workspaces on a \
    simulated cluster; --cluster container runs them for real";
const IS_CONTAINERS: &str = "this data folder has workspaces that run as containers; give another --data \
    for another cluster";
const IS_KUBERNETES: &str = "this data folder has workspaces that run in Kubernetes; name its \
    --kubeconfig, or give another --data for another cluster";

fn choose(wanted: Wanted, past: Past, answers: bool) -> Result<Choice, &'static str> {
    let plainly = |runs| Choice { runs, said: None };
    let simulated = |said| Choice { runs: Runs::Simulated, said: Some(said) };
    Ok(match (wanted, past) {
        (Wanted::Simulated | Wanted::Kubernetes, Past::Container) => return Err(IS_CONTAINERS),
        (Wanted::Auto | Wanted::Container | Wanted::Simulated, Past::Kubernetes) => {
            return Err(IS_KUBERNETES);
        }
        (Wanted::Kubernetes, _) => plainly(Runs::Kubernetes),
        (Wanted::Container, _) | (Wanted::Auto, Past::Container) => plainly(Runs::Container),
        (Wanted::Simulated, Past::Blank | Past::Simulated) => plainly(Runs::Simulated),
        (Wanted::Auto, Past::Blank) if answers => plainly(Runs::Container),
        (Wanted::Auto, Past::Simulated) if answers => simulated(KEPT_SIMULATED),
        (Wanted::Auto, Past::Blank | Past::Simulated) => simulated(NO_ENGINE),
    })
}

/// What an engine answers, where one is wanted.
pub type Greeted = Option<Result<Greeting, NoLink>>;

/// Asks for an engine. Whoever takes over from another Berth does so while that one still serves.
pub async fn greet(config: &Config) -> Greeted {
    match wanted(config) {
        // Whose containers they would be is not known yet.
        Wanted::Auto | Wanted::Container => {
            let nobody = ClusterId(SystemChance.uuid());
            Some(container::greet(&settings(config, nobody), SystemClock.now()).await)
        }
        Wanted::Kubernetes | Wanted::Simulated => None,
    }
}

fn wanted(config: &Config) -> Wanted {
    let for_show = config.demo || config.simulation.is_some();
    match config.cluster {
        Wanted::Auto if for_show => Wanted::Simulated,
        wanted => wanted,
    }
}

/// Makes what has to be there, and begins to drive the clusters. An engine that was not asked yet is.
pub async fn begin(
    control: &ControlPlane,
    config: &Config,
    greeted: Greeted,
) -> Result<Bootstrap, Failure> {
    let greeting = match greeted {
        None => greet(config).await,
        greeted => greeted,
    };
    let answers = matches!(greeting, Some(Ok(_)));
    let choice = choose(wanted(config), past(control), answers)?;
    if let Some(said) = choice.said {
        warn!("{said}");
    }
    let pools = if config.demo { demo::POOLS } else { &[] };
    let is_simulated = choice.runs == Runs::Simulated;
    let started = control.bootstrap(is_simulated, pools, config.first.clone()).await?;
    let kind = match choice.runs {
        Runs::Kubernetes => ClusterKind::Kubernetes,
        Runs::Simulated | Runs::Container => ClusterKind::Machine,
    };
    control.note_kind(started.cluster, kind).await?;
    match (choice.runs, config.kubernetes.clone()) {
        (Runs::Simulated, _) => simulate(control, config, &started).await?,
        (Runs::Kubernetes, Some(connection)) => {
            control.note_scheduler(started.cluster, config.scheduler.clone()).await?;
            drive(control, started.cluster, connection);
        }
        (Runs::Container | Runs::Kubernetes, _) => contain(control, config, &started, greeting),
    }
    drive_added(control, &config.data).await?;
    Ok(started)
}

/// How often it is looked whether somebody has added a cluster.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Drives clusters that are added from now on.
pub async fn take_up(control: &ControlPlane, data: &Path) -> Infallible {
    let mut said = String::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(wrong) = drive_added(control, data).await {
            let wrong = crate::chain(&*wrong);
            if wrong != said {
                warn!("could not take up an added cluster: {wrong}");
                said = wrong;
            }
        }
    }
}

/// Drives the clusters that were added, as far as it does not yet.
async fn drive_added(control: &ControlPlane, data: &Path) -> Result<(), Failure> {
    for (name, connection) in clusters::added(data)? {
        let cluster = control.cluster_named(&name, ClusterKind::Kubernetes).await?;
        // Somebody may have named another one since.
        control.note_scheduler(cluster, connection.scheduler()?).await?;
        if !control.drives(&name) {
            drive(control, cluster, connection);
        }
    }
    Ok(())
}

/// Drives a cluster of Kubernetes. It need not be there yet.
fn drive(control: &ControlPlane, cluster: ClusterId, connection: Connection) {
    let driver = KubernetesDriver::start(kubernetes::Settings { cluster, connection });
    control.drive(cluster, Arc::new(driver));
}

fn past(control: &ControlPlane) -> Past {
    let world = control.world();
    let has_work = |id| world.live().any(|workload| workload.cluster == id);
    match world.first_cluster().filter(|cluster| has_work(cluster.id)) {
        None => Past::Blank,
        Some(cluster) if cluster.simulated => Past::Simulated,
        Some(cluster) => match cluster.kind {
            ClusterKind::Machine => Past::Container,
            ClusterKind::Kubernetes => Past::Kubernetes,
        },
    }
}

fn settings(config: &Config, cluster: ClusterId) -> Settings {
    let (sockets, host_folders) = (config.sockets.clone(), config.host_folders.clone());
    Settings { cluster, sockets, host_folders }
}

fn contain(
    control: &ControlPlane,
    config: &Config,
    started: &Bootstrap,
    greeting: Option<Result<Greeting, NoLink>>,
) {
    let settings = settings(config, started.cluster);
    let driver = match greeting {
        Some(Ok(greeting)) => {
            let (engine, socket) = (&greeting.engine, greeting.socket.display());
            info!(%socket, "workspaces run as containers of {engine}");
            greeting.shortcomings.iter().for_each(|line| warn!("{line}"));
            ContainerDriver::of_greeted(settings, greeting)
        }
        Some(Err(wrong)) => {
            warn!(error = %wrong, "waiting for the container engine");
            ContainerDriver::start(settings)
        }
        None => ContainerDriver::start(settings),
    };
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
        let pasts = [Past::Blank, Past::Simulated, Past::Container, Past::Kubernetes];
        for wanted in [Wanted::Auto, Wanted::Container, Wanted::Kubernetes, Wanted::Simulated] {
            for past in pasts {
                let told = |answers| match choose(wanted, past, answers) {
                    Ok(Choice { runs, said }) => {
                        format!("{runs:?}{}", said.map_or("", |_| ", says so"))
                    }
                    Err(_) => "refused".to_owned(),
                };
                let (with, without) = (told(true), told(false));
                lines.push(match with == without {
                    true => format!("{wanted:?} on {past:?}: {with}"),
                    false => {
                        format!("{wanted:?} on {past:?}: {with}; without an engine: {without}")
                    }
                });
            }
        }
        insta::assert_snapshot!(lines.join("\n"));
    }
}
