//! Whatever a watch tells, what is kept is what there is, and who looks only where a hint says so sees all of it.

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::kubernetes::{hints::Moved, labels};

const CLUSTER: ClusterId = ClusterId(Uuid::from_u128(1));

fn workload(number: u8) -> WorkloadId {
    WorkloadId(Uuid::from_u128(number.into()))
}

/// What a pod is: its name, which of its lives, at which change, whose, and where.
#[derive(Clone, Debug)]
struct Told {
    name: u8,
    life: u8,
    change: u8,
    /// A workload and its run; none where it is somebody else's.
    of: Option<(u8, u32)>,
    is_bound: bool,
}

impl Told {
    fn pod(&self) -> Pod {
        let run =
            self.of.map(|(number, generation)| PodKey { workload: workload(number), generation });
        let labels: BTreeMap<_, _> =
            run.into_iter().flat_map(|run| labels::of_run(CLUSTER, run)).collect();
        let pod = json!({
            "metadata": {
                "namespace": "berth-vision", "name": format!("pod-{}", self.name), "labels": labels,
                "uid": format!("{}-{}", self.name, self.life), "resourceVersion": self.change.to_string(),
            },
            "spec": { "containers": [], "nodeName": self.is_bound.then_some("node-1") },
        });
        serde_json::from_value(pod).unwrap()
    }
}

fn told() -> impl Strategy<Value = Told> {
    let of = proptest::option::weighted(0.7, (0_u8..3, 1_u32..3));
    let all = (0_u8..4, 0_u8..2, any::<u8>(), of, any::<bool>());
    all.prop_map(|(name, life, change, of, is_bound)| Told { name, life, change, of, is_bound })
}

#[derive(Clone, Debug)]
enum Step {
    Apply(Told),
    Delete(u8),
    /// All is listed anew, and is this by now.
    List(Vec<Told>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => told().prop_map(Step::Apply),
        3 => (0_u8..4).prop_map(Step::Delete),
        1 => proptest::collection::vec(told(), 0..4).prop_map(Step::List),
    ]
}

/// What there is, by name.
type Model = BTreeMap<u8, Pod>;

/// A step as it happens in a cluster, and as its watch tells of it.
fn happen(model: &mut Model, step: Step) -> Vec<Event<Pod>> {
    match step {
        Step::Apply(told) => {
            model.insert(told.name, told.pod());
            vec![Event::Apply(told.pod())]
        }
        Step::Delete(name) => model.remove(&name).map(Event::Delete).into_iter().collect(),
        Step::List(all) => {
            *model = all.iter().map(|told| (told.name, told.pod())).collect();
            let applied = model.values().cloned().map(Event::InitApply);
            [Event::Init].into_iter().chain(applied).chain([Event::InitDone]).collect()
        }
    }
}

/// A pod's UID and version.
fn brief(pod: &Pod) -> String {
    let meta = &pod.metadata;
    format!("{}@{}", meta.uid.as_deref().unwrap(), meta.resource_version.as_deref().unwrap())
}

/// The runs of each workload, as somebody sees them.
type View = BTreeMap<WorkloadId, Vec<String>>;

fn view_of(pods: &Pods, of: WorkloadId) -> Vec<String> {
    pods.of(of).iter().map(|own| brief(&own.pod)).collect()
}

fn in_model(model: &Model) -> (View, Vec<String>) {
    let all = model.values().cloned().map(Arc::new);
    let (mut ours, mut others): (Vec<_>, Vec<_>) = (vec![], vec![]);
    for pod in all {
        match found(&pod, CLUSTER) {
            Some(own) => ours.push((own.key, own.uid, brief(&pod))),
            None => others.push(brief(&pod)),
        }
    }
    ours.sort();
    let mut view: View = (0..3).map(|number| (workload(number), vec![])).collect();
    for (key, _, pod) in ours {
        view.entry(key.workload).or_default().push(pod);
    }
    others.sort();
    (view, others)
}

proptest! {
    #[test]
    fn what_is_kept_is_what_there_is(steps in proptest::collection::vec(step(), 1..30)) {
        let hints = Arc::<Hints>::default();
        let pods = Pods::new(CLUSTER, hints.clone());
        let (mut model, mut seen) = (Model::new(), in_model(&Model::new()).0);
        for step in steps {
            for event in happen(&mut model, step) {
                pods.take(event);
            }
            let (view, others) = in_model(&model);
            let all: Vec<_> = pods.ours().iter().map(|own| brief(&own.pod)).collect();
            prop_assert_eq!(&all, &view.values().flatten().cloned().collect::<Vec<_>>());
            let mut kept = vec![];
            pods.others(|pod| kept.push(brief(pod)));
            kept.sort();
            prop_assert_eq!(kept, others);
            // Who looks at what moved, and at nothing else, sees what is there.
            let moved = hints.take();
            for of in (0..3).map(workload).filter(|of| moved.is_more || moved.workloads.contains(of)) {
                seen.insert(of, view_of(&pods, of));
            }
            prop_assert_eq!(&seen, &view);
        }
    }
}

/// What somebody is told to look at.
fn moved(before: Option<&Told>, event: Event<Pod>) -> String {
    let hints = Arc::<Hints>::default();
    let pods = Pods::new(CLUSTER, hints.clone());
    before.into_iter().for_each(|told| pods.take(Event::Apply(told.pod())));
    hints.take();
    pods.take(event);
    let Moved { workloads, is_more } = hints.take();
    let mut all: Vec<_> = workloads.iter().map(|of| of.0.as_u128().to_string()).collect();
    all.extend(is_more.then(|| "everything".to_owned()));
    all.join(", ")
}

#[test]
fn a_hint_says_no_more_than_what_moved() {
    let own = Told { name: 1, life: 0, change: 1, of: Some((2, 1)), is_bound: false };
    let waiting = Told { of: None, ..own.clone() };
    let bound = Told { is_bound: true, ..waiting.clone() };
    let others = |event| moved(Some(&waiting), event);
    assert_eq!(moved(None, Event::Apply(own.pod())), "2");
    assert_eq!(moved(Some(&own), Event::Delete(own.pod())), "2");
    assert_eq!(moved(Some(&own), Event::Delete(bound.pod())), "2", "by its name");
    // Somebody took its labels away, or gave it those of another workload.
    assert_eq!(moved(Some(&own), Event::Apply(waiting.pod())), "2");
    assert_eq!(
        moved(Some(&own), Event::Apply(Told { of: Some((0, 1)), ..own.clone() }.pod())),
        "0, 2"
    );
    // Somebody else's takes something of a node once it has one.
    assert_eq!(others(Event::Apply(Told { change: 2, ..waiting.clone() }.pod())), "");
    assert_eq!(others(Event::Apply(bound.pod())), "everything");
    assert_eq!(moved(Some(&bound), Event::Delete(bound.pod())), "everything");
}

#[test]
fn half_a_list_is_not_shown() {
    let hints = Arc::<Hints>::default();
    let pods = Pods::new(CLUSTER, hints.clone());
    let told = |name| Told { name, life: 0, change: 1, of: Some((name, 1)), is_bound: false };
    pods.take(Event::Apply(told(0).pod()));
    hints.take();
    for event in [Event::Init, Event::InitApply(told(1).pod()), Event::InitApply(told(2).pod())] {
        pods.take(event);
    }
    assert_eq!((pods.ours().len(), hints.take()), (1, Moved::default()));
    // It broke off and is begun again.
    for event in [Event::Init, Event::InitApply(told(2).pod()), Event::InitDone] {
        pods.take(event);
    }
    assert_eq!(pods.ours()[0].key.workload, workload(2));
    assert_eq!((pods.ours().len(), hints.take().is_more), (1, true));
}
