//! What is in the cluster, as its watches tell: each kind in a store that holds no more than is read of it. A watch that
//! breaks or expires begins again by itself; a store is never shown half filled.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::StreamExt;
use k8s_openapi::api::{
    core::v1::{Event, Node, PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, Pod},
    storage::v1::StorageClass,
};
use kube::{
    Api, Client, Resource,
    runtime::{
        WatchStreamExt, reflector,
        reflector::Store,
        watcher,
        watcher::{Config, Error as Broken},
    },
};
use serde::de::DeserializeOwned;
use tokio::{sync::Notify, task::AbortHandle};

use super::{labels, news::News, refusal::chain};

/// Seconds after which a watch is asked for again, so that one that is silently dead is found.
const WATCH_SECS: u32 = 240;
/// Longest pause before a watch that broke begins again.
const AGAIN_MAX: Duration = Duration::from_secs(5);
/// A refusal counts for so long: a watch that is refused is tried again sooner.
const REFUSED_FOR: Duration = Duration::from_secs(15);

/// The kinds, each with its watch.
pub struct Stores {
    pub nodes: Store<Node>,
    pub pods: Store<Pod>,
    pub claims: Store<PersistentVolumeClaim>,
    pub volumes: Store<PersistentVolume>,
    pub classes: Store<StorageClass>,
    health: Arc<Health>,
    watches: Vec<AbortHandle>,
}

/// Which watches were refused lately, by kind. Whether the cluster answers at all is found out otherwise.
#[derive(Default)]
struct Health(Mutex<BTreeMap<&'static str, (Instant, String)>>);

impl Health {
    fn refused(&self, kind: &'static str, wrong: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(kind, (Instant::now(), wrong));
    }

    fn wrong(&self) -> Option<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = all.iter().find(|(_, (at, _))| at.elapsed() < REFUSED_FOR)?;
        Some(format!("it does not tell of its {}: {}", lately.0, lately.1.1))
    }
}

impl Stores {
    /// Begins to watch.
    pub fn open(client: &Client, hint: &Arc<Notify>, news: &Arc<News>) -> Self {
        let health = Arc::<Health>::default();
        let mut watches = Vec::new();
        let mut watching = Watching { health: &health, hint, watches: &mut watches };
        let nodes = watching.begin("nodes", Api::<Node>::all(client.clone()), brief_node);
        let pods = watching.begin("pods", Api::<Pod>::all(client.clone()), brief_pod);
        let claims = watching.begin(
            "volume claims",
            Api::all(client.clone()),
            |_: &mut PersistentVolumeClaim| {},
        );
        let volumes = watching.begin("volumes", Api::all(client.clone()), brief_volume);
        let classes =
            watching.begin("storage classes", Api::all(client.clone()), |_: &mut StorageClass| {});
        watches
            .push(tokio::spawn(events(client.clone(), news.clone(), hint.clone())).abort_handle());
        Self { nodes, pods, claims, volumes, classes, health, watches }
    }

    /// Returns once every kind has been listed.
    pub async fn ready(&self) {
        let ready = [
            self.nodes.wait_until_ready().await,
            self.pods.wait_until_ready().await,
            self.claims.wait_until_ready().await,
            self.volumes.wait_until_ready().await,
            self.classes.wait_until_ready().await,
        ];
        // An error means that the writer was dropped, and with it the stores.
        if ready.iter().any(Result::is_err) {
            tracing::debug!("the watches end with the stores");
        }
    }

    /// What keeps a watch from telling; nothing while all do.
    pub fn wrong(&self) -> Option<String> {
        self.health.wrong()
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        self.watches.iter().for_each(AbortHandle::abort);
    }
}

struct Watching<'a> {
    health: &'a Arc<Health>,
    hint: &'a Arc<Notify>,
    watches: &'a mut Vec<AbortHandle>,
}

impl Watching<'_> {
    fn begin<K>(&mut self, kind: &'static str, api: Api<K>, brief: fn(&mut K)) -> Store<K>
    where
        K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
    {
        let (store, writer) = reflector::store();
        let modified = move |object: &mut K| {
            object.meta_mut().managed_fields = None;
            brief(object);
        };
        let told = watcher(api, Config::default().timeout(WATCH_SECS));
        let told = told.modify(modified).reflect(writer);
        let (health, hint) = (self.health.clone(), self.hint.clone());
        let task = tokio::spawn(async move {
            let (mut told, mut tries) = (std::pin::pin!(told), 0);
            while let Some(event) = told.next().await {
                match event {
                    Ok(_) => tries = 0,
                    Err(broken) => {
                        tracing::debug!(kind, "a watch begins again: {}", chain(&broken));
                        if is_refusal(&broken) {
                            health.refused(kind, chain(&broken));
                        }
                        tries = again(tries).await;
                    }
                }
                hint.notify_one();
            }
        });
        self.watches.push(task.abort_handle());
        store
    }
}

/// Waits before a watch begins again, longer each time.
async fn again(tries: u32) -> u32 {
    let pause = Duration::from_millis(100 << tries.min(6));
    tokio::time::sleep(pause.min(AGAIN_MAX)).await;
    tries + 1
}

/// Whether Berth may not watch it. That a history is gone (410) or a connection is nothing of the kind.
fn is_refusal(broken: &Broken) -> bool {
    let (Broken::InitialListFailed(cause) | Broken::WatchStartFailed(cause)) = broken else {
        return false;
    };
    matches!(cause, kube::Error::Api(status) if matches!(status.code, 401 | 403 | 404))
}

/// Events pass and are not kept.
async fn events(client: Client, news: Arc<News>, hint: Arc<Notify>) {
    let config = Config::default().fields("involvedObject.kind=Pod").timeout(WATCH_SECS);
    let told = watcher(Api::<Event>::all(client), config);
    let (mut told, mut tries) = (std::pin::pin!(told), 0);
    while let Some(event) = told.next().await {
        let (watcher::Event::Apply(event) | watcher::Event::InitApply(event)) = (match event {
            Ok(event) => event,
            Err(broken) => {
                tracing::debug!("events are told again: {}", chain(&broken));
                tries = again(tries).await;
                continue;
            }
        }) else {
            continue;
        };
        tries = 0;
        if news.take(&event) {
            hint.notify_one();
        }
    }
}

fn brief_node(node: &mut Node) {
    node.metadata.annotations = None;
    if let Some(status) = &mut node.status {
        status.images = None;
        status.volumes_attached = None;
        status.volumes_in_use = None;
        status.node_info = None;
    }
}

/// Of a volume, from where it can be reached.
fn brief_volume(volume: &mut PersistentVolume) {
    (volume.metadata.annotations, volume.metadata.labels, volume.status) = (None, None, None);
    let affinity = volume.spec.take().and_then(|spec| spec.node_affinity);
    volume.spec =
        affinity.map(|of| PersistentVolumeSpec { node_affinity: Some(of), ..Default::default() });
}

/// Of a pod, what is read of it: not its variables, commands and mounts.
fn brief_pod(pod: &mut Pod) {
    let kept = |name: &String| name == labels::GPUS || name == labels::BACKOFF_LIMIT;
    if let Some(annotations) = &mut pod.metadata.annotations {
        annotations.retain(|name, _| kept(name));
    }
    let Some(spec) = &mut pod.spec else { return };
    (spec.affinity, spec.tolerations, spec.topology_spread_constraints) = (None, None, None);
    let before = spec.init_containers.iter_mut().flatten();
    for container in spec.containers.iter_mut().chain(before) {
        (container.env, container.env_from) = (None, None);
        (container.command, container.args) = (None, None);
        (container.volume_mounts, container.volume_devices) = (None, None);
        (container.liveness_probe, container.readiness_probe, container.startup_probe) =
            (None, None, None);
        container.lifecycle = None;
    }
    if let Some(volumes) = &mut spec.volumes {
        volumes.retain(|volume| {
            volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some()
        });
    }
}
