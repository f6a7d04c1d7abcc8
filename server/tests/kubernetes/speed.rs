//! How fast pods are bound, and how fast changes of their status reach the table. Figures are printed; what is asserted is
//! that everything arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use futures::StreamExt;
use reqwest::{Certificate, Client, Response};
use serde_json::{Value, json};
use testkit::kube::{Kube, processor};
use tokio::sync::Semaphore;

use crate::{
    NAMESPACE,
    program::{ADMIN, Berth, WITHIN, browser::Browser, client},
    until_bound,
};

/// People who submit at the same time.
const AT_ONCE: usize = 32;

/// Nodes of eight GPUs, and workspaces of one, with which the speed is measured; `BERTH_KUBE_LOAD=1000,5000` takes others.
fn load() -> (u32, usize) {
    let asked = std::env::var("BERTH_KUBE_LOAD").unwrap_or_default();
    let (nodes, pods) = asked.split_once(',').unwrap_or(("100", "500"));
    (nodes.parse().unwrap(), pods.parse().unwrap())
}

/// Prints figures; what is asserted is that all of them run. Beside them stands Kubernetes' own scheduler, on the same
/// control plane, with pods that ask for the same.
#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn how_fast_pods_are_bound() {
    let (kube, data) = (Kube::start(120), tempfile::tempdir().unwrap());
    let (nodes, pods) = load();
    kube.nodes(nodes, 8, "gpu");
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    let spec = json!({"image": "busy:1", "compute": {"gpuDevicesRequest": 1}});
    let admin = Admin::of(&kube);
    let taken = || (berth.processor(), PARTS.map(|part| kube.processor(part)));
    let (before, begun) = (taken(), Instant::now());
    let bound = admin.until_bound(NAMESPACE, pods, begun);
    let submit = async |number: usize| berth.made(&format!("w{number}"), spec.clone()).await;
    let submitting = async {
        let all = futures::stream::iter(0..pods);
        all.for_each_concurrent(AT_ONCE, async |number| drop(submit(number).await)).await;
        begun.elapsed().as_secs_f64()
    };
    let (submitted, ours) = tokio::join!(submitting, bound);
    let (after, memory) = (taken(), berth.memory_kib() / 1024);
    println!(
        "Berth: {pods} workspaces on {nodes} nodes submitted {AT_ONCE} at a time in {submitted:.1} s, all bound after {ours:.1} s \
         ({:.0} a second), {memory} MiB",
        pods as f64 / ours
    );
    tell("Berth", (before.0, after.0), ours);
    tell_all(before.1, after.1, ours);
    berth.kill();
    kube.kubectl(&["delete", "namespace", NAMESPACE]);
    kube.fault(&["start", "kube-scheduler"]);
    kube.kubectl(&["create", "namespace", "theirs"]);
    let pod = |number: usize| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("w{number}"), "namespace": "theirs"},
            "spec": {"containers": [{"name": "w", "image": "busy:1", "resources": {"limits": {"nvidia.com/gpu": "1"}}}]}})
    };
    let list = json!({"apiVersion": "v1", "kind": "List", "items": (0..pods).map(pod).collect::<Vec<_>>()});
    let kube = Arc::new(kube);
    let of = kube.clone();
    let taken = || (of.processor("kube-scheduler"), PARTS.map(|part| of.processor(part)));
    let (before, begun) = (taken(), Instant::now());
    let bound = admin.until_bound("theirs", pods, begun);
    let creating = tokio::task::spawn_blocking(move || kube.create(&list.to_string()));
    let (theirs, created) = tokio::join!(bound, creating);
    created.unwrap();
    let after = taken();
    println!(
        "kube-scheduler: {pods} pods created by kubectl, all bound after {theirs:.1} s ({:.0} a second)",
        pods as f64 / theirs
    );
    tell("kube-scheduler", (before.0, after.0), theirs);
    tell_all(before.1, after.1, theirs);
}

/// The programs of the cluster that work beside a scheduler.
const PARTS: [&str; 4] = ["kube-apiserver", "etcd", "kwok", "kube-controller-manager"];

/// Prints how much of a processor a program took, in so many seconds.
fn tell(program: &str, (before, after): (Duration, Duration), secs: f64) {
    let taken = (after - before).as_secs_f64();
    println!("{program}: {taken:.1} s, {:.0} % of a processor", taken / secs * 100.0);
}

/// [`tell`] for each of [`PARTS`].
fn tell_all(before: [Duration; 4], after: [Duration; 4], secs: f64) {
    for (part, times) in PARTS.iter().zip(before.into_iter().zip(after)) {
        tell(part, times, secs);
    }
}

/// Changes a second, seconds, and how often; `BERTH_KUBE_CHANGES=500,10,5` takes others.
fn changes() -> (u32, u32, u32) {
    let asked = std::env::var("BERTH_KUBE_CHANGES").ok();
    let mut words = asked.iter().flat_map(|asked| asked.split(','));
    let mut or = |usual| words.next().map_or(usual, |word| word.parse().unwrap());
    (or(500), or(10), or(1))
}

/// Whoever may everything, without kubectl.
struct Admin {
    client: Client,
    server: String,
    token: String,
}

impl Admin {
    fn of(kube: &Kube) -> Self {
        let text = std::fs::read_to_string(kube.admin_config()).unwrap();
        let of = |key: &str| text.split(key).nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
        let authority = std::fs::read(of("certificate-authority:")).unwrap();
        let authority = Certificate::from_pem(&authority).unwrap();
        let client = Client::builder().tls_certs_only([authority]).build().unwrap();
        Self { client, server: of("server:"), token: of("token:") }
    }

    /// Waits until so many pods of a namespace are on nodes; gives the seconds since it began. It listens, and asks for
    /// nothing again and again: that would be work for the API server, of which it measures how much is left.
    async fn until_bound(&self, namespace: &str, count: usize, begun: Instant) -> f64 {
        let names_alone = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        let bound = "fieldSelector=spec.nodeName!%3D";
        let open = async || self.watch(namespace, bound, names_alone).await;
        let (mut stream, mut text, mut seen) = (open().await, Vec::new(), BTreeSet::new());
        while seen.len() < count {
            let part = tokio::time::timeout(WITHIN, stream.chunk()).await.expect("no pod is bound");
            let Some(part) = part.unwrap() else {
                // Who listens too slowly is cut off; a new watch begins with all that there is.
                (stream, text) = (open().await, Vec::new());
                continue;
            };
            text.extend_from_slice(&part);
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let told: Value = serde_json::from_slice(&line).unwrap();
                seen.insert(told["object"]["metadata"]["name"].as_str().unwrap().to_owned());
            }
        }
        begun.elapsed().as_secs_f64()
    }

    /// A watch of pods, with a line for each change.
    async fn watch(&self, namespace: &str, query: &str, accept: &str) -> Response {
        let url = format!("{}/api/v1/namespaces/{namespace}/pods?watch=1&{query}", self.server);
        let request = self.client.get(&url).header("accept", accept).bearer_auth(&self.token);
        let stream = request.send().await.unwrap();
        assert!(stream.status().is_success(), "{}", stream.status());
        stream
    }

    /// A watch of what happens to pods from now on.
    async fn watch_on(&self, namespace: &str) -> Response {
        let url = format!("{}/api/v1/namespaces/{namespace}/pods?limit=1", self.server);
        let list = self.client.get(url).bearer_auth(&self.token).send().await.unwrap();
        let list: Value = list.json().await.unwrap();
        let version = list["metadata"]["resourceVersion"].as_str().unwrap();
        self.watch(namespace, &format!("resourceVersion={version}"), "application/json").await
    }

    /// Says of a pod that its container waits, as a kubelet does.
    async fn change(&self, pod: &str, number: u32) {
        let waits = json!({"waiting": {"reason": "CreateContainerError", "message": said(number)}});
        let container = json!({"name": "workspace", "image": "busy:1", "imageID": "", "ready": false, "restartCount": 0, "state": waits});
        let patch = json!({"status": {"containerStatuses": [container]}});
        let url = format!("{}/api/v1/namespaces/{NAMESPACE}/pods/{pod}/status", self.server);
        let request = self.client.patch(url).bearer_auth(&self.token).body(patch.to_string());
        let kind = "application/merge-patch+json";
        let answer = request.header("content-type", kind).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
}

/// What a pod says of a change; always as long.
fn said(number: u32) -> String {
    format!("change {number:06}")
}

/// Of which change something speaks.
fn number(words: &str) -> Option<u32> {
    let (_, rest) = words.split_once("change ")?;
    rest.get(..said(0).len() - "change ".len())?.parse().ok()
}

/// The storage behind the API server, by its gateway. Whoever watches hears of what is written here as of a change that
/// another API server of the same cluster has taken: a single one takes no more than some 170 changes a second where it
/// has two processors for itself and for everybody else.
struct Storage {
    client: Client,
}

impl Storage {
    fn of(kube: &Kube) -> Self {
        let socket = kube.folder().join("etcd.sock");
        Self { client: Client::builder().unix_socket(socket).build().unwrap() }
    }

    /// A pod, as the API server has written it.
    async fn pod(&self, name: &str) -> Stored {
        let key = BASE64.encode(format!("/registry/pods/{NAMESPACE}/{name}"));
        let found = self.ask("range", &json!({"key": key})).await;
        let text = BASE64.decode(found["kvs"][0]["value"].as_str().unwrap()).unwrap();
        let first = said(0);
        let at = text.windows(first.len()).position(|part| part == first.as_bytes());
        Stored { key, text, at: at.expect("a pod that was changed") }
    }

    /// What [`Admin::change`] does to a pod that it has changed once.
    async fn change(&self, pod: &Stored, number: u32) {
        let (mut text, said) = (pod.text.clone(), said(number));
        text[pod.at..][..said.len()].copy_from_slice(said.as_bytes());
        self.ask("put", &json!({"key": pod.key, "value": BASE64.encode(text)})).await;
    }

    async fn ask(&self, what: &str, words: &Value) -> Value {
        let url = format!("http://etcd/v3/kv/{what}");
        let answer = self.client.post(url).json(words).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }
}

/// A pod in the storage.
struct Stored {
    key: String,
    text: Vec<u8>,
    /// Where it says [`said`] in its text.
    at: usize,
}

/// A change, and how long after it each came.
struct Change {
    made: Instant,
    stored: Option<Duration>,
    /// Whoever watches the API server heard of it.
    heard: Option<Duration>,
    shown: Option<Duration>,
}

/// What became of the changes.
#[derive(Default)]
struct Told {
    changes: BTreeMap<u32, Change>,
    /// Those that the table does not show yet, by workspace.
    open: BTreeMap<String, BTreeSet<u32>>,
    reloads: u32,
}

impl Told {
    fn begins(&mut self, name: &str, number: u32) {
        let change = Change { made: Instant::now(), stored: None, heard: None, shown: None };
        self.changes.insert(number, change);
        self.open.entry(name.to_owned()).or_default().insert(number);
    }

    fn is_stored(&mut self, number: u32) {
        let change = self.changes.get_mut(&number).unwrap();
        change.stored = Some(change.made.elapsed());
    }

    /// Somebody who watches pods hears this.
    fn hears(&mut self, line: &str) {
        if let Some(change) = number(line).and_then(|number| self.changes.get_mut(&number)) {
            change.heard.get_or_insert(change.made.elapsed());
        }
    }

    /// The table shows this of a workspace: it has taken in everything up to then.
    fn shows(&mut self, name: &str, message: &str) {
        let (Some(number), Some(open)) = (number(message), self.open.get_mut(name)) else {
            return;
        };
        let later = open.split_off(&(number + 1));
        for number in std::mem::replace(open, later) {
            let change = self.changes.get_mut(&number).unwrap();
            change.shown = Some(change.made.elapsed());
        }
    }

    fn is_open(&self) -> bool {
        self.open.values().any(|open| !open.is_empty())
    }

    fn times(&self, of: impl Fn(&Change) -> Option<Duration>) -> Vec<Duration> {
        let mut times: Vec<_> = self.changes.values().filter_map(of).collect();
        times.sort();
        times
    }

    /// Prints how long it took to whom; gives the 95th of a hundred until the table shows it.
    fn tell(&self) -> Duration {
        let shown = self.times(|change| change.shown);
        // What the page is told before the watch of this test is no time of Berth's.
        let own = |change: &Change| Some(change.shown?.saturating_sub(change.heard?));
        let figures = [
            ("from the change to the row", &shown),
            ("of which until it is stored", &self.times(|change| change.stored)),
            ("of which until whoever watches hears of it", &self.times(|change| change.heard)),
            ("from there to the row", &self.times(own)),
        ];
        for (what, times) in figures {
            let [p50, p95, p99] = [50, 95, 99].map(|part| percentile(times, part).as_millis());
            println!("  {what}: p50 {p50} ms, p95 {p95} ms, p99 {p99} ms");
        }
        println!("  the page was told to load again {} times", self.reloads);
        percentile(&shown, 95)
    }
}

/// Of sorted times.
fn percentile(times: &[Duration], of_hundred: usize) -> Duration {
    let last = times.len().saturating_sub(1);
    times.get((times.len() * of_hundred / 100).min(last)).copied().unwrap_or_default()
}

/// The stream of the page of workloads, as a browser opens it.
async fn open_page(berth: &Berth) -> Response {
    let mut browser = Browser::new(&berth.url);
    browser.sign_in(ADMIN.0, ADMIN.1).await;
    let cookies =
        browser.cookies("127.0.0.1").iter().map(|(name, value)| format!("{name}={value}"));
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let asked = client().get(format!("{}/live?columns=phase", berth.url));
    asked.header("cookie", cookies).send().await.unwrap()
}

/// Reads the lines of a stream, for as long as it lasts.
async fn read(mut stream: Response, mut line: impl FnMut(&str)) {
    let mut text = Vec::new();
    while let Ok(Some(part)) = stream.chunk().await {
        text.extend_from_slice(&part);
        let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else { continue };
        let whole: Vec<u8> = text.drain(..=end).collect();
        str::from_utf8(&whole).unwrap().lines().for_each(&mut line);
    }
}

/// What the page is told.
fn tells(told: &Mutex<Told>, line: &str) {
    let Some(said) = line.strip_prefix("data:") else { return };
    let said: Value = serde_json::from_str(said).unwrap();
    let mut told = told.lock().unwrap();
    match said["Row"].as_object() {
        Some(row) => told.shows(row["name"].as_str().unwrap(), row["message"].as_str().unwrap()),
        None => told.reloads += u32::from(said == "Reload"),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn how_fast_changes_of_pods_reach_the_table() {
    let (kube, data) = (Kube::start(120), tempfile::tempdir().unwrap());
    let ((nodes, pods), (rate, secs, windows)) = (load(), changes());
    kube.nodes(nodes, 8, "gpu");
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    let spec = json!({"image": "busy:1", "compute": {"gpuDevicesRequest": 1}});
    futures::stream::iter(0..pods)
        .for_each_concurrent(AT_ONCE, async |number| {
            drop(berth.made(&format!("w{number}"), spec.clone()).await)
        })
        .await;
    until_bound(&kube, NAMESPACE, pods, Instant::now()).await;
    until_run(&berth, pods).await;
    let (admin, storage) = (Admin::of(&kube), Arc::new(Storage::of(&kube)));
    let stored = futures::stream::iter(0..pods).map(async |number| {
        let pod = format!("w{number}-1");
        admin.change(&pod, 0).await;
        Arc::new(storage.pod(&pod).await)
    });
    let stored: Vec<_> = stored.buffered(AT_ONCE).collect().await;
    let told = Arc::new(Mutex::new(Told::default()));
    let stream = open_page(&berth).await;
    assert!(stream.status().is_success(), "{}", stream.status());
    let (hearing, seeing) = (told.clone(), told.clone());
    let mut watching = tokio::task::JoinSet::new();
    let mut heard = admin.watch_on(NAMESPACE).await;
    watching.spawn(async move {
        loop {
            read(heard, |line| hearing.lock().unwrap().hears(line)).await;
            // Whoever was too slow is cut off.
            heard = admin.watch_on(NAMESPACE).await;
        }
    });
    watching.spawn(read(stream, move |line| tells(&seeing, line)));

    // It plays the kubelets, and it is this test that plays them now: real ones are on machines of their own.
    kube.fault(&["pause", "kwok"]);
    let own = std::process::id();
    let taken = || (berth.processor(), PARTS.map(|part| kube.processor(part)), processor(own));
    let mut late = Vec::new();
    for window in 0..windows {
        let (before, begun) = (taken(), Instant::now());
        let numbers = 1 + window * rate * secs..1 + (window + 1) * rate * secs;
        change_all(&storage, &stored, numbers, rate, &told).await;
        let (after, took) = (taken(), begun.elapsed().as_secs_f64());
        until_shown(&told).await;
        let told = std::mem::take(&mut *told.lock().unwrap());
        let count = told.changes.len();
        println!(
            "{count} changes of {pods} pods on {nodes} nodes in {took:.1} s ({:.0} a second of {rate} asked for)",
            count as f64 / took
        );
        late.push(told.tell());
        tell("Berth", (before.0, after.0), took);
        tell_all(before.1, after.1, took);
        tell("this test", (before.2, after.2), took);
    }
    kube.fault(&["resume", "kwok"]);
    watching.shutdown().await;
    late.sort();
    println!(
        "until the table shows it, in 95 of 100 cases: {} ms in the middle of {windows}; Berth has {} MiB",
        late[late.len() / 2].as_millis(),
        berth.memory_kib() / 1024,
    );
}

/// Makes changes at a rate, of one pod after the other.
async fn change_all(
    storage: &Arc<Storage>,
    stored: &[Arc<Stored>],
    numbers: Range<u32>,
    rate: u32,
    told: &Arc<Mutex<Told>>,
) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut clock = tokio::time::interval(Duration::from_secs(1) / rate);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    for number in numbers {
        clock.tick().await;
        let turn = turns.clone().acquire_owned().await.unwrap();
        let (storage, told) = (storage.clone(), told.clone());
        let which = number as usize % stored.len();
        let (pod, name) = (stored[which].clone(), format!("w{which}"));
        tokio::spawn(async move {
            told.lock().unwrap().begins(&name, number);
            storage.change(&pod, number).await;
            told.lock().unwrap().is_stored(number);
            drop(turn);
        });
    }
    drop(turns.acquire_many(AT_ONCE as u32).await.unwrap());
}

/// Waits until the table shows every change.
async fn until_shown(told: &Mutex<Told>) {
    let until = Instant::now() + WITHIN;
    while told.lock().unwrap().is_open() {
        assert!(Instant::now() < until, "some changes never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until so many workspaces run.
async fn until_run(berth: &Berth, count: usize) {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = berth.get("/api/v1/workloads/count?filterBy=phase==Running").await;
        if seen["count"] == count {
            return;
        }
        assert!(Instant::now() < until, "{seen} of {count} run");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
