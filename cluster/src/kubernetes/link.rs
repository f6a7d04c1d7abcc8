//! The connection to one cluster: made, lost and made again. Whether the cluster answers is asked every few seconds, for
//! a watch that hears nothing may be one that nobody talks to.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use domain::{Timestamp, abilities::Right};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use tracing::{info, warn};

use super::{driver::Shared, refusal::chain, rights, stores::Stores};

/// How a cluster is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// As the file says, in its current context or another one.
    File { path: PathBuf, context: Option<String> },
    /// As the pod in which Berth runs may.
    InCluster,
}

/// A cluster that answers.
pub struct Link {
    pub client: Client,
    pub stores: Stores,
    /// Such as `v1.37.2`.
    pub version: String,
    /// Seconds by which its clock differs from ours.
    pub skew_secs: Mutex<i64>,
    /// What Berth may do there, and what not.
    pub rights: Mutex<Vec<Right>>,
}

impl Link {
    pub fn skew_secs(&self) -> i64 {
        *self.skew_secs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn rights(&self) -> Vec<Right> {
        self.rights.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How often the cluster is asked whether it is there.
const PULSE_EVERY: Duration = Duration::from_secs(2);
/// How long it may take to answer: a slow one is not a silent one.
const PULSE_WITHIN: Duration = Duration::from_secs(9);
/// Pause before another connection is tried.
const AGAIN: Duration = Duration::from_secs(1);
/// Pulses between two looks at what Berth may do.
const RIGHTS_EVERY: u32 = 30;
const UNAUTHORIZED: u16 = 401;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    #[error("the kubeconfig {path} is of no use")]
    Config {
        path: PathBuf,
        #[source]
        cause: kube::config::KubeconfigError,
    },
    #[error("Berth does not run in a pod with a service account")]
    NotInCluster(#[source] kube::config::InClusterError),
    #[error("the API server did not answer")]
    Client(#[source] kube::Error),
    #[error("the API server did not answer within {} s", PULSE_WITHIN.as_secs())]
    Slow,
    #[error("the API server is not ready: {0}")]
    NotReady(String),
}

impl NoLink {
    /// Whether somebody answers there.
    fn is_unwell(&self) -> bool {
        matches!(self, Self::NotReady(_) | Self::Client(kube::Error::Api(_)))
    }
}

/// A client by the connection's own words.
pub async fn client(connection: &Connection) -> Result<Client, NoLink> {
    let config = match connection {
        Connection::InCluster => Config::incluster().map_err(NoLink::NotInCluster)?,
        Connection::File { path, context } => {
            let wrong = |cause| NoLink::Config { path: path.clone(), cause };
            let file = Kubeconfig::read_from(path).map_err(wrong)?;
            let options =
                KubeConfigOptions { context: context.clone(), ..KubeConfigOptions::default() };
            Config::from_custom_kubeconfig(file, &options).await.map_err(wrong)?
        }
    };
    Client::try_from(config).map_err(NoLink::Client)
}

/// A kubeconfig to be kept elsewhere: what it refers to by whole paths, in the context that is meant.
pub fn kept(path: &Path, context: Option<&str>) -> Result<String, NoLink> {
    let wrong = |cause| NoLink::Config { path: path.to_owned(), cause };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut file = Kubeconfig::read_from(&path).map_err(wrong)?;
    if let Some(context) = context {
        file.current_context = Some(context.to_owned());
    }
    // Whatever is JSON is YAML too.
    serde_json::to_string_pretty(&file)
        .map_err(|cause| NoLink::Client(kube::Error::SerdeError(cause)))
}

/// Keeps the connection, for as long as the driver is there.
pub async fn keep(shared: Weak<Shared>) {
    loop {
        let Some(strong) = shared.upgrade() else { return };
        match connect(&strong).await {
            Ok(link) => {
                info!(version = link.version, "connected to Kubernetes");
                let link = Arc::new(link);
                strong.linked(link.clone());
                drop(strong);
                watch_over(&shared, &link).await;
            }
            Err(wrong) => {
                let why = chain(&wrong);
                if strong.lost(why.clone(), wrong.is_unwell()) {
                    warn!("no connection to Kubernetes: {why}");
                }
                drop(strong);
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn version(client: &Client) -> Result<String, NoLink> {
    let version = tokio::time::timeout(PULSE_WITHIN, client.apiserver_version()).await;
    Ok(version.map_err(|_| NoLink::Slow)?.map_err(NoLink::Client)?.git_version)
}

async fn connect(shared: &Arc<Shared>) -> Result<Link, NoLink> {
    let client = client(&shared.settings.connection).await?;
    let version = version(&client).await?;
    pulse(&client).await?;
    let rights = rights::ask(&client).await.map_err(NoLink::Client)?;
    let stores = Stores::open(&client, &shared.hint, &shared.news);
    Ok(Link { client, stores, version, skew_secs: Mutex::default(), rights: Mutex::new(rights) })
}

/// Asks again and again, until the connection has to be made anew.
async fn watch_over(shared: &Weak<Shared>, link: &Arc<Link>) {
    for count in 1_u32.. {
        tokio::time::sleep(PULSE_EVERY).await;
        let Some(shared) = shared.upgrade() else { return };
        match pulse(&link.client).await {
            Ok(at) => {
                let skew = at.map_or(0, |at| at.as_second() - shared.now().as_second());
                *link.skew_secs.lock().unwrap_or_else(PoisonError::into_inner) = skew;
                shared.answers();
            }
            Err(NoLink::Client(kube::Error::Api(status))) if status.code == UNAUTHORIZED => {
                // A token that expired; the file may hold a newer one.
                let refused = "the API server does not accept Berth's credentials";
                shared.lost(format!("{refused}: {}", status.message), true);
                return;
            }
            Err(wrong) => {
                let why = chain(&wrong);
                if shared.lost(why.clone(), wrong.is_unwell()) {
                    warn!("lost contact with Kubernetes: {why}");
                }
            }
        }
        if count.is_multiple_of(RIGHTS_EVERY)
            && let Ok(rights) = rights::ask(&link.client).await
        {
            *link.rights.lock().unwrap_or_else(PoisonError::into_inner) = rights;
        }
    }
}

/// Whether the API server and its storage answer, and what time it is there.
async fn pulse(client: &Client) -> Result<Option<Timestamp>, NoLink> {
    let request = http::Request::get("/readyz").body(kube::client::Body::empty());
    let request = request.map_err(|cause| NoLink::Client(kube::Error::HttpError(cause)))?;
    let answer = tokio::time::timeout(PULSE_WITHIN, client.send(request)).await;
    let answer = answer.map_err(|_| NoLink::Slow)?.map_err(NoLink::Client)?;
    let date = answer.headers().get(http::header::DATE).and_then(|date| date.to_str().ok());
    let at = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|at| at.timestamp());
    match answer.status().as_u16() {
        200..=299 => Ok(at),
        UNAUTHORIZED => Err(NoLink::Client(kube::Error::Api(
            kube::core::Status::failure("Unauthorized", "Unauthorized")
                .with_code(UNAUTHORIZED)
                .boxed(),
        ))),
        code => Err(NoLink::NotReady(format!("/readyz answers {code}"))),
    }
}

/// Why a connection cannot be made, or what is there: for people, before anything is kept.
pub async fn greet(connection: &Connection) -> Result<(String, Vec<Right>), NoLink> {
    let client = client(connection).await?;
    let version = version(&client).await?;
    Ok((version, rights::ask(&client).await.map_err(NoLink::Client)?))
}
