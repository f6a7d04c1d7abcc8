//! Making a pod and putting it on its node: namespace, claims, pod, what leads to it, and the binding at last, before
//! which nothing runs. It may be broken off at any point and begun again; what is there already is used.

mod pod;

use std::{fmt::Debug, sync::Arc, time::Duration};

use domain::{
    NodeName, Reason,
    reason::{PlaceTrouble, StartTrouble},
    submission::Submission,
    workload::Placement,
};
use k8s_openapi::{
    api::core::v1::{PersistentVolumeClaim, Pod, Secret},
    apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference},
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{Patch, PatchParams},
    core::NamespaceResourceScope,
    runtime::reflector::ObjectRef,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tracing::warn;

use super::{
    board::Doing,
    claims, decide,
    driver::Shared,
    labels,
    link::Link,
    manifest::{self, Images, Objects, Workspace, objects},
    namespace, nodes, reach, refusal, secrets, shared,
};
use crate::{DesiredPod, KeptSecret, Place, PodDetail};

/// Who applies: fields that Berth sets belong to it.
pub const MANAGER: &str = "berth";
/// How long one request may take.
pub const WITHIN: Duration = Duration::from_secs(15);
/// How long the watch may take to tell of what was made.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
/// Tries before a trouble that passes sometimes counts as one that does not.
const REFUSED_TRIES: u32 = 3;

/// Why a pod is not where it should be.
#[derive(Debug)]
pub enum Setback {
    /// The cluster says no.
    Refused(Box<Reason>),
    /// It cannot go there.
    Lost(Box<Reason>),
    /// The cluster says nothing.
    Silent,
}

impl From<kube::Error> for Setback {
    fn from(wrong: kube::Error) -> Self {
        match wrong {
            kube::Error::Api(_) => Self::Refused(Box::new(refusal::of(&wrong))),
            _ => Self::Silent,
        }
    }
}

impl Setback {
    /// It could not be made.
    pub fn not_started(kind: StartTrouble, answer: String) -> Self {
        Self::Refused(Box::new(Reason::NotStarted { kind, answer }))
    }

    fn lost(node: &NodeName, kind: PlaceTrouble, answer: String) -> Self {
        Self::Lost(Box::new(Reason::PlaceLost { node: node.clone(), kind, answer }))
    }
}

type Done<T> = Result<T, Setback>;

/// Begins the work on a pod. It ends with a pod on its node, or with what keeps it from there on the board.
pub fn begin(shared: &Arc<Shared>, link: &Arc<Link>, order: &DesiredPod, tries: u32, mends: bool) {
    let (of, link, order) = (shared.clone(), link.clone(), order.clone());
    let pod = order.key();
    let detail = planned(&order, shared.now());
    let doing = Doing::Placing(match &order.place {
        Place::Chosen(placement) => format!("Starting on {}", placement.node),
        Place::LeftTo(left) => format!("Making its pod for {}", left.scheduler),
    });
    // The board is held until the work is on it, so that the work finds itself there.
    let mut board = shared.board();
    let work = tokio::spawn(async move {
        let turn = of.turns.acquire().await;
        let placing = Placing { shared: &of, link: &link, order: &order };
        let done = if mends { placing.mend().await } else { placing.run().await };
        drop(turn);
        let mut board = of.board();
        match done {
            Ok(()) => board.done(pod),
            Err(setback) => {
                let (next, now) = (after(setback, tries + 1, board.now), board.now);
                if let Doing::Waiting { until, .. } = &next {
                    of.hint_at(*until, now, pod.workload);
                }
                board.now_doing(pod, next);
            }
        }
        drop(board);
        of.hints.of(pod.workload);
    });
    board.begin(pod, doing, detail, work.abort_handle());
}

/// What is known of a pod that is not there.
pub fn planned(order: &DesiredPod, now: domain::Timestamp) -> Arc<PodDetail> {
    Arc::new(PodDetail {
        workload: order.workload,
        generation: order.generation,
        pod_name: order.name.clone(),
        node: order.node_name(),
        ip: None,
        addresses: Default::default(),
        started_at: None,
        created_at: now,
        image: order.submission.image.clone().unwrap_or_default(),
    })
}

fn after(setback: Setback, tries: u32, now: domain::Timestamp) -> Doing {
    let wait = |secs: Duration| {
        now.saturating_add(jiff::SignedDuration::try_from(secs).unwrap_or_default())
    };
    let until = wait(decide::wait(tries)).unwrap_or(now);
    match setback {
        Setback::Lost(reason) => Doing::Displaced(*reason),
        Setback::Refused(reason) if tries < REFUSED_TRIES || refusal::may_pass(&reason) => {
            Doing::Waiting { reason: *reason, tries, until }
        }
        Setback::Refused(reason) => Doing::Refused(*reason),
        Setback::Silent => {
            let (kind, answer) = (StartTrouble::Other, "the cluster does not answer".into());
            Doing::Waiting { reason: Reason::NotStarted { kind, answer }, tries, until }
        }
    }
}

struct Placing<'a> {
    shared: &'a Shared,
    link: &'a Link,
    order: &'a DesiredPod,
}

impl Placing<'_> {
    async fn run(&self) -> Done<()> {
        let done = self.steps().await;
        match done {
            Err(Setback::Refused(why)) if refusal::may_pass(&why) => Err(self.because(why).await),
            done => done,
        }
    }

    /// What a refusal comes from. A namespace may have been deleted since it was found ready, and Berth's rights in it
    /// go before it does: then they are not what is missing.
    async fn because(&self, said: Box<Reason>) -> Setback {
        let name = &self.order.namespace;
        self.shared.board().namespaces.remove(name);
        let cluster = self.shared.settings.cluster;
        match within(namespace::exists(self.client(), cluster, name)).await {
            Err(Setback::Refused(why)) => Setback::Refused(why),
            _ => Setback::Refused(said),
        }
    }

    async fn steps(&self) -> Done<()> {
        self.is_open()?;
        let mut made = self.objects()?;
        let ready = namespace::ready(self.shared, self.link, &self.order.namespace);
        within_all(namespace::REQUESTS_MAX, ready).await?;
        for claim in &made.claims {
            within(claims::make(self.link, &self.order.namespace, claim)).await?;
        }
        for of in &self.order.shared {
            let cluster = self.shared.settings.cluster;
            let made = shared::make(self.link, cluster, &self.order.namespace, of);
            within_all(shared::REQUESTS_MAX, made).await?;
        }
        let pod = self.pod(&made.pod).await?;
        let owner = owner(&pod);
        self.secrets(&made, &owner).await?;
        made.policy.metadata.owner_references = Some(vec![owner.clone()]);
        self.apply(&made.policy).await?;
        for service in &mut made.services {
            service.metadata.owner_references = Some(vec![owner.clone()]);
            self.apply(service).await?;
        }
        match &self.order.place {
            Place::Chosen(Placement { node, .. }) => {
                self.volumes(&pod, node).await?;
                // Again: making all this took its time.
                self.is_open()?;
                self.bind(&pod, node).await?;
            }
            Place::LeftTo(_) => {
                self.patch(json!({ "spec": { "schedulingGates": null } })).await?;
            }
        }
        self.told(&pod).await;
        Ok(())
    }

    /// Sets right what somebody edited.
    async fn mend(&self) -> Done<()> {
        let made = self.objects()?;
        let image = made.pod.spec.as_ref().and_then(|spec| spec.containers.first());
        let image =
            image.map(|container| json!({ "name": container.name, "image": container.image }));
        let pod = self.patch(json!({ "spec": { "containers": [image] } })).await?;
        self.told(&pod).await;
        Ok(())
    }

    fn client(&self) -> &Client {
        &self.link.client
    }

    fn api<K>(&self) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    {
        Api::namespaced(self.client().clone(), &self.order.namespace)
    }

    /// The node that Berth chose takes new work.
    fn is_open(&self) -> Done<()> {
        let Place::Chosen(Placement { node: name, .. }) = &self.order.place else { return Ok(()) };
        let node = self.link.stores.nodes.get(&ObjectRef::new(name.as_str()));
        nodes::is_open(node.as_deref())
            .map_err(|answer| Setback::lost(name, PlaceTrouble::Closed, answer))
    }

    fn workspace<'b>(
        &'b self,
        submission: &'b Submission,
        tags: &'b [(String, String)],
    ) -> Workspace<'b> {
        let order = self.order;
        let suffix = format!("-{}", order.generation);
        Workspace {
            namespace: &order.namespace,
            name: order.name.strip_suffix(&suffix).unwrap_or(&order.name),
            pod: &order.name,
            submission,
            request: &order.request,
            env: &order.env,
            left_to: match &order.place {
                Place::Chosen(_) => None,
                Place::LeftTo(left) => Some(left),
            },
            tags,
        }
    }

    fn tags(&self) -> Vec<(String, String)> {
        labels::of_run(self.shared.settings.cluster, self.order.key())
    }

    fn objects(&self) -> Done<Objects> {
        let (submission, tags) = (secrets::named(self.order), self.tags());
        let mut made = objects(&self.workspace(&submission, &tags), &Images::default())
            .map_err(|wrong| Setback::not_started(StartTrouble::Refused, wrong.to_string()))?;
        // A pod that is there pulls with what it was made with.
        let there = self.link.stores.pods.get(&self.order.namespace, &self.order.name);
        let there = there.filter(|there| self.is_ours(there));
        if let (Some(there), Some(spec)) =
            (there.as_ref().and_then(|pod| pod.spec.as_ref()), &mut made.pod.spec)
        {
            spec.image_pull_secrets = there.image_pull_secrets.clone();
        }
        // They outlive the run.
        for claim in &mut made.claims {
            claim.labels_mut().remove(labels::GENERATION);
        }
        let annotations = made.pod.metadata.annotations.get_or_insert_default();
        annotations.extend(labels::annotations(self.order));
        Ok(made)
    }

    /// What Berth keeps of that which the pod uses, as it is now. The answer is asked for without the values.
    async fn secrets(&self, made: &Objects, owner: &OwnerReference) -> Done<()> {
        let named = self.order.submission.secret_uses();
        let used = |kept: &&KeptSecret| secrets::is_used(&made.pod, self.order, &kept.of);
        for kept in self.order.secrets.iter().filter(used) {
            let closed = |why| Setback::not_started(StartTrouble::ConfigAbsent, why);
            let safe = self.shared.safe().ok_or_else(|| closed("nobody opens secrets".into()))?;
            let opened = match safe.open(kept).await {
                Ok(opened) => opened,
                Err(why) if !named.contains(&kept.of) => {
                    // A registry that nobody names keeps nobody from running.
                    warn!(
                        pod = self.order.name,
                        "a registry stays closed: {}",
                        refusal::chain(&why)
                    );
                    continue;
                }
                Err(why) => return Err(closed(refusal::chain(&why))),
            };
            let (name, tags) = (secrets::name(self.order, &kept.of), self.tags());
            let workspace = self.workspace(&self.order.submission, &tags);
            let mut secret = manifest::secret(&workspace, &name, &opened);
            secret.metadata.owner_references = Some(vec![owner.clone()]);
            let (api, params) = (self.api::<Secret>(), PatchParams::apply(MANAGER).force());
            let patch = Patch::Apply(typed(&secret));
            let applied = within(async { Ok(api.patch_metadata(&name, &params, &patch).await?) });
            applied.await.map_err(|said| secrets::discreet(said, &name))?;
        }
        Ok(())
    }

    async fn apply<K>(&self, object: &K) -> Done<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Clone
            + Debug
            + Serialize
            + DeserializeOwned,
    {
        let (name, body) = (object.name_any(), typed(object));
        let (api, params) = (self.api::<K>(), PatchParams::apply(MANAGER).force());
        within(async { Ok(api.patch(&name, &params, &Patch::Apply(body)).await?) }).await
    }

    /// Claims that wait to know the node are told; nothing starts before all of them are bound.
    async fn volumes(&self, pod: &Pod, node: &NodeName) -> Done<()> {
        for name in claims::of(pod) {
            let claim =
                ObjectRef::<PersistentVolumeClaim>::new(&name).within(&self.order.namespace);
            let claim = self.link.stores.claims.get(&claim);
            if let Some(claim) = claim.as_deref().filter(|claim| claims::is_bound(claim)) {
                self.is_reached(claim, node)?;
                continue;
            }
            self.shared
                .board()
                .now_doing(self.order.key(), Doing::Placing(format!("Waiting for volume {name}")));
            within(claims::choose(self.client(), &self.order.namespace, &name, node)).await?;
            if !claims::until_bound(&self.link.stores, &self.order.namespace, &name).await {
                let answer = format!("volume {name} is not bound yet");
                return Err(Setback::not_started(StartTrouble::Mount, answer));
            }
        }
        Ok(())
    }

    /// What was known when the place was chosen may have changed, or not have been told yet.
    fn is_reached(&self, claim: &PersistentVolumeClaim, node: &NodeName) -> Done<()> {
        let stores = &self.link.stores;
        let volume = claim.spec.as_ref().and_then(|spec| spec.volume_name.as_deref());
        let volume = volume.and_then(|name| stores.volumes.get(&ObjectRef::new(name)));
        let seen = stores.nodes.get(&ObjectRef::new(node.as_str()));
        let (Some(volume), Some(seen)) = (volume, seen) else { return Ok(()) };
        match reach::is_reached(&volume, &seen) {
            true => Ok(()),
            false => {
                let answer = format!("volume {} cannot be reached from it", claim.name_any());
                Err(Setback::lost(node, PlaceTrouble::Closed, answer))
            }
        }
    }
}

/// Waits until the watch has told of something, or might never.
pub async fn until_told(is_told: impl Fn() -> bool) {
    let until = tokio::time::Instant::now() + TOLD_WITHIN;
    while !is_told() && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An object with its kind.
fn typed<K: Resource<DynamicType = ()> + Serialize>(object: &K) -> Value {
    let mut body = json!(object);
    body["apiVersion"] = K::api_version(&()).into();
    body["kind"] = K::kind(&()).into();
    body
}

fn owner(pod: &Pod) -> OwnerReference {
    let ObjectMeta { name, uid, .. } = pod.metadata.clone();
    OwnerReference {
        api_version: "v1".into(),
        kind: "Pod".into(),
        name: name.unwrap_or_default(),
        uid: uid.unwrap_or_default(),
        ..OwnerReference::default()
    }
}

/// Something that is given up when it takes too long.
pub async fn within<T>(asked: impl Future<Output = Done<T>>) -> Done<T> {
    within_all(1, asked).await
}

/// The same, of so many requests one after the other.
async fn within_all<T>(requests: u32, asked: impl Future<Output = Done<T>>) -> Done<T> {
    tokio::time::timeout(WITHIN * requests, asked).await.unwrap_or(Err(Setback::Silent))
}
