//! The connection to one cluster: made, lost and made again. Whether the cluster answers is asked every few seconds, for
//! a watch that hears nothing may be one that nobody talks to. Once it was lost, everything is read anew before anything is
//! done: nobody knows what changed meanwhile.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use domain::{
    Timestamp,
    abilities::{Right, Shortcoming},
};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig, NamedExtension},
};
use tracing::{info, warn};

use super::{
    driver::Shared,
    patience::{self, Patience},
    refusal::chain,
    rights,
    stores::Stores,
};

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
    /// Is in nobody's way and waits for nobody: for the pulse, and for what the API server does not answer by itself.
    pub plain: Client,
    pub stores: Stores,
    /// Such as `v1.37.2`.
    pub version: String,
    /// Seconds by which its clock differs from ours.
    pub skew_secs: Mutex<i64>,
    /// What Berth may do there, and what not.
    pub rights: Mutex<Vec<Right>>,
    /// Why it is not known what workspaces use, once that was asked.
    pub unmeasured: Mutex<Option<Shortcoming>>,
}

impl Link {
    pub fn skew_secs(&self) -> i64 {
        *self.skew_secs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn rights(&self) -> Vec<Right> {
        self.rights.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn unmeasured(&self) -> Option<Shortcoming> {
        self.unmeasured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How often the cluster is asked whether it is there.
const PULSE_EVERY: Duration = Duration::from_secs(2);
/// How long it may take to answer, or have too much to do: a slow one is not a silent one.
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
    #[error("the API server has too much to do")]
    Busy,
    #[error("the API server does not accept Berth's credentials")]
    Unauthorized,
}

impl NoLink {
    /// Whether somebody answers there.
    fn is_unwell(&self) -> bool {
        matches!(
            self,
            Self::NotReady(_) | Self::Busy | Self::Unauthorized | Self::Client(kube::Error::Api(_))
        )
    }
}

/// A client by the connection's own words. It asks once, whatever is answered.
async fn client(connection: &Connection) -> Result<Client, NoLink> {
    let mut config = match connection {
        Connection::InCluster => Config::incluster().map_err(NoLink::NotInCluster)?,
        Connection::File { path, context } => {
            let wrong = |cause| NoLink::Config { path: path.clone(), cause };
            let file = Kubeconfig::read_from(path).map_err(wrong)?;
            let options =
                KubeConfigOptions { context: context.clone(), ..KubeConfigOptions::default() };
            Config::from_custom_kubeconfig(file, &options).await.map_err(wrong)?
        }
    };
    config.default_retry = false;
    Client::try_from(config).map_err(NoLink::Client)
}

/// The extension of a kubeconfig in which Berth keeps who binds the pods of its cluster.
const SCHEDULER: &str = "berth.dev/scheduler";

impl Connection {
    /// Who binds the pods, where the file says that Berth does not.
    pub fn scheduler(&self) -> Result<Option<String>, NoLink> {
        let Self::File { path, .. } = self else { return Ok(None) };
        let wrong = |cause| NoLink::Config { path: path.clone(), cause };
        let extensions = Kubeconfig::read_from(path).map_err(wrong)?.extensions;
        let own = extensions.into_iter().flatten().find(|one| one.name == SCHEDULER);
        Ok(own.and_then(|one| one.extension.as_str().map(str::to_owned)))
    }
}

/// A kubeconfig to be kept elsewhere: what it refers to by whole paths, in the context that is meant, with who binds
/// the pods of its cluster, where Berth does not.
pub fn kept(
    path: &Path,
    context: Option<&str>,
    scheduler: Option<String>,
) -> Result<String, NoLink> {
    let wrong = |cause| NoLink::Config { path: path.to_owned(), cause };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut file = Kubeconfig::read_from(&path).map_err(wrong)?;
    if let Some(context) = context {
        file.current_context = Some(context.to_owned());
    }
    let extensions = file.extensions.get_or_insert_default();
    extensions.retain(|one| one.name != SCHEDULER);
    extensions.extend(scheduler.map(|scheduler| NamedExtension {
        name: SCHEDULER.to_owned(),
        extension: scheduler.into(),
    }));
    // Whatever is JSON is YAML too.
    serde_json::to_string_pretty(&file)
        .map_err(|cause| NoLink::Client(kube::Error::SerdeError(cause)))
}

/// Keeps the connection, for as long as the driver is there.
pub async fn keep(shared: Weak<Shared>) {
    loop {
        let Some(strong) = shared.upgrade() else { return };
        let wrong = match connect(&strong).await {
            Ok(link) => {
                info!(version = link.version, "connected to Kubernetes");
                let link = Arc::new(link);
                strong.linked(link.clone());
                drop(strong);
                let Some(wrong) = watch_over(&shared, &link).await else { return };
                wrong
            }
            Err(wrong) => wrong,
        };
        let Some(strong) = shared.upgrade() else { return };
        let why = chain(&wrong);
        if strong.lost(why.clone(), wrong.is_unwell()) {
            warn!("no connection to Kubernetes: {why}");
        }
        drop(strong);
        tokio::time::sleep(AGAIN).await;
    }
}

/// Something that a silent API server does not hold up for ever.
pub async fn within<T>(asked: impl Future<Output = kube::Result<T>>) -> Result<T, NoLink> {
    let answer = tokio::time::timeout(PULSE_WITHIN, asked).await;
    answer.map_err(|_| NoLink::Slow)?.map_err(NoLink::Client)
}

async fn connect(shared: &Arc<Shared>) -> Result<Link, NoLink> {
    let plain = client(&shared.settings.connection).await?;
    pulse(&plain).await?;
    let client = shared.patience.client(plain.clone());
    let version = within(client.apiserver_version()).await?.git_version;
    let rights = within(rights::ask(&client)).await?;
    let stores = Stores::open(&client, shared.settings.cluster, &shared.hints, &shared.news);
    Ok(Link {
        client,
        plain,
        stores,
        version,
        skew_secs: Mutex::default(),
        rights: Mutex::new(rights),
        unmeasured: Mutex::default(),
    })
}

/// Asks again and again, until the connection has to be made anew; gives why, while there is somebody who wants it.
async fn watch_over(shared: &Weak<Shared>, link: &Link) -> Option<NoLink> {
    for count in 1_u32.. {
        tokio::time::sleep(PULSE_EVERY).await;
        let shared = shared.upgrade()?;
        let at = match pulse(&link.plain).await {
            Ok(_) if shared.patience.busy_for() > PULSE_WITHIN => return Some(NoLink::Busy),
            Ok(at) => at,
            Err(wrong) => return Some(wrong),
        };
        let skew = at.map_or(0, |at| at.as_second() - shared.now().as_second());
        *link.skew_secs.lock().unwrap_or_else(PoisonError::into_inner) = skew;
        if count.is_multiple_of(RIGHTS_EVERY)
            && let Ok(rights) = within(rights::ask(&link.client)).await
        {
            *link.rights.lock().unwrap_or_else(PoisonError::into_inner) = rights;
        }
    }
    None
}

/// Whether the API server and its storage answer, and what time it is there. One that has too much to do is asked again.
async fn pulse(plain: &Client) -> Result<Option<Timestamp>, NoLink> {
    let mut is_busy = false;
    let asked = async {
        loop {
            let request = http::Request::get("/readyz").body(kube::client::Body::empty());
            let request = request.map_err(|cause| NoLink::Client(kube::Error::HttpError(cause)))?;
            let answer = plain.send(request).await.map_err(NoLink::Client)?;
            let Some(pause) = patience::pause(&answer) else { return health(&answer) };
            is_busy = true;
            tokio::time::sleep(pause).await;
        }
    };
    match tokio::time::timeout(PULSE_WITHIN, asked).await {
        Ok(told) => told,
        Err(_) if is_busy => Err(NoLink::Busy),
        Err(_) => Err(NoLink::Slow),
    }
}

fn health(answer: &http::Response<kube::client::Body>) -> Result<Option<Timestamp>, NoLink> {
    let date = answer.headers().get(http::header::DATE).and_then(|date| date.to_str().ok());
    let at = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|at| at.timestamp());
    match answer.status().as_u16() {
        200..=299 => Ok(at),
        // A token that expired; the file may hold a newer one.
        UNAUTHORIZED => Err(NoLink::Unauthorized),
        code => Err(NoLink::NotReady(format!("/readyz answers {code}"))),
    }
}

/// Why a connection cannot be made, or what is there: for people, before anything is kept.
pub async fn greet(connection: &Connection) -> Result<(String, Vec<Right>), NoLink> {
    let client = Arc::<Patience>::default().client(client(connection).await?);
    let version = within(client.apiserver_version()).await?.git_version;
    Ok((version, within(rights::ask(&client)).await?))
}
