//! What is in the cluster, as its watches tell: each kind in a store that holds no more than is read of it. A watch that
//! breaks or expires begins again by itself; a store is never shown half filled.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::ClusterId;
use futures::{Stream, StreamExt, stream};
use http::StatusCode;
use k8s_openapi::api::{
    core::v1::{Event, Node, PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, Pod},
    storage::v1::StorageClass,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    runtime::{
        WatchStreamExt, reflector,
        reflector::Store,
        watcher,
        watcher::{Config, Error as Broken},
    },
};
use serde::de::DeserializeOwned;
use tokio::{sync::OnceCell, task::AbortHandle};

use super::{hints::Hints, labels, news::News, pods::Pods, refusal::chain};

/// Seconds after which a watch is asked for again, so that one that is silently dead is found.
const WATCH_SECS: u32 = 240;
/// Longest pause before a watch that broke begins again.
const AGAIN_MAX: Duration = Duration::from_secs(5);
/// A trouble counts for so long: a watch that has one is tried again sooner.
const HEARD_FOR: Duration = Duration::from_secs(15);
/// How long a watch may take to begin again.
const BROKEN_FOR: Duration = Duration::from_secs(9);

/// The kinds, each with its watch.
pub struct Stores {
    pub nodes: Store<Node>,
    pub pods: Arc<Pods>,
    pub claims: Store<PersistentVolumeClaim>,
    pub volumes: Store<PersistentVolume>,
    pub classes: Store<StorageClass>,
    is_full: OnceCell<()>,
    health: Arc<Health>,
    watches: Vec<AbortHandle>,
}

/// Which watches do not tell, by kind. Whether the cluster answers at all is found out otherwise.
#[derive(Default)]
struct Health(Mutex<BTreeMap<&'static str, Trouble>>);

/// What keeps a watch from telling: since when, when it was heard last, and what.
struct Trouble {
    since: Instant,
    last: Instant,
    wrong: String,
    is_refusal: bool,
}

impl Trouble {
    /// A connection that breaks is made again within moments; one that cannot be made counts.
    fn counts(&self) -> bool {
        let lasts = self.last.duration_since(self.since) >= BROKEN_FOR;
        (self.is_refusal || lasts) && self.last.elapsed() < HEARD_FOR
    }
}

impl Health {
    fn broken(&self, kind: &'static str, broken: &Broken) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = all.get(kind).filter(|old| old.last.elapsed() < HEARD_FOR);
        let (last, wrong) = (Instant::now(), chain(broken));
        let since = old.map_or(last, |old| old.since);
        all.insert(kind, Trouble { since, last, wrong, is_refusal: is_refusal(broken) });
    }

    fn tells(&self, kind: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(kind);
    }

    fn wrong(&self) -> Option<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kind, trouble) = all.iter().find(|(_, trouble)| trouble.counts())?;
        Some(format!("it does not tell of its {kind}: {}", trouble.wrong))
    }
}

impl Stores {
    /// Begins to watch.
    pub fn open(client: &Client, cluster: ClusterId, hints: &Arc<Hints>, news: &Arc<News>) -> Self {
        let health = Arc::<Health>::default();
        let mut watches = Vec::new();
        let mut watching = Watching { health: &health, hints, watches: &mut watches };
        let nodes = watching.begin("nodes", Api::<Node>::all(client.clone()), brief_node);
        let pods = watching.pods(Api::all(client.clone()), cluster);
        let claims = watching.begin(
            "volume claims",
            Api::all(client.clone()),
            |_: &mut PersistentVolumeClaim| {},
        );
        let volumes = watching.begin("volumes", Api::all(client.clone()), brief_volume);
        let classes =
            watching.begin("storage classes", Api::all(client.clone()), |_: &mut StorageClass| {});
        let events = events(client.clone(), pods.clone(), news.clone(), hints.clone());
        watches.push(tokio::spawn(events).abort_handle());
        let is_full = OnceCell::new();
        Self { nodes, pods, claims, volumes, classes, is_full, health, watches }
    }

    /// Returns once every kind has been listed. A store wakes one of those who wait for it, so that one waits for all.
    pub async fn ready(&self) {
        self.is_full.get_or_init(|| self.filled()).await;
    }

    async fn filled(&self) {
        self.pods.ready().await;
        let ready = [
            self.nodes.wait_until_ready().await,
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
    hints: &'a Arc<Hints>,
    watches: &'a mut Vec<AbortHandle>,
}

impl Watching<'_> {
    fn begin<K>(&mut self, kind: &'static str, api: Api<K>, brief: fn(&mut K)) -> Store<K>
    where
        K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
    {
        let (store, writer) = reflector::store();
        let hints = self.hints.clone();
        self.listen(kind, watched_briefly(api, brief).reflect(writer), move |_| hints.more());
        store
    }

    fn pods(&mut self, api: Api<Pod>, cluster: ClusterId) -> Arc<Pods> {
        let pods = Arc::new(Pods::new(cluster, self.hints.clone()));
        let kept = pods.clone();
        self.listen("pods", watched_briefly(api, brief_pod), move |event| kept.take(event));
        pods
    }

    fn listen<K: Send + 'static>(
        &mut self,
        kind: &'static str,
        told: impl Stream<Item = Told<K>> + Send + 'static,
        take: impl Fn(watcher::Event<K>) + Send + 'static,
    ) {
        let (health, hints) = (self.health.clone(), self.hints.clone());
        let task = tokio::spawn(async move {
            let (mut told, mut tries) = (std::pin::pin!(told), 0);
            while let Some(event) = told.next().await {
                match event {
                    Ok(event) => {
                        // Where it is about to be listed, that may fail as well.
                        if !matches!(event, watcher::Event::Init) {
                            tries = 0;
                            health.tells(kind);
                        }
                        take(event);
                    }
                    Err(broken) => {
                        tracing::debug!(kind, "a watch begins again: {}", chain(&broken));
                        health.broken(kind, &broken);
                        hints.more();
                        tries = again(tries).await;
                    }
                }
            }
        });
        self.watches.push(task.abort_handle());
    }
}

/// What a watch tells.
type Told<K> = Result<watcher::Event<K>, Broken>;

/// A watch of no more than is read of each object.
fn watched_briefly<K>(api: Api<K>, brief: fn(&mut K)) -> impl Stream<Item = Told<K>> + Send
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + 'static,
{
    watched(api, Config::default()).modify(move |object| {
        object.meta_mut().managed_fields = None;
        brief(object);
    })
}

/// A watch that is listed anew whenever its history is gone. Where a watch says so in its events, kube-rs does that; where
/// the API server, or somebody before it, answers with the status 410, it would ask for the same history for ever.
fn watched<K>(api: Api<K>, config: Config) -> impl Stream<Item = Told<K>> + Send
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + 'static,
{
    let config = config.timeout(WATCH_SECS);
    let begin = move || watcher(api.clone(), config.clone()).boxed();
    stream::unfold((begin(), begin), |(mut told, begin)| async {
        let event = told.next().await?;
        if event.as_ref().is_err_and(is_gone) {
            told = begin();
        }
        Some((event, (told, begin)))
    })
}

/// Whether the API server has forgotten what a watch asks for.
fn is_gone(broken: &Broken) -> bool {
    let Broken::WatchStartFailed(kube::Error::Api(status)) = broken else { return false };
    status.code == StatusCode::GONE.as_u16()
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
async fn events(client: Client, pods: Arc<Pods>, news: Arc<News>, hints: Arc<Hints>) {
    let config = Config::default().fields("involvedObject.kind=Pod");
    let told = watched(Api::<Event>::all(client), config);
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
        let of = &event.involved_object;
        let (Some(namespace), Some(name)) = (&of.namespace, &of.name) else { continue };
        if pods.workload_of(namespace, name).is_some_and(|of| news.take(&event, of)) {
            hints.tell();
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

/// Of a volume, from where it can be reached; of those that Berth makes, whose they are as well.
fn brief_volume(volume: &mut PersistentVolume) {
    (volume.metadata.annotations, volume.status) = (None, None);
    let is_ours = volume.labels().contains_key(labels::DATA_VOLUME);
    if !is_ours {
        volume.metadata.labels = None;
    }
    let Some(PersistentVolumeSpec { node_affinity, claim_ref, .. }) = volume.spec.take() else {
        return;
    };
    let claim_ref = claim_ref.filter(|_| is_ours);
    volume.spec = Some(PersistentVolumeSpec { node_affinity, claim_ref, ..Default::default() });
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use http::{Request, Response};
    use kube::client::Body;
    use serde_json::json;

    use super::*;

    /// Nodes of an API server that has none and no history either, and how often it was asked for a list.
    fn forgetful() -> (Api<Node>, Arc<AtomicU32>) {
        let lists = Arc::<AtomicU32>::default();
        let listed = lists.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
            listed.fetch_add(u32::from(!is_watch), Relaxed);
            let body = match is_watch {
                true => {
                    json!({"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410})
                }
                false => {
                    json!({"kind": "NodeList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": []})
                }
            };
            let mut answer = Response::new(Body::from(body.to_string().into_bytes()));
            if is_watch {
                *answer.status_mut() = StatusCode::GONE;
            }
            async { Ok::<_, std::convert::Infallible>(answer) }
        });
        (Api::all(Client::new(service, "default")), lists)
    }

    /// Listens until three times something was wrong.
    async fn listen(told: impl Stream<Item = Told<Node>>) {
        let wrong = told.filter(|event| std::future::ready(event.is_err())).take(3);
        assert_eq!(wrong.collect::<Vec<_>>().await.len(), 3);
    }

    #[tokio::test]
    async fn a_history_that_is_gone_is_listed_anew() {
        let (nodes, lists) = forgetful();
        listen(watched(nodes, Config::default())).await;
        assert_eq!(lists.load(Relaxed), 3);
        // Once kube-rs does so by itself, `watched` has nothing to add.
        let (nodes, lists) = forgetful();
        listen(watcher(nodes, Config::default())).await;
        assert_eq!(lists.load(Relaxed), 1);
    }
}
